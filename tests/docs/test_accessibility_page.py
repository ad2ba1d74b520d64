"""The page about accessibility names the tests, widths and keys that there are."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.reading import LIGHTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/accessibility.md").read_text(encoding="utf-8")
OVERLAY = (ROOT / "src/leanship/web/templates/web/_keys.html").read_text(encoding="utf-8")


def test_it_names_the_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_it_names_the_widths_and_themes_that_are_read() -> None:
    assert f"in light and dark, {DESKTOP[0]} and {PHONE[0]} pixels wide" in PAGE
    assert {scheme for _size, scheme in LIGHTS} == {"light", "dark"}
    assert {size for size, _scheme in LIGHTS} == {DESKTOP, PHONE}


def test_it_lists_the_keys_of_the_overlay() -> None:
    rows = re.findall(r'<dt>{% trans "([^"]+)" %}</dt><dd>(.*?)</dd>', OVERLAY)
    shown = {words.casefold(): re.findall(r"<kbd>(.*?)</kbd>", html.unescape(keys)) for words, keys in rows}
    listed = {
        words: re.findall(r"`(.*?)`", keys)
        for keys, words in re.findall(r"^\| ([^|]*`[^|]*) \| ([^|]+) \|$", PAGE, re.MULTILINE)
        if not keys.startswith("`g`") and "tests/" not in words
    }
    assert listed == shown
