"""A table from a file: CSV or XLSX, in whatever encoding and with whatever delimiter, as columns of cells.

`read_table` never raises for a bad file. It gives back a table with what could be read and the problems of
the rest; a table whose problems are `blocking` must not be written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from leanship.readers import cells as _cells
from leanship.readers import delimited
from leanship.readers.cells import Cell, DateOrder, DecimalSign
from leanship.readers.problems import Problems, listing

#: What `writing` puts before text that a spreadsheet would take for a formula, and what is taken off here.
GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask for before it is refused; a web face sets them lower than the command line."""

    file_bytes: int = 1_000_000_000
    unpacked_bytes: int = 500_000_000
    rows: int = 20_000_000
    columns: int = 4_000


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of cells of equal length, under the names of the header.

    `rows` gives for each cell of a column its row in the file, as a person sees it there (the header is row 1).
    Cells are text in a text file, typed in a workbook; `text`, `numbers` and `days` read them alike.
    """

    name: str
    header: tuple[str, ...] = ()
    header_row: int = 1
    columns: tuple[Sequence[Cell], ...] = ()
    rows: Sequence[int] = ()
    problems: Problems = field(default_factory=lambda: Problems(""))
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    decimal: DecimalSign | None = None
    date_order: DateOrder | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, index: int) -> list[str]:
        """The column as text without blanks at either end."""
        return [_cells.text(cell).strip() for cell in self.columns[index]]

    def numbers(self, indexes: Sequence[int], problems: Problems) -> list[list[str]]:
        """These columns as exact decimal text (`-12.5`), empty where there is no value; see `cells.numbers`."""
        return self.read_numbers([(self.header[index], self.columns[index]) for index in indexes], problems)

    def read_numbers(
        self, named: Sequence[tuple[str, Sequence[Cell]]], problems: Problems
    ) -> list[list[str]]:
        """The same of columns that are the table's but for some cells, each with its name."""
        return _cells.numbers(named, self.rows, problems, self.decimal)

    def days(self, index: int, problems: Problems) -> list[str]:
        """The column with dates as `2026-11-22` and all other text as it stands; see `cells.days`."""
        return _cells.days(self.header[index], self.columns[index], self.rows, problems, self.date_order)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a reader knows: its own name, other names it goes by, and whether it must be there."""

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


def read_table(
    source: Path | str | bytes,
    *,
    name: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: DecimalSign | None = None,
    date_order: DateOrder | None = None,
    limits: Limits | None = None,
) -> Table:
    """The table in a file, given by its path or as its bytes (then `name` says what to call it).

    What a file is, is read from its first bytes, not from its name. `sheet` chooses in a workbook; `encoding`
    and `delimiter` are for text files, which are UTF-8, or UTF-16 with its mark, and tell their delimiter
    (comma, semicolon, tab, bar) by their header. `decimal` and `date_order` say how numbers and dates are
    written where the file does not show it.
    """
    limits = limits or Limits()
    shown_name = name or ("file" if isinstance(source, bytes) else Path(source).name or str(source))
    problems = Problems(shown_name)
    data = source if isinstance(source, bytes) else _bytes(Path(source), limits, problems)
    if data is None:
        return Table(shown_name, problems=problems)
    if len(data) > limits.file_bytes:
        _too_large(len(data), limits, problems)
        return Table(shown_name, problems=problems)
    if data.startswith((_ZIP, _OLE)):
        table = _from_workbook(data, problems, sheet, limits)
    elif shown_name.lower().endswith((".xlsx", ".xlsm")) and data:
        problems.error("workbook_not_zip")
        return Table(shown_name, problems=problems)
    else:
        table = _from_text(data, problems, encoding, delimiter, limits)
    return replace(table, decimal=decimal, date_order=date_order)


def _bytes(path: Path, limits: Limits, problems: Problems) -> bytes | None:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            _too_large(size, limits, problems)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        problems.error("not_found")
    except OSError as trouble:
        problems.error("not_readable", reason=trouble.strerror or trouble)
    return None


def _too_large(size: int, limits: Limits, problems: Problems) -> None:
    problems.error("too_large", size=-(-size // 1_000_000), limit=limits.file_bytes // 1_000_000)


def _from_text(
    data: bytes, problems: Problems, encoding: str | None, delimiter: str | None, limits: Limits
) -> Table:
    lines = delimited.read(data, problems, encoding=encoding, delimiter=delimiter, max_rows=limits.rows)
    if lines is None:
        return Table(problems.file, problems=problems)
    header: Sequence[Cell] = lines.header
    columns: Sequence[Sequence[Cell]] = list(zip(*lines.records, strict=True)) or [()] * len(header)
    if b"'" in data:  # True of UTF-16 too, where a zero byte stands beside it.
        header = _unguarded(header)
        columns = [_unguarded(column) for column in columns]
    table = _table(problems, header, lines.header_row, columns, lines.numbers, limits)
    return replace(table, encoding=lines.encoding, delimiter=lines.delimiter)


def _from_workbook(data: bytes, problems: Problems, sheet: str | None, limits: Limits) -> Table:
    from leanship.readers import workbook  # A text file has no need of calamine.

    found = workbook.read(
        data,
        problems,
        sheet=sheet,
        max_unpacked=limits.unpacked_bytes,
        max_rows=limits.rows,
        max_columns=limits.columns,
    )
    if found is None:
        return Table(problems.file, problems=problems)
    filled = [(found.first_row + i, row) for i, row in enumerate(found.rows) if any(c != "" for c in row)]
    if not filled:
        problems.error("empty")
        return Table(problems.file, problems=problems, sheet=found.name)
    header = _unguarded(filled[0][1])
    body = filled[1:]
    columns = [_unguarded(column) for column in zip(*(row for _, row in body), strict=True)]
    rows = [row for row, _ in body]
    table = _table(problems, header, filled[0][0], columns or [()] * len(header), rows, limits)
    return replace(table, sheet=found.name)


def _unguarded(column: Sequence[Cell]) -> Sequence[Cell]:
    """The column with exactly one apostrophe taken off wherever an export has put one; see `writing`."""
    return [
        cell[1:] if isinstance(cell, str) and cell[:1] == "'" and GUARDED.match(cell) else cell
        for cell in column
    ]


def _table(
    problems: Problems,
    header: Sequence[Cell],
    header_row: int,
    columns: Sequence[Sequence[Cell]],
    rows: Sequence[int],
    limits: Limits,
) -> Table:
    """The table with its header checked: a name for each column, and each name once."""
    names = [_cells.text(name).strip() for name in header]
    if len(names) > limits.columns:
        problems.error("too_many_columns", row=header_row, limit=limits.columns)
        return Table(problems.file, problems=problems)
    seen: dict[str, int] = {}
    kept = []
    for index, name in enumerate(names):
        if not name:
            if any(cell != "" for cell in columns[index]):
                problems.warning("column_unnamed", row=header_row, column=str(index + 1), number=index + 1)
            continue
        if name.casefold() in seen:
            first = seen[name.casefold()] + 1
            problems.error(
                "column_twice", row=header_row, column=name, name=name, first=first, second=index + 1
            )
            continue
        seen[name.casefold()] = index
        kept.append(index)
    if not rows and not problems.blocking:
        problems.error("header_only", row=header_row)
    return Table(
        problems.file,
        tuple(names[index] for index in kept),
        header_row,
        tuple(columns[index] for index in kept),
        rows,
        problems,
    )


def normalised(name: str) -> str:
    """A column's name as it is compared: without case, blanks, underscores and other signs.

    `Reports to`, `reports_to` and `reportsTo` are one; a name of signs alone stays as it is.
    """
    return "".join(filter(str.isalnum, name.casefold())) or name.casefold()


def find_columns(
    table: Table,
    wanted: Sequence[Column],
    overrides: Mapping[str, str] | None = None,
    problems: Problems | None = None,
) -> dict[str, int]:
    """Which column of the table is which: the known name to its index, for those that are there.

    A column is found by the name its user gives in `overrides`, else by its own name, else by one of its
    synonyms. A required one that is missing, or one that two columns could be, is an error that lists what
    the file has; it goes to `problems`, or to the table's own.
    """
    problems = table.problems if problems is None else problems
    overrides = overrides or {}
    found: dict[str, int] = {}
    if not table.header:
        return found  # Why there is none has been said already.
    exact = {name.casefold(): index for index, name in enumerate(table.header)}
    loose: dict[str, list[int]] = {}
    for index, name in enumerate(table.header):
        loose.setdefault(normalised(name), []).append(index)
    listed = listing(table.header)
    # What a user says comes first, then each column's own name, so that no synonym takes it from another.
    candidates: dict[str, list[int]] = {}
    for column in wanted:
        if (given := overrides.get(column.name)) is not None:
            at = exact.get(given.casefold())
            candidates[column.name] = loose.get(normalised(given), []) if at is None else [at]
            if not candidates[column.name]:
                problems.error("column_override", name=given, wanted=column.name, found=listed)
        elif indexes := loose.get(normalised(column.name)):
            candidates[column.name] = indexes
    taken = {index for indexes in candidates.values() for index in indexes}
    for column in wanted:
        if column.name not in candidates:
            synonyms = (index for name in column.synonyms for index in loose.get(normalised(name), []))
            candidates[column.name] = [index for index in dict.fromkeys(synonyms) if index not in taken]
            if not candidates[column.name] and column.required:
                problems.error("column_missing", name=column.name, found=listed)
        if len(candidates[column.name]) > 1:
            first, second = (table.header[index] for index in candidates[column.name][:2])
            problems.error("column_ambiguous", name=column.name, first=first, second=second)
        elif candidates[column.name]:
            found[column.name] = candidates[column.name][0]
    return found
