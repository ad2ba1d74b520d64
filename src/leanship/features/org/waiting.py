"""What waits for somebody, told by the features that know.

Org knows none of them; each registers a builder in its `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from leanship.features.org.access import Actor


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody: what, where to do it, and by when."""

    text: str
    url: str
    due: date | None
    overdue: bool


Build = Callable[[Actor], tuple[Waiting, ...]]

_builders: list[tuple[str, Build]] = []


def register(build: Build, *, module: str = "") -> None:
    """Add a builder, which makes a constant number of queries; `module` is the part that switches it off."""
    _builders.append((module, build))


def of(actor: Actor, off: frozenset[str] = frozenset()) -> tuple[Waiting, ...]:
    """Everything that waits for the actor: first what is overdue, then by day, then what has none."""
    found = [line for module, build in _builders if not module or module not in off for line in build(actor)]
    return in_order(found)


def in_order(lines: list[Waiting]) -> tuple[Waiting, ...]:
    """Overdue first, then by the day it is due; what has no day last, as it came."""
    return tuple(sorted(lines, key=lambda line: (not line.overdue, line.due is None, line.due or date.max)))
