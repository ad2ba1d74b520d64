"""Markdown to HTML that the product may show: no HTML of the page's own, no styles, links that lead to Help.

Each page is a title, an HTML body, and its sections. Headings get ids as GitHub gives them, so that a link to
`rating.md#bands` works in the repository and in the product alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Address = Callable[[str], str | None]


@dataclass(frozen=True)
class Section:
    """A stretch of a page under one heading, as plain text; the part above the first has no anchor."""

    heading: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True)
class Rendered:
    """A page: its heading, its body as safe HTML without that heading, and its sections in order."""

    title: str
    html: str
    sections: tuple[Section, ...]


@dataclass
class _Gathered:
    heading: str
    anchor: str
    level: int
    words: list[str] = field(default_factory=list)


def _parser() -> MarkdownIt:
    # html=False: what a page writes as HTML is shown as text. Nothing of a page reaches a browser as its own markup.
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def slug(heading: str, taken: set[str]) -> str:
    """The id of a heading, as GitHub makes it; a number follows where `taken` has it already."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
    name, number = plain, 0
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    taken.add(name)
    return name


def render(text: str, link: Address, picture: Address, dark: Address) -> Rendered:
    """The page in `text`.

    `link` turns the target of a link into an address, `picture` the source of an image, `dark` gives that image's
    kin for dark surroundings; each answers None where there is none, and then a link stays plain text.
    """
    parser = _parser()
    tokens = parser.parse(text)
    title, sections = "", [_Gathered("", "", 1)]
    taken: set[str] = set()
    kept: list[Token] = []
    skip = 0
    for place, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if token.type == "heading_open":
            heading = _plain(tokens[place + 1])
            if token.tag == "h1" and not title:
                title, skip = heading, 2  # the shell of the page shows it
                continue
            anchor = slug(heading, taken)
            token.attrSet("id", anchor)
            sections.append(_Gathered(heading, anchor, int(token.tag[1])))
        elif token.type == "inline":
            if tokens[place - 1].type != "heading_open":
                sections[-1].words.append(_plain(token))
            token.children = list(_led(token.children or [], link, picture, dark))
        elif token.type in ("fence", "code_block"):
            sections[-1].words.append(token.content)
        _dress(tokens, place)
        kept.append(token)
    _frame_tables(kept)
    html = parser.renderer.render(kept, parser.options, {})
    # what scrolls sideways must be reachable by key
    html = html.replace("<pre>", '<pre tabindex="0">')
    found = (Section(s.heading, s.anchor, s.level, " ".join(" ".join(s.words).split())) for s in sections)
    return Rendered(title, html, tuple(found))


def _plain(token: Token) -> str:
    """The words of an inline token, without its marks."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def _dress(tokens: Sequence[Token], place: int) -> None:
    """What the content policy and the style sheet need of cells and tables."""
    token = tokens[place]
    if token.type in ("th_open", "td_open"):
        # alignment comes as a style attribute, which the content policy forbids
        aligned = token.attrs.pop("style", "")
        if aligned == "text-align:right":
            token.attrSet("class", "num")
        empty = token.type == "th_open" and not tokens[place + 1].content
        if empty:  # an empty header says nothing to whoever listens to the page
            token.tag = tokens[place + 2].tag = "td"
    elif token.type == "table_open":
        token.attrSet("class", "table")


def _frame_tables(tokens: list[Token]) -> None:
    """Put each table into a frame that scrolls sideways and takes the focus."""
    for place in range(len(tokens) - 1, -1, -1):
        if tokens[place].type == "table_close":
            tokens.insert(place + 1, Token("frame_close", "div", -1, block=True))
        elif tokens[place].type == "table_open":
            frame = Token("frame_open", "div", 1, block=True)
            frame.attrs = {"class": "table-wrap", "tabindex": "0"}
            tokens.insert(place, frame)


def _led(tokens: Sequence[Token], link: Address, picture: Address, dark: Address) -> Iterator[Token]:
    """Inline tokens with their links led to Help; a link that leads nowhere here is taken off its words."""
    dropped: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            address = link(str(token.attrGet("href") or ""))
            dropped.append(address is None)
            if address is None:
                continue
            token.attrSet("href", address)
            if address.startswith(("http:", "https:")):
                token.attrSet("rel", "noreferrer")
        elif token.type == "link_close":
            if dropped.pop():
                continue
        elif token.type == "image":
            yield from _pictures(token, picture, dark)
            continue
        yield token


def _pictures(token: Token, picture: Address, dark: Address) -> Iterator[Token]:
    """The image, and its dark kin beside it; the style sheet shows one of them, and only that one is fetched."""
    source = str(token.attrGet("src") or "")
    light, other = picture(source), dark(source)
    if light is None:
        return
    token.attrs = {**token.attrs, "src": light, "loading": "lazy"}
    if other is None:
        yield token
        return
    token.attrs["class"] = "when-light"
    yield token
    kin: dict[str, Any] = {**token.attrs, "src": other, "class": "when-dark"}
    yield Token("image", "img", 0, attrs=kin, children=token.children, content=token.content)
