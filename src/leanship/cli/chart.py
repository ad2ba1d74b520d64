"""`leanship chart`: the process behaviour chart of one series in a file (M16, M17)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanship.cli._django import Unusable
from leanship.cli._tables import Reading, echo_json, open_table, reading_options, write_file

if TYPE_CHECKING:
    from rich.table import Table

    from leanship.cli._series import Series
    from leanship.domain.figures import Figure
    from leanship.domain.process_behaviour import Baseline, Chart, Signal

_WORDS = {
    "outside_limits": "outside the limits",
    "run_of_8": "eight or more in a row",
    "three_of_four": "three of four nearer the limit",
}
_STEP = "an unusual step from the point before"


@dataclass(frozen=True)
class _Drawn:
    """A chart over the rows of a file; the domain's positions, which count missing periods, turned into rows."""

    series: Series
    chart: Chart

    def row(self, position: int) -> int:
        return self.series.places.index(position)

    def figure(self, figure: Figure | None) -> float | None:
        from fractions import Fraction

        return None if figure is None else float(Fraction(figure, 10**self.series.decimals))

    def signals(self) -> list[dict[str, object]]:
        return [{"index": self.row(s.index), "rule": s.rule.value} for s in self.chart.signals]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--value", metavar="COLUMN", help="The column with the values.")
