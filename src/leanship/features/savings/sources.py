"""What savings come from and confirmations are about, told by the features that know.

This app knows neither projects nor reports; each registers itself under a kind in its `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leanship.features.base.errors import NotFound
from leanship.features.org.access import Actor


@dataclass(frozen=True)
class Source:
    """One thing that saves or is to be confirmed: its title, where it is, and whether the actor may claim for it."""

    title: str
    url: str
    may_claim: bool


Find = Callable[[Actor, str], Source]

_finders: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Add a kind. `find(actor, uid)` raises NotFound where there is none that the actor may read.

    Raises ValueError for a kind that is taken.
    """
    if kind in _finders:
        raise ValueError(f"source {kind!r} is there already")
    _finders[kind] = find


def remove(kind: str) -> None:
    """Take a kind out again, as tests do."""
    del _finders[kind]


def find(actor: Actor, kind: str, uid: str) -> Source:
    """The source for somebody who may read it. Raises NotFound."""
    if kind not in _finders:
        raise NotFound
    return _finders[kind](actor, uid)
