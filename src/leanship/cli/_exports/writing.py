"""Tables to files: a folder or a ZIP, as CSV, XLSX or JSON, each file whole or not there at all."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Final

from leanship.cli._exports import Table
from leanship.readers.writing import Value, csv_lines, xlsx_bytes

#: Read these rows, telling how far it has got.
Watched = Callable[[Table], Iterable[Sequence[Value]]]


def _csv(table: Table, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    return csv_lines(table.header, rows)


def _xlsx(table: Table, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    yield xlsx_bytes(table.header, rows, sheet=table.name[:31])


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date | datetime) else value


def _json(table: Table, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    between = "[\n"
    for row in rows:
        record = dict(zip(table.header, map(_plain, row), strict=True))
        yield f"{between}{json.dumps(record, ensure_ascii=False)}".encode()
        between = ",\n"
    yield b"[]\n" if between == "[\n" else b"\n]\n"


FORMATS: Final = {"csv": _csv, "xlsx": _xlsx, "json": _json}

# So that the same organisation gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner reads, and that takes the place of `target` once all of it is written."""
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def write(tables: Sequence[Table], out: Path, form: str, watched: Watched) -> None:
    """Write the tables to `out`: a ZIP where its name ends in .zip, else a folder.

    Raises OSError, and ValueError for more rows or longer text than the format holds.
    """
    lines = FORMATS[form]
    if out.suffix.lower() == ".zip":
        out.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(out) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in tables:
                entry = zipfile.ZipInfo(f"{table.name}.{form}", _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o600 << 16
                with archive.open(entry, "w", force_zip64=True) as inside:
                    _pour(lines(table, watched(table)), inside)
        return
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for table in tables:
        with _replacing(out / f"{table.name}.{form}") as stream:
            _pour(lines(table, watched(table)), stream)


def _pour(lines: Iterator[bytes], stream: IO[bytes]) -> None:
    """Write in large pieces: a call into a ZIP for each line takes longer than the line."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= 1 << 20:
            stream.write(b"".join(held))
            held, size = [], 0
    stream.write(b"".join(held))
