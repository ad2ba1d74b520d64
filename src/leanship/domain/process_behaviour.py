"""The process behaviour chart (XmR): what is routine variation, and what is a signal (M16 to M18).

Constants and rules are those of D. J. Wheeler, *Understanding Variation*; `NIST` gives those of the
NIST/SEMATECH e-Handbook 6.3.2.2. Every decision is a comparison of whole numbers, so a point on a limit or
on the centre is never moved across it by how floats add up. `leanship.domain.columns` holds the same rules
for millions of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Final, Literal, NamedTuple

from leanship.domain.figures import Figure, median

BASELINE: Final = 24
"""Points that a baseline takes unless asked otherwise (M16)."""
MINIMUM_POINTS: Final = 6
"""Below this many points in the baseline there are no limits (M16)."""
RUN: Final = 8


class Rule(StrEnum):
    """Why a point is a signal (M17)."""

    OUTSIDE_LIMITS = "outside_limits"
    RUN_OF_8 = "run_of_8"
    THREE_OF_FOUR = "three_of_four"


_RULE_ORDER: Final = {rule: place for place, rule in enumerate(Rule)}


@dataclass(frozen=True, slots=True)
class Constants:
    """What the average (or median) moving range is multiplied by for the limits and for the range limit."""

    limit: Fraction
    range_limit: Fraction


WHEELER: Final = Constants(Fraction("2.66"), Fraction("3.268"))
NIST: Final = Constants(3 / Fraction("1.128"), Fraction("3.267"))
MEDIAN: Final = Constants(Fraction("3.145"), Fraction("3.865"))
"""For the median moving range (M16); it replaces either of the others."""

Baseline = int | tuple[int, int] | Literal["all"] | None
"""Which points set the limits: None the first 24, a number the first so many, "all", or the positions
`(start, stop)`, `stop` not included."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A flagged point: its position, the rule, and its side of the centre (1 above, -1 below).

    `told` is the position of the point that made it a signal: its own, or a later one that filled up its eight in
    a row or three of four.
    """

    index: int
    rule: Rule
    side: int
    told: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Centre and limits that hold for the positions from `start` up to, not including, `stop`.

    `points` is how many points of the segment the baseline holds, and `settled` the position from which on no
    further point changes them. The limits are None with fewer than 6 of
    them or when the range they rest on is 0. They are exact and may lie beyond what is possible; `drawn`
    clips them.
    """

    start: int
    stop: int
    settled: int
    points: int
    centre: Fraction | None
    average_moving_range: Fraction | None
    median_moving_range: Fraction | None
    lower_limit: Fraction | None
    upper_limit: Fraction | None
    range_limit: Fraction | None
    provisional: bool
    autocorrelation: Fraction | None
    autocorrelated: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart. `n` counts the points; `segments` is one, or one more for each accepted shift (M18)."""

    n: int
    segments: tuple[Segment, ...]
    signals: tuple[Signal, ...]
    range_signals: tuple[int, ...]
    moving_ranges: tuple[Figure | None, ...]

    @property
    def current(self) -> Segment:
        """The segment that holds now: the last."""
        return self.segments[-1]

    @property
    def centre(self) -> Fraction | None:
        """Mean of the current baseline; None without points."""
        return self.current.centre

    @property
    def average_moving_range(self) -> Fraction | None:
        """Mean of the current baseline's moving ranges; None without any."""
        return self.current.average_moving_range

    @property
    def lower_limit(self) -> Fraction | None:
        """Lower natural process limit, not clipped; None without limits."""
        return self.current.lower_limit

    @property
    def upper_limit(self) -> Fraction | None:
        """Upper natural process limit, not clipped; None without limits."""
        return self.current.upper_limit

    @property
    def range_limit(self) -> Fraction | None:
        """Limit of the moving ranges; None without limits."""
        return self.current.range_limit

    @property
    def provisional(self) -> bool:
        """Whether the current limits rest on fewer points than a baseline wants."""
        return self.current.provisional

    def signals_at(self, index: int) -> tuple[Signal, ...]:
        """The signals of one point; what M14 asks of a rating that changes at once is whether there is any."""
        return tuple(signal for signal in self.signals if signal.index == index)


