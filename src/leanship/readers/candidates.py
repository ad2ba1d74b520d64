"""What could be done, from a table: projects with their value, the hours they take, what they exclude and require."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leanship.domain.portfolio import Candidate, Number
from leanship.readers.directory import folded
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns

COLUMNS: Final = (
    Column("project", ("name", "candidate", "id"), required=True),
    Column("value", ("yearly value", "worth", "benefit"), required=True),
    Column("excludes", ("not with",)),
    Column("requires", ("needs", "depends on")),
)

_BETWEEN: Final = re.compile(r"[;,|\n]")


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """The candidates of a file in its order, and its problems."""

    candidates: tuple[Candidate, ...]
    problems: Problems


def read_candidates(
    table: Table, capacities: Sequence[str], *, columns: Mapping[str, str] | None = None
) -> CandidateFile:
    """The candidates in a table, with their hours of each of `capacities`, for which it has a column each.

    An empty cell of hours says that none are taken; every project needs a value. A cell of `excludes` or `requires`
    names one project or several, with a semicolon or a comma between. Any other column is left out, with a warning.
    """
    problems = table.problems.copy()
    found = find_columns(table, COLUMNS, columns, problems)
    if not table.header:
        return CandidateFile((), problems)
    hours = _hours(table, capacities, found, problems)
    if problems.blocking:
        return CandidateFile((), problems)
    names = table.text(found["project"])
    values, *taken = table.numbers([found["value"], *hours.values()], problems)
    first: dict[str, int] = {}
    known: dict[str, str] = {}
    for name, row in zip(names, table.rows, strict=True):
        if name and name in first:
            problems.error(
                "candidate_twice",
                row=row,
                column=_header(table, found, "project"),
                name=name,
                first=first[name],
            )
        first.setdefault(name, row)
        known.setdefault(folded(name), name)
    others = {
        kind: _others(table, found[kind], names, known, problems)
        if kind in found
        else [frozenset[str]()] * len(names)
        for kind in ("excludes", "requires")
    }
    candidates = []
    for place, (name, row) in enumerate(zip(names, table.rows, strict=True)):
        takes = {capacity: column[place] for capacity, column in zip(hours, taken, strict=True)}
        for column, cell in (("project", name), ("value", values[place])):
            if not cell and not _told(problems, row, _header(table, found, column)):
                problems.error("missing", row=row, column=_header(table, found, column))
        for capacity, cell in takes.items():
            if cell.startswith("-") and Decimal(cell) != 0:
                problems.error("hours_negative", row=row, column=table.header[hours[capacity]], value=cell)
        if name and values[place]:
            candidates.append(
                Candidate(
                    name,
                    figure(values[place]),
                    {capacity: figure(cell or "0") for capacity, cell in takes.items()},
                    others["excludes"][place],
                    others["requires"][place],
                )
            )
    return CandidateFile(tuple(candidates), problems)


def figure(text: str) -> Number:
    """Exact decimal text as a number; a whole one where it is."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else exact


def _header(table: Table, found: Mapping[str, int], name: str) -> str:
    return table.header[found[name]]


def _told(problems: Problems, row: int, column: str) -> bool:
    """Whether something has been said of a cell; one that is no number comes back empty, and is not missing besides."""
    return any(problem.row == row and problem.column == column for problem in problems)


def _hours(
    table: Table, capacities: Sequence[str], found: Mapping[str, int], problems: Problems
) -> dict[str, int]:
    """The column of each capacity, by its name as written or but for case."""
    free = {index: name for index, name in enumerate(table.header) if index not in found.values()}
    hours: dict[str, int] = {}
    for capacity in capacities:
        exact = [index for index, name in free.items() if name.strip() == capacity]
        alike = exact or [index for index, name in free.items() if folded(name) == folded(capacity)]
        if len(alike) == 1 and alike[0] not in hours.values():
            hours[capacity] = alike[0]
        else:
            problems.error("capacity_missing", name=capacity, found=listing(table.header))
    left = [name for index, name in free.items() if index not in hours.values()]
    if left and len(hours) == len(capacities):
        problems.warning("columns_without_capacity", columns=listing(left))
    return hours


def _others(
    table: Table, index: int, names: Sequence[str], known: Mapping[str, str], problems: Problems
) -> list[frozenset[str]]:
    """The projects that each cell of a column names."""
    column = table.header[index]
    sets = []
    for name, cell, row in zip(names, table.text(index), table.rows, strict=True):
        whole = [cell] if folded(cell) in known else [part.strip() for part in _BETWEEN.split(cell)]
        meant = set()
        for part in filter(None, whole):
            other = part if part in names else known.get(folded(part))
            if other is None:
                problems.error("candidate_unknown", row=row, column=column, name=part)
            elif other == name:
                problems.error("candidate_itself", row=row, column=column, name=part)
            else:
                meant.add(other)
        sets.append(frozenset(meant))
    return sets
