"""What a measure is judged on: which periods lie before and after the change, their figures, and the verdict (M22)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from leanship.domain import Better, Recheck, Verdict, recheck, verify
from leanship.domain.figures import Figure
from leanship.domain.periods import EVERY_DAY, Cadence, first_day, last_day, ordinal, weekdays
from leanship.features.productivity import values
from leanship.features.productivity.models import Measurement, Series
from leanship.features.projects.models import Check, Measure

AGAIN_AFTER: Final = timedelta(days=90)
"""So long after the check a gain is looked at again."""
GRACE: Final = timedelta(days=7)
"""So long a check waits for the figure of its last period."""
SURE_UP_TO: Final = 16
"""With more points after the change, chance is taken for a gain in more than 5 % of cases."""


@dataclass(frozen=True)
class Split:
    """The periods before a change and those after it, a gap without a figure among them."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def split(
    cadence: Cadence, since: int, change_on: date, until: date, on: frozenset[int] = EVERY_DAY
) -> Split:
    """Before: from period `since`, what ends before `change_on`. After: what begins then or later, and ends by `until`.

    A period in whose midst the change fell is in neither. Of days those on the weekdays in `on` are periods.
    """
    holds = ordinal(cadence, change_on)
    begins = holds if first_day(cadence, holds) == change_on else holds + 1
    ends = ordinal(cadence, until)
    if last_day(cadence, ends) > until:
        ends -= 1

    def periods(first: int, last: int) -> tuple[int, ...]:
        found = range(first, last + 1)
        return tuple(n for n in found if cadence is not Cadence.DAY or (n - 1) % 7 in on)

    return Split(periods(since, holds - 1), periods(begins, ends))


def figures_of(series: Series, since: int) -> dict[int, Figure]:
    """The exact figures of a series from a period on; one query. The KPI must be at hand."""
    rows = Measurement.objects.filter(series=series, ordinal__gte=since).order_by("ordinal")
    fields = rows.values_list("ordinal", "value", "numerator", "denominator")
    return {number: values.exact(series.kpi, value, over, under) for number, value, over, under in fields}


def parts(measure: Measure, points: Collection[int], until: date) -> Split:
    """The periods of a measure up to a day; of a daily KPI the weekdays on which it has figures."""
    cadence = Cadence(measure.series.kpi.cadence)
    on = weekdays(points) if cadence is Cadence.DAY and points else EVERY_DAY
    return split(cadence, measure.baseline_from, measure.change_on, until, on)


def first_check(measure: Measure, points: dict[int, Figure]) -> tuple[Split, Verdict]:
    """The verdict on the figures up to the check date."""
    found = parts(measure, points, measure.check_on)
    before, after = _values(found.before, points), _values(found.after, points)
    return found, verify(before, after, better=Better(measure.better))


def second_check(measure: Measure, points: dict[int, Figure]) -> tuple[Split, Recheck]:
    """Whether the gain holds, 90 days later."""
    found = parts(measure, points, measure.check_on + AGAIN_AFTER)
    judged = len(parts(measure, points, measure.check_on).after)
    before, after = _values(found.before, points), _values(found.after, points)
    return found, recheck(before, after, judged=judged, better=Better(measure.better))


def _values(periods: Sequence[int], points: dict[int, Figure]) -> list[Figure | None]:
    return [points.get(number) for number in periods]


def is_ready(measure: Measure, points: Collection[int], due_on: date, today: date) -> bool:
    """Whether a check whose day has come need not wait: its last period has a figure, or a week went by."""
    after = parts(measure, points, due_on).after
    return not after or after[-1] in points or today >= due_on + GRACE


def kept(found: Split, points: dict[int, Figure], verdict: Verdict, since: int = 0) -> dict[str, Any]:
    """What a check rests on, as exact whole numbers: [numerator, denominator] in units of the KPI's last decimal.

    `since` is the position in the periods after the change from which a second check judged.
    """

    def exact(figure: Figure | None) -> list[int] | None:
        return None if figure is None else [figure.numerator, figure.denominator]

    judged = found.after[since:]
    return {
        "centre": exact(verdict.centre),
        "lower": exact(verdict.lower_limit),
        "upper": exact(verdict.upper_limit),
        "before": list(found.before),
        "after": list(found.after),
        "since": since,
        "points": [
            [number, *_pair(points[number])] for number in (*found.before, *found.after) if number in points
        ],
        "beyond_better": [judged[place] for place in verdict.beyond_better],
        "beyond_worse": [judged[place] for place in verdict.beyond_worse],
        "run_better": verdict.run_better,
        "run_worse": verdict.run_worse,
    }


def _pair(figure: Figure) -> tuple[int, int]:
    return figure.numerator, figure.denominator


def points_in(check: Check) -> dict[int, Figure]:
    """The figures that a check was judged on."""
    return {number: Fraction(top, below) for number, top, below in check.counts["points"]}


def digest_of(measure: Measure, counts: dict[str, Any]) -> str:
    """SHA-256 of what a check was judged on."""
    inputs = [
        measure.uid,
        measure.better,
        measure.change_on.isoformat(),
        measure.check_on.isoformat(),
        counts,
    ]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
