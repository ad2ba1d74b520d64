"""Worker processes on an installation of their own, with jobs that tests can kill."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.installation import Installation

# Each step is an event that is committed together with its progress; `die` says what befalls the first attempt, in the
# middle of the third step, when it has written and not committed yet ("killed"), or after it ("paused").
JOBS = """
import django; django.setup()
import json, os, signal, sys, time
from django.db import transaction
from leanship.features.base import events
from leanship.features.jobs import queue, registry, worker, schedule
from leanship.features.jobs.models import Job

schedule._rules.clear()  # only what a test puts

@registry.job("test.steps", label="Steps", lease_seconds=1, retries=3)
def steps(run, *, die, most=6):
    for number in range(run.done, most):
        with transaction.atomic():
            events.record("test.step", actor_id=None, subject_kind="test", subject_id=None, number=number)
            run.progress(number + 1, most)
            if number == 3 and run.attempt == 1 and die == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
        if number == 3 and run.attempt == 1 and die == "paused":
            os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.02)

@registry.job("test.poison", label="Poison", lease_seconds=1, retries=1)
def poison(run):
    os.kill(os.getpid(), signal.SIGKILL)

@registry.job("test.one", label="One of many")
def one(run, *, number):
    with transaction.atomic():
        events.record("test.one", actor_id=None, subject_kind="test", subject_id=number)
        run.progress(1, 1)

@registry.job("test.round", label="Comes round")
def comes_round(run):
    events.record("test.round", actor_id=None, subject_kind="test")

def idle():
    return not Job.objects.filter(ticket__status__in=("READY", "RUNNING")).exists()

def work():
    found = worker.Worker(beat=0.3)
    while not idle():
        if not found.turn():
            time.sleep(0.05)
"""

STATE = """
from leanship.features.base.models import Event
print(json.dumps({
    "steps": list(Event.objects.filter(kind="test.step").order_by("id").values_list("params__number", flat=True)),
    "ones": sorted(Event.objects.filter(kind="test.one").values_list("subject_id", flat=True)),
    "round": Event.objects.filter(kind="test.round").count(),
    "jobs": [[job.name, job.ticket.status, job.attempts, job.done, job.error]
             for job in Job.objects.select_related("ticket").order_by("pk")],
}))
"""


def run(place: Installation, code: str) -> str:
    """Run `code` after the jobs are there; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", JOBS + code], env=place.env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(place: Installation, code: str, log: Path) -> subprocess.Popen[str]:
    """The same in the background; what it says goes to a file, so that it never waits for a reader."""
    with log.open("w") as file:
        return subprocess.Popen(
            [sys.executable, "-c", JOBS + code],
            env=place.env,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )


def state(place: Installation) -> dict[str, Any]:
    """What was done, and how the jobs are."""
    found: dict[str, Any] = json.loads(run(place, STATE))
    return found
