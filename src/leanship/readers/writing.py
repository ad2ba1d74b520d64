"""Tables out: CSV and XLSX that a spreadsheet opens without running anything, and that read back unchanged.

A spreadsheet takes text that begins with `=`, `+`, `-` or `@` (or hides one behind a tab or a line break) for a
formula, and a formula can call programs. Such text gets one `'` in front, and `read_table` takes exactly that
one off again; text that already has apostrophes before such a sign gets one more, so that the way back is
exact. Numbers and dates are not text and stay what they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TextIO

#: What a cell may hold; None is an empty cell.
Value = str | int | float | Decimal | bool | date | datetime | None

_DANGEROUS: Final = re.compile(r"'*[=+\-@\t\r]")
# What XML 1.0 cannot hold, and what would be read as its escape.
_ESCAPED: Final = re.compile("[\x00-\x08\x0b-\x0d\x0e-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
#: A spreadsheet keeps 15 digits of a number; more would come back changed.
_DIGITS: Final = 15
_CELL: Final = 32_767
_ROWS: Final = 1_048_576


def guarded(text: str) -> str:
    """The text as it may stand in a cell: with one `'` before it where a spreadsheet would see a formula."""
    return "'" + text if _DANGEROUS.match(text) else text


def write_csv(
    stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[Value]], delimiter: str = ","
) -> None:
    """Writes a table as CSV (RFC 4180); the stream must have been opened with `newline=""`."""
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_written(value) for value in row] for row in rows)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]], *, mark: bool = True) -> bytes:
    """A table as CSV in UTF-8, with the mark by which spreadsheets tell UTF-8 from older encodings."""
    stream = io.StringIO(newline="")
    write_csv(stream, header, rows)
    return stream.getvalue().encode("utf-8-sig" if mark else "utf-8")


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Value]], *, mark: bool = True
) -> Iterator[bytes]:
    """The same bytes record by record, for an answer that is sent while it is read from the database."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield b"\xef\xbb\xbf" if mark else b""
    writer.writerow([guarded(name) for name in header])
    for row in rows:
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_written(value) for value in row])
    yield buffer.getvalue().encode()


def _written(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "Leanship") -> bytes:
    """A table as an XLSX workbook of one sheet, its header in bold and kept in sight.

    Raises ValueError for more rows, or a longer text, than the format can hold.
    """
    import openpyxl  # type: ignore[import-untyped]

    # All rows before the first is written: openpyxl leaves a temporary file behind when it is stopped midway.
    table = [[_storable(value) for value in row] for row in (header, *rows)]
    if len(table) > _ROWS:
        raise ValueError(f"a sheet of an XLSX workbook holds {_ROWS} rows at most")
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    bold = openpyxl.styles.Font(bold=True)
    for row in table:
        cells = [openpyxl.cell.WriteOnlyCell(page, value=value) for value in row]
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                # Left alone, openpyxl makes a formula of text that begins with "=", an error value of "#N/A".
                cell.data_type = "s"
            if row is table[0]:
                cell.font = bold
        page.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _storable(value: Value) -> Value:
    """The value as XLSX can hold it: a number as text where it has more digits than are kept, text escaped."""
    if isinstance(value, Decimal):
        if value.is_finite() and len(value.as_tuple().digits) <= _DIGITS:
            return value
        return format(value, "f")
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**_DIGITS else str(value)
    if not isinstance(value, str):
        return value
    text = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", guarded(value))
    if len(text) > _CELL:
        raise ValueError(f"a cell of an XLSX workbook holds {_CELL} characters at most")
    return text
