"""Teams and their dated members."""

from __future__ import annotations

from datetime import date

import pytest

from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.org import actions
from leanship.features.org.models import Membership, Team
from tests.cast import STARTED, Cast

TODAY = date(2026, 11, 22)


def memberships(team: Team) -> list[tuple[str, date, date | None]]:
    rows = Membership.objects.filter(team=team).order_by("valid_from", "id")
    return list(rows.values_list("person__name", "valid_from", "valid_until"))


def test_the_office_adds_a_team(cast: Cast) -> None:
    team = actions.add_team(
        cast.actors["greta"], name="Returns", lead=cast.people["ben"], department="Orders"
    )
    assert (team.lead, team.search) == (cast.people["ben"], "returns orders")
    with pytest.raises(Refused):
        actions.add_team(cast.actors["ben"], name="Another")
    with pytest.raises(Invalid) as caught:
        actions.add_team(cast.actors["greta"], name="returns")
    assert list(caught.value.problems) == ["name"]


def test_its_lead_changes_a_team_and_its_members_do_not(cast: Cast) -> None:
    desk = cast.teams["Order desk"]
    actions.edit_team(cast.actors["ben"], team=desk, version=1, name="Orders", lead=cast.people["ben"])
    assert Team.objects.get(pk=desk.pk).name == "Orders"
    with pytest.raises(Refused):
        actions.edit_team(cast.actors["ana"], team=desk, lead=cast.people["ana"])
    with pytest.raises(Conflict) as caught:
        actions.edit_team(cast.actors["ben"], team=desk, version=1, name="Desk", lead=cast.people["ben"])
    assert caught.value.theirs["name"] == "Orders"


def test_an_archived_team_comes_back_unless_its_name_is_taken(cast: Cast) -> None:
    desk = cast.teams["Order desk"]
    actions.archive_team(cast.actors["ben"], team=desk)
    with pytest.raises(Invalid, match="archived"):
        actions.add_member(cast.actors["ben"], team=desk, person=cast.people["farid"])
    other = actions.add_team(cast.actors["elif"], name="Order desk")
    with pytest.raises(Invalid):
        actions.restore_team(cast.actors["ben"], team=desk)
    actions.archive_team(cast.actors["elif"], team=other)
    assert actions.restore_team(cast.actors["ben"], team=desk).archived_at is None


def test_members_come_and_go_by_day(cast: Cast) -> None:
    desk, dev = cast.teams["Order desk"], cast.people["dev"]
    actions.remove_member(cast.actors["ben"], team=desk, person=dev, on=date(2026, 10, 1))
    actions.add_member(cast.actors["ben"], team=desk, person=dev, on=date(2026, 11, 1))
    assert memberships(desk) == [
        ("Ana Ruiz", STARTED, None),
        ("Dev Patel", STARTED, date(2026, 10, 1)),
        ("Dev Patel", date(2026, 11, 1), None),
    ]


def test_taking_a_removal_back_leaves_no_gap(cast: Cast) -> None:
    desk, dev = cast.teams["Order desk"], cast.people["dev"]
    before = memberships(desk)
    actions.remove_member(cast.actors["ben"], team=desk, person=dev)
    actions.add_member(cast.actors["ben"], team=desk, person=dev)
    assert memberships(desk) == before


def test_taking_an_addition_back_leaves_no_trace(cast: Cast) -> None:
    desk, farid = cast.teams["Order desk"], cast.people["farid"]
    before = memberships(desk)
    actions.add_member(cast.actors["ben"], team=desk, person=farid)
    actions.remove_member(cast.actors["ben"], team=desk, person=farid)
    assert memberships(desk) == before


def test_a_member_cannot_join_twice_nor_leave_before_joining_nor_in_days_to_come(cast: Cast) -> None:
    desk, ana = cast.teams["Order desk"], cast.people["ana"]
    with pytest.raises(Invalid):
        actions.add_member(cast.actors["ben"], team=desk, person=ana)
    for day in (date(2023, 1, 1), date(2026, 12, 1)):
        with pytest.raises(Invalid):
            actions.remove_member(cast.actors["ben"], team=desk, person=ana, on=day)
    with pytest.raises(Invalid):
        actions.remove_member(cast.actors["ben"], team=desk, person=cast.people["farid"])
    actions.remove_member(cast.actors["ben"], team=desk, person=ana, on=date(2026, 11, 1))
    with pytest.raises(Invalid):
        actions.add_member(cast.actors["ben"], team=desk, person=ana, on=date(2026, 10, 1))
