"""What the rail, the phone's bar, the `g` keys and the overlay of keys have in common: one list of places.

Features add theirs in `AppConfig.ready()`; only what is registered, reachable and visible is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

MAIN, FOOT = "main", "foot"
PHONE_SLOTS = ("today", "standing", "add", "waiting")

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Text = str | StrPromise  # the words of gettext_lazy are chosen when they are read
else:
    Text = str


def everyone(request: HttpRequest) -> bool:
    """Visible to whoever is signed in."""
    return True


@dataclass(frozen=True)
class Item:
    """A place to go. `group` is `main`, `foot`, or any other name for a group of its own in between.

    `letter` goes there after `g`. `phone` is one of PHONE_SLOTS; such an item stands in the phone's bar with
    the `short` label. `module` is the name under which an organisation switches the place off.
    """

    key: str
    label: Text
    url_name: str
    group: str = MAIN
    letter: str = ""
    order: int = 0
    visible: Callable[[HttpRequest], bool] = everyone
    phone: str = ""
    short: Text = ""
    module: str = ""
    in_rail: bool = True


@dataclass(frozen=True)
class Place:
    """An item as one request sees it."""

    key: str
    label: Text
    short: Text
    url: str
    letter: str
    icon: str
    here: bool


@dataclass(frozen=True)
class Shell:
    """Everything the frame of a page needs beside the page's own value."""

    groups: tuple[tuple[Place, ...], ...]
    foot: tuple[Place, ...]
    phone: tuple[Place, ...]
    letters: tuple[Place, ...]
    theme: str
    name: str
    reader: str
    signed_in: bool


_items: dict[str, Item] = {}


def register(item: Item) -> None:
    """Add a place.

    Raises ValueError when its key or letter is taken, or the phone's slot is unknown: two features that
    quarrel over a key are found when the server starts, not by the person who presses it.
    """
    for other in _items.values():
        if other.key == item.key or (item.letter and other.letter == item.letter):
            raise ValueError(f"navigation: {item.key!r} ({item.letter!r}) collides with {other.key!r}")
        if item.phone and other.phone == item.phone:
            raise ValueError(f"navigation: the phone's slot {item.phone!r} is taken by {other.key!r}")
    if item.phone and item.phone not in PHONE_SLOTS:
        raise ValueError(f"navigation: no slot {item.phone!r} in the phone's bar")
    _items[item.key] = item


@contextmanager
def only(*items: Item) -> Iterator[None]:
    """These places and no others, for as long as the block lasts: for tests."""
    before = dict(_items)
    _items.clear()
    try:
        for item in items:
            register(item)
        yield
    finally:
        _items.clear()
        _items.update(before)


def _places(request: HttpRequest) -> list[tuple[Item, Place]]:
    found: list[tuple[Item, Place]] = []
    off: frozenset[str] = getattr(request, "modules_off", frozenset())
    for item in sorted(_items.values(), key=lambda each: (each.order, each.key)):
        if item.module in off or not item.visible(request):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue  # a place whose pages are not installed is no place
        found.append(
            (
                item,
                Place(
                    item.key,
                    str(item.label),
                    str(item.short or item.label),
                    url,
                    item.letter,
                    item.phone,
                    False,
                ),
            )
        )
    here = _nearest(request.path, [place.url for _, place in found])
    return [
        (item, Place(p.key, p.label, p.short, p.url, p.letter, p.icon, p.url == here)) for item, p in found
    ]


def _nearest(path: str, urls: list[str]) -> str | None:
    """The place a page belongs to: the longest address that its own begins with."""
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default=None)


def shell(request: HttpRequest) -> Shell:
    """The frame for this request. Nobody signed in: no places at all."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    theme = getattr(user, "theme", "") if signed_in else ""
    if not signed_in:
        return Shell((), (), (), (), theme, "", "", signed_in=False)
    places = _places(request)
    groups: dict[str, list[Place]] = {}
    for item, place in places:
        if item.in_rail:
            groups.setdefault(item.group, []).append(place)
    foot = tuple(groups.pop(FOOT, ()))
    slots = {item.phone: place for item, place in places if item.phone}
    return Shell(
        groups=tuple(tuple(group) for group in groups.values()),
        foot=foot,
        phone=tuple(slots[slot] for slot in PHONE_SLOTS if slot in slots),
        letters=tuple(place for _, place in places if place.letter),
        theme=theme,
        name=str(getattr(getattr(request, "actor", None), "name", "")),
        reader=str(getattr(user, "pk", "")),
        signed_in=True,
    )
