"""The first run: every page leads to it, the console's token opens it, and it happens once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from leanship.features.accounts import setup_token
from leanship.features.accounts.models import User
from leanship.features.base.models import Organisation
from leanship.features.org.models import Person, Position
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def given(token: str, **changes: str) -> dict[str, str]:
    return {
        "token": token,
        "way": "alone",
        "name": "Ida Berg",
        "email": "Ida@leanship.example",
        "password": "ten geese on the meadow",
        "level": "entry_manager",
        "organisation": "",
        "time_zone": "Europe/Oslo",
        "currency": "nok",
    } | changes


@pytest.fixture
def token() -> str:
    return setup_token.issue()


@pytest.mark.parametrize(
    "path",
    ["/settings/", "/settings/accounts/", "/sign-in/", "/sign-in/link/x/", "/settings/policies/bands/"],
)
def test_every_page_leads_there(client: Client, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1] == ("/setup/", 302)
    assert response.status_code == 200


def test_one_person_alone_begins(client: Client, token: str) -> None:
    response = client.post("/setup/", given(token))
    assert (response.status_code, response.url) == (302, "/")
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.time_zone, organisation.currency) == (
        "Ida Berg",
        "Europe/Oslo",
        "NOK",
    )
    user = User.objects.get()
    assert (user.username, user.role) == ("ida@leanship.example", "administrator")
    assert user.check_password("ten geese on the meadow")
    assert user.person.level == Position.objects.get().level == "entry_manager"
    # signed in, and at home in every page that the shell offers
    for path in ("/settings/", "/settings/me/", "/settings/organisation/", "/settings/accounts/"):
        assert client.get(path).status_code == 200


def test_several_are_told_what_comes_next(client: Client, token: str) -> None:
    response = client.post("/setup/", given(token, way="several", organisation="Fjordline Supply"))
    assert response.url == "/setup/next/"
    assert "Let them in" in client.get(response.url).content.decode()
    assert Organisation.objects.get().name == "Fjordline Supply"


@pytest.mark.parametrize("wrong", ["", "guess", "2222-2222-2222-2222-2222"])
def test_without_the_token_nothing_happens(client: Client, token: str, wrong: str) -> None:
    response = client.post("/setup/", given(wrong))
    assert response.status_code == 422
    assert not Organisation.objects.exists() and not Person.objects.exists() and not User.objects.exists()


def test_no_token_was_issued(client: Client) -> None:
    assert client.post("/setup/", given("anything")).status_code == 422
    assert client.post("/setup/", given("")).status_code == 422
    assert not Organisation.objects.exists()


def test_a_new_token_ends_the_one_before(token: str) -> None:
    assert setup_token.is_right(f" {token.upper()} ")
    setup_token.issue()
    assert not setup_token.is_right(token)


def test_only_the_hash_is_kept_and_for_its_owner_alone(token: str, settings: Any) -> None:
    path = Path(settings.LEANSHIP_HOME) / "setup_token"
    assert token not in path.read_text()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_it_happens_once(client: Client, token: str) -> None:
    client.post("/setup/", given(token))
    assert not setup_token.is_right(token)
    again = Client().post(
        "/setup/", given(setup_token.issue(), name="Somebody Else", email="x@leanship.example")
    )
    assert (again.status_code, again.url) == (302, "/")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 201),
        ("email", "no address"),
        ("password", "short"),
        ("password", "ida@leanship.example"),
        ("level", "emperor"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "12"),
        ("currency", "E€R"),
        ("organisation", "x" * 201),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(
    client: Client, token: str, field: str, value: str
) -> None:
    response = client.post("/setup/", given(token, **{field: value}))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Organisation.objects.exists() and not Person.objects.exists()
    assert setup_token.is_right(token)


def test_several_need_a_name(client: Client, token: str) -> None:
    response = client.post("/setup/", given(token, way="several"))
    assert response.status_code == 422
    assert 'id="id_organisation_error"' in response.content.decode()


def test_an_installation_that_is_set_up_has_no_such_page(client: Client, cast: Cast) -> None:
    response = client.get("/setup/")
    assert (response.status_code, response.url) == (302, "/")


def test_being_led_there_costs_one_query(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert client.get("/sign-in/").url == "/setup/"
