"""What projects and time ask of a leader next (M90), with the names and addresses that a page shows of it.

Everything that waits comes in one query, since it is asked for on the first page of the day. It is asked for oneself
alone: nothing here is shown to anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse

from leanship.domain import ShareStands
from leanship.domain.next_step import Pending, StepKind, TimeEvidence
from leanship.domain.periods import Cadence, first_day, latest_closed
from leanship.domain.time_split import NoShare
from leanship.features.base import clock
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects.models import (
    Check,
    FeedbackRequest,
    Measure,
    PlanItem,
    Project,
    Trial,
    WeekSplit,
    WorkingTime,
)
from leanship.features.projects.queries.choosing import of_my_teams
from leanship.features.projects.queries.time import WEEKS, TimeShare, share_from
from leanship.features.savings.models import Confirmation, Saving

ANSWERED_WITHIN: Final = timedelta(days=14)
"""Who asked a colleague to confirm a saving, or got feedback, is owed the rest within this time."""
WRITTEN_WITHIN: Final = timedelta(days=14)
"""A test that has no result after this time has probably ended without anybody writing it down."""
_GONE_FOR: Final = timedelta(days=30)  # how long a gain that is gone is shown, where the project has ended


@dataclass(frozen=True)
class Told:
    """The words and the address of one record: `name` of the thing, `who` it has to do with, where to do it."""

    name: str
    who: str
    url: str


@dataclass(frozen=True)
class Asked:
    """What projects and time ask of somebody; `told` is by kind of step and uid. `improved` holds the ids of series for
    which an improvement project is running."""

    pending: tuple[Pending, ...] = ()
    time: TimeEvidence = field(default_factory=TimeEvidence)
    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    improved: frozenset[int] = frozenset()


def asked_of(actor: Actor, person: Person, series_ids: Collection[int], today: date) -> Asked:
    """What is asked of `person`, who is the actor; six queries at most."""
    pending: list[Pending] = []
    told: dict[tuple[str, str], Told] = {}
    for row in _waiting(person, today):
        kind = StepKind(row["its_step"])
        pending.append(Pending(kind, row["its_about"], row["its_day"], _due(kind, row["its_day"])))
        told[kind.value, row["its_about"]] = Told(row["its_name"], row["its_who"], _URLS[kind](row))
    share, since = _time_of(person, today)
    under = share is not None and share.stands is ShareStands.UNDER
    waits = _opportunity(actor) if under else None
    if waits is not None:
        name, who, uid, _day = waits
        told[StepKind.TAKE_UP_OPPORTUNITY.value, uid] = Told(
            name, who, reverse("projects:project", args=[uid])
        )
    time = TimeEvidence(under, since, None if waits is None else (waits[2], waits[3]))
    return Asked(tuple(pending), time, told, _improved(series_ids))


def _due(kind: StepKind, day: date) -> date | None:
    """The day by which it was promised: a plan item's own, the second look's, and two weeks where somebody asked."""
    if kind in (StepKind.DO_PLAN_ITEM, StepKind.LOOK_AT_SAVING_AGAIN):
        return day
    if kind in (StepKind.CONFIRM_RESULT, StepKind.TELL_WHAT_BECAME):
        return day + ANSWERED_WITHIN
    return None  # to answer with feedback is a favour, and a test was promised to nobody


def _to(name: str, anchor: str = "", *, by: str = "its_about") -> Callable[[Mapping[str, Any]], str]:
    return lambda row: reverse(name, args=[row[by]]) + anchor


_URLS: Final[Mapping[StepKind, Callable[[Mapping[str, Any]], str]]] = {
    StepKind.DO_PLAN_ITEM: _to("projects:project", "#plan", by="its_place"),
    StepKind.WRITE_TRIAL_RESULT: _to("projects:project", "#trials", by="its_place"),
    StepKind.LOOK_AT_VERDICT: _to("projects:project", "#results", by="its_place"),
    StepKind.ANSWER_FEEDBACK: _to("projects:feedback_one"),
    StepKind.TELL_WHAT_BECAME: _to("projects:feedback_one"),
    StepKind.CONFIRM_RESULT: _to("savings:decide"),
    StepKind.LOOK_AT_SAVING_AGAIN: _to("savings:again"),
}


def _waiting(person: Person, today: date) -> list[Mapping[str, Any]]:
    """Everything that waits, with the same columns, as one query."""
    now = clock.now()
    running = Q(project__ended_on=None, project__archived_at=None)
    feedback = FeedbackRequest.objects.filter(withdrawn_at=None, declined_at=None)
    parts = [
        _rows(
            StepKind.DO_PLAN_ITEM,
            PlanItem.objects.filter(running, owner=person, done_at=None, archived_at=None, due_on__lt=today),
            name="what",
            who="project__title",
            place="project__uid",
            day=F("due_on"),
        ),
        _rows(
            StepKind.WRITE_TRIAL_RESULT,
            Trial.objects.filter(
                running,
                project__leader=person,
                archived_at=None,
                result_at=None,
                created_at__lt=now - WRITTEN_WITHIN,
            ),
            name="what",
            who="project__title",
            place="project__uid",
            day=TruncDate("created_at"),
        ),
        _rows(
            StepKind.LOOK_AT_VERDICT,
            _verdicts(person),
            name="measure__project__title",
            who="verdict",
            place="measure__project__uid",
            day=TruncDate("judged_at"),
        ),
        _rows(
            StepKind.ANSWER_FEEDBACK,
            feedback.filter(asked_of=person, answered_at=None),
            name="project__title",
            who="asked_by__name",
            place="project__uid",
            day=TruncDate("asked_at"),
        ),
        _rows(
            StepKind.TELL_WHAT_BECAME,
            feedback.filter(asked_by=person, answered_at__isnull=False, deed_at=None),
            name="project__title",
            who="asked_of__name",
            place="project__uid",
            day=TruncDate("answered_at"),
        ),
        _rows(
            StepKind.CONFIRM_RESULT,
            Confirmation.objects.filter(asked=person, decision=""),
            name="title",
            who="claimant__name",
            place="uid",
            day=TruncDate("asked_at"),
        ),
        _rows(
            StepKind.LOOK_AT_SAVING_AGAIN,
            Saving.objects.filter(
                confirmed_by=person, state=Saving.State.CONFIRMED, again_at=None, again_on__lte=today
            ),
            name="title",
            who="claimant__name",
            place="uid",
            day=F("again_on"),
        ),
    ]
    return list(parts[0].union(*parts[1:], all=True))


def _rows(
    kind: StepKind, rows: QuerySet[Any, Any], *, name: str, who: str, place: str, day: Any
) -> QuerySet[Any, Mapping[str, Any]]:
    """Rows of any model in the columns that all share; texts are cast, since a database joins only like with like."""
    columns = {
        "step": Value(kind.value, output_field=TextField()),
        "about": Cast("uid", TextField()),
        "name": Cast(name, TextField()),
        "who": Cast(who, TextField()),
        "place": Cast(place, TextField()),
        "day": day,
    }
    # not "name": a field of a model keeps its name for itself
    return rows.order_by().values(**{f"its_{column}": made for column, made in columns.items()})


def _verdicts(person: Person) -> QuerySet[Check]:
    """Verdicts on which nobody acted: the project stands where it stood; and gains found gone of late."""
    project = "measure__project__"
    stands = Q(**{f"{project}ended_on": None, f"{project}stage_since__lte": F("judged_at")})
    gone = Q(kind=Check.Kind.AGAIN, holds=False, judged_at__gte=clock.now() - _GONE_FOR)
    return Check.objects.filter(
        stands | gone,
        measure__is_current=True,
        **{f"{project}leader": person, f"{project}archived_at": None},
    )


def _opportunity(actor: Actor) -> tuple[str, str, str, date] | None:
    """The oldest opportunity that nobody leads, of one's own teams first: title, who raised it, uid, day; one query."""
    rows = access.visible(actor, Project.objects.filter(taken_up_at=None, ended_on=None, archived_at=None))
    near = Case(When(of_my_teams(actor), then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        rows.annotate(near=near, day=TruncDate("raised_at"))
        .order_by("near", "raised_at", "id")
        .values_list("title", "raised_by__name", "uid", "day")
        .first()
    )


def _time_of(person: Person, today: date) -> tuple[TimeShare | None, date | None]:
    """The share over the last closed weeks (None without calendars), and the first day with unclassified time where
    that keeps it from being one; two queries."""
    last = latest_closed(Cadence.WEEK, today)
    rows = list(
        WeekSplit.objects.filter(person=person, week__gt=last - WEEKS, week__lte=last).order_by("week")
    )
    if not rows:
        return None, None
    held = WorkingTime.objects.filter(person=person, valid_from__lte=today).order_by("-valid_from", "-id")
    no_target = held.values_list("no_target", flat=True).first()
    share = share_from(person.pk, rows, person.level, bool(no_target))
    if share.verdict.missing is not NoShare.TOO_LITTLE_CLASSIFIED:
        return share, None
    open_since = next(row.week for row in rows if row.unclassified)
    return share, first_day(Cadence.WEEK, open_since)


def _improved(series_ids: Collection[int]) -> frozenset[int]:
    """Of these series those that a running project wants to move; one query."""
    running = Measure.objects.filter(
        is_current=True, series_id__in=series_ids, project__ended_on=None, project__archived_at=None
    )
    return frozenset(running.values_list("series_id", flat=True))
