"""The verdict of a series on a change (M22): witnesses, how often chance fools it, edges, and what must not matter."""

from __future__ import annotations

import csv
import os
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.figures import Better
from leanship.domain.improvement import Lasting, Outcome, recheck, verify

HIGHER, LOWER = Better.HIGHER, Better.LOWER
STEADY = [10, 12] * 6  # centre 11, moving range 2, limits 11 ± 5.32
RUNS = 2000


@pytest.mark.witness
def test_the_nile_fell() -> None:
    """Annual flow at Aswan, 1871 to 1970: a well-known change after 1898."""
    root = os.environ.get("LEANSHIP_WITNESS_DATA")
    if not root:
        pytest.skip("LEANSHIP_WITNESS_DATA is not set: series under the GPL are not in this repository")
    with (Path(root) / "xmr" / "nile.csv").open(newline="") as file:
        flow = {int(row["year"]): int(row["flow"]) for row in csv.DictReader(file)}
    before = [flow[year] for year in range(1871, 1899)]
    after = [flow[year] for year in range(1899, 1971)]
    found = verify(before, after, better=HIGHER)
    assert (found.outcome, found.before, found.after) == (Outcome.WORSE, 28, 72)
    assert (found.centre, found.beyond_better, found.run_better) == (Fraction("1097.75"), (), 2)
    assert verify(before, after, better=LOWER).outcome is Outcome.IMPROVED
    # it needs no seventy years to tell
    assert verify(before, after[:8], better=LOWER).outcome is Outcome.IMPROVED


def simulated(before: int, after: int, shift: float, seed: int) -> Counter[Outcome]:
    """The outcomes of normal series of deviation 1,000 that rise by `shift` deviations at the change."""
    draw = random.Random(seed)
    found: Counter[Outcome] = Counter()
    for _ in range(RUNS):
        past = [round(draw.gauss(0, 1000)) for _ in range(before)]
        since = [round(draw.gauss(shift * 1000, 1000)) for _ in range(after)]
        found[verify(past, since, better=HIGHER).outcome] += 1
    return found


@pytest.mark.parametrize(("before", "after"), [(12, 8), (20, 12), (24, 12), (24, 16)])
def test_chance_alone_is_seldom_taken_for_a_gain(before: int, after: int) -> None:
    stable = simulated(before, after, 0, seed=1898)
    assert 0 < stable[Outcome.IMPROVED] <= RUNS * 5 // 100
    assert 0 < stable[Outcome.WORSE] <= RUNS * 5 // 100


@pytest.mark.parametrize(("before", "after"), [(12, 8), (20, 12), (24, 12)])
def test_a_shift_of_two_deviations_is_found(before: int, after: int) -> None:
    shifted = simulated(before, after, 2, seed=1898)
    assert shifted[Outcome.IMPROVED] >= RUNS * 85 // 100
    assert shifted[Outcome.WORSE] == 0


def test_eight_in_a_row_on_the_better_side() -> None:
    found = verify(STEADY, [12] * 8, better=HIGHER)
    assert (found.outcome, found.run_better, found.beyond_better) == (Outcome.IMPROVED, 8, ())
    assert (found.lower_limit, found.upper_limit) == (Fraction("5.68"), Fraction("16.32"))
    assert verify(STEADY, [12] * 8, better=LOWER).outcome is Outcome.WORSE
    assert (
        verify(STEADY, [*[12] * 7, 11, 12], better=HIGHER).outcome is Outcome.NO_SIGNAL_YET
    )  # the centre breaks it
    assert (
        verify(STEADY, [*[12] * 7, None, 12], better=HIGHER).outcome is Outcome.NO_SIGNAL_YET
    )  # so does a gap


def test_a_run_counts_after_points_alone() -> None:
    risen = [10, 12] * 6 + [12] * 3
    assert verify(risen, [*[12] * 7, 9], better=HIGHER).run_better == 7
    assert verify(risen, [*[12] * 7, 9], better=HIGHER).outcome is Outcome.NO_SIGNAL_YET


def test_two_points_beyond_the_better_limit() -> None:
    once = verify(STEADY, [17, 10, 12, 10, 12, 10, 12, 10], better=HIGHER)
    assert (once.outcome, once.beyond_better) == (Outcome.NO_SIGNAL_YET, (0,))
    twice = verify(STEADY, [17, 10, 12, 10, 12, 10, 12, 17], better=HIGHER)
    assert (twice.outcome, twice.beyond_better) == (Outcome.IMPROVED, (0, 7))


def test_one_point_beyond_the_worse_limit_forbids_improved() -> None:
    found = verify(STEADY, [5, *[13] * 8], better=HIGHER)
    assert (found.outcome, found.beyond_worse, found.run_better) == (Outcome.NO_SIGNAL_YET, (0,), 8)


def test_signals_on_both_sides_are_mixed() -> None:
    assert verify(STEADY, [17, 5] * 4, better=HIGHER).outcome is Outcome.MIXED
    assert verify(STEADY, [12] * 8 + [10] * 8, better=LOWER).outcome is Outcome.MIXED
    assert verify(STEADY, [12] * 8 + [5, 5], better=HIGHER).outcome is Outcome.MIXED


def test_a_point_on_the_limit_is_inside() -> None:
    hundredths = [value * 100 for value in STEADY]
    assert verify(hundredths, [1632] * 7 + [1000], better=HIGHER).beyond_better == ()
    assert verify(hundredths, [1633] * 7 + [1000], better=HIGHER).beyond_better == tuple(range(7))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STEADY[:11], [90] * 8),
        (STEADY, [90] * 7),
        ([*STEADY[:11], None], [90] * 8),
        (STEADY, [90] * 7 + [None]),
    ],
)
def test_twelve_before_and_eight_after_or_not_enough_evidence(
    before: list[int | None], after: list[int | None]
) -> None:
    found = verify(before, after, better=HIGHER)
    assert found.outcome is Outcome.NOT_ENOUGH_EVIDENCE
    assert (found.before, found.after) == (
        sum(v is not None for v in before),
        sum(v is not None for v in after),
    )


