"""KPI definitions from a table: what is measured, how it is judged, and for whom.

One row describes one KPI; more rows of the same name add subjects to it, each with a standard, a weight and a
*must hold* of its own where they differ. What describes the KPI itself must say the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from leanship.domain import figures, periods
from leanship.domain.figures import Better
from leanship.domain.periods import Cadence
from leanship.readers.directory import folded
from leanship.readers.measurements import BETTER
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns
from leanship.readers.units import MOST_DECIMALS

T = TypeVar("T")

COLUMNS: Final = (
    Column("name", ("kpi", "kpi name", "measure", "indicator", "metric"), required=True),
    Column("description", ("definition", "meaning")),
    Column("unit", ("unit of measure",)),
    Column("direction", ("better", "better is", "polarity")),
    Column("cadence", ("frequency", "interval", "period")),
    Column("aggregation", ("aggregate", "how to aggregate")),
    Column("ratio_scale", ("scale",)),
    Column("decimals", ("decimal places",)),
    Column("floor", ("minimum", "lowest possible")),
    Column("ceiling", ("maximum", "highest possible")),
    Column("on_shortfall", ("rated on shortfall", "shortfall")),
    Column("exceeds", ("exceeds from",)),
    Column("meets", ("meets from",)),
    Column("subject", ("person", "team", "owner", "for")),
    Column("standard", ("target", "goal")),
    Column("standard_from", ("target from", "valid from", "from")),
    Column("weight"),
    Column("must_hold", ("must", "mandatory")),
)

_CADENCES: Final = {
    word: cadence
    for cadence in Cadence
    for word in (cadence.value, f"{cadence}s", "daily" if cadence is Cadence.DAY else f"{cadence}ly")
}
_AGGREGATIONS: Final = {
    word: code
    for code, words in {
        "sum": ("sum", "total"),
        "mean": ("mean", "average", "avg"),
        "last": ("last", "latest", "last value"),
        "ratio": ("ratio", "share"),
    }.items()
    for word in words
}
_YES_NO: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "x"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_PEERS: Final = frozenset({"peers", "peer", "median of peers"})
_NO_STANDARD: Final = frozenset({"none", "not rated"})


class KpiRow(NamedTuple):
    """One KPI. `floor` and `ceiling` count its last decimal; None is what the file leaves to the defaults.

    `standards` is how it is judged: "known" (a target), "peers" or "none"; None where the file does not say.
    `exceeds` and `meets` are whole percents of the standard; `on_shortfall` rates what is missing to the ceiling.
    """

    name: str
    row: int
    description: str = ""
    unit: str = ""
    better: Better | None = None
    cadence: Cadence | None = None
    aggregation: str | None = None
    ratio_scale: int | None = None
    decimals: int = 0
    standards: str | None = None
    floor: int | None = None
    ceiling: int | None = None
    on_shortfall: bool | None = None
    exceeds: int | None = None
    meets: int | None = None


class SeriesRow(NamedTuple):
    """What one row says of a KPI for one subject, or for all of them where `subject` is empty.

    `kpi` is the KPI's name, `standard` counts its last decimal and holds from the period `standard_from` on, in
    the KPI's cadence (None: from the start).
    """

    kpi: str
    subject: str
    row: int
    standard: int | None
    standard_from: int | None
    weight: int | None
    must_hold: bool | None


@dataclass(frozen=True, slots=True)
class KpiFile:
    """The KPIs of a file, each once, and its rows about subjects and standards, with the file's problems."""

    kpis: tuple[KpiRow, ...]
    series: tuple[SeriesRow, ...]
    columns: frozenset[str]
    problems: Problems


def read_kpis(table: Table, *, columns: Mapping[str, str] | None = None) -> KpiFile:
    """The KPI definitions in a table; `columns` says which column is which where the names do not."""
    problems = table.problems.copy()
    found = find_columns(table, COLUMNS, columns, problems)
    if "name" not in found:
        return KpiFile((), (), frozenset(), problems)
    reader = _Reader(table, found, problems)
    return KpiFile(*reader.read(), frozenset(found), problems)


