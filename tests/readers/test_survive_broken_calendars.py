"""What is broken in a calendar is told by property and line, and the rest goes on."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.readers.calendars import CalendarFile, CalendarLimits, read_calendar
from tests.readers.test_read_calendars import calendar

DATA = Path(__file__).parents[1] / "data" / "ics"
SOUND = "UID:sound\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nSUMMARY:Sound"
LIMITS = CalendarLimits()


def read(source: bytes | Path, limits: CalendarLimits = LIMITS) -> CalendarFile:
    return read_calendar(source, begin=date(2014, 1, 1), end=date(2027, 1, 1), limits=limits)


@pytest.mark.parametrize(
    ("name", "which", "line", "sound"),
    [
        ("ic_big_bad_calendar", "VCALENDAR", 1, 0),
        ("ic_broken_dtstart", "DTSTART", 6, 0),
        ("ic_issue_104_broken_calendar", "X", 13, 1),
        ("ic_issue_1081_invalid_start_and_end", "DTSTART", 6, 0),
        ("ic_issue_722_missing_timezones", "DTSTART", 9, 2),
        ("ic_multiple_timezones", "RDATE", 23, 0),
    ],
)
def test_a_broken_file_names_its_property_and_its_sound_events_are_read(
    name: str, which: str, line: int, sound: int
) -> None:
    file = read(DATA / f"{name}.ics")
    assert file.error is not None
    assert (file.error.property, file.error.line) == (which, line)
    assert (len(file.occurrences), file.readable) == (sound, True)


@pytest.mark.parametrize("name", ["ic_bom_calendar", "ic_calendar_with_unicode", "ic_empty"])
def test_a_calendar_without_events_is_sound(name: str) -> None:
    file = read(DATA / f"{name}.ics")
    assert (file.occurrences, file.problems, file.readable) == ((), (), True)


@pytest.mark.parametrize(
    ("lines", "which", "words"),
    [
        ("SUMMARY:When?", "DTSTART", "nobody knows when"),
        ("DTSTART:tomorrow", "DTSTART", "tomorrow cannot be read"),
        ("DTSTART:20260105T090000Z\nDTSTART:20260106T090000Z", "DTSTART", "more than once"),
        ("DTSTART:PT1H", "DTSTART", "neither a date"),
        ("DTSTART:20260105T090000Z\nDTEND:soon", "DTEND", "soon cannot be read"),
        ("DTSTART:20260105T090000Z\nDURATION:long", "DURATION", "long cannot be read"),
        ("DTSTART:20260105T090000Z\nRDATE:20260106Z", "RDATE", "20260106Z cannot be read"),
        ("DTSTART:20260105T090000Z\nRDATE;VALUE=TIME:083000", "RDATE", "neither a date"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXDATE:never", "EXDATE", "never cannot be read"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "EXRULE", "no longer"),
        ("DTSTART:20260105T090000Z\nRECURRENCE-ID:x", "RECURRENCE-ID", "x cannot be read"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;UNTL=20260110", "RRULE", "is it UNTIL?"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;WHEREFORE=1", "RRULE", "WHEREFORE is no part"),
        ("DTSTART:20260105T090000Z\nRRULE:COUNT=3", "RRULE", "how often"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0", "RRULE", "INTERVAL=0"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;BYHOUR=99", "RRULE", "BYHOUR=99"),
        ("DTSTART:20260105T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "RRULE", "BYSETPOS=0"),
        ("DTSTART:20260105T090000Z\nDURATION:P99999999D", "DTSTART", "cannot be worked out"),
    ],
)
def test_a_broken_event_is_told_and_the_others_go_on(lines: str, which: str, words: str) -> None:
    file = read(calendar(f"UID:broken\n{lines}\nSUMMARY:Broken", SOUND))
    assert [each.title for each in file.occurrences] == ["Sound"]
    (problem,) = file.problems
    assert (problem.property, problem.level) == (which, "error")
    assert words in problem.message
    assert problem.title in ("Broken", "When?")
    assert problem.line is not None and problem.line > 2


def test_an_event_is_left_out_with_all_that_was_changed_of_it() -> None:
    core = "UID:a\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=3"
    changed = "UID:a\nRECURRENCE-ID:20260106T090000Z\nDTSTART:late"
    file = read(calendar(core, changed, SOUND))
    assert [each.title for each in file.occurrences] == ["Sound"]
    assert [(each.level, each.property) for each in file.problems] == [
        ("warning", "VEVENT"),
        ("error", "DTSTART"),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"name,when\nMeeting,tomorrow\n", "no iCalendar file"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"PK\x03\x04rest", "ZIP"),
        (bytes(range(256)) * 10, "no iCalendar file"),
        (b"\0" * 5000, "no iCalendar file"),
    ],
)
def test_what_is_no_calendar_is_said_to_be_none(data: bytes, words: str) -> None:
    file = read(data)
    assert not file.readable
    assert file.error is not None and file.error.property == "VCALENDAR"
    assert words in file.error.message


def test_an_unknown_zone_is_a_warning_told_once_and_read_in_the_calendars_own() -> None:
    lines = "DTSTART;TZID={0}:20260105T090000\nDTEND;TZID={0}:20260105T100000"
    berlin = [f"UID:b{n}\n" + lines.format("Europe/Berlin") for n in range(3)]
    for name in ("Mars/Base", "America", "../../etc/passwd"):
        file = read(calendar(*berlin, "UID:x\n" + lines.format(name)))
        assert [(each.level, each.property) for each in file.problems] == [("warning", "DTSTART")]
        assert name in file.problems[0].message and "Europe/Berlin" in file.problems[0].message
        assert {each.start.hour for each in file.occurrences} == {8}


def test_a_zone_described_to_keep_a_machine_busy_is_not_followed() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\n"
        "TZOFFSETTO:+0200\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    file = read(calendar("DTSTART;TZID=Mine:20260105T090000\nDTEND;TZID=Mine:20260105T100000", head=zone))
    assert [each.property for each in file.problems] == ["VTIMEZONE", "DTSTART"]
    assert len(file.occurrences) == 1


def test_a_file_that_was_cut_off_gives_what_is_whole() -> None:
    file = read(calendar(SOUND, "UID:b\nDTSTART:20260106T090000Z")[:-40])
    assert [each.title for each in file.occurrences] == ["Sound"]
    assert [each.property for each in file.problems] == ["VCALENDAR", "VEVENT"]
    assert all("cut off" in each.message for each in file.problems)


def test_an_event_that_does_not_end_does_not_swallow_the_next() -> None:
    data = calendar("UID:a\nDTSTART:20260106T090000Z", SOUND).replace(b"END:VEVENT\r\n", b"", 1)
    file = read(data)
    assert [each.title for each in file.occurrences] == ["Sound"]
    assert [(each.property, each.line) for each in file.problems] == [("VEVENT", 3)]


def test_other_letters_than_utf_8_are_a_warning_and_cost_nothing() -> None:
    file = read(calendar(SOUND.replace("Sound", "Café")).decode().encode("windows-1252"))
    assert [each.title for each in file.occurrences] == ["Café"]
    assert [(each.level, each.code, each.line) for each in file.problems] == [("warning", "encoding", 7)]


def test_a_long_text_folded_wrongly_costs_nothing() -> None:
    file = read(calendar(f"{SOUND}\nDESCRIPTION:first line\nsecond line of it"))
    assert len(file.occurrences) == 1
    assert [(each.level, each.property) for each in file.problems] == [("warning", "second")]
    assert file.error is None


@pytest.mark.parametrize("start", ["20260101", "20350101"])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYSETPOS=2",
        "FREQ=SECONDLY;BYWEEKNO=54",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231T000000Z",
        f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
        f";BYSECOND={','.join(map(str, range(60)))}",
    ],
)
def test_a_rule_that_would_go_on_for_ever_is_given_up(rule: str, start: str) -> None:
    begun = time.process_time()
    file = read(calendar(f"DTSTART:{start}T090000Z\nRRULE:{rule}", SOUND))
    # It takes under two seconds; without a limit it would be hours, or all memory.
    assert time.process_time() - begun < 20
    assert [each.title for each in file.occurrences if each.title] == ["Sound"]
    # One that begins after the window, and would be fulfilled there at once, is hardly asked.
    fulfilled = "BYSETPOS" not in rule and "BYWEEKNO" not in rule and "BYMONTH" not in rule
    if start == "20260101" or not fulfilled:
        assert [each.property for each in file.problems] == ["RRULE"]


def test_limits_are_kept_and_told() -> None:
    daily = "UID:d\nDTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=50"
    few = read(calendar(daily), replace(LIMITS, occurrences=20))
    assert (len(few.occurrences), [each.code for each in few.problems]) == (20, ["too_many"])
    events = [f"UID:{n}\nDTSTART:20260101T090000Z" for n in range(5)]
    two = read(calendar(*events), replace(LIMITS, events=2))
    assert (len(two.occurrences), [each.code for each in two.problems]) == (2, ["too_many_events"])
    large = read(calendar(daily), replace(LIMITS, file_bytes=50))
    assert (large.readable, [each.code for each in large.problems]) == (False, ["too_large"])
    title = read(calendar(SOUND + "x" * 500), replace(LIMITS, line=100))
    assert (len(title.occurrences), [each.level for each in title.problems]) == (1, ["warning"])
    dates = f"{SOUND}\nRDATE:{','.join(['20260106T090000Z'] * 50)}"
    assert read(calendar(dates), replace(LIMITS, line=100)).occurrences == ()
    all_in_all = read(
        calendar(*[f"UID:{n}\n{daily[6:]}" for n in range(9)]), replace(LIMITS, steps_in_all=2000)
    )
    assert {each.code for each in all_in_all.problems} == {"rule_endless"}
    assert len(all_in_all.occurrences) > 0


def test_a_thousand_broken_events_are_not_a_thousand_messages() -> None:
    file = read(calendar(*["SUMMARY:When?"] * 1000))
    assert len(file.problems) == 201
    assert file.problems[-1].message == "800 more problems like these."


PIECES = st.sampled_from(
    """
