"""`leanship serve`: ready soon, safe before it starts, gone when told."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.installation import ON_POSTGRES, Installation, installation, wait_for


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


def free_port() -> str:
    """A port nobody listens on, so that a refusal is about something else."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def said(child: subprocess.Popen[str]) -> str:
    child.terminate()
    return child.communicate(timeout=30)[0]


def test_a_new_installation_gets_tables_an_address_and_a_token(tmp_path: Path) -> None:
    with installation(tmp_path, tables=False) as place, place.serving() as (address, child):
        with urlopen(f"{address}/settings/") as answer:
            assert answer.url.endswith("/setup/")
            page = answer.read().decode()
        assert "Set up Leanship" in page
        text = said(child)
        assert child.returncode == 0
        assert f"Leanship 0.1.0: {address}" in text
        token = text.partition("give this token:")[2].split()[0]
        right = place.python(
            "import sys; from leanship.features.accounts import setup_token as t; print(t.is_right(sys.argv[1]))",
            token,
        )
        assert right.stdout.strip() == "True"
        # nothing to keep a copy of yet
        assert not list(place.home.glob("backups/*"))


def test_an_installation_that_is_set_up_gets_no_token(place: Installation) -> None:
    place.name("Fjordline Supply")
    with place.serving() as (address, child):
        with urlopen(f"{address}/") as answer:
            assert answer.url.startswith(f"{address}/sign-in/")
            assert "Fjordline Supply" in answer.read().decode()
        with urlopen(f"{address}/static/web/tokens.css") as style:
            assert style.status == 200
        assert "token" not in said(child)


@pytest.mark.serial
def test_it_is_ready_in_two_seconds(place: Installation) -> None:
    took: list[float] = []
    while len(took) < 6 and not any(seconds < 2.0 for seconds in took):  # a busy machine gets a few tries
        begun = time.monotonic()
        with place.serving():
            took.append(time.monotonic() - begun)
    assert min(took) < 2.0, took


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(place: Installation, number: int) -> None:
    with place.serving() as (_address, child):
        child.send_signal(number)
        assert child.wait(20) == 0
        assert child.stdout is not None
        assert child.stdout.read().rstrip().endswith("Stopped.")


def test_a_database_is_kept_before_it_is_brought_up_to_date(place: Installation) -> None:
    place.name("Fjordline Supply")
    undone = place.python(
        "from django.core.management import call_command as c; c('migrate', 'axes', 'zero', verbosity=0)"
    )
    assert undone.returncode == 0, undone.stderr
    with place.serving() as (_address, child):
        text = said(child)
    (kept,) = place.home.glob("backups/*-before-migration.*")
    assert str(kept) in text
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600


def test_a_database_of_a_newer_version_is_left_alone(place: Installation) -> None:
    place.python(
        "from django.db.migrations.recorder import MigrationRecorder as R\n"
        "from django.db import connection; R(connection).record_applied('org', '9999_later')"
    )
    done = place.run("serve", "--port", free_port())
    assert done.returncode == 2
    assert "newer Leanship (it has org 9999_later)" in done.stderr


def test_a_port_that_is_taken_is_told(place: Installation) -> None:
    with place.serving() as (address, _child):
        done = place.run("serve", "--port", address.rpartition(":")[2])
    assert done.returncode == 2
    assert "Cannot listen on" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")
def test_an_unsafe_installation_is_refused_with_every_reason(place: Installation) -> None:
    (place.home / "secret_key").write_text("x" * 64)
    (place.home / "secret_key").chmod(0o644)
    done = place.run(
        "serve",
        "--port",
        free_port(),
        LEANSHIP_DEBUG="yes",
        LEANSHIP_PUBLIC_URL="http://leanship.example.org",
    )
    assert done.returncode == 2
    for code in ("leanship.E002", "leanship.E003", "leanship.W001"):
        assert code in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"LEANSHIP_DEBUG": "maybe"}, "LEANSHIP_DEBUG is 'maybe'"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL begins with 'mysql'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_in_a_sentence(
    place: Installation, more: dict[str, str], words: str
) -> None:
    done = place.run("serve", "--port", free_port(), **more)
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr


def test_home_is_where_the_option_says(tmp_path: Path, place: Installation) -> None:
    other = tmp_path / "elsewhere"
    done = place.run("backup", "--home", str(other))
    assert done.returncode in (0, 2)
    assert (other / "secret_key").exists()


@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
def test_a_worker_that_dies_is_replaced(place: Installation) -> None:
    place.name("Fjordline Supply")
    with place.serving("--workers", "1") as (address, child):
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(child.pid)], capture_output=True, text=True)
        os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
        wait_for(address, child)


# The job worker


def jobs_of(place: Installation) -> dict[str, Any]:
    done = place.run("jobs", "list", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


def test_a_server_does_at_its_start_what_the_day_asks_for(place: Installation) -> None:
    place.name("Fjordline Supply")
    with place.database() as connection:
        connection.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date)"
            " VALUES ('old', '', '2020-01-01 00:00:00')"
        )
        connection.commit()
    with place.serving():
        until(lambda: all(row["last_at"] for row in jobs_of(place)["schedules"]))
        until(lambda: not jobs_of(place)["jobs"])
    found = jobs_of(place)
    assert {row["job"] for row in found["schedules"]} >= {
        "jobs.tidy",
        "connect.sweep",
        "productivity.refresh_standings",
    }
    assert found["failed"] == 0
    with place.database() as connection:
        assert connection.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
def test_a_job_worker_that_dies_is_started_again_and_ends_with_the_server(place: Installation) -> None:
    place.name("Fjordline Supply")
    with place.serving() as (_address, child):
        until(lambda: workers_of(child))
        (first,) = workers_of(child)
        os.kill(first, signal.SIGKILL)
        until(lambda: workers_of(child) and workers_of(child) != [first])
        (second,) = workers_of(child)
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
        assert not is_running(second)


@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
def test_a_job_worker_ends_when_its_server_was_killed(place: Installation) -> None:
    place.name("Fjordline Supply")
    with place.serving() as (_address, child):
        until(lambda: workers_of(child))
        (worker,) = workers_of(child)
        child.kill()
        child.wait(20)
        until(lambda: not is_running(worker))


def workers_of(child: subprocess.Popen[str]) -> list[int]:
    """The process ids of the server's job workers."""
    done = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(child.pid)], capture_output=True, text=True
    )
    return [int(line.split()[0]) for line in done.stdout.splitlines() if "_workers.child" in line]


def is_running(process: int) -> bool:
    """Whether there is such a process that has not ended."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


@pytest.mark.skipif(ON_POSTGRES, reason="several are what PostgreSQL is for")
def test_sqlite_takes_one_job_worker(place: Installation) -> None:
    done = place.run("serve", "--port", free_port(), "--job-workers", "2")
    assert done.returncode == 2
    assert "SQLite writes one at a time" in done.stderr


@pytest.mark.skipif(ON_POSTGRES, reason="the file is SQLite's")
@pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")
def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    with installation(tmp_path, tables=False) as place, place.serving():
        path = place.home / "leanship.sqlite3"
        assert path.stat().st_mode & 0o077 == 0
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
