"""The tutorial of an improvement: its commands give what it shows, and its words are those of the pages."""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from leanship.cli import main
from leanship.demo import projects_checked
from leanship.demo.living import create
from leanship.features.accounts.models import User
from leanship.features.jobs import queue
from leanship.features.projects.models import Occurrence, Project, WeekSplit

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
PAGE = (FOLDER / "an-improvement.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
SHOWN = re.findall(r"```sh\n(leanship (?:projects|time) .*?)\n```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def plain(text: str) -> str:
    """Text without the lines of a table, on single blanks."""
    return " ".join(re.sub(r"[\u2500-\u257f]", " ", text).split())


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command.split()[1] for command, _ in SHOWN])
def test_a_command_gives_what_the_page_shows(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER / "data")
    monkeypatch.setenv("COLUMNS", "160")
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output
    said = plain(result.output)
    for line in shown.strip().splitlines():
        assert plain(line) in said


def test_both_commands_are_there() -> None:
    assert len(SHOWN) == 2


@pytest.fixture
def words(db: None) -> Iterator[dict[str, str]]:
    """What the pages say on the way of the tutorial."""
    create(120)
    client = Client()
    client.force_login(User.objects.get(username__startswith="ben@"))
    seen: dict[str, str] = {}

    def read(name: str, url: str) -> None:
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, url
        seen[name] = html.unescape(answer.content.decode())

    read("board", "/projects/")
    pallets = Project.objects.get(title__startswith="Half-empty")
    here = f"/projects/{pallets.uid}/"
    read("waiting", here)
    client.post(f"{here}take-up/")
    read("led", here)
    client.post(f"{here}stage/", {"to": "cause"})
    read("cause", here)
    client.post(f"{here}why/", {"text": "Every packer closes a pallet of their own.", "finding": "open"})
    client.post(f"{here}stage/", {"to": "tests"})
    read("tests", here)
    read("try", f"{here}trials/")
    read("improved", f"/projects/{Project.objects.get(title=projects_checked.SlipsOfPaper.title).uid}/")
    read("faded", f"/projects/{Project.objects.get(title=projects_checked.FixedTours.title).uid}/")
    read("savings", "/savings/")
    client.force_login(User.objects.get(username__startswith="ana@"))
    read("time", "/projects/time/")
    with (FOLDER / "data" / "week.ics").open("rb") as file:
        answer = client.post("/projects/time/calendars/new/", {"name": "Mine", "file": file}, follow=True)
    assert answer.status_code == 200
    queue.run_all()
    read("queue", "/projects/time/queue/")
    read("hours", "/projects/time/hours/")
    yield seen


WHERE = {
    "board": ("Projects", "Half-empty pallets leave every evening"),
    "waiting": ("Take it up",),
    "led": ("Current state", "Write", "Goal", "Go on to Cause"),
    "cause": ("Ask why", "Go on to Tests"),
    "tests": ("Why?", "Try something", "Print"),
    "try": ("What do you expect?",),
    "improved": ("Improved",),
    "faded": ("The gain is gone",),
    "savings": ("14,000",),
    "time": ("Time", "Add a calendar"),
    "queue": ("Order desk",),
    "hours": ("Working hours",),
}


def test_its_words_are_those_of_the_pages(words: dict[str, str]) -> None:
    for name, labels in WHERE.items():
        for label in labels:
            assert label in words[name].replace("\N{NO-BREAK SPACE}", " "), (name, label)
    named = {label for labels in WHERE.values() for label in labels}
    for label in ("Take it up", "Ask why", "Try something", "Add a calendar", "Print"):
        assert f"*{label}*" in TEXT
        assert label in named


def test_seven_keystrokes_are_enough(words: dict[str, str]) -> None:
    titles = set(Occurrence.objects.filter(calendar__name="Mine").values_list("title", flat=True))
    assert len(titles) == 7
    assert WeekSplit.objects.filter(person__name="Ana Ruiz", unclassified__gt=0).exists()
