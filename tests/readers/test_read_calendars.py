"""Calendars as people have them: what takes place in a window, in whose zone, and what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leanship.domain.time_split import TimeClass
from leanship.readers.calendars import CalendarFile, LeftOut, day_start, read_calendar

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = date(2026, 1, 1), date(2027, 1, 1)


def calendar(*events: str, head: str = "") -> bytes:
    """A file with these events, each given by its lines."""
    blocks = "".join(f"BEGIN:VEVENT\n{lines.strip()}\nEND:VEVENT\n" for lines in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def read(data: bytes, zone: ZoneInfo | None = None, window: tuple[date, date] = YEAR) -> CalendarFile:
    return read_calendar(data, begin=window[0], end=window[1], zone=zone)


def test_a_weekly_meeting_keeps_its_hour_when_the_clocks_change() -> None:
    file = read(
        calendar(
            """
DTSTART;TZID=Europe/Berlin:20260323T090000
DTEND;TZID=Europe/Berlin:20260323T100000
RRULE:FREQ=WEEKLY;COUNT=2
"""
        )
    )
    assert [each.start.hour for each in file.occurrences] == [8, 7]
    assert file.seconds == 2 * 3600
    assert file.zone == BERLIN


def test_an_event_without_a_zone_takes_place_where_one_asks() -> None:
    data = calendar("DTSTART:20260705T090000\nDTEND:20260705T100000")
    assert [read(data, ZoneInfo(name)).occurrences[0].start.hour for name in ("UTC", "Asia/Tokyo")] == [9, 0]


def test_what_a_calendar_says_of_its_zone_holds_for_its_times_in_utc() -> None:
    event = "DTSTART:20260323T080000Z\nDTEND:20260323T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2"
    file = read(calendar(event, head="X-WR-TIMEZONE:Europe/Berlin\n"))
    assert [each.start.hour for each in file.occurrences] == [8, 7]
    assert file.zone == BERLIN
    assert [each.start.hour for each in read(calendar(event)).occurrences] == [8, 8]


def test_the_days_of_the_window_are_those_of_the_calendar_unless_a_zone_is_given() -> None:
    data = calendar("DTSTART;TZID=Europe/Berlin:20270101T000000\nDTEND;TZID=Europe/Berlin:20270101T010000")
    assert len(read(data).occurrences) == 0
    assert len(read(data, ZoneInfo("UTC")).occurrences) == 1


def test_the_last_day_is_not_part_of_the_window() -> None:
    data = calendar(
        "DTSTART:20260131T230000Z\nDTEND:20260201T010000Z", "DTSTART:20260201T000000Z\nDTEND:20260201T010000Z"
    )
    file = read(data, window=(date(2026, 1, 1), date(2026, 2, 1)))
    assert [each.start.day for each in file.occurrences] == [31]
    assert file.seconds == 3600  # an hour of it lies in the window, and the whole of it is told
    assert file.occurrences[0].end == datetime(2026, 2, 1, 1, tzinfo=UTC)


def test_an_all_day_event_is_there_and_takes_no_time() -> None:
    file = read(calendar("DTSTART;VALUE=DATE:20260705\nDTEND;VALUE=DATE:20260707"), BERLIN)
    (each,) = file.occurrences
    assert each.all_day and each.left_out() is LeftOut.ALL_DAY
    assert (each.start, each.end) == (
        day_start(date(2026, 7, 5), BERLIN),
        day_start(date(2026, 7, 7), BERLIN),
    )
    assert file.seconds == 0


def test_one_repetition_that_was_moved_keeps_its_key() -> None:
    weekly = "UID:a\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:a\nRECURRENCE-ID:20260112T090000Z\nDTSTART:20260113T150000Z\nDTEND:20260113T160000Z"
    before, after = read(calendar(weekly)).occurrences, read(calendar(weekly, moved)).occurrences
    assert [each.start.day for each in after] == [5, 13, 19]
    assert [each.key for each in before] == [each.key for each in after]
    assert before[1].digest() != after[1].digest()
    assert len({each.event_key for each in after}) == 1


@pytest.mark.parametrize(
    ("rule", "which", "moved"),
    [
        ("DTSTART;VALUE=DATE:20260105", "RECURRENCE-ID;VALUE=DATE:20260112", "DTSTART;VALUE=DATE:20260113"),
        ("DTSTART:20260105T090000", "RECURRENCE-ID:20260112T090000", "DTSTART:20260113T090000"),
        (
            "DTSTART;TZID=Europe/Berlin:20260105T090000",
            "RECURRENCE-ID:20260112T080000Z",
            "DTSTART;TZID=Europe/Berlin:20260113T090000",
        ),
    ],
)
def test_a_key_is_the_same_however_the_time_is_written(rule: str, which: str, moved: str) -> None:
    weekly = f"UID:a\n{rule}\nRRULE:FREQ=WEEKLY;COUNT=3"
    before = read(calendar(weekly), BERLIN).occurrences
    after = read(calendar(weekly, f"UID:a\n{which}\n{moved}"), ZoneInfo("UTC")).occurrences
    assert [each.key for each in before] == [each.key for each in after]
    assert before[1].start != after[1].start


def test_a_meeting_at_an_hour_that_the_clocks_leap_over_keeps_its_length() -> None:
    file = read(
        calendar(
            "DTSTART;TZID=Europe/Berlin:20260327T023000\nDTEND;TZID=Europe/Berlin:20260327T030000\n"
            "RRULE:FREQ=DAILY;COUNT=4"
        )
    )
    assert [(each.end - each.start).seconds for each in file.occurrences] == [1800] * 4


def test_the_same_file_gives_the_same_keys_even_without_uids() -> None:
    data = calendar(*["DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nSUMMARY:Twice"] * 2)
    first, second = read(data), read(data)
    assert first == second
    assert len({each.key for each in first.occurrences}) == 2
    assert [each.digest() for each in first.occurrences] == [each.digest() for each in second.occurrences]


def test_what_an_event_says_is_read() -> None:
    (each,) = read(
        calendar(
            """
