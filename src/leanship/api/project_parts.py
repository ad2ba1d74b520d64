"""What stands on the page of a project: causes, tests, plan and comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, each, named_person, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.api.projects import PlanRow, TrialRow, WhyRow, plan_row, trial_row, why_row
from leanship.features.accounts.requests import SignedIn
from leanship.features.org.access import Actor
from leanship.features.projects.actions import causes, plan, talk, trials
from leanship.features.projects.models import ProjectComment, Trial, Why
from leanship.features.projects.queries import finding

router = Router(tags=["projects"], auth=PersonalKey("projects"))


class WhyIn(Given):
    """An answer to "why?", below another one or right below the project."""

    text: str
    below: str | None = Field(None, description="The uid of the answer it hangs from.")
    evidence: str = ""
    finding: str = Why.Finding.OPEN.value


class WhyChange(Given):
    """What is left out stays."""

    version: int
    text: str | None = None
    evidence: str | None = None
    finding: str | None = None


class TrialIn(Given):
    """A test or prototype, best with what is expected of it."""

    what: str
    kind: str = Trial.Kind.TEST.value
    prediction: str = ""
    why: str | None = Field(None, description="The uid of the cause it tries.")


class TrialChange(Given):
    """What is left out stays. A prediction that changes after the result is known is marked."""

    version: int
    what: str | None = None
    kind: str | None = None
    prediction: str | None = None
    why: str | None = Field(None, description="The uid of the cause it tries; empty for none.")


class TrialResult(Given):
    """What came of it."""

    result: str
    outcome: str = Field(description="as_predicted, otherwise or unclear.")
    learned: str = ""
    version: int | None = None


class PlanIn(Given):
    """Something to be done by somebody by a day."""

    what: str
    owner: str = Field(description="The uid of who does it.")
    due_on: date


class PlanChange(Given):
    """What is left out stays."""

    version: int
    what: str | None = None
    owner: str | None = None
    due_on: date | None = None


class SaidRow(Schema):
    """Something said about a project."""

    uid: str
    author: Ref
    at: datetime
    text: str


class SaidIn(Given):
    """What to say."""

    text: str


def said_row(said: ProjectComment) -> dict[str, Any]:
    """A comment."""
    return {"uid": said.uid, "author": ref(said.author), "at": said.created_at, "text": said.text}


def _why(actor: Actor, uid: str | None) -> Why | None:
    return finding.find_why(actor, uid) if uid else None


def _kept(thing: object, given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The fields given, and of the others what stands there."""
    return {name: getattr(thing, name) if given[name] is None else given[name] for name in names}


@router.post("/projects/{slug:uid}/whys", response=answers(WhyRow, *WRITE, status=201))
def add_why(request: SignedIn, uid: str, given: WhyIn) -> Any:
    """Answer "why?" once more."""
    found = finding.find_project(request.actor, uid)
    told = given.dict() | {"below": _why(request.actor, given.below)}
    return Status(201, why_row(causes.add_why(request.actor, project=found, **told)))


@router.patch("/whys/{slug:uid}", response=answers(WhyRow, *WRITE))
def edit_why(request: SignedIn, uid: str, change: WhyChange) -> Any:
    """Change an answer, how one knows it, or what was found: open, root or ruled_out."""
    found = finding.find_why(request.actor, uid)
    told = _kept(found, change.dict(), "text", "evidence", "finding")
    return why_row(causes.edit_why(request.actor, why=found, version=change.version, **told))


@router.post("/whys/{slug:uid}/archive", response=answers(WhyRow, *WRITE))
def archive_why(request: SignedIn, uid: str) -> Any:
    """Take an answer off the tree, with all below it."""
    return why_row(causes.archive_why(request.actor, why=finding.find_why(request.actor, uid)))


@router.post("/whys/{slug:uid}/restore", response=answers(WhyRow, *WRITE))
def restore_why(request: SignedIn, uid: str) -> Any:
    """Put an answer back on the tree."""
    return why_row(causes.restore_why(request.actor, why=finding.find_why(request.actor, uid)))


@router.post("/projects/{slug:uid}/trials", response=answers(TrialRow, *WRITE, status=201))
def add_trial(request: SignedIn, uid: str, given: TrialIn) -> Any:
    """Plan a test or a prototype."""
    found = finding.find_project(request.actor, uid)
    told = given.dict() | {"why": _why(request.actor, given.why)}
    return Status(201, trial_row(trials.add_trial(request.actor, project=found, **told)))


