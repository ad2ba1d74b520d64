"""Reading a calendar: bytes in, occurrences of a window and problems out (M24)."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Final

from leanship.readers.calendars.lines import Text, decode, take_apart
from leanship.readers.calendars.model import CalendarFile, CalendarLimits, ProblemList, instant

_STANDARD: Final = CalendarLimits()


def read_calendar(
    source: bytes | Path,
    *,
    begin: date,
    end: date,
    zone: tzinfo | None = None,
    limits: CalendarLimits = _STANDARD,
) -> CalendarFile:
    """What takes place from `begin` until before `end` in the calendar of `source`.

    `begin` and `end` are two instants, or two days, of which the second is not part of the window. `zone` is where days
    begin and where an event takes place that names no time zone; None: in the calendar's own, which is the one that it
    names for itself, else the one that most of its events name, else UTC.

    Repetitions are counted only as far as the window asks. An occurrence is in it when it overlaps it or, having no
    length, lies in it. Cancelled, declined, transparent and all-day ones are there too; `left_out` tells them. An event
    that cannot be read is left out whole, with every other part of it, and told by its property; the others go on.

    Never raises for what a file holds; OSError where it cannot be opened, ValueError for a window without length.
    """
    if begin >= end:
        raise ValueError("a window goes from a day or an instant to a later one")
    problems = ProblemList()

    def nothing(readable: bool) -> CalendarFile:
        known = zone or UTC
        return CalendarFile((), problems.found(), instant(begin, known), instant(end, known), known, readable)

    data = _load(source, limits)
    if isinstance(data, int):
        size, most = f"{data / 1e6:,.1f}", f"{limits.file_bytes / 1e6:,g}"
        problems.add("too_large", "VCALENDAR", size=size, limit=most)
        return nothing(False)
    text = Text(decode(data, problems))
    calendars = take_apart(text, limits, problems)
    if not calendars:
        problems = ProblemList()
        problems.add(_what_it_is(data), "VCALENDAR")
        return nothing(False)
    if not any(calendar.events for calendar in calendars):
        return nothing(True)

    from leanship.readers.calendars.expanding import expand

    return expand(calendars, text, begin, end, zone, limits, problems)


def _load(source: bytes | Path, limits: CalendarLimits) -> bytes | int:
    """The content, or its size where that is beyond the limit."""
    if isinstance(source, bytes):
        return len(source) if len(source) > limits.file_bytes else source
    with source.open("rb") as file:
        data = file.read(limits.file_bytes + 1)
    return source.stat().st_size if len(data) > limits.file_bytes else data


def _what_it_is(data: bytes) -> str:
    head = data[:2000].lstrip().lower()
    if not head:
        return "empty"
    if head.startswith(b"pk\x03\x04"):
        return "zipped"
    return "web_page" if head.startswith((b"<!doctype html", b"<html")) else "not_a_calendar"
