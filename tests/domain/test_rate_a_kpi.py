"""Consistency: what a window of periods says of one KPI (M14)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.figures import Bands, Better
from leanship.domain.periods import MINIMUM, WINDOW, Cadence
from leanship.domain.rating import (
    KpiRating,
    LeftOut,
    Rating,
    band,
    first_in_role,
    held,
    mostly_absent,
    needed,
    peers_standard,
    rate,
)

MONTH, WEEK = Cadence.MONTH, Cadence.WEEK
LAST = 2026 * 12 + 10
EXCEEDS, MEETS, BELOW = Rating.EXCEEDS, Rating.MEETS, Rating.DOES_NOT_MEET
MIXED, UNKNOWN = Rating.NOT_CONSISTENT, Rating.NOT_ENOUGH_EVIDENCE


def monthly(percents: Sequence[int | None], better: Better = Better.HIGHER, **options: object) -> KpiRating:
    """The rating of months that end with LAST and stand at these percents of 100."""
    first = LAST - len(percents) + 1
    values = {first + place: value for place, value in enumerate(percents)}
    return rate(MONTH, LAST, values, dict.fromkeys(values, 100), better, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("percents", "rating", "counts"),
    [
        ([105] * 10 + [99] * 2, EXCEEDS, (10, 10)),  # 100 ≥ 96
        ([105] * 9 + [99] * 3, MIXED, (9, 9)),  # 90 < 96, and 3 below are not enough either
        ([105] * 9 + [100] * 3, MEETS, (9, 12)),
        ([100] * 10 + [50] * 2, MEETS, (0, 10)),
        ([99] * 10 + [120] * 2, BELOW, (2, 2)),
        ([99] * 9 + [120] * 3, MIXED, (3, 3)),
        ([104] * 12, MEETS, (0, 12)),
    ],
)
def test_four_fifths_of_the_periods_decide(
    percents: list[int], rating: Rating, counts: tuple[int, int]
) -> None:
    found = monthly(percents)
    assert (found.rating, (found.exceeds, found.meets)) == (rating, counts)
    assert found.below == 12 - counts[1]


def test_exactly_four_fifths_are_enough() -> None:
    assert monthly([105] * 8 + [50] * 2, size=10).rating is EXCEEDS
    assert monthly([105] * 7 + [50] * 3, size=10).rating is MIXED


def test_a_missing_period_stays_in_the_window() -> None:
    three = monthly([None, None, None] + [105] * 9)
    assert (three.rating, three.present, three.needed) == (EXCEEDS, 9, 9)
    four = monthly([None] * 4 + [105] * 8)
    assert (four.rating, four.present, four.needed) == (UNKNOWN, 8, 9)
    assert four.missing == (LAST - 11, LAST - 10, LAST - 9, LAST - 8)


@pytest.mark.parametrize(
    ("cadence", "enough"), [(Cadence.DAY, 15), (Cadence.WEEK, 10), (Cadence.MONTH, 9), (Cadence.QUARTER, 6)]
)
def test_a_quarter_of_the_window_may_be_missing(cadence: Cadence, enough: int) -> None:
    assert needed(cadence, WINDOW[cadence]) == enough
    assert needed(cadence, 1) == MINIMUM[cadence]


def test_periods_left_out_by_name_are_not_missing() -> None:
    left = {LAST - 11: LeftOut.NEW_IN_ROLE, LAST - 10: LeftOut.NEW_IN_ROLE, LAST: LeftOut.ABSENT}
    found = monthly([10, 10, *[105] * 9, 10], left_out=left)
    assert (found.rating, found.present, found.missing) == (EXCEEDS, 9, ())
    assert found.left_out == tuple(sorted(left.items()))
    assert found.needed == 7


def test_a_value_without_a_standard_and_a_negative_one_are_no_evidence() -> None:
    values = {LAST - place: 100 for place in range(12)} | {LAST - 3: -5}
    standards = dict.fromkeys(range(LAST - 10, LAST + 1), 100)
    found = rate(MONTH, LAST, values, standards, Better.HIGHER)
    assert (found.missing, found.unrated, found.present) == ((LAST - 11,), (LAST - 3,), 10)


def test_a_half_standard_of_peers_is_exact() -> None:
    values = {LAST - place: 209 for place in range(12)}
    just = rate(MONTH, LAST, values, dict.fromkeys(values, Fraction(200)), Better.HIGHER)
    over = rate(MONTH, LAST, values, dict.fromkeys(values, Fraction(401, 2)), Better.HIGHER)
    assert (just.exceeds, over.exceeds) == (12, 0)


def test_no_accidents_against_a_standard_exceed() -> None:
    found = rate(
        MONTH, LAST, {LAST - n: 0 for n in range(12)}, {LAST - n: 2 for n in range(12)}, Better.LOWER
    )
    assert (found.rating, found.median) == (EXCEEDS, None)
    none_allowed = rate(
        MONTH, LAST, {LAST - n: 0 for n in range(12)}, {LAST - n: 0 for n in range(12)}, Better.LOWER
    )
    assert (none_allowed.rating, none_allowed.exceeds, none_allowed.median) == (MEETS, 0, None)


def test_the_median_is_rounded_once_and_stands_below_perfection() -> None:
    assert monthly([99, 100] * 6).median == 100  # 99.5
    some = {LAST - n: value for n, value in enumerate([0, 50, 50, 50, 100, 100, 100])}
    found = rate(MONTH, LAST, some, dict.fromkeys(some, 100), Better.LOWER, size=7)
    assert found.median == 200  # 0 is better than all, so the fourth of seven is 50


def test_a_kpi_may_have_bands_of_its_own_in_each_period() -> None:
    own = Bands(exceeds=102, meets=98)
    assert monthly([102] * 12, bands=own).rating is EXCEEDS
    since = {LAST - n: own for n in range(6)}
    changed = monthly([102] * 12, bands=since)
    assert (changed.exceeds, changed.rating) == (6, MEETS)
    assert [period.bands for period in changed.periods].count(own) == 6


def test_a_standard_that_changed_inside_the_window_is_marked() -> None:
    values = {LAST - n: 100 for n in range(12)}
    assert not rate(MONTH, LAST, values, dict.fromkeys(values, 100), Better.HIGHER).standard_changed
    assert rate(MONTH, LAST, values, dict.fromkeys(values, 100) | {LAST: 90}, Better.HIGHER).standard_changed


def test_a_daily_kpi_has_no_gap_on_days_nobody_works() -> None:
    friday = date(2026, 11, 20).toordinal()
    worked = {day: 105 for day in range(friday - 40, friday + 1) if (day - 1) % 7 < 5}
    found = rate(Cadence.DAY, friday, worked, dict.fromkeys(worked, 100), Better.HIGHER)
    assert (found.present, found.missing, found.rating) == (20, (), EXCEEDS)
    assert found.last - found.first == 25  # four weeks of five days


@given(st.integers(0, 400), st.sampled_from(Cadence))
def test_a_constant_series_is_rated_by_its_band(percent: int, cadence: Cadence) -> None:
    last = 50_000
    values = {last - n: percent for n in range(200)}
    found = rate(cadence, last, values, dict.fromkeys(values, 100), Better.HIGHER)
    assert found.rating is band(percent)
    assert found.median == percent


@given(st.lists(st.integers(0, 300), min_size=13, max_size=30), st.integers(0, 300))
def test_another_period_never_changes_the_percents_before_it(values: list[int], new: int) -> None:
    series = {LAST - n: value for n, value in enumerate(values)}
    standards = dict.fromkeys([*series, LAST + 1], 100)
    before = rate(MONTH, LAST, series, standards, Better.HIGHER)
    after = rate(MONTH, LAST + 1, series | {LAST + 1: new}, standards, Better.HIGHER)
    percents = {period.number: period.attainment.percent for period in before.periods}
    assert all(
        percents[period.number] == period.attainment.percent
        for period in after.periods
        if period.number in percents
    )
    assert len(set(percents) & {period.number for period in after.periods}) == 11


def test_the_page_keeps_a_rating_until_the_new_one_has_held() -> None:
    assert held(None, [MEETS], signal=False) is MEETS
    assert held(MEETS, [MEETS, EXCEEDS], signal=False) is MEETS
    assert held(MEETS, [EXCEEDS, EXCEEDS], signal=False) is EXCEEDS
    assert held(MEETS, [MIXED, EXCEEDS], signal=False) is MEETS
    assert held(MEETS, [MEETS, EXCEEDS], signal=True) is EXCEEDS
    assert held(MEETS, [EXCEEDS], signal=False) is MEETS


def test_a_page_never_goes_on_showing_what_the_evidence_no_longer_holds() -> None:
    assert held(MEETS, [MEETS, UNKNOWN], signal=False) is UNKNOWN
    assert held(UNKNOWN, [UNKNOWN, BELOW], signal=False) is BELOW
    with pytest.raises(ValueError, match="no rating yet"):
        held(None, [], signal=False)


def test_the_first_three_periods_in_a_role_and_long_absences_are_named() -> None:
    new = first_in_role(MONTH, date(2026, 9, 15))
    assert new == dict.fromkeys(range(2026 * 12 + 8, 2026 * 12 + 11), LeftOut.NEW_IN_ROLE)
    friday = date(2026, 11, 20)
    days = first_in_role(Cadence.DAY, friday, on=frozenset(range(5)))
    assert [day - friday.toordinal() for day in days] == [0, 3, 4]  # Monday and Tuesday, not the weekend
    november = 2026 * 12 + 10
    half = [(date(2026, 11, 1), date(2026, 11, 10)), (date(2026, 11, 8), date(2026, 11, 15))]
    assert mostly_absent(MONTH, [november], half) == {}  # 15 of 30 days, the overlap once
    assert mostly_absent(MONTH, [november], [(date(2026, 10, 20), date(2026, 11, 16))]) == {
        november: LeftOut.ABSENT
    }


def test_peers_need_five_others() -> None:
    assert peers_standard([1, 2, 3, 4]) is None
    assert peers_standard([5, 1, 2, 3, 4]) == 3
    assert peers_standard([5, 1, 2, 3, 4, 9]) == Fraction(7, 2)
