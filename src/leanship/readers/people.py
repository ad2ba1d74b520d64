"""People and their reporting lines from a table, with everything that is odd about them told at once.

Real charts hold posts shared by two people under one id, vacant posts without a name, and several tops. None of
that stops an import; an unknown leader and a circle of leaders do, since no line could be drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from leanship.readers.chart import Shape, shape
from leanship.readers.directory import Directory, folded
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns

COLUMNS: Final = (
    Column(
        "id", ("person id", "employee id", "employee number", "staff id", "post id", "uid", "external id")
    ),
    Column("name", ("full name", "employee name", "person", "employee")),
    Column("title", ("job title", "position")),
    Column(
        "reports_to", ("manager", "leader", "manager id", "leader id", "supervisor", "boss", "line manager")
    ),
    Column("department", ("unit", "division", "organisation unit", "organization unit", "area")),
    Column("grade", ("pay grade", "band")),
    Column("fte", ("full time equivalent", "share of full time", "employment")),
    Column("status"),
    Column("email", ("mail", "e-mail address", "mail address")),
    Column("level"),
    Column("role", ("job family", "function")),
    Column("team", ("team name",)),
    Column("started", ("start date", "joined", "joined on", "hire date", "since")),
    Column("source"),
)

#: The four levels by the words that people use for them.
LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        folded(word): level
        for level, words in {
            "contributor": "contributor, individual contributor, ic, none",
            "entry_manager": "entry_manager, entry manager, entry-level manager, entry level manager, entry,"
            " team lead, first-line manager",
            "mid_manager": "mid_manager, mid manager, mid-level manager, mid level manager, middle manager, mid",
            "senior_leader": "senior_leader, senior leader, senior, executive, senior executive",
        }.items()
        for word in words.split(", ")
    }
)

_LENGTHS: Final = MappingProxyType(
    {
        "id": 120,
        "name": 200,
        "title": 200,
        "department": 200,
        "grade": 60,
        "email": 254,
        "role": 120,
        "team": 200,
    }
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class PersonRow(NamedTuple):
    """One person as the file has them. `reports_to` is an id; None is said of what the file leaves open."""

    id: str
    name: str
    row: int = 0
    title: str = ""
    reports_to: str | None = None
    department: str = ""
    grade: str = ""
    fte_percent: int | None = None
    status: str = ""
    email: str = ""
    level: str | None = None
    role: str = ""
    team: str = ""
    started: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """The people of a file, each id once, in the order of the file; with the chart's shape and its problems.

    `columns` are the known columns that the file has: what it has no column for, it says nothing about.
    `rows` counts all rows, `duplicate_ids` those left out because their id had come before.
    """

    people: tuple[PersonRow, ...]
    columns: frozenset[str]
    rows: int
    distinct_ids: int
    duplicate_ids: int
    shape: Shape
    problems: Problems


def read_people(
    table: Table,
    *,
    strict: bool = False,
    columns: Mapping[str, str] | None = None,
    current: Mapping[str, PersonRow] | None = None,
) -> PeopleFile:
    """The people in a table; `columns` says which of its columns is which where the names do not.

    With `strict` an id that comes twice is an error, else a warning. `current` holds the people already known,
    by id: leaders are looked for among them too, and a circle that only closes through them is found.
    """
    problems = table.problems.copy()
    found = find_columns(table, COLUMNS, columns, problems)
    if table.header and "id" not in found and "name" not in found:
        problems.error("column_missing", name="id", found=listing(table.header))
        found = {}
    if not found:
        return PeopleFile((), frozenset(), len(table), 0, 0, shape({}), problems)
    reader = _Reader(table, found, problems, current or {})
    people, duplicates = reader.people(strict)
    people = reader.with_leaders(people)
    leaders = {person.id: person.reports_to for person in people}
    roots = tuple(person.id for person in people if person.reports_to is None)
    chart = shape(leaders, roots)
    everybody = {id_: person.reports_to for id_, person in (current or {}).items()} | leaders
    _tell_shape(chart, shape(everybody).loops if current else chart.loops, people, reader.name_of, problems)
    return PeopleFile(
        people, frozenset(found), len(table), len({p.id for p in people}), duplicates, chart, problems
    )


class _Reader:
    """The table's columns as text, row by row, and what is told about them."""

    def __init__(
        self, table: Table, found: Mapping[str, int], problems: Problems, current: Mapping[str, PersonRow]
    ) -> None:
        self.table = table
        self.problems = problems
        self.current = current
        self.found = found
        self.name_of = {column: table.header[index] for column, index in found.items()}
        self.length = len(table)
        self.references: dict[str, str] = {}
        self.directory: Directory[str] = Directory()

    def text(self, column: str) -> list[str]:
        """The column's text; too long a cell is told and cut, an absent column is empty throughout."""
        if column not in self.found:
            return [""] * self.length
        cells = self.table.text(self.found[column])
        limit = _LENGTHS.get(column, 500)
        if max(map(len, cells), default=0) > limit:
            for place, cell in enumerate(cells):
                if len(cell) > limit:
                    self.error("too_long", place, column, length=len(cell), limit=limit)
                    cells[place] = cell[:limit]
        return cells

    def error(self, code: str, place: int, column: str, **values: object) -> None:
        self.problems.error(code, row=self.table.rows[place], column=self.name_of.get(column), **values)

    def warning(self, code: str, place: int, column: str, **values: object) -> None:
        self.problems.warning(code, row=self.table.rows[place], column=self.name_of.get(column), **values)

    def people(self, strict: bool) -> tuple[tuple[PersonRow, ...], int]:
        """Everybody once, `reports_to` still as written, and how many rows were left out as repeated."""
        names, titles = self.text("name"), self.text("title")
        ids = self.text("id") if "id" in self.found else self._ids_from(names)
        rest = [self.text(c) for c in ("reports_to", "department", "grade")]
        fte, level, started = self._fte(), self._levels(), self._started()
        others = [self.text(c) for c in ("status", "role", "team", "source")]
        emails = self._emails()
        id_column = "id" if "id" in self.found else "name"
        people: list[PersonRow] = []
        first: dict[str, int] = {}
        duplicates = 0
        columns = zip(ids, names, titles, *rest, fte, level, started, emails, *others, strict=True)
        for place, cells in enumerate(columns):
            (
                id_,
                name,
                title,
                leader,
                department,
                grade,
                share,
                rank,
                since,
                email,
                status,
                role,
                team,
                source,
            ) = cells
            if not id_:
                self.error("missing", place, id_column)
                continue
            row = self.table.rows[place]
            if id_ in first:
                duplicates += 1
                if id_column == "name":
                    self.error("name_twice", place, "name", name=id_, first=first[id_])
                else:
                    tell = self.error if strict else self.warning
                    tell("id_twice", place, "id", id=id_, first=first[id_])
                continue
            first[id_] = row
            if not name:
                self.warning("name_missing", place, "name", shown=title or id_)
            person = PersonRow(
                id_, name or title or id_, row, title, leader or None, department, grade, share, status, email, rank,
                role, team, since, source,
            )  # fmt: skip
            people.append(person)
            self.directory.add(id_, id=id_, email=email, name=name)
        self._tell_shared_emails(people)
        for id_, known in self.current.items():
            if id_ not in first:
                self.directory.add(id_, id=id_, email=known.email, name=known.name)
        return tuple(people), duplicates

    def _ids_from(self, names: Sequence[str]) -> list[str]:
        """The names as ids, or the ids under which exactly one known person has that name."""
        self.problems.warning("ids_from_names", row=None, column=self.name_of.get("name"))
        known: Directory[str] = Directory()
        for id_, person in self.current.items():
            known.add(id_, name=person.name)
        matches = (known.find(name) for name in names)
        return [match[0] if len(match) == 1 else name for match, name in zip(matches, names, strict=True)]

    def _fte(self) -> list[int | None]:
        if "fte" not in self.found:
            return [None] * self.length
        (shares,) = self.table.numbers([self.found["fte"]], self.problems)
        percents: list[int | None] = []
        for place, share in enumerate(shares):
            # Up to 2 it is a share (0.8, and 1.2 for overtime), above that a percentage.
            number = Decimal(share or 0)
            percent = number * 100 if number <= 2 else number
            if share and not 0 <= percent <= 200:
                self.error("fte", place, "fte", value=share)
            percents.append(int(percent.to_integral_value()) if share and 0 <= percent <= 200 else None)
        return percents

    def _levels(self) -> list[str | None]:
        known = "contributor, entry_manager, mid_manager, senior_leader"
        levels: list[str | None] = []
        for place, cell in enumerate(self.text("level")):
            level = LEVELS.get(folded(cell))
            if cell and level is None:
                self.warning("level", place, "level", value=cell, known=listing(known.split(", ")))
            levels.append(level)
        return levels

    def _started(self) -> list[date | None]:
        if "started" not in self.found:
            return [None] * self.length
        days: list[date | None] = []
        for place, cell in enumerate(self.table.days(self.found["started"], self.problems)):
            try:
                days.append(date.fromisoformat(cell) if cell else None)
            except ValueError:
                self.error("date", place, "started", value=cell)
                days.append(None)
        return days

    def _emails(self) -> list[str]:
        emails = self.text("email")
        for place, email in enumerate(emails):
            if email and not _EMAIL.fullmatch(email):
                self.error("email", place, "email", value=email)
        return emails

    def _tell_shared_emails(self, people: Sequence[PersonRow]) -> None:
        owners: dict[str, PersonRow] = {}
        for person in people:
            owner = owners.setdefault(person.email.casefold(), person)
            if person.email and owner is not person:
                values = {"email": person.email, "other": owner.name, "first": owner.row}
                self.problems.error("email_twice", row=person.row, column=self.name_of.get("email"), **values)

    def with_leaders(self, people: Sequence[PersonRow]) -> tuple[PersonRow, ...]:
        """The people with the ids of their leaders, who are known by id, e-mail address or name."""
        column = self.name_of.get("reports_to")
        resolved: list[PersonRow] = []
        for person in people:
            leader = person.reports_to
            if leader is None:
                resolved.append(person)
                continue
            matches = self.directory.find(leader)
            if len(matches) > 1:
                first, second = (self._called(id_, people) for id_ in matches[:2])
                values = {"leader": leader, "first": first, "second": second}
                self.problems.error("leader_ambiguous", row=person.row, column=column, **values)
            elif not matches:
                near = self.directory.similar(leader)
                if near is None:
                    self.problems.error("leader_unknown", row=person.row, column=column, leader=leader)
                else:
                    values = {"leader": leader, "near": near}
                    self.problems.error("leader_unknown_near", row=person.row, column=column, **values)
            elif matches[0] == person.id:
                self.problems.error("self_report", row=person.row, column=column, id=person.id)
            # An unresolved leader stays as written, so that its people are not taken for roots.
            resolved.append(person._replace(reports_to=matches[0] if len(matches) == 1 else leader))
        return tuple(resolved)

    def _called(self, id_: str, people: Sequence[PersonRow]) -> str:
        row = next((person.row for person in people if person.id == id_), None)
        return id_ if row is None else f"{id_} (row {row})"


def _tell_shape(
    chart: Shape,
    loops: Sequence[Sequence[str]],
    people: Sequence[PersonRow],
    name_of: Mapping[str, str],
    problems: Problems,
) -> None:
    column = name_of.get("reports_to")
    rows = {person.id: person.row for person in people}
    for loop in loops:
        if len(loop) > 1:  # A loop of one has been told as somebody who reports to themselves.
            row = next((rows[id_] for id_ in loop if id_ in rows), None)
            problems.error("loop", row=row, column=column, loop=listing([*loop, loop[0]], " → ", most=200))
    if len(people) > 1 and len(chart.roots) == len(people):
        problems.warning("no_lines", column=column)
    elif len(chart.roots) > 1:
        problems.warning("several_roots", column=column, count=len(chart.roots), roots=listing(chart.roots))
