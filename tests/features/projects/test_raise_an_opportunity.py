"""Anyone raises an opportunity; what resembles it is shown first; somebody takes it up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from leanship.features.base.errors import Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.productivity import standings
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from leanship.features.projects.actions import project as actions
from leanship.features.projects.models import Member, Project, SectionRevision, Stakeholder
from leanship.features.projects.queries.similar import similar
from tests.cast import Cast
from tests.features.projects.people_kit import WORDS, build_map
from tests.features.projects.project_kit import TITLE, client_of, raised
from tests.features.world import LATEST

GIVEN = {"title": "Parcels wait at the gate", "seen": "Nine of them on Monday.", "serves": "client"}


def test_a_few_words_are_enough(cast: Cast) -> None:
    project = actions.raise_opportunity(
        cast.actors["dev"], title="  Parcels   wait ", seen="Nine at the gate."
    )
    assert (project.title, project.stage, project.taken_up_at) == ("Parcels wait", "opportunity", None)
    assert project.leader == project.raised_by == cast.people["dev"]
    assert list(SectionRevision.objects.values_list("text", "version")) == [("Nine at the gate.", 1)]
    event = Event.objects.get(kind="project.raised")
    assert (event.subject_id, event.params) == (project.pk, {"taken_up": False})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"seen": ""}, "seen"),
        ({"serves": "everybody"}, "serves"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(cast: Cast, changed: dict[str, str], field: str) -> None:
    given: dict[str, Any] = {"title": "Parcels", "seen": "Nine", "serves": "team"} | changed
    with pytest.raises(Invalid) as error:
        actions.raise_opportunity(cast.actors["dev"], **given)
    assert list(error.value.problems) == [field]
    assert not Project.objects.exists()


def test_what_resembles_it_is_found_by_title_and_by_what_was_seen(cast: Cast) -> None:
    there = raised(cast)
    raised(cast, by="ben", title="Telephone orders are typed in twice")
    found = similar(cast.actors["dev"], "Refunds of RETURNED ordres take a week")
    assert [each.uid for each in found] == [there.uid]
    assert similar(cast.actors["dev"], "parcels at the gate") != ()
    assert similar(cast.actors["dev"], "Invoices go out late") == ()
    assert similar(cast.actors["dev"], "") == ()


def test_what_ended_or_was_archived_resembles_nothing(cast: Cast) -> None:
    ana = cast.actors["ana"]
    actions.end_project(ana, project=raised(cast), outcome="stopped", reason="It was not so.")
    actions.archive_project(ana, project=raised(cast))
    assert similar(ana, TITLE) == ()


def test_the_second_look_comes_once_and_only_where_something_resembles_it(cast: Cast) -> None:
    client = client_of(cast, "dev")
    answer = client.post("/projects/new/", GIVEN)
    assert answer.status_code == 303
    again = client.post("/projects/new/", GIVEN)
    assert again.status_code == 200
    assert "Raise it all the same" in again.content.decode()
    assert Project.objects.count() == 1
    looked = Project.objects.get().uid
    assert f'name="looked" value="{looked}"' in again.content.decode()
    assert client.post("/projects/new/", GIVEN | {"looked": looked}).status_code == 303
    assert Project.objects.count() == 2


def test_from_a_series_the_form_begins_with_its_name_and_no_figure(cast: Cast) -> None:
    kpi = Kpi.objects.create(name="Orders without error", unit="%")
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    own = client_of(cast, "ana").get(f"/projects/new/?series={series.uid}").content.decode()
    assert "Orders without error does not meet its standard yet" in own
    stranger = client_of(cast, "farid").get(f"/projects/new/?series={series.uid}")
    assert "Orders without error" not in stranger.content.decode()


@pytest.mark.parametrize(("standard", "offered"), [(2_000, True), (10, False)])
def test_a_kpi_that_does_not_meet_leads_to_the_form(cast: Cast, standard: int, offered: bool) -> None:
    kpi = Kpi.objects.create(name="Orders a day", unit="orders", owner=cast.people["ana"])
    Standard.objects.create(kpi=kpi, value=standard, from_ordinal=LATEST - 30)
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=LATEST - back, value=90 + back % 3) for back in range(14)
    )
    standings.refresh([series.pk], reason="measured")
    page = client_of(cast, "ana").get(f"/productivity/series/{series.uid}/").content.decode()
    assert (f"/projects/new/?series={series.uid}" in page) is offered


def test_one_takes_it_up_and_only_one(cast: Cast) -> None:
    project = raised(cast, take_up=False)
    led = actions.take_up(cast.actors["dev"], project=project)
    assert (led.leader, led.raised_by) == (cast.people["dev"], cast.people["ana"])
    with pytest.raises(Invalid, match="Dev Patel leads this already"):
        actions.take_up(cast.actors["ben"], project=project)
    again = actions.put_down(cast.actors["dev"], project=led)
    assert (again.leader, again.taken_up_at) == (cast.people["ana"], None)


def test_it_is_handed_over_and_its_former_leader_stays(cast: Cast) -> None:
    project = raised(cast)
    actions.add_member(cast.actors["ana"], project=project, person=cast.people["dev"])
    actions.hand_over(cast.actors["ana"], project=project, to=cast.people["dev"])
    project.refresh_from_db()
    assert project.leader == cast.people["dev"]
    assert list(Member.objects.values_list("person__name", flat=True)) == ["Ana Ruiz"]


def test_a_stranger_hands_nothing_over_and_a_leader_of_the_line_never_gets_the_map(cast: Cast) -> None:
    project = build_map(cast).project
    with pytest.raises(Refused):
        actions.hand_over(cast.actors["farid"], project=project, to=cast.people["farid"])
    assert Stakeholder.objects.exists()
    actions.hand_over(cast.actors["clara"], project=project, to=cast.people["ben"])
    assert not Stakeholder.objects.exists()


def test_the_end_deletes_the_map_and_says_so_before(cast: Cast) -> None:
    project = build_map(cast).project
    client = client_of(cast, "ana")
    assert "The map of people is deleted" in client.get(f"/projects/{project.uid}/end/").content.decode()
    client.post(f"/projects/{project.uid}/end/", {"outcome": "stopped", "reason": "It was not the scanner."})
    project.refresh_from_db()
    assert (project.outcome, project.end_reason) == ("stopped", "It was not the scanner.")
    assert not Stakeholder.objects.exists()
    page = client.get(f"/projects/{project.uid}/").content.decode()
    assert not [word for word in WORDS if word in page]
    actions.reopen_project(cast.actors["ana"], project=project)
    assert (project.outcome, project.ended_on) == ("", None)


def test_a_stop_wants_its_reason(cast: Cast) -> None:
    with pytest.raises(Invalid) as error:
        actions.end_project(cast.actors["ana"], project=raised(cast), outcome="stopped")
    assert list(error.value.problems) == ["reason"]


def test_what_is_archived_leaves_the_lists_and_comes_back(cast: Cast) -> None:
    client: Client = client_of(cast, "ana")
    project = raised(cast)
    said = client.post(f"/projects/{project.uid}/archive/", follow=True).content.decode()
    assert f"/projects/{project.uid}/restore/" in said  # the undo
    assert TITLE not in client.get("/projects/list/").content.decode()
    assert TITLE in client.get("/projects/list/?state=archived").content.decode()
    client.post(f"/projects/{project.uid}/restore/")
    assert TITLE in client.get("/projects/list/").content.decode()
