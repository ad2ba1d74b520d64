"""`leanship jobs`: the queue in the terminal, and a worker by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


def test_once_does_what_is_due_and_ends(place: Installation) -> None:
    assert place.run("jobs", "work", "--once").stdout == "0 jobs were worked on.\n"  # nobody is there yet
    place.name("Fjordline Supply")
    done = place.run("jobs", "work", "--once")
    assert done.returncode == 0, done.stderr
    number = int(done.stdout.split()[0])
    assert number >= 3
    assert place.run("jobs", "work", "--once").stdout == "0 jobs were worked on.\n"
    assert place.run("jobs", "list").stdout == "0 waiting, 0 running, 0 failed.\n"


def test_the_list_has_the_keys_that_its_page_tells(place: Installation) -> None:
    place.name("Fjordline Supply")
    put = place.python("from leanship.features.jobs import queue; queue.put('jobs.tidy', key='now')")
    assert put.returncode == 0, put.stderr
    found = json.loads(place.run("jobs", "list", "--json").stdout)
    told = PAGE.split("\n## jobs list\n")[1].split("\n## ")[0]
    assert re.findall(r"^- `(\w+)`", told, re.MULTILINE) == list(found)
    (job,) = found["jobs"]
    assert (job["job"], job["state"], found["waiting"]) == ("jobs.tidy", "waiting", 1)
    for key in (*job, *found["schedules"][0]):
        assert f"`{key}`" in told
    assert "jobs.tidy" in place.run("jobs", "list").stdout


def test_without_an_installation_it_says_so(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        done = place.run("jobs", "work", "--home", str(tmp_path / "nowhere"), DATABASE_URL="")
    assert done.returncode == 2
    assert "no installation here" in done.stderr
