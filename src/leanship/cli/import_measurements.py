"""`leanship import measurements`: figures of KPIs from a file."""

from __future__ import annotations

from collections.abc import Mapping
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
from leanship.domain.periods import Cadence
from leanship.readers.shapes import COLUMNS

if TYPE_CHECKING:
    from leanship.readers.problems import Problems
    from leanship.readers.tabular import Table


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@import_options
@click.option("--kpi", default="", metavar="NAME", help="The KPI of the whole file; defined if it is new.")
@click.option("--create-kpis", is_flag=True, help="Define the KPIs of the file that are not here yet.")
@click.option("--create-teams", is_flag=True, help="Make a team of every subject that is not here yet.")
@click.option("--unit", default="", metavar="UNIT", help="Unit of KPIs that are new.")
@click.option(
    "--better", type=click.Choice(["higher", "lower"]), help="What is better, for KPIs that are new."
)
@click.option(
    "--aggregation",
    type=click.Choice(["mean", "sum", "last", "ratio"]),
    help="The figure of a longer period, for KPIs that are new.",
)
@click.option(
    "--cadence",
    type=click.Choice([each.value for each in Cadence]),
    help="How often, for KPIs that are new (default: as the file shows).",
)
@click.option("--reason", default="", metavar="TEXT", help="Why figures change; kept with each correction.")
@column_options(COLUMNS, but=("kpi",))
def measurements(
    file: Path,
    dry_run: bool,
    as_json: bool,
    home: Path | None,
    kpi: str,
    create_kpis: bool,
    create_teams: bool,
    unit: str,
    better: str | None,
    aggregation: str | None,
    cadence: str | None,
    reason: str,
    **options: Any,
) -> None:
    """Figures of KPIs from FILE, one a row or one period a column.

    FILE is CSV or XLSX with the columns subject, kpi, period, value and, where there is one, standard; - reads
    standard input. Subjects are people and teams by id, e-mail address or name. Errors stop the import and
    nothing is written. The same file again changes nothing.
    """
    how, columns = split(options)
    table, digest = read(file, how)
    if not installed(home):
        if not dry_run:
            raise Unusable("There is no installation here. Start one with leanship serve, or use --dry-run.")
        from leanship.readers.measurements import read_measurements

        found = read_measurements(
            table, columns=columns, kpi=kpi or None, cadence=Cadence(cadence) if cadence else None
        )
        figures = {"rows": len(table), "added": len(found), "changed": 0, "unchanged": 0}
        _answer(as_json, figures, found.problems, dry_run)
        return
    require_tables()
    given = {
        "kpi": kpi,
        "create_kpis": "yes" if create_kpis else "",
        "create_teams": "yes" if create_teams else "",
        "unit": unit,
        "direction": better or "",
        "aggregation": aggregation or "",
        "cadence": cadence or "",
        "reason": reason,
    }
    _take_in(table, given, columns, file.name, digest, dry_run, as_json)


def _take_in(
    table: Table,
    given: Mapping[str, str],
    columns: Mapping[str, str],
    filename: str,
    digest: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    from leanship.connect.kinds import measurements as kind
    from leanship.connect.registry import Upload
    from leanship.features.base.errors import Declined
    from leanship.features.org.access import SYSTEM

    try:
        found = kind.preview(SYSTEM, table, given, columns)
        done = found.payload.counts if found.payload is not None else None
        anything = done is not None and done.anything
        if anything and not dry_run and not found.problems.blocking:
            kind.apply(SYSTEM, found, given, Upload(filename, digest))
    except Declined as error:
        raise Unusable(str(error)) from None
    figures = {
        "rows": found.rows,
        "added": done.added if done else 0,
        "changed": done.changed if done else 0,
        "unchanged": done.unchanged if done else 0,
        "new_kpis": done.new_kpis if done else 0,
        "new_teams": done.new_teams if done else 0,
        "new_series": done.new_series if done else 0,
        "new_standards": done.new_standards if done else 0,
    }
    _answer(as_json, figures, found.problems, dry_run)


def _answer(as_json: bool, figures: Mapping[str, int], problems: Problems, dry_run: bool) -> None:
    def say() -> None:
        words = "{added:,} figures added, {changed:,} corrected, {unchanged:,} left alone.".format(**figures)
        new = [
            f"{figures[name]:,} {label}"
            for name, label in (
                ("new_kpis", "new KPIs"),
                ("new_teams", "new teams"),
                ("new_series", "new series"),
                ("new_standards", "standards set"),
            )
            if figures.get(name)
        ]
        click.echo(f"Nothing was written. It would be: {words}" if dry_run else words)
        if new:
            click.echo(", ".join(new) + ".")

    answer(as_json, figures, problems, say)
