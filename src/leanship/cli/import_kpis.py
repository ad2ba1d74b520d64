"""`leanship import kpis`: definitions of KPIs, for whom they are, and their standards, from a file."""

from __future__ import annotations

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
from leanship.readers.kpis import COLUMNS, read_kpis

if TYPE_CHECKING:
    from leanship.readers.problems import Problems


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@import_options
@column_options(COLUMNS)
def kpis(file: Path, dry_run: bool, as_json: bool, home: Path | None, **options: Any) -> None:
    """Definitions of KPIs from FILE, one KPI or one series a row.

    FILE is CSV or XLSX; - reads standard input. Subjects are people and teams by id, e-mail address or name.
    Errors stop the import and nothing is written. The same file again changes nothing.
    """
    how, columns = split(options)
    table, digest = read(file, how)
    if not installed(home):
        if not dry_run:
            raise Unusable("There is no installation here. Start one with leanship serve, or use --dry-run.")
        alone = read_kpis(table, columns=columns)
        _answer(as_json, dry_run, alone.problems, len(table), len(alone.kpis) + len(alone.series), 0, 0)
        return
    require_tables()
    from leanship.connect.kinds import kpis as kind
    from leanship.connect.registry import Upload
    from leanship.features.base.errors import Declined
    from leanship.features.org.access import SYSTEM

    try:
        found = kind.preview(SYSTEM, table, {}, columns)
        if not dry_run and not found.problems.blocking and found.added_count + found.changed_count:
            kind.apply(SYSTEM, found, {}, Upload(file.name, digest))
    except Declined as error:
        raise Unusable(str(error)) from None
    counts = found.added_count, found.changed_count, found.unchanged_count
    _answer(as_json, dry_run, found.problems, found.rows, *counts)


def _answer(
    as_json: bool, dry_run: bool, problems: Problems, rows: int, added: int, changed: int, unchanged: int
) -> None:
    def say() -> None:
        words = f"{added:,} added, {changed:,} changed, {unchanged:,} left alone."
        click.echo(f"Nothing was written. It would be: {words}" if dry_run else words)

    figures = {"rows": rows, "added": added, "changed": changed, "unchanged": unchanged}
    answer(as_json, figures, problems, say)
