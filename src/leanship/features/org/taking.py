"""What somebody takes away about themselves (M2), told by the features that hold it.

Org knows none of them; each registers a builder in its `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leanship.features.org.models import Person


@dataclass(frozen=True)
class Table:
    """One table of the file: its name, its columns, its rows of plain values."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


Build = Callable[[Person], Iterator[Table]]

_builders: list[Build] = []


def register(build: Build) -> None:
    """Add a builder; who may take the file away was asked before it is called."""
    _builders.append(build)


def of(person: Person) -> Iterator[Table]:
    """The tables of all features, in the order they registered."""
    for build in _builders:
        yield from build(person)
