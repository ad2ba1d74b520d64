"""The board and the list: what is where, narrowed by the address, and what waits for whom."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from leanship.features.base import clock
from leanship.features.org import waiting
from leanship.features.org.actions import erase_person
from leanship.features.projects import sections
from leanship.features.projects.actions import plan, trials
from leanship.features.projects.actions import project as actions
from leanship.features.projects.models import Project
from leanship.features.projects.queries import board, choosing, listing
from leanship.web.lists import ListRequest
from tests.cast import Cast
from tests.features.projects.project_kit import client_of, raised

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def four(cast: Cast) -> dict[str, Project]:
    """Ana's is new, Ben's is quiet, nobody leads the third, Farid's has ended."""
    with clock.held_at(NOW - timedelta(days=20)):
        quiet = raised(cast, by="ben", title="Typed in twice")
        actions.move_stage(cast.actors["ben"], project=quiet, to="plan", reason="It was plain.")
    ended = actions.raise_opportunity(
        cast.actors["farid"], title="One form", seen="Four forms.", team=cast.teams["Sales"], take_up=True
    )
    actions.end_project(cast.actors["farid"], project=ended, outcome="standardised")
    return {
        "new": raised(cast, title="Parcels wait"),
        "quiet": quiet,
        "free": raised(cast, by="clara", title="Meetings on Monday", take_up=False),
        "ended": ended,
    }


def listed(cast: Cast, key: str, **query: str) -> list[str]:
    asked = ListRequest.parse(choosing.spec(cast.actors[key], board=False), "/projects/list/", query)
    return sorted(row.title for row in listing.list_page(cast.actors[key], asked, TODAY).list.rows)


def test_each_stands_in_the_column_of_its_stage(cast: Cast, four: dict[str, Project]) -> None:
    actor = cast.actors["dev"]
    asked = ListRequest.parse(choosing.spec(actor, board=True), "/projects/", {})
    page = board.board_page(actor, asked, TODAY)
    found = {column.code: sorted(row.title for row in column.rows) for column in page.columns if column.rows}
    assert found == {"opportunity": ["Meetings on Monday", "Parcels wait"], "plan": ["Typed in twice"]}
    quiet = page.columns[3].rows[0]
    assert (quiet.in_stage, quiet.unchanged, quiet.ageing) == (
        "20 days in Plan",
        "No change for 20 days",
        "quiet",
    )
    assert not quiet.may_move


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Meetings on Monday", "Parcels wait", "Typed in twice"]),
        ({"q": "PARCELS wait"}, ["Parcels wait"]),
        ({"q": "clara"}, ["Meetings on Monday"]),
        ({"stage": "plan"}, ["Typed in twice"]),
        ({"state": "ended"}, ["One form"]),
        ({"age": "quiet"}, ["Typed in twice"]),
        ({"age": "still"}, []),
        ({"who": "mine"}, ["Parcels wait"]),
        ({"who": "team"}, ["Meetings on Monday", "Parcels wait", "Typed in twice"]),
        ({"serves": "community"}, []),
        ({"stage": "heaven", "page": "99"}, ["Meetings on Monday", "Parcels wait", "Typed in twice"]),
    ],
)
def test_the_address_narrows_the_list(
    cast: Cast, four: dict[str, Project], query: dict[str, str], titles: list[str]
) -> None:
    assert listed(cast, "ana", **query) == titles


def test_leader_and_team_narrow_it_too(cast: Cast, four: dict[str, Project]) -> None:
    assert listed(cast, "dev", leader=cast.people["ben"].uid) == ["Typed in twice"]
    sales = cast.teams["Sales"].uid
    assert listed(cast, "dev", team=sales, state="ended") == ["One form"]
    assert listed(cast, "farid", who="team") == []


def test_whoever_was_erased_is_found_by_their_name_no_more(cast: Cast, four: dict[str, Project]) -> None:
    assert listed(cast, "dev", q="okafor") == ["Typed in twice"]
    erase_person(cast.actors["elif"], person=cast.people["ben"])
    assert listed(cast, "dev", q="okafor") == []
    assert "okafor" not in client_of(cast, "dev").get("/projects/").content.decode().casefold()


def test_the_file_holds_the_whole_list(cast: Cast, four: dict[str, Project]) -> None:
    answer = client_of(cast, "dev").get("/projects/list/?format=csv&state=ended")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="projects.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["title"], row["outcome"], row["leader_name"]) for row in rows] == [
        ("One form", "standardised", "Farid Haddad")
    ]


def test_a_card_is_moved_from_the_board(cast: Cast, four: dict[str, Project]) -> None:
    client = client_of(cast, "ana")
    url = f"/projects/{four['new'].uid}/stage/"
    answer = client.post(url, {"to": "cause", "reason": "", "next": "board"})
    assert answer.headers["Location"] == "/projects/"
    assert client.post(url, {"to": "standard", "reason": "", "next": "board"}).status_code == 422


def test_where_nothing_runs_the_board_invites(cast: Cast) -> None:
    page = client_of(cast, "ana").get("/projects/").content.decode()
    assert "Improvements will be here" in page
    page = client_of(cast, "ana").get("/projects/list/").content.decode()
    assert "Improvements will be here" in page


def test_what_waits_for_somebody_is_told_by_its_day(cast: Cast, four: dict[str, Project]) -> None:
    ana, ben = cast.actors["ana"], cast.actors["ben"]
    project = four["new"]
    for day, what in (
        (date(2026, 11, 20), "late"),
        (date(2026, 11, 29), "soon"),
        (date(2026, 11, 30), "far"),
    ):
        plan.add_plan_item(ana, project=project, what=what, owner=cast.people["ben"], due_on=day)
    trials.add_trial(ana, project=project, what="A scanner", prediction="Two days")
    mine = [(line.text, line.due, line.overdue) for line in waiting.of(ben)]
    assert mine[:2] == [
        ("late: Parcels wait", date(2026, 11, 20), True),
        ("soon: Parcels wait", date(2026, 11, 29), False),
    ]
    texts = [text for text, _due, _overdue in mine]
    assert "No change for 20 days: Typed in twice" in texts
    assert "Nobody leads it yet: Meetings on Monday" in texts
    assert "1 test without a result: Parcels wait" in [line.text for line in waiting.of(ana)]
    assert [line.text for line in waiting.of(cast.actors["farid"])] == []
    assert listed(cast, "ben", who="waits") == ["Meetings on Monday", "Parcels wait", "Typed in twice"]
    assert listed(cast, "farid", who="waits") == []


def test_the_pages_of_a_person_and_a_team_name_what_runs(cast: Cast, four: dict[str, Project]) -> None:
    actions.add_member(cast.actors["ben"], project=four["quiet"], person=cast.people["ana"])
    found = sections.of_person(cast.actors["farid"], cast.people["ana"])
    assert found is not None
    assert [(line.title, line.part) for line in found.value.lines] == [
        ("Parcels wait", "leads it"),
        ("Typed in twice", "works on it"),
    ]
    assert sections.of_person(cast.actors["ana"], cast.people["clara"]) is None
    team = sections.of_team(cast.actors["farid"], cast.teams["Order desk"])
    assert team is not None and len(team.value.lines) == 3
    assert sections.of_team(cast.actors["farid"], cast.teams["Sales"]) is None
    page = client_of(cast, "farid").get(f"/organisation/people/{cast.people['ana'].uid}/")
    assert "Typed in twice" in page.content.decode()
