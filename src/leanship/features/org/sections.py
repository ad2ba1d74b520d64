"""Room on the pages of a person and a team for what the features above know about them.

Org imports none of them; each adds a builder in its `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team

T = TypeVar("T")


@dataclass(frozen=True)
class Section:
    """A part of a page: its heading and the template that sets `value` (there under the name `section.value`)."""

    key: str
    title: str
    template: str
    value: Any


@dataclass(frozen=True)
class _Entry(Generic[T]):
    key: str
    order: int
    module: str
    build: Callable[[Actor, T], Section | None]


class Sections(Generic[T]):
    """The builders for one kind of page, in their order. A builder answers None where there is nothing to show
    or the actor may not see it."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry[T]] = {}

    def add(
        self, key: str, build: Callable[[Actor, T], Section | None], *, order: int = 50, module: str = ""
    ) -> None:
        """Add a builder; `module` is the part of Leanship that switches it off.

        Raises ValueError for a key that is taken.
        """
        if key in self._entries:
            raise ValueError(f"section {key!r} is there already")
        self._entries[key] = _Entry(key, order, module, build)

    def remove(self, key: str) -> None:
        """Take a builder out again, as tests do."""
        del self._entries[key]

    def of(self, actor: Actor, thing: T, off: frozenset[str] = frozenset()) -> tuple[Section, ...]:
        """What is to be shown to the actor about `thing`, without the modules that are off."""
        entries = sorted(self._entries.values(), key=lambda each: (each.order, each.key))
        built = (each.build(actor, thing) for each in entries if not each.module or each.module not in off)
        return tuple(section for section in built if section is not None)


person_sections: Sections[Person] = Sections()
team_sections: Sections[Team] = Sections()
