"""The stages of an improvement: what is open, which way a move goes, and whether a prediction came first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leanship.domain.stages import (
    ASKS,
    ORDER,
    Ageing,
    Ask,
    OrderKept,
    Stage,
    TrialTimes,
    Way,
    ageing,
    missing,
    order_kept,
    way,
)

NOON = datetime(2026, 11, 22, 12)


def test_every_stage_asks_for_something_and_nothing_is_asked_twice() -> None:
    asked = [ask for asks in ASKS.values() for ask in asks]
    assert set(ASKS) == set(ORDER)
    assert sorted(asked) == sorted(set(asked)) == sorted(Ask)


def test_what_a_skipped_stage_asks_for_stays_open() -> None:
    has = dict.fromkeys(Ask, True) | {Ask.ROOT: False, Ask.PREDICTION: False}
    left = missing(has)
    assert left[Stage.CAUSE] == (Ask.ROOT,)
    assert left[Stage.TESTS] == (Ask.PREDICTION,)
    assert left[Stage.PLAN] == ()


def test_what_nobody_said_anything_about_is_missing() -> None:
    assert missing({}) == dict(ASKS)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (Stage.TESTS, Way.HERE),
        (Stage.PLAN, Way.NEXT),
        (Stage.CHANGE, Way.AHEAD),
        (Stage.STANDARD, Way.AHEAD),
        (Stage.OPPORTUNITY, Way.BACK),
    ],
)
def test_the_way_from_tests(to: Stage, expected: Way) -> None:
    assert way(Stage.TESTS, to) is expected


@pytest.mark.parametrize(
    ("days", "mark"),
    [
        (0, Ageing.FRESH),
        (13, Ageing.FRESH),
        (14, Ageing.QUIET),
        (29, Ageing.QUIET),
        (30, Ageing.STILL),
        (400, Ageing.STILL),
    ],
)
def test_ageing_is_marked_after_two_weeks_and_after_a_month(days: int, mark: Ageing) -> None:
    assert ageing(days) is mark


def times(predicted: int | None, changed: int | None, result: int | None) -> TrialTimes:
    at = [None if hours is None else NOON + timedelta(hours=hours) for hours in (predicted, changed, result)]
    return TrialTimes(*at)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (times(0, None, None), OrderKept.OPEN),
        (times(None, None, 1), OrderKept.NO_PREDICTION),
        (times(0, None, 1), OrderKept.KEPT),
        (times(0, 1, 2), OrderKept.KEPT),
        (times(2, None, 1), OrderKept.TOO_LATE),
        (times(1, None, 1), OrderKept.KEPT),
        (times(0, 2, 1), OrderKept.CHANGED_AFTER),
        (times(0, 1, 1), OrderKept.KEPT),
    ],
)
def test_the_clock_says_whether_the_prediction_came_first(found: TrialTimes, expected: OrderKept) -> None:
    assert order_kept(found) is expected
