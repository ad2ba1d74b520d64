"""Holding the clock and the ids, without which the demo would be another company every time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from leanship.features.base import clock
from leanship.features.base.fields import new_uid, uids_from

THEN = datetime(2025, 5, 1, 22, 30, tzinfo=UTC)


def test_the_held_instant_is_now_and_only_inside() -> None:
    before = clock.now()
    with clock.held_at(THEN):
        assert clock.now() == THEN
        assert clock.today("Europe/Oslo") == date(2025, 5, 2)
    assert clock.now() == before


def test_the_clock_goes_on_after_an_error() -> None:
    before = clock.now()
    with pytest.raises(RuntimeError, match="halfway"), clock.held_at(THEN):
        raise RuntimeError("halfway")
    assert clock.now() == before


def test_ids_from_one_seed_are_the_same_and_others_are_not() -> None:
    drawn = []
    for _ in range(2):
        with uids_from(random.Random(1)):
            drawn.append([new_uid() for _ in range(3)])
    assert drawn[0] == drawn[1]
    assert len({*drawn[0], *(new_uid() for _ in range(100))}) == 103