@router.patch("/trials/{slug:uid}", response=answers(TrialRow, *WRITE))
def edit_trial(request: SignedIn, uid: str, change: TrialChange) -> Any:
    """Change what is tried, or what is expected of it."""
    found = finding.find_trial(request.actor, uid)
    told = _kept(found, change.dict(), "what", "kind", "prediction")
    why = found.why if change.why is None else _why(request.actor, change.why)
    return trial_row(trials.edit_trial(request.actor, trial=found, version=change.version, why=why, **told))


@router.post("/trials/{slug:uid}/result", response=answers(TrialRow, *WRITE))
def record_trial_result(request: SignedIn, uid: str, given: TrialResult) -> Any:
    """Write down what came of a test, beside what was expected."""
    found = finding.find_trial(request.actor, uid)
    return trial_row(trials.record_result(request.actor, trial=found, **given.dict()))


@router.post("/trials/{slug:uid}/archive", response=answers(TrialRow, *WRITE))
def archive_trial(request: SignedIn, uid: str) -> Any:
    """Take a test off the page."""
    return trial_row(trials.archive_trial(request.actor, trial=finding.find_trial(request.actor, uid)))


@router.post("/trials/{slug:uid}/restore", response=answers(TrialRow, *WRITE))
def restore_trial(request: SignedIn, uid: str) -> Any:
    """Put a test back on the page."""
    return trial_row(trials.restore_trial(request.actor, trial=finding.find_trial(request.actor, uid)))


@router.post("/projects/{slug:uid}/plan", response=answers(PlanRow, *WRITE, status=201))
def add_plan_item(request: SignedIn, uid: str, given: PlanIn) -> Any:
    """Plan who does what by when."""
    found = finding.find_project(request.actor, uid)
    told = given.dict() | {"owner": named_person(request.actor, given.owner, "owner")}
    return Status(201, plan_row(plan.add_plan_item(request.actor, project=found, **told)))


@router.patch("/plan/{slug:uid}", response=answers(PlanRow, *WRITE))
def edit_plan_item(request: SignedIn, uid: str, change: PlanChange) -> Any:
    """Change what is to be done, by whom or by when."""
    found = finding.find_plan_item(request.actor, uid)
    told = _kept(found, change.dict(), "what", "due_on")
    owner = found.owner if change.owner is None else named_person(request.actor, change.owner, "owner")
    return plan_row(
        plan.edit_plan_item(request.actor, item=found, version=change.version, owner=owner, **told)
    )


@router.post("/plan/{slug:uid}/done", response=answers(PlanRow, *WRITE))
def finish_plan_item(request: SignedIn, uid: str) -> Any:
    """It is done; who owns it may say so."""
    return plan_row(plan.finish_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid)))


@router.post("/plan/{slug:uid}/undone", response=answers(PlanRow, *WRITE))
def unfinish_plan_item(request: SignedIn, uid: str) -> Any:
    """It is not done after all."""
    return plan_row(plan.unfinish_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid)))


@router.post("/plan/{slug:uid}/archive", response=answers(PlanRow, *WRITE))
def archive_plan_item(request: SignedIn, uid: str) -> Any:
    """Take an item off the plan."""
    return plan_row(plan.archive_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid)))


@router.post("/plan/{slug:uid}/restore", response=answers(PlanRow, *WRITE))
def restore_plan_item(request: SignedIn, uid: str) -> Any:
    """Put an item back on the plan."""
    return plan_row(plan.restore_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid)))


@router.get("/projects/{slug:uid}/comments", response=answers(Page[SaidRow], *READ))
def project_comments(request: SignedIn, uid: str, asked: Query[Paging]) -> Any:
    """What was said about a project, the oldest first."""
    found = finding.find_project(request.actor, uid)
    rows = ProjectComment.objects.filter(project=found, archived_at=None).select_related("author")
    return page(rows.order_by("id"), asked, each(said_row))


@router.post("/projects/{slug:uid}/comments", response=answers(SaidRow, *WRITE, status=201))
def comment_on_project(request: SignedIn, uid: str, given: SaidIn) -> Any:
    """Say something about a project."""
    found = finding.find_project(request.actor, uid)
    return Status(201, said_row(talk.comment(request.actor, project=found, text=given.text)))


@router.post("/project-comments/{slug:uid}/archive", response=answers(SaidRow, *WRITE))
def archive_project_comment(request: SignedIn, uid: str) -> Any:
    """Take back what you said."""
    return said_row(talk.archive_comment(request.actor, said=finding.find_comment(request.actor, uid)))


@router.post("/project-comments/{slug:uid}/restore", response=answers(SaidRow, *WRITE))
def restore_project_comment(request: SignedIn, uid: str) -> Any:
    """Say it again after all."""
    return said_row(talk.restore_comment(request.actor, said=finding.find_comment(request.actor, uid)))
