"""`leanship backup` and `leanship restore`: whole copies, and a way back that cannot end half-way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import ON_POSTGRES, Installation, installation

on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="this is about SQLite's file")
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="this is about PostgreSQL's dumps")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        made.name("Before")
        yield made


def kept(place: Installation, *words: str | Path) -> Path:
    done = place.run("backup", *words)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split("\n")[0])


def test_a_backup_brings_back_what_was(place: Installation) -> None:
    path = kept(place)
    place.name("After")
    done = place.run("restore", path, "--yes")
    assert done.returncode == 0, done.stderr
    assert place.name() == "Before"


def test_what_a_restore_replaced_is_kept_too(place: Installation) -> None:
    path = kept(place)
    place.name("After")
    place.run("restore", path, "--yes")
    (replaced,) = place.home.glob("backups/*-before-restore.*")
    assert place.run("restore", replaced, "--yes").returncode == 0
    assert place.name() == "After"


@pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")
def test_a_backup_is_for_its_owner_alone_and_holds_no_key(place: Installation, tmp_path: Path) -> None:
    path = kept(place, "--out", tmp_path / "copy.bak")
    assert path == tmp_path / "copy.bak"
    assert path.stat().st_mode & 0o777 == 0o600
    key = (place.home / "secret_key").read_bytes()
    assert key not in path.read_bytes()
    assert not list(tmp_path.glob("*.secret_key")) and not list(tmp_path.glob("*.part"))


def test_the_key_comes_along_when_asked(place: Installation, tmp_path: Path) -> None:
    kept(place, "--out", tmp_path / "copy.bak", "--with-secret-key")
    beside = tmp_path / "copy.bak.secret_key"
    assert beside.read_bytes() == (place.home / "secret_key").read_bytes()
    if os.name == "posix":
        assert beside.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_overwritten(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "copy.bak").write_text("mine")
    done = place.run("backup", "--out", tmp_path / "copy.bak")
    assert done.returncode == 2 and "nothing is overwritten" in done.stderr
    assert (tmp_path / "copy.bak").read_text() == "mine"


def test_only_the_newest_are_kept(place: Installation) -> None:
    folder = place.home / "backups"
    folder.mkdir()
    ending = "dump" if ON_POSTGRES else "sqlite3"
    old = [folder / f"leanship-2026010{day}-030000.{ending}" for day in range(1, 5)]
    others = [folder / f"leanship-20250101-030000-before-restore.{ending}", folder / "notes.txt"]
    for path in (*old, *others):
        path.write_text("")
    new = kept(place, "--keep", "2")
    assert {path.name for path in folder.iterdir()} == {new.name, old[-1].name, *(p.name for p in others)}


def test_a_restore_asks_first(place: Installation) -> None:
    path = kept(place)
    place.name("After")
    done = place.run("restore", path, answer="n\n")
    assert done.returncode == 1
    assert place.name() == "After"
    assert place.run("restore", path, answer="y\n").returncode == 0
    assert place.name() == "Before"


def test_a_restore_refuses_while_a_server_runs(place: Installation) -> None:
    path = kept(place)
    with place.serving() as (_address, child):
        done = place.run("restore", path, "--yes")
        assert done.returncode == 2
        assert "A server runs on" in done.stderr and str(child.pid) in done.stderr
    assert place.run("restore", path, "--yes").returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
def test_workers_whose_server_was_killed_still_hold_the_place(place: Installation) -> None:
    path = kept(place)
    with place.serving("--workers", "1") as (_address, child):
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(child.pid)], capture_output=True, text=True)
        (worker,) = (int(word) for word in found.stdout.split())
        child.kill()
        child.wait()
        try:
            assert place.run("restore", path, "--yes").returncode == 2
        finally:
            os.kill(worker, signal.SIGKILL)


def test_a_backup_while_a_server_writes_is_whole(place: Installation) -> None:
    with place.serving():
        path = kept(place)
    assert place.run("restore", path, "--yes").returncode == 0
    assert place.name() == "Before"


def broken(path: Path, kind: str) -> Path:
    """A file that is no whole backup."""
    out = path.with_name(f"{kind}.bak")
    data = path.read_bytes()
    out.write_bytes(
        {
            "empty": b"",
            "text": b"name,title\nAna,Lead\n" * 500,
            "cut off": data[: len(data) * 2 // 3],
            "damaged": data[: len(data) // 2] + bytes(4096) + data[len(data) // 2 + 4096 :],
        }[kind]
    )
    return out


@pytest.mark.parametrize("kind", ["empty", "text", "cut off", "damaged"])
def test_a_file_that_is_no_whole_backup_is_refused(place: Installation, kind: str) -> None:
    path = kept(place)
    place.name("After")
    done = place.run("restore", broken(path, kind), "--yes")
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("Error: ") and "Traceback" not in done.stderr
    assert place.name() == "After"
    assert not list(place.home.glob("*.restoring*"))


def test_a_backup_of_a_newer_version_is_refused(place: Installation) -> None:
    place.python(
        "from django.db.migrations.recorder import MigrationRecorder as R\n"
        "from django.db import connection; R(connection).record_applied('org', '9999_later')"
    )
    # such a backup comes from that version; this one does not even make it
    done = place.run("backup")
    assert done.returncode == 2
    assert "newer version of Leanship (it has org 9999_later)" in done.stderr


@on_sqlite
def test_another_product_s_database_is_refused(place: Installation, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.sqlite3") as other:
        other.execute("CREATE TABLE songs (title)")
    other.close()
    done = place.run("restore", tmp_path / "other.sqlite3", "--yes")
    assert done.returncode == 2 and "is not a database of Leanship" in done.stderr
    assert place.name() == "Before"


@on_sqlite
def test_a_dump_of_postgres_is_refused_on_sqlite(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "x.dump").write_bytes(b"PGDMP\x01\x0e\x00")
    done = place.run("restore", tmp_path / "x.dump", "--yes")
    assert done.returncode == 2 and "runs on SQLite" in done.stderr


@on_sqlite
def test_a_plain_copy_of_the_file_will_do(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "copy.sqlite3").write_bytes((place.home / "leanship.sqlite3").read_bytes())
    place.name("After")
    done = place.run("restore", tmp_path / "copy.sqlite3", "--yes")
    assert done.returncode == 0, done.stderr
    assert place.name() == "Before"


@on_sqlite
def test_somebody_else_s_open_write_stops_a_restore(place: Installation) -> None:
    path = kept(place)
    place.name("After")
    other = sqlite3.connect(place.home / "leanship.sqlite3", isolation_level=None)
    try:
        other.execute("SELECT * FROM base_organisation").fetchall()  # holds the file in WAL mode
        done = place.run("restore", path, "--yes")
    finally:
        other.close()
    assert done.returncode == 2 and "Something else is using" in done.stderr
    assert place.name() == "After"


@on_sqlite
def test_what_still_lay_in_the_log_does_not_get_into_the_restored_one(place: Installation) -> None:
    path = kept(place)
    # a process that is killed leaves its last commits in the write-ahead log beside the file
    place.python(
        "from leanship.features.base.models import Organisation as O; O.objects.update(name='After')\n"
        "import os; os.kill(os.getpid(), 9)"
    )
    assert (place.home / "leanship.sqlite3-wal").stat().st_size > 0
    done = place.run("restore", path, "--yes")
    assert done.returncode == 0, done.stderr
    assert place.name() == "Before"
    (replaced,) = place.home.glob("backups/*-before-restore.*")
    assert place.run("restore", replaced, "--yes").returncode == 0
    assert place.name() == "After"


_KILL = """
import os, signal, sys
from leanship.cli import _backups, restore
module, name = {"copy": (_backups, "copy_sqlite"), "check": (_backups, "check_sqlite"),
                "near": (restore, "bring_near"), "keep": (restore, "back_up_present"),
                "swap": (restore, "swap"), "replace": (restore, "replace")}[sys.argv[2]]
