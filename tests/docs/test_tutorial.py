"""The tutorial is followed here word by word: its commands are run, its clicks are made, its figures compared."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.http import HttpResponse
from django.test import Client

from leanship.cli import main
from leanship.features.accounts import setup_token
from leanship.features.org.models import Team
from leanship.features.productivity.models import Series

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "tutorial"
PAGE = (FOLDER / "ten-minutes.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
FILES = sorted((FOLDER / "data").glob("*.csv"))
STEPS = re.findall(r"^(\d)\. \*\*(.+?)\*\*(.*?)(?=^\d\. |^Stop the server)", PAGE, re.MULTILINE | re.DOTALL)


def told(number: int) -> str:
    """What a step of the browser's part says."""
    return " ".join(STEPS[number - 1][2].split())


def names(number: int) -> list[str]:
    """What a step tells one to find on the screen: the words in italics."""
    return [words.strip() for words in re.findall(r"(?<![*\w])\*([^*]+)\*(?!\*)", told(number))]


def plain(text: str) -> str:
    """Text without the lines of a table, on single blanks."""
    return " ".join(re.sub(r"[\u2500-\u257f]", " ", text).split())


# In the terminal


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two files, as the tutorial asks for."""
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def test_every_command_does_what_the_page_shows(desk: Path) -> None:
    said: list[str] | None = None
    shown = ran = 0
    for kind, text in BLOCKS:
        if kind == "sh":
            words = shlex.split(text)
            said = None
            if words[0] == "leanship":
                answer = CliRunner().invoke(main, words[1:])
                assert answer.exit_code == 0, f"{text}: {answer.output}"
                said = [plain(line) for line in answer.output.splitlines()]
                ran += 1
        elif kind == "text":
            assert said is not None
            for line in map(plain, text.splitlines()):
                assert line in said
                shown += 1
    assert (ran, shown) == (4, 15)
    assert (desk / "one-trust.png").read_bytes().startswith(b"\x89PNG")
    assert (desk / "ratings.xlsx").stat().st_size > 4000


def test_the_text_says_the_same_as_the_commands(desk: Path) -> None:
    said = plain(CliRunner().invoke(main, ["chart", "one-trust.csv"]).output)
    found = re.search(r"Upper limit (\S+) Centre \S+ Lower limit (\S+) Average moving range (\S+)", said)
    assert found
    upper, lower, step = (f"{float(figure):.1f}" for figure in found.groups())
    assert f"Months between **{lower}** and **{upper}**" in TEXT
    assert f"up and down by {step} points" in TEXT
    assert "**ten months in a row**" in TEXT and "10 of 36 points are signals" in said
    assert "outside the limits" not in said  # "No single month said so"


def test_the_files_are_the_real_ones_with_their_licence() -> None:
    whole = (ROOT / "tests" / "data" / "kpi" / "nhs_ae_type1_4h_by_trust_monthly.csv").read_text(
        encoding="utf-8"
    )
    assert (FOLDER / "data" / "trusts.csv").read_text(encoding="utf-8") == whole
    header, *rows = whole.splitlines()
    one = (FOLDER / "data" / "one-trust.csv").read_text(encoding="utf-8").splitlines()
    assert one == [header, *(row for row in rows if row.startswith("R1F,"))]
    assert len({row.partition(",")[0] for row in rows}) == 65
    assert "Open Government Licence v3.0" in PAGE


# In the browser


class Walk:
    """Somebody with a browser: where they are, and what stands there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.text = self.html = self.at = ""

    def _arrived(self, answer: Any) -> str:
        assert answer.status_code == 200, answer.content.decode()[:2000]
        page: HttpResponse = answer
        self.at = answer.request["PATH_INFO"]
        self.html = page.content.decode()
        self.text = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.html)).split())
        return self.text

    def go(self, address: str) -> str:
        return self._arrived(self.client.get(address, follow=True))

    def click(self, words: str) -> str:
        """Follow the link that says this."""
        for target, inner in re.findall(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            if " ".join(re.sub(r"<[^>]*>", " ", inner).split()) == words:
                return self.go(html.unescape(target))
        raise AssertionError(f"no link {words!r} on this page: {self.text[:500]}")

    def send(self, button: str, **fields: Any) -> str:
        """Fill in the form that has this button, and press it."""
        forms = re.findall(r"<form\b([^>]*)>(.*?)</form>", self.html, re.DOTALL)
        pressed = [form for form in forms if re.search(rf"<button[^>]*>\s*{re.escape(button)}", form[1])]
        assert pressed, f"no button {button!r} on this page: {self.text[:500]}"
        attributes, inner = pressed[0]
        kept = {
            name[1]: html.unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else ""
            for tag in re.findall(r'<input\b[^>]*type="(?:hidden|text)"[^>]*>', inner)
            if (name := re.search(r'name="([^"]+)"', tag))
        }
        assert set(fields) <= set(re.findall(r'name="([^"]+)"', inner))
        target = re.search(r'action="([^"]+)"', attributes)
        address = html.unescape(target[1]) if target else self.at
        return self._arrived(self.client.post(address, kept | fields, follow=True))


@pytest.fixture
def walk(db: None, client: Client, settings: Any) -> Walk:
    """A new installation in April 2019, as the page starts it."""
    started = next(text for kind, text in BLOCKS if kind == "sh" and text.startswith("LEANSHIP_NOW="))
    settings.LEANSHIP_NOW = started.partition("=")[2].partition(" ")[0]
    return Walk(client)


def test_the_steps_lead_where_they_say(walk: Walk) -> None:
    assert [title for _, title, _ in STEPS] == [
        "Set up.",
        "Import.",
        "Look around.",
        "Open R1F.",
        "Accept the shift.",
        "Open the evidence.",
        "A board.",
    ]
    walk.go("/")
    assert names(1) == ["We are several"] and names(1)[0] in walk.text
    me = {"name": "Ines Carter", "email": "ines@leanship.example", "password": "ten geese on the meadow"}
    place = {"organisation": "Trial", "time_zone": "Europe/London", "currency": "GBP", "level": "mid_manager"}
    walk.send("Begin", token=setup_token.issue(), way="several", **me, **place)

    import_file(walk)
    look_around(walk)
    accept_the_shift(walk)
    look_at_a_board(walk)


def import_file(walk: Walk) -> None:
    organisation, imports, kind, whole, unit, create, look, take = names(2)
    for words in (organisation, imports):
        walk.click(words)
    walk.click(kind)
    for label in (whole, unit, create, look):
        assert label in walk.text
    with (FOLDER / "data" / "trusts.csv").open("rb") as file:
        given = {"option_kpi": "Seen within four hours", "option_unit": "%", "option_create_teams": "on"}
        walk.send(look, file=file, **given)
    assert "2,340 figures to add" in told(2)
    assert "Added 2,340 Changed 0" in walk.text
    walk.send(take)
    assert (Team.objects.count(), Series.objects.count()) == (65, 65)


def look_around(walk: Walk) -> None:
    (place,) = names(3)
    walk.click(place)
    walk.click("Seen within four hours")
    assert "80.3218 %" in walk.text and "does not meet yet" in walk.text
    walk.click("R1F")
    assert "10 in a row lie below the centre, Jun 2018 to Mar 2019" in walk.text


def accept_the_shift(walk: Walk) -> None:
    reason, accept, back = names(5)
    assert "Centre 80.49117" in walk.text and accept in walk.text
    walk.send(accept, reason=reason)
    assert "**75.64**" in told(5)
    assert "Centre 75.64065" in walk.text
    assert "Routine variation" in walk.text and back in walk.text and reason in walk.text
    (evidence,) = names(6)
    assert "does not meet yet" in walk.click(evidence)
    assert "because figures were imported" in walk.text and "because a shift was accepted" in walk.text
    assert "Apr 2018 to Mar 2019" in walk.text and "12 of 12 months below" in walk.text


def look_at_a_board(walk: Walk) -> None:
    organisation, teams, edit, board = names(7)
    for name in ("R1F", "RJ1"):
        walk.click(organisation)
        walk.click(teams)
        walk.click(name)
        walk.click(edit)
        walk.send("Save", lead="Ines Carter")
    walk.click(board)
    assert "R1F" in walk.text and "RJ1" in walk.text
    assert re.search(r"Chance alone would show .* of these 2 charts", walk.text)
