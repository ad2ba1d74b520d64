"""The text of a calendar taken apart into the lines of its events and zones, nothing of it understood yet.

Only the properties that say when an event is, what it is called and who takes part are kept: descriptions, places and
attachments are nobody's business here, and most of the work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from leanship.readers.calendars.model import CalendarLimits, ProblemList
from leanship.readers.problems import Level

SINGLE: Final = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")
KEPT: Final = frozenset(
    (*SINGLE, "UID", "RRULE", "RDATE", "EXDATE", "EXRULE", "SEQUENCE", "SUMMARY", "CATEGORIES", "ORGANIZER", "ATTENDEE",
     "STATUS", "TRANSP", "X-MICROSOFT-CDO-ALLDAYEVENT")
)  # fmt: skip

_NAME: Final = re.compile(r"[ \t]*([A-Za-z0-9-]+)[ \t]*[:;]")


@dataclass(slots=True)
class EventLines:
    """The lines of one event that matter, each as (property, text, its place among the unfolded lines)."""

    place: int
    lines: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class CalendarLines:
    """One VCALENDAR: what it says of itself, its zones as text, and its events."""

    said: dict[str, str] = field(default_factory=dict)
    zones: list[tuple[str, int]] = field(default_factory=list)
    events: list[EventLines] = field(default_factory=list)


class Text:
    """The unfolded lines of a file. A place among them becomes a line of the file when somebody asks for it."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self._text.replace("\n ", "").replace("\n\t", "").split("\n")
        self._numbers: list[int] | None = None

    def number(self, place: int) -> int:
        """The line of the file, counted from 1, on which an unfolded line begins."""
        if self._numbers is None:
            self._numbers = [
                number
                for number, line in enumerate(self._text.split("\n"), 1)
                if number == 1 or line[:1] not in (" ", "\t")
            ]
        return self._numbers[place]


def decode(data: bytes, problems: ProblemList) -> str:
    """The file as text: UTF-8, UTF-16 by its mark or its zeros, else windows-1252 with a warning."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[:4].count(0) == 2:
        return data.decode("utf-16-le" if data[1] == 0 else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        problems.add("encoding", "VCALENDAR", line=line, level="warning")
        return data.removeprefix(b"\xef\xbb\xbf").decode("windows-1252", "replace")


def take_apart(text: Text, limits: CalendarLimits, problems: ProblemList) -> list[CalendarLines]:
    """The calendars of a file. What is open, closed twice or no property is told; the rest goes on."""
    calendars: list[CalendarLines] = []
    apart = _Apart(text, limits, problems, calendars)
    for place, line in enumerate(text.lines):
        if not line:
            continue
        first = line[0]
        if first in "BbEe":
            head = line[:6].upper()
            if head == "BEGIN:":
                apart.begin(line[6:].strip().upper(), place)
                continue
            if head[:4] == "END:":
                apart.end(line[4:].strip().upper(), place)
                continue
        apart.property(line, place)
    apart.close()
    return calendars


class _Apart:
    def __init__(
        self, text: Text, limits: CalendarLimits, problems: ProblemList, calendars: list[CalendarLines]
    ) -> None:
        self.text, self.limits, self.problems, self.calendars = text, limits, problems, calendars
        self.stack: list[tuple[str, int]] = []
        self.calendar: CalendarLines | None = None
        self.event: EventLines | None = None
        self.zone: list[str] | None = None
        self.top = ""
        self.count = 0

    def begin(self, name: str, place: int) -> None:
        if name in ("VEVENT", "VCALENDAR"):
            while self.stack and self.stack[-1][0] != "VCALENDAR":
                self.open_end()  # events do not nest: what is still open lost its end
            if name == "VCALENDAR":
                while self.stack:
                    self.open_end()
                self.calendar = CalendarLines()
                self.calendars.append(self.calendar)
            else:
                if self.calendar is None or not self.stack:
                    if self.calendar is None:
                        self.calendar = CalendarLines()
                        self.calendars.append(self.calendar)
                    self.problems.add("no_frame", "VCALENDAR", line=self.text.number(place))
                self.count += 1
                if self.count == self.limits.events + 1:
                    self.problems.add(
                        "too_many_events",
                        "VEVENT",
                        line=self.text.number(place),
                        limit=f"{self.limits.events:,}",
                    )
                self.event = EventLines(place) if self.count <= self.limits.events else None
        elif name == "VTIMEZONE" and self.zone is None:
            self.zone = []
        if self.zone is not None:
            self.zone.append(f"BEGIN:{name}")
        self.stack.append((name, place))
        self.top = name

    def end(self, name: str, place: int) -> None:
        if all(name != open_ for open_, _ in self.stack):
            self.problems.add(
                "end_alone", name or "END", line=self.text.number(place), name=name or "Something"
            )
            return
        while self.stack[-1][0] != name:
            self.open_end()
        _, begun = self.stack.pop()
        self.top = self.stack[-1][0] if self.stack else ""
        if self.zone is not None:
            self.zone.append(f"END:{name}")
        if name == "VEVENT" and self.event is not None and self.calendar is not None:
            self.calendar.events.append(self.event)
            self.event = None
        elif name == "VTIMEZONE" and self.zone is not None:
            if self.calendar is not None:
                self.calendar.zones.append(("\n".join(self.zone) + "\n", begun))
            self.zone = None

    def open_end(self) -> None:
        """Ends the innermost component that nobody ended: it is told, and nothing of it is read."""
        name, place = self.stack.pop()
        self.top = self.stack[-1][0] if self.stack else ""
        self.problems.add("not_closed", name, line=self.text.number(place), name=name)
        if name == "VEVENT":
            self.event = None
        elif name == "VTIMEZONE":
            self.zone = None

    def close(self) -> None:
        while self.stack:
            self.open_end()

    def property(self, line: str, place: int) -> None:
        if self.zone is not None:
            self.zone.append(line)
            return
        if self.top == "VEVENT" or self.top == "VCALENDAR" or not self.top:
            found = _NAME.match(line)
            if found is None:
                self.stray(line, place)
            elif self.top == "VEVENT":
                name = found[1].upper()
                if name in KEPT and self.event is not None:
                    self.event.lines.append((name, line, place))
            elif self.top and self.calendar is not None:
                name = found[1].upper()
                if name in ("METHOD", "CALSCALE", "X-WR-TIMEZONE"):
                    self.calendar.said.setdefault(name, line.partition(":")[2].strip())

    def stray(self, line: str, place: int) -> None:
        value = line.strip()
        if not value or (not self.top and not self.calendars):
            return  # what stands before the first calendar is told as that: no calendar
        # In an event it is mostly a long text that was folded wrongly, and costs nothing that counts.
        level: Level = "warning" if self.top == "VEVENT" else "error"
        name = value.split()[0][:40]
        self.problems.add("no_property", name, line=self.text.number(place), level=level, value=value)