def chart(
    values: Sequence[Figure | None],
    *,
    baseline: Baseline = None,
    constants: Constants = WHEELER,
    use_median: bool = False,
    accepted: Iterable[tuple[int, Baseline]] = (),
) -> Chart:
    """The chart of one series in the order of its periods; None is a gap, which breaks a moving range and a run.

    `baseline` sets the first limits. Each of `accepted` begins a new segment at its position with a baseline
    of its own (M18); positions are those of `values`. A run, three of four, and a moving range never reach
    across two segments. Raises ValueError for a baseline without points, or for segments that do not follow
    one another.
    """
    scale = lcm(*(value.denominator for value in values if value is not None))
    whole = [None if value is None else int(value * scale) for value in values]
    if use_median:
        constants = MEDIAN
    parts = [(0, baseline), *accepted]
    bounds = [start for start, _ in parts] + [len(values)]
    if any(first >= second for first, second in pairwise(bounds)) and len(parts) > 1:
        raise ValueError("each accepted baseline must begin after the one before it and inside the series")
    segments: list[Segment] = []
    signals: list[Signal] = []
    range_signals: list[int] = []
    ranges: list[Figure | None] = []
    for (start, stop), (_, wanted) in zip(pairwise(bounds), parts, strict=True):
        part = whole[start:stop]
        part_ranges = _moving_ranges(part)
        ranges += [None if r is None else Fraction(r, scale) if scale > 1 else r for r in part_ranges]
        inside, provisional = _baseline(part, start, wanted)
        segment, found, beyond = _segment(part, part_ranges, inside, constants, use_median)
        segments.append(_placed(segment, start, stop, scale, provisional))
        signals += [Signal(s.index + start, s.rule, s.side, s.told + start) for s in found]
        range_signals += [index + start for index in beyond]
    signals.sort(key=lambda signal: (signal.index, _RULE_ORDER[signal.rule]))
    points = sum(1 for value in values if value is not None)
    return Chart(points, tuple(segments), tuple(signals), tuple(range_signals), tuple(ranges))


def upto(whole: Chart, values: Sequence[Figure | None], stop: int) -> Chart | None:
    """The chart of the first `stop` of `values`, cut out of the `whole` chart that was drawn of all of them.

    Nothing that comes later changes a chart whose limits are settled: a signal told by then stays, and no other is
    told. None where the limits rest on points after `stop`, and the chart must be drawn anew; None for no values.
    """
    segments = [segment for segment in whole.segments if segment.start < stop]
    if not segments or segments[-1].settled > stop:
        return None
    segments[-1] = replace(segments[-1], stop=min(segments[-1].stop, stop))
    return Chart(
        sum(value is not None for value in values[:stop]),
        tuple(segments),
        tuple(signal for signal in whole.signals if signal.told < stop),
        tuple(index for index in whole.range_signals if index < stop),
        whole.moving_ranges[:stop],
    )


def _moving_ranges(values: Sequence[int | None]) -> list[int | None]:
    before: list[int | None] = [None, *values[:-1]]
    return [
        None if a is None or b is None else abs(b - a)
        for a, b in zip(before[: len(values)], values, strict=True)
    ]


def _baseline(values: Sequence[int | None], offset: int, wanted: Baseline) -> tuple[range, bool]:
    """The positions inside the segment that set its limits, and whether they are provisional."""
    here = [index for index, value in enumerate(values) if value is not None]
    if wanted == "all":
        return range(len(values)), False
    if isinstance(wanted, tuple):
        inside = range(max(wanted[0] - offset, 0), min(wanted[1] - offset, len(values)))
        if not any(values[index] is not None for index in inside):
            raise ValueError("the baseline holds no points")
        return inside, False
    size = BASELINE if wanted is None else wanted
    if size < 1:
        raise ValueError("a baseline needs at least one point")
    if len(here) < size:
        return range(len(values)), True
    return range(here[size - 1] + 1), False


def _segment(
    values: Sequence[int | None],
    ranges: Sequence[int | None],
    baseline: range,
    constants: Constants,
    use_median: bool,
) -> tuple[Segment, list[Signal], list[int]]:
    """One segment in whole numbers, its signals, and the positions of moving ranges above their limit."""
    points = [value for index in baseline if (value := values[index]) is not None]
    # The first range of a baseline that begins in the middle would reach back to a point outside it.
    within = [r for index in baseline[1:] if (r := ranges[index]) is not None]
    n, total = len(points), sum(points)
    average = Fraction(sum(within), len(within)) if within else None
    middle = Fraction(median([*within])) if within else None
    spread = middle if use_median else average
    centre = Fraction(total, n) if n else None
    correlation, correlated = _autocorrelation(values, baseline, n, total)
    lower = upper = highest = None
    signals: list[Signal] = []
    beyond: list[int] = []
    if centre is not None and n >= MINIMUM_POINTS:
        # n·x − Σx has the sign of the point's side and n times its distance from the centre: no division.
        deviations = [None if value is None else n * value - total for value in values]
        signals += _runs(deviations)
        if spread:
            width = constants.limit * spread
            lower, upper, highest = centre - width, centre + width, constants.range_limit * spread
            signals += _by_limits(deviations, width.numerator * n, width.denominator)
            most, of = highest.numerator, highest.denominator
            beyond = [index for index, r in enumerate(ranges) if r is not None and r * of > most]
    segment = Segment(
        0,
        len(values),
        baseline.stop,
        n,
        centre,
        average,
        middle,
        lower,
        upper,
        highest,
        False,
        correlation,
        correlated,
    )
    return segment, signals, beyond


