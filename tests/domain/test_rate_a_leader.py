"""Several KPIs of one leader become one rating (M15)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from leanship.domain.figures import Better
from leanship.domain.leader import Aggregation, LeaderKpi, aggregate, rate_leader
from leanship.domain.periods import Cadence, inside
from leanship.domain.rating import LeftOut, Rating

LAST = 2026 * 12 + 9  # October
WEEK_LAST = inside(Cadence.MONTH, LAST, Cadence.WEEK)[-1]
LASTS = {Cadence.MONTH: LAST, Cadence.WEEK: WEEK_LAST}
MONTHS = range(LAST - 11, LAST + 1)


def months(key: str, value: int, standard: int = 100, **options: object) -> LeaderKpi:
    defaults: dict[str, object] = {"better": Better.HIGHER, "aggregation": Aggregation.MEAN}
    return LeaderKpi(
        key,
        Cadence.MONTH,
        values=dict.fromkeys(MONTHS, value),
        standards=dict.fromkeys(MONTHS, standard),
        **(defaults | options),  # type: ignore[arg-type]
    )


def test_the_mean_is_weighted_and_rounded_once() -> None:
    # (2·99 + 1·100.5) / 3 = 99.5, which rounds to 100
    found = rate_leader([months("a", 990, 1000, weight=2), months("b", 1005, 1000)], LASTS)
    assert {period.exact for period in found.periods} == {Fraction(199, 2)}
    assert {period.percent for period in found.periods} == {100}
    assert found.rating is Rating.MEETS
    assert found.kpis["a"].rating is Rating.DOES_NOT_MEET


def test_one_kpi_counts_up_to_150_and_so_does_perfection() -> None:
    lots = rate_leader([months("a", 900), months("b", 60)], LASTS)
    assert {period.exact for period in lots.periods} == {Fraction(105)}
    perfect = rate_leader([months("a", 0, 4, better=Better.LOWER), months("b", 60)], LASTS)
    assert {period.exact for period in perfect.periods} == {Fraction(105)}
    zero = rate_leader([months("a", 1, 0, better=Better.LOWER), months("b", 120)], LASTS)
    assert {period.exact for period in zero.periods} == {Fraction(60)}


def test_over_a_third_of_the_weight_missing_leaves_no_percent() -> None:
    third = LeaderKpi("c", Cadence.MONTH, Better.HIGHER, Aggregation.SUM, {}, {})
    found = rate_leader([months("a", 120), months("b", 120), third], LASTS)
    assert {period.weight_missing for period in found.periods} == {Fraction(1, 3)}
    assert found.rating is Rating.EXCEEDS
    heavy = LeaderKpi("c", Cadence.MONTH, Better.HIGHER, Aggregation.SUM, {}, {}, weight=2)
    lacking = rate_leader([months("a", 120), months("b", 120), heavy], LASTS)
    assert {period.percent for period in lacking.periods} == {None}
    assert lacking.rating is Rating.NOT_ENOUGH_EVIDENCE
    assert lacking.whole.missing == tuple(MONTHS)


def test_a_kpi_that_must_hold_caps_the_whole() -> None:
    found = rate_leader([months("a", 300), months("b", 99, must_hold=True)], LASTS)
    assert (found.whole.rating, found.rating) == (Rating.EXCEEDS, Rating.MEETS)
    assert found.capped_by == ("b",)
    assert rate_leader([months("a", 300), months("b", 99)], LASTS).rating is Rating.EXCEEDS
    low = rate_leader([months("a", 90), months("b", 90, must_hold=True)], LASTS)
    assert (low.rating, low.capped_by) == (Rating.DOES_NOT_MEET, ("b",))


def weekly(aggregation: Aggregation, **options: object) -> LeaderKpi:
    weeks = inside(Cadence.MONTH, LAST, Cadence.WEEK)
    return LeaderKpi(
        "w",
        Cadence.WEEK,
        Better.HIGHER,
        aggregation,
        values={week: place for place, week in enumerate(weeks, start=1)},
        standards=dict.fromkeys(weeks, 2),
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (Aggregation.SUM, (15, 10)),
        (Aggregation.MEAN, (3, 2)),
        (Aggregation.LAST, (5, 2)),
    ],
)
def test_weeks_become_a_month_by_the_kpis_own_way(
    aggregation: Aggregation, expected: tuple[int, int]
) -> None:
    assert aggregate(weekly(aggregation), Cadence.MONTH, LAST) == expected


def test_a_ratio_is_taken_of_the_summed_parts() -> None:
    weeks = inside(Cadence.MONTH, LAST, Cadence.WEEK)
    parts = [(1, 2), (1, 10), (1, 10), (1, 10), (1, 8)]
    kpi = LeaderKpi(
        "r",
        Cadence.WEEK,
        Better.HIGHER,
        Aggregation.RATIO,
        values={week: Fraction(100 * a, b) for week, (a, b) in zip(weeks, parts, strict=True)},
        standards=dict.fromkeys(weeks, 10),
        wholes={week: b for week, (_, b) in zip(weeks, parts, strict=True)},
    )
    assert aggregate(kpi, Cadence.MONTH, LAST) == (Fraction(500, 40), 10)
    with pytest.raises(ValueError, match="is positive"):
        replace(kpi, wholes={1: 0})


def test_ratios_of_which_one_lacks_its_parts_count_alike() -> None:
    weeks = inside(Cadence.MONTH, LAST, Cadence.WEEK)
    kpi = LeaderKpi(
        "r",
        Cadence.WEEK,
        Better.HIGHER,
        Aggregation.RATIO,
        values=dict(zip(weeks, [50, 10, 10, 10, 20], strict=True)),
        standards=dict.fromkeys(weeks, 10),
        wholes=dict.fromkeys(weeks[1:], 14_000),
    )
    assert aggregate(kpi, Cadence.MONTH, LAST) == (20, 10)


def test_a_month_is_not_known_by_half_its_weeks() -> None:
    weeks = inside(Cadence.MONTH, LAST, Cadence.WEEK)
    kpi = weekly(Aggregation.SUM)
    some = dict(list(kpi.values.items())[:4])
    four = LeaderKpi("w", Cadence.WEEK, Better.HIGHER, Aggregation.SUM, some, kpi.standards)
    assert aggregate(four, Cadence.MONTH, LAST) == (10, 8)
    three = LeaderKpi(
        "w", Cadence.WEEK, Better.HIGHER, Aggregation.SUM, dict(list(some.items())[:3]), kpi.standards
    )
    assert len(weeks) == 5
    assert aggregate(three, Cadence.MONTH, LAST) is None


def test_the_whole_is_judged_in_the_coarsest_cadence() -> None:
    weeks = [week for month in MONTHS for week in inside(Cadence.MONTH, month, Cadence.WEEK)]
    kpi = LeaderKpi(
        "w", Cadence.WEEK, Better.HIGHER, Aggregation.SUM, dict.fromkeys(weeks, 21), dict.fromkeys(weeks, 20)
    )
    found = rate_leader([kpi, months("m", 105)], LASTS)
    assert (found.whole.cadence, found.whole.present, found.rating) == (Cadence.MONTH, 12, Rating.EXCEEDS)
    assert (found.kpis["w"].cadence, found.kpis["w"].present) == (Cadence.WEEK, 13)


def test_a_leader_may_be_absent_and_needs_a_kpi() -> None:
    left = {LAST: LeftOut.ABSENT}
    found = rate_leader([months("a", 105)], LASTS, left_out=left)
    assert (found.whole.present, found.whole.left_out) == (11, ((LAST, LeftOut.ABSENT),))
    with pytest.raises(ValueError, match="without KPIs"):
        rate_leader([], LASTS)
    with pytest.raises(ValueError, match="positive whole number"):
        months("a", 1, weight=0)


def test_a_kpi_that_cannot_be_rated_is_missing_from_the_whole() -> None:
    found = rate_leader([months("a", -5), months("b", 100), months("c", 100)], LASTS)
    assert {period.weight_missing for period in found.periods} == {Fraction(1, 3)}
    assert found.kpis["a"].unrated == tuple(MONTHS)
    assert found.rating is Rating.MEETS
