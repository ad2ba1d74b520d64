"""What can be done as a job: functions by name, and what they get to say how far they are.

    @job("productivity.refresh", label=_("Bring standings up to date"), retries=5, lease_seconds=300)
    def refresh(run: Run, *, day: str) -> None: ...

A job may run more than once: a worker that is killed leaves it to another. So it either does the same thing twice
without harm, or commits each step together with `run.progress(step, steps)` and begins at `run.done`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils.functional import Promise

from leanship.features.jobs.models import RUNNING, Job

_PAUSE: Final = 0.5  # seconds between two writes of progress, where none has to be committed with the work

Function = TypeVar("Function", bound=Callable[..., None])


class JobFailed(Exception):
    """Raised by a job, with a sentence that administrators and the owner may read; `final` spares the retries."""

    def __init__(self, public_message: str, *, final: bool = False) -> None:
        super().__init__(public_message)
        self.public_message = public_message
        self.final = final


class LeaseLost(Exception):
    """The job is somebody else's by now; whoever gets this stops and writes nothing more."""


class HandedBack(Exception):
    """The worker is asked to stop, and the job goes back into the queue as it is."""


@dataclass(frozen=True)
class Kind:
    """A registered job: its name, the words for it, how often it is retried, how long a lease lasts unrenewed."""

    name: str
    label: str | Promise
    function: Callable[..., None]
    retries: int
    lease_seconds: int
    priority: int


_kinds: dict[str, Kind] = {}


def job(
    name: str, *, label: str | Promise, retries: int = 5, lease_seconds: int = 300, priority: int = 0
) -> Callable[[Function], Function]:
    """Register a function as job `name`. It takes a `Run` and its parameters by keyword.

    `priority` −100 to 100: what somebody waits for goes before what nobody does. Raises ValueError for a name that
    another function has.
    """

    def register(function: Function) -> Function:
        there = _kinds.get(name)
        if there is not None and there.function is not function:
            raise ValueError(f"job {name!r} is there already")
        _kinds[name] = Kind(name, label, function, retries, lease_seconds, priority)
        return function

    return register


def find(name: str) -> Kind:
    """The job of that name. Raises LookupError where this version has none."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"there is no job {name!r}") from None


def kinds() -> tuple[Kind, ...]:
    """All jobs of this version, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def forget(name: str) -> None:
    """Take a job out again, as tests do."""
    _kinds.pop(name, None)


class Run:
    """One attempt at a job, as its function sees it.

    `done` and `total` are what an earlier attempt committed last (0 at first), `attempt` counts from 1.
    """

    def __init__(self, job: Job, *, stopping: Event | None = None) -> None:
        self.uid: str = job.uid
        self.done: int = job.done
        self.total: int = job.total
        self.attempt: int = job.attempts
        self.owner_id: int | None = job.owner_id
        self.lost = Event()
        self._pk, self._turn = job.pk, job.turn
        self._stopping = stopping or Event()
        self._written = 0.0

    def progress(self, done: int, total: int) -> None:
        """Say how far the job is. Inside a transaction it is committed with the work, or not at all.

        Raises LeaseLost when the job is somebody else's, and HandedBack when the worker shall stop; a transaction that
        is open is committed before the latter.
        """
        inside = transaction.get_connection().in_atomic_block
        self.done, self.total = done, total
        now = time.monotonic()
        if inside or done >= total or now - self._written >= _PAUSE or self._stopping.is_set():
            self._written = now
            self.write(done=done, total=total)
        if self._stopping.is_set():
            transaction.on_commit(self.check)
        elif self.lost.is_set():
            raise LeaseLost

    def check(self) -> None:
        """Raises LeaseLost or HandedBack as `progress` does; for a job that cannot say how far it is."""
        if self.lost.is_set():
            raise LeaseLost
        if self._stopping.is_set():
            raise HandedBack

    def write(self, **fields: Any) -> None:
        """Set fields of the job's row while it is ours. Raises LeaseLost when it is not."""
        mine = Job.objects.filter(pk=self._pk, turn=self._turn, ticket__status=RUNNING)
        if not mine.update(**fields):
            self.lost.set()
            raise LeaseLost
