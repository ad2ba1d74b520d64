"""The one task that django-tasks knows: do the job with this id."""

from __future__ import annotations

from django_tasks import task

from leanship.features.jobs import running

QUEUE = "leanship"


@task(queue_name=QUEUE)
def carry(uid: str) -> None:
    """Do the job `uid` here and now, if it is due and nobody else has it."""
    job = running.claim("by-hand", uid=uid)
    if job is not None:
        running.perform(job)
