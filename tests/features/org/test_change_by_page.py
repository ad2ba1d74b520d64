"""Changing people and teams in the browser: what is sent, what is said, and what is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from leanship.features.org import actions
from leanship.features.org.access import SYSTEM
from leanship.features.org.forms import written
from leanship.features.org.models import Absence, Ancestor, Membership, Person, Team
from tests.cast import Cast


@pytest.fixture
def elif_(cast: Cast, client: Client) -> Client:
    client.force_login(cast.users["elif"])
    return client


def post(client: Client, view: str, /, *args: str, **fields: Any) -> Any:
    return client.post(reverse(view, args=args), fields)


def undo(client: Client, answer: Any) -> Any:
    """Press the undo that the last answer's message offers."""
    message = list(get_messages(answer.wsgi_request))[-1]
    assert message.extra_tags
    return client.post(message.extra_tags)


def leader_of(person: Person) -> str | None:
    rows = Ancestor.objects.filter(person=person, depth=1)
    return rows.values_list("ancestor__name", flat=True).first()


def test_somebody_joins_under_a_leader_named_in_words(elif_: Client) -> None:
    answer = post(elif_, "org:add_person", name="New Person", level="contributor", leader="ben okafor")
    person = Person.objects.get(name="New Person")
    assert answer.status_code == 303
    assert answer.url == reverse("org:person", args=[person.uid])
    assert leader_of(person) == "Ben Okafor"


@pytest.mark.parametrize(
    ("leader", "says"),
    [
        ("Nobody Known", "Nobody here has this name or address."),
        ("Same Name", "Several people have this name."),
    ],
)
def test_a_leader_who_cannot_be_told_is_said_beside_the_field(elif_: Client, leader: str, says: str) -> None:
    for _ in range(2):
        actions.add_person(SYSTEM, name="Same Name")
    answer = post(elif_, "org:add_person", name="New Person", level="contributor", leader=leader)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Person.objects.filter(name="New Person").exists()


def test_what_an_action_refuses_stands_beside_the_field(elif_: Client) -> None:
    answer = post(
        elif_, "org:add_person", name="New Person", level="contributor", email="ana@leanship.example"
    )
    assert answer.status_code == 422
    assert "Ana Ruiz has this address already." in answer.content.decode()


def edit(client: Client, person: Person, **changes: Any) -> Any:
    fields = {"name": person.name, "email": person.email, "level": person.level, "version": person.version}
    fields |= {"title": person.title, "role": person.role, "department": person.department}
    return post(client, "org:edit_person", person.uid, **(fields | changes))


def test_editing_dates_a_new_title(elif_: Client, cast: Cast) -> None:
    ana = cast.people["ana"]
    assert edit(elif_, ana, title="Expert", on="2026-10-01").status_code == 303
    assert ana.positions.get(valid_until=None).valid_from == date(2026, 10, 1)


def test_a_stale_form_is_told_what_stands_there_now(elif_: Client, cast: Cast) -> None:
    ana = Person.objects.get(pk=cast.people["ana"].pk)
    actions.edit_person(SYSTEM, person=cast.people["ana"], title="Theirs")
    answer = edit(elif_, ana, title="Mine")
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert Person.objects.get(pk=ana.pk).title == "Theirs"


def test_moving_is_taken_back_by_its_undo(elif_: Client, cast: Cast) -> None:
    ana = cast.people["ana"]
    before = list(ana.lines_up.values_list("leader", "valid_from", "valid_until"))
    answer = post(elif_, "org:move_person", ana.uid, leader=written(cast.people["farid"]))
    assert leader_of(ana) == "Farid Haddad"
    undo(elif_, answer)
    assert list(ana.lines_up.values_list("leader", "valid_from", "valid_until")) == before


def test_moving_somebody_from_the_top_is_taken_back_too(elif_: Client, cast: Cast) -> None:
    lone = actions.add_person(SYSTEM, name="Lone One")
    answer = post(elif_, "org:move_person", lone.uid, leader=cast.people["ben"].email)
    assert leader_of(lone) == "Ben Okafor"
    assert undo(elif_, answer).status_code == 303
    assert leader_of(lone) is None