DTSTART:20260105T090000Z
DTEND:20260105T100000Z
SUMMARY;LANGUAGE=en:Plan\\, check\\; act
CATEGORIES:Planning,One\\, two
CATEGORIES:Planning,Third
ORGANIZER;CN="Vega: Ana":mailto:Ana@example.org
ATTENDEE;CN=Ben;PARTSTAT=DECLINED:MAILTO:ben@example.org
ATTENDEE;CN=clara@example.org:mailto:clara@
 example.org
STATUS:confirmed
BEGIN:VALARM
SUMMARY:Not this one
DTSTART:20200101T000000Z
END:VALARM
"""
        )
    ).occurrences
    assert each.title == "Plan, check; act"
    assert each.categories == ("Planning", "One, two", "Third")
    assert each.organiser == "Vega: Ana <ana@example.org>"
    assert each.attendees == ("Ben <ben@example.org>", "clara@example.org")
    assert each.status == "CONFIRMED"
    assert each.declined([" BEN@example.org"]) and not each.declined(["clara@example.org"])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("STATUS:CANCELLED", LeftOut.CANCELLED),
        ("TRANSP:TRANSPARENT", LeftOut.TRANSPARENT),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org", LeftOut.DECLINED),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:you@example.org", None),
        ("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", LeftOut.ALL_DAY),
        ("TRANSP:OPAQUE", None),
    ],
)
def test_what_does_not_count_is_there_and_says_why(lines: str, why: LeftOut | None) -> None:
    (each,) = read(calendar(f"DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\n{lines}")).occurrences
    assert each.left_out(["me@example.org"]) is why


def test_a_calendar_that_calls_off_holds_nothing_but_cancelled_events() -> None:
    data = calendar("DTSTART:20260105T090000Z\nDTEND:20260105T100000Z", head="METHOD:CANCEL\n")
    assert [each.cancelled for each in read(data).occurrences] == [True]


def test_a_zone_that_the_file_describes_holds_for_that_file_alone() -> None:
    def described(hours: int) -> bytes:
        zone = (
            "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
            f"TZOFFSETFROM:+0{hours}00\nTZOFFSETTO:+0{hours}00\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
        return calendar("DTSTART;TZID=Ours:20260105T090000\nDTEND;TZID=Ours:20260105T100000", head=zone)

    for hours in (2, 5):
        assert read(described(hours)).occurrences[0].start.hour == 9 - hours


def test_names_of_zones_as_other_programs_write_them_are_known() -> None:
    for name in (
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        '"Europe/Berlin"',
    ):
        file = read(calendar(f"DTSTART;TZID={name}:20260105T090000\nDTEND;TZID={name}:20260105T100000"))
        assert file.problems == ()
        assert file.occurrences[0].start.hour == 8


def test_a_duration_and_a_changed_length_are_kept() -> None:
    file = read(
        calendar(
            "UID:a\nDTSTART:20260105T090000Z\nDURATION:PT45M\nRRULE:FREQ=DAILY;COUNT=2",
            "UID:a\nRECURRENCE-ID:20260106T090000Z\nDTSTART:20260106T090000Z\nDURATION:PT2H",
        )
    )
    assert [each.end - each.start for each in file.occurrences] == [timedelta(minutes=45), timedelta(hours=2)]


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\r\n", "\n").encode(),
        lambda text: text.replace("\r\n", "\r").encode(),
        lambda text: text.replace("\r\n", "\r\r\n").encode(),
        lambda text: text.replace("SUMMARY:Caf", "SUMMARY:C\r\n af").encode(),
        lambda text: text.replace("VEVENT", "vevent").replace("DTSTART", "dtstart").encode(),
    ],
)
def test_a_file_is_read_however_it_was_written(written) -> None:  # type: ignore[no-untyped-def]
    text = calendar("DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nSUMMARY:Café").decode()
    file = read(written(text))
    assert ([each.title for each in file.occurrences], file.problems) == (["Café"], ())


def test_several_calendars_in_one_file_are_read_each_with_its_own_zone() -> None:
    event = "DTSTART:20260105T090000\nDTEND:20260105T100000"
    zones = ("Europe/Berlin", "Asia/Tokyo")
    data = b"".join(calendar(event, head=f"X-WR-TIMEZONE:{zone}\n") for zone in zones)
    assert [each.start.hour for each in read(data).occurrences] == [0, 8]


def test_a_file_is_read_from_its_path_too(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(calendar("DTSTART:20260105T090000Z\nDTEND:20260105T100000Z"))
    file = read_calendar(
        path, begin=datetime(2026, 1, 5, 9, 30, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC)
    )
    assert file.seconds == 1800
    with pytest.raises(FileNotFoundError):
        read_calendar(tmp_path / "none.ics", begin=YEAR[0], end=YEAR[1])
    with pytest.raises(ValueError, match="window"):
        read_calendar(path, begin=YEAR[0], end=YEAR[0])


def test_an_occurrence_becomes_a_slot_of_its_class() -> None:
    (each,) = read(calendar("DTSTART:20260105T090000Z\nDTEND:20260105T100000Z")).occurrences
    slot = each.slot(TimeClass.STRATEGIC)
    assert (slot.end - slot.start, slot.kind) == (3600, TimeClass.STRATEGIC)
    assert datetime.fromtimestamp(slot.start, UTC) == each.start
