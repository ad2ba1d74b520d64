"""Accounts in the hands of administrators; one of these always stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from leanship.features.accounts import actions, queries
from leanship.features.accounts.models import SignInLink, User
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.org.actions import people as org
from leanship.features.org.models import Person
from leanship.web.lists import ListRequest
from tests.cast import Cast


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    return org.add_person(cast.actors["greta"], name="Hana Sato", email="Hana@leanship.example")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_an_invited_person_signs_in_and_sets_a_password(client: Client, cast: Cast, newcomer: Person) -> None:
    made = actions.invite(cast.actors["greta"], person=newcomer, role="people_partner")
    assert (made.user.username, made.user.role) == ("hana@leanship.example", "people_partner")
    assert not made.user.has_usable_password()
    response = client.post(made.url.removeprefix("http://127.0.0.1:8000"))
    assert response.url == "/settings/me/password/"
    answer = client.post("/settings/me/password/", {"new": "nine swifts over the mill"})
    assert answer.status_code == 303
    assert fresh(made.user).check_password("nine swifts over the mill")


def test_somebody_new_comes_into_the_organisation_with_their_account(cast: Cast) -> None:
    made = actions.invite_newcomer(cast.actors["greta"], name="Hana Sato", username="hana@leanship.example")
    assert Person.objects.get(email="hana@leanship.example") == made.user.person


def test_a_name_that_is_taken_leaves_nothing_behind(cast: Cast) -> None:
    before = Person.objects.count()
    with pytest.raises(Invalid):
        actions.invite_newcomer(cast.actors["greta"], name="Ana Two", username="ANA@leanship.example")
    with pytest.raises(Invalid):
        actions.invite_newcomer(cast.actors["greta"], name="Ana Two", username="ana2", role="emperor")
    assert Person.objects.count() == before


@pytest.mark.parametrize("username", ["", "two words", "a\tb", "x" * 255])
def test_a_sign_in_name_must_be_usable(cast: Cast, newcomer: Person, username: str) -> None:
    Person.objects.filter(pk=newcomer.pk).update(email=None)
    newcomer.refresh_from_db()
    with pytest.raises(Invalid) as told:
        actions.invite(cast.actors["greta"], person=newcomer, username=username)
    assert list(told.value.problems) == ["username"]


def test_nobody_has_two_accounts_and_nobody_who_left_gets_one(cast: Cast, newcomer: Person) -> None:
    with pytest.raises(Invalid):
        actions.invite(cast.actors["greta"], person=cast.people["ana"], username="ana2")
    org.end_person(cast.actors["greta"], person=newcomer)
    with pytest.raises(Refused):
        actions.invite(cast.actors["greta"], person=newcomer)


@pytest.mark.parametrize("who", ["ana", "ben", "elif", "ingrid"])
def test_only_administrators_change_accounts(cast: Cast, newcomer: Person, who: str) -> None:
    actor, ana = cast.actors[who], cast.users["ana"]
    for attempt in (
        lambda: actions.invite(actor, person=newcomer),
        lambda: actions.invite_newcomer(actor, name="X", username="x"),
        lambda: actions.change_role(actor, ana, role="administrator"),
        lambda: actions.deactivate(actor, ana),
        lambda: actions.reactivate(actor, ana),
    ):
        with pytest.raises(Refused):
            attempt()
    assert fresh(ana).role == "member" and fresh(ana).is_active


def test_a_role_changes_and_says_so(cast: Cast) -> None:
    actions.change_role(cast.actors["greta"], cast.users["ana"], role="people_partner", version=1)
    assert (fresh(cast.users["ana"]).role, fresh(cast.users["ana"]).version) == ("people_partner", 2)
    event = Event.objects.get(kind="account.role_changed")
    assert event.params == {"before": "member", "after": "people_partner"}
    assert event.actor_id == cast.people["greta"].pk


def test_a_role_changed_meanwhile_is_a_conflict(cast: Cast) -> None:
    actions.change_role(cast.actors["greta"], cast.users["ana"], role="people_partner", version=1)
    with pytest.raises(Conflict):
        actions.change_role(cast.actors["greta"], cast.users["ana"], role="member", version=1)


def test_the_last_administrator_stays(client: Client, cast: Cast) -> None:
    greta = cast.users["greta"]
    with pytest.raises(Refused, match="only administrator"):
        actions.change_role(cast.actors["greta"], greta, role="member")
    with pytest.raises(Refused, match="only administrator"):
        actions.deactivate(cast.actors["greta"], greta)
    client.force_login(greta)
    page = client.post(f"/settings/accounts/{greta.uid}/role/", {"role": "member", "version": 1})
    assert page.status_code == 422
    assert "only administrator" in page.content.decode()
    assert client.post(f"/settings/accounts/{greta.uid}/deactivate/").status_code == 403
    assert fresh(greta).role == "administrator" and fresh(greta).is_active


def test_of_two_administrators_one_may_go(cast: Cast) -> None:
    actions.change_role(cast.actors["greta"], cast.users["ana"], role="administrator")
    actions.change_role(cast.actors["greta"], cast.users["greta"], role="member")
    # one who is switched off does not count
    with pytest.raises(Refused):
        actions.deactivate(cast.actors["greta"], cast.users["ana"])


def test_the_last_administrator_cannot_leave_the_organisation(cast: Cast) -> None:
    with pytest.raises(Refused, match="Nobody would be left"):
        org.end_person(cast.actors["elif"], person=cast.people["greta"])
    assert Person.objects.get(pk=cast.people["greta"].pk).left_on is None


def test_who_is_switched_off_is_out_at_once_and_can_be_let_in_again(client: Client, cast: Cast) -> None:
    ana = cast.users["ana"]
    client.force_login(ana)
    url = actions.create_sign_in_link(cast.actors["greta"], ana)
    actions.deactivate(cast.actors["greta"], ana)
    assert client.get("/settings/me/").status_code == 302
    actions.reactivate(cast.actors["greta"], ana)
    # whoever sat in the session that was open, a stranger perhaps, is not let in again
    assert client.get("/settings/me/").status_code == 302
    client.force_login(fresh(ana))
    assert client.get("/settings/me/").status_code == 200
    # the link that was under way stays dead
    assert Client().post(url.removeprefix("http://127.0.0.1:8000")).status_code == 410


def test_who_leaves_can_no_longer_sign_in_and_who_comes_back_can(client: Client, cast: Cast) -> None:
    ana = cast.users["ana"]
    client.force_login(ana)
    url = actions.create_sign_in_link(cast.actors["greta"], ana)
    org.end_person(cast.actors["elif"], person=cast.people["ana"])
    assert not fresh(ana).is_active
    with pytest.raises(Refused):
        actions.reactivate(cast.actors["greta"], ana)
    org.undo_end_person(cast.actors["elif"], person=Person.objects.get(pk=cast.people["ana"].pk))
    assert fresh(ana).is_active
    assert client.get("/settings/me/").status_code == 302
    assert Client().post(url.removeprefix("http://127.0.0.1:8000")).status_code == 410


def test_who_was_switched_off_by_hand_stays_off_after_coming_back(cast: Cast) -> None:
    ana = cast.users["ana"]
    actions.deactivate(cast.actors["greta"], ana)
    org.end_person(cast.actors["elif"], person=cast.people["ana"])
    org.undo_end_person(cast.actors["elif"], person=Person.objects.get(pk=cast.people["ana"].pk))
    assert not fresh(ana).is_active


def test_an_erased_person_leaves_no_sign_in_name(cast: Cast) -> None:
    ana = cast.users["ana"]
    actions.create_token(cast.actors["ana"], name="export")
    actions.create_sign_in_link(cast.actors["greta"], ana)
    org.erase_person(cast.actors["elif"], person=cast.people["ana"])
    gone = fresh(ana)
    assert "ana" not in gone.username and not gone.is_active
    assert not gone.tokens.exists() and not SignInLink.objects.filter(user=gone).exists()


def listed(cast: Cast, **query: str) -> list[str]:
    asked = ListRequest.parse(queries.accounts_spec(), "/settings/accounts/", query)
    return [row.name for row in queries.accounts(cast.actors["greta"], asked).rows]


def test_accounts_are_found_by_name_state_and_role(cast: Cast, newcomer: Person) -> None:
    actions.deactivate(cast.actors["greta"], cast.users["dev"])
    assert len(listed(cast)) == 9
    assert listed(cast, q="RUIZ") == ["Ana Ruiz"]
    assert listed(cast, account="none") == ["Hana Sato"]
    assert listed(cast, account="off") == ["Dev Patel"]
    assert listed(cast, role="administrator") == ["Greta Novak"]
    assert listed(cast, order="-name")[0] == "Ingrid Solheim"


def test_the_list_of_accounts_is_for_administrators(client: Client, cast: Cast) -> None:
    for who, status in (("greta", 200), ("elif", 403), ("ana", 403), ("ingrid", 403)):
        client.force_login(cast.users[who])
        assert client.get("/settings/accounts/").status_code == status
        assert client.get("/settings/accounts/?format=csv").status_code == status
        assert client.get(f"/settings/accounts/{cast.users['ana'].uid}/").status_code == status


def test_the_list_costs_as_many_queries_for_many(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        person = org.add_person(cast.actors["greta"], name=f"Person {number}", joined_on=date(2026, 1, 1))
        if number % 2:
            User.objects.create(username=f"person{number}", person=person)
    client.force_login(cast.users["greta"])
    with django_assert_max_num_queries(7):
        assert client.get("/settings/accounts/").status_code == 200


def test_the_pages_invite_and_hand_over_the_link(client: Client, cast: Cast, newcomer: Person) -> None:
    client.force_login(cast.users["greta"])
    form = client.get(f"/settings/accounts/invite/?person={newcomer.uid}")
    assert 'value="hana@leanship.example"' in form.content.decode().lower()
    made = client.post(
        f"/settings/accounts/invite/?person={newcomer.uid}",
        {"username": "hana@leanship.example", "role": "member"},
    )
    assert made.status_code == 201
    assert "/sign-in/link/" in made.content.decode()
    user = User.objects.get(person=newcomer)
    link = client.post(f"/settings/accounts/{user.uid}/link/")
    assert link.status_code == 201 and "/sign-in/link/" in link.content.decode()
    assert "/sign-in/link/" not in client.get(f"/settings/accounts/{user.uid}/").content.decode()
    assert client.get("/settings/accounts/invite/").status_code == 200
    taken = {"name": "X", "username": "ana@leanship.example", "role": "member"}
    assert client.post("/settings/accounts/invite/", taken).status_code == 422
