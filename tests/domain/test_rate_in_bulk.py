"""Millions of rows are rated as one series is, by hand: the columns agree with the plain functions."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leanship.domain.columns import RATINGS, RatedColumns, layout, rate_columns, spaced
from leanship.domain.figures import Better
from leanship.domain.periods import Cadence
from leanship.domain.process_behaviour import NIST, WHEELER, Constants, Rule, chart
from leanship.domain.rating import rate

Row = tuple[int, int, int]  # period, value, standard
LAST = 3000

# Small figures make ties; huge ones overflow int64 in any product.
small = st.integers(-2, 12)
figures = small | st.integers(0, 10**6) | st.integers(2**61, 2**63 - 1)


@st.composite
def series(draw: st.DrawFn, value: st.SearchStrategy[int]) -> list[Row]:
    length = draw(st.integers(0, 60))
    end = draw(st.integers(LAST - 30, LAST + 3))
    dropped = draw(st.sets(st.integers(0, 60), max_size=8))
    standard = draw(value)
    return [
        (end - place, draw(value), draw(st.sampled_from([standard, -1])) if place % 7 == 0 else standard)
        for place in reversed(range(length))
        if place not in dropped
    ]


boards = st.sampled_from([small, figures]).flatmap(
    lambda value: st.lists(st.tuples(series(value), st.booleans()), min_size=1, max_size=12)
)


def in_bulk(
    board: list[tuple[list[Row], bool]], cadence: Cadence, constants: Constants = WHEELER
) -> RatedColumns:
    rows = [row for one, _ in board for row in one]
    ordinals, values, standards = (np.array([row[part] for row in rows], np.int64) for part in range(3))
    starts = np.cumsum([0, *(len(one) for one, _ in board)]).astype(np.int64)
    lower = np.array([lower for _, lower in board])
    return rate_columns(
        starts, ordinals, values, standards, lower, cadence=cadence, last=LAST, constants=constants
    )


@given(boards, st.sampled_from([Cadence.WEEK, Cadence.QUARTER]), st.sampled_from([WHEELER, NIST]))
def test_both_paths_agree(
    board: list[tuple[list[Row], bool]], cadence: Cadence, constants: Constants
) -> None:
    found = in_bulk(board, cadence, constants)
    for place, (rows, lower) in enumerate(board):
        known = [row for row in rows if row[0] <= LAST]
        one = rate(
            cadence,
            LAST,
            {number: value for number, value, _ in known},
            {number: standard for number, _, standard in known},
            Better.LOWER if lower else Better.HIGHER,
        )
        assert RATINGS[found.rating[place]] is one.rating
        assert (found.present[place], found.exceeds[place], found.meets[place]) == (
            one.present,
            one.exceeds,
            one.meets,
        )
        drawn = chart(spaced([row[0] for row in known], [row[1] for row in known]), constants=constants)
        for figure, exact in (
            (found.centre[place], drawn.centre),
            (found.lower_limit[place], drawn.lower_limit),
            (found.upper_limit[place], drawn.upper_limit),
        ):
            assert math.isnan(figure) if exact is None else figure == pytest.approx(float(exact), rel=1e-12)
        rules = [signal.rule for signal in drawn.signals]
        assert found.outside_limits[place] == rules.count(Rule.OUTSIDE_LIMITS)
        assert found.run_of_8[place] == rules.count(Rule.RUN_OF_8)
        assert found.three_of_four[place] == rules.count(Rule.THREE_OF_FOUR)
        assert found.signals[place] == len(rules)


@given(boards, st.randoms(use_true_random=False))
def test_the_order_of_the_subjects_changes_nothing(
    board: list[tuple[list[Row], bool]], random: object
) -> None:
    order = list(range(len(board)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight, mixed = (
        in_bulk(board, Cadence.WEEK),
        in_bulk([board[place] for place in order], Cadence.WEEK),
    )
    for name in ("rating", "present", "exceeds", "meets", "signals", "centre", "upper_limit"):
        np.testing.assert_array_equal(getattr(straight, name)[order], getattr(mixed, name))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), unique=True, min_size=1))
@example([(0, 0)])
def test_rows_in_any_order_are_laid_out_by_series_and_period(rows: list[tuple[int, int]]) -> None:
    names = {name: code for code, name in enumerate(dict.fromkeys(name for name, _ in rows))}
    codes = np.array([names[name] for name, _ in rows], np.int64)
    periods = np.array([period for _, period in rows], np.int64)
    order, starts = layout(codes, periods)
    for code in names.values():
        mine = order[starts[code] : starts[code + 1]]
        assert set(codes[mine]) == {code}
        assert sorted(periods[codes == code]) == periods[mine].tolist()


def test_many_series_fill_several_blocks() -> None:
    random = np.random.default_rng(20261122)
    count, length = 3000, 52
    values = random.integers(0, 1000, count * length)
    ordinals = np.tile(np.arange(LAST - length + 1, LAST + 1), count)
    starts = np.arange(count + 1) * length
    lower = np.arange(count) % 2 == 1
    standards = np.full(count * length, 500)
    whole = rate_columns(starts, ordinals, values, standards, lower, cadence=Cadence.WEEK, last=LAST)
    for place in (0, 1, 1259, 1260, 2999):
        rows = slice(place * length, (place + 1) * length)
        alone = rate_columns(
            np.array([0, length]),
            ordinals[rows],
            values[rows],
            standards[rows],
            lower[place : place + 1],
            cadence=Cadence.WEEK,
            last=LAST,
        )
        assert whole.signals[place] == alone.signals[0]
        assert whole.meets[place] == alone.meets[0]
        assert whole.upper_limit[place] == alone.upper_limit[0]


def test_columns_that_do_not_fit_together_are_refused() -> None:
    one, two = np.zeros(1, np.int64), np.zeros(2, np.int64)
    starts, lower = np.array([0, 2]), np.zeros(1, np.bool_)
    with pytest.raises(ValueError, match="differ in length"):
        rate_columns(starts, two, one, two, lower, cadence=Cadence.WEEK, last=0)
    with pytest.raises(ValueError, match="one direction for each"):
        rate_columns(starts, two, two, two, np.zeros(2, np.bool_), cadence=Cadence.WEEK, last=0)
    with pytest.raises(ValueError, match="one period twice"):
        layout(two, two)
