"""Taking a job, doing it, and writing down what became of it. Everything here is one short transaction or none."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any, Final

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from leanship.features.base import clock
from leanship.features.jobs import registry
from leanship.features.jobs.models import DONE, FAILED, RUNNING, WAITING, Job
from leanship.features.jobs.registry import HandedBack, JobFailed, LeaseLost, Run

_FIRST_WAIT: Final = 30  # seconds before the first retry; each further waits four times as long
_LONGEST_WAIT: Final = 6 * 3600
_PACKAGE: Final = Path(__file__).parent.parent.parent
_log = logging.getLogger("leanship.jobs")


def _retries(name: str) -> int:
    """How often a job is retried; never where this version has none of that name."""
    return next((kind.retries for kind in registry.kinds() if kind.name == name), 0)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, 2 min, 8 min, 32 min …, at most six hours."""
    return timedelta(seconds=min(_LONGEST_WAIT, _FIRST_WAIT * 4 ** min(attempts - 1, 10)))


def due() -> QuerySet[Job]:
    """Jobs that may be taken now, the most urgent first. One does not run beside another of its key."""
    known = [kind.name for kind in registry.kinds()]
    twin = Job.objects.filter(key=OuterRef("key"), ticket__status=RUNNING)
    return (
        Job.objects.filter(ticket__status=WAITING, ticket__run_after__lte=clock.now())
        .filter(name__in=known)
        .filter(Q(key="") | ~Exists(twin))
        .order_by("-ticket__priority", "ticket__run_after", "pk")
    )


def claim(worker: str, *, uid: str | None = None) -> Job | None:
    """Take the next job that is due (or the one named), with a lease; None when there is none.

    Of several workers that ask at once each gets another: PostgreSQL skips rows that are locked (both rows are, since
    its second look after a wait goes to locked rows only); on SQLite one transaction follows the other.
    """
    candidates = due() if uid is None else due().filter(uid=uid)
    if not candidates.exists():
        return None  # the usual answer, and it costs no write
    with transaction.atomic():
        rows = candidates.select_related("ticket")
        job = rows.select_for_update(skip_locked=True, of=("self", "ticket")).first()
        if job is None:
            return None
        now, kind = clock.now(), registry.find(job.name)
        DBTaskResult.objects.filter(pk=job.ticket_id).update(
            status=RUNNING,
            started_at=now,
            finished_at=None,
            worker_ids=[*job.ticket.worker_ids, worker][-10:],
        )
        job.turn += 1
        job.attempts += 1
        job.pending_key = None
        job.worker = worker
        job.lease_until = now + timedelta(seconds=kind.lease_seconds)
        job.save(update_fields=["turn", "attempts", "pending_key", "worker", "lease_until"])
    return job


def perform(
    job: Job, *, stopping: Event | None = None, alive: Callable[[Run, int], Event] | None = None
) -> None:
    """Do a job that was claimed, and write down how it ended; what it raises ends here.

    `alive` begins to renew the lease and answers with what ends that.
    """
    kind = registry.find(job.name)
    run = Run(job, stopping=stopping)
    ended = alive(run, kind.lease_seconds) if alive is not None else Event()
    try:
        kind.function(run, **job.params)
    except LeaseLost:
        _log.warning("Job %s (%s) was taken over by another worker.", job.uid, job.name)
    except HandedBack:
        _settle(hand_back, job)
    except JobFailed as error:
        _log.warning("Job %s (%s) failed: %s", job.uid, job.name, error.public_message)
        _settle(fail, job, error.public_message, error=error, final=error.final)
    except Exception as error:
        _log.exception("Job %s (%s) failed.", job.uid, job.name)
        _settle(fail, job, place(error), error=error)
    except BaseException:  # a second signal: no waiting any more
        _settle(hand_back, job)
        raise
    else:
        _settle(finish, job)
    finally:
        ended.set()


def place(error: Exception) -> str:
    """What may be shown of an error nobody foresaw: its type and where in Leanship it came up, never its text."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE) and frame.filename != __file__:
            module = ".".join(path.relative_to(_PACKAGE).with_suffix("").parts)
            where = _(" in %(module)s, line %(line)d") % {"module": module, "line": frame.lineno or 0}
    return f"{type(error).__name__}{where}"[:400]


def _settle(write: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    """Write how a job ended, also where the database is busy; a job that is not ours any more is left alone."""
    for patience in (1, 2, 3, 4, 0):
        try:
            with suppress(LeaseLost):
                write(*args, **kwargs)
        except (OperationalError, InterfaceError, IntegrityError):
            # busy, away, or somebody put the same key in this moment, which the next look sees
            if not patience:
                raise  # the lease runs out, and somebody takes it up again
            connection.close_if_unusable_or_obsolete()
            time.sleep(patience)
        else:
            return


def _mine(job: Job, **fields: object) -> None:
    if not Job.objects.filter(pk=job.pk, turn=job.turn, ticket__status=RUNNING).update(
        worker="", lease_until=None, **fields
    ):
        raise LeaseLost


def finish(job: Job) -> None:
    """It is done. Raises LeaseLost when it is not ours any more, as do the others."""
    with transaction.atomic():
        _mine(job, error="")
        DBTaskResult.objects.filter(pk=job.ticket_id).update(status=DONE, finished_at=clock.now())


def hand_back(job: Job) -> None:
    """Put it back as it is; the attempt does not count."""
    with transaction.atomic():
        _mine(job, attempts=F("attempts") - 1)
        _wait_again(job, timedelta(0))


def fail(job: Job, words: str, *, error: Exception | None = None, final: bool = False) -> None:
    """It went wrong: wait and try again, or give up when that was often enough."""
    kind = registry.find(job.name)
    with transaction.atomic():
        _mine(job, error=words[:400])
        if not final and job.attempts <= kind.retries:
            _wait_again(job, backoff(job.attempts))
        else:
            _give_up(job, type(error).__name__ if error else "")


def _wait_again(job: Job, wait: timedelta) -> None:
    """Into the queue once more. Where one of the same key waits already that one does it, and this one is closed."""
    if job.key and Job.objects.filter(pending_key=job.key).exists():
        _give_up(job, "", left=True)
        return
    Job.objects.filter(pk=job.pk).update(pending_key=job.key or None)
    DBTaskResult.objects.filter(pk=job.ticket_id).update(status=WAITING, run_after=clock.now() + wait)


def _give_up(job: Job, error_class: str, *, left: bool = False) -> None:
    now = clock.now()
    DBTaskResult.objects.filter(pk=job.ticket_id).update(
        status=FAILED, finished_at=now, exception_class_path=error_class
    )
    if left:
        Job.objects.filter(pk=job.pk).update(left_at=now)


def take_back(pk: int, *, turn: int, beat: int) -> bool:
    """Take a job from a worker that is gone, unless it gave a sign of life meanwhile; whether it was taken.

    The attempt counts: what kills its worker each time must come to an end.
    """
    with transaction.atomic():
        job = (
            Job.objects.select_for_update()
            .filter(pk=pk, turn=turn, beat=beat, ticket__status=RUNNING)
            .first()
        )
        if job is None:
            return False
        words = _("The worker stopped in the middle of it.")
        Job.objects.filter(pk=pk).update(turn=F("turn") + 1, worker="", lease_until=None, error=words)
        if job.attempts <= _retries(job.name):
            _wait_again(job, timedelta(0))
        else:
            _give_up(job, "")
    _log.warning("Job %s (%s) was left by worker %s and is taken up again.", job.uid, job.name, job.worker)
    return True
