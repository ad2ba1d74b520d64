"""Pictures of the documentation: small, in pairs for light and dark, each shown somewhere."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from devtools.pictures import LARGEST, SIZE

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "images").glob("*.png"))


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_and_of_one_size(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) <= LARGEST
    assert struct.unpack(">II", data[16:24]) == (SIZE["width"], SIZE["height"])


def test_pictures_come_in_pairs_and_are_shown() -> None:
    names = {path.stem for path in PICTURES}
    light = {name for name in names if not name.endswith("-dark")}
    assert light and names == light | {f"{name}-dark" for name in light}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for name in light:
        assert f"images/{name}.png" in text
