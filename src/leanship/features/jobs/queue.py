"""Putting work into the queue."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from leanship.features.base import clock
from leanship.features.base.fields import new_uid
from leanship.features.jobs import registry, running
from leanship.features.jobs.models import WAITING, Job
from leanship.features.jobs.tasks import carry

Param = int | str | bool | None
_ID: Final = re.compile(r"[\w.:+-]{0,64}", re.ASCII)


def put(
    name: str, /, *, key: str = "", at: datetime | None = None, owner_id: int | None = None, **params: Param
) -> Job:
    """Have job `name` done, as soon as a worker is free or from `at` (aware) on. Part of the caller's transaction.

    With a `key` at most one waits: put again, it takes the new parameters and the earlier time. One that runs already
    does not count, since it may have read what the caller is changing; the new one runs after it. `owner_id` is the
    person who may follow how far it is.

    Raises LookupError for a job that does not exist and ValueError for parameters that are no ids: administrators read
    them, so names, addresses and texts have no place there.
    """
    kind = registry.find(name)
    for param, value in params.items():
        if not (value is None or isinstance(value, int) or (isinstance(value, str) and _ID.fullmatch(value))):
            raise ValueError(f"{name}: {param} is no id")
    when = at or clock.now()
    while True:
        if key and (waiting := _bring_forward(name, key, when, params)) is not None:
            return waiting
        try:
            with transaction.atomic():
                return _insert(kind, key, when, owner_id, params)
        except IntegrityError:
            # somebody put the same in between; unless it was something else that went wrong
            if not key or not Job.objects.filter(pending_key=key).exists():
                raise


def _bring_forward(name: str, key: str, when: datetime, params: dict[str, Param]) -> Job | None:
    """The one that waits under that key, brought up to date. It stays locked until the caller commits: a worker that
    took it before would not see what the caller writes."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pending_key=key).first()
        if job is None:
            return None
        if job.name != name:
            raise ValueError(f"key {key!r} belongs to {job.name}, not to {name}")
        if job.params != params:
            job.params = params
            job.save(update_fields=["params"])
        DBTaskResult.objects.filter(pk=job.ticket_id, status=WAITING, run_after__gt=when).update(
            run_after=when
        )
    return job


def _insert(
    kind: registry.Kind, key: str, when: datetime, owner_id: int | None, params: dict[str, Param]
) -> Job:
    uid = new_uid()
    result = carry.using(run_after=when, priority=kind.priority).enqueue(uid)
    return Job.objects.create(
        uid=uid,
        ticket_id=result.id,
        name=kind.name,
        params=params,
        key=key,
        pending_key=key or None,
        owner_id=owner_id,
    )


def run_all(most: int = 1000) -> int:
    """Do what is due, in this process, one after the other, until nothing is; how many attempts that were.

    For tests and for `leanship jobs work --once`. A job that fails waits for its retry as ever, so it ends.
    """
    for number in range(most):
        job = running.claim("here")
        if job is None:
            return number
        running.perform(job)
    return most
