"""Keeping the map of people: who writes, who reads, what is refused, and what becomes of it in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.jobs import queue
from leanship.features.org import actions as org
from leanship.features.projects.actions import people as mapping
from leanship.features.projects.actions import project as projects
from leanship.features.projects.models import MapReader, PersuasionStep, Project, Stakeholder, StanceEntry
from leanship.features.projects.queries import own_notes
from leanship.features.projects.queries import people as queries
from leanship.features.projects.reach import reach
from tests.cast import Cast
from tests.features.projects.people_kit import CARES, FIRST, STEP, THEN, Mapped, build_map, led_by

TODAY = date(2026, 11, 22)


@pytest.fixture
def mapped(cast: Cast) -> Mapped:
    return build_map(cast)


def test_the_leader_sees_where_people_stand_and_how_they_moved(cast: Cast, mapped: Mapped) -> None:
    page = queries.map_page(cast.actors["ana"], mapped.project.uid, TODAY)
    dev = next(line for line in page.people if line.name == "Dev Patel")
    assert dev.now and dev.before
    assert (dev.now.stance, dev.before.stance, dev.now.influence, dev.now.way) == ("for", "doubtful", 3, 1)
    assert dev.cares_about == CARES
    assert [step.note for step in dev.steps] == [STEP]
    assert [line.name for line in page.unplaced] == ["Wilhelmina Oxenstierna"]
    assert page.chart is not None and "Dev Patel: Doubtful, then For." in page.chart
    assert "1 moved towards it" in page.chart_says


def test_the_map_can_be_seen_as_of_an_earlier_day(cast: Cast, mapped: Mapped) -> None:
    page = queries.map_page(cast.actors["ana"], mapped.project.uid, TODAY, date(2026, 9, 2))
    assert [(line.name, line.now and line.now.stance) for line in page.people] == [("Dev Patel", "doubtful")]
    assert not page.people[0].steps
    assert {line.name for line in page.unplaced} == {"Ben Okafor", "Wilhelmina Oxenstierna"}
    assert [moment.here for moment in page.moments].count(True) == 1
    assert page.on == date(2026, 9, 2)
    assert queries.map_page(cast.actors["ana"], mapped.project.uid, TODAY, TODAY + timedelta(9)).on is None


def test_who_lies_outside_the_line_is_marked_and_counted(cast: Cast, mapped: Mapped) -> None:
    page = queries.map_page(cast.actors["ana"], mapped.project.uid, TODAY)
    assert page.reach_says == "3 of 3 people whose support is needed are outside your line."
    of_ben = led_by(cast, "ben", "Calls answered once")
    for key in ("ana", "dev", "clara", "farid"):
        mapping.put_on_map(cast.actors["ben"], project=of_ben, person=cast.people[key])
    mapping.put_on_map(cast.actors["ben"], project=of_ben, name="Somebody Outside")
    assert reach([mapped.project.pk, of_ben.pk]) == {mapped.project.pk: (3, 3), of_ben.pk: (3, 5)}
    lines = queries.map_page(cast.actors["ben"], of_ben.uid, TODAY).unplaced
    assert {line.name for line in lines if line.reached} == {"Ana Ruiz", "Dev Patel"}


def test_a_named_reader_reads_and_writes_nothing(cast: Cast, mapped: Mapped) -> None:
    clara = cast.actors["clara"]
    page = queries.map_page(clara, mapped.project.uid, TODAY)
    assert page.people and not page.may_edit and not page.away
    assert "outside the leader's line" in page.reach_says
    with pytest.raises(Refused):
        mapping.enter_stance(
            clara, stakeholder=mapped.dev, stance="for", influence=1, basis="seen", note="x", on=TODAY
        )
    with pytest.raises(Refused):
        mapping.let_read(clara, project=mapped.project, person=cast.people["ingrid"])
    mapping.stop_reading(cast.actors["ana"], project=mapped.project, person=cast.people["clara"])
    with pytest.raises(NotFound):
        queries.map_page(clara, mapped.project.uid, TODAY)


@pytest.mark.parametrize("key", ["ben", "ingrid", "dev", "elif", "farid", "greta"])
def test_to_everybody_else_there_is_no_map(cast: Cast, mapped: Mapped, key: str) -> None:
    actor = cast.actors[key]
    acts: list[Callable[[], Any]] = [
        lambda: queries.map_page(actor, mapped.project.uid, TODAY),
        lambda: queries.person_page(actor, mapped.dev.uid),
        lambda: queries.readers_page(actor, mapped.project.uid, None),
        lambda: queries.find_stance(actor, mapped.stance.uid),
        lambda: queries.find_step(actor, mapped.step.uid),
        lambda: mapping.put_on_map(actor, project=mapped.project, name="Anybody"),
        lambda: mapping.edit_stakeholder(actor, stakeholder=mapped.dev, version=99, cares_about=""),
        lambda: mapping.edit_stance(
            actor, entry=mapped.stance, version=99, stance="for", influence=1, basis="seen", note="x"
        ),
        lambda: mapping.take_off_map(actor, stakeholder=mapped.dev),
        lambda: mapping.take_back_entry(actor, entry=mapped.step),
        lambda: mapping.let_read(actor, project=mapped.project, person=cast.people[key]),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_a_member_of_the_project_does_not_read_the_map(cast: Cast, mapped: Mapped) -> None:
    projects.add_member(cast.actors["ana"], project=mapped.project, person=cast.people["dev"])
    with pytest.raises(NotFound):
        queries.map_page(cast.actors["dev"], mapped.project.uid, TODAY)


def test_what_is_entered_says_what_was_seen_or_said(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    given: dict[str, Any] = {"stance": "for", "influence": 2, "basis": "seen", "note": "came", "on": TODAY}
    for wrong in (
        {"note": "  "},
        {"stance": "keen"},
        {"influence": 4},
        {"basis": "felt"},
        {"on": TODAY + timedelta(days=1)},
    ):
        with pytest.raises(Invalid) as caught:
            mapping.enter_stance(ana, stakeholder=mapped.dev, **(given | wrong))
        assert set(caught.value.problems) == set(wrong)
    with pytest.raises(Invalid):
        mapping.note_step(ana, stakeholder=mapped.dev, kind="flattered")
    for nobody in ({}, {"person": cast.people["farid"], "name": "Farid"}, {"person": cast.people["ana"]}):
        with pytest.raises(Invalid):
            mapping.put_on_map(ana, project=mapped.project, **nobody)
    with pytest.raises(Invalid, match="on the map already"):
        mapping.put_on_map(ana, project=mapped.project, person=cast.people["dev"])


def test_two_windows_of_the_leader_do_not_overwrite_each_other(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    mapping.edit_stakeholder(ana, stakeholder=mapped.dev, version=1, cares_about="less paper")
    with pytest.raises(Conflict) as caught:
        mapping.edit_stakeholder(ana, stakeholder=mapped.dev, version=1, cares_about="fewer calls")
    assert caught.value.theirs == {"cares_about": "less paper"}


def test_what_is_taken_off_or_back_comes_back(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    mapping.take_back_entry(ana, entry=mapped.stance)
    page = queries.person_page(ana, mapped.dev.uid)
    assert [each.note for each in page.person.stances] == [FIRST]
    mapping.put_back_entry(ana, entry=mapped.stance)
    mapping.take_off_map(ana, stakeholder=mapped.dev)
    assert "Dev Patel" in {line.name for line in queries.map_page(ana, mapped.project.uid, TODAY).away}
    with pytest.raises(NotFound):
        queries.person_page(cast.actors["clara"], mapped.dev.uid)
    again = mapping.put_on_map(ana, project=mapped.project, person=cast.people["dev"])
    assert again.pk == mapped.dev.pk
    assert [each.note for each in queries.person_page(ana, mapped.dev.uid).person.stances] == [FIRST, THEN]


def test_its_subject_gets_all_of_their_own_at_once_and_nothing_else(cast: Cast, mapped: Mapped) -> None:
    mapping.take_back_entry(cast.actors["ana"], entry=mapped.stance)
    (found,) = own_notes.own_notes(cast.actors["dev"])
    assert (found.project, found.written_by, found.cares_about) == (mapped.project.title, "Ana Ruiz", CARES)
    assert [(s.note, s.taken_back) for s in found.stances] == [(FIRST, False), (THEN, True)]
    assert [s.note for s in found.steps] == [STEP]
    assert "wants a figure" not in own_notes.own_notes_file(cast.actors["dev"]).decode()
    assert own_notes.own_notes(cast.actors["farid"]) == ()


def test_asking_is_written_down_without_what_was_shown(cast: Cast, mapped: Mapped) -> None:
    client = Client()
    client.force_login(cast.users["dev"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/projects/written-about-me/")
    assert THEN not in page.content.decode()
    assert not Event.objects.filter(kind="notes.asked").exists()
    told = client.post("/projects/written-about-me/")
    assert THEN in told.content.decode() and "no-store" in told.headers["Cache-Control"]
    file = client.post("/projects/written-about-me/", {"format": "json"})
    assert file.json()["maps"][0]["stances"][1]["note"] == THEN
    events = list(Event.objects.filter(kind="notes.asked"))
    assert [(e.actor_id, e.params) for e in events] == [(cast.people["dev"].pk, {})] * 2


def test_events_name_nobody_on_the_map(cast: Cast, mapped: Mapped) -> None:
    events = list(Event.objects.filter(kind="map.changed"))
    assert len(events) == 7
    assert {(e.subject_kind, e.subject_id) for e in events} == {("project", mapped.project.pk)}
    assert all(event.params == {} for event in events)


def test_when_the_project_ends_two_numbers_are_left(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    projects.end_project(ana, project=mapped.project, outcome="stopped", reason="The sheet went digital.")
    assert not Stakeholder.objects.exists() and not StanceEntry.objects.exists()
    assert not MapReader.objects.exists()
    assert reach([mapped.project.pk]) == {mapped.project.pk: (3, 3)}
    page = queries.map_page(ana, mapped.project.uid, TODAY)
    assert page.ended_on == TODAY and not page.may_edit
    with pytest.raises(Invalid):
        mapping.put_on_map(ana, project=Project.objects.get(pk=mapped.project.pk), name="Anybody")
    with pytest.raises(NotFound):
        queries.map_page(cast.actors["clara"], mapped.project.uid, TODAY)


def test_the_numbers_outlast_a_reopening_and_no_handing_over_leaves_any(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    ended = projects.end_project(ana, project=mapped.project, outcome="standardised")
    projects.end_project(ana, project=projects.reopen_project(ana, project=ended), outcome="standardised")
    assert reach([mapped.project.pk]) == {mapped.project.pk: (3, 3)}
    other = build_map(cast, led_by(cast, "ana", "Another")).project
    projects.hand_over(cast.actors["elif"], project=other, to=cast.people["farid"])
    row = Project.objects.get(pk=other.pk)
    assert (row.reach_outside, row.reach_all) == (None, None)
    assert reach([other.pk]) == {}


def test_while_a_project_is_archived_only_its_subjects_get_what_is_theirs(cast: Cast, mapped: Mapped) -> None:
    ana = cast.actors["ana"]
    projects.archive_project(ana, project=mapped.project)
    with pytest.raises(NotFound):
        queries.map_page(ana, mapped.project.uid, TODAY)
    with pytest.raises(NotFound):
        queries.person_page(ana, mapped.dev.uid)
    assert len(own_notes.own_notes(cast.actors["dev"])) == 1
    projects.restore_project(ana, project=mapped.project)
    assert queries.map_page(ana, mapped.project.uid, TODAY).people


def test_the_map_of_a_project_archived_long_ago_is_deleted(cast: Cast, mapped: Mapped) -> None:
    other = build_map(cast, led_by(cast, "ana", "Another"))
    for project, days in ((mapped.project, 91), (other.project, 89)):
        at = timezone.make_aware(timezone.datetime(2026, 11, 22)) - timedelta(days=days)
        Project.objects.filter(pk=project.pk).update(archived_at=at)
    queue.put("projects.forget_maps", key="once")
    queue.run_all()
    assert set(Stakeholder.objects.values_list("project_id", flat=True)) == {other.project.pk}


def test_a_map_goes_to_another_leader_by_its_writer_alone(cast: Cast, mapped: Mapped) -> None:
    mapping.take_off_map(cast.actors["ana"], stakeholder=mapped.ben)
    mapping.take_back_entry(cast.actors["ana"], entry=mapped.step)
    projects.hand_over(cast.actors["ana"], project=mapped.project, to=cast.people["farid"])
    page = queries.map_page(cast.actors["farid"], mapped.project.uid, TODAY)
    assert page.may_edit and [line.name for line in page.people] == ["Dev Patel"] and not page.away
    assert not Stakeholder.objects.exclude(archived_at=None).exists()
    assert not PersuasionStep.objects.exists()
    assert queries.map_page(cast.actors["farid"], mapped.project.uid, TODAY).may_edit
    with pytest.raises(NotFound):
        queries.map_page(cast.actors["ana"], mapped.project.uid, TODAY)


@pytest.mark.parametrize("key", ["clara", "ingrid", "elif", "greta"])
def test_nobody_takes_a_map_by_taking_the_project(cast: Cast, mapped: Mapped, key: str) -> None:
    projects.hand_over(cast.actors[key], project=mapped.project, to=cast.people[key])
    assert not queries.map_page(cast.actors[key], mapped.project.uid, TODAY).people
    assert not Stakeholder.objects.exists()


def test_nobody_takes_a_map_by_taking_up_an_opportunity(cast: Cast, mapped: Mapped) -> None:
    Project.objects.filter(pk=mapped.project.pk).update(taken_up_at=None)
    projects.take_up(cast.actors["farid"], project=Project.objects.get(pk=mapped.project.pk))
    assert not Stakeholder.objects.exists()


def test_putting_a_project_down_gives_its_map_to_nobody(cast: Cast, mapped: Mapped) -> None:
    Project.objects.filter(pk=mapped.project.pk).update(raised_by=cast.people["farid"])
    projects.put_down(cast.actors["ana"], project=Project.objects.get(pk=mapped.project.pk))
    assert not Stakeholder.objects.exists()


def test_who_is_erased_is_on_no_map_and_leaves_none(cast: Cast, mapped: Mapped) -> None:
    org.erase_person(cast.actors["elif"], person=cast.people["dev"])
    assert set(Stakeholder.objects.values_list("person_id", flat=True)) == {cast.people["ben"].pk, None}
    org.erase_person(cast.actors["elif"], person=cast.people["clara"])
    assert not MapReader.objects.exists()
    org.erase_person(cast.actors["elif"], person=cast.people["ana"])
    assert not Stakeholder.objects.exists()