BEGIN:VCALENDAR|END:VCALENDAR|BEGIN:VEVENT|END:VEVENT|BEGIN:VTIMEZONE|END:VTIMEZONE|BEGIN:X|X-WR-TIMEZONE:|TZID:X
DTSTART:20260105T090000Z|DTSTART;VALUE=DATE:20260105|DTEND;TZID=Europe/Berlin:20260105T100000|DTEND:20260101T000000
DURATION:-PT5M|RRULE:FREQ=WEEKLY|RRULE:FREQ=YEARLY;BYDAY=-1SU|RDATE:20260107|EXDATE;TZID=X:20260105T090000|RRULE:
RECURRENCE-ID;RANGE=THISANDFUTURE:20260112T090000Z|UID:a|UID:b|SEQUENCE:2|X-WR-TIMEZONE:Europe/Berlin|STATUS:CANCELLED
ATTENDEE;CN=":mailto:a|ORGANIZER;CN=a|SUMMARY;X="a:b":t|CATEGORIES:,,|DTSTART;:|TRANSP| folded|
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)


@given(st.lists(PIECES, max_size=30))
def test_nothing_that_a_file_holds_raises(pieces: list[str]) -> None:
    data = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *pieces]).encode()
    file = read_calendar(data, begin=date(2026, 1, 1), end=date(2026, 3, 1))
    for each in file.occurrences:
        assert each.start <= each.end
    assert len({each.key for each in file.occurrences}) == len(file.occurrences)


@given(st.binary(max_size=200))
def test_bytes_that_are_anything_raise_nothing(data: bytes) -> None:
    read_calendar(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:" + data, begin=date(2026, 1, 1), end=date(2026, 3, 1)
    )
