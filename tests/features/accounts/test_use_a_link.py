"""Sign-in links: made by whom, used once, good for a quarter of an hour."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from leanship.features.accounts import actions
from leanship.features.accounts.models import SignInLink, User
from leanship.features.base.errors import Refused
from leanship.features.base.models import Event
from leanship.features.org.access import SYSTEM
from tests.cast import Cast
from tests.conftest import NOW


def path_of(url: str) -> str:
    assert url.startswith("http://127.0.0.1:8000/sign-in/link/")
    return url.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def path(cast: Cast) -> str:
    return path_of(actions.create_sign_in_link(cast.actors["greta"], cast.users["ana"]))


def later(settings: Any, **span: float) -> None:
    settings.LEANSHIP_NOW = (datetime.fromisoformat(NOW) + timedelta(**span)).isoformat()


def test_looking_at_a_link_says_whose_it_is_and_uses_nothing_up(client: Client, path: str) -> None:
    for _ in range(3):
        response = client.get(path)
        assert response.status_code == 200
        assert "Sign in as Ana Ruiz" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_pressing_the_button_signs_in_once(client: Client, cast: Cast, path: str) -> None:
    response = client.post(path)
    assert (response.status_code, response.url) == (302, "/settings/me/password/")
    assert client.session["_auth_user_id"] == str(cast.users["ana"].pk)
    for again in (Client().post(path), Client().get(path)):
        assert again.status_code == 410
        assert "was used already" in again.content.decode()


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 302), (15, 410), (24 * 60, 410)])
def test_a_link_is_good_for_fifteen_minutes(
    client: Client, path: str, settings: Any, minutes: float, status: int
) -> None:
    later(settings, minutes=minutes)
    response = client.post(path)
    assert response.status_code == status
    assert ("_auth_user_id" in client.session) == (status == 302)


def test_an_unknown_link_says_so(client: Client, path: str) -> None:
    response = client.post(path[:-2] + "/")
    assert response.status_code == 404
    assert "There is no such link" in response.content.decode()


def test_only_the_hash_of_a_link_is_kept(path: str) -> None:
    token = path.rstrip("/").rpartition("/")[2]
    link = SignInLink.objects.get()
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    kept = [str(value) for row in SignInLink.objects.values_list() for value in row]
    kept += [str(event.params) for event in Event.objects.all()]
    assert not any(token in text for text in kept)


@pytest.mark.parametrize("who", ["ana", "ben", "elif", "ingrid"])
def test_only_administrators_make_links(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        actions.create_sign_in_link(cast.actors[who], cast.users["ana"])
    assert not SignInLink.objects.exists()


def test_a_link_of_an_account_that_was_switched_off_lets_nobody_in(
    client: Client, cast: Cast, path: str
) -> None:
    actions.deactivate(cast.actors["greta"], cast.users["ana"])
    assert client.post(path).status_code == 410
    with pytest.raises(Refused):
        actions.create_sign_in_link(SYSTEM, User.objects.get(pk=cast.users["ana"].pk))


def test_the_owner_sees_who_made_a_link(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.users["ana"])
    assert "Sign-in link made by Greta Novak" in client.get("/settings/me/").content.decode()


def test_a_database_tells_two_tries_apart_that_read_the_same_link(cast: Cast, monkeypatch: Any) -> None:
    url = actions.create_sign_in_link(SYSTEM, cast.users["ana"])
    token = url.rstrip("/").rpartition("/")[2]
    seen = SignInLink.objects.select_related("user__person").get()
    assert actions.use_sign_in_link(token) == cast.users["ana"]
    # the second try read the row before the first one wrote it
    monkeypatch.setattr("leanship.features.accounts.actions.sign_in._find", lambda token: seen)
    with pytest.raises(actions.LinkGone):
        actions.use_sign_in_link(token)


@pytest.fixture
def mailing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ask(client: Client, username: str) -> Any:
    response = client.post("/sign-in/send-link/", {"username": username})
    for thread in threading.enumerate():
        if thread.name == "leanship-mail":
            thread.join()
    return response


@pytest.mark.usefixtures("mailing")
def test_a_link_is_mailed_and_works(client: Client, cast: Cast) -> None:
    assert ask(client, "Ana@leanship.example").status_code == 200
    (message,) = mail.outbox
    assert message.to == ["ana@leanship.example"]
    url = next(line for line in message.body.splitlines() if line.startswith("http"))
    assert client.post(path_of(url)).status_code == 302


@pytest.mark.usefixtures("mailing")
def test_the_answer_says_nothing_about_who_has_an_account(client: Client, cast: Cast) -> None:
    known, unknown = ask(client, "ana@leanship.example"), ask(client, "nobody@leanship.example")
    assert known.content == unknown.content
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("mailing")
def test_nobody_can_fill_a_mailbox(client: Client, cast: Cast, settings: Any) -> None:
    for _ in range(8):
        ask(client, "ana@leanship.example")
    assert len(mail.outbox) == 3
    later(settings, minutes=16)
    ask(client, "ana@leanship.example")
    assert len(mail.outbox) == 4


def test_without_mail_there_is_no_sending(client: Client, cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "Send me a link" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/send-link/", {"username": "ana@leanship.example"}).status_code == 404
    assert not SignInLink.objects.exists()
