"""Improvement projects: raise, take up, lead, move and end them. The map of people has no operation, on purpose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, each, named_person, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.projects.actions import project as actions
from leanship.features.projects.actions.writing import write_section
from leanship.features.projects.models import Member, Move, PlanItem, Project, Section, Trial, Why
from leanship.features.projects.queries.finding import find_project

router = Router(tags=["projects"], auth=PersonalKey("projects"))


class ProjectsAsked(Paging):
    """How to narrow the list of projects."""

    q: str = Field("", max_length=200, description="Words of title, leader, team or what was seen.")
    stage: str = Field("", description="opportunity, cause, tests, plan, change, check or standard.")
    leader: str = Field("", description="The uid of who leads it.")
    team: str = Field("", description="The uid of the team where the change happens.")
    mine: bool = Field(False, description="Those that you lead or work on.")
    state: str = Field(
        "running", pattern="^(running|ended|archived)$", description="running, ended or archived."
    )


class ProjectRow(Schema):
    """A project in a list. Until somebody takes it up its leader is whoever raised it."""

    uid: str
    title: str
    stage: str
    leader: Ref
    raised_by: Ref
    taken_up: bool
    team: Ref | None
    serves: str = Field(description="team, client, community or empty.")
    serves_whom: str
    raised_at: datetime
    stage_since: datetime
    changed_at: datetime
    outcome: str = Field(description="standardised, stopped, or empty while it runs.")
    ended_on: date | None


class TextRow(Schema):
    """A text of the page: seen, current_state, goal, cause, plan, change, result or standard."""

    key: str
    text: str
    at: datetime
    version: int


class WhyRow(Schema):
    """An answer to "why?"; `below` is the uid of the one it hangs from (null: from the project)."""

    uid: str
    below: str | None
    text: str
    evidence: str
    finding: str = Field(description="open, root or ruled_out.")
    version: int


class TrialRow(Schema):
    """A test or prototype; the clock keeps whether the prediction came first, and whether it changed after."""

    uid: str
    kind: str = Field(description="test or prototype.")
    what: str
    why: str | None = Field(description="The uid of the cause it tries.")
    prediction: str
    predicted_at: datetime | None
    prediction_changed_at: datetime | None
    result: str
    result_at: datetime | None
    outcome: str = Field(description="as_predicted, otherwise, unclear, or empty.")
    learned: str
    version: int


class PlanRow(Schema):
    """Something to be done by somebody by a day."""

    uid: str
    what: str
    owner: Ref
    due_on: date
    done_at: datetime | None
    version: int


class MoveRow(Schema):
    """From one stage to another, forward or back, and why."""

    at: datetime
    former: str
    to: str
    reason: str


class ProjectOut(ProjectRow):
    """A project with all that stands on its page but comments and the result, which have operations of their own."""

    members: list[Ref]
    texts: list[TextRow]
    whys: list[WhyRow]
    trials: list[TrialRow]
    plan: list[PlanRow]
    moves: list[MoveRow]
    archived: bool
    version: int


class OpportunityIn(Given):
    """An opportunity: what was seen, and whom it would serve to change it."""

    title: str
    seen: str
    serves: str = ""
    serves_whom: str = ""
    team: str | None = None
    take_up: bool = Field(False, description="Lead it at once.")


class ProjectChange(Given):
    """What is left out stays."""

    version: int
    title: str | None = None
    serves: str | None = None
    serves_whom: str | None = None
    team: str | None = Field(None, description="The uid of a team; empty takes the team off.")


class WhoIn(Given):
    """Somebody, by uid."""

    person: str


class StageIn(Given):
    """The stage to move to; going back wants a reason."""

    to: str
    reason: str = ""


class EndIn(Given):
    """How it ended, on which day (today)."""

    outcome: str = Field(description="standardised or stopped.")
    reason: str = ""
    on: date | None = None


class TextIn(Given):
    """A text of the page, and the version that was read (0 where nobody wrote it yet)."""

    key: str
    text: str
    version: int | None = None


def project_row(project: Project) -> dict[str, Any]:
    """A project as the API lists it."""
    plain = (
        "uid",
        "title",
        "stage",
        "serves",
        "serves_whom",
        "raised_at",
        "stage_since",
        "outcome",
        "ended_on",
    )
    return {name: getattr(project, name) for name in plain} | {
        "leader": ref(project.leader),
        "raised_by": ref(project.raised_by),
        "taken_up": project.taken_up_at is not None,
        "team": ref(project.team),
        "changed_at": project.touched_at,
    }


def why_row(why: Why) -> dict[str, Any]:
    """An answer of the tree of causes."""
    plain = ("uid", "text", "evidence", "finding", "version")
    return {name: getattr(why, name) for name in plain} | {"below": why.parent.uid if why.parent else None}


def trial_row(trial: Trial) -> dict[str, Any]:
    """A test or prototype."""
    plain = (
        "uid", "kind", "what", "prediction", "predicted_at", "prediction_changed_at", "result", "result_at",
        "outcome", "learned", "version",
    )  # fmt: skip
    return {name: getattr(trial, name) for name in plain} | {"why": trial.why.uid if trial.why else None}


def plan_row(item: PlanItem) -> dict[str, Any]:
    """An item of a plan."""
    plain = ("uid", "what", "due_on", "done_at", "version")
    return {name: getattr(item, name) for name in plain} | {"owner": ref(item.owner)}


def project_out(project: Project) -> dict[str, Any]:
    """One project as the API gives it; six queries."""
    members = Person.objects.filter(project_memberships__project=project).order_by("name", "id")
    texts = Section.objects.filter(project=project).order_by("id")
    whys = Why.objects.filter(project=project, archived_at=None).select_related("parent").order_by("id")
    trials = Trial.objects.filter(project=project, archived_at=None).select_related("why").order_by("id")
    plan = PlanItem.objects.filter(project=project, archived_at=None).select_related("owner")
    moves = Move.objects.filter(project=project)
    return project_row(project) | {
        "members": [ref(person) for person in members],
        "texts": list(texts.values("key", "text", "at", "version")),
        "whys": [why_row(why) for why in whys],
        "trials": [trial_row(trial) for trial in trials],
        "plan": [plan_row(item) for item in plan],
        "moves": [
            {"at": move.at, "former": move.from_stage, "to": move.to_stage, "reason": move.reason}
            for move in moves
        ],
        "archived": project.archived_at is not None,
        "version": project.version,
    }


def _found(actor: Actor, asked: ProjectsAsked) -> QuerySet[Project]:
    rows = access.visible(actor, Project.objects.select_related("leader", "raised_by", "team"))
    match asked.state:
        case "ended":
            rows = rows.exclude(ended_on=None).filter(archived_at=None)
        case "archived":
            rows = rows.exclude(archived_at=None)
        case _:
            rows = rows.filter(ended_on=None, archived_at=None)
    for word in asked.q.casefold().split():
        rows = rows.filter(search__contains=word)
    for value, field in ((asked.stage, "stage"), (asked.leader, "leader__uid"), (asked.team, "team__uid")):
        if value:
            rows = rows.filter(**{field: value})
    if asked.mine:
        works = Member.objects.filter(project=OuterRef("pk"), person=actor.own_id)
        rows = rows.filter(Q(leader_id=actor.own_id) | Exists(works))
    return rows.order_by("-touched_at", "-id")


def _team(actor: Actor, uid: str | None) -> Team | None:
    if not uid:
        return None
    team = access.visible(actor, Team.objects.filter(uid=uid)).first()
    if team is None:
        raise Invalid({"team": [_("There is no team with this id.")]})
    return team


@router.get("/projects", response=answers(Page[ProjectRow]))
def projects(request: SignedIn, asked: Query[ProjectsAsked]) -> Any:
    """Projects, the one that changed last first."""
    return page(_found(request.actor, asked), asked, each(project_row))


@router.post("/projects", response=answers(ProjectOut, *WRITE, status=201))
def raise_opportunity(request: SignedIn, given: OpportunityIn) -> Any:
    """Raise an opportunity; anyone may."""
    told = given.dict() | {"team": _team(request.actor, given.team)}
    return Status(201, project_out(actions.raise_opportunity(request.actor, **told)))


@router.get("/projects/{slug:uid}", response=answers(ProjectOut, *READ))
def project(request: SignedIn, uid: str) -> Any:
    """One project: texts, causes, tests, plan and moves."""
    return project_out(find_project(request.actor, uid))


@router.patch("/projects/{slug:uid}", response=answers(ProjectOut, *WRITE))
def edit_project(request: SignedIn, uid: str, change: ProjectChange) -> Any:
    """Change title, whom it serves or where; the rest stays."""
    found = find_project(request.actor, uid)
    team = found.team if change.team is None else _team(request.actor, change.team)
    given = {
        name: getattr(found, name) if getattr(change, name) is None else getattr(change, name)
        for name in ("title", "serves", "serves_whom")
    }
    return project_out(
        actions.edit_project(request.actor, project=found, version=change.version, team=team, **given)
    )


@router.post("/projects/{slug:uid}/take-up", response=answers(ProjectOut, *WRITE))
def take_up_project(request: SignedIn, uid: str) -> Any:
    """Lead what somebody raised."""
    return project_out(actions.take_up(request.actor, project=find_project(request.actor, uid)))


@router.post("/projects/{slug:uid}/put-down", response=answers(ProjectOut, *WRITE))
def put_down_project(request: SignedIn, uid: str) -> Any:
    """Lead it no longer: it waits for somebody again."""
    return project_out(actions.put_down(request.actor, project=find_project(request.actor, uid)))


@router.post("/projects/{slug:uid}/hand-over", response=answers(ProjectOut, *WRITE))
def hand_over_project(request: SignedIn, uid: str, to: WhoIn) -> Any:
    """Let somebody else lead it."""
    person = named_person(request.actor, to.person, "person")
    return project_out(actions.hand_over(request.actor, project=find_project(request.actor, uid), to=person))


@router.post("/projects/{slug:uid}/members", response=answers(ProjectOut, *WRITE))
def add_project_member(request: SignedIn, uid: str, who: WhoIn) -> Any:
    """Let somebody work on it, who may then write on its page."""
    found = find_project(request.actor, uid)
    actions.add_member(request.actor, project=found, person=named_person(request.actor, who.person, "person"))
    return project_out(found)


@router.post("/projects/{slug:uid}/members/remove", response=answers(ProjectOut, *WRITE))
def remove_project_member(request: SignedIn, uid: str, who: WhoIn) -> Any:
    """Somebody works on it no longer; everybody may leave by themselves."""
    found = find_project(request.actor, uid)
    actions.remove_member(
        request.actor, project=found, person=named_person(request.actor, who.person, "person")
    )
    return project_out(found)


@router.post("/projects/{slug:uid}/stage", response=answers(ProjectOut, *WRITE))
def move_project(request: SignedIn, uid: str, move: StageIn) -> Any:
    """Move it to another stage, forward or back."""
    found = find_project(request.actor, uid)
    return project_out(actions.move_stage(request.actor, project=found, to=move.to, reason=move.reason))


@router.post("/projects/{slug:uid}/texts", response=answers(ProjectOut, *WRITE))
def write_text(request: SignedIn, uid: str, given: TextIn) -> Any:
    """Write a text of its page; what it said before is kept."""
    found = find_project(request.actor, uid)
    write_section(request.actor, project=found, **given.dict())
    return project_out(found)


@router.post("/projects/{slug:uid}/end", response=answers(ProjectOut, *WRITE))
def end_project(request: SignedIn, uid: str, end: EndIn) -> Any:
    """End it: standardised, or stopped with a reason. Its map of people is deleted."""
    found = find_project(request.actor, uid)
    return project_out(actions.end_project(request.actor, project=found, **end.dict()))


@router.post("/projects/{slug:uid}/reopen", response=answers(ProjectOut, *WRITE))
def reopen_project(request: SignedIn, uid: str) -> Any:
    """Take an ended project up again where it was."""
    return project_out(actions.reopen_project(request.actor, project=find_project(request.actor, uid)))


@router.post("/projects/{slug:uid}/archive", response=answers(ProjectOut, *WRITE))
def archive_project(request: SignedIn, uid: str) -> Any:
    """Put it away: it leaves board and list, and counts for nobody."""
    return project_out(actions.archive_project(request.actor, project=find_project(request.actor, uid)))


@router.post("/projects/{slug:uid}/restore", response=answers(ProjectOut, *WRITE))
def restore_project(request: SignedIn, uid: str) -> Any:
    """Take it out again."""
    return project_out(actions.restore_project(request.actor, project=find_project(request.actor, uid)))
