"""Jobs and schedules.

A job is a row of django-tasks' queue (its *ticket*: waiting or running or ended, from when on, since when) and one of
ours beside it with what that lacks: a key, a lease, attempts, progress, a reason.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django_tasks.base import TaskResultStatus

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person

WAITING: Final = TaskResultStatus.READY
RUNNING: Final = TaskResultStatus.RUNNING
DONE: Final = TaskResultStatus.SUCCESSFUL
FAILED: Final = TaskResultStatus.FAILED


class Job(models.Model):
    """One piece of work. `params` hold ids alone, since administrators read them.

    `turn` counts how often the job changed hands: whoever runs it writes only where the turn is still theirs, so a
    worker that was thought dead cannot spoil what its successor does. `beat` goes up while the worker lives.
    `pending_key` is the key while the job waits and NULL else: being unique, it lets one wait and no second.
    """

    access = AccessPaths(person_kind="job", person="owner")

    uid = UidField()
    ticket = models.OneToOneField(
        "django_tasks_database.DBTaskResult", on_delete=models.CASCADE, related_name="job"
    )
    name = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True, db_index=True)
    pending_key = models.CharField(max_length=120, null=True, unique=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    turn = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    beat = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, db_index=True)  # only while it runs
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=400, blank=True)
    left_at = models.DateTimeField(null=True)


class Schedule(models.Model):
    """When a schedule fired last: `slot` is the day or the stretch of time by number, so that each fires once."""

    name = models.CharField(max_length=60, unique=True)
    rule = models.CharField(max_length=20)
    slot = models.BigIntegerField(default=-1)
    fired_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
