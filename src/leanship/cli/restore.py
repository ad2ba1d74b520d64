"""`leanship restore`: back to what a backup holds, or nothing at all."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import click

from leanship.cli import _backups, _lock
from leanship.cli._django import Unusable, home_option, setup


@click.command()
@home_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(home: Path | None, file: Path, yes: bool) -> None:
    """Put the database of FILE, made by `leanship backup`, in the place of the present one.

    The server must be stopped. FILE is checked first, and the present database is backed up. Stopped in the
    middle, even by force, what was there before is there still.
    """
    setup(home)
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    folder = Path(settings.LEANSHIP_HOME)
    try:
        with _lock.alone(folder):
            (_restore_sqlite if _backups.is_sqlite() else _restore_postgres)(file, folder, yes)
            # what was worked out for the database before does not count for this one
            (folder / "standings_refreshed").unlink(missing_ok=True)
    except OSError as error:
        raise Unusable(f"{error.filename or file}: {error.strerror}") from None
    click.echo(f"Restored from {file}.")


def _ask(file: Path, present: object, yes: bool) -> None:
    if not yes:
        click.confirm(f"Replace the database {present} by what {file} holds?", abort=True)


def back_up_present(folder: Path) -> None:
    """Keep a copy of what is about to be replaced."""
    kept = _backups.new_path(folder / "backups", "before-restore")
    _backups.make(kept)
    click.echo(f"The present database is kept in {kept}.")


# SQLite. Each step is a function of its own: a test kills the process before and after each.


def _restore_sqlite(file: Path, folder: Path, yes: bool) -> None:
    target = _backups.sqlite_path()
    fresh = target.with_name(f"{target.name}.restoring")
    bring_near(file, fresh)
    try:
        _backups.check_sqlite(fresh)
        _ask(file, target, yes)
        if target.exists():
            back_up_present(folder)
            swap(fresh, target)
        else:
            # what a database that was deleted left behind: SQLite would apply it to the new one
            for ending in ("-wal", "-shm", "-journal"):
                target.with_name(f"{target.name}{ending}").unlink(missing_ok=True)
            fresh.replace(target)
        _backups.flush(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def bring_near(file: Path, fresh: Path) -> None:
    """Copy FILE into the folder of the database: only there can it take its place in one step."""
    fresh.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for stale in (fresh, fresh.with_name(f"{fresh.name}-journal")):
        stale.unlink(missing_ok=True)  # a restore that was killed left them
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with file.open("rb") as source:
            if source.read(5) == b"PGDMP":
                raise Unusable(f"{file} is a dump of PostgreSQL, and this installation runs on SQLite.")
        _backups.copy_sqlite(file, fresh)
        _backups.flush(fresh)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def swap(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target` in one step.

    The write-ahead log of the old database must be gone first: SQLite would apply it to the new one. Leaving
    WAL mode writes it into the old file and removes it, and fails while anybody else has the file open.
    Raises Unusable then.
    """
    try:
        with _backups.opened(target) as old:
            (mode,) = old.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode != "delete":
                raise Unusable(f"Something else is using {target}. Stop it first.")
            old.execute("BEGIN EXCLUSIVE")  # nobody begins to write between here and the swap
            if os.name == "nt":
                old.close()  # Windows replaces no file that is open
            replace(fresh, target)
    except sqlite3.OperationalError:
        raise Unusable(f"Something else is using {target}. Stop it first.") from None


def replace(fresh: Path, target: Path) -> None:
    """The one step."""
    fresh.replace(target)


# PostgreSQL


def _restore_postgres(file: Path, folder: Path, yes: bool) -> None:
    with file.open("rb") as source:
        if source.read(5) != b"PGDMP":
            raise Unusable(f"{file} is no dump of pg_dump, and this installation runs on PostgreSQL.")
    _backups.check_dump(file)
    _refuse_while_in_use()
    _ask(file, _backups.database()["NAME"], yes)
    back_up_present(folder)
    # One transaction: whatever goes wrong or is killed, the present tables stay.
    words = ["--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-privileges", str(file)]
    _backups.run_postgres("pg_restore", words)


def _refuse_while_in_use() -> None:
    """Servers on other machines hold no lock here, but they hold connections."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        (others,) = cursor.fetchone()
    connection.close()
    if others:
        raise Unusable(f"The database is in use by {others} other connections. Stop what uses it first.")
