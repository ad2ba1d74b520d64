"""What is read here and what recurring-ical-events makes of the same sound file are the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from leanship.readers.calendars import read_calendar
from tests.readers.test_read_calendars import calendar

BEGIN, END = date(2026, 2, 1), date(2026, 12, 1)
days = st.dates(date(2025, 11, 1), date(2027, 1, 31))
# Not between one and four at night: there the clocks change, and the library gives lengths below zero.
hours = st.integers(5, 20)
zones = st.sampled_from(
    ["", "", ";TZID=Europe/Berlin", ";TZID=America/New_York", ";TZID=W. Europe Standard Time"]
)
rules = st.sampled_from(
    ["", "", "FREQ=DAILY;COUNT=9", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR",
     "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=2,8;BYMONTHDAY=29,1", "FREQ=DAILY;UNTIL=20260615T000000Z"]
)  # fmt: skip


@st.composite
def events(draw: Any) -> list[str]:
    """One event, with its rule, an exception, one more day and a repetition that was moved, or none of these."""
    day, zone, rule, uid = draw(days), draw(zones), draw(rules), draw(st.integers(0, 10**9))
    utc = "Z" if not zone and draw(st.booleans()) else ""
    hour, minutes = draw(hours), draw(st.sampled_from([0, 15, 90, 1800]))
    start = datetime(day.year, day.month, day.day, hour)

    def stamp(moment: datetime, name: str) -> str:
        return f"{name}{zone}:{moment:%Y%m%dT%H%M%S}{utc}"

    lines = [f"UID:{uid}", stamp(start, "DTSTART"), f"SUMMARY:{uid}"]
    lines += [
        stamp(start + timedelta(minutes=minutes), "DTEND")
        if draw(st.booleans())
        else f"DURATION:PT{minutes}M"
    ]
    made = []
    if rule:
        if not (utc or zone):
            rule = rule.replace("Z", "")
        lines.append(f"RRULE:{rule}")
        if draw(st.booleans()):
            lines.append(stamp(start + timedelta(days=7), "EXDATE"))
        if draw(st.booleans()):
            lines.append(stamp(start + timedelta(days=3, hours=1), "RDATE"))
        if draw(st.booleans()):
            at = start + timedelta(days=14)
            moved = at + timedelta(days=draw(st.integers(-20, 20)))
            made.append(
                "\n".join(
                    [f"UID:{uid}", stamp(at, "RECURRENCE-ID"), stamp(moved, "DTSTART"), "DURATION:PT20M"]
                )
            )
    return ["\n".join(lines), *made]


def instant(moment: Any) -> datetime:
    found: datetime = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return found.astimezone(UTC)


@given(st.lists(events(), max_size=4))
def test_the_same_occurrences_come_out(made: list[list[str]]) -> None:
    data = calendar(*[each for event in made for each in event])
    bare = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(
        datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    )
    file = read_calendar(
        data, begin=datetime(2026, 2, 1, tzinfo=UTC), end=datetime(2026, 12, 1, tzinfo=UTC), zone=UTC
    )
    assert file.problems == ()
    wanted = sorted(
        (str(each["UID"]), instant(each["DTSTART"].dt), instant(each["DTEND"].dt)) for each in bare
    )
    assert sorted((each.uid, each.start, each.end) for each in file.occurrences) == wanted


@given(st.lists(days, min_size=1, max_size=5), st.integers(1, 3), rules)
def test_the_same_days_come_out(made: list[date], length: int, rule: str) -> None:
    data = calendar(
        *[
            f"UID:{place}\nDTSTART;VALUE=DATE:{day:%Y%m%d}\nDTEND;VALUE=DATE:{day + timedelta(days=length):%Y%m%d}"
            + (f"\nRRULE:{rule.replace('T000000Z', '')}" if rule else "")
            for place, day in enumerate(made)
        ]
    )
    bare = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(BEGIN, END)
    file = read_calendar(data, begin=BEGIN, end=END, zone=UTC)
    assert file.problems == () and all(each.all_day for each in file.occurrences)
    wanted = sorted((str(each["UID"]), each["DTSTART"].dt, each["DTEND"].dt) for each in bare)
    assert sorted((each.uid, each.start.date(), each.end.date()) for each in file.occurrences) == wanted
