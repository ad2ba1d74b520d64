"""Copies of the database: made while the product runs, checked before anybody relies on them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leanship.cli._django import Unusable

APPLICATION_ID = 0x4C65616E  # "Lean"; stands in the header of every SQLite backup
TABLES = frozenset({"django_migrations", "base_organisation", "accounts_user", "org_person"})
_STAMP = re.compile(r"leanship-\d{8}-\d{6}(-\d+)?\.(sqlite3|dump)")


def database() -> dict[str, Any]:
    """Django's description of the database in use."""
    from django.db import connection

    return connection.settings_dict


def is_sqlite() -> bool:
    """Whether the database in use is SQLite."""
    return str(database()["ENGINE"]).endswith("sqlite3")


def sqlite_path() -> Path:
    """The file of the SQLite database in use.

    Raises Unusable for one in memory.
    """
    name = str(database()["NAME"])
    if name.startswith((":memory:", "file:")):
        raise Unusable("This database is in memory alone; there is nothing to copy.")
    return Path(name)


def new_path(folder: Path, label: str = "") -> Path:
    """A free name in `folder` that says when, with `label` at its end."""
    ending = "sqlite3" if is_sqlite() else "dump"
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    tail = f"-{label}" if label else ""
    path, number = folder / f"leanship-{stamp}{tail}.{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"leanship-{stamp}{tail}-{number}.{ending}"
    return path


def make(out: Path) -> None:
    """Copy the database in use to `out`, which must be new; readable by its owner alone.

    Written beside it first, so that a file of that name is always whole. Raises Unusable when it cannot be
    made, or the copy is not sound.
    """
    if out.exists():
        raise Unusable(f"{out} is there already; nothing is overwritten.")
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if is_sqlite():
            if not sqlite_path().exists():
                raise Unusable(f"There is no database at {sqlite_path()} yet.")
            copy_sqlite(sqlite_path(), part)
            check_sqlite(part)
        else:
            run_postgres("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}"])
            check_dump(part)
        flush(part)
        part.replace(out)
        flush(out.parent)
    finally:
        part.unlink(missing_ok=True)


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups that were made by name of the hour; the ones deleted.

    Those made before a migration or a restore have a label and stay.
    """
    found = sorted(path for path in folder.iterdir() if _STAMP.fullmatch(path.name))
    old = found[:-keep]
    for path in old:
        path.unlink()
    return old


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# SQLite


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite database at `path`, which must be there; closed at the end."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5, isolation_level=None
    )
    try:
        yield connection
    finally:
        connection.close()


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as one moment of it; `target` ends as one file without a journal.

    Raises Unusable when `source` is no database.
    """
    try:
        with opened(source) as old, opened(target) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
            new.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except sqlite3.Error as error:
        raise Unusable(f"{source} cannot be read as an SQLite database ({error}).") from None


def check_sqlite(path: Path) -> None:
    """Raise Unusable unless `path` is a sound database of Leanship that this version can run on."""
    try:
        with opened(path) as connection:
            told = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            if told != ["ok"]:
                raise Unusable(f"{path} is damaged: {'; '.join(told)}")
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Unusable(f"{path} is damaged: some of its rows point at rows that are not there.")
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            names = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if mark not in (0, APPLICATION_ID) or not names >= TABLES:
                raise Unusable(f"{path} is not a database of Leanship.")
            applied = set(connection.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error as error:
        raise Unusable(f"{path} cannot be read as an SQLite database ({error}).") from None
    check_level(path, applied)


# PostgreSQL


def run_postgres(program: str, words: list[str], *, connect: bool = True) -> str:
    """Run one of PostgreSQL's programs on the database in use; what it printed.

    Raises Unusable when it is not installed or fails, with what it said.
    """
    from django.db.backends.postgresql.client import DatabaseClient

    if shutil.which(program) is None:
        raise Unusable(f"{program} is not installed; it comes with PostgreSQL's client programs.")
    described, env = DatabaseClient.settings_to_cmd_args_env(database(), [])
    arguments = [*described[1:-1], f"--dbname={described[-1]}"] if connect else []
    done = subprocess.run(  # noqa: S603 – a fixed program, its words made here
        [program, *arguments, *words], env={**os.environ, **(env or {})}, capture_output=True, text=True
    )
    if done.returncode:
        raise Unusable(f"{program}: {done.stderr.strip() or 'it failed'}")
    return done.stdout


def check_dump(path: Path) -> None:
    """Raise Unusable unless `path` is a whole dump of Leanship that this version can run on."""
    listed = run_postgres("pg_restore", ["--list", str(path)], connect=False)
    if not all(f" TABLE DATA public {table} " in listed for table in TABLES):
        raise Unusable(f"{path} is not a dump of Leanship.")
    # reading every table through is what finds a file that was cut off
    run_postgres("pg_restore", ["--file=/dev/null", str(path)], connect=False)
    rows = run_postgres(
        "pg_restore", ["--data-only", "--table=django_migrations", "--file=-", str(path)], connect=False
    )
    applied = {tuple(fields[1:3]) for line in rows.splitlines() if len(fields := line.split("\t")) == 4}
    check_level(path, applied)


def check_level(path: Path, applied: set[Any]) -> None:
    """Raise Unusable when a copy has migrations that this version does not know."""
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations or ())
    if unknown := sorted(set(applied) - known):
        app, name = unknown[0]
        raise Unusable(
            f"{path} was made by a newer version of Leanship (it has {app} {name}). Install that version first."
        )
