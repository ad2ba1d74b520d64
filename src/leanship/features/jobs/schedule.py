"""Jobs that come round: daily after midnight where the organisation is, or every so many minutes.

Each stretch of time has a number, its slot. Whoever moves the number kept in the database from an older slot to the
present one has fired it: once with any number of workers, and once after any length of downtime.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from leanship.features.base import clock, policies
from leanship.features.jobs import queue, registry
from leanship.features.jobs.models import Schedule

_AFTER_MIDNIGHT: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """When a job comes round. `minutes` 0: daily, a minute after midnight of the organisation's zone."""

    job: str
    minutes: int = 0

    @property
    def text(self) -> str:
        """The rule as it is kept; slots of another rule have other numbers."""
        return f"every {self.minutes}" if self.minutes else "daily"

    def slot(self, now: datetime, time_zone: str) -> int:
        """The number of the stretch that `now` lies in."""
        if self.minutes:
            return int(now.timestamp() // (60 * self.minutes))
        return (now - _AFTER_MIDNIGHT).astimezone(ZoneInfo(time_zone)).date().toordinal()

    def next_at(self, now: datetime, time_zone: str) -> datetime:
        """When the next stretch begins (UTC)."""
        if self.minutes:
            return datetime.fromtimestamp((self.slot(now, time_zone) + 1) * 60 * self.minutes, UTC)
        here = (now - _AFTER_MIDNIGHT).astimezone(ZoneInfo(time_zone))
        tomorrow = datetime.combine(here.date() + timedelta(days=1), time(0), ZoneInfo(time_zone))
        return tomorrow.astimezone(UTC) + _AFTER_MIDNIGHT


_rules: dict[str, Rule] = {}


def daily(job: str) -> None:
    """Have `job` done every day, a minute after midnight in the organisation's zone; it takes no parameters."""
    _rules[job] = Rule(job)


def every(job: str, *, minutes: int) -> None:
    """Have `job` done every `minutes`, counted from 1970. Raises ValueError below one."""
    if minutes < 1:
        raise ValueError(f"{job}: every {minutes} minutes")
    _rules[job] = Rule(job, minutes)


def forget(job: str) -> None:
    """Take a schedule out again, as tests do."""
    _rules.pop(job, None)


def rules() -> tuple[Rule, ...]:
    """All schedules of this version, by job."""
    return tuple(_rules[name] for name in sorted(_rules))


def key_of(job: str) -> str:
    """The key under which a schedule puts its job."""
    return f"schedule-{job}"


def fire() -> int:
    """Put the jobs whose time has come; how many. Nothing comes round before there is an organisation."""
    organisation = policies.organisation()
    if organisation is None:
        return 0
    now = clock.now()
    kept = {row.name: row for row in Schedule.objects.all()}
    fired = 0
    for rule in rules():
        registry.find(rule.job)
        slot = rule.slot(now, organisation.time_zone)
        row = kept.get(rule.job)
        if row is None or row.rule != rule.text or row.slot < slot:
            fired += _fire(rule, slot, now)
    return fired


def _fire(rule: Rule, slot: int, now: datetime) -> bool:
    Schedule.objects.bulk_create([Schedule(name=rule.job, rule=rule.text)], ignore_conflicts=True)
    with transaction.atomic():
        old = Schedule.objects.filter(Q(slot__lt=slot) | ~Q(rule=rule.text), name=rule.job)
        if not old.update(slot=slot, rule=rule.text, fired_at=now):
            return False  # somebody else was quicker
        job = queue.put(rule.job, key=key_of(rule.job))
        Schedule.objects.filter(name=rule.job).update(job=job)
    return True
