"""The two shapes in which people keep measurements, brought into one: a row for each value.

*Long* has one measurement a row (`subject, kpi, period, value …`). *Wide* has one series a row (`subject, kpi`)
and one period a column, as in a spreadsheet; the periods stand in the header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanship.domain import periods
from leanship.readers import cells
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS: Final = (
    Column(
        "subject", ("person", "person id", "unit", "team", "employee", "employee id", "email", "name", "id")
    ),
    Column("kpi", ("measure", "indicator", "metric", "kpi name")),
    Column("period", ("date", "day", "week", "month", "quarter", "time")),
    Column("value", ("actual", "result", "measurement")),
    Column("numerator", ("part",)),
    Column("denominator", ("whole", "base")),
    Column("standard", ("target", "goal")),
    Column("direction", ("better", "better is", "polarity")),
)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as its distinct texts, in the order in which they first come, and each row's place among them."""

    texts: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, column: Sequence[str]) -> Coded:
        """The column, coded."""
        index = {text: place for place, text in enumerate(dict.fromkeys(column))}
        return cls(tuple(index), np.fromiter(map(index.__getitem__, column), np.int64, len(column)))

    def spread(self, times: int) -> Coded:
        """The column with each row repeated."""
        return Coded(self.texts, np.repeat(self.codes, times))

    def firsts(self) -> list[int]:
        """For each text the first row in which it stands."""
        _, first = np.unique(self.codes, return_index=True)
        return [int(place) for place in first]

    def empty(self) -> Flags:
        """Which rows have no text."""
        return np.array([not text for text in self.texts], np.bool_)[self.codes]


@dataclass(frozen=True, slots=True)
class Long:
    """A row for each cell that could hold a value; numbers as exact text, empty where there is none.

    `unreadable` marks periods that have been told as wrong already; `row` is the file's, `named` gives the name
    of each column in the file, `headers` that of each row's value where the shape is wide.
    """

    subject: Coded
    kpi: Coded
    period: Coded
    unreadable: Flags
    value: Sequence[str]
    numerator: Sequence[str]
    denominator: Sequence[str]
    standard: Sequence[str]
    direction: Coded
    row: Ints
    named: Mapping[str, str]
    headers: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.value)

    def place(self, index: int, column: str = "value") -> tuple[int, str | None]:
        """The row in the file and the name of the column of one value, for a problem to name."""
        if self.headers and column in ("value", "period"):
            return int(self.row[index]), self.headers[index % len(self.headers)]
        return int(self.row[index]), self.named.get(column)


def shaped(
    table: Table,
    overrides: Mapping[str, str],
    subject: str | None,
    kpi: str | None,
    problems: Problems,
) -> Long | None:
    """The table with a row for each value; None where it lacks what a measurement needs, which is then told.

    `subject` and `kpi` are what all rows are about where the file has no column for it.
    """
    if not table.header:
        return None
    found = find_columns(table, COLUMNS, overrides, problems)
    for column, given in (("subject", subject), ("kpi", kpi)):
        if column not in found and given is None:
            if column == "subject":
                problems.error("column_missing", name=column, found=listing(table.header))
            else:
                problems.error("kpi_unnamed")
            return None
    wide = _period_columns(table, found) if "value" not in found and "period" not in found else []
    if not wide:
        for column in ("period", "value"):
            if column not in found and not (column == "value" and "numerator" in found):
                problems.error("column_missing", name=column, found=listing(table.header))
                return None
    named = {column: table.header[index] for column, index in found.items()}
    constants = {"subject": subject or "", "kpi": kpi or ""}
    texts = {
        column: Coded.of(
            table.text(found[column]) if column in found else [constants.get(column, "")] * len(table)
        )
        for column in ("subject", "kpi", "direction")
    }
    rows = np.array(table.rows, np.int64)
    if wide:
        return _wide(table, found, wide, texts, rows, named, problems)
    period = table.days(found["period"], problems)
    written = table.text(found["period"])
    kinds = [kind for kind in ("value", "numerator", "denominator", "standard") if kind in found]
    numbers = dict(zip(kinds, table.numbers([found[kind] for kind in kinds], problems), strict=True))
    nothing = [""] * len(table)
    return Long(
        texts["subject"],
        texts["kpi"],
        Coded.of(period),
        np.array([bool(w) and not p for w, p in zip(written, period, strict=True)], np.bool_),
        numbers.get("value", nothing),
        numbers.get("numerator", nothing),
        numbers.get("denominator", nothing),
        numbers.get("standard", nothing),
        texts["direction"],
        rows,
        named,
    )


def _period_columns(table: Table, found: Mapping[str, int]) -> list[int]:
    """The columns whose header is a period, looked at without regard to the order of day and month."""
    taken = set(found.values())
    iso = cells.days("", table.header, [1] * len(table.header), Problems(""), table.date_order)
    return [index for index, text in enumerate(iso) if index not in taken and _is_period(text)]


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except ValueError:
        return False
    return True


def _wide(
    table: Table,
    found: Mapping[str, int],
    wide: Sequence[int],
    texts: Mapping[str, Coded],
    rows: Ints,
    named: Mapping[str, str],
    problems: Problems,
) -> Long:
    headers = [table.header[index] for index in wide]
    known = set(found.values()) | set(wide)
    others = [name for index, name in enumerate(table.header) if index not in known]
    if others:
        problems.warning("columns_ignored", row=table.header_row, columns=listing(others))
    header_rows = [table.header_row] * len(wide)
    iso = cells.days("header", headers, header_rows, problems, table.date_order)
    standards = [found["standard"]] if "standard" in found else []
    numbers = table.numbers([*wide, *standards], problems)
    value = list(chain.from_iterable(zip(*numbers[: len(wide)], strict=True)))
    count, times = len(rows), len(wide)
    standard = list(chain.from_iterable(repeat(text, times) for text in numbers[-1])) if standards else []
    period = Coded.of(iso)
    nothing = [""] * (count * times)
    return Long(
        texts["subject"].spread(times),
        texts["kpi"].spread(times),
        Coded(period.texts, np.tile(period.codes, count)),
        np.zeros(count * times, np.bool_),
        value,
        nothing,
        nothing,
        standard or nothing,
        texts["direction"].spread(times),
        np.repeat(rows, times),
        named,
        headers,
    )
