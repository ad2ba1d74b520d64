"""The lines of one event made into a component that can be expanded, or into what is wrong with them.

Loads icalendar; `reading` imports this when a calendar is read and not before.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from icalendar import Event, Timezone
from icalendar.prop import vBroken, vDDDTypes
from icalendar.timezone import tzp

from leanship.readers.calendars.lines import SINGLE, CalendarLines, EventLines, Text
from leanship.readers.calendars.model import ERROR, WARNING, CalendarLimits, ProblemList, digest_of
from leanship.readers.calendars.texts import Facts, facts_of, one_line, value_of

#: Seconds of a period; of months and years roughly.
_PERIOD: Final = {
    "YEARLY": 365 * 86400,
    "MONTHLY": 28 * 86400,
    "WEEKLY": 7 * 86400,
    "DAILY": 86400,
    "HOURLY": 3600,
    "MINUTELY": 60,
    "SECONDLY": 1,
}
_BY_DAY: Final = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH")
_BY_TIME: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_RULE_PARTS: Final = frozenset(
    ("FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSETPOS", "BYEASTER", "WKST", *_BY_DAY, *_BY_TIME)
)
_TZID: Final = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^;:"]*)', re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"(?:DTSTART|DTEND|RECURRENCE-ID)(?:;TZID=([^;:\"]+))?:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)",
    re.ASCII,
)
_DATED: Final = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_TIMED: Final = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE")
# A zone changes its clock by the year; anything faster is a mistake, or meant to keep a machine busy.
_ODD_ZONE: Final = re.compile(
    r"FREQ=(?!YEARLY)|BY(?:HOUR|MINUTE|SECOND)=|INTERVAL=0*(?![0-9])", re.IGNORECASE
)


class Parsed(NamedTuple):
    """One event that can be expanded: the component of its times, its facts, and its lines for messages."""

    component: Any
    facts: Facts
    source: EventLines


class Zones:
    """The time zones that a file names, each looked up once; unknown ones are told, and read as `home`."""

    def __init__(self, text: Text, problems: ProblemList) -> None:
        self.home: tzinfo = UTC
        self._text, self._problems = text, problems
        self._found: dict[str, tzinfo | None] = {}
        self._told: set[str] = set()

    def describe(self, zones: Iterable[tuple[str, int]]) -> None:
        """Learns the zones that the file describes and that nobody knows by name."""
        for text, place in zones:
            found = re.search(r"^TZID[^:\n]*:(.*)$", text, re.MULTILINE | re.IGNORECASE)
            name = found[1].strip() if found else ""
            if not name or _look_up(name) is not None:
                continue
            try:
                if _ODD_ZONE.search(text):
                    raise ValueError
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    Timezone.from_ical(text)  # the library keeps it under its name
            except Exception:  # it raises whatever the parts it rests on raise
                line = self._text.number(place)
                self._problems.add("zone_unread", "VTIMEZONE", line=line, level="warning", value=name)

    def own(self, calendars: Iterable[CalendarLines]) -> tzinfo | None:
        """The zone of the calendars: the one they name for themselves, else the one in which most events begin."""
        names: Counter[str] = Counter()
        for calendar in calendars:
            if (name := calendar.said.get("X-WR-TIMEZONE", "")) and (zone := self.find(name)):
                return zone
            for event in calendar.events:
                for name, line, _ in event.lines:
                    if name == "DTSTART" and (found := _TZID.search(line)):
                        names[found[1].strip('"').strip()] += 1
        return next((zone for name, _ in names.most_common() if (zone := self.find(name))), None)

    def find(self, name: str) -> tzinfo | None:
        """The zone of this name; None where nobody knows it."""
        if name not in self._found:
            self._found[name] = _look_up(name)
        return self._found[name]

    def settle(self, line: str, name: str, place: int) -> str:
        """The line of a date without its time zone where nobody knows that zone."""
        found = _TZID.search(line)
        if found is None:
            return line
        zone = found[1].strip('"').strip()
        if self.find(zone) is not None:
            return line
        self.tell_unknown(zone, name, self._text.number(place))
        return line[: found.start()] + line[found.end() :]

    def tell_unknown(self, zone: str, name: str, line: int | None = None) -> None:
        """Tells once that a zone is unknown, and in which its times are read instead."""
        if zone not in self._told:
            self._told.add(zone)
            self._problems.add(
                "zone_unknown", name, line=line, level="warning", value=zone, zone=str(self.home)
            )


def _look_up(name: str) -> tzinfo | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tzp.timezone(name)
    except (OSError, ValueError):  # "America" is a folder among the files of zones
        return None


def read_event(
    source: EventLines,
    text: Text,
    zones: Zones,
    limits: CalendarLimits,
    problems: ProblemList,
    unnamed: dict[str, int],
    method: str,
) -> tuple[str, Parsed | None]:
    """The identity of an event, and the event; None where it cannot be read, and every reason for that is told."""
    kept, words = [], []
    uid, sequence, too_long = "", -1, False
    for name, line, place in source.lines:
        if len(line) > limits.line:
            code, level = ("too_long", ERROR) if name in _TIMED else ("too_long_text", WARNING)
            values = {"length": f"{len(line):,}", "limit": f"{limits.line:,}"}
            problems.put(code, name, text.number(place), "", level, values)
            too_long = too_long or name in _TIMED
        elif name in _TIMED:
            kept.append((name, zones.settle(line, name, place) if ";" in line and name in _DATED else line))
        elif name == "UID":
            uid = uid or one_line(value_of(line))
        elif name == "SEQUENCE":
            number = value_of(line).strip()  # it only orders revisions; a broken one orders none
            sequence = int(number) if number.isdecimal() and len(number) < 10 else -1
        else:
            words.append((name, line))
    if not uid:  # Two events may say the same and be two all the same.
        said = digest_of("\n".join(line for _, line, _ in source.lines))
        unnamed[said] = unnamed.get(said, 0) + 1
        uid = f"unnamed-{said[:32]}-{unnamed[said]}"
    if too_long:
        return uid, None
    facts = facts_of(words, uid, cancelled=method == "CANCEL")
    event = _component(kept, zones)
    wrong = False

    def tell(code: str, name: str, **values: object) -> None:
        nonlocal wrong
        wrong = True
        place = next((place for each, _, place in source.lines if each == name), source.place)
        problems.put(code, name, text.number(place), facts.title, ERROR, values)

    _check_dates(event, tell)
    for rule in _listed(event.get("RRULE")):
        if not isinstance(rule, vBroken):
            _check_rule(rule, tell)
    if wrong:
        return uid, None
    event["UID"], event["SEQUENCE"] = uid, sequence
    return uid, Parsed(event, facts, source)


def _component(lines: list[tuple[str, str]], zones: Zones) -> Any:
    """The lines that say when an event is, each as (property, text), as a component.

    Plain dates are most of all lines, and are read here, in a tenth of the time; all else is left to icalendar.
    """
    plain: dict[str, datetime] = {}
    others = []
    for name, line in lines:
        found = _PLAIN.fullmatch(line) if name not in plain else None
        zone = None if found is None else UTC if found[8] else zones.find(found[1]) if found[1] else None
        if found is None or (found[1] and zone is None) or (found[1] and found[8]):
            others.append(line)
            continue
        try:
            year, month, day, hour, minute, second = map(int, found.group(2, 3, 4, 5, 6, 7))
            plain[name] = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:  # 30 February
            others.append(line)
    event: Any = (
        Event.from_ical("BEGIN:VEVENT\n" + "\n".join(others) + "\nEND:VEVENT\n") if others else Event()
    )
    for name, moment in plain.items():
        event.add(name, vDDDTypes(moment), encode=False)
    return event


def _check_dates(event: Any, tell: Any) -> None:
    for name in SINGLE:
        if isinstance(event.get(name), list):
            tell("twice", name)
    broken = set()
    for name in _TIMED:
        for value in _listed(event.get(name)):
            if isinstance(value, vBroken) and name not in broken:
                broken.add(name)
                tell("unread", name, value=str(value) or name)
    if "EXRULE" in event:
        tell("exrule", "EXRULE")
    if "DTSTART" not in event:
        tell("missing", "DTSTART")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        value = event.get(name)
        if value is not None and not isinstance(value, vBroken | list) and not isinstance(value.dt, date):
            tell("no_day", name, value=_written(value))
    duration = event.get("DURATION")
    sound = duration is None or isinstance(duration, vBroken | list) or isinstance(duration.dt, timedelta)
    if not sound:
        tell("unread", "DURATION", value=_written(duration))
    for name in ("RDATE", "EXDATE"):
        for value in _listed(event.get(name)):
            if not isinstance(value, vBroken) and not all(_is_day(each.dt, name) for each in value.dts):
                tell("no_day", name, value=_written(value))
                break


def _is_day(value: object, name: str) -> bool:
    if name == "RDATE" and isinstance(value, tuple):
        return isinstance(value[0], datetime)
    return isinstance(value, date)


def _check_rule(rule: Any, tell: Any) -> None:
    if not rule:
        tell("rule_frequency", "RRULE")
        return
    for part in rule:
        if part.upper() not in _RULE_PARTS:
            near = get_close_matches(part.upper(), _RULE_PARTS, 1)
            tell("rule_part_near" if near else "rule_part", "RRULE", part=part, near="".join(near))
            return
    if str(_first(rule, "FREQ")).upper() not in _PERIOD:
        tell("rule_frequency", "RRULE")
    elif not _natural(_first(rule, "INTERVAL", 1)):
        tell("rule_interval", "RRULE", value=_first(rule, "INTERVAL"))


def steps(event: Any, until: datetime) -> int:
    """How many repetitions the rules of an event have to be counted through up to `until`, at most."""
    start = event["DTSTART"].dt
    day = start.date() if isinstance(start, datetime) else start
    seconds = max(0, (until.date() - day).days + 2) * 86400
    total = 0
    for rule in _listed(event.get("RRULE")):
        frequency = str(_first(rule, "FREQ")).upper()
        period = _PERIOD[frequency]
        interval = int(_first(rule, "INTERVAL", 1))
        each = 1
        for part in _BY_TIME:
            # A rule by the hour is cut down by BYHOUR, one by the day is multiplied; the worse is assumed.
            each *= max(1, len(_all(rule, part)))
        if frequency == "WEEKLY":
            each *= max(1, len(_all(rule, "BYDAY")))
        elif period > 86400 and any(part in rule for part in _BY_DAY):
            each *= period // 86400
        total += (seconds // (period * interval) + 1) * each
    return total


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _all(rule: Any, part: str) -> list[Any]:
    return _listed(rule.get(part))


def _first(rule: Any, part: str, default: Any = "") -> Any:
    return next(iter(_all(rule, part)), default)


def _natural(value: object) -> bool:
    try:
        return int(str(value)) >= 1
    except ValueError:
        return False


def _written(value: Any) -> str:
    try:
        written: bytes = value.to_ical()
        return written.decode()
    except Exception:  # a value that cannot be read may not be writable either
        return str(value)
