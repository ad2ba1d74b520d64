"""A year of one person's calendar, read, expanded and split, against the bare expansion by recurring-ical-events (M24).

    python benchmarks/calendars.py [--rounds N]

Both start from the same bytes. The bare way parses them with icalendar and asks recurring-ical-events for everything
between two days; how long the second half takes by itself is told too, since that is the expansion in the strictest
sense. Ours reads, makes occurrences, classifies them by rules and splits the time by weeks. They run in turn, and the
best of each counts. Three calendars of some 3,000 occurrences: one of repetitions, one of single meetings, one of both.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from rich.console import Console
from rich.table import Table

from leanship.domain.time_split import Classifier, RuleField, TimeClass, TimeRule, split_by_week
from leanship.readers.calendars import read_calendar

FIRST, AFTER = date(2026, 1, 1), date(2027, 1, 1)
ZONE = ZoneInfo("Europe/Berlin")
WANTED = 3_000
AIM = 1.5
TITLES = (
    "Coaching",
    "Weekly planning",
    "Customer call",
    "Improvement workshop",
    "Review of orders",
    "1:1",
    "Budget",
)
RULES = (
    TimeRule(RuleField.TITLE, "coaching", TimeClass.STRATEGIC),
    TimeRule(RuleField.TITLE, "improve*", TimeClass.STRATEGIC),
    TimeRule(RuleField.ATTENDEE, "customer.example", TimeClass.TACTICAL),
    TimeRule(RuleField.TITLE, "review", TimeClass.TACTICAL),
)
ZONE_LINES = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def event(random: Random, number: int, start: datetime, rule: str = "") -> str:
    """One meeting as a calendar program writes it: with a description, attendees and a reminder."""
    end = start + timedelta(minutes=random.choice((30, 45, 60, 90)))
    people = "\n".join(
        f"ATTENDEE;CN=Person {random.randrange(200)};PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:"
        f"person{random.randrange(200)}@example.org"
        for _ in range(random.randrange(1, 5))
    )
    return f"""BEGIN:VEVENT
UID:meeting-{number}@example.org
DTSTAMP:20260101T080000Z
CREATED:20251201T080000Z
LAST-MODIFIED:20251220T093000Z
SEQUENCE:0
DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}
DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}
{rule}SUMMARY:{random.choice(TITLES)} {number % 40}
DESCRIPTION:Join at https://meet.example.org/{random.getrandbits(40):x}\\nAgenda: last week\\, next week\\,
  obstacles. Please send what you want to talk about on the day before.
LOCATION:Room {random.randrange(30)}
ORGANIZER;CN=Person 1:mailto:person1@example.org
{people}
STATUS:CONFIRMED
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Reminder
TRIGGER:-PT10M
END:VALARM
END:VEVENT"""


def make(repeating: int) -> bytes:
    """A calendar with so many of its occurrences from meetings that repeat weekly, the others single."""
    random = Random(2026)
    events = []
    for number in range(repeating // 52):
        start = datetime(
            2026, 1, 1 + random.randrange(7), random.randrange(8, 18), random.choice((0, 15, 30))
        )
        events.append(event(random, number, start, "RRULE:FREQ=WEEKLY;UNTIL=20270201T000000Z\n"))
    for number in range(len(events), len(events) + WANTED - len(events) * 52):
        day = datetime(2026, 1, 1) + timedelta(days=random.randrange(365))
        events.append(event(random, number, day.replace(hour=random.randrange(8, 18))))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Leanship//Benchmark//EN", ZONE_LINES, *events]
    return "\r\n".join("\n".join([*lines, "END:VCALENDAR", ""]).split("\n")).encode()


def bare(data: bytes) -> tuple[float, float, int]:
    """Seconds of parsing and expanding, those of expanding alone, and how many occurrences there are."""
    begun = time.process_time()
    calendar = icalendar.Calendar.from_ical(data)
    calendar.walk("VEVENT")  # it parses an event when it is asked for
    parsed = time.process_time()
    found = recurring_ical_events.of(calendar).between(FIRST, AFTER)
    done = time.process_time()
    return done - begun, done - parsed, len(found)


def ours(data: bytes) -> int:
    """From bytes to hours by week and class."""
    file = read_calendar(data, begin=FIRST, end=AFTER, zone=ZONE)
    classify = Classifier(RULES)
    counted = [each for each in file.occurrences if each.left_out() is None]
    weeks = split_by_week(
        (each.slot(classify.class_of(each)) for each in counted), file.begin, file.end, ZONE
    )
    if file.problems or len(weeks) != 53:
        raise SystemExit("The calendar of the benchmark was not read as it was written.")
    return len(file.occurrences)


def main() -> None:
    """Runs both in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    table = Table(
        "calendar",
        "MB",
        "occurrences",
        "parse and expand",
        "expand",
        "Leanship",
        "ratio to both",
        "to expand",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for name, repeating in (
        ("weekly meetings", WANTED),
        ("single meetings", 0),
        ("half and half", WANTED // 2),
    ):
        data = make(repeating)
        both = expanding = mine = float("inf")
        for _ in range(rounds):
            seconds, half, count = bare(data)
            both, expanding = min(both, seconds), min(expanding, half)
            begun = time.process_time()
            if ours(data) != count:
                raise SystemExit(f"{name}: not as many occurrences as the {count} of the bare expansion.")
            mine = min(mine, time.process_time() - begun)
        table.add_row(
            name, f"{len(data) / 1e6:.2f}", f"{count:,}", f"{both:.2f}", f"{expanding:.2f}", f"{mine:.2f}",
            f"{mine / both:.2f}", f"{mine / expanding:.2f}",
        )  # fmt: skip
    console = Console(width=max(Console().width, 110))  # below, rich breaks the words of the heads
    console.print(
        f"{datetime.now(UTC):%d %B %Y}, best of {rounds} rounds in turn, seconds of processor time, aim {AIM}"
    )
    console.print(table)


if __name__ == "__main__":
    main()
