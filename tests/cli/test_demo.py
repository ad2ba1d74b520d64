"""`leanship demo`: a company made once in a folder of its own, and links that sign its people in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from leanship.cli import main
from leanship.demo import living
from leanship.demo.cast import CAST
from leanship.features.accounts.models import SignInLink
from leanship.features.base.models import Event, Organisation
from leanship.features.org.models import Person
from tests.cast import Cast
from tests.conftest import NOW


def run(settings: Any, *arguments: str) -> Result:
    """The command in this process, on the test's own home."""
    return CliRunner().invoke(main, ["demo", "--home", str(settings.LEANSHIP_HOME), *arguments])


def in_its_own_process(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a person calls it, on SQLite in `home`."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    code = "from leanship.cli import main; main(prog_name='leanship')"
    return subprocess.run(
        [sys.executable, "-c", code, "demo", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment | {"LEANSHIP_NOW": NOW, "LEANSHIP_PUBLIC_URL": "https://demo.example.org"},
        check=False,
    )


@pytest.fixture
def as_demo(cast: Cast) -> Cast:
    """The cast, as if the demo had made it."""
    Organisation.objects.update(is_demo=True)
    return cast


def test_a_new_folder_gets_the_company_and_a_second_run_leaves_it(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    first = in_its_own_process(home)
    assert first.returncode == 0, first.stderr
    assert "120 people" in first.stdout.splitlines()[-1]
    assert len(first.stdout.splitlines()) > 3  # progress is shown
    size = (home / "leanship.sqlite3").stat().st_size
    second = in_its_own_process(home, "--people", "200")
    assert second.returncode == 0
    assert "The demo is there already: 120 people" in second.stdout
    assert (home / "leanship.sqlite3").stat().st_size == size
    links = json.loads(in_its_own_process(home, "--links", "--json").stdout)["links"]
    assert {link["key"] for link in links} == set(CAST)
    assert all(link["url"].startswith("https://demo.example.org/sign-in/link/") for link in links)


@pytest.mark.parametrize("arguments", [(), ("--links",)])
def test_a_real_organisation_is_never_touched(cast: Cast, settings: Any, arguments: tuple[str, ...]) -> None:
    before = Event.objects.count(), Person.objects.count()
    result = run(settings, *arguments)
    assert result.exit_code == 2
    assert "real organisation here (Fjordline Supply)" in result.stderr
    assert (Event.objects.count(), Person.objects.count()) == before
    assert not SignInLink.objects.exists()


def test_it_wants_a_folder_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEANSHIP_HOME", raising=False)
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 2
    assert "--home DIR" in result.stderr


@pytest.mark.parametrize("people", ["119", "100001", "many"])
def test_a_size_there_is_not_is_turned_down(settings: Any, people: str) -> None:
    result = run(settings, "--people", people)
    assert result.exit_code == 2
    assert "--people" in result.stderr


@pytest.mark.django_db
def test_links_of_a_demo_that_is_not_there_are_refused(settings: Any) -> None:
    result = run(settings, "--links")
    assert result.exit_code == 2
    assert "no demo here yet" in result.stderr


def test_every_link_says_who_and_signs_that_person_in(as_demo: Cast, settings: Any) -> None:
    result = run(settings, "--links")
    assert result.exit_code == 0, result.output
    urls = re.findall(r"http\S+", result.output)
    assert len(urls) == len(CAST)
    assert all(member.name in result.output for member in CAST.values())
    links = json.loads(run(settings, "--links", "--json").stdout)["links"]
    for link in links:
        client = Client()
        path = "/" + link["url"].split("/", 3)[3]
        assert link["name"] in client.get(path).content.decode()
        client.post(path)
        assert client.session["_auth_user_id"] == str(as_demo.users[link["key"]].pk)


@pytest.mark.django_db
def test_a_demo_that_was_interrupted_is_not_there(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: living.Living, *arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(living.Living, "bring_figures", stop)
    assert run(settings).exit_code != 0
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_json_says_what_is_there(as_demo: Cast, settings: Any) -> None:
    assert json.loads(run(settings, "--json").stdout) == {
        "created": False,
        "people": 8,
        "series": 0,
        "figures": 0,
    }
