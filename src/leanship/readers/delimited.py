"""Text files of rows and columns: encoding, delimiter, quotation marks, and where they go wrong.

Python's `csv` does the splitting (1.4 s for a million rows) and refuses a cell above its own limit of 131,072
characters before it has read more of it; what it says about place is a line at most, so the column is found by
walking the one bad record again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from leanship.readers.problems import Problems

#: In the order in which they are tried.
DELIMITERS: Final = (",", ";", "\t", "|")
NAMES: Final = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar |"}
WORDS: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # Before UTF-16: its mark begins with the same two bytes.
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD: Final = 262_144
_SAMPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Lines:
    """Records of one width: the header, the rows below it, and the physical line on which each row begins."""

    header: list[str]
    header_row: int
    records: list[list[str]]
    numbers: Sequence[int]
    encoding: str
    delimiter: str


def read(
    data: bytes, problems: Problems, *, encoding: str | None, delimiter: str | None, max_rows: int
) -> Lines | None:
    """The records of a text file, or None where it cannot be split; what is wrong is put in `problems`."""
    codec = _codec(data, encoding, problems)
    if codec is None:
        return None
    head = _validated_head(data, codec, delimiter, problems)
    if head is None:
        return None
    skip = 0
    declared = re.match(r'"?sep=(.)"?\r?\n', head)
    if declared:  # Written by spreadsheets for spreadsheets; it is no row of the table.
        skip = 1
        head = head[declared.end() :]
        delimiter = delimiter or declared[1]
    sign = _delimiter(head, delimiter, problems)
    if sign is None:
        return None
    return _records(data, codec, sign, skip, max_rows, problems)


def _codec(data: bytes, encoding: str | None, problems: Problems) -> str | None:
    if encoding is None:
        return next((codec for bom, codec in _BOMS if data.startswith(bom)), "utf-8")
    try:
        b"\0\0\0\0".decode(encoding, "replace")  # Refuses what is no text encoding, such as hex.
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        problems.error("encoding_unknown", encoding=encoding)
        return None
    return "utf-8-sig" if name == "utf-8" else name


def _validated_head(data: bytes, codec: str, delimiter: str | None, problems: Problems) -> str | None:
    """The beginning of the text, once all of it is known to decode and to be without NUL."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as trouble:
        row, column = _place(data[: trouble.start].decode(codec, "replace"), delimiter)
        byte = f"{data[trouble.start]:02X}"
        problems.error(
            "encoding", row=row, column=column, byte=byte, tried=codec.removesuffix("-sig").upper()
        )
        return None
    if (at := text.find("\0")) >= 0:
        row, column = _place(text[:at], delimiter)
        problems.error("nul", row=row, column=column)
        return None
    if not text.strip("\ufeff \t\r\n"):
        problems.error("empty")
        return None
    return text[:_HEAD].removeprefix("\ufeff").lstrip("\r\n")


def _place(before: str, delimiter: str | None) -> tuple[int, str | None]:
    """The physical line at which `before` ends, and the name of the column in it, where that can be said."""
    lines = io.StringIO(before, newline="").readlines() or [""]
    if lines[-1].endswith(("\r", "\n")):
        lines.append("")
    quiet = Problems("")
    header_line = lines[0] if len(lines) > 1 else ""
    sign = _delimiter(header_line, delimiter, quiet) if header_line.strip() else None
    if sign is None:
        return len(lines), None
    header = next(csv.reader([header_line], delimiter=sign))
    index = max(len(next(csv.reader([lines[-1]], delimiter=sign), [])) - 1, 0)
    return len(lines), column_name(header, index)


def column_name(header: Sequence[str], index: int) -> str:
    """The name of a column as a person finds it: as written, or its number counted from 1."""
    return header[index].strip() or str(index + 1) if index < len(header) else str(index + 1)


