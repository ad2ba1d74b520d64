"""The one place that asks what time it is, so that tests, pictures and the demo can hold the clock still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Let it be `instant` (aware) inside: the demo company does what it did on the days it did it."""
    token = _held.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)


def now() -> datetime:
    """This instant in UTC, or the one that is held or that LEANSHIP_NOW fixes."""
    if (held := _held.get()) is not None:
        return held
    if settings.LEANSHIP_NOW:
        return datetime.fromisoformat(settings.LEANSHIP_NOW).astimezone(UTC)
    return timezone.now()


def today(time_zone: str) -> date:
    """Today's date in the organisation's time zone (an IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()
