"""A worker: takes jobs one after the other, shows that it lives, takes up what dead workers left, fires schedules."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F

from leanship.features.base import clock
from leanship.features.jobs import registry, running, schedule
from leanship.features.jobs.models import RUNNING, Job
from leanship.features.jobs.registry import LeaseLost, Run

BEAT: Final = 5.0  # seconds between two signs of life
_LOOK: Final = 1.0  # seconds between two looks for work
_TEND: Final = 5.0  # seconds between two looks at schedules and at other workers
_log = logging.getLogger("leanship.jobs")


def new_name() -> str:
    """A name no other worker has: the machine, the process, and chance, since both come again."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"


class Heartbeat(Thread):
    """Renews the lease of one attempt from a thread of its own, while the job does something else."""

    def __init__(self, run: Run, lease_seconds: int, *, beat: float = BEAT) -> None:
        super().__init__(name="leanship-heartbeat", daemon=True)
        self.attempt, self.lease_seconds, self.beat = run, lease_seconds, beat
        self.ended = Event()

    def run(self) -> None:
        """Beat until `ended`, or until the job is somebody else's."""
        try:
            while not self.ended.wait(self.beat):
                try:
                    until = clock.now() + timedelta(seconds=self.lease_seconds)
                    self.attempt.write(beat=F("beat") + 1, lease_until=until)
                except LeaseLost:
                    return
                except (DatabaseError, InterfaceError):
                    _log.warning("A sign of life could not be written; trying again.", exc_info=True)
                    connection.close()
        finally:
            connection.close()


@dataclass(frozen=True)
class _Seen:
    turn: int
    beat: int
    since: float  # by the monotonic clock


class Watch:
    """Notices jobs whose worker is gone: their heartbeat stands still.

    By the monotonic clock, as this process sees it: for the whole lease, or for two beats where the lease ran out by
    the wall clock too. A clock that is set forward alone takes nothing from anybody.
    """

    def __init__(self, *, beat: float = BEAT, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._beat, self._clock = beat, monotonic
        self._seen: dict[int, _Seen] = {}

    def look(self) -> int:
        """Take back what is left; how many jobs that were."""
        now, wall = self._clock(), clock.now()
        held = Job.objects.filter(lease_until__isnull=False, ticket__status=RUNNING)
        rows = held.values_list("pk", "turn", "beat", "name", "lease_until")
        leases = {kind.name: kind.lease_seconds for kind in registry.kinds()}
        seen: dict[int, _Seen] = {}
        taken = 0
        for pk, turn, beat, name, until in rows:
            before = self._seen.get(pk)
            if before is None or (before.turn, before.beat) != (turn, beat):
                before = _Seen(turn, beat, now)
            seen[pk] = before
            still = now - before.since
            ran_out = until is not None and until < wall
            if still >= leases.get(name, 300) or (ran_out and still >= 2 * self._beat):
                taken += running.take_back(pk, turn=turn, beat=beat)
        self._seen = seen
        return taken

    @property
    def waiting(self) -> bool:
        """Whether a lease ran out by the wall clock and two beats have not passed yet."""
        return Job.objects.filter(ticket__status=RUNNING, lease_until__lt=clock.now()).exists()


def left_by(worker: str) -> int:
    """Take back what a worker had that is known to be gone; how many jobs."""
    rows = Job.objects.filter(worker=worker, ticket__status=RUNNING).values_list("pk", "turn", "beat")
    return sum(running.take_back(pk, turn=turn, beat=beat) for pk, turn, beat in rows)


class Worker:
    """Runs until `stopping` is set. `still_wanted` is asked between jobs, so that an orphan ends by itself."""

    def __init__(
        self, name: str = "", *, still_wanted: Callable[[], bool] = lambda: True, beat: float = BEAT
    ) -> None:
        self.name = name or new_name()
        self.stopping = Event()
        self._still_wanted = still_wanted
        self._beat = beat
        self._watch = Watch(beat=beat)
        self._tended: float | None = None

    def run(self) -> None:
        """Work until told to stop; a database that is away is waited for."""
        while not self.stopping.is_set() and self._still_wanted():
            close_old_connections()
            try:
                worked = self.turn()
            except (DatabaseError, InterfaceError):
                _log.exception("The database cannot be used; trying again in %d seconds.", _TEND)
                connection.close()
                self.stopping.wait(_TEND)
                continue
            if not worked:
                self.stopping.wait(_LOOK)
        connection.close()

    def run_once(self) -> int:
        """Do what is due now, schedules and what dead workers left too; how many attempts that were."""
        number = 0
        while not self.stopping.is_set():
            if self.turn():
                number += 1
            elif self._watch.waiting:
                self.stopping.wait(_LOOK)
            else:
                break
        return number

    def turn(self) -> bool:
        """Tend what comes round, and do one job; whether there was one."""
        now = time.monotonic()
        if self._tended is None or now - self._tended >= min(_TEND, self._beat):
            self._tended = now
            schedule.fire()
            self._watch.look()
        job = running.claim(self.name)
        if job is None:
            return False
        running.perform(job, stopping=self.stopping, alive=self._show_life)
        return True

    def _show_life(self, run: Run, lease_seconds: int) -> Event:
        heart = Heartbeat(run, lease_seconds, beat=self._beat)
        heart.start()
        return heart.ended
