"""Weeks of somebody's time, made from the events of their calendars (M23, M24).

Weeks begin on Monday where the organisation is. What is kept of a week are seconds by class, and the working time;
they are made anew whenever events, rules, working hours or absences change, so that pages only read them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from leanship.domain.periods import Cadence, first_day, ordinal
from leanship.domain.time_split import Slot, TimeClass, split_by_week
from leanship.features.base import clock, policies
from leanship.features.org.models import Absence
from leanship.features.projects import standings
from leanship.features.projects.models import Calendar, Occurrence, WeekSplit, WorkingTime

KEPT_WEEKS: Final = 57  # thirteen months and a little, in whole weeks: what is kept of events (M6)
AHEAD_WEEKS: Final = 8
_WORKING_DAYS: Final = 5  # Monday to Friday
_BATCH: Final = 500


def zone() -> ZoneInfo:
    """Where weeks begin; one query."""
    found = policies.organisation()
    return ZoneInfo(found.time_zone if found else "UTC")


def week_of(moment: datetime, where: ZoneInfo) -> int:
    """The number of the week that a moment lies in."""
    return ordinal(Cadence.WEEK, moment.astimezone(where).date())


def begin_of(week: int, where: ZoneInfo) -> datetime:
    """The instant in UTC at which a week begins."""
    return datetime.combine(first_day(Cadence.WEEK, week), time(), where).astimezone(UTC)


def this_week(where: ZoneInfo) -> int:
    """The week that runs."""
    return week_of(clock.now(), where)


def hold(person_id: int) -> None:
    """Wait until nothing else changes this person's time; call it first in the transaction. On SQLite every
    transaction that writes waits like this by itself."""
    list(Calendar.objects.select_for_update().filter(person_id=person_id).order_by("pk").values_list("pk"))


@dataclass(frozen=True)
class Window:
    """The weeks of which events are kept: `first` to `last`, and the two instants between which they lie."""

    first: int
    last: int
    begin: datetime
    end: datetime


def window(where: ZoneInfo) -> Window:
    """From thirteen months back until eight weeks ahead, in whole weeks."""
    now = this_week(where)
    first, last = now - KEPT_WEEKS, now + AHEAD_WEEKS
    return Window(first, last, begin_of(first, where), begin_of(last + 1, where))


@dataclass(frozen=True)
class Contract:
    """Working time as it holds from a day on: minutes a week, None where it is not known."""

    since: date
    minutes: int | None


def working_seconds(
    week: int, contracts: Sequence[Contract], absences: Collection[tuple[date, date]]
) -> int | None:
    """Contracted time less absence in a week, in seconds; None where it is not known for each of its days.

    A week's hours fall on Monday to Friday alike; an absence on a weekend takes nothing away. `contracts` come in the
    order of their days.
    """
    seconds = 0
    monday = first_day(Cadence.WEEK, week)
    for number in range(_WORKING_DAYS):
        day = monday + timedelta(days=number)
        held = [each for each in contracts if each.since <= day]
        if not held or held[-1].minutes is None:
            return None
        if not any(first <= day <= last for first, last in absences):
            seconds += held[-1].minutes * 60 // _WORKING_DAYS
    return seconds


def contracts_of(person_id: int) -> list[Contract]:
    """The working times of a person; of two from the same day the later one counts. One query."""
    rows = WorkingTime.objects.filter(person_id=person_id).order_by("valid_from", "pk")
    return [Contract(row.valid_from, row.minutes_per_week) for row in rows]


def counted(person_id: int) -> tuple[tuple[datetime, datetime, str], ...]:
    """Begin, end and class of each event that counts: none that is left out, none of a calendar in the archive."""
    rows = Occurrence.objects.filter(person_id=person_id, left_out="", calendar__archived_at=None)
    return tuple(rows.order_by("starts_at").values_list("starts_at", "ends_at", "kind"))


def slots_of(rows: Iterable[tuple[datetime, datetime, str]]) -> list[Slot]:
    """Events as the method counts them; those without a class are unclassified."""
    return [
        Slot(int(begin.timestamp()), int(end.timestamp()), TimeClass(kind or TimeClass.UNCLASSIFIED))
        for begin, end, kind in rows
    ]


def rewrite(person_id: int) -> int:
    """Make the weeks of a person anew, from their first event until the running week; how many rows changed.

    Weeks whose events are not kept any more stay as they are. Somebody without any calendar has no weeks. What follows
    from the share is brought up to date with them. Part of the caller's transaction; as many queries for many events as
    for few.
    """
    changed = _rewrite(person_id)
    if changed:
        standings.refresh([person_id], reason="time_changed")
    return changed


def _rewrite(person_id: int) -> int:
    if not Calendar.objects.filter(person_id=person_id).exists():
        return WeekSplit.objects.filter(person_id=person_id).delete()[0]
    where = zone()
    kept, now = window(where), this_week(where)
    rows = counted(person_id)
    first = max(kept.first, week_of(rows[0][0], where)) if rows else now + 1
    found: dict[int, tuple[int, int, int, int | None]] = {}
    if first <= now:
        contracts = contracts_of(person_id)
        absences = list(Absence.objects.filter(person_id=person_id).values_list("first_day", "last_day"))
        begin, end = begin_of(first, where), begin_of(now + 1, where)
        for one in split_by_week(slots_of(rows), begin, end, where):
            found[one.week] = (*one.hours.whole(), working_seconds(one.week, contracts, absences))
    return _write(person_id, kept.first, found)


def _write(person_id: int, first: int, found: dict[int, tuple[int, int, int, int | None]]) -> int:
    """Bring the rows from week `first` on to what was found."""
    there = {
        row.week: (row.strategic, row.tactical, row.unclassified, row.working)
        for row in WeekSplit.objects.filter(person_id=person_id, week__gte=first)
    }
    gone = set(there) - set(found)
    if gone:
        WeekSplit.objects.filter(person_id=person_id, week__in=gone).delete()
    changed = [
        WeekSplit(
            person_id=person_id,
            week=week,
            strategic=strategic,
            tactical=tactical,
            unclassified=unclassified,
            working=working,
            made_at=clock.now(),
        )
        for week, (strategic, tactical, unclassified, working) in found.items()
        if there.get(week) != found[week]
    ]
    WeekSplit.objects.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["person", "week"],
        update_fields=["strategic", "tactical", "unclassified", "working", "made_at"],
    )
    return len(changed) + len(gone)


def covered(person_id: int) -> tuple[datetime, datetime] | None:
    """From when until when there are events of a person; None where there are none."""
    found = Occurrence.objects.filter(person_id=person_id, calendar__archived_at=None).aggregate(
        begin=Min("starts_at"), end=Max("ends_at")
    )
    return (found["begin"], found["end"]) if found["begin"] else None
