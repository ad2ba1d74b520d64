"""A job that fails: tried again later and later, then failed for good, and what may be read of why."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from leanship.features.base import clock
from leanship.features.jobs import queries, queue, running
from leanship.features.jobs.models import FAILED, WAITING, Job
from leanship.features.jobs.registry import JobFailed, LeaseLost, Run
from tests.features.jobs.kinds import registered

pytestmark = pytest.mark.django_db

SECRET = "https://calendar.example.org/private-4711/basic.ics"


def later(settings: Any, seconds: int) -> None:
    settings.LEANSHIP_NOW = (clock.now() + timedelta(seconds=seconds)).isoformat()


def test_it_is_tried_again_later_and_later_and_then_fails(settings: Any) -> None:
    seen: list[int] = []

    def work(run: Run) -> None:
        seen.append(run.attempt)
        raise JobFailed("The calendar did not answer.")

    with registered(work, retries=2) as name:
        job = queue.put(name, key="calendar-1")
        for wait in (30, 120):
            assert queue.run_all() == 1
            job = Job.objects.select_related("ticket").get()
            assert job.ticket.status == WAITING
            assert job.ticket.run_after == clock.now() + timedelta(seconds=wait)
            assert queries.progress(job).state == "retrying"
            later(settings, wait - 1)
            assert queue.run_all() == 0
            later(settings, 1)
        assert queue.run_all() == 1
        later(settings, 86400)
        assert queue.run_all() == 0
        job = Job.objects.select_related("ticket").get()
    assert seen == [1, 2, 3]
    assert job.ticket.status == FAILED
    assert job.error == "The calendar did not answer."
    assert queries.progress(job).state == "failed"


def test_one_that_works_at_last_is_done_and_says_nothing_of_errors(settings: Any) -> None:
    def work(run: Run) -> None:
        if run.attempt == 1:
            raise ValueError

    with registered(work) as name:
        queue.put(name, key="calendar-1")
        queue.run_all()
        later(settings, 60)
        queue.run_all()
        found = queries.progress_of("calendar-1")
    assert found is not None and found.state == "done" and not found.error


def test_waiting_grows_fourfold_up_to_six_hours() -> None:
    assert [int(running.backoff(n).total_seconds()) for n in range(1, 8)] == [
        30,
        120,
        480,
        1920,
        7680,
        21600,
        21600,
    ]
    assert running.backoff(10_000) == timedelta(hours=6)


def test_a_final_failure_spares_the_retries() -> None:
    def work(run: Run) -> None:
        raise JobFailed("This is no calendar.", final=True)

    with registered(work, retries=5) as name:
        queue.put(name)
        queue.run_all()
    assert Job.objects.get().ticket.status == FAILED


def test_an_error_nobody_foresaw_shows_its_type_and_place_and_the_log_has_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(run: Run) -> None:
        queue.put("test.nothing", thing=SECRET)

    with caplog.at_level(logging.ERROR), registered(work) as name:
        queue.put(name)
        queue.run_all()
    job = Job.objects.select_related("ticket").get()
    assert job.error.startswith("LookupError in features.jobs.registry, line ")
    assert not job.ticket.traceback
    assert "LookupError" in caplog.text

    def leak(run: Run) -> None:
        raise OSError(f"no answer from {SECRET}")

    with caplog.at_level(logging.ERROR), registered(leak) as name:
        other = queue.put(name)
        queue.run_all()
    other.refresh_from_db()
    assert other.error == "OSError"
    assert SECRET in caplog.text


def test_progress_is_kept_for_the_next_attempt(settings: Any) -> None:
    seen: list[int] = []

    def work(run: Run) -> None:
        for number in range(run.done, 5):
            if number == 3 and run.attempt == 1:
                raise ValueError
            seen.append(number)
            run.progress(number + 1, 5)

    with registered(work) as name:
        queue.put(name)
        queue.run_all()
        later(settings, 60)
        queue.run_all()
    assert seen == [0, 1, 2, 3, 4]


def test_a_worker_that_shall_stop_gets_the_job_handed_back_without_an_attempt() -> None:
    stopping = Event()

    def work(run: Run) -> None:
        stopping.set()
        run.check()

    with registered(work) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        running.perform(job, stopping=stopping)
        job = Job.objects.select_related("ticket").get()
        assert (job.ticket.status, job.attempts, job.worker) == (WAITING, 0, "")


def test_a_signal_that_cannot_wait_hands_the_job_back_too() -> None:
    def work(run: Run) -> None:
        raise SystemExit(130)

    with registered(work) as name:
        queue.put(name, key="calendar-1")
        job = running.claim("one")
        assert job is not None
        with pytest.raises(SystemExit):
            running.perform(job)
        assert queue.put(name, key="calendar-1").pk == job.pk  # it waits as before


def test_where_the_same_waits_already_a_failed_one_is_closed() -> None:
    def work(run: Run) -> None:
        queue.put(name, key="calendar-1", at=clock.now() + timedelta(hours=1))
        raise ValueError

    with registered(work) as name:
        first = queue.put(name, key="calendar-1")
        queue.run_all()
    jobs = Job.objects.select_related("ticket").order_by("pk")
    assert [queries.state_of(job) for job in jobs] == ["left", "waiting"]
    assert jobs[0].pk == first.pk


def test_who_lost_the_lease_writes_nothing_more() -> None:
    ended: list[str] = []

    def work(run: Run) -> None:
        held = Job.objects.get()
        assert running.take_back(held.pk, turn=held.turn, beat=held.beat)
        with pytest.raises(LeaseLost):
            run.progress(1, 2)
        ended.append("here")

    with registered(work) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        running.perform(job)
        job = Job.objects.select_related("ticket").get()
        assert job.ticket.status == WAITING  # not done: that is for the next one to say
        assert job.error == "The worker stopped in the middle of it."
    assert ended


def test_a_job_of_another_version_waits_until_there_is_one_that_knows_it() -> None:
    with registered(lambda run: None) as name:
        queue.put(name)
    assert queue.run_all() == 0
    assert queries.label_of(name) == "test.work (of another version)"
    with registered(lambda run: None):
        assert queue.run_all() == 1
