"""People: who is here, whom they report to, what happened to them, and changing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from ninja import Query, Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, each, known_person, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.models import Event
from leanship.features.org import access, actions
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Absence, Level, Membership, Person, Position, ReportingLine, Team
from leanship.features.org.queries.people import direct_reports, find_person, found_people, line_above
from leanship.web.lists import ListRequest, ListSpec, Sort

router = Router(tags=["people"], auth=PersonalKey())

_SPEC = ListSpec(sorts=(Sort("name", ("name", "id")),), order="name")


class PeopleAsked(Paging):
    """How to narrow the list of people."""

    q: str = Field("", max_length=200, description="Words of name, title, department or e-mail address.")
    level: str = Field("", description="contributor, entry_manager, mid_manager or senior_leader.")
    department: str = ""
    team: str = Field("", description="The uid of a team they belong to.")
    line: str = Field("", description="top (reports to nobody), manager, wide, one or vacant.")
    left: bool = Field(False, description="Those who left, instead of those who are here.")


class PersonRow(Ref):
    """Somebody in a list."""

    title: str
    role: str
    level: str
    department: str
    email: str | None
    leader: Ref | None
    left_on: date | None


class PositionRow(Schema):
    """What a person was, from a day until before another (null: still)."""

    title: str
    role: str
    level: str
    department: str
    valid_from: date
    valid_until: date | None


class LineRow(Schema):
    """Whom a person reported to, from a day until before another (null: still)."""

    leader: Ref
    valid_from: date
    valid_until: date | None


class AbsenceRow(Schema):
    """Days away, both counted."""

    uid: str
    first_day: date
    last_day: date


class PersonOut(PersonRow):
    """One person. What you may not see is null: positions and lines are for the person, the line and the office,
    absences for the person, the direct leader and people partners."""

    joined_on: date | None
    line: list[Ref] = Field(description="Everybody above, the topmost first.")
    reports: list[Ref]
    teams: list[Ref]
    leads: list[Ref]
    positions: list[PositionRow] | None
    lines: list[LineRow] | None
    absences: list[AbsenceRow] | None
    version: int


class PersonIn(Given):
    """Somebody new. An empty role becomes the title."""

    name: str
    email: str = ""
    title: str = ""
    role: str = ""
    level: str = Level.CONTRIBUTOR.value
    department: str = ""
    leader: str | None = Field(None, description="The uid of whom they report to.")
    joined_on: date | None = None


class PersonChange(Given):
    """What is left out stays. A new title, role, level or department is a new position from `on` (today)."""

    version: int
    name: str | None = None
    email: str | None = None
    title: str | None = None
    role: str | None = None
    level: str | None = None
    department: str | None = None
    joined_on: date | None = None
    on: date | None = None


class Move(Given):
    """To whom a person reports from `on` (today); a null leader: to nobody."""

    leader: str | None
    on: date | None = None
    version: int | None = None


class End(Given):
    """From which day somebody is no longer here (today), and the version that was read."""

    on: date | None = None
    version: int | None = None


class EventRow(Schema):
    """Something that happened. `actor` is null where Leanship itself did it; ids in `details` are uids."""

    at: datetime
    kind: str
    actor: Ref | None
    details: dict[str, Any]


def _row(person: Any) -> dict[str, Any]:
    leader = {"uid": person.leader_uid, "name": person.leader_name} if person.leader_uid else None
    return _common(person) | {"leader": leader}


def _common(person: Person) -> dict[str, Any]:
    return {
        "uid": person.uid,
        "name": person.name,
        "title": person.title,
        "role": person.role,
        "level": person.level,
        "department": person.department,
        "email": person.email,
        "left_on": person.left_on,
    }


def person_out(actor: Actor, person: Person) -> dict[str, Any]:
    """One person as the API gives them; seven queries at most."""
    history = bool(access.may(actor, "history", person))
    absence = bool(access.may(actor, "absence", person))
    above = line_above(person)
    memberships = Membership.objects.filter(person=person, valid_until=None, team__archived_at=None)
    teams = memberships.order_by("team__name", "team_id").values_list("team__uid", "team__name")
    led = Team.objects.filter(lead=person, archived_at=None).order_by("name", "id")
    return _common(person) | {
        "leader": ref(above[-1]) if above else None,
        "joined_on": person.joined_on,
        "line": [ref(step) for step in above],
        "reports": [ref(step) for step in direct_reports(person)],
        "teams": [{"uid": uid, "name": name} for uid, name in teams],
        "leads": [ref(team) for team in led],
        "positions": list(_positions(person)) if history else None,
        "lines": list(_lines(person)) if history else None,
        "absences": list(_absences(person)) if absence else None,
        "version": person.version,
    }


def _positions(person: Person) -> Iterable[dict[str, Any]]:
    fields = ("title", "role", "level", "department", "valid_from", "valid_until")
    yield from Position.objects.filter(person=person).order_by("-valid_from", "-id").values(*fields)


def _lines(person: Person) -> Iterable[dict[str, Any]]:
    for row in (
        ReportingLine.objects.filter(person=person).order_by("-valid_from", "-id").select_related("leader")
    ):
        yield {"leader": ref(row.leader), "valid_from": row.valid_from, "valid_until": row.valid_until}


def _absences(person: Person) -> Iterable[dict[str, Any]]:
    rows = Absence.objects.filter(person=person).order_by("-first_day")
    for row in rows:
        yield {"uid": row.uid, "first_day": row.first_day, "last_day": row.last_day}


@router.get("/people", response=answers(Page[PersonRow]))
def people(request: SignedIn, asked: Query[PeopleAsked]) -> Any:
    """Everybody who is here, by name; or, with `left`, everybody who left."""
    named = ("level", "department", "team", "line")
    values = {name: value for name in named if (value := getattr(asked, name))}
    narrowed = ListRequest(_SPEC, "", asked.q, values, "name", 1)
    rows = found_people(request.actor, narrowed, left=asked.left).order_by("name", "id")
    return page(rows, asked, each(_row))


@router.post("/people", response=answers(PersonOut, *WRITE, status=201))
def add_person(request: SignedIn, person: PersonIn) -> Any:
    """Add somebody, with a first position and a first line from `joined_on` or today."""
    given = person.dict()
    leader = known_person(request.actor, given.pop("leader"), "leader")
    return Status(201, person_out(request.actor, actions.add_person(request.actor, leader=leader, **given)))


@router.get("/people/{slug:uid}", response=answers(PersonOut, *READ))
def person(request: SignedIn, uid: str) -> Any:
    """One person: what they are, everybody above, and who reports to them."""
    return person_out(request.actor, find_person(request.actor, uid))


@router.patch("/people/{slug:uid}", response=answers(PersonOut, *WRITE))
def edit_person(request: SignedIn, uid: str, change: PersonChange) -> Any:
    """Change what is given; the rest stays."""
    found = find_person(request.actor, uid)
    return person_out(request.actor, actions.edit_person(request.actor, person=found, **change.dict()))


@router.get("/people/{slug:uid}/line", response=answers(list[Ref], *READ))
def line(request: SignedIn, uid: str) -> Any:
    """Everybody above a person today, the topmost first."""
    return [ref(step) for step in line_above(find_person(request.actor, uid))]


@router.get("/people/{slug:uid}/reports", response=answers(list[Ref], *READ))
def reports(request: SignedIn, uid: str) -> Any:
    """Those who report to a person today, by name."""
    return [ref(step) for step in direct_reports(find_person(request.actor, uid))]


@router.post("/people/{slug:uid}/move", response=answers(PersonOut, *WRITE))
def move_person(request: SignedIn, uid: str, move: Move) -> Any:
    """Let a person report to somebody else, or to nobody."""
    found = find_person(request.actor, uid)
    leader = known_person(request.actor, move.leader, "leader")
    moved = actions.move_person(request.actor, person=found, leader=leader, on=move.on, version=move.version)
    return person_out(request.actor, moved)


@router.post("/people/{slug:uid}/end", response=answers(PersonOut, *WRITE))
def end_person(request: SignedIn, uid: str, end: End) -> Any:
    """Somebody leaves; whoever reported to them reports to their leader from then on."""
    found = find_person(request.actor, uid)
    ended = actions.end_person(request.actor, person=found, on=end.on, version=end.version)
    return person_out(request.actor, ended)


@router.post("/people/{slug:uid}/undo-end", response=answers(PersonOut, *WRITE))
def undo_end_person(request: SignedIn, uid: str) -> Any:
    """Somebody is here after all: what ended on the day they left is open again."""
    found = find_person(request.actor, uid)
    return person_out(request.actor, actions.undo_end_person(request.actor, person=found))


# Of an event's parameters these are row ids of people, and become uids; those of `_PLAIN` go out as they are. What
# stands in neither list stays inside.
_PEOPLE = ("leader", "former_leader")
_PLAIN = ("fields", "day", "first_day", "last_day", "step")


def _events(actor: Actor, person: Person) -> Q:
    """Which events about a person the actor may read: each kind as the thing that it speaks of."""
    kinds = Q(kind__startswith="person.") & ~Q(kind__startswith="person.absence")
    if access.may(actor, "absence", person):
        kinds |= Q(kind__startswith="person.absence")
    if access.may(actor, "read", About("standing", person)):
        kinds |= Q(kind__startswith="standing.")
    if access.may(actor, "next_step", About("standing", person)):
        kinds |= Q(kind__startswith="next_step.")
    return kinds


def _event_rows(rows: Sequence[Event]) -> Iterable[dict[str, Any]]:
    ids = {row.params.get(key) for row in rows for key in _PEOPLE} | {row.actor_id for row in rows}
    known: Mapping[int, Person] = Person.objects.in_bulk([pk for pk in ids if pk is not None])
    for row in rows:
        details: dict[str, Any] = {key: row.params[key] for key in _PLAIN if key in row.params}
        for key in _PEOPLE:
            if key in row.params:
                details[key] = ref(known.get(row.params[key] or 0))
        yield {
            "at": row.at,
            "kind": row.kind,
            "actor": ref(known.get(row.actor_id or 0)),
            "details": details,
        }


@router.get("/people/{slug:uid}/events", response=answers(Page[EventRow], 403, *READ))
def events(request: SignedIn, uid: str, asked: Query[Paging]) -> Any:
    """What happened to a person, the newest first; for the person, the line and the office."""
    found = find_person(request.actor, uid)
    access.require(request.actor, "history", found)
    rows = Event.objects.filter(subject_kind="person", subject_id=found.pk)
    return page(rows.filter(_events(request.actor, found)).order_by("-id"), asked, _event_rows)
