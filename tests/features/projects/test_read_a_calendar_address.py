"""A calendar is read from its address every hour; the address is a secret, and its owner is told of failures."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core import serializers
from django.test import Client

from leanship.features.base import clock, sealing
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import Event, Policy
from leanship.features.jobs import queue, schedule
from leanship.features.jobs.models import Job
from leanship.features.org import actions as org
from leanship.features.projects.actions import calendars
from leanship.features.projects.jobs import time as jobs
from leanship.features.projects.models import Calendar, Occurrence, WeekSplit
from leanship.features.projects.queries.time_waiting import waiting
from tests.cast import Cast
from tests.features.projects.test_fetch_a_calendar import answer, server
from tests.features.projects.time_kit import PLANNING, SECRET, WEEKS, ics


class Feed:
    """A calendar that is served, and may be exchanged; `asked` are the requests that came."""

    def __init__(self) -> None:
        self.content, self.status, self.asked = WEEKS, "200 OK", list[str]()
        self.address = ""

    def talk(self, wire: socket.socket, request: str) -> None:
        self.asked.append(request)
        answer(self.content, self.status)(wire, request)


@pytest.fixture
def feed(settings: Any) -> Iterator[Feed]:
    settings.FEED_NETWORKS, settings.FEED_ALLOW_HTTP = (ip_network("127.0.0.0/8"),), True
    found = Feed()
    with server(found.talk) as port:
        found.address = f"http://127.0.0.1:{port}/private-5ecret/basic.ics"
        yield found


def subscribe(cast: Cast, feed: Feed) -> Calendar:
    calendar = calendars.add_calendar_address(
        cast.actors["ana"], person=cast.people["ana"], name="", address=feed.address
    )
    queue.run_all()
    calendar.refresh_from_db()
    return calendar


def hours_later(hours: float) -> Any:
    return clock.held_at(clock.now() + timedelta(hours=hours))


def refresh() -> None:
    queue.put(jobs.REFRESH)
    queue.run_all()


def test_it_is_read_at_once_and_shows_its_host_alone(cast: Cast, feed: Feed) -> None:
    calendar = subscribe(cast, feed)
    assert (calendar.name, calendar.shown_address, calendar.failure) == ("127.0.0.1", "127.0.0.1", "")
    assert calendar.occurrences.count() == 26
    assert calendar.sealed_address is not None
    assert sealing.unseal(calendar.sealed_address) == feed.address


def test_the_address_is_written_nowhere(cast: Cast, feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calendar = subscribe(cast, feed)
    feed.status = "404 Not Found"
    calendars.read_calendar_now(cast.actors["ana"], calendar=calendar)
    queue.run_all()
    everything = "".join(
        serializers.serialize("json", rows.objects.all()) for rows in (Event, Job, Calendar, Occurrence)
    )
    assert "5ecret" not in everything
    # who has a calendar is not for administrators, who read the list of jobs
    assert {(job.owner_id, *sorted(job.params)) for job in Job.objects.filter(name=calendars.READ)} == {
        (None, "calendar_id", "upload")
    }
    assert "5ecret" not in caplog.text
    client = Client()
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    for page in (f"/projects/time/calendars/{calendar.uid}/", "/projects/time/calendars/", "/projects/time/"):
        text = client.get(page).text
        assert "127.0.0.1" in text
        assert "5ecret" not in text
    sent = client.post("/projects/time/calendars/subscribe/", {"address": "ftp://5ecret.example/"})
    assert sent.status_code == 422
    assert "5ecret" not in sent.text


def test_every_hour_it_is_read_again(cast: Cast, feed: Feed) -> None:
    subscribe(cast, feed)
    assert jobs.REFRESH in {rule.job for rule in schedule.rules()}
    feed.content = ics(PLANNING, SECRET)
    with hours_later(1):
        refresh()
    assert len(feed.asked) == 2
    assert Occurrence.objects.count() == 5


def test_what_has_not_changed_is_not_taken_apart_again(
    cast: Cast, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = subscribe(cast, feed)
    monkeypatch.setattr(
        "leanship.readers.calendars.read_calendar", lambda *_all, **_named: pytest.fail("read again")
    )
    with hours_later(1):
        refresh()
        read_at = clock.now()
    calendar.refresh_from_db()
    assert calendar.read_at == read_at


def test_what_fails_is_tried_after_longer_and_longer_and_takes_nothing_away(cast: Cast, feed: Feed) -> None:
    calendar = subscribe(cast, feed)
    feed.status = "404 Not Found"
    tried = []
    for hour in range(1, 16):
        with hours_later(hour):
            before = len(feed.asked)
            refresh()
            if len(feed.asked) > before:
                tried.append(hour)
    assert tried == [1, 3, 7, 15]
    calendar.refresh_from_db()
    assert (calendar.failure, calendar.failures) == ("missing", 4)
    assert calendar.occurrences.count() == 26
    feed.status = "200 OK"
    with hours_later(31):
        refresh()
    calendar.refresh_from_db()
    assert (calendar.failure, calendar.failures) == ("", 0)


def test_three_days_without_it_are_told_to_its_owner(cast: Cast, feed: Feed) -> None:
    feed.content = ics(SECRET)
    calendar = subscribe(cast, feed)
    assert waiting(cast.actors["ana"]) == ()
    feed.status = "500 Broken"
    with hours_later(80):
        refresh()
        line = waiting(cast.actors["ana"])[0]
    assert line.url == f"/projects/time/calendars/{calendar.uid}/"
    assert "could not be read for three days" in line.text


def test_the_inside_cannot_be_read_without_being_allowed(cast: Cast, feed: Feed, settings: Any) -> None:
    settings.FEED_NETWORKS = ()
    calendar = subscribe(cast, feed)
    assert (calendar.failure, feed.asked) == ("unreachable", [])
    settings.FEED_ALLOW_HTTP = False
    with pytest.raises(Invalid) as error:
        subscribe(cast, feed)
    assert list(error.value.problems) == ["address"]


def test_with_another_key_the_address_is_asked_for_again(cast: Cast, feed: Feed, settings: Any) -> None:
    calendar = subscribe(cast, feed)
    (settings.LEANSHIP_HOME / sealing.KEY_FILE).unlink()
    sealing.seal("makes another key")
    calendars.read_calendar_now(cast.actors["ana"], calendar=calendar)
    queue.run_all()
    calendar.refresh_from_db()
    assert calendar.failure == "sealed"


def test_what_was_put_away_or_deleted_is_not_read(cast: Cast, feed: Feed) -> None:
    calendar = subscribe(cast, feed)
    calendars.archive_calendar(cast.actors["ana"], calendar=calendar)
    with hours_later(2):
        refresh()
    assert len(feed.asked) == 1
    calendars.restore_calendar(cast.actors["ana"], calendar=calendar)
    calendars.read_calendar_now(cast.actors["ana"], calendar=calendar)
    calendars.delete_calendar(cast.actors["ana"], calendar=calendar)
    queue.run_all()
    assert len(feed.asked) == 1


def test_nothing_is_read_for_somebody_who_left_or_where_the_part_is_off(cast: Cast, feed: Feed) -> None:
    subscribe(cast, feed)
    off = Policy.objects.create(name="modules", value={"off": ["projects"]}, valid_from=date(2026, 1, 1))
    with hours_later(2):
        refresh()
    off.delete()
    org.end_person(cast.actors["elif"], person=cast.people["ana"], on=date(2026, 11, 22))
    with hours_later(4):
        refresh()
    assert len(feed.asked) == 1


@pytest.mark.parametrize("who", ["ben", "dev", "elif", "greta"])
def test_nobody_has_another_calendar_read(cast: Cast, feed: Feed, who: str) -> None:
    calendar = subscribe(cast, feed)
    with pytest.raises(NotFound):
        calendars.read_calendar_now(cast.actors[who], calendar=calendar)


def test_each_week_begins_by_itself(cast: Cast, feed: Feed) -> None:
    subscribe(cast, feed)
    newest = WeekSplit.objects.latest("week").week
    with hours_later(24 * 7):
        queue.put(jobs.TIDY)
        queue.run_all()
    assert WeekSplit.objects.latest("week").week == newest + 1


def test_a_calendar_that_was_put_away_goes_after_a_season(cast: Cast, feed: Feed) -> None:
    calendar = subscribe(cast, feed)
    calendars.archive_calendar(cast.actors["ana"], calendar=calendar)
    for days, there in ((89, True), (91, False)):
        with hours_later(24 * days):
            queue.put(jobs.TIDY)
            queue.run_all()
        assert Calendar.objects.exists() is there
    assert not Occurrence.objects.exists()
    assert not WeekSplit.objects.exists()
