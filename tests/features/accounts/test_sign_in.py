"""Signing in with a password, being locked out, signing out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from leanship.features.accounts.middleware import client_ip
from leanship.features.accounts.models import User
from tests.cast import Cast

PASSWORD = "seven herons at the weir"


@pytest.fixture
def ana(cast: Cast) -> User:
    user = cast.users["ana"]
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client: Client, username: str, password: str, **more: Any) -> Any:
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def test_a_name_and_its_password_let_in_whatever_the_case_of_the_name(client: Client, ana: User) -> None:
    response = enter(client, " ANA@leanship.example ", PASSWORD)
    assert (response.status_code, response.url) == (303, "/")
    assert client.get("/settings/me/").status_code == 200


@pytest.mark.parametrize("username", ["ana@leanship.example", "nobody@leanship.example"])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    client: Client, ana: User, username: str
) -> None:
    response = enter(client, username, "not it at all")
    assert response.status_code == 422
    assert "do not fit together" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_whose_account_is_off_does_not_get_in(client: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert enter(client, ana.username, PASSWORD).status_code == 422


def test_pages_lead_to_signing_in_and_back(client: Client, ana: User) -> None:
    response = client.get("/settings/me/")
    assert (response.status_code, response.url) == (302, "/sign-in/?next=/settings/me/")
    assert 'name="next" value="/settings/me/"' in client.get(response.url).content.decode()
    assert enter(client, ana.username, PASSWORD, next="/settings/me/").url == "/settings/me/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver.evil.example/",
        "https://testserver@evil.example/",
        " //evil.example",
    ],
)
def test_next_never_leads_to_another_site(client: Client, ana: User, elsewhere: str) -> None:
    assert "evil" not in client.get("/sign-in/", {"next": elsewhere}).content.decode()
    assert enter(client, ana.username, PASSWORD, next=elsewhere).url == "/"
    # signed in already, the page leads on at once
    assert client.get("/sign-in/", {"next": elsewhere}).url == "/"


def test_six_wrong_passwords_lock_out_and_capital_letters_give_no_more(client: Client, ana: User) -> None:
    spellings = ["ana@leanship.example", "Ana@leanship.example", "ANA@LEANSHIP.EXAMPLE"]
    answers = [enter(client, spellings[n % 3], "not it at all").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    locked = enter(client, ana.username, PASSWORD)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "Try again in 15 minutes" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_form_that_had_become_old_says_what_to_do(ana: User) -> None:
    response = enter(Client(enforce_csrf_checks=True), ana.username, PASSWORD)
    assert response.status_code == 403
    text = response.content.decode()
    assert "load the page again" in text
    assert "style" not in text.split("</head>")[1]  # the content policy would drop it


def test_a_lock_out_holds_for_its_address_alone(client: Client, ana: User) -> None:
    for _ in range(7):
        enter(client, ana.username, "not it at all")
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert enter(elsewhere, ana.username, PASSWORD).status_code == 303


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")
    assert client_ip(request) == "10.0.0.1"
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.9")
    assert client_ip(request) == "203.0.113.9"
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, unknown")
    assert client_ip(request) == "10.0.0.1"


def test_signing_out_takes_a_post(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get("/sign-out/").status_code == 405
    response = client.post("/sign-out/")
    assert (response.status_code, response.url) == (303, "/sign-in/")
    assert client.get("/settings/me/").status_code == 302


def test_forms_of_other_sites_sign_nobody_in(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, ana.username, PASSWORD).status_code == 403


def test_a_session_that_ended_sends_the_whole_page_to_sign_in(client: Client, cast: Cast) -> None:
    response = client.get("/sign-in/?next=/settings/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/sign-in/?next=/settings/"
