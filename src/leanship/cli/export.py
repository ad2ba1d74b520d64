"""`leanship export`: everything of the organisation as files, to read elsewhere or to take in again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanship.cli._django import Unusable, home_option
from leanship.cli._exports import WHAT
from leanship.cli._importing import installed, require_tables

if TYPE_CHECKING:
    from rich.progress import Progress

    from leanship.cli._exports import Table
    from leanship.readers.writing import Value


@click.command()
@home_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER|FILE.zip",
    help="Where to write: a folder, or a ZIP. Files of the same names are replaced.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "json"]),
    default="csv",
    show_default=True,
    help="How each table is written.",
)
@click.option(
    "--what",
    metavar="NAMES",
    help=f"Only these, separated by commas: {', '.join(WHAT)} (default: everything).",
)
def export(home: Path | None, out: Path, form: str, what: str | None) -> None:
    """Write everything of the organisation to files: people, teams, KPIs, figures, projects, standings, what happened.

    `leanship import` takes people, measurements and projects back in. No password, key or session is among them, nor
    what leaders note about people on the maps of their projects, feedback between two, or anybody's calendar; the
    files are readable by their owner alone.
    """
    wanted = _wanted(what)
    if not installed(home):
        raise Unusable("There is no installation here. Name its folder with --home.")
    require_tables()
    from leanship.cli._exports import tables
    from leanship.cli._exports.writing import write
    from leanship.features.base import policies

    if policies.organisation() is None:
        raise Unusable("There is no organisation yet: nothing to export.")
    try:
        with _as_it_is_now(), _progress() as progress:
            write(tables(wanted), out, form, lambda table: _watched(table, form, progress))
    except OSError as trouble:
        raise Unusable(f"{trouble.filename or out}: it cannot be written: {trouble.strerror}.") from None
    except ValueError as trouble:
        raise Unusable(f"{form}: {trouble}. Choose --format csv.") from None
    click.echo(str(out))


def _wanted(what: str | None) -> list[str]:
    """The names asked for. Raises Unusable for one that there is not."""
    if what is None:
        return list(WHAT)
    names = [name.strip() for name in what.split(",") if name.strip()]
    unknown = [name for name in names if name not in WHAT]
    if unknown or not names:
        raise Unusable(f"--what {what}: choose among {', '.join(WHAT)}.")
    return names


@contextmanager
def _as_it_is_now() -> Iterator[None]:
    """Let all tables be read as they are at one moment, while others go on writing."""
    from django.db import connection, transaction

    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Not `atomic`: that would take the lock of a writer, and nobody else could write meanwhile.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@contextmanager
def _progress() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield progress


def _watched(table: Table, form: str, progress: Progress) -> Iterable[Sequence[Value]]:
    """The rows of a table, counted as they pass."""
    task = progress.add_task(table.name, total=table.count())
    passed = 0
    for row in table.rows():
        yield row
        passed += 1
        if passed % 1000 == 0:
            progress.update(task, completed=passed)
    progress.remove_task(task)
    progress.console.print(f"{table.name}.{form}: {passed:,} rows", highlight=False)
