"""Teams: who leads them, who belongs to them, and changing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Query, Router, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, each, known_person, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.features.accounts.requests import SignedIn
from leanship.features.org import actions
from leanship.features.org.access import Actor
from leanship.features.org.models import Membership, Person, Team
from leanship.features.org.queries.teams import find_team, found_teams
from leanship.web.lists import ListRequest, ListSpec, Sort

router = Router(tags=["teams"], auth=PersonalKey())

_SPEC = ListSpec(sorts=(Sort("name", ("name", "id")),), order="name")


class TeamsAsked(Paging):
    """How to narrow the list of teams."""

    q: str = Field("", max_length=200, description="Words of name or department.")
    department: str = ""
    archived: bool = Field(False, description="Archived teams, instead of those in use.")


class TeamRow(Ref):
    """A team in a list."""

    department: str
    lead: Ref | None
    members: int
    archived: bool


class MemberRow(Ref):
    """Somebody who belongs to a team, and since when."""

    title: str
    valid_from: date


class TeamOut(Ref):
    """One team with its members."""

    department: str
    lead: Ref | None
    members: list[MemberRow]
    archived: bool
    version: int


class TeamIn(Given):
    """A new team; `lead` is a person's uid."""

    name: str
    lead: str | None = None
    department: str = ""


class TeamChange(Given):
    """What is left out stays; a null lead says that the team has none."""

    version: int
    name: str | None = None
    department: str | None = None
    lead: str | None = None


class MemberIn(Given):
    """A person, by uid, and from which day (today)."""

    person: str
    on: date | None = None


def _row(team: Any) -> dict[str, Any]:
    return {
        "uid": team.uid,
        "name": team.name,
        "department": team.department,
        "lead": ref(team.lead),
        "members": team.members,
        "archived": team.archived_at is not None,
    }


def _out(actor: Actor, uid: str) -> dict[str, Any]:
    team = find_team(actor, uid)
    rows = Membership.objects.filter(team=team, valid_until=None).order_by("person__name", "person_id")
    members = rows.values_list("person__uid", "person__name", "person__title", "valid_from")
    return {
        "uid": team.uid,
        "name": team.name,
        "department": team.department,
        "lead": ref(team.lead),
        "members": [
            {"uid": uid_, "name": name, "title": title, "valid_from": since}
            for uid_, name, title, since in members
        ],
        "archived": team.archived_at is not None,
        "version": team.version,
    }


@router.get("/teams", response=answers(Page[TeamRow]))
def teams(request: SignedIn, asked: Query[TeamsAsked]) -> Any:
    """The teams, by name."""
    values = {"department": asked.department} if asked.department else {}
    narrowed = ListRequest(_SPEC, "", asked.q, values, "name", 1)
    rows = found_teams(request.actor, narrowed, archived=asked.archived).order_by("name", "id")
    return page(rows, asked, each(_row))


@router.post("/teams", response=answers(TeamOut, *WRITE, status=201))
def add_team(request: SignedIn, team: TeamIn) -> Any:
    """Add a team."""
    lead = known_person(request.actor, team.lead, "lead")
    made = actions.add_team(request.actor, name=team.name, lead=lead, department=team.department)
    return Status(201, _out(request.actor, made.uid))


@router.get("/teams/{slug:uid}", response=answers(TeamOut, *READ))
def team(request: SignedIn, uid: str) -> Any:
    """One team with those who belong to it today."""
    return _out(request.actor, uid)


@router.patch("/teams/{slug:uid}", response=answers(TeamOut, *WRITE))
def edit_team(request: SignedIn, uid: str, change: TeamChange) -> Any:
    """Change what is given; the rest stays."""
    found = find_team(request.actor, uid)
    lead: Person | None = found.lead
    if "lead" in change.model_fields_set:
        lead = known_person(request.actor, change.lead, "lead")
    actions.edit_team(
        request.actor,
        team=found,
        version=change.version,
        name=change.name,
        department=change.department,
        lead=lead,
    )
    return _out(request.actor, uid)


@router.post("/teams/{slug:uid}/archive", response=answers(TeamOut, *WRITE))
def archive_team(request: SignedIn, uid: str) -> Any:
    """Put a team away: it leaves the lists, its members and figures stay."""
    actions.archive_team(request.actor, team=find_team(request.actor, uid))
    return _out(request.actor, uid)


@router.post("/teams/{slug:uid}/restore", response=answers(TeamOut, *WRITE))
def restore_team(request: SignedIn, uid: str) -> Any:
    """Take a team back out."""
    actions.restore_team(request.actor, team=find_team(request.actor, uid))
    return _out(request.actor, uid)


@router.post("/teams/{slug:uid}/members", response=answers(TeamOut, *WRITE))
def add_member(request: SignedIn, uid: str, member: MemberIn) -> Any:
    """Let a person belong to a team."""
    found, person = _team_and_person(request.actor, uid, member.person)
    actions.add_member(request.actor, team=found, person=person, on=member.on)
    return _out(request.actor, uid)


@router.post("/teams/{slug:uid}/members/remove", response=answers(TeamOut, *WRITE))
def remove_member(request: SignedIn, uid: str, member: MemberIn) -> Any:
    """A person no longer belongs to a team from that day."""
    found, person = _team_and_person(request.actor, uid, member.person)
    actions.remove_member(request.actor, team=found, person=person, on=member.on)
    return _out(request.actor, uid)


def _team_and_person(actor: Actor, uid: str, person_uid: str) -> tuple[Team, Person]:
    found = find_team(actor, uid)
    person = known_person(actor, person_uid, "person")
    if person is None:
        raise TypeError("a member is somebody")
    return found, person
