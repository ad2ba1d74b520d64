"""docs/explanation/architecture.md draws the arrows that the test of the imports enforces, and names what is there."""

from __future__ import annotations

import re
from pathlib import Path

from leanship.features.base import errors
from tests.test_imports import AREAS, FEATURES, LAYERS, PACKAGE, TOP

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
AREA_LINE, FEATURE_LINE, LAYER_LINE = re.findall(r"```text\n(.+)\n```", PAGE)


def steps(line: str) -> list[tuple[str, ...]]:
    """`a ← b, c` as [("a",), ("b", "c")]."""
    return [tuple(name.strip() for name in step.split(",")) for step in line.split("←")]


def test_the_areas_stand_as_their_imports_are_allowed() -> None:
    drawn = steps(AREA_LINE)
    assert {name for step in drawn for name in step} == set(AREAS) - {"", "conf"}
    below: set[str] = set()
    for step in drawn:
        for name in step:
            assert AREAS[name] - {"", "conf"} == below, name
        below |= set(step)
    assert [name for name in AREAS if "conf" in AREAS[name]] == ["features", "connect", "demo", "api", "cli"]


def test_the_features_and_their_layers_stand_in_the_tested_order() -> None:
    assert steps(FEATURE_LINE) == list(FEATURES)
    assert steps(LAYER_LINE) == [(layer,) for layer in LAYERS]


def test_the_house_has_the_rooms_that_the_page_shows() -> None:
    table = PAGE.partition("| folder | what is in it |")[2].partition("\n\n")[0]
    named = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`(\w+)`", row.split("|")[1:2][0] if "|" in row else "")
    }
    there = {
        path.stem
        for path in PACKAGE.iterdir()
        if not path.name.startswith("_") and path.suffix in ("", ".py")
    }
    assert named == there
    assert TOP - {"__main__"} <= named


def test_what_an_action_raises_is_there() -> None:
    table = PAGE.partition("| raised | page |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert set(named) == {each.__name__ for each in errors.Declined.__subclasses__()}