def test_a_loop_is_told_on_the_form(elif_: Client, cast: Cast) -> None:
    answer = post(elif_, "org:move_person", cast.people["clara"].uid, leader=written(cast.people["ana"]))
    assert answer.status_code == 422
    assert "That would be a loop" in answer.content.decode()


def test_leaving_is_taken_back_by_its_undo(elif_: Client, cast: Cast) -> None:
    ben = cast.people["ben"]
    answer = post(elif_, "org:end_person", ben.uid, on="2026-11-20")
    assert leader_of(cast.people["ana"]) == "Clara Lindqvist"
    undo(elif_, answer)
    assert leader_of(cast.people["ana"]) == "Ben Okafor"


def test_erasing_is_asked_for_twice(elif_: Client, cast: Cast) -> None:
    ana = cast.people["ana"]
    assert post(elif_, "org:erase_person", ana.uid).status_code == 422
    assert Person.objects.get(pk=ana.pk).name == "Ana Ruiz"
    answer = post(elif_, "org:erase_person", ana.uid, sure="on")
    assert answer.status_code == 303
    text = elif_.get(answer.url).content.decode()
    assert "Former colleague" in text
    assert "Ana Ruiz" not in text
    assert not Person.objects.get(pk=ana.pk).user.is_active


def test_an_absence_comes_and_goes_and_comes_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["ana"])
    ana = cast.people["ana"]
    answer = post(client, "org:add_absence", ana.uid, first_day="2026-07-01", last_day="2026-07-10")
    assert undo(client, answer).status_code == 303
    assert not Absence.objects.exists()
    post(client, "org:add_absence", ana.uid, first_day="2026-07-01", last_day="2026-07-10")
    removed = post(client, "org:remove_absence", Absence.objects.get().uid)
    undo(client, removed)
    absence = Absence.objects.get()
    assert (absence.first_day, absence.last_day) == (date(2026, 7, 1), date(2026, 7, 10))


def test_a_lead_changes_the_members_and_takes_it_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["ben"])
    desk = cast.teams["Order desk"]
    before = set(Membership.objects.values_list("team", "person", "valid_from", "valid_until"))
    added = post(client, "org:add_member", desk.uid, person="Farid Haddad", on="2026-11-01")
    assert Membership.objects.filter(team=desk, valid_until=None).count() == 3
    undo(client, added)
    assert set(Membership.objects.values_list("team", "person", "valid_from", "valid_until")) == before
    removed = post(client, "org:remove_member", desk.uid, person=cast.people["ana"].uid)
    assert Membership.objects.filter(team=desk, valid_until=None).count() == 1
    undo(client, removed)
    assert set(Membership.objects.values_list("team", "person", "valid_from", "valid_until")) == before


def test_a_team_is_added_edited_archived_and_restored(elif_: Client) -> None:
    post(elif_, "org:add_team", name="Returns", lead="Ben Okafor")
    team = Team.objects.get(name="Returns")
    post(elif_, "org:edit_team", team.uid, name="Complaints", lead="", version=team.version)
    team.refresh_from_db()
    assert (team.name, team.lead) == ("Complaints", None)
    answer = post(elif_, "org:archive_team", team.uid)
    assert Team.objects.get(pk=team.pk).archived_at is not None
    undo(elif_, answer)
    assert Team.objects.get(pk=team.pk).archived_at is None


def test_suggestions_are_people_who_are_here(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["ana"])
    actions.end_person(SYSTEM, person=cast.people["dev"])
    url = reverse("org:suggest")
    assert "Farid Haddad (" in client.get(url, {"field": "leader", "leader": "haddad"}).content.decode()
    assert "Dev" not in client.get(url, {"field": "leader", "leader": "dev"}).content.decode()
    assert client.get(url, {"field": "leader", "leader": ""}).content.decode().strip() == ""