@click.option("--time", metavar="COLUMN", help="The column with the periods, or with labels of the rows.")
@click.option(
    "--baseline",
    metavar="all|N|A:B",
    help="What sets the limits: all points, the first N, or those from A to B, both included, each a period as in the"
    " file or a row counted from 1. The first 24 unless given.",
)
@click.option("--median", is_flag=True, help="Limits from the median moving range.")
@click.option(
    "--constants",
    type=click.Choice(["wheeler", "nist"]),
    default="wheeler",
    show_default=True,
    help="Whose factors.",
)
@click.option(
    "--better", type=click.Choice(["higher", "lower"]), help="The better direction, for the colours."
)
@click.option(
    "--svg", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Draw it as SVG."
)
@click.option(
    "--png", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Draw it as PNG."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reading_options
def chart(
    file: Path,
    value: str | None,
    time: str | None,
    baseline: str | None,
    median: bool,
    constants: str,
    better: str | None,
    svg: Path | None,
    png: Path | None,
    as_json: bool,
    **reading: str | None,
) -> None:
    """Chart one series of FILE: its centre, its limits, and which points are signals.

    FILE is CSV, XLSX or Parquet with one row a period, its columns named in the first row; - reads standard
    input. A blank value is a gap. Signals are counted from 0, in the order of time.
    """
    from leanship.cli._series import read_series
    from leanship.domain import process_behaviour

    table = open_table(file, Reading(**reading))
    series = read_series(table, value, time)
    try:
        found = process_behaviour.chart(
            series.spaced,
            baseline=_baseline(baseline, series),
            constants=process_behaviour.NIST if constants == "nist" else process_behaviour.WHEELER,
            use_median=median,
        )
    except ValueError as trouble:
        raise Unusable(f"--baseline {baseline}: {trouble}.") from None
    drawn = _Drawn(series, found)
    _draw(drawn, better, svg, png)
    if as_json:
        echo_json(
            {
                "n": found.n,
                "centre": drawn.figure(found.centre),
                "average_moving_range": drawn.figure(found.average_moving_range),
                "lower_limit": drawn.figure(found.lower_limit),
                "upper_limit": drawn.figure(found.upper_limit),
                "range_limit": drawn.figure(found.range_limit),
                "signals": drawn.signals(),
                "range_signals": [drawn.row(position) for position in found.range_signals],
            }
        )
    else:
        _tell(drawn, better, median)


def _baseline(text: str | None, series: Series) -> Baseline:
    """What `--baseline` says, in positions of the chart. Raises Unusable for what it cannot mean."""
    if text is None or text == "all":
        return "all" if text else None
    begin, colon, end = text.partition(":")
    if not colon:
        if not text.isdecimal() or not int(text):
            raise Unusable(f"--baseline {text}: write all, a number of points, or A:B.")
        return int(text)
    first = _row(begin, series, 0)
    last = _row(end, series, len(series.places) - 1)
    if not first <= last:
        raise Unusable(f"--baseline {text}: it ends before it begins.")
    return series.places[first], series.places[last] + 1


def _row(text: str, series: Series, default: int) -> int:
    """The row that an end of A:B names: its label in the time column, else its number counted from 1."""
    text = text.strip()
    if not text:
        return default
    for names in (series.written, series.labels):
        if text in names:
            return names.index(text)
    if text.isdecimal() and int(text) <= len(series.labels):
        return max(int(text) - 1, 0)
    raise Unusable(f"--baseline: {text} is neither in the time column nor the number of a row.")


def _draw(drawn: _Drawn, better: str | None, svg: Path | None, png: Path | None) -> None:
    if svg is None and png is None:
        return
    from leanship.web.charts import xmr
    from leanship.web.charts.series import xmr_data

    series = drawn.series
    data = xmr_data(
        drawn.chart,
        series.spaced,
        series.spaced_labels,
        title=series.name,
        decimals=series.decimals,
        better=better or "",
        summary=_sentence(drawn),
    )
    picture = str(xmr.svg(data, standalone=True))
    if svg is not None:
        write_file(svg, picture.encode())
    if png is not None:
        from resvg_py import svg_to_bytes

        write_file(png, bytes(svg_to_bytes(svg_string=picture, background="#ffffff", zoom=2)))


def _sentence(drawn: _Drawn) -> str:
    found = drawn.chart
    if found.lower_limit is None:
        if found.current.points < 6:
            return f"Not enough evidence for limits: {found.current.points} of 6 points."
        return "The moving range that the limits rest on is 0, so there are no limits."
    signals = len({signal.index for signal in found.signals})
    if not signals:
        return "Routine variation: no point is a signal."
    return f"{signals} of {found.n} points are signals; the others are routine variation."


def _tell(drawn: _Drawn, better: str | None, median: bool) -> None:
    """The chart in words, for a person at a terminal."""
    from rich.console import Console
    from rich.table import Table

    series, found = drawn.series, drawn.chart
    places = series.decimals + 1

    def shown(figure: Figure | None) -> str:
        number = drawn.figure(figure)
        return "none" if number is None else f"{number:,.{places}f}"

    console = Console(highlight=False)
    summary = Table(title=f"{series.name}, {found.n} points", title_justify="left", show_header=False)
    summary.add_column()
    summary.add_column(justify="right")
    summary.add_row("Upper limit", shown(found.upper_limit))
    summary.add_row("Centre", shown(found.centre))
    summary.add_row("Lower limit", shown(found.lower_limit))
    summary.add_row("Average moving range", shown(found.average_moving_range))
    if median:
        summary.add_row("Median moving range", shown(found.current.median_moving_range))
    summary.add_row("Limit of moving ranges", shown(found.range_limit))
    console.print(summary)
    console.print(_sentence(drawn))
    if found.signals or found.range_signals:
        console.print(_signal_table(drawn, better))
    if found.provisional and found.lower_limit is not None:
        console.print(f"The limits are provisional: they rest on {found.current.points} points, not 24.")
    if found.current.autocorrelated:
        console.print("Neighbouring points follow one another closely, so these limits are too narrow.")
    if series.skips:
        console.print(f"{series.skips} periods are missing; each breaks a run and a moving range.")


def _signal_table(drawn: _Drawn, better: str | None) -> Table:
    """One line for each stretch of neighbouring points that one rule flags on one side."""
    from rich.table import Table

    stretches: list[list[int]] = []
    says: list[str] = []
    open_: dict[str, int] = {}
    flags = [(signal.index, _words(signal, better)) for signal in drawn.chart.signals]
    flags += [(position, _STEP) for position in drawn.chart.range_signals]
    for position, words in sorted(flags):
        place = open_.get(words)
        if place is not None and stretches[place][-1] == position - 1:
            stretches[place].append(position)
        else:
            open_[words] = len(stretches)
            stretches.append([position])
            says.append(words)
    table = Table("When", "Points", "Value", "Signal")
    table.columns[1].justify = "right"
    series = drawn.series
    for stretch, words in zip(stretches, says, strict=True):
        rows = [drawn.row(stretch[0]), drawn.row(stretch[-1])]
        rows = rows[: len(stretch)]
        values = [drawn.figure(series.spaced[position]) or 0.0 for position in stretch]
        ends = [min(values), max(values)] if len(stretch) > 1 else values
        table.add_row(
            " to ".join(series.labels[row] for row in rows),
            str(len(stretch)),
            " to ".join(f"{value:,.{series.decimals}f}" for value in ends),
            words,
        )
    return table


def _words(signal: Signal, better: str | None) -> str:
    side = "above" if signal.side > 0 else "below"
    word = ""
    if better is not None:
        word = ", the better side" if (signal.side > 0) == (better == "higher") else ", the worse side"
    return f"{_WORDS[signal.rule]}, {side} the centre{word}"
