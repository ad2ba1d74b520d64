"""The process behaviour chart: baseline, limits, gaps, rules and segments (M16 to M18)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.process_behaviour import (
    MEDIAN,
    NIST,
    WHEELER,
    Chart,
    Rule,
    chart,
    drawn,
    proposed_shift,
    upto,
)

values = st.lists(st.integers(-50, 50) | st.none(), min_size=1, max_size=60)
FLAT = [10, 12] * 12  # 24 points, centre 11, every moving range 2


def flagged(found: Chart, rule: Rule) -> list[int]:
    return [signal.index for signal in found.signals if signal.rule is rule]


def test_the_first_24_points_set_the_limits() -> None:
    found = chart([*FLAT, 100, 100])
    assert (found.n, found.centre, found.average_moving_range) == (26, 11, 2)
    assert (found.lower_limit, found.upper_limit) == (11 - Fraction("5.32"), 11 + Fraction("5.32"))
    assert found.range_limit == Fraction("6.536")
    assert not found.provisional
    assert flagged(found, Rule.OUTSIDE_LIMITS) == [24, 25]
    assert found.range_signals == (24,)
    assert chart(FLAT[:23]).provisional


def test_a_baseline_can_be_asked_for() -> None:
    series = [*FLAT, *[20, 24] * 3]
    assert chart(series, baseline="all").current.points == 30
    assert chart(series, baseline=6).centre == 11
    later = chart(series, baseline=(24, 30))
    assert (later.centre, later.average_moving_range) == (22, 4)
    assert not later.provisional
    with pytest.raises(ValueError, match="no points"):
        chart([None, 1, 2], baseline=(0, 1))
    with pytest.raises(ValueError, match="at least one"):
        chart(series, baseline=0)


def test_the_constants_are_those_asked_for() -> None:
    nist = chart(FLAT, constants=NIST)
    assert nist.upper_limit == 11 + 2 * 3 / Fraction("1.128")
    assert nist.range_limit == 2 * Fraction("3.267")
    middle = chart([0, 1, 3, 6, 10, 15, 21], use_median=True)
    assert middle.current.median_moving_range == Fraction(7, 2)
    assert middle.upper_limit == 8 + Fraction("3.145") * Fraction(7, 2)
    assert middle.range_limit == MEDIAN.range_limit * Fraction(7, 2)


def test_without_enough_points_or_without_variation_there_are_no_limits() -> None:
    five = chart([1, 9, 1, 9, 1])
    assert (five.centre, five.lower_limit, five.upper_limit, five.range_limit) == (
        Fraction(21, 5),
        None,
        None,
        None,
    )
    assert chart([1, 9, 1, 9, 1, 9]).upper_limit is not None
    still = chart([7] * 24 + [8] * 8)
    assert (still.upper_limit, still.centre) == (None, 7)
    assert [signal.rule for signal in still.signals] == [Rule.RUN_OF_8] * 8
    mostly_still = chart([5] * 10 + [6] + [5] * 10, use_median=True)
    assert (mostly_still.average_moving_range, mostly_still.upper_limit) == (Fraction(1, 10), None)
    nothing = chart([])
    assert (nothing.n, nothing.centre, nothing.average_moving_range) == (0, None, None)


def test_a_point_on_a_limit_is_inside() -> None:
    # 100 times FLAT: centre 1100, limits 532 away, in whole numbers.
    base = [value * 100 for value in FLAT]
    assert flagged(chart([*base, 1632, 568]), Rule.OUTSIDE_LIMITS) == []
    assert flagged(chart([*base, 1633, 567]), Rule.OUTSIDE_LIMITS) == [24, 25]


def test_a_point_on_the_centre_breaks_a_run() -> None:
    found = chart([*FLAT, *[10] * 7, 11, *[10] * 8, 12])
    assert flagged(found, Rule.RUN_OF_8) == list(range(32, 40))
    # The last point of the baseline lies above the centre as well, so a run reaches back into it.
    assert flagged(chart([*FLAT, *[12] * 7]), Rule.RUN_OF_8) == list(range(23, 31))


def test_three_of_four_need_one_side_and_more_than_half_way() -> None:
    base = [value * 100 for value in FLAT]
    near, half, below = 1100 + 267, 1100 + 266, 1100 - 267
    assert flagged(chart([*base, near, near, 1100, near]), Rule.THREE_OF_FOUR) == [24, 25, 27]
    assert flagged(chart([*base, near, near, 1100, half]), Rule.THREE_OF_FOUR) == []
    assert flagged(chart([*base, near, near, below, 1100]), Rule.THREE_OF_FOUR) == []
    assert flagged(chart([*base, near, near, 1100, 1100, near]), Rule.THREE_OF_FOUR) == []


def test_a_gap_breaks_a_moving_range_and_a_run() -> None:
    found = chart([*FLAT, None, 50, *[12] * 3, None, *[12] * 4])
    assert found.range_signals == (26,)  # 50 to 12; from 12 over the gap to 50 there is no range
    assert found.moving_ranges[24:27] == (None, None, 38)
    assert flagged(found, Rule.RUN_OF_8) == []
    base = [value * 100 for value in FLAT]
    assert flagged(chart([*base, 1400, 1400, None, 1400, 1400]), Rule.THREE_OF_FOUR) == []


def test_an_accepted_shift_gives_new_limits_from_its_first_point() -> None:
    series = [*FLAT, *[30, 34] * 6]
    before = chart(series)
    shift = proposed_shift(before)
    # 12 at the end of the baseline stands above the centre, so the run begins there.
    assert shift is not None and (shift.first, shift.length, shift.side) == (23, 13, 1)
    after = chart(series, accepted=[(24, None)])
    assert [(s.start, s.stop, s.centre) for s in after.segments] == [(0, 24, 11), (24, 36, 32)]
    assert (after.centre, after.provisional, after.signals) == (32, True, ())
    assert after.moving_ranges[24] is None
    assert proposed_shift(after) is None
    assert proposed_shift(chart(FLAT)) is None


def test_accepted_baselines_follow_one_another() -> None:
    ranged = chart([*FLAT, *FLAT], baseline=(0, 12), accepted=[(24, (24, 30))])
    assert [segment.points for segment in ranged.segments] == [12, 6]
    for wrong in ([(24, None), (12, None)], [(48, None)], [(0, None)]):
        with pytest.raises(ValueError, match="after the one before"):
            chart([*FLAT, *FLAT], accepted=wrong)


def test_limits_are_drawn_clipped_and_judged_unclipped() -> None:
    found = chart([1, 9] * 6)
    shown = drawn(found.current, floor=0, ceiling=100)
    assert shown is not None
    assert (shown.lower, shown.lower_clipped, shown.upper_clipped) == (0, True, False)
    assert found.lower_limit is not None and found.lower_limit < 0
    assert drawn(chart([1, 2]).current) is None


def test_neighbours_that_follow_one_another_are_said() -> None:
    climb = chart(list(range(24)))
    assert climb.current.autocorrelated
    assert climb.current.autocorrelation == Fraction(
        sum((2 * i - 23) * (2 * i - 21) for i in range(23)), sum((2 * i - 23) ** 2 for i in range(24))
    )
    assert not chart(FLAT).current.autocorrelated


def test_ratios_are_charted_exactly() -> None:
    thirds = chart([Fraction(value, 3) for value in [*FLAT, 100]])
    assert (thirds.centre, thirds.average_moving_range) == (Fraction(11, 3), Fraction(2, 3))
    assert thirds.signals == chart([*FLAT, 100]).signals
    assert thirds.moving_ranges[1] == Fraction(2, 3)


@given(values, st.integers(-(10**9), 10**9), st.integers(1, 10**9), st.sampled_from([WHEELER, NIST]))
def test_shifting_and_scaling_a_series_moves_its_chart_alike(
    series: list[int | None], shift: int, scale: int, constants: object
) -> None:
    plain = chart(series, constants=constants)  # type: ignore[arg-type]
    moved = chart(
        [None if value is None else value * scale + shift for value in series],
        constants=constants,  # type: ignore[arg-type]
    )
    assert (moved.signals, moved.range_signals) == (plain.signals, plain.range_signals)
    for name in ("centre", "lower_limit", "upper_limit"):
        before = getattr(plain, name)
        assert getattr(moved, name) == (None if before is None else before * scale + shift)
    if plain.range_limit is not None:
        assert moved.range_limit == plain.range_limit * scale


@given(values)
def test_turning_a_series_upside_down_turns_its_signals(series: list[int | None]) -> None:
    plain, turned = chart(series), chart([None if value is None else -value for value in series])
    assert [(s.index, s.rule, -s.side) for s in plain.signals] == [
        (s.index, s.rule, s.side) for s in turned.signals
    ]


@given(values, st.integers(-50, 50))
def test_another_point_changes_no_limits_once_the_baseline_is_full(
    series: list[int | None], new: int
) -> None:
    filled = [*FLAT, *series]
    assert chart(filled).segments[0].upper_limit == chart([*filled, new]).segments[0].upper_limit


def test_a_signal_is_told_with_the_point_that_completes_it() -> None:
    told = {(signal.index, signal.rule): signal.told for signal in chart([*FLAT, *[12] * 9, 50]).signals}
    # The run begins with the last 12 of FLAT, at 23, so its eighth is at 30; a ninth is told with itself.
    assert (told[23, Rule.RUN_OF_8], told[30, Rule.RUN_OF_8], told[31, Rule.RUN_OF_8]) == (30, 30, 31)
    assert told[33, Rule.OUTSIDE_LIMITS] == 33
    near = {signal.index: signal.told for signal in chart([*FLAT, 15, 11, 15, 15, 15]).signals}
    assert near == {24: 27, 26: 27, 27: 27, 28: 28}


@given(
    st.lists(st.integers(-20, 20) | st.none(), min_size=1, max_size=90),
    st.sampled_from([None, 10, "all", (2, 30)]),
    st.integers(1, 90),
    st.booleans(),
)
def test_a_chart_cut_short_is_the_chart_of_fewer_points(
    series: list[int | None], baseline: object, shift: int, use_median: bool
) -> None:
    series = [0, 1, 2, *series]  # so that the asked baseline holds points
    accepted = [(shift, None)] if shift < len(series) else []

    def of(values: list[int | None]) -> Chart:
        here = [one for one in accepted if one[0] < len(values)]
        return chart(values, baseline=baseline, accepted=here, use_median=use_median)  # type: ignore[arg-type]

    whole = of(series)
    assert upto(whole, series, len(series)) == whole
    for stop in range(3, len(series)):
        cut = upto(whole, series, stop)
        assert cut in (None, of(series[:stop]))
    if baseline is None and not accepted:
        full = [at + 1 for at, value in enumerate(series) if value is not None][23:]
        assert all(upto(whole, series, stop) is not None for stop in full)
