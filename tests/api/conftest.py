"""What the tests of the API begin with: keys of the cast, and a client that sends one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from leanship.features.accounts import secrets
from leanship.features.accounts.models import ApiToken
from leanship.features.productivity.models import Series
from tests.cast import Cast
from tests.features.projects import kit
from tests.features.world import World, build_world

BASE = "/api/v1"


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """What one test asked for does not count against the next."""
    cache.clear()
    yield
    cache.clear()


@dataclass(frozen=True)
class Caller:
    """A program of somebody's."""

    client: Client
    headers: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send a request with the key; `body` goes as JSON."""
        send = getattr(self.client, method)
        if method == "get":
            return send(f"{BASE}{path}", query, headers=self.headers)
        return send(f"{BASE}{path}", body, content_type="application/json", headers=self.headers)

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.call("get", path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        """Write."""
        return self.call("post", path, body if body is not None else {})

    def patch(self, path: str, body: Any) -> Any:
        """Change."""
        return self.call("patch", path, body)

    def upload(self, path: str, **fields: Any) -> Any:
        """Send a form with a file."""
        return self.client.post(f"{BASE}{path}", fields, headers=self.headers)


def key_of(cast: Cast, member: str, *, read_only: bool = False) -> str:
    """The text of a new key of somebody."""
    text = secrets.make("lean_")
    ApiToken.objects.create(
        user=cast.users[member],
        name="test",
        token_hash=secrets.digest(text),
        hint=text[:8],
        read_only=read_only,
    )
    return text


def caller(cast: Cast, member: str | None, *, read_only: bool = False) -> Caller:
    """A program with somebody's key, or with none."""
    if member is None:
        return Caller(Client(), {})
    return Caller(Client(), {"Authorization": f"Bearer {key_of(cast, member, read_only=read_only)}"})


@pytest.fixture
def world(cast: Cast) -> World:
    """One of everything, about Ana and about the order desk; an opportunity nobody leads, and an improved result."""
    found = build_world(cast)
    improved = kit.project_of(cast.people["ana"], ("check", date(2026, 6, 1)), title="Lost labels")
    series = Series.objects.get(uid=found.uids["team_series"])
    measure = kit.verdict(improved, "improved", date(2026, 6, 1), series=series)
    waits = kit.project_of(cast.people["farid"], title="Quieter mornings", taken_up_at=None)
    found.uids.update(check=measure.checks.get().uid, opportunity=waits.uid)
    return found


@pytest.fixture
def ben(world: World) -> Caller:
    return caller(world.cast, "ben")


@pytest.fixture
def elif_(world: World) -> Caller:
    return caller(world.cast, "elif")
