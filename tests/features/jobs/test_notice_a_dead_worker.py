"""Leases: the job of a worker that is gone is taken up again, that of one alive never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from leanship.features.base import clock
from leanship.features.jobs import queries, queue, running, worker
from leanship.features.jobs.models import Job
from tests.features.jobs.kinds import registered

pytestmark = pytest.mark.django_db


class Ticking:
    """A monotonic clock to be set."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def beat(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(beat=worker.F("beat") + 1)


def state() -> str:
    return queries.state_of(Job.objects.select_related("ticket").get())


def test_a_heartbeat_that_stands_still_for_a_lease_gives_the_job_away(ticking: Ticking) -> None:
    watch = worker.Watch(beat=5, monotonic=ticking)
    with registered(lambda run: None, lease_seconds=60) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        for ticking.seconds in (0, 30, 59):
            assert watch.look() == 0
        beat(job)
        for ticking.seconds in (60, 119):
            assert watch.look() == 0
        ticking.seconds = 121
        assert watch.look() == 1
        assert state() == "retrying"
        assert watch.look() == 0


def test_a_clock_that_is_set_forward_takes_nothing_from_one_alive(ticking: Ticking, settings: Any) -> None:
    watch = worker.Watch(beat=5, monotonic=ticking)
    with registered(lambda run: None, lease_seconds=60) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        settings.LEANSHIP_NOW = (clock.now() + timedelta(days=1)).isoformat()
        for ticking.seconds in (0, 4, 8, 12):
            assert watch.look() == 0
            beat(job)
        assert watch.waiting
        for ticking.seconds in (16, 21):
            assert watch.look() == 0
        ticking.seconds = 26.5  # and now it is gone
        assert watch.look() == 1


def test_a_job_that_kills_its_worker_each_time_comes_to_an_end() -> None:
    with registered(lambda run: None, retries=2) as name:
        queue.put(name)
        for attempt in range(3):
            job = running.claim(f"worker-{attempt}")
            assert job is not None
            assert worker.left_by(f"worker-{attempt}") == 1
        assert running.claim("another") is None
    assert state() == "failed"
    assert Job.objects.get().error == "The worker stopped in the middle of it."


def test_a_sign_of_life_in_the_last_moment_keeps_the_job() -> None:
    with registered(lambda run: None) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        beat(job)
        assert not running.take_back(job.pk, turn=job.turn, beat=job.beat)
    assert state() == "running"
