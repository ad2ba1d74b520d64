"""What `leanship export` writes: every table of the organisation, by what it is about.

Rows are read as they are written, in an order that stays: nothing here holds a whole table. The command line may
everything, so nothing here asks who does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from leanship.readers.writing import Value


@dataclass(frozen=True)
class Table:
    """One file: its name without ending, its columns, how many rows it has about, and the rows themselves."""

    name: str
    header: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[Value]]]
    count: Callable[[], int]


#: What can be asked for → the module whose `TABLES` of that name are written; loaded when asked for.
WHAT: Final[dict[str, str]] = {
    "organisation": "leanship.cli._exports.organisation",
    "people": "leanship.cli._exports.organisation",
    "teams": "leanship.cli._exports.organisation",
    "kpis": "leanship.cli._exports.kpis",
    "measurements": "leanship.cli._exports.figures",
    "standards": "leanship.cli._exports.kpis",
    "projects": "leanship.cli._exports.projects",
    "savings": "leanship.cli._exports.savings",
    "standings": "leanship.cli._exports.record",
    "comments": "leanship.cli._exports.record",
    "events": "leanship.cli._exports.record",
}


def tables(what: Sequence[str]) -> list[Table]:
    """The tables of what is asked for, in the order of `WHAT`."""
    return [
        table for name, module in WHAT.items() if name in what for table in import_module(module).TABLES[name]
    ]