step, when = getattr(module, name), sys.argv[3]
def killed(*words):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    step(*words)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, name, killed)
restore.restore.main([sys.argv[1], "--yes"], standalone_mode=False)
"""


@on_sqlite
@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["near", "copy", "check", "keep", "swap", "replace"])
def test_a_restore_killed_at_any_step_leaves_the_old_or_the_new_whole(
    place: Installation, step: str, when: str
) -> None:
    path = kept(place)
    place.name("After")
    done = place.python(_KILL, path, step, when)
    assert done.returncode == -signal.SIGKILL, done.stderr
    replaced = when == "after" and step in ("swap", "replace")
    assert place.name() == ("Before" if replaced else "After")
    with sqlite3.connect(place.home / "leanship.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    # and the next one is not in the way of what the killed one left
    again = place.run("restore", path, "--yes")
    assert again.returncode == 0, again.stderr
    assert place.name() == "Before"
    assert not list(place.home.glob("*.restoring*"))


@on_postgres
@pytest.mark.serial
def test_a_restore_killed_under_way_leaves_postgres_as_it_was_or_restored(place: Installation) -> None:
    path = kept(place)
    place.name("After")
    code = (
        "import os, signal, subprocess, sys, threading\n"
        "from leanship.cli import restore\n"
        "real = subprocess.run\n"
        "def run(words, **more):\n"
        "    if '--single-transaction' not in words:\n"
        "        return real(words, **more)\n"
        "    child = subprocess.Popen(words, env=more['env'])\n"
        "    threading.Event().wait(float(sys.argv[2]))\n"
        "    child.kill()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "subprocess.run = run\n"
        "restore.restore.main([sys.argv[1], '--yes'], standalone_mode=False)\n"
    )
    assert place.python(code, path, "0").returncode == -signal.SIGKILL
    assert place.name() == "After"
    for seconds in ("0.02", "0.05", "0.1", "0.2"):
        assert place.python(code, path, seconds).returncode == -signal.SIGKILL
        # on a fast machine the restore may be through before it is killed; then it is through wholly
        assert place.name() in ("Before", "After")
        place.name("After")


@on_postgres
def test_a_restore_refuses_while_somebody_is_connected(place: Installation) -> None:
    import psycopg

    path = kept(place)
    with psycopg.connect(place.env["DATABASE_URL"]):
        done = place.run("restore", path, "--yes")
    assert done.returncode == 2 and "in use by 1 other" in done.stderr


def test_programs_that_are_missing_are_named(place: Installation, tmp_path: Path) -> None:
    if not ON_POSTGRES:
        pytest.skip("SQLite needs no other programs")
    done = place.run("backup", PATH=str(Path(sys.executable).parent))
    assert done.returncode == 2 and "pg_dump is not installed" in done.stderr
