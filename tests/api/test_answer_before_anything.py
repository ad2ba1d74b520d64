"""What programs are told where nothing can be asked: no such address or method, no organisation yet."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import BASE, caller
from tests.features.world import World


def test_what_there_is_not_is_told_in_the_same_shape(world: World) -> None:
    elif_ = caller(world.cast, "elif")
    for method in ("get", "post"):
        missing = elif_.call(method, "/pulses/bcdfghjkmnpq")
        assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json")
        assert missing.json()["type"] == "/api/v1/problems/not_found"
    wrong = elif_.call("delete", "/people")
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (405, "application/problem+json")
    assert wrong.headers["Allow"] == "GET, POST"


@pytest.mark.django_db
def test_before_the_setup_a_program_is_told_so(client: Client) -> None:
    for answer in (client.get(f"{BASE}/me"), client.post(f"{BASE}/people"), client.get(f"{BASE}/people")):
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert answer.json()["type"] == "/api/v1/problems/not_set_up"
    assert client.get(f"{BASE}/pulses").status_code == 404
