"""Adding, editing, moving, ending and erasing people: the dated rows, today's copy, the line and the words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.org import actions
from leanship.features.org.models import Ancestor, Membership, Person, ReportingLine
from leanship.features.org.signals import people_changed
from tests.cast import STARTED, Cast

TODAY = date(2026, 11, 22)


def line_above(person: Person) -> list[str]:
    return list(
        Ancestor.objects.filter(person=person).order_by("depth").values_list("ancestor__name", flat=True)
    )


def positions(person: Person) -> list[tuple[Any, ...]]:
    rows = person.positions.order_by("valid_from", "id")
    return list(rows.values_list("title", "level", "valid_from", "valid_until"))


def test_a_newcomer_has_a_position_and_a_line_and_is_found(cast: Cast) -> None:
    person = actions.add_person(
        cast.actors["elif"],
        name="  Ómar   Þórsson ",
        email="omar@leanship.example",
        title="Order specialist",
        department="Order desk",
        leader=cast.people["ben"],
        joined_on=date(2026, 11, 2),
    )
    assert (person.name, person.role, person.level) == ("Ómar Þórsson", "Order specialist", "contributor")
    assert "ómar þórsson" in person.search
    assert positions(person) == [("Order specialist", "contributor", date(2026, 11, 2), None)]
    assert line_above(person) == ["Ben Okafor", "Clara Lindqvist", "Ingrid Solheim"]
    assert Event.objects.get(kind="person.added", subject_id=person.pk).actor_id == cast.people["elif"].pk


@pytest.mark.parametrize("who", ["ana", "ben", "ingrid"])
def test_only_the_office_adds_people(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        actions.add_person(cast.actors[who], name="Somebody")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "N" * 201}, "name"),
        ({"name": "N", "email": "no address"}, "email"),
        ({"name": "N", "email": "ANA@leanship.example"}, "email"),
        ({"name": "N", "level": "boss"}, "level"),
        ({"name": "N", "joined_on": date(2026, 11, 23)}, "joined_on"),
    ],
)
def test_a_newcomer_that_cannot_be(cast: Cast, given: dict[str, Any], field: str) -> None:
    before = Person.objects.count()
    with pytest.raises(Invalid) as caught:
        actions.add_person(cast.actors["elif"], **given)
    assert list(caught.value.problems) == [field]
    assert Person.objects.count() == before


def test_a_new_title_is_a_new_position_from_that_day(cast: Cast) -> None:
    ana = cast.people["ana"]
    actions.edit_person(
        cast.actors["elif"], person=ana, version=1, title="Senior order specialist", on=date(2026, 10, 1)
    )
    assert positions(ana) == [
        ("Order specialist", "contributor", STARTED, date(2026, 10, 1)),
        ("Senior order specialist", "contributor", date(2026, 10, 1), None),
    ]
    ana.refresh_from_db()
    assert (ana.title, ana.version) == ("Senior order specialist", 2)
    assert "senior order specialist" in ana.search


def test_a_position_that_began_on_that_day_is_put_right(cast: Cast) -> None:
    ana = cast.people["ana"]
    for title in ("First thought", "Second thought"):
        actions.edit_person(cast.actors["elif"], person=ana, title=title, on=date(2026, 10, 1))
    assert [row[0] for row in positions(ana)] == ["Order specialist", "Second thought"]


def test_a_position_cannot_begin_before_the_present_one_nor_in_days_to_come(cast: Cast) -> None:
    for day in (date(2023, 12, 31), date(2026, 11, 23)):
        with pytest.raises(Invalid) as caught:
            actions.edit_person(cast.actors["elif"], person=cast.people["ana"], title="Other", on=day)
        assert list(caught.value.problems) == ["on"]


def test_a_new_address_alone_is_no_new_position(cast: Cast) -> None:
    ana = actions.edit_person(
        cast.actors["greta"], person=cast.people["ana"], email="a.ruiz@leanship.example"
    )
    assert len(positions(ana)) == 1
    assert Person.objects.get(pk=ana.pk).email == "a.ruiz@leanship.example"
    actions.edit_person(cast.actors["greta"], person=ana, email="")
    assert Person.objects.get(pk=ana.pk).email is None


def test_a_form_that_is_out_of_date_gets_the_present_texts(cast: Cast) -> None:
    actions.edit_person(cast.actors["greta"], person=cast.people["ana"], version=1, department="Returns")
    stale = Person.objects.get(pk=cast.people["ana"].pk)
    with pytest.raises(Conflict) as caught:
        actions.edit_person(cast.actors["elif"], person=stale, version=1, department="Complaints")
    assert caught.value.theirs == {"department": "Returns"}


def test_moving_dates_the_line_and_takes_everybody_below_along(cast: Cast) -> None:
    ben, ana = cast.people["ben"], cast.people["ana"]
    actions.move_person(cast.actors["elif"], person=ben, leader=cast.people["farid"], on=date(2026, 11, 1))
    assert line_above(ana) == ["Ben Okafor", "Farid Haddad", "Ingrid Solheim"]
    rows = ReportingLine.objects.filter(person=ben).values_list("leader__name", "valid_from", "valid_until")
    assert list(rows) == [
        ("Clara Lindqvist", STARTED, date(2026, 11, 1)),
        ("Farid Haddad", date(2026, 11, 1), None),
    ]
    event = Event.objects.get(kind="person.moved")
    assert event.params == {"leader": cast.people["farid"].pk, "former_leader": cast.people["clara"].pk}


def test_moving_twice_on_a_day_leaves_no_line_that_held_for_no_day(cast: Cast) -> None:
    ben = cast.people["ben"]
    for leader in ("farid", "ingrid"):
        actions.move_person(cast.actors["elif"], person=ben, leader=cast.people[leader])
    rows = ReportingLine.objects.filter(person=ben).values_list("leader__name", "valid_from")
    assert list(rows) == [("Clara Lindqvist", STARTED), ("Ingrid Solheim", TODAY)]


def test_moving_back_on_the_same_day_leaves_the_line_as_it_was(cast: Cast) -> None:
    ben = cast.people["ben"]
    before = list(ReportingLine.objects.filter(person=ben).values_list())
    for leader in ("farid", "clara"):
        actions.move_person(cast.actors["elif"], person=ben, leader=cast.people[leader])
    assert list(ReportingLine.objects.filter(person=ben).values_list()) == before


def test_a_loop_is_refused_and_told_by_its_names(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        actions.move_person(cast.actors["elif"], person=cast.people["clara"], leader=cast.people["ana"])
    assert caught.value.problems["leader"] == [
        "That would be a loop: Ana Ruiz already reports to Clara Lindqvist"
        " (Ana Ruiz → Ben Okafor → Clara Lindqvist). Move Ana Ruiz first."
    ]
    with pytest.raises(Invalid):
        actions.move_person(cast.actors["elif"], person=cast.people["ana"], leader=cast.people["ana"])
    assert line_above(cast.people["clara"]) == ["Ingrid Solheim"]


def test_leaving_hands_reports_to_the_leader_above(cast: Cast) -> None:
    ben, ana = cast.people["ben"], cast.people["ana"]
    actions.end_person(cast.actors["elif"], person=ben, on=date(2026, 11, 20))
    assert line_above(ana) == ["Clara Lindqvist", "Ingrid Solheim"]
    assert line_above(ben) == []
    assert positions(ben)[0][3] == date(2026, 11, 20)
    cast.teams["Order desk"].refresh_from_db()
    assert cast.teams["Order desk"].lead is None
    with pytest.raises(Invalid, match="left"):
        actions.move_person(cast.actors["elif"], person=ana, leader=ben)


def test_leaving_can_be_undone_wholly(cast: Cast) -> None:
    ben, ana = cast.people["ben"], cast.people["ana"]

    def state() -> tuple[object, ...]:
        return (
            set(Ancestor.objects.values_list("person_id", "ancestor_id", "depth")),
            set(ReportingLine.objects.values_list("person_id", "leader_id", "valid_from", "valid_until")),
            set(Membership.objects.values_list("person_id", "team_id", "valid_from", "valid_until")),
            [positions(person) for person in (ben, ana)],
            Person.objects.get(pk=ben.pk).left_on,
            type(cast.teams["Order desk"]).objects.get(name="Order desk").lead_id,
        )

    for leaver in (ben, ana, cast.people["ingrid"]):
        before = state()
        actions.end_person(cast.actors["elif"], person=leaver)
        assert state() != before
        actions.undo_end_person(cast.actors["elif"], person=leaver)
        assert state() == before


def test_undoing_a_leave_lets_those_be_who_moved_since(cast: Cast) -> None:
    ben, ana, dev = (cast.people[key] for key in ("ben", "ana", "dev"))
    actions.end_person(cast.actors["elif"], person=ben)
    actions.move_person(cast.actors["elif"], person=ana, leader=cast.people["farid"])
    actions.undo_end_person(cast.actors["elif"], person=ben)
    assert line_above(ana) == ["Farid Haddad", "Ingrid Solheim"]
    assert line_above(dev) == ["Ben Okafor", "Clara Lindqvist", "Ingrid Solheim"]


def test_erasing_leaves_a_pseudonym_and_nothing_that_says_who_it_was(cast: Cast) -> None:
    ben = cast.people["ben"]
    told: list[tuple[str, frozenset[int]]] = []

    def listen(what: str, person_ids: frozenset[int], **_rest: Any) -> None:
        told.append((what, person_ids))

    people_changed.connect(listen)
    try:
        actions.erase_person(cast.actors["elif"], person=ben)
    finally:
        people_changed.disconnect(listen)
    ben = Person.objects.get(pk=ben.pk)
    assert ben.name == f"Former colleague {ben.uid[:4]}"
    assert (ben.email, ben.external_id, ben.source, ben.left_on) == (None, None, "", TODAY)
    assert "okafor" not in ben.search
    assert ("erased", frozenset({ben.pk})) in told
    with pytest.raises(Refused):
        actions.undo_end_person(cast.actors["elif"], person=ben)
    with pytest.raises(Refused):
        actions.edit_person(cast.actors["elif"], person=ben, name="Ben Okafor")


def test_nobody_erases_themselves_and_leaders_erase_nobody(cast: Cast) -> None:
    for who, whom in (("elif", "elif"), ("ben", "ana")):
        with pytest.raises(Refused):
            actions.erase_person(cast.actors[who], person=cast.people[whom])


def test_absences_are_noted_by_oneself_the_leader_and_the_people_partner(cast: Cast) -> None:
    ana = cast.people["ana"]
    for place, who in enumerate(("ana", "ben", "elif"), start=1):
        day = date(2026, place, 1)
        actions.add_absence(cast.actors[who], person=ana, first_day=day, last_day=day)
    for who in ("clara", "dev", "greta", "farid"):
        with pytest.raises(Refused):
            actions.add_absence(
                cast.actors[who], person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 2)
            )
    assert ana.absences.count() == 3


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 7, 8), date(2026, 7, 7)),
        (date(2026, 7, 10), date(2026, 7, 12)),
        (date(2020, 1, 1), date(2024, 1, 1)),
    ],
)
def test_an_absence_that_cannot_be(cast: Cast, first: date, last: date) -> None:
    ana = cast.people["ana"]
    actions.add_absence(
        cast.actors["ana"], person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 10)
    )
    with pytest.raises(Invalid):
        actions.add_absence(cast.actors["ana"], person=ana, first_day=first, last_day=last)
    assert ana.absences.count() == 1


def test_an_absence_is_taken_back(cast: Cast) -> None:
    day = date(2026, 7, 1)
    absence = actions.add_absence(cast.actors["ana"], person=cast.people["ana"], first_day=day, last_day=day)
    actions.remove_absence(cast.actors["ben"], absence=absence)
    assert not cast.people["ana"].absences.exists()
    assert Event.objects.filter(kind="person.absence_removed").count() == 1
