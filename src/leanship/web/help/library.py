"""Which pages Help has, where they lie, and how words are found in them.

The list of pages is read once, from the folder of the documentation. An address is a key of that list and never a
path, so nobody reads a file that is not on it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse

import leanship
from leanship.web.help import markdown
from leanship.web.help.markdown import Rendered, Section

# The kinds of pages, in the order in which a newcomer meets them.
KINDS = ("tutorial", "how-to", "explanation", "reference", "decisions")
# What pages show or hand out beside themselves: pictures, and files to try things on.
_BESIDE = ("images/*.png", "tutorial/data/*.csv")
MOST_FOUND = 30
_AROUND = 90  # characters of text on both sides of a word that was found


@dataclass(frozen=True)
class Page:
    """A page of the documentation; `key` is its path without the ending, such as `how-to/back-up`."""

    key: str
    kind: str
    content: Rendered

    @property
    def url(self) -> str:
        """Its address inside the product."""
        return address(self.key)

    @property
    def contents(self) -> tuple[Section, ...]:
        """Its main sections, for the list beside the text."""
        return tuple(section for section in self.content.sections if section.level == 2)


@dataclass(frozen=True)
class Piece:
    """A few words of a text; `found` are those that were searched for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A place where the words stand: the page, the section, and the text around."""

    page: Page
    section: Section
    url: str
    excerpt: tuple[Piece, ...]


@cache
def folder() -> Path:
    """The documentation: inside the installed package, or in the repository that it runs from.

    Raises FileNotFoundError where there is neither.
    """
    package = Path(leanship.__file__).parent
    for place in (package / "docs", package.parents[1] / "docs"):
        if (place / "index.md").is_file():
            return place
    raise FileNotFoundError("The documentation is not installed.")


@cache
def _paths() -> dict[str, Path]:
    """Key → file of every page, by kind and name; `index` is the first page of Help."""
    root = folder()
    found = {"index": root / "index.md"}
    for kind in KINDS:
        for path in sorted((root / kind).glob("*.md")):
            found[f"{kind}/{path.stem}"] = path
    return found


@cache
def files() -> dict[str, Path]:
    """Name → file of every picture and sample."""
    return {path.name: path for pattern in _BESIDE for path in sorted(folder().glob(pattern))}


def _file_address(name: str) -> str | None:
    return reverse("help:file", kwargs={"name": name}) if name in files() else None


def address(key: str) -> str:
    """The address of the page `key` inside the product."""
    return reverse("help:home") if key == "index" else reverse("help:page", kwargs={"key": key})


def link(key: str) -> str:
    """The address of a page, with `#section` where the key has one: for empty places and hints.

    Raises KeyError for a page or section that Help has not, so that a wrong link is found by the first test.
    """
    name, _, anchor = key.partition("#")
    if name not in _paths():
        raise KeyError(key)
    if anchor and anchor not in {section.anchor for section in page(name).content.sections}:
        raise KeyError(key)
    return address(name) + (f"#{anchor}" if anchor else "")


@cache
def page(key: str) -> Page:
    """The page `key`, rendered once. Raises KeyError where Help has none of that name."""
    path = _paths()[key]
    kind = key.partition("/")[0] if "/" in key else ""
    base = posixpath.dirname(key)

    def there(target: str) -> str | None:
        return _target(base, target)

    def picture(source: str, suffix: str = "") -> str | None:
        return _file_address(Path(source).stem + suffix + Path(source).suffix)

    text = path.read_text(encoding="utf-8")
    return Page(
        key, kind, markdown.render(text, there, picture, lambda source: picture(source, suffix="-dark"))
    )


def _target(base: str, target: str) -> str | None:
    """Where a link of a page in the folder `base` leads; None for what only the repository has."""
    if target.startswith(("#", "https://", "http://")):
        return target
    name, _, anchor = target.partition("#")
    if not name.endswith(".md"):
        return _file_address(posixpath.basename(name))
    key = posixpath.normpath(posixpath.join(base, name)).removesuffix(".md")
    if key not in _paths():
        return None
    return address(key) + (f"#{anchor}" if anchor else "")


def pages() -> Iterator[Page]:
    """Every page but the first, by kind and then by name."""
    return (page(key) for key in _paths() if key != "index")


@dataclass(frozen=True)
class _Word:
    """A word that is searched for: the patterns of words that begin with it, and of the word alone."""

    begins: re.Pattern[str]
    whole: re.Pattern[str]


def search(query: str) -> list[Hit]:
    """The pages that hold every word of `query`, each with its best section; the best page first.

    A word counts where a word of the text begins with it, whatever the case, and more where it is the whole word.
    One in the title weighs most, one in a heading more than one in the text.
    """
    asked = [re.escape(word) for word in re.findall(r"[\w-]+", query.casefold())[:8]]
    words = [
        _Word(re.compile(rf"\b{word}", re.IGNORECASE), re.compile(rf"\b{word}(?:e?s)?\b", re.IGNORECASE))
        for word in asked
    ]
    if not words:
        return []
    scored: list[tuple[int, Hit]] = []
    for each in pages():
        sections = each.content.sections
        text = " ".join([each.content.title, *(f"{s.heading} {s.text}" for s in sections)])
        if not all(word.begins.search(text) for word in words):
            continue
        best = max(sections, key=lambda section: _weight(section, words))
        title = each.content.title
        # a mere beginning is weak: "comma" is in "Command line"
        named = 30 * sum(bool(word.whole.search(title)) for word in words)
        score = named + _found(title, words) + _weight(best, words)
        url = each.url + (f"#{best.anchor}" if best.anchor else "")
        scored.append((score, Hit(each, best, url, _excerpt(best.text, words))))
    scored.sort(key=lambda pair: -pair[0])  # stable: of equals the order of the pages stays
    return [hit for _, hit in scored[:MOST_FOUND]]


def _found(text: str, words: list[_Word]) -> int:
    """How many of the words a text has: 4 for a beginning, 8 for a whole word."""
    return sum(4 * (bool(word.begins.search(text)) + bool(word.whole.search(text))) for word in words)


def _weight(section: Section, words: list[_Word]) -> int:
    """How well a section answers: different words count before repetitions."""
    repeated = sum(len(word.whole.findall(section.text)) for word in words)
    return 2 * _found(section.heading, words) + _found(section.text, words) + min(3, repeated)


def _excerpt(text: str, words: list[_Word]) -> tuple[Piece, ...]:
    """The text around the first word that was found, cut between words, with the words marked."""
    places = [match.start() for word in words if (match := word.begins.search(text))]
    first = min(places, default=0)
    begin, end = max(0, first - _AROUND), min(len(text), first + _AROUND)
    begin = text.find(" ", begin, first) + 1 if begin else 0
    end = text.rfind(" ", first, end) if end < len(text) else end
    cut = text[begin : max(end, first)]
    pieces: list[Piece] = [Piece("… ", False)] if begin else []
    either = re.compile("|".join(rf"(?:{word.begins.pattern}\w*)" for word in words), re.IGNORECASE)
    at = 0
    for match in either.finditer(cut):
        pieces += [Piece(cut[at : match.start()], False), Piece(match[0], True)]
        at = match.end()
    pieces.append(Piece(cut[at:] + (" …" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece.text)
