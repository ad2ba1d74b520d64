"""`leanship import projects`: improvement projects from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanship.cli._importing import column_options, import_options, take_in
from leanship.readers.projects import COLUMNS, read_projects

if TYPE_CHECKING:
    from leanship.readers.problems import Problems
    from leanship.readers.tabular import Table


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@import_options
@column_options(COLUMNS)
def projects(file: Path, dry_run: bool, as_json: bool, home: Path | None, **options: Any) -> None:
    """Improvement projects from FILE, one a row.

    FILE is CSV or XLSX; - reads standard input. Leaders and teams are found by id, e-mail address or name. Errors stop
    the import and nothing is written. The same file again changes nothing.
    """

    def alone(table: Table, columns: Mapping[str, str]) -> tuple[Problems, int]:
        found = read_projects(table, columns=columns)
        return found.problems, len(found.projects)

    take_in("projects", file, alone, dry_run=dry_run, as_json=as_json, home=home, options=options)
