"""What a project is judged by, and what its series said: a measure is fixed beforehand and judged once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Ref, named_person, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.requests import SignedIn
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity.models import Series
from leanship.features.productivity.opened import open_series
from leanship.features.projects.actions import results as actions
from leanship.features.projects.models import Check, Measure, Project
from leanship.features.projects.queries.finding import find_project
from leanship.features.projects.queries.results import find_check
from leanship.features.savings import queries as savings

router = Router(tags=["projects"], auth=PersonalKey("projects"))


class CheckRow(Schema):
    """The verdict of one check, as the series gave it that day: first, or again 90 days later."""

    uid: str
    kind: str = Field(description="first or again.")
    due_on: date
    judged_at: datetime
    verdict: str = Field(description="improved, worse, mixed, no_signal_yet or not_enough_evidence.")
    holds: bool | None = Field(description="At the second check: whether the gain is still there.")
    confirmed: bool = Field(description="Whether a colleague confirmed that the change did it.")
    before: int
    after: int


class MeasureRow(Schema):
    """A measure as it was fixed, with its checks; another choice replaced it where it is not current.

    `series` is null for whoever may not read the series.
    """

    uid: str
    series: str | None
    better: str
    change_on: date
    baseline_from: str
    check_on: date
    reason: str
    fixed_at: datetime
    current: bool
    checks: list[CheckRow]


class ResultOut(Schema):
    """The measures of a project, the one that holds last."""

    measures: list[MeasureRow]


class MeasureIn(Given):
    """What the project will be judged by. A second one replaces the first and wants a reason."""

    series: str = Field(description="The uid of a series that you may read.")
    change_on: date
    check_on: date
    better: str = Field("", description="higher or lower; the KPI's own side unless said.")
    baseline_from: date | None = Field(None, description="The first figure unless said.")
    reason: str = ""


class AskIn(Given):
    """Whom to ask."""

    person: str


class Asked(Schema):
    """A question to a colleague."""

    uid: str
    asked: Ref


def _result(actor: Actor, project: Project) -> dict[str, Any]:
    """The measures with their checks; five queries."""
    rows = Measure.objects.filter(project=project).select_related("series__kpi").prefetch_related("checks")
    measures = list(rows.order_by("is_current", "id"))
    ids = [row.series_id for row in measures]
    readable = dict(access.visible(actor, Series.objects.filter(pk__in=ids)).values_list("pk", "uid"))
    checks: list[Check] = [check for row in measures for check in row.checks.all()]
    confirmed = savings.confirmed_uids("result", [check.uid for check in checks])
    plain = ("uid", "kind", "due_on", "judged_at", "verdict", "holds", "before", "after")
    return {
        "measures": [
            {
                name: getattr(row, name)
                for name in ("uid", "better", "change_on", "check_on", "reason", "fixed_at")
            }
            | {
                "series": readable.get(row.series_id),
                "baseline_from": code(Cadence(row.series.kpi.cadence), row.baseline_from),
                "current": row.is_current,
                "checks": [
                    {name: getattr(check, name) for name in plain} | {"confirmed": check.uid in confirmed}
                    for check in row.checks.all()
                ],
            }
            for row in measures
        ]
    }


@router.get("/projects/{slug:uid}/result", response=answers(ResultOut, *READ))
def project_result(request: SignedIn, uid: str) -> Any:
    """What a project is judged by, and what came of it."""
    return _result(request.actor, find_project(request.actor, uid))


@router.post("/projects/{slug:uid}/measure", response=answers(ResultOut, *WRITE, status=201))
def fix_measure(request: SignedIn, uid: str, given: MeasureIn) -> Any:
    """Fix beforehand what the project will be judged by; the leader does."""
    found = find_project(request.actor, uid)
    access.require(request.actor, "lead", found)
    series, _may = open_series(request.actor, given.series)
    actions.fix_measure(request.actor, project=found, **(given.dict() | {"series": series}))
    return Status(201, _result(request.actor, found))


@router.post("/projects/{slug:uid}/judge", response=answers(ResultOut, *WRITE))
def judge_project(request: SignedIn, uid: str) -> Any:
    """Judge a check whose day has come without waiting for a late figure; the leader may."""
    found = find_project(request.actor, uid)
    actions.judge_now(request.actor, project=found)
    return _result(request.actor, found)


@router.post("/checks/{slug:uid}/ask", response=answers(Asked, *WRITE, status=201))
def ask_about_result(request: SignedIn, uid: str, whom: AskIn) -> Any:
    """Ask a colleague outside the line to confirm an improved result: that the change did it."""
    check = find_check(request.actor, uid)
    access.require(request.actor, "lead", check.measure.project)
    asked = named_person(request.actor, whom.person, "person")
    made = actions.ask_to_confirm(request.actor, check=check, asked=asked)
    return Status(201, {"uid": made.uid, "asked": ref(asked)})
