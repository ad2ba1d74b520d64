"""Decisions are numbered, dated, short, and all in their list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
FILES = sorted(path for path in FOLDER.glob("*.md") if path.name != "index.md")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_decision_has_its_number_its_day_and_one_screen_or_little_more(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {int(path.name[:4])}. ")
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ 20\d\d", lines[2])
    assert len(lines) <= 80


def test_numbers_are_given_once() -> None:
    numbers = [path.name[:4] for path in FILES]
    assert len(set(numbers)) == len(numbers)


def test_the_list_has_every_decision_with_its_title() -> None:
    listed = re.findall(
        r"^- \[(.+)\]\((.+)\)$", (FOLDER / "index.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    titles = [(p.read_text(encoding="utf-8").splitlines()[0].removeprefix("# "), p.name) for p in FILES]
    assert listed == titles
