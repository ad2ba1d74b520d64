"""The stages of an improvement (M20): their order, and what each asks for to be honest.

Nothing is hidden until a stage and nothing forbids one: a project may act first and analyse later, skip ahead or go
back. What a stage asks for and does not have yet stays *open*, and is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Where an improvement is, in the order that it usually takes."""

    OPPORTUNITY = "opportunity"
    CAUSE = "cause"
    TESTS = "tests"
    PLAN = "plan"
    CHANGE = "change"
    CHECK = "check"
    STANDARD = "standard"


ORDER: tuple[Stage, ...] = tuple(Stage)


class Ask(StrEnum):
    """Something a stage asks for."""

    SEEN = "seen"  # what was seen is written down
    SERVES = "serves"  # whom it serves is named
    LEADER = "leader"  # somebody has taken it up
    CURRENT_STATE = "current_state"
    BASELINE = "baseline"  # a series with a baseline stands for the current state
    GOAL = "goal"
    ROOT = "root"  # a cause is marked as a root cause
    EVIDENCE = "evidence"  # each root cause says how one knows
    TRIAL = "trial"  # something was tried
    PREDICTION = "prediction"  # each trial has its prediction
    RESULT_OF_TRIAL = "result_of_trial"  # at least one trial has its result
    PLAN_ITEM = "plan_item"
    CHANGE = "change"
    PLAN_DONE = "plan_done"
    CHECKED = "checked"  # the series was judged at the check date
    RESULT = "result"
    STANDARD = "standard"


ASKS: MappingProxyType[Stage, tuple[Ask, ...]] = MappingProxyType(
    {
        Stage.OPPORTUNITY: (Ask.SEEN, Ask.SERVES, Ask.LEADER),
        Stage.CAUSE: (Ask.CURRENT_STATE, Ask.BASELINE, Ask.GOAL, Ask.ROOT, Ask.EVIDENCE),
        Stage.TESTS: (Ask.TRIAL, Ask.PREDICTION, Ask.RESULT_OF_TRIAL),
        Stage.PLAN: (Ask.PLAN_ITEM,),
        Stage.CHANGE: (Ask.CHANGE, Ask.PLAN_DONE),
        Stage.CHECK: (Ask.CHECKED, Ask.RESULT),
        Stage.STANDARD: (Ask.STANDARD,),
    }
)


def missing(has: Mapping[Ask, bool]) -> dict[Stage, tuple[Ask, ...]]:
    """What each stage asks for and does not have, by what there is; an ask that is not in `has` is missing."""
    return {stage: tuple(ask for ask in asks if not has.get(ask, False)) for stage, asks in ASKS.items()}


class Way(StrEnum):
    """How one stage lies to another."""

    HERE = "here"
    NEXT = "next"
    AHEAD = "ahead"  # further than the next: it skips
    BACK = "back"


def way(now: Stage, to: Stage) -> Way:
    """How `to` lies from `now`; going back and skipping ahead want a reason."""
    step = ORDER.index(to) - ORDER.index(now)
    if step == 0:
        return Way.HERE
    if step < 0:
        return Way.BACK
    return Way.NEXT if step == 1 else Way.AHEAD


# Days without a change after which a project is marked, and marked more plainly.
QUIET_AFTER = 14
STILL_AFTER = 30


class Ageing(StrEnum):
    """How long nothing has changed."""

    FRESH = "fresh"
    QUIET = "quiet"
    STILL = "still"


def ageing(days: int) -> Ageing:
    """The mark for so many days without a change."""
    if days >= STILL_AFTER:
        return Ageing.STILL
    return Ageing.QUIET if days >= QUIET_AFTER else Ageing.FRESH


class OrderKept(StrEnum):
    """Whether a trial's prediction came before its result, by the clock."""

    OPEN = "open"  # there is no result yet
    KEPT = "kept"
    NO_PREDICTION = "no_prediction"
    TOO_LATE = "too_late"  # the prediction was written when the result was known
    CHANGED_AFTER = "changed_after"  # it was changed when the result was known


@dataclass(frozen=True)
class TrialTimes:
    """When a trial's prediction was first written, when it was last changed, and when its result came."""

    predicted_at: datetime | None
    changed_at: datetime | None
    result_at: datetime | None


def order_kept(times: TrialTimes) -> OrderKept:
    """Whether the prediction came before the result; one written at the same instant came before it."""
    if times.result_at is None:
        return OrderKept.OPEN
    if times.predicted_at is None:
        return OrderKept.NO_PREDICTION
    if times.predicted_at > times.result_at:
        return OrderKept.TOO_LATE
    if times.changed_at is not None and times.changed_at > times.result_at:
        return OrderKept.CHANGED_AFTER
    return OrderKept.KEPT
