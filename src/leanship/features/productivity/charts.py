"""One series laid out on its axis of periods, with the chart that its baselines give (M16 to M18)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from leanship.domain import periods, process_behaviour
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence
from leanship.domain.process_behaviour import Chart
from leanship.features.productivity.models import Baseline


@dataclass(frozen=True)
class Laid:
    """Periods from the first point to the last, a gap as None, and the chart over these positions.

    `rows[i]` is the baseline row that begins segment i of the chart; None for the first 24 of the series.
    """

    ordinals: tuple[int, ...]
    values: tuple[Figure | None, ...]
    chart: Chart
    rows: tuple[Baseline | None, ...]

    def upto(self, last: int) -> Laid | None:
        """What `lay_out` gives for the points up to period `last`, cut out of this; None where that cannot be.

        Of days, the weekdays that occur up to `last` must be those of the whole axis; this does not look at them.
        """
        stop = bisect_right(self.ordinals, last)
        while stop and self.values[stop - 1] is None:
            stop -= 1
        chart = process_behaviour.upto(self.chart, self.values, stop)
        if chart is None:
            return None
        return Laid(self.ordinals[:stop], self.values[:stop], chart, self.rows[: len(chart.segments)])


def axis(cadence: Cadence, present: Iterable[int]) -> tuple[int, ...]:
    """Every period from the first to the last of `present`; of days only the weekdays that occur in it."""
    numbers = sorted(present)
    if not numbers:
        return ()
    if cadence is not Cadence.DAY:
        return tuple(range(numbers[0], numbers[-1] + 1))
    on = periods.weekdays(numbers)
    return tuple(n for n in range(numbers[0], numbers[-1] + 1) if (n - 1) % 7 in on)


def lay_out(
    cadence: Cadence,
    points: Mapping[int, Figure],
    baselines: Iterable[Baseline] = (),
    *,
    use_median: bool = False,
) -> Laid:
    """The chart of `points` (ordinal → figure). Withdrawn baselines, and those past the last point, are passed
    over; of two from the same period the later one holds. A range without points falls back to the first 24.
    """
    ordinals = axis(cadence, points)
    values = tuple(points.get(n) for n in ordinals)
    place = {n: i for i, n in enumerate(ordinals)}
    begins: dict[int, Baseline] = {}
    for row in sorted(baselines, key=lambda row: row.pk or 0):
        if row.withdrawn_at is None and ordinals and row.from_ordinal <= ordinals[-1]:
            # A day that is no period of the series (a Sunday) begins with the next that is one.
            at = place.get(row.from_ordinal)
            if at is None:
                at = next(i for i, n in enumerate(ordinals) if n >= row.from_ordinal)
            begins[at] = row
    asked: list[tuple[int, process_behaviour.Baseline]] = []
    ordered = sorted(begins)
    for at, end in pairwise([*ordered, len(ordinals)]):
        until = begins[at].until_ordinal
        wanted: process_behaviour.Baseline = None
        if until is not None:
            stop = min(sum(1 for n in ordinals if n <= until), end)
            if any(value is not None for value in values[at:stop]):
                wanted = (at, stop)
        asked.append((at, wanted))
    first: process_behaviour.Baseline = None
    rows: list[Baseline | None] = [None]
    if asked and asked[0][0] == 0:
        first = asked.pop(0)[1]
        rows = [begins[0]]
    rows += [begins[at] for at, _wanted in asked]
    chart = process_behaviour.chart(values, baseline=first, accepted=asked, use_median=use_median)
    return Laid(ordinals, values, chart, tuple(rows))
