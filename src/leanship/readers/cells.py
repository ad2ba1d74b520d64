"""What one column of cells says: text, exact decimal numbers, and days, in whatever way they were written.

Numbers stay text here, in one form (`-12.5`), because a figure is decided on its decimals as entered. Two ways
of writing are told apart by what the column itself shows: `12,5` can only be a decimal comma, `1,234.5` only a
decimal point. Where a column shows neither, as with `1,234` alone, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from leanship.readers.problems import Problems

Cell = str | int | float | Decimal | bool | date | datetime | time | timedelta
DecimalSign = Literal[".", ","]
DateOrder = Literal["ymd", "dmy", "mdy"]

#: What people write for "no value"; read as an empty cell.
NO_VALUE: Final = frozenset({"", "-", "–", "—", "..", "na", "n/a", "nan", "null", "none", "#n/a"})

_EXPONENT: Final = r"(?:[eE][-+]?\d{1,2})?"
_PLAIN: Final = re.compile(r"-?\d{1,25}(?:\.\d{1,25})?", re.ASCII)
_LONGEST: Final = 60  # Thousands of digits are a mistake, and slow to turn into a number.
_POINT: Final = re.compile(
    rf"[-+]?(?:\d+\.?\d*|\.\d+|[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d*)?){_EXPONENT}", re.ASCII
)
_COMMA: Final = re.compile(
    rf"[-+]?(?:\d+,?\d*|,\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+(?:,\d*)?){_EXPONENT}", re.ASCII
)
# A group of three after a blank or an apostrophe: 1 234,5 (French, Polish), 1'234.5 (Swiss).
_GROUP: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")

_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:.*)?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ]\d{1,2}:.*)?", re.ASCII)


def text(cell: Cell) -> str:
    """The cell as text: as written in a text file; a workbook's numbers as a spreadsheet shows them in full.

    A spreadsheet keeps 17 digits and shows 15: what a person typed is back after rounding to 15, and what a
    formula left behind (0.30000000000000004) is back to what the sheet shows.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, int | float):
        return format(Decimal(f"{cell:.15g}"), "f") if cell == cell and abs(cell) < 1e30 else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def numbers(
    columns: Sequence[tuple[str, Sequence[Cell]]],
    rows: Sequence[int],
    problems: Problems,
    sign: DecimalSign | None = None,
) -> list[list[str]]:
    """The named columns as exact decimal text such as `-12.5`, empty where there is no value.

    `sign` is the decimal sign; without it, it is read off all these columns together, since one file is
    written in one way. What is no number is an error with its row and column, and comes back empty.
    """
    mixed = problems.count("decimal_mixed")
    if sign is None:
        sign = _decimal_sign(columns, rows, problems)
    mixed = problems.count("decimal_mixed") - mixed
    results = []
    for name, cells in columns:
        read: dict[Cell, str] = {}
        bad: set[Cell] = set()
        for cell in dict.fromkeys(cells):
            number = _number(cell, sign)
            # Where both signs occur, one error has told it; each number in the other way is not one more.
            if number is None and not (mixed and isinstance(cell, str) and _COMMA.fullmatch(_squeezed(cell))):
                bad.add(cell)
            read[cell] = number or ""
        if bad:
            for row, cell in zip(rows, cells, strict=True):
                if cell in bad:
                    problems.error("number", row=row, column=name, value=text(cell))
        results.append([read[cell] for cell in cells])
    return results


