"""What ran out goes once a day: sessions, jobs that ended long ago, files that were never taken in."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from leanship.connect import jobs as connect_jobs
from leanship.connect import uploads
from leanship.features.base import clock
from leanship.features.base.models import Organisation
from leanship.features.jobs import housekeeping, queue, schedule
from leanship.features.jobs.models import FAILED, Job
from leanship.features.org.access import SYSTEM
from leanship.features.productivity import jobs as productivity_jobs
from tests.features.jobs.kinds import registered

pytestmark = pytest.mark.django_db


def test_jobs_that_ended_a_month_ago_are_forgotten_and_no_others() -> None:
    with registered(lambda run, **params: None) as name:
        old, young, failed = (queue.put(name, number=number) for number in range(3))
        late = queue.put(name, at=clock.now() + timedelta(days=400))
        queue.run_all()
    for job, days in ((old, 31), (young, 29), (failed, 31)):
        DBTaskResult.objects.filter(job=job).update(finished_at=clock.now() - timedelta(days=days))
    DBTaskResult.objects.filter(job=failed).update(status=FAILED)
    queue.put(housekeeping.TIDY)
    queue.run_all()
    assert set(Job.objects.exclude(name=housekeeping.TIDY)) == {young, late}
    assert DBTaskResult.objects.count() == 3


def test_sessions_that_ran_out_are_forgotten() -> None:
    for key, days in (("old", -1), ("young", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))
    queue.put(housekeeping.TIDY)
    queue.run_all()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


def test_all_of_that_comes_round_daily_and_files_that_were_sent_go_too() -> None:
    Organisation.objects.create(pk=1, name="Fjordline Supply")
    sent = uploads.keep(SYSTEM, kind="people", filename="people.csv", chunks=[b"id"], options={})
    os.utime(sent.path, (0, 0))
    schedule.fire()
    queue.run_all()
    assert not sent.path.exists()
    done = set(Job.objects.filter(ticket__status="SUCCESSFUL").values_list("name", flat=True))
    assert done >= {housekeeping.TIDY, connect_jobs.SWEEP, productivity_jobs.REFRESH}
