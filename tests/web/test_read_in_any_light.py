"""Every pair of colours that text is set in keeps a contrast of 4.5 to 1, in the light and in the dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import leanship.web

TOKENS = (Path(leanship.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8")
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """Contrast ratio of WCAG 2."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    (text, ground)
    for text in ("ink", "muted", "accent", "better", "worse", "look")
    for ground in ("paper", "surface", "sunk", "accent-wash", f"{text}-wash")
    if ground in COLOURS
] + [
    ("ink", "look-wash"),
    ("ink", "worse-wash"),
    ("ink", "better-wash"),
    ("on-accent", "accent"),
    ("on-accent", "better"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(text: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_borders_of_fields_can_be_seen(ground: str, theme: int) -> None:
    assert contrast(COLOURS["edge"][theme], COLOURS[ground][theme]) >= 3


def test_the_named_colours_are_there() -> None:
    assert {"paper", "surface", "ink", "muted", "line", "accent", "better", "worse", "look"} <= set(COLOURS)