def _decimal_sign(
    columns: Sequence[tuple[str, Sequence[Cell]]], rows: Sequence[int], problems: Problems
) -> DecimalSign:
    """The sign that the cells allow; a point, with an error, where they show both or could mean either."""
    shows: dict[DecimalSign, tuple[str, int, str]] = {}
    unclear: tuple[str, int, str] | None = None
    for name, cells in columns:
        for value in dict.fromkeys(cells):
            if not isinstance(value, str) or not ("," in value or "." in value):
                continue
            squeezed = _squeezed(value)
            point, comma = bool(_POINT.fullmatch(squeezed)), bool(_COMMA.fullmatch(squeezed))
            if point == comma:
                # A lone 1.234 is taken as written with a point; a lone 1,234 is as often the one as the other.
                if point and "," in value and unclear is None:
                    unclear = name, rows[cells.index(value)], value
            else:
                sign: DecimalSign = "." if point else ","
                if sign not in shows:
                    shows[sign] = name, rows[cells.index(value)], value
    if len(shows) == 2:
        name, row, value = shows[","]
        _, other, other_value = shows["."]
        problems.error(
            "decimal_mixed", row=row, column=name, value=value, other=other, other_value=other_value
        )
        return "."
    if not shows and unclear is not None:
        name, row, value = unclear
        problems.error("decimal_unclear", row=row, column=name, value=value)
    return next(iter(shows), ".")


def _number(cell: Cell, sign: DecimalSign) -> str | None:
    """Exact decimal text, empty text for no value, None for what is no number."""
    if isinstance(cell, str):
        if sign == "." and _PLAIN.fullmatch(cell):
            return cell
        if cell.strip().lower() in NO_VALUE:
            return ""
        squeezed = _squeezed(cell)
        if len(squeezed) > _LONGEST or not (_POINT if sign == "." else _COMMA).fullmatch(squeezed):
            return None
        if sign == ",":
            squeezed = squeezed.replace(".", "").replace(",", ".")
        return format(Decimal(squeezed.replace(",", "")), "f")
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None
    return text(cell) if -1e30 < float(cell) < 1e30 else None


def _squeezed(value: str) -> str:
    return _GROUP.sub("", value.strip().removesuffix("%").rstrip()).replace("\u2212", "-")


def days(
    name: str,
    cells: Sequence[Cell],
    rows: Sequence[int],
    problems: Problems,
    order: DateOrder | None = None,
) -> list[str]:
    """The column with every date as `2026-11-22`, its time of day left out; other text stays as it is.

    The year may come first or last. With the year last, `22.11.2026` has the day first, as everywhere where
    dots are used; between slashes or dashes `order` says which it is or, without it, a cell of the column
    that can be read in one way only. Where there is none, that is an error, not a guess.
    """
    distinct = list(dict.fromkeys(cells))
    if order not in ("dmy", "mdy"):
        order = _date_order(name, distinct, cells, rows, problems)
    read: dict[Cell, str] = {}
    bad: set[Cell] = set()
    for cell in distinct:
        day = _day(cell, order)
        if day is None:
            bad.add(cell)
        read[cell] = day or ""
    if bad:
        for row, cell in zip(rows, cells, strict=True):
            if cell in bad:
                problems.error("date", row=row, column=name, value=text(cell))
    return [read[cell] for cell in cells]


def _date_order(
    name: str, distinct: Sequence[Cell], cells: Sequence[Cell], rows: Sequence[int], problems: Problems
) -> DateOrder | None:
    shows: dict[DateOrder, str] = {}
    unclear: str | None = None
    for value in distinct:
        found = _YEAR_LAST.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None or found[2] == "." or not isinstance(value, str):
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            shows.setdefault("dmy", value)
        elif second > 12 >= first:
            shows.setdefault("mdy", value)
        elif first != second and unclear is None:
            unclear = value
    if len(shows) == 2:
        row, other = rows[cells.index(shows["mdy"])], rows[cells.index(shows["dmy"])]
        values = {"value": shows["mdy"], "other": other, "other_value": shows["dmy"]}
        problems.error("date_order_mixed", row=row, column=name, **values)
    elif not shows and unclear is not None:
        problems.error("date_order_unclear", row=rows[cells.index(unclear)], column=name, value=unclear)
    return next(iter(shows), None)


def _day(cell: Cell, order: DateOrder | None) -> str | None:
    """The date in ISO form, other text unchanged, None for what looks like a date and is none."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if not isinstance(cell, str):
        return text(cell)
    value = cell.strip()
    if found := _YEAR_FIRST.fullmatch(value):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _YEAR_LAST.fullmatch(value):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if order == "mdy":
            day, month = month, day
    else:
        return value
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
