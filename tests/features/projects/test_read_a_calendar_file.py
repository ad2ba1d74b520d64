"""A calendar comes as a file: its events are kept for thirteen months, and the same file again changes nothing."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import Event
from leanship.features.jobs import queue
from leanship.features.projects import sent_calendars, time_weeks
from leanship.features.projects.actions import calendars, classifying, occurrences
from leanship.features.projects.models import Calendar, Occurrence, WeekSplit
from tests.cast import Cast
from tests.features.projects.time_kit import OSLO, PLANNING, SECRET, WEEKS, add, event, ics, moment


def titles(calendar: Calendar) -> list[str]:
    return sorted(set(calendar.occurrences.values_list("title", flat=True)))


def test_a_file_is_read_by_a_job_and_gone_afterwards(cast: Cast, settings: Any) -> None:
    calendar = calendars.add_calendar_file(
        cast.actors["ana"], person=cast.people["ana"], name=" My  work ", chunks=[WEEKS]
    )
    folder = Path(settings.LEANSHIP_HOME) / "calendars"
    (waiting,) = folder.iterdir()
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    queue.run_all()
    calendar.refresh_from_db()
    assert list(folder.iterdir()) == []
    assert (calendar.name, calendar.failure, calendar.problems) == ("My work", "", [])
    assert calendar.occurrences.count() == 4 + 21 + 1
    assert calendar.read_at is not None


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    calendar = add(cast)
    before = list(Occurrence.objects.order_by("pk").values())
    weeks = list(WeekSplit.objects.order_by("pk").values())
    calendars.send_calendar_file(cast.actors["ana"], calendar=calendar, chunks=[WEEKS])
    queue.run_all()
    assert list(Occurrence.objects.order_by("pk").values()) == before
    assert list(WeekSplit.objects.order_by("pk").values()) == weeks


def test_what_moved_is_moved_what_is_gone_goes_and_what_stays_keeps_its_class(cast: Cast) -> None:
    calendar = add(cast)
    talk = Occurrence.objects.get(title="Salary talk with Dev")
    classifying.classify_event(cast.actors["ana"], occurrence=talk, kind="strategic", series=False)
    moved = SECRET.replace("20261118T14", "20261119T14").replace("20261118T15", "20261119T16")
    calendars.send_calendar_file(cast.actors["ana"], calendar=calendar, chunks=[ics(PLANNING, moved)])
    queue.run_all()
    assert titles(calendar) == ["Planning", "Salary talk with Dev"]
    talk = Occurrence.objects.get(title="Salary talk with Dev")
    assert (talk.starts_at, talk.ends_at) == (moment("2026-11-19 14:00"), moment("2026-11-19 16:00"))
    assert (talk.chosen, talk.kind) == ("strategic", "strategic")


def test_a_new_repetition_takes_over_what_was_said_of_its_series(cast: Cast) -> None:
    calendar = add(cast, ics(PLANNING))
    first = calendar.occurrences.earliest("starts_at")
    classifying.classify_event(cast.actors["ana"], occurrence=first, kind="strategic", series=True)
    longer = PLANNING.replace("COUNT=4", "COUNT=6")
    calendars.send_calendar_file(cast.actors["ana"], calendar=calendar, chunks=[ics(longer)])
    queue.run_all()
    assert set(calendar.occurrences.values_list("chosen", flat=True)) == {"strategic"}
    assert calendar.occurrences.count() == 6


def test_a_broken_event_is_told_and_the_others_go_on(cast: Cast) -> None:
    broken = event("broken", "Broken", "20261116T090000", "20261116T100000", "RRULE:FREQ=SOMETIMES")
    calendar = add(cast, ics(SECRET, broken))
    assert titles(calendar) == ["Salary talk with Dev"]
    assert [problem["property"] for problem in calendar.problems] == ["RRULE"]
    assert calendar.failure == ""


def test_what_is_no_calendar_is_told_and_takes_nothing_away(cast: Cast) -> None:
    calendar = add(cast)
    calendars.send_calendar_file(cast.actors["ana"], calendar=calendar, chunks=[b"<!doctype html><p>Sign in"])
    queue.run_all()
    calendar.refresh_from_db()
    assert calendar.failure == occurrences.UNREADABLE
    assert "web page" in calendar.problems[0]["message"]
    assert calendar.occurrences.count() == 26


@pytest.mark.parametrize("content", [b"", b"X" * 1_100_000])
def test_a_file_that_is_empty_or_too_large_is_turned_down(cast: Cast, settings: Any, content: bytes) -> None:
    settings.MAX_UPLOAD_BYTES = 1_048_576
    with pytest.raises(Invalid) as error:
        calendars.add_calendar_file(
            cast.actors["ana"], person=cast.people["ana"], name="Work", chunks=[content]
        )
    assert list(error.value.problems) == ["file"]
    assert not Calendar.objects.exists()
    assert not list((Path(settings.LEANSHIP_HOME) / "calendars").iterdir())


@pytest.mark.parametrize("who", ["ben", "clara", "dev", "elif", "greta", "farid"])
def test_nobody_adds_calendars_for_somebody_else(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        calendars.add_calendar_file(cast.actors[who], person=cast.people["ana"], name="X", chunks=[WEEKS])


def test_only_weeks_that_are_kept_are_read_and_old_events_are_forgotten(cast: Cast) -> None:
    ever = event("ever", "Weekly", "20240101T090000", "20240101T100000", "RRULE:FREQ=WEEKLY")
    calendar = add(cast, ics(ever))
    kept = time_weeks.window(OSLO)
    assert calendar.occurrences.count() == time_weeks.KEPT_WEEKS + 1 + time_weeks.AHEAD_WEEKS
    assert calendar.occurrences.earliest("starts_at").starts_at > kept.begin
    assert WeekSplit.objects.count() == time_weeks.KEPT_WEEKS + 1
    oldest = calendar.occurrences.earliest("starts_at")
    Occurrence.objects.filter(pk=oldest.pk).update(
        starts_at=moment("2025-01-06 09:00"), ends_at=moment("2025-01-06 10:00")
    )
    assert occurrences.forget_old_events() == 1
    assert not Occurrence.objects.filter(pk=oldest.pk).exists()


def test_an_archived_calendar_counts_no_more_until_it_is_restored(cast: Cast) -> None:
    calendar = add(cast)
    before = list(WeekSplit.objects.order_by("week").values_list("week", "unclassified"))
    calendars.archive_calendar(cast.actors["ana"], calendar=calendar)
    assert not WeekSplit.objects.exists()
    calendars.restore_calendar(cast.actors["ana"], calendar=calendar)
    assert list(WeekSplit.objects.order_by("week").values_list("week", "unclassified")) == before


def test_a_deleted_calendar_leaves_nothing(cast: Cast) -> None:
    calendar = add(cast)
    calendars.delete_calendar(cast.actors["ana"], calendar=calendar)
    assert not Calendar.objects.exists()
    assert not Occurrence.objects.exists()
    assert not WeekSplit.objects.exists()


def test_what_happened_is_told_without_names(cast: Cast) -> None:
    calendar = add(cast, name="Job hunt")
    calendars.archive_calendar(cast.actors["ana"], calendar=calendar)
    told = list(Event.objects.filter(subject_kind="time").order_by("pk").values_list("kind", "params"))
    assert told == [
        ("calendar.added", {"calendar": calendar.pk, "by": "file"}),
        ("calendar.archived", {"calendar": calendar.pk}),
    ]


def test_a_file_that_nobody_read_is_swept_away(settings: Any) -> None:
    import os

    uid = sent_calendars.keep([b"X"])
    path = Path(settings.LEANSHIP_HOME) / "calendars" / f"{uid}.ics"
    sent_calendars.sweep()
    assert path.exists()
    os.utime(path, (0, 0))
    sent_calendars.sweep()
    assert not path.exists()
    assert sent_calendars.content(uid) is None
    assert sent_calendars.content("../secret_key") is None
