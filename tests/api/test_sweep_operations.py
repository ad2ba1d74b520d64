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
from django.test import Client

from leanship.api.urls import api
from leanship.features.productivity.models import Series
from tests.api.conftest import BASE, Caller, caller
from tests.features.world import World

ALL = frozenset({"ana", "ben", "clara", "ingrid", "dev", "elif", "farid", "greta"})
ANAS = frozenset({"ana", "ben", "clara", "ingrid", "elif"})  # who may read what is about Ana
DESK = ANAS | {"dev", "greta"}  # who may read what is about the order desk
OFFICE = frozenset({"elif", "greta"})
LEAD = OFFICE | {"ben"}
SELF = frozenset({"ana"})
ANSWER = frozenset({"ben", "elif"})

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
