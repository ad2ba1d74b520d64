"""One's own weeks and events as tables to take away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from leanship.domain.periods import Cadence, code
from leanship.features.org.access import Actor
from leanship.features.projects import time_weeks
from leanship.features.projects.models import Occurrence, WeekSplit
from leanship.features.projects.queries import time
from leanship.features.projects.queries.time_pages import parse_week
from leanship.readers.writing import Value

WEEK_COLUMNS: Final = (
    "week",
    "strategic_hours",
    "tactical_hours",
    "unclassified_hours",
    "working_hours",
)
EVENT_COLUMNS: Final = ("starts_at", "ends_at", "title", "class", "left_out", "organiser", "calendar")


def _hours(seconds: int | None) -> Decimal | None:
    return None if seconds is None else (Decimal(seconds) / 3600).quantize(Decimal("0.01"))


def weeks_table(actor: Actor) -> Iterator[tuple[Value, ...]]:
    """All weeks of the actor that are kept, the latest first. Two queries."""
    for row in WeekSplit.objects.filter(person=time.own_person(actor)).order_by("-week"):
        seconds = (row.strategic, row.tactical, row.unclassified, row.working)
        yield (code(Cadence.WEEK, row.week), *map(_hours, seconds))


def events_table(actor: Actor, text: str) -> Iterator[tuple[Value, ...]]:
    """The actor's events of a week, in the order of time. Raises NotFound for no week. Three queries."""
    week = parse_week(text)
    person, where = time.own_person(actor), time_weeks.zone()
    begin, end = time_weeks.begin_of(week, where), time_weeks.begin_of(week + 1, where)
    rows = Occurrence.objects.filter(time.live_events(person.pk), starts_at__lt=end, ends_at__gt=begin)
    for row in rows.select_related("calendar"):
        yield (
            row.starts_at.astimezone(where).isoformat(),
            row.ends_at.astimezone(where).isoformat(),
            row.title,
            row.kind or "unclassified",
            row.left_out,
            row.organiser,
            row.calendar.name,
        )
