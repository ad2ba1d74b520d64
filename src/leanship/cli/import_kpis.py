"""`leanship import kpis`: definitions of KPIs, for whom they are, and their standards, from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanship.cli._importing import column_options, import_options, take_in
from leanship.readers.kpis import COLUMNS, read_kpis

if TYPE_CHECKING:
    from leanship.readers.problems import Problems
    from leanship.readers.tabular import Table


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@import_options
@column_options(COLUMNS)
def kpis(file: Path, dry_run: bool, as_json: bool, home: Path | None, **options: Any) -> None:
    """Definitions of KPIs from FILE, one KPI or one series a row.

    FILE is CSV or XLSX; - reads standard input. Subjects are people and teams by id, e-mail address or name.
    Errors stop the import and nothing is written. The same file again changes nothing.
    """

    def alone(table: Table, columns: Mapping[str, str]) -> tuple[Problems, int]:
        found = read_kpis(table, columns=columns)
        return found.problems, len(found.kpis) + len(found.series)

    take_in("kpis", file, alone, dry_run=dry_run, as_json=as_json, home=home, options=options)
