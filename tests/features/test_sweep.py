"""Knock on every door as every member of the cast: an address without an expectation is a failing test.

For each named address `DOORS` says what it opens, who may read it and who may act through it. Whoever may not is
told 404 or 403 and never more; whoever is not signed in is sent to sign in.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast
from tests.features.doors import ALL, DOORS
from tests.features.world import World, build_world


def named(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Every name in the address book of pages, with its namespace; the API has a sweep of its own."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            if pattern.namespace != "api-1":
                yield from named(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"an address without a name: {space}{pattern.pattern}"
            yield f"{space}{pattern.name}"


NAMES = sorted(set(named(get_resolver().url_patterns)))


def test_every_address_has_an_expectation() -> None:
    assert set(NAMES) - set(DOORS) == set()


def test_no_expectation_is_about_an_address_that_is_gone() -> None:
    assert set(DOORS) - set(NAMES) == set()


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def signed_in(world: World, key: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(world.cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def as_it_should(status: int, allowed: frozenset[str] | None, key: str) -> bool:
    """Whether a door answered as it should to somebody; an empty form that is turned down says it is open."""
    if allowed is None:
        return status in (403, 404, 405)
    if key in allowed:
        return status in (200, 201, 204, 302, 303, 400, 409, 410, 422)
    return status in (403, 404)


def test_each_door_opens_to_those_it_should_and_to_nobody_else(world: World) -> None:
    clients = {key: signed_in(world, key) for key in sorted(ALL)}
    wrong = []
    for name in NAMES:
        door = DOORS[name]
        address = reverse(name, kwargs=door.fill(world))
        for key, client in clients.items():
            for method, allowed in (("get", door.get), ("post", door.post)):
                # each knock is taken back, so that none finds the door as another left it
                before, cookies = transaction.savepoint(), copy.deepcopy(client.cookies)
                status = getattr(client, method)(address).status_code
                transaction.savepoint_rollback(before)
                client.cookies = cookies
                if not as_it_should(status, allowed, key):
                    wrong.append(f"{name}: {method.upper()} {address} as {key}: {status}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(world: World) -> None:
    sign_in = reverse("accounts:sign_in")
    wrong = []
    for name in NAMES:
        door = DOORS[name]
        address = reverse(name, kwargs=door.fill(world))
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            if door.public:
                right = answer.status_code in (200, 302, 303, 404, 405, 410, 422, 429)
            else:
                right = answer.status_code == 302 and answer.headers["Location"].startswith(sign_in)
            if not right:
                wrong.append(f"{name}: {method.upper()} {address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_is_hidden_looks_like_what_is_not_there(world: World) -> None:
    """What does not exist and what one may not know of get the same answer, so that nobody can feel for it."""
    farid = signed_in(world, "farid")
    for name in ("productivity:series", "standing:of", "productivity:standing"):
        hidden = farid.get(reverse(name, kwargs=DOORS[name].fill(world)))
        absent = farid.get(reverse(name, kwargs={"uid": "bcdfghjkmnpq"}))
        assert hidden.status_code == absent.status_code == 404
        assert _without_tokens(hidden.content) == _without_tokens(absent.content)


def _without_tokens(content: bytes) -> bytes:
    return re.sub(rb"(csrfmiddlewaretoken|X-CSRFToken)[^>]*", b"", content)
