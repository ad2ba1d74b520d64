"""Personal API keys: shown once, found by hash, useless once revoked or run out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from leanship.features.accounts import actions
from leanship.features.accounts.models import ApiToken, User
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import Event
from leanship.features.org.access import SYSTEM
from tests.cast import Cast

TODAY = date(2026, 11, 22)


def test_a_key_stands_for_its_owner(cast: Cast) -> None:
    token, text = actions.create_token(cast.actors["ana"], name="export")
    assert actions.authenticate_token(text) == cast.users["ana"]
    found = actions.find_token(text)
    assert found == token and found.read_only and found.hint == text[:8]


def test_a_key_is_kept_as_a_hash_alone(cast: Cast) -> None:
    _, text = actions.create_token(cast.actors["ana"], name="export")
    kept = [str(value) for row in ApiToken.objects.values_list() for value in row]
    kept += [str(event.params) for event in Event.objects.all()]
    assert not any(text in each for each in kept)


@pytest.mark.parametrize("text", ["", "lean_", "lean_nothing", "Bearer x", "lean_\ud800", "x" * 100_000])
def test_anything_else_stands_for_nobody(cast: Cast, text: str) -> None:
    assert actions.authenticate_token(text) is None


def test_a_key_ends_after_its_last_day(cast: Cast, settings: Any) -> None:
    _, text = actions.create_token(cast.actors["ana"], name="export", expires_on=TODAY)
    assert actions.authenticate_token(text)
    settings.LEANSHIP_NOW = "2026-11-23T09:00:00+00:00"
    assert actions.authenticate_token(text) is None


def test_a_revoked_key_works_no_more(cast: Cast) -> None:
    token, text = actions.create_token(cast.actors["ana"], name="export")
    actions.revoke_token(cast.actors["ana"], token)
    actions.revoke_token(cast.actors["ana"], token)
    assert actions.authenticate_token(text) is None
    assert Event.objects.filter(kind="account.token_revoked").count() == 1


def test_keys_of_an_account_that_is_off_do_not_work(cast: Cast) -> None:
    _, text = actions.create_token(cast.actors["ana"], name="export")
    actions.deactivate(cast.actors["greta"], cast.users["ana"])
    assert actions.authenticate_token(text) is None


def test_the_day_of_use_is_written_once_a_day(
    cast: Cast, settings: Any, django_assert_num_queries: Any
) -> None:
    _, text = actions.create_token(cast.actors["ana"], name="export")
    with django_assert_num_queries(3):  # the organisation's day, the key, the day of use
        actions.find_token(text)
    with django_assert_num_queries(2):
        actions.find_token(text)
    assert ApiToken.objects.get().last_used_on == TODAY
    settings.LEANSHIP_NOW = "2026-11-24T09:00:00+00:00"
    actions.find_token(text)
    assert ApiToken.objects.get().last_used_on == TODAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("name", "expires_on", "field"),
    [("  ", None, "name"), ("x" * 101, None, "name"), ("export", TODAY - timedelta(days=1), "expires_on")],
)
def test_what_is_wrong_is_said_by_field(cast: Cast, name: str, expires_on: date | None, field: str) -> None:
    with pytest.raises(Invalid) as told:
        actions.create_token(cast.actors["ana"], name=name, expires_on=expires_on)
    assert list(told.value.problems) == [field]


def test_twenty_keys_are_enough(cast: Cast) -> None:
    for number in range(20):
        actions.create_token(cast.actors["ana"], name=str(number))
    with pytest.raises(Invalid):
        actions.create_token(cast.actors["ana"], name="one more")


@pytest.mark.parametrize("who", ["ben", "greta", "ingrid"])
def test_nobody_else_sees_or_revokes_a_key(client: Client, cast: Cast, who: str) -> None:
    token, _ = actions.create_token(cast.actors["ana"], name="quarterly figures")
    with pytest.raises(NotFound):
        actions.revoke_token(cast.actors[who], token)
    client.force_login(cast.users[who])
    assert "quarterly figures" not in client.get("/settings/me/keys/").content.decode()
    assert client.post(f"/settings/me/keys/{token.uid}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_the_command_line_has_no_keys(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.create_token(SYSTEM, name="export")


def test_the_page_shows_a_new_key_this_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["ana"])
    made = client.post("/settings/me/keys/", {"name": "export", "may_write": "on"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"].startswith("max-age=0, no-cache")
    text = re.search(r'value="(lean_[^"]+)"', made.content.decode())[1]  # type: ignore[index]
    found = actions.find_token(text)
    assert found is not None and not found.read_only
    again = client.get("/settings/me/keys/").content.decode()
    assert text not in again and text[:8] in again
    uid = ApiToken.objects.get().uid
    assert client.post(f"/settings/me/keys/{uid}/revoke/").status_code == 303
    assert "revoked" in client.get("/settings/me/keys/").content.decode()


def test_an_empty_name_comes_back_with_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["ana"])
    response = client.post("/settings/me/keys/", {"name": ""})
    assert response.status_code == 422
    assert User.objects.get(pk=cast.users["ana"].pk).tokens.count() == 0
