"""Schedules fire once: for each day where the organisation is, for each stretch of minutes, after any downtime."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from leanship.features.base.models import Organisation
from leanship.features.jobs import queue, registry, schedule
from leanship.features.jobs.models import Job
from leanship.features.jobs.schedule import Rule
from tests.features.jobs.kinds import registered


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No schedules but those of the test."""
    monkeypatch.setattr(schedule, "_rules", {})


@contextmanager
def organisation(zone: str = "Europe/Oslo") -> Iterator[Organisation]:
    yield Organisation.objects.create(pk=1, name="Fjordline Supply", time_zone=zone)


@pytest.mark.django_db
def test_daily_fires_once_a_day_where_the_organisation_is(only: None, settings: Any) -> None:
    seen: list[str] = []
    with registered(lambda run: seen.append(settings.LEANSHIP_NOW)) as name, organisation():
        schedule.daily(name)
        for now in (
            "2026-11-22T09:00:00+00:00",  # the first time: at once
            "2026-11-22T22:30:00+00:00",
            "2026-11-22T23:00:30+00:00",  # half a minute into the next day there
            "2026-11-22T23:01:00+00:00",
            "2026-11-23T10:00:00+00:00",
            "2026-12-01T10:00:00+00:00",  # after a week of downtime: one
            "2026-12-01T10:01:00+00:00",
        ):
            settings.LEANSHIP_NOW = now
            schedule.fire()
            queue.run_all()
    assert seen == ["2026-11-22T09:00:00+00:00", "2026-11-22T23:01:00+00:00", "2026-12-01T10:00:00+00:00"]


@pytest.mark.django_db
def test_every_so_many_minutes_fires_once_in_each_stretch(only: None, settings: Any) -> None:
    seen: list[str] = []
    with registered(lambda run: seen.append(settings.LEANSHIP_NOW[11:16])) as name, organisation():
        schedule.every(name, minutes=30)
        for clock in ("09:00", "09:10", "09:30", "09:59", "13:45", "13:46", "13:00"):
            settings.LEANSHIP_NOW = f"2026-11-22T{clock}:00+00:00"
            schedule.fire()
            queue.run_all()
    assert seen == ["09:00", "09:30", "13:45"]  # a clock set back fires nothing anew


@pytest.mark.django_db
def test_one_that_still_waits_is_not_put_twice(only: None, settings: Any) -> None:
    with registered(lambda run: None) as name, organisation():
        schedule.every(name, minutes=30)
        for clock in ("09:00", "10:00", "11:00"):
            settings.LEANSHIP_NOW = f"2026-11-22T{clock}:00+00:00"
            assert schedule.fire() == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_changed_rule_begins_anew(only: None, settings: Any) -> None:
    with registered(lambda run: None) as name, organisation():
        schedule.every(name, minutes=1)
        assert schedule.fire() == 1
        schedule.daily(name)  # its numbers are far lower
        assert schedule.fire() == 1
        assert schedule.fire() == 0


@pytest.mark.django_db
def test_nothing_comes_round_before_there_is_an_organisation() -> None:
    assert schedule.fire() == 0


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-11-22T09:00:00+00:00", "Europe/Oslo", "2026-11-22T23:01:00+00:00"),
        ("2026-11-22T09:00:00+00:00", "Asia/Tokyo", "2026-11-22T15:01:00+00:00"),
        ("2026-11-22T00:00:30+00:00", "UTC", "2026-11-22T00:01:00+00:00"),
        ("2026-10-25T00:30:00+02:00", "Europe/Oslo", "2026-10-25T23:01:00+00:00"),  # a night of an hour more
        ("2026-03-29T00:30:00+01:00", "Europe/Oslo", "2026-03-29T22:01:00+00:00"),  # and of an hour less
    ],
)
def test_the_next_day_begins_where_the_organisation_is(now: str, zone: str, then: str) -> None:
    found = Rule("x").next_at(datetime.fromisoformat(now), zone)
    assert found == datetime.fromisoformat(then)
    assert Rule("x").slot(found, zone) == Rule("x").slot(datetime.fromisoformat(now), zone) + 1


def test_the_next_stretch_of_minutes_begins_on_the_hour() -> None:
    now = datetime(2026, 11, 22, 9, 17, tzinfo=UTC)
    assert Rule("x", 30).next_at(now, "UTC") == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_less_than_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="every 0 minutes"):
        schedule.every("x", minutes=0)


def test_every_schedule_of_the_product_names_a_job_that_needs_no_parameters() -> None:
    assert schedule.rules()
    for rule in schedule.rules():
        _run, *more = inspect.signature(registry.find(rule.job).function).parameters.values()
        assert all(each.default is not inspect.Parameter.empty for each in more), rule.job
