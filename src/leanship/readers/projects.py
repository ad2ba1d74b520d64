"""Improvement projects from a table, one a row: what they are called, who leads them, and how far they have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from leanship.domain.stages import Stage
from leanship.readers.directory import folded
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns

COLUMNS: Final = (
    Column("id", ("project id", "external id", "number", "key")),
    Column("title", ("project", "name", "summary"), required=True),
    Column("leader", ("led by", "owner", "assignee", "project leader"), required=True),
    Column("raised_on", ("raised", "created", "created on", "date")),
    Column("stage", ("status", "phase", "step")),
    Column("taken_up", ("is led", "active")),
    Column("team", ("where", "department", "area")),
    Column("serves", ("for",)),
    Column("serves_whom", ("customer", "beneficiary", "who benefits")),
    Column("what_was_seen", ("seen", "problem", "description", "observation")),
    Column("goal", ("target condition", "aim")),
    Column("outcome", ("ended as", "resolution")),
    Column("ended_on", ("ended", "closed", "closed on", "done on")),
)

_STAGES: Final = {
    word: stage
    for stage, words in {
        Stage.OPPORTUNITY: ("opportunity", "opportunity recognised", "idea", "new"),
        Stage.CAUSE: ("cause", "current state and cause", "current state", "analysis"),
        Stage.TESTS: ("tests", "tests and prototypes", "test", "prototype"),
        Stage.PLAN: ("plan", "planned"),
        Stage.CHANGE: ("change", "change led", "in progress"),
        Stage.CHECK: ("check", "result checked", "checked"),
        Stage.STANDARD: ("standard", "standardised", "standardized"),
    }.items()
    for word in words
}
_SERVES: Final = {
    word: code
    for code, words in {
        "team": ("team", "a team"),
        "client": ("client", "a client", "customer"),
        "community": ("community", "the community"),
    }.items()
    for word in words
}
_OUTCOMES: Final = {
    word: code
    for code, words in {
        "standardised": ("standardised", "standardized", "done", "completed"),
        "stopped": ("stopped", "cancelled", "canceled", "rejected"),
    }.items()
    for word in words
}
_YES_NO: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "x"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_LONGEST: Final = {"id": 120, "title": 200, "serves_whom": 200, "what_was_seen": 20_000, "goal": 20_000}


class ProjectRow(NamedTuple):
    """One project; an empty text or None is what the file leaves open. `leader` and `team` are as written."""

    id: str
    title: str
    row: int
    leader: str
    raised_on: date | None = None
    stage: Stage | None = None
    taken_up: bool | None = None
    team: str = ""
    serves: str = ""
    serves_whom: str = ""
    seen: str = ""
    goal: str = ""
    outcome: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The projects of a file in its order, the names of its columns as written, and its problems."""

    projects: tuple[ProjectRow, ...]
    columns: Mapping[str, str]
    problems: Problems


def read_projects(
    table: Table, *, columns: Mapping[str, str] | None = None, today: date | None = None
) -> ProjectFile:
    """The projects in a table; `columns` says which column is which where the names do not.

    With `today` a day after it is an error. A project comes once: by its id, or without one by its title.
    """
    problems = table.problems.copy()
    found = find_columns(table, COLUMNS, columns, problems)
    if not {"title", "leader"} <= set(found):
        return ProjectFile((), {}, problems)
    reader = _Reader(table, found, problems, today)
    names = {name: table.header[at] for name, at in found.items()}
    return ProjectFile(reader.read(), names, problems)


class _Reader:
    def __init__(
        self, table: Table, found: Mapping[str, int], problems: Problems, today: date | None
    ) -> None:
        self.table, self.found, self.problems, self.today = table, found, problems, today

    def text(self, column: str) -> list[str]:
        if column not in self.found:
            return [""] * len(self.table)
        cells = self.table.text(self.found[column])
        most = _LONGEST.get(column)
        for place, cell in enumerate(cells):
            if most is not None and len(cell) > most:
                self.error("too_long", place, column, length=len(cell), limit=most)
        return cells

    def error(self, code: str, place: int, column: str, **values: object) -> None:
        name = self.table.header[self.found[column]] if column in self.found else None
        self.problems.error(code, row=self.table.rows[place], column=name, **values)

    def choices(self, column: str, known: Mapping[str, object]) -> list[object]:
        """What the words of a column mean; None where empty, or where the word is told as unknown."""
        meant: list[object] = []
        for place, cell in enumerate(self.text(column)):
            meant.append(known.get(folded(cell)))
            if cell and folded(cell) not in known:
                self.error(
                    "choice",
                    place,
                    column,
                    value=cell,
                    known=listing(dict.fromkeys(map(str, known.values()))),
                )
        return meant

    def days(self, column: str) -> list[date | None]:
        if column not in self.found:
            return [None] * len(self.table)
        found: list[date | None] = []
        for place, text in enumerate(self.table.days(self.found[column], self.problems)):
            day = None
            if text:
                try:
                    day = date.fromisoformat(text[:10])
                except ValueError:
                    self.error("date", place, column, value=text)
            if day is not None and self.today is not None and day > self.today:
                self.error("day_ahead", place, column, value=day.isoformat())
            found.append(day)
        return found

    def read(self) -> tuple[ProjectRow, ...]:
        ids, titles, leaders = self.text("id"), self.text("title"), self.text("leader")
        stages, taken = self.choices("stage", _STAGES), self.choices("taken_up", _YES_NO)
        serves, outcomes = self.choices("serves", _SERVES), self.choices("outcome", _OUTCOMES)
        raised, ended = self.days("raised_on"), self.days("ended_on")
        teams, whom = self.text("team"), self.text("serves_whom")
        seen, goals = self.text("what_was_seen"), self.text("goal")
        first: dict[str, int] = {}
        rows: list[ProjectRow] = []
        for place, row in enumerate(self.table.rows):
            for column, cell in (("title", titles[place]), ("leader", leaders[place])):
                if not cell:
                    self.error("missing", place, column)
            if bool(outcomes[place]) != (ended[place] is not None):
                self.error("end_in_part", place, "outcome" if "outcome" in self.found else "ended_on")
            key = ids[place] or folded(titles[place])
            if key and key in first:
                column = "id" if ids[place] else "title"
                self.error(
                    "project_twice", place, column, project=ids[place] or titles[place], first=first[key]
                )
                continue
            first[key] = row
            stage, is_led = stages[place], taken[place]
            rows.append(
                ProjectRow(
                    id=ids[place],
                    title=" ".join(titles[place].split()),
                    row=row,
                    leader=leaders[place],
                    raised_on=raised[place],
                    stage=stage if isinstance(stage, Stage) else None,
                    taken_up=is_led if isinstance(is_led, bool) else None,
                    team=teams[place],
                    serves=str(serves[place] or ""),
                    serves_whom=" ".join(whom[place].split()),
                    seen=seen[place].strip(),
                    goal=goals[place].strip(),
                    outcome=str(outcomes[place] or ""),
                    ended_on=ended[place],
                )
            )
        return tuple(rows)
