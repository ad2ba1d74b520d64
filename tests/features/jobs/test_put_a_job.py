"""Putting work into the queue: once for a key, with the caller's transaction, ids alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from leanship.features.base import clock
from leanship.features.jobs import queries, queue
from leanship.features.jobs.models import Job
from leanship.features.jobs.registry import Run
from tests.features.jobs.kinds import registered

pytestmark = pytest.mark.django_db


def test_it_is_done_once() -> None:
    seen: list[int] = []
    with registered(lambda run, *, number: seen.append(number)) as name:
        queue.put(name, number=3)
        assert queue.run_all() == 1
        assert queue.run_all() == 0
    assert seen == [3]


def test_of_one_key_one_waits_with_the_newest_parameters_and_the_earlier_time() -> None:
    seen: list[int] = []
    with registered(lambda run, *, number: seen.append(number)) as name:
        first = queue.put(name, key="calendar-1", at=clock.now() + timedelta(hours=1), number=1)
        assert queue.run_all() == 0  # not yet
        assert queue.put(name, key="calendar-1", number=2).pk == first.pk
        assert queue.put(name, key="calendar-1", at=clock.now() + timedelta(hours=2), number=3).pk == first.pk
        queue.put(name, key="calendar-2", number=9)
        assert queue.run_all() == 2
    assert sorted(seen) == [3, 9]


def test_one_that_runs_does_not_count_and_the_next_waits_for_it() -> None:
    seen: list[int] = []

    def work(run: Run, *, number: int) -> None:
        seen.append(number)
        if number == 1:
            queue.put(name, key="calendar-1", number=2)
            assert queue.run_all() == 0  # its twin still runs

    with registered(work) as name:
        queue.put(name, key="calendar-1", number=1)
        assert queue.run_all() == 2
    assert seen == [1, 2]


def test_a_key_belongs_to_one_job() -> None:
    with registered(lambda run: None, "test.one") as one, registered(lambda run: None, "test.two") as two:
        queue.put(one, key="calendar-1")
        with pytest.raises(ValueError, match="belongs to"):
            queue.put(two, key="calendar-1")


def test_it_takes_part_in_the_transaction_of_the_caller() -> None:
    with registered(lambda run: None) as name:
        with pytest.raises(RuntimeError), transaction.atomic():
            queue.put(name, key="calendar-1")
            raise RuntimeError
        assert not Job.objects.exists()


def test_what_waits_for_the_user_goes_first() -> None:
    seen: list[str] = []

    with (
        registered(lambda run: seen.append("night"), "test.night", priority=-10) as night,
        registered(lambda run: seen.append("now"), "test.now") as now,
    ):
        queue.put(night)
        queue.put(now)
        queue.run_all()
    assert seen == ["now", "night"]


@pytest.mark.parametrize("value", ["https://calendar.example.org/private", "Ana Ruiz", 1.5, ["a"]])
def test_parameters_are_ids_since_administrators_read_them(value: object) -> None:
    with registered(lambda run, **params: None) as name, pytest.raises(ValueError, match="is no id"):
        queue.put(name, thing=value)  # type: ignore[arg-type]


def test_a_job_that_does_not_exist_cannot_be_put() -> None:
    with pytest.raises(LookupError):
        queue.put("test.nothing")


def test_progress_is_found_by_key() -> None:
    assert queries.progress_of("calendar-1") is None

    def work(run: Run) -> None:
        run.progress(1, 3)
        found = queries.progress_of("calendar-1")
        assert found is not None
        assert (found.state, found.done, found.total, found.percent) == ("running", 1, 3, 33)
        run.progress(3, 3)

    with registered(work) as name:
        queue.put(name, key="calendar-1")
        waiting = queries.progress_of("calendar-1")
        assert waiting is not None and waiting.state == "waiting" and waiting.under_way
        queue.run_all()
        done = queries.progress_of("calendar-1")
        assert done is not None and done.state == "done" and done.percent == 100 and not done.under_way
