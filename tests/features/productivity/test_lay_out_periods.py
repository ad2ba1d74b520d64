"""The axis of a chart: a gap is a hole, and a weekend nobody works on is none."""

from __future__ import annotations

from datetime import date, timedelta

from leanship.domain.periods import Cadence
from leanship.features.productivity.charts import axis, lay_out
from leanship.features.productivity.models import Baseline

MONDAY = date(2026, 11, 2).toordinal()


def test_a_missing_month_is_a_hole() -> None:
    laid = lay_out(Cadence.MONTH, {24300: 5, 24302: 7})
    assert (laid.ordinals, laid.values) == ((24300, 24301, 24302), (5, None, 7))
    assert laid.chart.moving_ranges == (None, None, None)


def test_days_on_which_nobody_works_are_no_periods() -> None:
    weekdays = [MONDAY + n for n in range(14) if n % 7 < 5]
    assert axis(Cadence.DAY, weekdays) == tuple(weekdays)
    without_a_wednesday = [n for n in weekdays if n != MONDAY + 2]
    assert axis(Cadence.DAY, without_a_wednesday) == tuple(weekdays)


def test_a_baseline_from_a_day_off_begins_with_the_next_day_at_work() -> None:
    saturday = MONDAY + 5
    assert date.fromordinal(saturday) == date(2026, 11, 2) + timedelta(days=5)
    points = {MONDAY + n: n for n in range(28) if n % 7 < 5}
    laid = lay_out(Cadence.DAY, points, [Baseline(pk=1, from_ordinal=saturday, reason="A new line")])
    assert [laid.ordinals[segment.start] for segment in laid.chart.segments] == [MONDAY, MONDAY + 7]


def test_of_two_baselines_from_one_period_the_later_holds() -> None:
    points = {24300 + n: n % 3 for n in range(30)}
    first = Baseline(pk=1, from_ordinal=24310, reason="first")
    second = Baseline(pk=2, from_ordinal=24310, until_ordinal=24320, reason="second")
    laid = lay_out(Cadence.MONTH, points, [second, first])
    assert laid.rows == (None, second)
    assert laid.chart.current.points == 11


def test_what_came_later_is_cut_off_only_where_it_changed_nothing() -> None:
    points = {24300 + n: n * n % 7 for n in range(60) if n % 11 != 5}
    accepted = [
        Baseline(pk=1, from_ordinal=24310, until_ordinal=24318, reason="first"),
        Baseline(pk=2, from_ordinal=24330, reason="second"),
    ]
    whole = lay_out(Cadence.MONTH, points, accepted)
    cut = {last: whole.upto(last) for last in range(24299, 24362)}
    for last, found in cut.items():
        afresh = lay_out(Cadence.MONTH, {at: n for at, n in points.items() if at <= last}, accepted)
        assert found in (None, afresh)
    # The second segment begins with 24310. The range named for it is over with 24318, and the 24 points from 24330
    # on, among which two are missing, with 24355.
    assert [last for last, found in cut.items() if found is not None] == [
        24309,
        *range(24318, 24330),
        *range(24355, 24362),
    ]
