"""Calendars for tests, as text and as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from leanship.features.jobs import queue
from leanship.features.projects.actions import calendars, time_rules, working_time
from leanship.features.projects.models import Calendar, ClassRule, Occurrence, WorkingTime
from tests.cast import Cast

OSLO = ZoneInfo("Europe/Oslo")


def event(
    uid: str, title: str, start: str, end: str, *more: str, organiser: str = "", attendees: Iterable[str] = ()
) -> str:
    """One event; `start` and `end` as 20261116T090000 in Oslo."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}@leanship.example",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID=Europe/Oslo:{start}",
        f"DTEND;TZID=Europe/Oslo:{end}",
        f"SUMMARY:{title}",
        *([f"ORGANIZER:mailto:{organiser}"] if organiser else []),
        *(f"ATTENDEE:mailto:{each}" for each in attendees),
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def ics(*events: str) -> bytes:
    """A calendar of these events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Leanship//Tests//EN"]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""]).encode()


# Four weeks of Ana, from 2 to 29 November 2026; this one goes from 16 to 22 November.
PLANNING = event("plan", "Planning", "20261102T090000", "20261102T110000", "RRULE:FREQ=WEEKLY;COUNT=4")
STANDUP = event("stand", "Stand-up", "20261102T083000", "20261102T084500", "RRULE:FREQ=DAILY;COUNT=21")
SECRET = event("secret", "Salary talk with Dev", "20261118T140000", "20261118T150000")
WEEKS = ics(PLANNING, STANDUP, SECRET)


def moment(text: str) -> datetime:
    """2026-11-16 09:00 in Oslo."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


def add(cast: Cast, content: bytes = WEEKS, *, who: str = "ana", name: str = "Work") -> Calendar:
    """A calendar of `who`, sent as a file and read."""
    calendar = calendars.add_calendar_file(
        cast.actors[who], person=cast.people[who], name=name, chunks=[content], addresses=[]
    )
    queue.run_all()
    calendar.refresh_from_db()
    return calendar


@dataclass(frozen=True)
class Kit:
    """Ana's calendar, one event of it, a rule, and her working hours."""

    calendar: Calendar
    event: Occurrence
    rule: ClassRule
    working_time: WorkingTime

    @property
    def uids(self) -> dict[str, str]:
        """Their ids, as the sweep names them."""
        return {
            "calendar": self.calendar.uid,
            "event": self.event.uid,
            "rule": self.rule.uid,
            "working_time": str(self.working_time.pk),
        }


def build_time(cast: Cast) -> Kit:
    """One of everything that has to do with Ana's time."""
    ana, actor = cast.people["ana"], cast.actors["ana"]
    calendar = add(cast)
    rule = time_rules.add_rule(actor, person=ana, field="title", pattern="planning", kind="strategic")
    held = working_time.set_working_time(
        actor, person=ana, minutes_per_week=2_400, no_target=False, valid_from=date(2024, 1, 1)
    )
    return Kit(calendar, Occurrence.objects.get(title="Salary talk with Dev"), rule, held)
