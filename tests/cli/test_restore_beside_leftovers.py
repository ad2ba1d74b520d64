"""A restore where the database was deleted, but not what SQLite keeps beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.installation import ON_POSTGRES, installation

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(ON_POSTGRES, reason="the log beside the file is SQLite's"),
]


def test_the_log_of_a_deleted_database_does_not_get_into_the_restored_one(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        place.name("As it was")
        backup = place.run("backup").stdout.strip()
        path = place.home / "leanship.sqlite3"
        log = path.with_name(f"{path.name}-wal")
        with place.database() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("UPDATE base_organisation SET name = 'Only in the log'")
            connection.commit()
            kept = tmp_path / "log"
            shutil.copyfile(log, kept)
        path.unlink()
        for ending in ("-wal", "-shm"):
            path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
        shutil.copyfile(kept, log)
        restored = place.run("restore", backup, "--yes")
        assert restored.returncode == 0, restored.stderr
        assert place.name() == "As it was"