def test_no_values_at_all() -> None:
    found = verify([], [], better=HIGHER)
    assert (found.outcome, found.before, found.after, found.centre) == (
        Outcome.NOT_ENOUGH_EVIDENCE,
        0,
        0,
        None,
    )


def test_all_points_before_make_the_limits() -> None:
    found = verify([10, 12] * 12 + [20, 22] * 6, [15] * 8, better=HIGHER)
    assert found.centre == Fraction(24 * 11 + 12 * 21, 36)


def test_a_gap_before_gives_no_moving_range() -> None:
    assert (
        verify([*STEADY, None, 30, 32], [11] * 8, better=HIGHER).upper_limit
        == Fraction(11 * 12 + 62, 14) + Fraction("2.66") * 2
    )


def test_a_flat_past_leaves_runs_alone_to_judge_by() -> None:
    found = verify([10] * 12, [11] * 8, better=HIGHER)
    assert (found.outcome, found.lower_limit, found.beyond_better) == (Outcome.IMPROVED, None, ())
    assert verify([10] * 12, [10, 99] * 4, better=HIGHER).outcome is Outcome.NO_SIGNAL_YET
    lonely = [value for point in STEADY for value in (point, None)]
    assert verify(lonely, [99] * 8, better=LOWER).outcome is Outcome.WORSE


def test_a_gain_that_lasts_holds() -> None:
    found = recheck(STEADY, [12] * 8 + [13] * 9, judged=8, better=HIGHER)
    assert (found.lasting, found.since, found.verdict.after) == (Lasting.HOLDS, 8, 9)


def test_a_gain_that_faded_is_gone() -> None:
    faded = [12] * 8 + [10, 12] * 4
    assert recheck(STEADY, faded, judged=8, better=HIGHER).lasting is Lasting.GONE
    assert (
        verify(STEADY, faded, better=HIGHER).outcome is Outcome.IMPROVED
    )  # all since the change would hide it


def test_with_few_new_points_the_latest_eight_are_judged() -> None:
    found = recheck(STEADY, [12] * 8 + [None, 13, 13, 13], judged=8, better=HIGHER)
    assert (found.since, found.verdict.after) == (3, 8)
    whole = recheck(STEADY, [12] * 8 + [13, 13, 13], judged=8, better=HIGHER)
    assert (whole.since, whole.lasting) == (3, Lasting.HOLDS)
    assert recheck(STEADY, [12] * 8 + [9, 9, 9], judged=8, better=HIGHER).lasting is Lasting.GONE


def test_too_few_points_at_the_second_check() -> None:
    # points that were taken out after the first check
    assert recheck(STEADY, [12] * 7, judged=7, better=HIGHER).lasting is Lasting.NOT_ENOUGH_EVIDENCE
    with pytest.raises(ValueError, match="not there"):
        recheck(STEADY, [12] * 7, judged=8, better=HIGHER)


point = st.one_of(st.none(), st.integers(-60, 60))
series = st.lists(point, max_size=40)
MIRROR = {Outcome.IMPROVED: Outcome.WORSE, Outcome.WORSE: Outcome.IMPROVED}


@given(series, series)
def test_the_other_better_side_swaps_improved_and_worse(
    before: list[int | None], after: list[int | None]
) -> None:
    up, down = verify(before, after, better=HIGHER), verify(before, after, better=LOWER)
    assert down.outcome is MIRROR.get(up.outcome, up.outcome)
    assert (down.run_better, down.beyond_better) == (up.run_worse, up.beyond_worse)


@given(series, series, st.sampled_from(Better))
def test_a_series_upside_down_is_better_the_other_way(
    before: list[int | None], after: list[int | None], better: Better
) -> None:
    def turned(values: list[int | None]) -> list[int | None]:
        return [None if value is None else -value for value in values]

    other = LOWER if better is HIGHER else HIGHER
    outcome = verify(turned(before), turned(after), better=other).outcome
    assert outcome is verify(before, after, better=better).outcome


@given(
    series, series, st.integers(-(10**9), 10**9), st.fractions(min_value=Fraction(1, 1000), max_value=1000)
)
def test_another_unit_and_another_zero_change_no_verdict(
    before: list[int | None], after: list[int | None], shift: int, scale: Fraction
) -> None:
    def moved(values: list[int | None]) -> list[Fraction | None]:
        return [None if value is None else value * scale + shift for value in values]

    plain, other = verify(before, after, better=HIGHER), verify(moved(before), moved(after), better=HIGHER)
    assert other.outcome is plain.outcome
    assert (other.beyond_better, other.run_worse) == (plain.beyond_better, plain.run_worse)


@given(series, series, st.integers(0, 5), st.integers(0, 5))
def test_gaps_at_the_ends_change_nothing(
    before: list[int | None], after: list[int | None], early: int, late: int
) -> None:
    padded = verify([None] * early + before + [None] * late, after + [None] * early, better=HIGHER)
    assert padded == verify(before, after, better=HIGHER)


@given(st.lists(point, min_size=8, max_size=40), series, st.sampled_from(Better))
def test_a_recheck_of_everything_is_a_verdict(
    after: list[int | None], before: list[int | None], better: Better
) -> None:
    found = recheck(before, after, judged=0, better=better)
    if verify(before, after, better=better).after >= 8:
        assert found.verdict == verify(before, after, better=better)
    assert (found.lasting is Lasting.HOLDS) == (found.verdict.outcome is Outcome.IMPROVED)
