"""Calendars of the demo company: what recurs in the weeks of its cast, and the rules they sort it by.

Each is a file as a calendar program gives it out, and comes in as any other does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from leanship.features.jobs import queue
from leanship.features.projects.actions import calendars, time_rules, working_time

if TYPE_CHECKING:
    from leanship.demo.living import Living

WEEKS_BACK = 30
ZONE = "Europe/Oslo"


@dataclass(frozen=True)
class Meeting:
    """Something that recurs: on which days of the week, from when, how long, and every how many weeks."""

    title: str
    days: str
    begins: time
    minutes: int
    category: str = ""
    every: int = 1


@dataclass(frozen=True)
class Week:
    """What somebody's weeks look like, how long they work, and by which rules they class what they do."""

    hours: float
    meetings: tuple[Meeting, ...]
    strategic: tuple[tuple[str, str], ...]
    tactical: tuple[tuple[str, str], ...]


WEEKS: dict[str, Week] = {
    # a tenth is asked of somebody who leads a team, and that is what he comes to
    "ben": Week(
        37.5,
        (
            Meeting("Morning round", "MO,TU,WE,TH,FR", time(8, 15), 15),
            Meeting("Roster", "TH", time(13), 60),
            Meeting("Orders that are stuck", "MO,TU,WE,TH,FR", time(15), 45),
            Meeting("Improvement hour of the desk", "WE", time(10), 90, "Improvement"),
            Meeting("One to one with Ana", "TU", time(11), 45, "Coaching", 2),
            Meeting("One to one with Dev", "TU", time(11), 45, "Coaching", 2),
            Meeting("Planning the month", "FR", time(10), 120, "Planning", 2),
            Meeting("Operations meeting", "MO", time(13), 90),
        ),
        (("category", "Improvement"), ("category", "Coaching"), ("category", "Planning")),
        (("title", "round"), ("title", "orders"), ("title", "roster"), ("title", "meeting")),
    ),
    # nine tenths are asked of a senior leader; hers goes into what is urgent
    "clara": Week(
        40,
        (
            Meeting("Operations meeting", "MO", time(13), 90),
            Meeting("Yesterday's deviations", "MO,TU,WE,TH,FR", time(8, 30), 60),
            Meeting("Carriers and complaints", "TU,TH", time(14), 120),
            Meeting("Budget follow-up", "WE", time(9, 30), 120),
            Meeting("Coaching the managers", "WE,FR", time(13), 90, "Coaching"),
            Meeting("Warehouse of next year", "TH", time(10), 180, "Planning"),
            Meeting("Improvement round", "TU", time(10), 120, "Improvement"),
        ),
        (("category", "Coaching"), ("category", "Planning"), ("category", "Improvement")),
        (("title", "meeting"), ("title", "deviations"), ("title", "complaints"), ("title", "follow-up")),
    ),
    # imported and never sorted: most of it is unclassified, so there is no share
    "farid": Week(
        40,
        (
            Meeting("Sales round", "MO", time(9), 60),
            Meeting("Customer visit", "TU,WE,TH", time(10), 180),
            Meeting("Regional leads", "FR", time(9), 90),
            Meeting("Strategy of the segments", "FR", time(13), 120, "Planning"),
        ),
        (("category", "Planning"),),
        (("title", "round"),),
    ),
}


def file(key: str, today: date) -> bytes:
    """The calendar of one of the cast as an iCalendar file, with what recurs since some months and goes on."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fjordline Supply//Calendar//EN"]
    for number, one in enumerate(WEEKS[key].meetings):
        names = one.days.split(",")
        first = monday + timedelta(days=("MO", "TU", "WE", "TH", "FR").index(names[0]))
        if one.every == 2 and number % 2:
            first += timedelta(weeks=1)  # of two that alternate, one begins a week later
        begin = datetime.combine(first, one.begins)
        end = begin + timedelta(minutes=one.minutes)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{key}-{number}@fjordline.example",
            f"DTSTAMP:{monday:%Y%m%d}T060000Z",
            f"DTSTART;TZID={ZONE}:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID={ZONE}:{end:%Y%m%dT%H%M%S}",
            f"RRULE:FREQ=WEEKLY;INTERVAL={one.every};BYDAY={one.days}",
            f"SUMMARY:{one.title}",
            *([f"CATEGORIES:{one.category}"] if one.category else []),
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def bring(living: Living) -> None:
    """Each of them says how long they work, writes rules, and brings a calendar in."""
    today = living.company.today
    for key, week in WEEKS.items():
        actor, person = living.actors[key], living.people[key]
        working_time.set_working_time(
            actor,
            person=person,
            minutes_per_week=round(week.hours * 60),
            no_target=False,
            valid_from=today - timedelta(weeks=WEEKS_BACK),
        )
        for kind, rules in (("strategic", week.strategic), ("tactical", week.tactical)):
            for field, pattern in rules:
                time_rules.add_rule(actor, person=person, field=field, pattern=pattern, kind=kind)
        calendars.add_calendar_file(
            actor, person=person, name="Calendar of the office", chunks=[file(key, today)]
        )
    queue.run_all()
