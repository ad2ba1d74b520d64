"""The single step most worth taking next (M90).

Each rule looks at one kind of evidence and proposes steps; all steps together are put in order: harm to a person
first, then an overdue promise, then a signal nobody looked at, then a cheap gain; within these the oldest first.
A step that was put off does not come back before its day. Later parts of the product add rules, not orders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """Why one step comes before another; the lower, the sooner."""

    HARM = 0
    OVERDUE_PROMISE = 1
    UNSEEN_SIGNAL = 2
    CHEAP_GAIN = 3


class StepKind(StrEnum):
    """What the step is; the words are made by the page."""

    ANSWER_CORRECTION = "answer_correction"
    LOOK_AT_SIGNAL = "look_at_signal"
    IMPROVE_KPI = "improve_kpi"
    ENTER_VALUES = "enter_values"
    SET_STANDARD = "set_standard"
    ADD_FIRST_KPI = "add_first_kpi"
    DO_PLAN_ITEM = "do_plan_item"
    LOOK_AT_SAVING_AGAIN = "look_at_saving_again"
    CONFIRM_RESULT = "confirm_result"
    TELL_WHAT_BECAME = "tell_what_became"
    ANSWER_FEEDBACK = "answer_feedback"
    LOOK_AT_VERDICT = "look_at_verdict"
    WRITE_TRIAL_RESULT = "write_trial_result"
    TAKE_UP_OPPORTUNITY = "take_up_opportunity"
    CLASSIFY_TIME = "classify_time"


# The principle of the method that each step rests on, shown beside it (M1).
PRINCIPLE: dict[StepKind, str] = {
    StepKind.ANSWER_CORRECTION: "M2",
    StepKind.LOOK_AT_SIGNAL: "M17",
    StepKind.IMPROVE_KPI: "M13",
    StepKind.ENTER_VALUES: "M3",
    StepKind.SET_STANDARD: "M10",
    StepKind.ADD_FIRST_KPI: "M5",
    StepKind.DO_PLAN_ITEM: "M20",
    StepKind.LOOK_AT_SAVING_AGAIN: "M22",
    StepKind.CONFIRM_RESULT: "M22",
    StepKind.TELL_WHAT_BECAME: "M21",
    StepKind.ANSWER_FEEDBACK: "M21",
    StepKind.LOOK_AT_VERDICT: "M22",
    StepKind.WRITE_TRIAL_RESULT: "M20",
    StepKind.TAKE_UP_OPPORTUNITY: "M82",
    StepKind.CLASSIFY_TIME: "M23",
}

# Among cheap gains: first what a colleague waits for, then what the method rates, then what keeps it from rating.
_GAINS = (
    StepKind.ANSWER_CORRECTION,
    StepKind.CONFIRM_RESULT,
    StepKind.TELL_WHAT_BECAME,
    StepKind.ANSWER_FEEDBACK,
    StepKind.IMPROVE_KPI,
    StepKind.TAKE_UP_OPPORTUNITY,
    StepKind.WRITE_TRIAL_RESULT,
    StepKind.ENTER_VALUES,
    StepKind.CLASSIFY_TIME,
    StepKind.SET_STANDARD,
    StepKind.ADD_FIRST_KPI,
)


@dataclass(frozen=True)
class Step:
    """One proposed step: what, about which record (its public id, "" for none), and since when it waits."""

    kind: StepKind
    urgency: Urgency
    since: date
    about_uid: str = ""

    @property
    def principle(self) -> str:
        """The M-number of the principle that the step rests on."""
        return PRINCIPLE[self.kind]


@dataclass(frozen=True)
class OpenCorrection:
    """A correction request that is owed an answer by a day."""

    uid: str
    asked_on: date
    answer_by: date


@dataclass(frozen=True)
class SeriesEvidence:
    """What is known about one series of the leader on the day.

    `missing_since` is the first day of the oldest closed period of the window without a value, `signal_since`
    the first day of the oldest period with a signal that the leader has not opened.
    """

    uid: str
    since: date
    does_not_meet: bool = False
    has_project: bool = False
    has_standard: bool = True
    rated: bool = True
    missing_since: date | None = None
    signal_since: date | None = None


@dataclass(frozen=True)
class Pending:
    """Something of projects that waits for the leader: what it would be to do it, about which record, since when.

    `due` is the day by which it was promised, None for what nobody promised: of that a verdict that nobody acted on
    is an unseen signal, all else a cheap gain.
    """

    kind: StepKind
    uid: str
    since: date
    due: date | None = None


@dataclass(frozen=True)
class TimeEvidence:
    """What is known about the leader's time: whether the strategic share is under its target, the day from which
    too little of it is classified for a share, and the oldest opportunity that nobody leads, with its day."""

    under_target: bool = False
    unclassified_since: date | None = None
    opportunity: tuple[str, date] | None = None


def propose(
    today: date,
    *,
    corrections: Iterable[OpenCorrection],
    series: Iterable[SeriesEvidence],
    started: date,
    pending: Iterable[Pending] = (),
    time: TimeEvidence = TimeEvidence(),
) -> list[Step]:
    """Every step the evidence gives, in order; the first is the one to show.

    Args:
        today: the organisation's date.
        corrections: requests that this leader owes an answer to.
        series: the leader's own series; none at all proposes to add the first.
        started: since when the leader is here, for the age of that proposal.
        pending: what waits for the leader in projects.
        time: where the leader's time goes. Under its target, an opportunity that waits is proposed.
    """
    steps: list[Step] = []
    for correction in corrections:
        overdue = correction.answer_by < today
        steps.append(
            Step(
                StepKind.ANSWER_CORRECTION,
                Urgency.OVERDUE_PROMISE if overdue else Urgency.CHEAP_GAIN,
                correction.answer_by if overdue else correction.asked_on,
                correction.uid,
            )
        )
    found = list(series)
    for one in found:
        if one.signal_since is not None:
            steps.append(Step(StepKind.LOOK_AT_SIGNAL, Urgency.UNSEEN_SIGNAL, one.signal_since, one.uid))
        if one.does_not_meet and not one.has_project:
            steps.append(Step(StepKind.IMPROVE_KPI, Urgency.CHEAP_GAIN, one.since, one.uid))
        if one.missing_since is not None:
            steps.append(Step(StepKind.ENTER_VALUES, Urgency.CHEAP_GAIN, one.missing_since, one.uid))
        if one.rated and not one.has_standard:
            steps.append(Step(StepKind.SET_STANDARD, Urgency.CHEAP_GAIN, one.since, one.uid))
    steps += [Step(one.kind, _urgency(one, today), one.due or one.since, one.uid) for one in pending]
    if time.under_target and time.opportunity is not None:
        uid, since = time.opportunity
        steps.append(Step(StepKind.TAKE_UP_OPPORTUNITY, Urgency.CHEAP_GAIN, since, uid))
    if time.unclassified_since is not None:
        steps.append(Step(StepKind.CLASSIFY_TIME, Urgency.CHEAP_GAIN, time.unclassified_since))
    if not found:
        steps.append(Step(StepKind.ADD_FIRST_KPI, Urgency.CHEAP_GAIN, started))
    return sorted(steps, key=_order)


def _urgency(one: Pending, today: date) -> Urgency:
    if one.due is not None and one.due < today:
        return Urgency.OVERDUE_PROMISE
    return Urgency.UNSEEN_SIGNAL if one.kind is StepKind.LOOK_AT_VERDICT else Urgency.CHEAP_GAIN


def _order(step: Step) -> tuple[int, int, date, str]:
    rank = 0
    if step.urgency is Urgency.CHEAP_GAIN:
        rank = _GAINS.index(step.kind) if step.kind in _GAINS else len(_GAINS)
    return (step.urgency, rank, step.since, step.about_uid)


def not_put_off(steps: Iterable[Step], put_off: Collection[tuple[str, str]]) -> list[Step]:
    """The steps whose (kind, about_uid) is not among those put off."""
    return [step for step in steps if (step.kind.value, step.about_uid) not in put_off]
