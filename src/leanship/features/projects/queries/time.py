"""Where somebody's time went: shares for those who may see them, hours and events for oneself alone (M23, M24)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.db.models import Q

from leanship.domain.periods import MINIMUM, WINDOW, Cadence, code, last_day
from leanship.domain.projects_band import ShareStands
from leanship.domain.time_split import Aim, Hours, StrategicShare, strategic_share
from leanship.features.base.errors import NotFound
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects.models import Calendar, ClassRule, Occurrence, WeekSplit, WorkingTime

WEEKS: Final = WINDOW[Cadence.WEEK]
ENOUGH_WEEKS: Final = MINIMUM[Cadence.WEEK]
_BATCH: Final = 5_000


@dataclass(frozen=True)
class TimeShare:
    """The strategic share of somebody over the last weeks (M23): sums in seconds, and what the method says of them.

    `weeks` counts those in which calendars hold time; `working` is None where it is not known for each week.
    `no_target`: the person says that the whole role is improvement.
    """

    person_id: int
    weeks: int
    strategic: int
    tactical: int
    unclassified: int
    working: int | None
    no_target: bool
    verdict: StrategicShare

    @property
    def stands(self) -> ShareStands:
        """How the share stands for the projects band; known from six weeks with time on, where there is a share."""
        if self.no_target:
            return ShareStands.NO_TARGET
        if self.weeks < ENOUGH_WEEKS or self.verdict.aim is None:
            return ShareStands.UNKNOWN
        return ShareStands.UNDER if self.verdict.aim is Aim.UNDER else ShareStands.REACHED


def own_person(actor: Actor) -> Person:
    """The person who asks; NotFound for the command line, which is nobody. One query."""
    found = Person.objects.filter(pk=actor.own_id).first()
    if found is None:
        raise NotFound
    return found


def share_of(person_ids: Collection[int], until_week: int) -> dict[int, TimeShare]:
    """The shares of people over the 13 weeks that end with `until_week`, by person; a share without weeks for somebody
    without calendars. Three queries for each 5,000 people. It asks for no viewer: whoever calls it has."""
    wanted = sorted(set(person_ids))
    found: dict[int, TimeShare] = {}
    for begin in range(0, len(wanted), _BATCH):
        found |= _share_of(wanted[begin : begin + _BATCH], until_week)
    return found


def _share_of(people: list[int], until: int) -> dict[int, TimeShare]:
    weeks: dict[int, list[WeekSplit]] = {}
    for row in WeekSplit.objects.filter(person_id__in=people, week__gt=until - WEEKS, week__lte=until):
        weeks.setdefault(row.person_id, []).append(row)
    no_target = _whole_roles(people, last_day(Cadence.WEEK, until))
    levels = Person.objects.filter(pk__in=people).values_list("pk", "level")
    return {
        person_id: share_from(person_id, weeks.get(person_id, []), level, person_id in no_target)
        for person_id, level in levels
    }


def _whole_roles(people: list[int], on: date) -> set[int]:
    """Those whose whole role was improvement on a day."""
    rows = WorkingTime.objects.filter(person_id__in=people, valid_from__lte=on).order_by("valid_from", "pk")
    held = dict(rows.values_list("person_id", "no_target"))  # of several the last stays
    return {person_id for person_id, is_whole in held.items() if is_whole}


def share_from(person_id: int, rows: Iterable[WeekSplit], level: str, no_target: bool) -> TimeShare:
    """The share over these weeks."""
    rows = list(rows)
    strategic, tactical, unclassified = (
        sum(getattr(row, name) for row in rows) for name in ("strategic", "tactical", "unclassified")
    )
    known = [row.working for row in rows if row.working is not None]
    working = sum(known) if rows and len(known) == len(rows) else None
    verdict = strategic_share(
        Hours(Fraction(strategic), Fraction(tactical), Fraction(unclassified)),
        level=level,
        working=working,
        no_target=no_target,
    )
    counted = sum(1 for row in rows if row.strategic or row.tactical or row.unclassified)
    return TimeShare(person_id, counted, strategic, tactical, unclassified, working, no_target, verdict)


TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "calendars": ("name", "from", "time_zone", "own_addresses", "read_at", "archived_at"),
    "calendar_events": (
        "calendar", "starts_at", "ends_at", "title", "categories", "organiser", "attendees", "left_out", "class",
        "by_hand",
    ),
    "time_rules": ("field", "pattern", "class", "archived_at"),
    "working_time": ("valid_from", "minutes_per_week", "no_target"),
    "time_weeks": (
        "week", "strategic_seconds", "tactical_seconds", "unclassified_seconds", "working_seconds",
    ),
}  # fmt: skip
"""The columns of what `takeaway` gives, by table."""


def takeaway(person: Person) -> Mapping[str, list[dict[str, Any]]]:
    """All that is kept of somebody's time, as plain data for the file they take away; whoever calls it has asked
    whether it is for them. Of an address its host alone: a file travels further than one thinks. Five queries."""
    calendars = Calendar.objects.filter(person=person)
    rules = ClassRule.objects.filter(person=person).order_by("archived_at", "position")
    events = Occurrence.objects.filter(person=person).order_by("starts_at", "pk").select_related("calendar")
    return {
        "calendars": [
            {
                "name": row.name,
                "from": row.shown_address or "file",
                "time_zone": row.time_zone,
                "own_addresses": ", ".join(row.addresses),
                "read_at": row.read_at.isoformat() if row.read_at else "",
                "archived_at": row.archived_at.isoformat() if row.archived_at else "",
            }
            for row in calendars
        ],
        "calendar_events": [
            {
                "calendar": row.calendar.name,
                "starts_at": row.starts_at.isoformat(),
                "ends_at": row.ends_at.isoformat(),
                "title": row.title,
                "categories": ", ".join(row.categories),
                "organiser": row.organiser,
                "attendees": ", ".join(row.attendees),
                "left_out": row.left_out,
                "class": row.kind or "unclassified",
                "by_hand": bool(row.chosen),
            }
            for row in events.iterator(chunk_size=2_000)
        ],
        "time_rules": [
            {
                "field": row.field,
                "pattern": row.pattern,
                "class": row.kind,
                "archived_at": row.archived_at.isoformat() if row.archived_at else "",
            }
            for row in rules
        ],
        "working_time": [
            {
                "valid_from": row.valid_from.isoformat(),
                "minutes_per_week": row.minutes_per_week,
                "no_target": row.no_target,
            }
            for row in WorkingTime.objects.filter(person=person)
        ],
        "time_weeks": [
            {
                "week": code(Cadence.WEEK, row.week),
                "strategic_seconds": row.strategic,
                "tactical_seconds": row.tactical,
                "unclassified_seconds": row.unclassified,
                "working_seconds": row.working,
            }
            for row in WeekSplit.objects.filter(person=person)
        ],
    }


def live_events(person_id: int) -> Q:
    """The condition on events of a person that stand in a calendar which is not put away."""
    return Q(person_id=person_id, calendar__archived_at=None)
