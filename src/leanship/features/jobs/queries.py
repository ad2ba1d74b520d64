"""How far jobs are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leanship.features.jobs import registry
from leanship.features.jobs.models import DONE, FAILED, RUNNING, WAITING, Job


@dataclass(frozen=True)
class Progress:
    """How far a job is, for `jobs/_progress.html`.

    `state` is "waiting", "running", "retrying" (it failed and waits for the next attempt), "done", "failed" or "left"
    (it failed, and somebody let it be); `total` 0: nobody can say how much there is.
    """

    uid: str
    label: str
    state: str
    done: int
    total: int
    error: str

    @property
    def under_way(self) -> bool:
        """Whether something is still to come, so that it pays to look again."""
        return self.state in ("waiting", "running", "retrying")

    @property
    def percent(self) -> int:
        """Whole percent that are done, rounded down so that 100 means all of it; 0 where nobody can say."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def state_of(job: Job) -> str:
    """The state as `Progress` names it; the job comes with its ticket."""
    status = job.ticket.status
    if status == WAITING:
        return "retrying" if job.attempts else "waiting"
    if status == RUNNING:
        return "running"
    if status == DONE:
        return "done"
    assert status == FAILED
    return "failed" if job.left_at is None else "left"


def label_of(name: str) -> str:
    """What a job is called; its bare name where this version has none of it."""
    try:
        return str(registry.find(name).label)
    except LookupError:
        return _("%(name)s (of another version)") % {"name": name}


def progress(job: Job) -> Progress:
    """How far this job is; it comes with its ticket."""
    return Progress(job.uid, label_of(job.name), state_of(job), job.done, job.total, job.error)


def progress_of(key: str) -> Progress | None:
    """How far the latest job of `key` is; None where there never was one, or it is forgotten.

    For the page of the thing the job is about: who may see that may see this, so it asks for no viewer.
    """
    job = Job.objects.filter(key=key).select_related("ticket").order_by("-pk").first()
    return None if job is None else progress(job)
