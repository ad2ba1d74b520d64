"""What is read from a calendar: occurrences, and problems told by property and line."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from hashlib import sha256
from typing import Final

from leanship.domain.time_split import Slot, TimeClass
from leanship.readers.problems import Level, shown

ERROR: Final[Level] = "error"
WARNING: Final[Level] = "warning"

#: More problems of one file than this are counted, not listed.
LISTED: Final = 200

MESSAGES: Final[dict[str, str]] = {
    # The file as a whole.
    "empty": "The file is empty.",
    "too_large": "The file has %(size)s MB; at most %(limit)s MB are read.",
    "not_a_calendar": "This is no iCalendar file: it has no line BEGIN:VCALENDAR.",
    "web_page": "This is a web page and no calendar. Take the address that ends in .ics; perhaps it asks to sign in.",
    "zipped": "This is a ZIP archive. Unpack it, and take the .ics files in it.",
    "encoding": "This is not UTF-8, as a calendar has to be; it is read as windows-1252, so look at the letters with"
    " accents.",
    "not_closed": "%(name)s begins here and does not end: the file seems to be cut off.",
    "end_alone": "%(name)s ends here and has not begun.",
    "no_property": "This line is no property: %(value)s. What it was meant to say is lost.",
    "no_frame": "Events stand outside of BEGIN:VCALENDAR and END:VCALENDAR; they are read all the same.",
    "scale": "The calendar counts by %(value)s; only GREGORIAN can be read.",
    "too_many_events": "The calendar has more than %(limit)s events; the others are left out.",
    "too_many": "The events take place more than %(limit)s times between these days; the others are left out.",
    "too_long": "This line has %(length)s characters; at most %(limit)s are read. The event is left out.",
    "too_long_text": "This line has %(length)s characters; at most %(limit)s are read. It is passed over.",
    # Zones.
    "zone_unknown": "The time zone %(value)s is neither known nor described in the file. Its times are read in"
    " %(zone)s.",
    "zone_unread": "The description of the time zone %(value)s cannot be read.",
    # One event.
    "missing": "The event has none, so nobody knows when it takes place. It is left out.",
    "unread": "%(value)s cannot be read. The event is left out.",
    "no_day": "%(value)s is neither a date nor a date with a time. The event is left out.",
    "twice": "The event has it more than once, and only one can be true. The event is left out.",
    "exrule": "Rules of exception are no longer part of iCalendar and are not followed. The event is left out.",
    "rule_part": "%(part)s is no part of a recurrence rule. The event is left out.",
    "rule_part_near": "%(part)s is no part of a recurrence rule; is it %(near)s? The event is left out.",
    "rule_frequency": "The rule does not say how often: FREQ is missing or unknown. The event is left out.",
    "rule_interval": "INTERVAL=%(value)s: a rule steps by one or more. The event is left out.",
    "rule_endless": "The rule asks for so many repetitions (%(value)s) that they cannot be counted out. The event is"
    " left out.",
    "rule_unread": "How the event repeats cannot be worked out from %(value)s. The event is left out.",
    "unusable": "When the event takes place cannot be worked out. It is left out.",
    "series": "Another part of this event cannot be read, so all of it is left out.",
    "more": "%(count)s more problems like these.",
}


class LeftOut(StrEnum):
    """Why an occurrence does not count as time spent (M24)."""

    CANCELLED = "cancelled"
    DECLINED = "declined"
    TRANSPARENT = "transparent"
    ALL_DAY = "all_day"


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """One thing of a file that cannot be read: which property, and a sentence.

    `line` counts the lines of the file from 1. `title` is that of the event, empty where it is none's. An error costs
    events or trust in the file; a warning costs nothing that counts. `code` and `values` fill a translated sentence.
    """

    property: str
    message: str
    line: int | None = None
    title: str = ""
    level: Level = "error"
    code: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event as it takes place once. `start` and `end` are in UTC, the whole of it, not clipped.

    An all-day event goes from midnight to midnight of the zone that was asked for. `recurrence` tells the repetitions
    of one event apart: the time at which the rule put this one, however it has been moved since. `key` is a digest of
    event and recurrence, `event_key` of the event alone: the same file read again gives the same keys. Attendees and
    organiser are written `Name <address>`, or the address alone; addresses are in lower case.
    """

    key: str
    event_key: str
    uid: str
    recurrence: str
    start: datetime
    end: datetime
    all_day: bool
    title: str
    categories: tuple[str, ...]
    organiser: str
    attendees: tuple[str, ...]
    status: str
    transparent: bool
    declined_by: tuple[str, ...]

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status == "CANCELLED"

    def declined(self, addresses: Collection[str]) -> bool:
        """Whether one of these addresses, the owner's own, has said no."""
        return bool(self.declined_by) and not {a.strip().lower() for a in addresses}.isdisjoint(
            self.declined_by
        )

    def left_out(self, addresses: Collection[str] = ()) -> LeftOut | None:
        """Why it does not count as time of the owner of these addresses (M24); None when it does."""
        if self.cancelled:
            return LeftOut.CANCELLED
        if self.declined(addresses):
            return LeftOut.DECLINED
        if self.transparent:
            return LeftOut.TRANSPARENT
        return LeftOut.ALL_DAY if self.all_day else None

    def seconds(self, begin: datetime, end: datetime) -> int:
        """Whole seconds elapsed inside the window; 0 for an all-day event, which is no time spent."""
        if self.all_day:
            return 0
        return max(0, int((min(self.end, end) - max(self.start, begin)).total_seconds()))

    def slot(self, kind: TimeClass) -> Slot:
        """The time it takes, of a class; ask `left_out` first whether it counts."""
        return Slot(int(self.start.timestamp()), int(self.end.timestamp()), kind)

    def digest(self) -> str:
        """A digest of all that it says: equal where nothing has changed."""
        said = [
            self.key, self.start.isoformat(), self.end.isoformat(), self.all_day, self.title, self.categories,
            self.organiser, self.attendees, self.status, self.transparent, self.declined_by,
        ]  # fmt: skip
        return digest_of(json.dumps(said, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file holds in a window: occurrences in the order of time, and problems in the order of the file.

    `readable` is False where it is no calendar at all. `begin` and `end` are the instants of the window, and `zone` the
    time zone in which its days and the times without a zone were read.
    """

    occurrences: tuple[Occurrence, ...]
    problems: tuple[CalendarProblem, ...]
    begin: datetime
    end: datetime
    zone: tzinfo
    readable: bool = True

    @property
    def error(self) -> CalendarProblem | None:
        """The first error; None for a sound file."""
        return next((problem for problem in self.problems if problem.level == "error"), None)

    @property
    def seconds(self) -> int:
        """Whole seconds of its timed occurrences inside the window, overlaps twice and cancelled ones too."""
        return sum(occurrence.seconds(self.begin, self.end) for occurrence in self.occurrences)


@dataclass(frozen=True, slots=True)
class CalendarLimits:
    """What a file may ask for.

    `steps` bounds the repetitions that one rule is counted through from its first day on, wanted or not. `looks` bounds
    how often it may ask whether a day or a time fits, which a rule that can never be fulfilled would do up to the year
    9999. `steps_in_all` and `looks_in_all` bound those of a file.
    """

    file_bytes: int = 50_000_000
    line: int = 200_000
    events: int = 100_000
    occurrences: int = 100_000
    steps: int = 400_000
    steps_in_all: int = 3_000_000
    looks: int = 500_000
    looks_in_all: int = 8_000_000


class ProblemList:
    """Collects the problems of one file; those beyond `LISTED` are counted."""

    def __init__(self) -> None:
        self._listed: list[CalendarProblem] = []
        self._more = 0

    def add(
        self,
        code: str,
        which: str,
        /,
        *,
        line: int | None = None,
        title: str = "",
        level: Level = "error",
        **values: object,
    ) -> None:
        """Adds a problem of the property `which`; `values` fill its sentence."""
        self.put(code, which, line, title, level, values)

    def put(
        self,
        code: str,
        which: str,
        line: int | None,
        title: str,
        level: Level,
        values: Mapping[str, object],
    ) -> None:
        """The same with the values as a mapping."""
        if len(self._listed) >= LISTED:
            self._more += 1
            return
        filled = tuple((each, shown(value)) for each, value in values.items())
        message = MESSAGES[code] % dict(filled)
        self._listed.append(CalendarProblem(which, message, line, shown(title), level, code, filled))

    def found(self) -> tuple[CalendarProblem, ...]:
        """All of them in the order of the file, those without a line first, and how many more there are."""
        listed = sorted(self._listed, key=lambda problem: problem.line or 0)
        if self._more:
            values = (("count", str(self._more)),)
            text = MESSAGES["more"] % dict(values)
            listed.append(CalendarProblem("VCALENDAR", text, level="warning", code="more", values=values))
        return tuple(listed)


def digest_of(text: str) -> str:
    """A digest of 64 hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def day_start(day: date, zone: tzinfo) -> datetime:
    """The instant in UTC at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def instant(moment: date, zone: tzinfo) -> datetime:
    """An instant in UTC: of a day its beginning in the zone, of a time that names no zone the same."""
    if not isinstance(moment, datetime):
        return day_start(moment, zone)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
