"""What is kept from window to window: each rating and chart is the one that its figures alone would give."""

from __future__ import annotations

from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from leanship.domain import rate
from leanship.domain.periods import WINDOW, Cadence, first_day
from leanship.domain.rating import weekdays_used
from leanship.features.productivity.charts import lay_out
from leanship.features.productivity.inputs import FIELDS, Away, Inputs
from leanship.features.productivity.judging import SeriesJudge
from leanship.features.productivity.models import Baseline
from leanship.features.productivity.standards import Bounds, Mark, Timeline

FIRST = {
    Cadence.DAY: date(2024, 1, 1).toordinal(),
    Cadence.WEEK: 2800,
    Cadence.MONTH: 24200,
    Cadence.QUARTER: 8000,
}


def a_series(cadence: Cadence, chance: Random, length: int) -> Inputs:
    """Figures with gaps, a standard that changes, an accepted shift; below 0 once, and of days no weekend at first."""
    first = FIRST[cadence]
    row = dict.fromkeys(FIELDS) | {
        "id": 1,
        "kpi_id": 1,
        "kpi__direction": chance.choice(["higher", "lower"]),
        "kpi__standards": "known",
        "kpi__limits": chance.choice(["mean", "median"]),
    }
    marks = [(first, Mark(50, "known", first)), (first + length // 2, Mark(0, "known", first + length // 2))]
    marks.append((first + length // 2 + 3, Mark(55, "known", first + length // 2 + 3)))
    one = Inputs(row, cadence, Timeline(own=marks))
    for at in range(first, first + length):
        weekend = cadence is Cadence.DAY and (at - 1) % 7 > 4 and at < first + length * 2 // 3
        if chance.random() > 0.1 and not weekend:
            one.points[at] = one.shown[at] = chance.randrange(70)
    one.points[first + length - 2] = one.shown[first + length - 2] = -1
    shifted = Baseline(pk=1, from_ordinal=first + length // 3, reason="A new line")
    one.baselines.append(shifted)
    return one


@pytest.mark.parametrize("cadence", Cadence)
@pytest.mark.parametrize("length", [9, 30, 90])
def test_a_window_that_slid_says_what_it_would_alone(cadence: Cadence, length: int) -> None:
    one = a_series(cadence, Random(f"{cadence} {length}"), length)
    first, last = FIRST[cadence], FIRST[cadence] + length
    began, gone = first_day(cadence, first + 2), first_day(cadence, last - 6)
    away = Away(absences=[(gone, first_day(cadence, last - 3))], began=[began])
    # From the middle on other bands hold.
    dated: Any = SimpleNamespace(
        at=lambda _kpi, _cadence, at: Bounds(105, 100 if at < first + length // 2 else 90)
    )
    judge = SeriesJudge(one, away, dated)
    for at in range(first + 1, last + WINDOW[cadence]):
        span = range(at - 7 * WINDOW[cadence], at + 1)
        known = one.values(at)
        alone = rate(
            cadence,
            at,
            known,
            one.standards(span),
            one.better,
            bands=judge.bands(span),
            left_out=away.left_out(cadence, span, weekdays_used(cadence, known)),
        )
        assert judge.rating(at) == alone
        told = {number: band for number, _, _, _, band in judge.judge(at).counts["periods"]}
        counted = {period.number: period.band.value for period in alone.periods}
        assert {number: band for number, band in told.items() if band} == counted
        points = {number: one.points[number] for number in known}
        median = one.row["kpi__limits"] == "median"
        assert judge.chart(at) == lay_out(cadence, points, one.baselines, use_median=median)
