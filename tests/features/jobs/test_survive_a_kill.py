"""Workers are killed, paused and set upon one queue: nothing is lost, nothing that was committed is done twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.features.jobs import processes
from tests.installation import Installation, installation

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system"),
]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        made.name("Fjordline Supply")
        yield made


def test_another_takes_up_what_a_killed_worker_left_and_repeats_no_step(
    place: Installation, tmp_path: Path
) -> None:
    processes.run(place, "queue.put('test.steps', die='killed')")
    first = processes.start(place, "work()", tmp_path / "first.log")
    assert first.wait(60) == -signal.SIGKILL
    found = processes.state(place)
    assert found["steps"] == [0, 1, 2]  # the fourth was written and not committed
    assert found["jobs"] == [["test.steps", "RUNNING", 1, 3, ""]]
    processes.run(place, "work()")
    found = processes.state(place)
    assert found["steps"] == [0, 1, 2, 3, 4, 5]
    assert found["jobs"] == [["test.steps", "SUCCESSFUL", 2, 6, ""]]


def test_one_that_was_thought_dead_spoils_nothing_when_it_wakes(place: Installation, tmp_path: Path) -> None:
    processes.run(place, "queue.put('test.steps', die='paused')")
    first = processes.start(place, "work()", tmp_path / "first.log")
    try:
        end = time.monotonic() + 60
        while not stopped(first.pid):
            assert time.monotonic() < end and first.poll() is None, (tmp_path / "first.log").read_text()
            time.sleep(0.05)
        processes.run(place, "work()")
        found = processes.state(place)
        assert found["steps"] == [0, 1, 2, 3, 4, 5]
        os.kill(first.pid, signal.SIGCONT)
        assert first.wait(60) == 0
    finally:
        first.kill()
        first.wait()
    found = processes.state(place)
    assert found["steps"] == [0, 1, 2, 3, 4, 5]
    assert found["jobs"] == [["test.steps", "SUCCESSFUL", 2, 6, ""]]
    assert "taken over by another worker" in (tmp_path / "first.log").read_text()


def stopped(process: int) -> bool:
    """Whether a process is halted, as SIGSTOP leaves it."""
    with os.popen(f"ps -o stat= -p {process}") as answer:
        return answer.read().startswith("T")


def test_a_job_that_kills_its_worker_each_time_fails_in_the_end(place: Installation, tmp_path: Path) -> None:
    processes.run(place, "queue.put('test.poison')")
    for number in range(2):
        worker = processes.start(place, "work()", tmp_path / f"{number}.log")
        assert worker.wait(60) == -signal.SIGKILL
    processes.run(place, "work()")
    (job,) = processes.state(place)["jobs"]
    assert job == ["test.poison", "FAILED", 2, 0, "The worker stopped in the middle of it."]


def test_three_workers_on_one_queue_do_each_job_once(place: Installation, tmp_path: Path) -> None:
    processes.run(place, "for n in range(60): queue.put('test.one', number=n)")
    workers = [processes.start(place, "work()", tmp_path / f"{number}.log") for number in range(3)]
    for number, worker in enumerate(workers):
        assert worker.wait(120) == 0, (tmp_path / f"{number}.log").read_text()
    found = processes.state(place)
    assert found["ones"] == list(range(60))
    assert {(status, attempts) for _name, status, attempts, *_ in found["jobs"]} == {("SUCCESSFUL", 1)}


def test_three_workers_fire_a_schedule_once(place: Installation, tmp_path: Path) -> None:
    code = (
        "schedule.daily('test.round')\n"
        "from django.conf import settings\n"
        "for day in range(1, 9):\n"
        "    settings.LEANSHIP_NOW = f'2026-12-{day:02}T10:00:00+00:00'\n"
        "    schedule.fire(); work(); time.sleep(0.05)\n"
    )
    workers = [processes.start(place, code, tmp_path / f"{number}.log") for number in range(3)]
    for number, worker in enumerate(workers):
        assert worker.wait(120) == 0, (tmp_path / f"{number}.log").read_text()
    found = processes.state(place)
    rounds = [job for job in found["jobs"] if job[0] == "test.round"]
    # who comes late to a day finds it fired; who is a day ahead fires the next: never one day twice
    assert found["round"] == len(rounds) <= 8
    assert {job[2] for job in rounds} == {1}


def test_the_command_line_stops_cleanly_in_the_middle_of_a_job(place: Installation, tmp_path: Path) -> None:
    processes.run(place, "queue.put('test.steps', die='', most=500)")
    code = (
        "from leanship.cli import main\nmain(['jobs', 'work'], prog_name='leanship', standalone_mode=False)\n"
    )
    worker = processes.start(place, code, tmp_path / "work.log")
    end = time.monotonic() + 60
    while not processes.state(place)["steps"]:
        assert time.monotonic() < end, (tmp_path / "work.log").read_text()
    worker.send_signal(signal.SIGINT)
    assert worker.wait(20) == 0, (tmp_path / "work.log").read_text()
    assert "Stopped." in (tmp_path / "work.log").read_text()
    found = processes.state(place)
    ((_name, status, attempts, done, _error),) = [job for job in found["jobs"] if job[0] == "test.steps"]
    assert (status, attempts) == ("READY", 0)
    assert found["steps"] == list(range(done))
