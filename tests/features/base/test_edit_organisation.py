"""The organisation's own settings."""

from __future__ import annotations

import pytest
from django.test import Client

from leanship.features.accounts import actions
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event, Organisation
from tests.cast import Cast

NOW = {"name": "Fjordline Supply", "time_zone": "Europe/Oslo", "currency": "EUR"}


def test_an_administrator_changes_them(cast: Cast) -> None:
    actions.edit_organisation(
        cast.actors["greta"], name=" Fjordline  AS ", time_zone="Asia/Tokyo", currency="nok", version=1
    )
    found = Organisation.objects.get()
    assert (found.name, found.time_zone, found.currency, found.version) == (
        "Fjordline AS",
        "Asia/Tokyo",
        "NOK",
        2,
    )
    event = Event.objects.get(kind="organisation.changed")
    assert event.params["before"] == NOW


@pytest.mark.parametrize("who", ["ana", "ben", "elif", "ingrid"])
def test_nobody_else_does(client: Client, cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        actions.edit_organisation(cast.actors[who], **NOW, version=1)
    client.force_login(cast.users[who])
    assert client.get("/settings/organisation/").status_code == 403
    assert client.post("/settings/organisation/", NOW | {"name": "Mine", "version": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("currency", "EURO"),
        ("currency", "E1R"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Invalid) as told:
        actions.edit_organisation(cast.actors["greta"], **(NOW | {field: value}), version=1)
    assert list(told.value.problems) == [field]


def test_two_who_write_at_once_do_not_overwrite_each_other(client: Client, cast: Cast) -> None:
    actions.edit_organisation(cast.actors["greta"], **(NOW | {"currency": "NOK"}), version=1)
    with pytest.raises(Conflict) as told:
        actions.edit_organisation(cast.actors["greta"], **(NOW | {"currency": "SEK"}), version=1)
    assert told.value.theirs["currency"] == "NOK"
    client.force_login(cast.users["greta"])
    response = client.post("/settings/organisation/", NOW | {"currency": "SEK", "version": "1"})
    assert response.status_code == 409
    # what differs stands side by side, and nothing else
    assert (response.context["theirs"], response.context["mine"]) == (
        {"currency": "NOK"},
        {"currency": "SEK"},
    )
    assert "<dt>Currency</dt>" in response.content.decode()


def test_the_page_keeps_what_was_sent(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["greta"])
    assert (
        client.post("/settings/organisation/", NOW | {"currency": "SEK", "version": "1"}).status_code == 303
    )
    assert 'value="SEK"' in client.get("/settings/organisation/").content.decode()
    assert client.post("/settings/organisation/", NOW | {"name": "", "version": "2"}).status_code == 422