class _Reader:
    """The table's columns by name, and what is told about their cells."""

    def __init__(self, table: Table, found: Mapping[str, int], problems: Problems) -> None:
        self.table = table
        self.found = found
        self.problems = problems
        standards = self.text("standard")
        # Words in the column of standards are no numbers that failed.
        self.words = [folded(cell) if folded(cell) in _PEERS | _NO_STANDARD else "" for cell in standards]
        numeric = [column for column in ("standard", "floor", "ceiling") if column in found]
        cells = [
            [
                cell if column != "standard" or not word else ""
                for cell, word in zip(raw, self.words, strict=True)
            ]
            for column in numeric
            for raw in [table.columns[found[column]]]
        ]
        named = [
            (table.header[found[column]], column_) for column, column_ in zip(numeric, cells, strict=True)
        ]
        numbers = table.read_numbers(named, problems)
        self.numbers = dict(zip(numeric, numbers, strict=True))

    def text(self, column: str) -> list[str]:
        if column not in self.found:
            return [""] * len(self.table)
        return self.table.text(self.found[column])

    def error(self, code: str, place: int, column: str, **values: object) -> None:
        name = self.table.header[self.found[column]] if column in self.found else None
        self.problems.error(code, row=self.table.rows[place], column=name, **values)

    def choices(self, column: str, known: Mapping[str, T], code: str = "choice") -> list[T | None]:
        """The column's words as what they mean; None where empty, or where the word is told as unknown."""
        meant: list[T | None] = []
        for place, cell in enumerate(self.text(column)):
            meant.append(known.get(folded(cell)))
            if cell and folded(cell) not in known:
                values = (
                    {"known": listing(dict.fromkeys(map(str, known.values())))} if code == "choice" else {}
                )
                self.error(code, place, column, value=cell, **values)
        return meant

    def wholes(self, column: str, low: int, high: int) -> list[int | None]:
        """The column's whole numbers within a range; None where empty or told as wrong."""
        read: list[int | None] = []
        for place, cell in enumerate(self.text(column)):
            number = cell.removesuffix("%").strip()
            fits = number.isdecimal() and len(number) < 10 and low <= int(number) <= high
            read.append(int(number) if fits else None)
            if cell and not fits:
                self.error("whole_range", place, column, value=cell, low=low, high=high)
        return read

    def read(self) -> tuple[tuple[KpiRow, ...], tuple[SeriesRow, ...]]:
        names = self.text("name")
        decimals = self._decimals(names)
        described: dict[str, Sequence[Any]] = {
            "description": [cell or None for cell in self.text("description")],
            "unit": [cell or None for cell in self.text("unit")],
            "better": self.choices("direction", BETTER, "direction"),
            "cadence": self.choices("cadence", _CADENCES),
            "aggregation": self.choices("aggregation", _AGGREGATIONS),
            "ratio_scale": self.wholes("ratio_scale", 1, 1_000_000),
            "standards": self._standards(),
            "floor": self._units("floor", names, decimals),
            "ceiling": self._units("ceiling", names, decimals),
            "on_shortfall": self.choices("on_shortfall", _YES_NO, "yes_no"),
            "exceeds": self.wholes("exceeds", 1, 1000),
            "meets": self.wholes("meets", 1, 1000),
        }
        kpis: dict[str, KpiRow] = {}
        for place, name in enumerate(names):
            if not name:
                self.error("missing", place, "name")
                continue
            kpi = kpis.get(folded(name))
            said = {field: column[place] for field, column in described.items() if column[place] is not None}
            if kpi is None:
                kpi = KpiRow(name, self.table.rows[place], decimals=decimals[folded(name)])
            else:
                self._tell_differences(kpi, said, place)
                said = {field: value for field, value in said.items() if getattr(kpi, field) in (None, "")}
            kpis[folded(name)] = kpi._replace(**said)
        self._tell_contradictions(kpis)
        return tuple(kpis.values()), self._series(names, decimals, kpis)

    def _standards(self) -> list[str | None]:
        kinds: list[str | None] = []
        for word, number in zip(self.words, self.numbers.get("standard", self.words), strict=True):
            kinds.append("peers" if word in _PEERS else "none" if word else "known" if number else None)
        return kinds

    def _decimals(self, names: Sequence[str]) -> dict[str, int]:
        """For each KPI its decimals as given, else as many as its standards and bounds are written with."""
        most: dict[str, int] = {}
        for column in self.numbers.values():
            for name, number in zip(names, column, strict=True):
                used = min(figures.decimals_in(number), MOST_DECIMALS)
                most[folded(name)] = max(most.get(folded(name), 0), used)
        given: dict[str, int] = {}
        for name, decimals in zip(names, self.wholes("decimals", 0, MOST_DECIMALS), strict=True):
            if decimals is not None:
                given.setdefault(folded(name), decimals)
        return {folded(name): given.get(folded(name), most.get(folded(name), 0)) for name in names}

    def _units(self, column: str, names: Sequence[str], decimals: Mapping[str, int]) -> list[int | None]:
        read: list[int | None] = []
        for place, (name, number) in enumerate(
            zip(names, self.numbers.get(column, [""] * len(names)), strict=True)
        ):
            kept = decimals[folded(name)]
            try:
                unit = figures.parse_decimal(number, kept) if number else None
            except ValueError:
                unit = None
                self.error("decimals", place, column, value=number, decimals=kept)
            if unit is not None and abs(unit) >= 2**63:
                unit = None
                self.error("number_range", place, column, value=number, decimals=kept)
            read.append(unit)
        return read

    def _tell_differences(self, kpi: KpiRow, said: Mapping[str, object], place: int) -> None:
        columns = {"better": "direction", "standards": "standard"}
        for field, value in said.items():
            other = getattr(kpi, field)
            if other not in (None, "", value):
                column = columns.get(field, field)
                self.error("kpi_differs", place, column, kpi=kpi.name, first=kpi.row, other=other)

    def _tell_contradictions(self, kpis: Mapping[str, KpiRow]) -> None:
        row_places = {row: place for place, row in enumerate(self.table.rows)}
        for kpi in kpis.values():
            place = row_places[kpi.row]
            exceeds, meets = kpi.exceeds or 105, kpi.meets or 100
            if (kpi.exceeds or kpi.meets) and exceeds <= meets:
                self.error("thresholds", place, "exceeds", exceeds=exceeds, meets=meets)
            if kpi.floor is not None and kpi.ceiling is not None and kpi.ceiling <= kpi.floor:
                floor = figures.format_decimal(kpi.floor, kpi.decimals)
                ceiling = figures.format_decimal(kpi.ceiling, kpi.decimals)
                self.error("floor_ceiling", place, "ceiling", ceiling=ceiling, floor=floor)

    def _series(
        self, names: Sequence[str], decimals: Mapping[str, int], kpis: Mapping[str, KpiRow]
    ) -> tuple[SeriesRow, ...]:
        subjects = self.text("subject")
        standards = self._units("standard", names, decimals)
        starts = self._starts(names, kpis)
        weights = self.wholes("weight", 1, 1000)
        holds = self.choices("must_hold", _YES_NO, "yes_no")
        rows: list[SeriesRow] = []
        first: dict[tuple[str, str, int | None], int] = {}
        for place, name in enumerate(names):
            if not name:
                continue
            row = self.table.rows[place]
            key = (folded(name), folded(subjects[place]), starts[place])
            if key in first:
                who = subjects[place] or "everybody"
                self.error("series_twice", place, "name", kpi=name, subject=who, first=first[key])
                continue
            first[key] = row
            told = (standards[place], starts[place], weights[place], holds[place])
            rows.append(SeriesRow(kpis[folded(name)].name, subjects[place], row, *told))
        return tuple(rows)

    def _starts(self, names: Sequence[str], kpis: Mapping[str, KpiRow]) -> list[int | None]:
        """The period from which each row's standard holds, in the cadence of its KPI."""
        if "standard_from" not in self.found:
            return [None] * len(names)
        starts: list[int | None] = []
        written = self.table.days(self.found["standard_from"], self.problems)
        for place, (name, text) in enumerate(zip(names, written, strict=True)):
            start = None
            if text and name:
                cadence = kpis[folded(name)].cadence
                try:
                    start = periods.parse(text, cadence)[1] if cadence else None
                    if cadence is None:
                        self.error("cadence_needed", place, "standard_from", kpi=name)
                except ValueError:
                    self.error(
                        "period_wanted", place, "standard_from", value=text, cadence=cadence or "period"
                    )
            starts.append(start)
        return starts
