"""What a program is told that may not, cannot or must wait: every refusal in the one shape of a problem."""

from __future__ import annotations

from datetime import date
from typing import Any

from leanship.api import keys
from leanship.features.base.models import Policy
from tests.api.conftest import BASE, Caller, caller
from tests.features.world import World


def test_a_part_that_is_switched_off_is_not_there(world: World, ben: Caller) -> None:
    Policy.objects.create(name="modules", value={"off": ["productivity"]}, valid_from=date(2026, 1, 1))
    assert ben.get("/kpis").status_code == 404
    assert ben.get("/people").status_code == 200


# Keys ------------------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_told_and_after_many_made_to_wait(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(keys, "FAILURES", (3, 900))
    wrong = Caller(caller(world.cast, None).client, {"Authorization": "Bearer lean_guess"})
    assert [wrong.get("/me").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert wrong.get("/me").headers["Retry-After"] == "900"


def test_wrong_keys_count_for_the_address_that_cannot_be_made_up(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(keys, "FAILURES", (3, 900))

    def wrong(number: int) -> int:
        headers = {"Authorization": "Bearer lean_wrong", "X-Forwarded-For": f"203.0.113.{number}"}
        answer = Caller(caller(world.cast, None).client, headers).get("/me")
        return int(answer.status_code)

    assert [wrong(number) for number in range(4)] == [401, 401, 401, 429]


def test_a_key_in_another_scheme_is_none(world: World) -> None:
    basic = Caller(caller(world.cast, None).client, {"Authorization": "Basic YTpi"})
    assert basic.get("/me").status_code == 401


def test_too_many_requests_wait(world: World, ben: Caller, monkeypatch: Any) -> None:
    monkeypatch.setattr(keys, "REQUESTS", (2, 3600))
    assert [ben.get("/me").status_code for _ in range(3)] == [200, 200, 429]


def test_me_says_what_the_key_may(world: World) -> None:
    me = caller(world.cast, "ben", read_only=True).get("/me").json()
    assert (me["person"]["name"], me["role"], me["read_only"]) == ("Ben Okafor", "member", True)


# Problems ---------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_told_in_the_same_shape(world: World, elif_: Caller) -> None:
    broken = elif_.client.post(f"{BASE}/people", "{", content_type="application/json", headers=elif_.headers)
    assert (broken.status_code, broken.headers["Content-Type"]) == (400, "application/problem+json")
    for body, field in (
        ({}, "name"),
        ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A\x00"}, "name"),
        ({"name": "A", "joined_on": "soon"}, "joined_on"),
        ({"name": "A", "leader": "nobody"}, "leader"),
        ({"name": " "}, "name"),
    ):
        answer = elif_.post("/people", body)
        assert answer.status_code == 422, body
        assert set(answer.json()["errors"]) == {field}
        assert answer.json()["type"] == "/api/v1/problems/invalid"
    surrogate = elif_.client.post(
        f"{BASE}/people", b'{"name": "\\ud800"}', content_type="application/json", headers=elif_.headers
    )
    assert set(surrogate.json()["errors"]) == {"name"}


def test_a_body_beyond_the_limit_is_told(world: World, elif_: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = elif_.post("/people", {"name": "A" * 200})
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_the_type_of_a_problem_leads_to_what_to_do(world: World, ben: Caller) -> None:
    problem = ben.get("/people/nobody22").json()
    found = ben.get(problem["type"].removeprefix(BASE)).json()
    assert (found["status"], found["code"]) == (404, "not_found")
    assert found["remedy"]
