"""A board says how many of its charts chance alone would flag."""

import numpy as np
import pytest

from leanship.domain.chance import chance_of_signal, expected_by_chance
from leanship.domain.columns import rate_columns
from leanship.domain.periods import Cadence


@pytest.mark.parametrize(("points", "percent"), [(24, 11), (52, 39)])
def test_the_table_is_what_a_simulation_gives(points: int, percent: int) -> None:
    count = 40_000
    random = np.random.default_rng([7, points])
    values = np.rint(random.normal(0, 1e6, count * points)).astype(np.int64)
    found = rate_columns(
        np.arange(count + 1) * points,
        np.tile(np.arange(points), count),
        values,
        np.full(count * points, -1),
        np.zeros(count, np.bool_),
        cadence=Cadence.WEEK,
        last=points,
    )
    share = float(np.mean(found.signals > 0))
    assert share == pytest.approx(percent / 100, abs=0.01)
    assert chance_of_signal(points) == pytest.approx(share, abs=0.008)


def test_between_two_lengths_the_chance_lies_between_theirs() -> None:
    chances = [chance_of_signal(points) for points in range(600)]
    assert chances[:6] == [0.0] * 6
    assert chances == sorted(chances)
    assert chance_of_signal(25) == pytest.approx((0.108 + 0.129) / 2)
    assert chance_of_signal(600) == chance_of_signal(520)


def test_a_board_adds_up_its_charts() -> None:
    assert expected_by_chance([24] * 10 + [3]) == pytest.approx(1.08)
    assert expected_by_chance([]) == 0
