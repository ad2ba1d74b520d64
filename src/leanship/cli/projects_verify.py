"""`leanship projects verify`: the verdict of one series in a file on a change (M22)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanship.cli._django import Unusable
from leanship.cli._tables import Reading, echo_json, open_table, reading_options

if TYPE_CHECKING:
    from leanship.cli._series import Series
    from leanship.domain.improvement import Verdict

_SAYS = {
    "improved": "Improved: the series shows it.",
    "worse": "Worse: the series shows it.",
    "mixed": "Mixed: there are signals on both sides.",
    "no_signal_yet": "No signal yet: what came after the change is routine variation of what was before.",
    "not_enough_evidence": "Not enough evidence: {before} of 12 points before, {after} of 8 after.",
}


@dataclass(frozen=True)
class _Judged:
    """A verdict over the rows of a file; `first` is the place of the first value after the change."""

    series: Series
    verdict: Verdict
    first: int

    def rows(self, positions: tuple[int, ...]) -> list[int]:
        return [self.series.places.index(self.first + position) for position in positions]

    def figure(self, figure: Fraction | None) -> float | None:
        return None if figure is None else float(figure / 10**self.series.decimals)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--change",
    metavar="D",
    required=True,
    help="The first day or period of the new way. Before it are the periods that end earlier, after it those that"
    " begin then or later; a period that holds it in its midst counts to neither.",
)
@click.option(
    "--check",
    metavar="D",
    help="The day or period of the check; periods that end later are not judged. The last of the file unless given.",
)
@click.option(
    "--better",
    type=click.Choice(["higher", "lower"]),
    default="higher",
    show_default=True,
    help="The better direction.",
)
@click.option("--value", metavar="COLUMN", help="The column with the values.")
@click.option("--time", metavar="COLUMN", help="The column with the periods, or with labels of the rows.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reading_options
def verify(
    file: Path,
    change: str,
    check: str | None,
    better: str,
    value: str | None,
    time: str | None,
    as_json: bool,
    **reading: str | None,
) -> None:
    """Judge by one series of FILE whether a change made it better.

    The points after the change are held against the limits of those before it. It takes 12 points before and 8 after.
    FILE is CSV, XLSX or Parquet with one row a period, its columns named in the first row; - reads standard input. A
    blank value is a gap. Rows are counted from 0, in the order of time.
    """
    from leanship.cli._series import read_series

    table = open_table(file, Reading(**reading))
    series = read_series(table, value, time)
    judged = _judge(series, change, check, better, reading.get("date_order") or "")
    verdict = judged.verdict
    if not as_json:
        _tell(judged)
        return
    echo_json(
        {
            "before": verdict.before,
            "after": verdict.after,
            "verdict": verdict.outcome.value,
            "centre": judged.figure(verdict.centre),
            "lower_limit": judged.figure(verdict.lower_limit),
            "upper_limit": judged.figure(verdict.upper_limit),
            "beyond_better": judged.rows(verdict.beyond_better),
            "beyond_worse": judged.rows(verdict.beyond_worse),
            "run_better": verdict.run_better,
            "run_worse": verdict.run_worse,
        }
    )


def _judge(series: Series, change: str, check: str | None, better: str, order: str) -> _Judged:
    """The verdict on the rows before and after. Raises Unusable for a moment that cannot be found."""
    from leanship.cli._moments import moment
    from leanship.domain.figures import Better
    from leanship.domain.improvement import verify as judge

    changed = moment(change, series.labels, series.written, option="--change", order=order)
    until = len(series.places)
    if check is not None:
        until = moment(check, series.labels, series.written, option="--check", order=order).until
        if until < changed.before:
            raise Unusable(f"--check {check}: it comes before the change, {change}.")
    ends = [*series.places, len(series.spaced)]
    before = series.spaced[: ends[changed.before - 1] + 1 if changed.before else 0]
    after = series.spaced[ends[changed.since] : ends[until - 1] + 1] if until > changed.since else ()
    return _Judged(series, judge(before, after, better=Better(better)), ends[changed.since])


def _tell(judged: _Judged) -> None:
    """The verdict in words, for a person at a terminal."""
    from rich.console import Console
    from rich.table import Table

    verdict, series = judged.verdict, judged.series

    def shown(figure: Fraction | None) -> str:
        number = judged.figure(figure)
        return "none" if number is None else f"{number:,.{series.decimals + 1}f}"

    def named(positions: tuple[int, ...]) -> str:
        return ", ".join(series.labels[row] for row in judged.rows(positions)) or "none"

    console = Console(highlight=False)
    summary = Table(title=series.name, title_justify="left", show_header=False)
    summary.add_column()
    summary.add_column(justify="right")
    summary.add_row("Points before the change", str(verdict.before))
    summary.add_row("Points after it", str(verdict.after))
    summary.add_row("Upper limit before", shown(verdict.upper_limit))
    summary.add_row("Centre before", shown(verdict.centre))
    summary.add_row("Lower limit before", shown(verdict.lower_limit))
    summary.add_row("After, beyond the better limit", named(verdict.beyond_better))
    summary.add_row("After, beyond the worse limit", named(verdict.beyond_worse))
    summary.add_row("Longest run on the better side", str(verdict.run_better))
    summary.add_row("Longest run on the worse side", str(verdict.run_worse))
    console.print(summary)
    console.print(_SAYS[verdict.outcome].format(before=verdict.before, after=verdict.after))
    if verdict.centre is not None and verdict.lower_limit is None:
        console.print("The points before give no limits, so only runs of eight were looked for.")
