"""Where time goes: shares for those who may see them, and one's own events to classify. Nobody else's events, ever."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, each, figure, page
from leanship.api.problems import READ, WRITE, answers
from leanship.domain import round_half_up
from leanship.domain.periods import Cadence, code, latest_closed
from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.features.org.queries.people import find_person
from leanship.features.projects.actions import classifying as actions
from leanship.features.projects.models import Occurrence, WeekSplit
from leanship.features.projects.queries import time as queries

router = Router(tags=["time"], auth=PersonalKey("projects"))


class WeekShare(Schema):
    """The share of one week: all that anybody but its owner may know of it."""

    week: str
    share: str | None


class ShareOut(Schema):
    """The strategic share of the last closed weeks: percent as decimal text, what it is a share of, and its target."""

    share: str | None
    of: str = Field(description="working_hours or calendar_hours.")
    target: int | None
    stands: str = Field(description="unknown, under, reached or no_target.")
    missing: str = Field(description="Why there is no share; empty where there is.")
    weeks: list[WeekShare]


class EventsAsked(Paging):
    """Which of your events."""

    kind: str = Field(
        "unclassified", description="strategic, tactical, unclassified, or empty for all that count."
    )


class EventRow(Schema):
    """One of your events as it takes place."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    kind: str = Field(description="strategic, tactical or unclassified.")
    by_hand: bool


class ClassIn(Given):
    """What an event was: strategic, tactical, or empty to leave it to the rules again."""

    kind: str
    repeats: bool = Field(False, description="All repetitions of it.")


class Classified(Schema):
    """How many events have another class now."""

    changed: int


def _percent(share: Fraction | None) -> str | None:
    """A share in percent with one decimal."""
    return None if share is None else figure(round_half_up(1000 * share), 1)


def _event(row: Occurrence) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("uid", "title", "starts_at", "ends_at")} | {
        "kind": row.kind or "unclassified",
        "by_hand": bool(row.chosen),
    }


@router.get("/people/{slug:uid}/time-share", response=answers(ShareOut, *READ))
def time_share(request: SignedIn, uid: str) -> Any:
    """What share of somebody's time was strategic in the last 13 closed weeks, for those who may see their standing."""
    person = find_person(request.actor, uid)
    access.require(request.actor, "read", About("time_share", person))
    last = latest_closed(Cadence.WEEK, policies.today_of(request.organisation))
    found = queries.share_of([person.pk], last)[person.pk]
    weeks = WeekSplit.objects.filter(person=person, week__gt=last - queries.WEEKS, week__lte=last)
    shares = [
        (row.week, queries.share_from(person.pk, [row], person.level, found.no_target).verdict.share)
        for row in weeks
    ]
    return {
        "share": _percent(found.verdict.share),
        "of": found.verdict.of.value,
        "target": found.verdict.target,
        "stands": found.stands.value,
        "missing": "" if found.verdict.missing is None else found.verdict.missing.value,
        "weeks": [{"week": code(Cadence.WEEK, week), "share": _percent(share)} for week, share in shares],
    }


@router.get("/me/events", response=answers(Page[EventRow]))
def my_events(request: SignedIn, asked: Query[EventsAsked]) -> Any:
    """Your own events that count, the latest first; those without a class unless said otherwise."""
    own = access.visible(request.actor, Occurrence.objects.filter(queries.live_events(request.actor.own_id)))
    rows = own.filter(left_out="")
    if asked.kind:
        rows = rows.filter(kind="" if asked.kind == "unclassified" else asked.kind)
    return page(rows.order_by("-starts_at", "-id"), asked, each(_event))


@router.post("/events/{slug:uid}/classify", response=answers(Classified, *WRITE))
def classify_event(request: SignedIn, uid: str, given: ClassIn) -> Any:
    """Say what one of your events was, or all its repetitions."""
    rows = access.visible(request.actor, Occurrence.objects.filter(uid=uid).select_related("person"))
    found = rows.first()
    if found is None:
        raise NotFound
    done = actions.classify_event(request.actor, occurrence=found, kind=given.kind, series=given.repeats)
    return {"changed": done.events}
