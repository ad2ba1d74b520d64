"""The events of a file put into their series and expanded over a window, each series on its own.

Loads icalendar and recurring-ical-events. The latter raises whatever goes wrong in an event: here one series that
fails is told and left out, and the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import recurring_ical_events as rie
import x_wr_timezone
from icalendar import Calendar
from icalendar.timezone import tzp

from leanship.readers.calendars.events import Parsed, Zones, read_event, steps
from leanship.readers.calendars.lines import CalendarLines, Text
from leanship.readers.calendars.model import (
    CalendarFile,
    CalendarLimits,
    Occurrence,
    ProblemList,
    digest_of,
    instant,
)
from leanship.readers.calendars.texts import Facts, value_of

# How far beyond the window the repetitions of a rule are estimated: it is followed to the first one after it.
_BEYOND = timedelta(days=400)

_PARTS = ("_bymonth", "_bymonthday", "_bynmonthday", "_byyearday", "_byweekno", "_byweekday", "_bynweekday",
          "_byeaster", "_bysetpos", "_byhour", "_byminute", "_bysecond")  # fmt: skip

# icalendar keeps the zones that files describe in one place for the whole process, under names that two files may
# use differently; so one file at a time, each beginning afresh.
_ONE_AT_A_TIME = threading.Lock()


def expand(
    calendars: Sequence[CalendarLines],
    text: Text,
    begin: date,
    end: date,
    zone: tzinfo | None,
    limits: CalendarLimits,
    problems: ProblemList,
) -> CalendarFile:
    """What the calendars of a file hold in the window; see `read_calendar`."""
    unnamed: dict[str, int] = {}
    found: list[Occurrence] = []
    with _ONE_AT_A_TIME:
        tzp.use_default()
        zones = Zones(text, problems)
        for calendar in calendars:
            zones.describe(calendar.zones)
        zone = zones.home = zone or zones.own(calendars) or UTC
        work = _Work(instant(begin, zone), instant(end, zone), zone, limits, problems, text)
        for calendar in calendars:
            scale = calendar.said.get("CALSCALE", "GREGORIAN")
            if scale.upper() != "GREGORIAN":
                problems.add("scale", "CALSCALE", value=scale)
                continue
            series = _series(calendar, text, zones, limits, problems, unnamed)
            for parts in _in_their_zone(calendar, series, zones):
                found += work.occurrences(parts)
                if len(found) > limits.occurrences:
                    break
    found.sort(key=_order)
    if len(found) > limits.occurrences:
        problems.add("too_many", "VEVENT", limit=f"{limits.occurrences:,}")
        del found[limits.occurrences :]
    return CalendarFile(tuple(found), problems.found(), work.begin, work.end, zone)


def _order(occurrence: Occurrence) -> tuple[datetime, datetime, str]:
    return occurrence.start, occurrence.end, occurrence.key


def _series(
    calendar: CalendarLines,
    text: Text,
    zones: Zones,
    limits: CalendarLimits,
    problems: ProblemList,
    unnamed: dict[str, int],
) -> list[list[Parsed]]:
    """The events that can be read, those of one UID together; one of which a part cannot be read is not among them."""
    series: dict[str, list[Parsed]] = {}
    spoilt: set[str] = set()
    method = calendar.said.get("METHOD", "").upper()
    for source in calendar.events:
        uid, parsed = read_event(source, text, zones, limits, problems, unnamed, method)
        if parsed is None:
            spoilt.add(uid)
        else:
            series.setdefault(uid, []).append(parsed)
    for uid in spoilt:
        for parsed in series.pop(uid, ()):
            problems.add(
                "series",
                "VEVENT",
                line=text.number(parsed.source.place),
                title=parsed.facts.title,
                level="warning",
            )
    return list(series.values())


def _in_their_zone(calendar: CalendarLines, series: list[list[Parsed]], zones: Zones) -> list[list[Parsed]]:
    """The same with times moved to X-WR-TIMEZONE, by which some calendars mean times that they write in UTC."""
    name = calendar.said.get("X-WR-TIMEZONE")
    if not name or not series:
        return series
    own = zones.find(name)
    if own is None:
        zones.tell_unknown(name, "X-WR-TIMEZONE")
        return series
    whole = Calendar()
    for parts in series:
        for each in parts:
            whole.add_component(each.component)
    components = iter(x_wr_timezone.to_standard(whole, timezone=own).subcomponents)
    return [[each._replace(component=next(components)) for each in parts] for parts in series]


class _Found(rie.Occurrence):  # type: ignore[misc]  # the library has no types
    """An occurrence that keeps its event at hand, so that nothing has to be copied to ask it."""

    def __init__(self, adapter: Any, start: Any = None, end: Any = None, sequence: int = -1) -> None:
        super().__init__(adapter, start, end, sequence)
        self.adapter = adapter


class _Looks:
    """How often the rules of a file may still ask whether something fits."""

    def __init__(self, limits: CalendarLimits) -> None:
        self.of_each, self.in_all = limits.looks, limits.looks_in_all

    def for_one(self) -> _Left:
        """What one rule may ask."""
        return _Left(self, min(self.of_each, self.in_all))


class _Left:
    def __init__(self, looks: _Looks, left: int) -> None:
        self.looks, self.left = looks, left

    def spend(self) -> None:
        self.left -= 1
        self.looks.in_all -= 1
        if self.left < 0:
            raise OverflowError("a rule that is hardly ever fulfilled")


class _Counted(tuple):  # type: ignore[type-arg]
    """What a part of a rule allows; each look at it is counted."""

    left: _Left

    def __bool__(self) -> bool:
        self.left.spend()
        return True

    def __contains__(self, value: object) -> bool:
        self.left.spend()
        return super().__contains__(value)


def _limited(looks: _Looks) -> type[Any]:
    """The library's series, with rules that cannot look for a day for ever.

    dateutil follows a rule to the year 9999 in one go when nothing fits it, such as 30 February, and `UNTIL` does not
    stop it, since it is held against what fits. So the parts of a rule count how often they are looked at. They are
    where dateutil keeps them for itself; if it kept them elsewhere the rules would work, and a test would fail.
    """

    class Rules(rie.Series.RecurrenceRules):  # type: ignore[misc]
        def rrulestr(self, rule_string: str) -> Any:
            rule = super().rrulestr(rule_string)
            left = looks.for_one()
            for name in _PARTS:
                if allowed := getattr(rule, name, None):
                    counted = _Counted(allowed)
                    counted.left = left
                    setattr(rule, name, counted)
            return rule

    class Limited(rie.Series):  # type: ignore[misc]
        RecurrenceRules = Rules

        def occurrence(self, adapter: Any, start: Any = None, end: Any = None) -> _Found:
            return _Found(adapter, start, end, sequence=self.sequence)

    return Limited


class _Work:
    """The window and what is left of the limits, for one file."""

    def __init__(
        self,
        begin: datetime,
        end: datetime,
        zone: tzinfo,
        limits: CalendarLimits,
        problems: ProblemList,
        text: Text,
    ) -> None:
        self.begin, self.end, self.zone = begin, end, zone
        self.limits, self.problems, self.text = limits, problems, text
        self.span = begin.astimezone(zone), end.astimezone(zone)  # where floating times are compared with it
        self.horizon = end.astimezone(UTC) + _BEYOND
        self.series = _limited(_Looks(limits))
        self.steps = 0

    def occurrences(self, parts: list[Parsed]) -> list[Occurrence]:
        """Those of one event with its changed repetitions; nothing and a problem where that fails."""
        for each in parts:
            asked = steps(each.component, self.horizon) if "RRULE" in each.component else 0
            self.steps += asked
            if asked > self.limits.steps or self.steps > self.limits.steps_in_all:
                self.steps -= asked
                self._tell("rule_endless", "RRULE", each, value=f"{asked:,}")
                return []
        found: list[Occurrence] = []
        try:
            adapters = [_Adapter(each.component, each.facts) for each in parts]
            if len(parts) == 1 and not adapters[0].repeats:  # most events; a series would only cost time
                return [self._made(_Found(adapters[0]))] if adapters[0].is_in_span(*self.span) else []
            for each in self.series(adapters).between(*self.span):
                found.append(self._made(each))
                if len(found) > self.limits.occurrences:
                    break
        except Exception:  # whatever the library, dateutil or the clock's own limits raise
            self._blame(parts)
            return []
        return found

    def _made(self, found: _Found) -> Occurrence:
        adapter: _Adapter = found.adapter
        facts = adapter.facts
        start, end = found.start, found.end
        changed = adapter.is_modification() and start == adapter.start
        first, last = instant(start, self.zone), instant(end, self.zone)
        if last < first:  # it begins at a time of day that the clocks leapt over
            last = first + (end - start)
        recurrence = _written(adapter.component["RECURRENCE-ID"].dt if changed else start)
        return Occurrence(
            digest_of(f"{facts.uid}\n{recurrence}"),
            facts.event_key,
            facts.uid,
            recurrence,
            first,
            last,
            facts.all_day or not isinstance(start, datetime),
            facts.title,
            facts.categories,
            facts.organiser,
            facts.attendees,
            facts.status,
            facts.transparent,
            facts.declined_by,
        )

    def _blame(self, parts: list[Parsed]) -> None:
        """Tells that a series cannot be worked out, naming the property most likely to be at fault."""
        for name in ("RRULE", "RDATE", "EXDATE"):
            for each in parts:
                if name in each.component:
                    line = next((line for own, line, _ in each.source.lines if own == name), "")
                    self._tell("rule_unread", name, each, value=value_of(line))
                    return
        self._tell("unusable", "DTSTART", parts[0])

    def _tell(self, code: str, name: str, part: Parsed, **values: object) -> None:
        place = next((place for own, _, place in part.source.lines if own == name), part.source.place)
        self.problems.put(code, name, self.text.number(place), part.facts.title, "error", values)


class _Adapter(rie.EventAdapter):  # type: ignore[misc]
    """The library's view of an event, with what its occurrences say."""

    def __init__(self, component: Any, facts: Facts) -> None:
        super().__init__(component)
        self.component, self.facts = component, facts

    @property
    def repeats(self) -> bool:
        """Whether it takes place more than once, or is one repetition of what does."""
        return bool(self.has_recurrence_rules() or self.is_modification())


def _written(moment: date) -> str:
    """A day, or a time, as its repetition is known by: in UTC, or as it stands where it names no time zone."""
    if not isinstance(moment, datetime):
        return moment.strftime("%Y%m%d")
    if moment.tzinfo is None:
        return moment.strftime("%Y%m%dT%H%M%S")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
