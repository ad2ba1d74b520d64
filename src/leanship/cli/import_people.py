"""`leanship import people`: an organisation chart from a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanship.cli._django import Unusable
from leanship.cli._importing import (
    answer,
    column_options,
    import_options,
    installed,
    read,
    require_tables,
    split,
)
from leanship.readers.people import COLUMNS

if TYPE_CHECKING:
    from leanship.features.org.incoming import Comparison
    from leanship.readers.changes import Changes
    from leanship.readers.people import PeopleFile


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@import_options
@click.option("--strict", is_flag=True, help="An id that comes twice is an error, not a job share.")
@click.option(
    "--complete", is_flag=True, help="Whoever came from this source and is not in the file has left."
)
@click.option(
    "--source", default="", metavar="NAME", help="Where the ids come from; other sources are kept apart."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="From when the changes hold (default: today).",
)
@column_options(COLUMNS, but=("source",))
def people(
    file: Path,
    dry_run: bool,
    as_json: bool,
    home: Path | None,
    strict: bool,
    complete: bool,
    source: str,
    on: datetime | None,
    **options: Any,
) -> None:
    """People and their reporting lines from FILE, one person a row.

    FILE is CSV or XLSX with the columns id, name, title, reports_to, department …; - reads standard input.
    Leaders are found by id, e-mail address or name. Errors stop the import and nothing is written; warnings do
    not. With --dry-run and no installation, the file is held against an empty organisation.
    """
    how, columns = split(options)
    table, digest = read(file, how)
    if dry_run and not installed(home):
        from leanship.readers.changes import diff
        from leanship.readers.people import read_people

        found = read_people(table, strict=strict, columns=columns)
        _answer(as_json, found, diff({}, found), dry_run)
        return
    if not installed(home):
        raise Unusable("There is no installation here. Start one with leanship serve, or use --dry-run.")
    require_tables()
    from leanship.features.org.access import SYSTEM
    from leanship.features.org.incoming import compare, people_now

    compared = compare(
        people_now(SYSTEM, source), table, source=source, strict=strict, columns=columns, complete=complete
    )
    if not dry_run and not compared.file.problems.blocking:
        _take_in(compared, file.name, digest, on)
    _answer(as_json, compared.file, compared.changes, dry_run)


def _take_in(compared: Comparison, filename: str, digest: str, on: datetime | None) -> None:
    from leanship.features.base.errors import Declined
    from leanship.features.org.access import SYSTEM
    from leanship.features.org.actions import import_people

    try:
        import_people(
            SYSTEM, comparison=compared, filename=filename, digest=digest, on=on.date() if on else None
        )
    except Declined as error:
        raise Unusable(str(error)) from None


def _answer(as_json: bool, found: PeopleFile, changes: Changes, dry_run: bool) -> None:
    shape = found.shape
    figures: dict[str, object] = {
        "rows": found.rows,
        "distinct_ids": found.distinct_ids,
        "duplicate_ids": found.duplicate_ids,
        "roots": list(shape.roots),
        "max_depth": shape.max_depth,
        "managers": shape.managers,
        "mean_span": shape.mean_span,
        "added": len(changes.added),
        "changed": len(changes.changed),
        "unchanged": len(changes.unchanged),
    }

    def say() -> None:
        roots = ", ".join(shape.roots[:5]) + (" …" if len(shape.roots) > 5 else "")
        mean = "none" if shape.mean_span is None else f"{shape.mean_span:.2f}"
        click.echo(
            f"{found.rows:,} rows, {found.distinct_ids:,} people, {found.duplicate_ids:,} rows repeated."
        )
        click.echo(
            f"At the top: {roots}. Depth {shape.max_depth}, {shape.managers:,} managers, mean span {mean}."
        )
        counts = (len(changes.added), len(changes.changed), len(changes.unchanged), len(changes.ended))
        words = "{:,} added, {:,} changed, {:,} left alone, {:,} ended.".format(*counts)
        click.echo(f"Nothing was written. It would be: {words}" if dry_run else words)

    answer(as_json, figures, found.problems, say)
