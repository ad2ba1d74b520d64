"""The pages of time: forms that say what is wrong, steps that can be taken back, and nothing that leads away."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leanship.features.jobs import queue
from leanship.features.projects.models import Calendar, Occurrence, WorkingTime
from tests.cast import Cast
from tests.features.projects.time_kit import WEEKS, add, build_time, event, ics

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def ana(cast: Cast) -> Client:
    made = Client()
    made.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    return made


def file(content: bytes = WEEKS, name: str = "office.ics") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/calendar")


def kinds(title: str) -> set[str]:
    return set(Occurrence.objects.filter(title=title).values_list("kind", flat=True))


def test_without_a_calendar_each_page_says_what_will_be_here(ana: Client) -> None:
    for page in ("/projects/time/", "/projects/time/queue/", "/projects/time/calendars/"):
        assert 'href="/projects/time/calendars/new/"' in ana.get(page).text


def test_a_file_is_sent_followed_and_read(ana: Client) -> None:
    sent = ana.post("/projects/time/calendars/new/", {"file": file(), "addresses": "ana@leanship.example"})
    page = sent.headers["Location"]
    assert sent.status_code == 303
    waiting = ana.get(page)
    assert "The calendar is being read." in waiting.text
    assert 'hx-trigger="every 1s"' in waiting.text
    queue.run_all()
    done = ana.get(page, headers={"HX-Request": "true", "HX-Target": "calendar-state"})
    assert "<html" not in done.text
    assert "hx-trigger" not in done.text
    assert "Read: 26 events" in done.text
    assert Calendar.objects.get().name == "office"
    newer = ana.post(
        f"{page}file/", {"file": file(ics(event("x", "Only", "20261116T090000", "20261116T100000")))}
    )
    assert newer.status_code == 303
    queue.run_all()
    assert Occurrence.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "This field is required."),
        ({"file": b""}, "The submitted file is empty."),
        ({"file": WEEKS, "time_zone": "Oslo"}, "There is no such time zone."),
        ({"file": WEEKS, "addresses": "ana"}, "Write e-mail addresses"),
    ],
)
def test_what_is_wrong_with_a_file_stands_beside_its_field(
    ana: Client, fields: dict[str, object], said: str
) -> None:
    if isinstance(content := fields.get("file"), bytes):
        fields = {**fields, "file": file(content)}
    answer = ana.post("/projects/time/calendars/new/", fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Calendar.objects.exists()


def test_a_calendar_is_changed_put_away_taken_out_and_deleted(cast: Cast, ana: Client) -> None:
    calendar = add(cast)
    here = f"/projects/time/calendars/{calendar.uid}/"
    fields = {"name": "At work", "time_zone": "UTC", "addresses": "a@b.example\nc@d.example", "version": "1"}
    assert ana.post(f"{here}edit/", fields).status_code == 303
    assert ana.post(f"{here}edit/", fields).status_code == 409
    calendar.refresh_from_db()
    assert (calendar.name, calendar.addresses) == ("At work", ["a@b.example", "c@d.example"])
    away = ana.post(f"{here}archive/")
    (told,) = get_messages(away.wsgi_request)
    assert told.extra_tags == f"{here}restore/"
    assert "Take out again" in ana.get("/projects/time/calendars/").text
    ana.post(f"{here}restore/")
    asked = ana.get(f"{here}delete/")
    assert "This cannot be undone." in asked.text
    assert Calendar.objects.exists()
    ana.post(f"{here}delete/")
    assert not Calendar.objects.exists()


def test_a_group_is_classified_and_taken_back_without_scripts(cast: Cast, ana: Client) -> None:
    add(cast)
    row = Occurrence.objects.filter(title="Planning").latest("starts_at")
    done = ana.post("/projects/time/queue/?weeks=last", {"event": row.uid, "kind": "strategic"})
    assert done.headers["Location"] == "/projects/time/queue/?weeks=last"
    (told,) = get_messages(done.wsgi_request)
    assert (str(told), told.extra_tags) == ("4 events are strategic now.", "/projects/time/undo/")
    assert kinds("Planning") == {"strategic"}
    ana.post("/projects/time/undo/?weeks=last")
    assert kinds("Planning") == {""}
    assert ana.post("/projects/time/queue/", {"kind": "strategic"}).status_code == 422
    assert ana.post("/projects/time/queue/", {"event": row.uid, "kind": "x"}).status_code == 422
    assert ana.post("/projects/time/queue/", {"event": "bcdfghjkmnpq", "kind": "x"}).status_code == 404


def test_with_scripts_only_the_queue_comes_back(cast: Cast, ana: Client) -> None:
    add(cast)
    row = Occurrence.objects.filter(title="Planning").latest("starts_at")
    headers = {"HX-Request": "true", "HX-Target": "queue"}
    done = ana.post("/projects/time/queue/", {"event": row.uid, "kind": "tactical"}, headers=headers)
    assert "<html" not in done.text
    assert done.text.count('class="hours"') == 2
    assert 'data-key="u"' in done.text
    back = ana.post("/projects/time/undo/", headers=headers)
    assert back.text.count('class="hours"') == 3
    assert 'data-key="u"' not in back.text


def test_one_event_of_a_week_or_its_series(cast: Cast, ana: Client) -> None:
    add(cast)
    row = Occurrence.objects.filter(title="Planning").latest("starts_at")
    week = "/projects/time/weeks/2026-W47/"
    page = ana.get(week)
    assert "all 4 of this series" in page.text
    done = ana.post(f"/projects/time/events/{row.uid}/", {"kind": "tactical", "next": week})
    assert done.headers["Location"] == week
    assert kinds("Planning") == {"", "tactical"}
    ana.post(f"/projects/time/events/{row.uid}/", {"kind": "strategic", "series": "1"})
    assert kinds("Planning") == {"strategic"}
    ana.post(f"/projects/time/events/{row.uid}/", {"kind": "", "series": "1"})
    assert kinds("Planning") == {""}


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_no_form_leads_away(cast: Cast, ana: Client, away: str) -> None:
    add(cast)
    row = Occurrence.objects.filter(title="Planning").latest("starts_at")
    done = ana.post(f"/projects/time/events/{row.uid}/", {"kind": "tactical", "next": away})
    assert done.headers["Location"] == "/projects/time/"


def test_hours_are_said_shown_and_taken_back(cast: Cast, ana: Client) -> None:
    build_time(cast)
    here = "/projects/time/hours/"
    assert ana.post(here, {"hours": "90", "valid_from": "2026-01-01"}).status_code == 422
    done = ana.post(here, {"hours": "37.5", "valid_from": "2026-10-01", "no_target": "on"})
    assert done.status_code == 303
    row = WorkingTime.objects.latest("pk")
    assert (row.minutes_per_week, row.no_target, row.valid_from) == (2_250, True, date(2026, 10, 1))
    page = ana.get(here)
    assert f"37.5{NBSP}h a week" in page.text
    assert "the whole role is improvement" in page.text
    ana.post(f"{here}{row.pk}/take-back/")
    assert not WorkingTime.objects.filter(pk=row.pk).exists()
    unknown = ana.post(here, {"hours": "", "valid_from": "2026-10-01"})
    assert unknown.status_code == 303
    assert "Working hours are not known" in ana.get("/projects/time/").text


def test_the_weeks_say_share_and_target(cast: Cast, ana: Client) -> None:
    build_time(cast)
    page = ana.get("/projects/time/").text
    assert "No share yet" in page
    assert "needs 80" in page
    assert page.count('href="/projects/time/weeks/2026-W46/"') == 3  # two widths of the chart, and the table
    assert f"Target 10{NBSP}%" in page


def test_weeks_and_events_are_taken_away_as_tables(cast: Cast, ana: Client) -> None:
    build_time(cast)
    weeks = ana.get("/projects/time/?format=csv").content.decode("utf-8-sig").splitlines()
    assert weeks[0] == "week,strategic_hours,tactical_hours,unclassified_hours,working_hours"
    assert weeks[1] == "2026-W47,2.00,0.00,2.75,40.00"
    events = ana.get("/projects/time/weeks/2026-W47/?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(events) == 1 + 9
    assert "2026-11-16T09:00:00+01:00,2026-11-16T11:00:00+01:00,Planning,strategic,,,Work" in events