def _side(deviation: int | None) -> int:
    return 0 if deviation is None else (deviation > 0) - (deviation < 0)


def _runs(deviations: Sequence[int | None]) -> list[Signal]:
    """Rule 2: eight or more in a row on one side; a gap or a point on the centre ends the run."""
    found: list[Signal] = []
    begin, side = 0, 0
    for index in range(len(deviations) + 1):
        now = _side(deviations[index]) if index < len(deviations) else 0
        if now != side:
            if side and index - begin >= RUN:
                eighth = begin + RUN - 1
                found += [Signal(i, Rule.RUN_OF_8, side, max(i, eighth)) for i in range(begin, index)]
            begin, side = index, now
    return found


def _by_limits(deviations: Sequence[int | None], far: int, unit: int) -> list[Signal]:
    """Rules 1 and 3. A point lies outside when `unit·|deviation| > far`, and nearer the limit beyond half of it."""
    found = [
        Signal(index, Rule.OUTSIDE_LIMITS, _side(deviation), index)
        for index, deviation in enumerate(deviations)
        if deviation is not None and unit * abs(deviation) > far
    ]
    near = [
        _side(deviation) if deviation is not None and 2 * unit * abs(deviation) > far else 0
        for deviation in deviations
    ]
    flagged: dict[int, Signal] = {}
    for side in (side for side in (1, -1) if near.count(side) >= 3):
        for first in range(len(deviations) - 3):
            if near[first : first + 4].count(side) < 3 or None in deviations[first : first + 4]:
                continue
            for index in range(first, first + 4):
                if near[index] == side:
                    flagged.setdefault(index, Signal(index, Rule.THREE_OF_FOUR, side, first + 3))
    return [*found, *flagged.values()]


def _autocorrelation(
    values: Sequence[int | None], baseline: range, n: int, total: int
) -> tuple[Fraction | None, bool]:
    """Lag-1 autocorrelation of the baseline, and whether it is over 2/√n (M17), decided without a root.

    It is taken of the baseline since that is what it spoils: points that follow one another have small
    moving ranges, and the limits come out too narrow.
    """
    if n < MINIMUM_POINTS:
        return None, False
    deviations = [None if (value := values[index]) is None else n * value - total for index in baseline]
    squares = sum(d * d for d in deviations if d is not None)
    if squares == 0:
        return None, False
    products = sum(a * b for a, b in pairwise(deviations) if a is not None and b is not None)
    return Fraction(products, squares), products > 0 and products * products * n > 4 * squares * squares


def _placed(segment: Segment, start: int, stop: int, scale: int, provisional: bool) -> Segment:
    """The segment at its place in the series, back in the unit of the values."""

    def unit(figure: Fraction | None) -> Fraction | None:
        return figure if figure is None or scale == 1 else figure / scale

    return Segment(
        start,
        stop,
        segment.settled + start,
        segment.points,
        unit(segment.centre),
        unit(segment.average_moving_range),
        unit(segment.median_moving_range),
        unit(segment.lower_limit),
        unit(segment.upper_limit),
        unit(segment.range_limit),
        provisional,
        segment.autocorrelation,
        segment.autocorrelated,
    )


class Drawn(NamedTuple):
    """Limits as they are drawn, and whether each had to be clipped to what is possible (M16)."""

    lower: Figure
    upper: Figure
    lower_clipped: bool
    upper_clipped: bool


def drawn(segment: Segment, *, floor: Figure | None = None, ceiling: Figure | None = None) -> Drawn | None:
    """The segment's limits clipped to `floor` and `ceiling`; None without limits. The rules use them unclipped."""
    lower, upper = segment.lower_limit, segment.upper_limit
    if lower is None or upper is None:
        return None
    low = floor is not None and lower < floor
    high = ceiling is not None and upper > ceiling
    return Drawn(
        floor if low and floor is not None else lower,
        ceiling if high and ceiling is not None else upper,
        low,
        high,
    )


class Shift(NamedTuple):
    """A run of rule 2 that a person may accept as a new baseline (M18): first position, length, side."""

    first: int
    length: int
    side: int


def proposed_shift(chart: Chart) -> Shift | None:
    """The latest run of eight or more in the current segment, if accepting it would change anything.

    It is only a proposal: a person accepts it with a reason, and the chart is drawn again with `accepted`.
    """
    runs = [s for s in chart.signals if s.rule is Rule.RUN_OF_8 and s.index >= chart.current.start]
    if not runs:
        return None
    first = last = runs[-1]
    for signal in reversed(runs[:-1]):
        if signal.index != first.index - 1 or signal.side != first.side:
            break
        first = signal
    if first.index == chart.current.start:
        return None
    return Shift(first.index, last.index - first.index + 1, first.side)
