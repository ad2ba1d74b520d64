"""Every operation as every member of the cast, as nobody, and with a key that may only read.

`TABLE` says who may; an operation that it lacks fails. Whoever may not is told 403 or 404, and nobody 401.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client

from leanship.api.urls import api
from leanship.features.productivity.models import Series
from leanship.features.projects.models import PlanItem, Project, Trial, Why
from leanship.features.savings.models import Saving
from tests.api.conftest import BASE, Caller, caller
from tests.features.world import World

ALL = frozenset({"ana", "ben", "clara", "ingrid", "dev", "elif", "farid", "greta"})
ANAS = frozenset({"ana", "ben", "clara", "ingrid", "elif"})  # who may read what is about Ana
DESK = ANAS | {"dev", "greta"}  # who may read what is about the order desk
OFFICE = frozenset({"elif", "greta"})
LEAD = OFFICE | {"ben"}
SELF = frozenset({"ana"})
ANSWER = frozenset({"ben", "elif"})
WORK = frozenset({"ana", "dev"})  # who writes on the page of the project

Body = Callable[[dict[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Expected:
    """Who may, what fills the address, what is sent, and what comes back to whoever may."""

    who: frozenset[str]
    fill: dict[str, str] = field(default_factory=dict)  # parameter → key of the world
    body: Body | None = None
    ok: int = 200
    refused: tuple[int, ...] = (403, 404)
    file: bool = False


def of(thing: str) -> dict[str, str]:
    """Fill `uid` with that of a thing of the world."""
    return {"uid": thing}


_VERSIONED: dict[str, type[Model]] = {
    "project": Project,
    "why": Why,
    "trial": Trial,
    "plan_item": PlanItem,
    "saving": Saving,
    "confirmed": Saving,
}


def _version(thing: str, **change: Any) -> Body:
    """A change with the version that the thing of the world has now."""

    def body(uids: dict[str, str]) -> dict[str, Any]:
        found: Any = _VERSIONED[thing]._default_manager.get(uid=uids[thing])
        return {"version": found.version, **change}

    return body


TABLE: dict[str, Expected] = {
    "me": Expected(ALL),
    "organisation": Expected(ALL),
    "problem": Expected(ALL, {"code": "=refused"}),
    # people
    "people": Expected(ALL),
    "add_person": Expected(OFFICE, body=lambda uids: {"name": "Hanna Lie"}, ok=201),
    "person": Expected(ALL, of("ana")),
    "edit_person": Expected(OFFICE, of("ana"), lambda uids: {"version": 1, "title": "Order lead"}),
    "line": Expected(ALL, of("ana")),
    "reports": Expected(ALL, of("ana")),
    "move_person": Expected(OFFICE, of("ana"), lambda uids: {"leader": uids["clara"]}),
    "end_person": Expected(OFFICE, of("ana"), lambda uids: {}),
    "undo_end_person": Expected(OFFICE, of("ana"), lambda uids: {}, ok=422),
    "events": Expected(ANAS | {"greta"}, of("ana")),
    # teams
    "teams": Expected(ALL),
    "add_team": Expected(OFFICE, body=lambda uids: {"name": "Returns"}, ok=201),
    "team": Expected(ALL, of("desk")),
    "edit_team": Expected(LEAD, of("desk"), lambda uids: {"version": 1, "name": "Orders"}),
    "archive_team": Expected(LEAD, of("desk"), lambda uids: {}),
    "restore_team": Expected(LEAD, of("desk"), lambda uids: {}),
    "add_member": Expected(LEAD, of("desk"), lambda uids: {"person": uids["farid"]}),
    "remove_member": Expected(LEAD, of("desk"), lambda uids: {"person": uids["ana"]}),
    # KPIs and figures
    "kpis": Expected(ALL),
    "kpi": Expected(ALL, of("kpi")),
    "series_list": Expected(ALL),
    "series": Expected(ANAS, of("series")),
    "measurements": Expected(ANAS, of("series")),
    "chart": Expected(ANAS, of("series")),
    "enter": Expected(
        SELF | ANSWER,
        body=lambda uids: {
            "cells": [{"series": uids["series"], "period": "2026-10", "value": "97.5"}],
            "reason": "recounted",
        },
        refused=(422,),
    ),
    # standings
    "person_standings": Expected(ANAS, of("ana")),
    "team_standings": Expected(DESK, of("desk")),
    "series_standings": Expected(ANAS, of("series")),
    "standing": Expected(ANAS, of("standing")),
    "my_standing": Expected(ALL),
    "person_standing": Expected(ANAS, of("ana")),
    "person_board": Expected(ANAS, of("ana")),
    "team_board": Expected(DESK, of("desk")),
    # comments
    "comments": Expected(ANAS, of("ana")),
    "comment": Expected(ANAS, of("ana"), lambda uids: {"text": "Well explained."}, ok=201),
    "request_correction": Expected(SELF, of("ana"), lambda uids: {"text": "October is wrong."}, ok=201),
    "comment_of": Expected(ANAS, of("correction")),
    "answer_correction": Expected(
        ANSWER,
        of("correction"),
        lambda uids: {"answer": "Right, put in order.", "outcome": "corrected", "version": 1},
    ),
    "take_back_comment": Expected(SELF, of("correction"), lambda uids: {}),
    "put_comment_back": Expected(SELF, of("correction"), lambda uids: {}),
    # projects: Ana leads the one of the world, Dev works on it, Ben has something to do
    "projects": Expected(ALL),
    "raise_opportunity": Expected(
        ALL, body=lambda uids: {"title": "Lost labels", "seen": "Nine a day."}, ok=201
    ),
    "project": Expected(ALL, of("project")),
    "edit_project": Expected(WORK, of("project"), _version("project", title="Faster refunds")),
    "take_up_project": Expected(ALL, of("opportunity"), lambda uids: {}),
    "put_down_project": Expected(SELF, of("project"), lambda uids: {}),
    "hand_over_project": Expected(
        ANAS | OFFICE, of("project"), lambda uids: {"person": uids["ben"]}, refused=(403,)
    ),
    "add_project_member": Expected(SELF, of("project"), lambda uids: {"person": uids["farid"]}),
    "remove_project_member": Expected(WORK, of("project"), lambda uids: {"person": uids["dev"]}),
    "move_project": Expected(WORK, of("project"), lambda uids: {"to": "plan", "reason": "Enough is known."}),
    "write_text": Expected(WORK, of("project"), lambda uids: {"key": "result", "text": "Half the days."}),
    "end_project": Expected(
        SELF, of("project"), lambda uids: {"outcome": "stopped", "reason": "The line was closed."}
    ),
    "reopen_project": Expected(SELF, of("project"), lambda uids: {}),
    "archive_project": Expected(SELF, of("project"), lambda uids: {}),
    "restore_project": Expected(SELF, of("project"), lambda uids: {}),
    "add_why": Expected(WORK, of("project"), lambda uids: {"text": "Nobody sees them."}, ok=201),
    "edit_why": Expected(WORK, of("why"), _version("why", finding="ruled_out")),
    "archive_why": Expected(WORK, of("why"), lambda uids: {}),
    "restore_why": Expected(WORK, of("why"), lambda uids: {}),
    "add_trial": Expected(WORK, of("project"), lambda uids: {"what": "A red shelf for a week."}, ok=201),
    "edit_trial": Expected(WORK, of("trial"), _version("trial", prediction="Half as many.")),
    "record_trial_result": Expected(
        WORK, of("trial"), lambda uids: {"result": "A third as many.", "outcome": "otherwise"}
    ),
    "archive_trial": Expected(WORK, of("trial"), lambda uids: {}),
    "restore_trial": Expected(WORK, of("trial"), lambda uids: {}),
    "add_plan_item": Expected(
        WORK,
        of("project"),
        lambda uids: {"what": "Paint the shelf", "owner": uids["ben"], "due_on": "2026-12-01"},
        ok=201,
    ),
    "edit_plan_item": Expected(WORK, of("plan_item"), _version("plan_item", what="Paint both shelves")),
    "finish_plan_item": Expected(WORK | {"ben"}, of("plan_item"), lambda uids: {}),
    "unfinish_plan_item": Expected(WORK | {"ben"}, of("plan_item"), lambda uids: {}),
    "archive_plan_item": Expected(WORK, of("plan_item"), lambda uids: {}),
    "restore_plan_item": Expected(WORK, of("plan_item"), lambda uids: {}),
    "project_comments": Expected(ALL, of("project")),
    "comment_on_project": Expected(ALL, of("project"), lambda uids: {"text": "We had that too."}, ok=201),
    "archive_project_comment": Expected(SELF, of("said"), lambda uids: {}),
    "restore_project_comment": Expected(SELF, of("said"), lambda uids: {}),
    "project_result": Expected(ALL, of("project")),
    "fix_measure": Expected(
        SELF,
        of("project"),
        lambda uids: {
            "series": uids["series"],
            "change_on": "2026-12-01",
            "check_on": "2027-09-01",
            "reason": "The other one says little.",
        },
        ok=201,
    ),
    "judge_project": Expected(SELF, of("project"), lambda uids: {}, ok=422),
    "ask_about_result": Expected(SELF, of("check"), lambda uids: {"person": uids["farid"]}, ok=201),
    # savings: Ana claims, Farid was asked about one and has confirmed the other
    "savings": Expected(ALL),
    "saving": Expected(ALL, of("saving")),
    "claim_saving": Expected(
        WORK,
        body=lambda uids: {"project": uids["project"], "kind": "hours", "actual": 600},
        ok=201,
        refused=(422,),
    ),
    "set_saving_figures": Expected(SELF, of("saving"), _version("saving", forecast=5_000)),
    "ask_to_confirm_saving": Expected(SELF, of("saving"), lambda uids: {"person": uids["clara"]}, ok=409),
    "look_again_at_saving": Expected(
        frozenset({"farid", "elif"}), of("confirmed"), _version("confirmed", holds=True), ok=422
    ),
    "withdraw_saving": Expected(SELF, of("saving"), lambda uids: {}),
    "restore_saving": Expected(SELF, of("saving"), lambda uids: {}),
    "confirmations": Expected(ALL),
    "confirm_saving": Expected(frozenset({"farid"}), of("confirmation"), lambda uids: {}),
    "decline_saving": Expected(
        frozenset({"farid"}), of("confirmation"), lambda uids: {"reason": "I see half of it."}
    ),
    "take_question_back": Expected(SELF, of("confirmation"), lambda uids: {}),
    # time: shares for those who see the standing, events for oneself
    "time_share": Expected(ANAS, of("ana")),
    "my_events": Expected(ALL),
    "classify_event": Expected(SELF, of("event"), lambda uids: {"kind": "strategic"}),
    # imports
    "import_kinds": Expected(OFFICE),
    "preview_import": Expected(OFFICE, {"kind": "=people"}, lambda uids: {}, file=True),
    "take_in": Expected(OFFICE, {"kind": "=people"}, lambda uids: {}, file=True),
}


@dataclass(frozen=True)
class Operation:
    """An operation as the schema names it."""

    name: str
    method: str
    path: str


def operations() -> Iterator[Operation]:
    """Every operation of the schema."""
    for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items():
        for method, details in methods.items():
            yield Operation(details["operationId"], method, path)


OPERATIONS = {each.name: each for each in operations()}
WRITES = [name for name, each in OPERATIONS.items() if each.method != "get"]


def send(operation: Operation, who: Caller, world: World) -> Any:
    """Do it, with the address and the body that the table says; what it wrote is taken back."""
    expected = TABLE[operation.name]
    path = operation.path
    for name, thing in expected.fill.items():
        value = thing[1:] if thing.startswith("=") else world.uids[thing]
        path = path.replace(f"{{{name}}}", value)
    with transaction.atomic():
        if expected.file:
            file = SimpleUploadedFile("people.csv", b"id,name\n77,Hanna Lie\n")
            answer = who.upload(path, file=file)
        else:
            body = expected.body(world.uids) if expected.body else None
            answer = who.call(operation.method, path, body)
        transaction.set_rollback(True)
    return answer


def test_every_operation_has_an_expectation() -> None:
    assert set(OPERATIONS) == set(TABLE)
    assert len(OPERATIONS) == sum(1 for _ in operations()), "two operations of one name"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_operation_is_for_those_it_should_be_and_for_nobody_else(world: World, name: str) -> None:
    expected = TABLE[name]
    for member in sorted(ALL):
        answer = send(OPERATIONS[name], caller(world.cast, member), world)
        told = f"{name} as {member}: {answer.status_code} {answer.content[:300]!r}"
        if member in expected.who:
            assert answer.status_code == expected.ok, told
        else:
            assert answer.status_code in expected.refused, told
            assert answer.headers["Content-Type"] == "application/problem+json", told


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_without_a_key_there_is_nothing(world: World, name: str) -> None:
    answer = send(OPERATIONS[name], caller(world.cast, None), world)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_key_that_may_only_read_writes_nothing(world: World, name: str) -> None:
    member = sorted(TABLE[name].who)[0]
    answer = send(OPERATIONS[name], caller(world.cast, member, read_only=True), world)
    assert answer.status_code == 403
    assert "only read" in answer.json()["detail"]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_session_of_the_pages_reads_and_writes_nothing(world: World, name: str) -> None:
    member = sorted(TABLE[name].who)[0]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.cast.users[member], backend="django.contrib.auth.backends.ModelBackend")
    answer = send(OPERATIONS[name], Caller(browser, {}), world)
    assert answer.status_code == (401 if name in WRITES else 200)


def test_a_list_of_series_holds_those_that_one_may_see(world: World) -> None:
    uids = {
        "person": Series.objects.get(person=world.cast.people["ana"]).uid,
        "team": Series.objects.get(team=world.cast.teams["Order desk"]).uid,
    }
    for member in ALL:
        listed = caller(world.cast, member).get("/series").json()["items"]
        own = {uids["person"]} if member in ANAS else set()
        shared = {uids["team"]} if member in DESK else set()
        assert {one["uid"] for one in listed} == own | shared, member


def test_the_docs_are_for_who_is_signed_in(world: World) -> None:
    assert Client().get(f"{BASE}/docs").status_code == 302
    assert Client().get(f"{BASE}/openapi.json").status_code == 200
