"""`leanship rate`: every subject of a file against its standard (M11 to M17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanship.cli._django import Unusable
from leanship.cli._tables import Reading, echo_json, open_table, reading_options, write_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from leanship.cli._measured import Measured
    from leanship.domain.columns import RatedColumns

_SHOWN = 200
_WORDS = {
    "exceeds": "exceeds",
    "meets": "meets",
    "does_not_meet": "does not meet yet",
    "not_consistent": "not consistent",
    "not_enough_evidence": "not enough evidence",
}
_REASONS = {
    "no_value": "no value",
    "no_standard": "no standard",
    "negative": "negative values or standards",
}


@dataclass(frozen=True)
class Row:
    """What `rate` says of one subject and KPI; the fields are the keys of its JSON and the columns of its file."""

    subject: str
    kpi: str | None
    periods: int
    exceeds: int
    meets: int
    rating: str
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    signals: int


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--subject", metavar="COLUMN", help="Whose figure it is.")
@click.option("--period", metavar="COLUMN", help="2026-11-22, 2026-W47, 2026-11, 2026-Q4 or plain numbers.")
@click.option("--value", metavar="COLUMN", help="The figure.")
@click.option("--standard", metavar="COLUMN|NUMBER", help="The standard: a column, or one number for all.")
@click.option("--kpi", metavar="COLUMN", help="Which KPI it is, where there are several.")
@click.option("--direction", metavar="COLUMN", help="higher or lower: which is better for the KPI.")
@click.option(
    "--better",
    type=click.Choice(["higher", "lower"]),
    default="higher",
    show_default=True,
    help="Which is better where no column says it.",
)
@click.option(
    "--decimals", type=click.IntRange(0, 15), help="Round values and standards half up to so many first."
)
@click.option("--window", type=click.IntRange(1, 10_000), metavar="N", help="So many periods instead of 20 days, 13"
              " weeks, 12 months or 8 quarters.")  # fmt: skip
@click.option(
    "--as-of", metavar="PERIOD", help="The last period of the window; the latest in the file unless given."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the rows as CSV, XLSX or Parquet, by the ending.")  # fmt: skip
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
              help="Where to compute.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reading_options
def rate(
    file: Path,
    subject: str | None,
    period: str | None,
    value: str | None,
    standard: str | None,
    kpi: str | None,
    direction: str | None,
    better: str,
    decimals: int | None,
    window: int | None,
    as_of: str | None,
    out: Path | None,
    engine: str,
    as_json: bool,
    **reading: str | None,
) -> None:
    """Rate every subject of FILE on its last closed periods, and chart it.

    FILE is CSV, XLSX or Parquet with one measurement a row: subject, period, value, standard and, if there
    are several, kpi and direction. The rating is the raw one of this window; centre, limits and signals are
    those of the whole series up to it. A series that cannot be rated at all is listed as skipped, with the
    reason.
    """
    from leanship.cli._measured import read_measured

    if out is not None and out.suffix.lower() not in (".csv", ".xlsx", ".parquet"):
        raise Unusable(f"{out}: name it .csv, .xlsx or .parquet.")
    run = _engine(engine)
    given = {"subject": subject, "period": period, "value": value, "kpi": kpi, "direction": direction}
    columns = {name: column for name, column in given.items() if column is not None}
    table = open_table(file, Reading(**reading))
    groups, without = read_measured(table, columns, standard, decimals, as_of)
    rows: list[Row] = []
    skipped: list[dict[str, str | None]] = []
    for group in groups:
        rated, reasons = _rows(group, run(group, better, window))
        rows += rated
        skipped += reasons
    skipped += [{"subject": name, "kpi": None, "reason": "no_value"} for name in without]
    if out is not None:
        _write(out, rows)
    if as_json:
        echo_json({"rows": [vars(row) for row in rows], "skipped": skipped})
    else:
        _tell(rows, skipped)


def _run_here(group: Measured, better: str, window: int | None) -> RatedColumns:
    """Rates a group of series in this process."""
    import numpy as np

    from leanship.domain.columns import rate_columns

    lower = np.array([(direction or better) == "lower" for direction in group.better], np.bool_)
    return rate_columns(
        group.starts,
        group.ordinals,
        group.values,
        group.standards,
        lower,
        cadence=group.cadence,
        last=group.last,
        size=window,
    )


def _engine(name: str) -> Callable[[Measured, str, int | None], RatedColumns]:
    if name == "local":
        return _run_here
    if find_spec("pyspark") is None:
        raise Unusable(
            "--engine spark needs Spark, which is not installed: pip install pyspark (and Java 17)."
        )
    from leanship.cli._spark import on_spark

    return on_spark(_run_here)


def _rows(group: Measured, rated: RatedColumns) -> tuple[list[Row], list[dict[str, str | None]]]:
    """The rows of one cadence, and the series of which nothing could be rated, with the reason."""
    from leanship.domain.columns import RATINGS

    def figures(column: NDArray[np.float64]) -> list[float | None]:
        return [None if figure != figure else figure for figure in (column / group.units).tolist()]

    limits = zip(figures(rated.centre), figures(rated.lower_limit), figures(rated.upper_limit), strict=True)
    counts = zip(
        rated.present.tolist(),
        rated.exceeds.tolist(),
        rated.meets.tolist(),
        rated.signals.tolist(),
        strict=True,
    )
    rows: list[Row] = []
    skipped: list[dict[str, str | None]] = []
    for i, ((subject, kpi), (centre, lower, upper), (n, e, m, signals)) in enumerate(
        zip(group.names, limits, counts, strict=True)
    ):
        reason = _reason(group, i) if n == 0 else None
        if reason is not None:
            skipped.append({"subject": subject, "kpi": kpi, "reason": reason})
            continue
        rating = RATINGS[rated.rating[i]].value
        rows.append(Row(subject, kpi, n, e, m, rating, centre, lower, upper, signals))
    return rows, skipped


def _reason(group: Measured, i: int) -> str | None:
    """Why nothing of a series can be rated; None where it could be, only not in this window."""
    from leanship.domain.columns import NO_STANDARD

    rows = slice(int(group.starts[i]), int(group.starts[i + 1]))
    values, standards = group.values[rows], group.standards[rows]
    if (standards == NO_STANDARD).all():
        return "no_standard"
    return None if ((values >= 0) & (standards >= 0)).any() else "negative"


def _write(out: Path, rows: list[Row]) -> None:
    """The rows as a file of the kind its ending names."""
    names = [field.name for field in fields(Row)]
    if out.suffix.lower() == ".parquet":
        import polars

        text, whole, number = polars.String, polars.Int64, polars.Float64
        kinds = [text, text, whole, whole, whole, text, number, number, number, whole]
        frame = polars.DataFrame([vars(row) for row in rows], schema=dict(zip(names, kinds, strict=True)))
        content = BytesIO()
        frame.write_parquet(content)
        write_file(out, content.getvalue())
        return
    from leanship.readers.writing import csv_bytes, xlsx_bytes

    make = csv_bytes if out.suffix.lower() == ".csv" else xlsx_bytes
    write_file(out, make(names, ([getattr(row, name) for name in names] for row in rows)))


def _tell(rows: list[Row], skipped: list[dict[str, str | None]]) -> None:
    """The ratings as a table for a person at a terminal."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, width=max(Console().width, 96))  # below, rich drops whole columns
    kpis = any(row.kpi is not None for row in rows)
    table = Table(box=SIMPLE, pad_edge=False)
    for name in ("Subject", *(["KPI"] if kpis else [])):
        table.add_column(name, overflow="fold")
    table.add_column("Rating", no_wrap=True)
    for name in ("\u2265105", "\u2265100", "of", "Centre", "Limits", "Signals"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows[:_SHOWN]:
        limits = "none" if row.upper_limit is None else f"{row.lower_limit:.4g} to {row.upper_limit:.4g}"
        figures = [row.exceeds, row.meets, row.periods, f"{row.centre:.4g}", limits, row.signals]
        whose = [row.subject, row.kpi or ""] if kpis else [row.subject]
        table.add_row(*whose, _WORDS[row.rating], *map(str, figures))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"{len(rows) - _SHOWN} more are not shown; --out FILE writes all.")
    found = Counter(row.rating for row in rows)
    told = [f"{found[rating]} {words}" for rating, words in _WORDS.items() if found[rating]]
    console.print(f"{len(rows)} rated: {', '.join(told)}." if rows else "Nothing could be rated.")
    for one in skipped:
        of = f", {one['kpi']}" if one["kpi"] else ""
        console.print(f"Skipped: {one['subject']}{of} ({_REASONS[one['reason'] or '']}).")
