"""What an administrator does with a job that failed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from leanship.features.base import clock, events
from leanship.features.base.errors import Conflict
from leanship.features.jobs.models import FAILED, WAITING, Job
from leanship.features.org import access
from leanship.features.org.access import Actor


def try_again(actor: Actor, job: Job) -> Job:
    """Put a job that failed back into the queue, with all its retries; one that waits for a retry goes now.

    Raises Conflict for one that runs or is done, and where one of the same key waits already: that one does the work.
    """
    access.require(actor, "edit", job)
    with transaction.atomic():
        held = _hold(job)
        if held.ticket.status == WAITING:
            DBTaskResult.objects.filter(pk=held.ticket_id).update(run_after=clock.now())
        else:
            _must_have_failed(held)
            if held.key and Job.objects.filter(pending_key=held.key).exists():
                raise Conflict(_("The same is waiting already, as a job of its own."))
            held.pending_key = held.key or None
            held.attempts, held.left_at = 0, None
            held.save(update_fields=["pending_key", "attempts", "left_at"])
            DBTaskResult.objects.filter(pk=held.ticket_id).update(
                status=WAITING, run_after=clock.now(), finished_at=None, exception_class_path=""
            )
        _record("job.tried_again", actor, held)
    return held


def leave(actor: Actor, job: Job) -> Job:
    """Let a failed job be: it is not counted as failed any more. Raises Conflict for one that has not failed."""
    access.require(actor, "edit", job)
    with transaction.atomic():
        held = _hold(job)
        _must_have_failed(held)
        if held.left_at is None:
            held.left_at = clock.now()
            held.save(update_fields=["left_at"])
            _record("job.left", actor, held)
    return held


def take_up(actor: Actor, job: Job) -> Job:
    """The undo of `leave`: it counts as failed again."""
    access.require(actor, "edit", job)
    with transaction.atomic():
        held = _hold(job)
        _must_have_failed(held)
        if held.left_at is not None:
            held.left_at = None
            held.save(update_fields=["left_at"])
            _record("job.taken_up", actor, held)
    return held


def _hold(job: Job) -> Job:
    return Job.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=job.pk)


def _must_have_failed(job: Job) -> None:
    if job.ticket.status != FAILED:
        raise Conflict(_("This job has not failed, or somebody put it back into the queue already."))


def _record(kind: str, actor: Actor, job: Job) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="job", subject_id=job.pk, job=job.name)
