"""Setting a password, and what ends with the old one."""

from __future__ import annotations

import pytest
from django.test import Client

from leanship.features.accounts import actions
from leanship.features.accounts.models import User
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org.access import SYSTEM
from tests.cast import Cast

OLD, NEW = "seven herons at the weir", "eight otters in the reeds"


@pytest.fixture
def ana(cast: Cast) -> User:
    user = cast.users["ana"]
    user.set_password(OLD)
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_password_is_kept_as_argon2(cast: Cast) -> None:
    user = actions.set_password(cast.actors["ana"], old=None, new=NEW)
    assert user.password.startswith("argon2$argon2id$")
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_all_other_sessions_end_and_the_one_at_hand_goes_on(ana: User) -> None:
    here, elsewhere = signed_in(ana), signed_in(ana)
    assert here.post("/settings/me/password/", {"old": OLD, "new": NEW}).status_code == 303
    assert here.get("/settings/me/").status_code == 200
    assert elsewhere.get("/settings/me/").status_code == 302


def test_the_old_password_must_be_right(ana: User) -> None:
    response = signed_in(ana).post("/settings/me/password/", {"old": "a guess", "new": NEW})
    assert response.status_code == 422
    assert "This is not your present password." in response.content.decode()
    assert User.objects.get(pk=ana.pk).check_password(OLD)


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "too short"), ("password1234", "too common"), ("ana@leanship.example", "too similar")],
)
def test_what_is_wrong_with_a_password_is_said(cast: Cast, password: str, words: str) -> None:
    with pytest.raises(Invalid) as told:
        actions.set_password(cast.actors["ana"], old=None, new=password)
    assert words in " ".join(told.value.problems["new"])


def test_whoever_came_by_link_need_not_know_the_old_one(client: Client, ana: User) -> None:
    client.post(actions.create_sign_in_link(SYSTEM, ana).removeprefix("http://127.0.0.1:8000"))
    assert client.post("/settings/me/password/", {"new": NEW}).status_code == 303
    assert User.objects.get(pk=ana.pk).check_password(NEW)
    # that holds for one change alone
    assert client.post("/settings/me/password/", {"new": OLD}).status_code == 422


def test_signing_out_everywhere_else_keeps_this_session(ana: User) -> None:
    here, elsewhere = signed_in(ana), signed_in(ana)
    assert here.post("/settings/me/sessions/end/").status_code == 303
    assert here.get("/settings/me/").status_code == 200
    assert elsewhere.get("/settings/me/").status_code == 302


def test_the_command_line_has_no_password(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.set_password(SYSTEM, old=None, new=NEW)


def test_the_page_says_that_administrators_see_the_account_too(ana: User) -> None:
    text = signed_in(ana).get("/settings/me/").content.decode()
    corner = text.split('<details class="who">')[1].split("</details>")[0]
    assert "you and administrators" in corner


def test_the_theme_is_kept_and_shown(ana: User) -> None:
    client = signed_in(ana)
    assert client.post("/settings/me/", {"theme": "dark"}).status_code == 303
    assert 'data-theme="dark"' in client.get("/settings/me/").content.decode()
    assert client.post("/settings/me/", {"theme": "plaid"}).status_code == 422


@pytest.mark.parametrize(("theme", "language"), [("plaid", ""), ("dark", "tlh")])
def test_a_theme_or_language_that_there_is_not_is_refused(cast: Cast, theme: str, language: str) -> None:
    with pytest.raises(Invalid):
        actions.change_preferences(cast.actors["ana"], theme=theme, language=language)
