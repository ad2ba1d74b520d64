"""The one place that asks what time it is, so that tests, pictures and the demo can hold the clock still."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This instant in UTC, or the one that LEANSHIP_NOW fixes."""
    if settings.LEANSHIP_NOW:
        return datetime.fromisoformat(settings.LEANSHIP_NOW).astimezone(UTC)
    return timezone.now()


def today(time_zone: str) -> date:
    """Today's date in the organisation's time zone (an IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()
