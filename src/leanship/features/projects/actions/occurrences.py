"""Taking in what was read from a calendar: what is new comes, what is gone goes, what stays keeps its class (M24).

No person does this; the job does that reads calendars. Nothing here is recorded as having happened: an hourly reading
is no deed, and what it found is its owner's alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F

from leanship.features.base import clock
from leanship.features.projects import classing, time_weeks
from leanship.features.projects.models import Calendar, ClassRule, Occurrence, WeekSplit, WorkingTime

if TYPE_CHECKING:
    from leanship.readers.calendars import CalendarFile, CalendarProblem
    from leanship.readers.calendars import Occurrence as Found

UNREADABLE: Final = "unreadable"
PUT_AWAY_FOR: Final = timedelta(days=90)
_LISTED: Final = 50  # problems that are kept of one reading
_MOST_NAMED: Final = 200  # attendees that are kept of one event
_BATCH: Final = 500
_FIELDS: Final = (
    "event_key",
    "starts_at",
    "ends_at",
    "all_day",
    "title",
    "categories",
    "organiser",
    "attendees",
    "left_out",
)


@dataclass(frozen=True)
class Taken:
    """What a reading changed, in events."""

    added: int
    changed: int
    removed: int
    unchanged: int


def take_in(calendar: Calendar, file: CalendarFile, *, digest: str) -> Taken:
    """Bring the events of a calendar to what `file` holds, in one transaction, and make the weeks anew.

    An event is found again by its key and keeps the class its owner gave it; a new one takes over what its owner said
    of all others of its series. A calendar that was put away or deleted meanwhile stays as it is. `digest` is that of
    the content read.
    """
    with transaction.atomic():
        time_weeks.hold(calendar.person_id)
        if not Calendar.objects.filter(pk=calendar.pk, archived_at=None).exists():
            return Taken(0, 0, 0, 0)
        there = {row.key: row for row in Occurrence.objects.filter(calendar=calendar)}
        wanted = {one.key: _values(one, calendar.addresses) for one in file.occurrences}
        said = _said_of_series(there.values())
        added = [
            Occurrence(
                calendar=calendar,
                person_id=calendar.person_id,
                key=key,
                chosen=said.get(values["event_key"], ""),
                **values,
            )
            for key, values in wanted.items()
            if key not in there
        ]
        changed = []
        for key, values in wanted.items():
            row = there.get(key)
            if row is not None and any(getattr(row, name) != values[name] for name in _FIELDS):
                for name in _FIELDS:
                    setattr(row, name, values[name])
                changed.append(row)
        gone = [row.pk for key, row in there.items() if key not in wanted]
        rules = classing.Rules(classing.rules_of(calendar.person_id))
        rules.apply(added)
        rules.apply(changed)
        Occurrence.objects.bulk_create(added, batch_size=_BATCH)
        Occurrence.objects.bulk_update(changed, [*_FIELDS, "kind", "rule"], batch_size=_BATCH // 5)
        for begin in range(0, len(gone), _BATCH):
            Occurrence.objects.filter(pk__in=gone[begin : begin + _BATCH]).delete()
        now = clock.now()
        Calendar.objects.filter(pk=calendar.pk).update(
            digest=digest,
            read_at=now,
            tried_at=now,
            failure="",
            failures=0,
            problems=_problems(file.problems),
        )
        time_weeks.rewrite(calendar.person_id)
    return Taken(len(added), len(changed), len(gone), len(wanted) - len(added) - len(changed))


def _values(one: Found, addresses: Sequence[str]) -> dict[str, Any]:
    return {
        "event_key": one.event_key,
        "starts_at": one.start,
        "ends_at": one.end,
        "all_day": one.all_day,
        "title": _text(one.title, 500),
        "categories": [_text(each, 200) for each in one.categories],
        "organiser": _text(one.organiser, 320),
        "attendees": [_text(each, 320) for each in one.attendees[:_MOST_NAMED]],
        "left_out": one.left_out(addresses) or "",
    }


def _text(text: str, longest: int) -> str:
    """A text as both databases take it: PostgreSQL keeps no NUL, and neither half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def _said_of_series(rows: Iterable[Occurrence]) -> dict[str, str]:
    """What the owner said of series, where they said the same of every event of it."""
    said: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        said[row.event_key].add(row.chosen)
    return {key: next(iter(kinds)) for key, kinds in said.items() if len(kinds) == 1}


def _problems(found: Sequence[CalendarProblem]) -> list[dict[str, Any]]:
    return [
        {
            "property": one.property,
            "message": one.message,
            "line": one.line,
            "title": one.title,
            "level": one.level,
        }
        for one in found[:_LISTED]
    ]


def find_unchanged(calendar: Calendar) -> None:
    """Note that a calendar was read and holds what it held before."""
    now = clock.now()
    Calendar.objects.filter(pk=calendar.pk).update(read_at=now, tried_at=now, failure="", failures=0)


def fail(calendar: Calendar, code: str, problems: Sequence[CalendarProblem] = ()) -> None:
    """Note why a calendar could not be read; what was read before stays."""
    fields: dict[str, Any] = {"problems": _problems(problems)} if problems else {}
    Calendar.objects.filter(pk=calendar.pk).update(
        tried_at=clock.now(), failure=code, failures=F("failures") + 1, **fields
    )


def forget_old_events() -> int:
    """Delete calendars that were put away 90 days ago, and events that ended before the weeks of which events are kept
    (M6); how many rows."""
    Calendar.objects.filter(archived_at__lte=clock.now() - PUT_AWAY_FOR).delete()
    before = time_weeks.window(time_weeks.zone()).begin
    return Occurrence.objects.filter(ends_at__lte=before).delete()[0]


def forget_person(person_id: int) -> None:
    """Delete everything about somebody's time, as when they are erased."""
    Calendar.objects.filter(person_id=person_id).delete()
    ClassRule.objects.filter(person_id=person_id).delete()
    WorkingTime.objects.filter(person_id=person_id).delete()
    WeekSplit.objects.filter(person_id=person_id).delete()


def make_weeks(person_id: int) -> None:
    """Make somebody's weeks anew; how a week that began since the last time gets its row."""
    with transaction.atomic():
        time_weeks.hold(person_id)
        time_weeks.rewrite(person_id)