def _delimiter(head: str, wanted: str | None, problems: Problems) -> str | None:
    if wanted is not None:
        wanted = WORDS.get(wanted, wanted)
        if len(wanted) != 1 or wanted in '"\r\n':
            problems.error("delimiter_bad", delimiter=repr(wanted))
            return None
        header = next(_sample(head, wanted), [])
        better = [sign for sign in DELIMITERS if sign != wanted and sign in "".join(header)]
        if len(header) == 1 and better:
            names = {"delimiter": NAMES.get(wanted, wanted), "better": NAMES[better[0]]}
            problems.error("delimiter_wrong", row=1, header=header[0], **names)
            return None
        return wanted
    fitting = {}
    for sign in DELIMITERS:
        rows = list(_sample(head, sign))
        if rows and sum(1 for name in rows[0] if name.strip()) > 1:
            fitting[sign] = all(len(row) == len(rows[0]) for row in rows)
    if len(fitting) < 2:
        return next(iter(fitting), ",")
    even = [sign for sign, fits in fitting.items() if fits]
    if len(even) == 1:
        return even[0]
    problems.error("delimiter_unclear", row=1, candidates=", ".join(NAMES[sign] for sign in even or fitting))
    return None


def _sample(head: str, sign: str) -> Iterator[list[str]]:
    """The first records of the head; a record that the head's own end cuts off is left out."""
    whole = len(head) < _HEAD
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=sign)
        rows.extend(islice((row for row in reader if row), _SAMPLE))
    except csv.Error:
        whole = True  # The reading proper tells where; what came before still shows the delimiter.
    yield from rows if whole or len(rows) == _SAMPLE or len(rows) == 1 else rows[:-1]


def _records(
    data: bytes, codec: str, sign: str, skip: int, max_rows: int, problems: Problems
) -> Lines | None:
    stream = _stream(data, codec, skip)
    reader = csv.reader(stream, delimiter=sign, strict=True)
    records: list[list[str]] = []
    numbers = array("q")
    header: list[str] = []
    header_row = 0
    width = -1  # No record has it, so that the first one with something in it becomes the header.
    end = skip
    short: tuple[int, list[str]] | None = None
    try:
        for record in reader:
            row = end + 1
            end = skip + reader.line_num
            if not any(record):
                continue
            if len(record) != width:
                if width < 0:
                    header, header_row, width = record, row, len(record)
                    continue
                if len(record) > width and any(record[width:]):
                    expected = {"found": len(record), "expected": width}
                    problems.error("row_too_long", row=row, column=str(width + 1), **expected)
                    continue
                if len(record) < width:
                    _too_short("row_too_short", short, header, problems)
                    short = row, record
                    continue
                del record[width:]
            if short is not None:
                _too_short("row_too_short", short, header, problems)
                short = None
            if len(records) == max_rows:
                problems.error("too_many_rows", row=row, limit=max_rows)
                break
            records.append(record)
            numbers.append(row)
        _too_short("cut_off", short, header, problems)
    except csv.Error as trouble:
        _too_short("row_too_short", short, header, problems)
        _refused(trouble, _stream(data, codec, end), sign, end + 1, header, problems)
    return Lines(header, header_row, records, numbers, codec.removesuffix("-sig"), sign)


def _stream(data: bytes, codec: str, skip: int) -> io.TextIOWrapper:
    """The text from the line after `skip` on."""
    # A wrapper over the bytes decodes as it goes; StringIO would hold four bytes for every character.
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
    for _ in range(skip):
        stream.readline()
    return stream


def _too_short(code: str, short: tuple[int, list[str]] | None, header: list[str], problems: Problems) -> None:
    if short is not None:
        row, record = short
        column = column_name(header, len(record))
        problems.error(code, row=row, column=column, found=len(record), expected=len(header))


def _refused(
    trouble: csv.Error,
    stream: io.TextIOWrapper,
    sign: str,
    row: int,
    header: list[str],
    problems: Problems,
) -> None:
    """Tells what `csv` refused, with row and column, by walking the record that begins at `row` once more."""
    limit = csv.field_size_limit()
    index = length = 0
    opened = row  # The line on which the cell that is walked now begins.
    quoted = closed = False
    for line in stream:
        for character in line:
            if quoted and not closed:
                closed = character == '"'
            elif character == '"' and (length == 0 or closed):
                quoted, closed = True, False
            elif character == sign:
                index, length, quoted, closed, opened = index + 1, 0, False, False, row
                continue
            elif closed:
                break
            length += 1
            if length > limit:
                break
        else:
            row += 1
            continue
        break
    column = column_name(header, index)
    if "field limit" in str(trouble):
        problems.error("cell_too_large", row=opened, column=column, limit=limit)
    elif "unexpected end" in str(trouble) or row > opened:
        problems.error("quote_not_closed", row=opened, column=column)
    else:
        problems.error("quotes", row=opened, column=column)
