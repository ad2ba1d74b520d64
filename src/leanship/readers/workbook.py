"""XLSX workbooks: one sheet as typed cells, read by calamine once it is known to be safe to unpack.

calamine unpacks whatever it is given and holds a sheet as one rectangle, so a few kilobytes can be made to
take all memory: by a zip that swells, or by one cell at the far corner of a sheet. Therefore the parts that
matter are unpacked here, counted while they are, and handed over unpacked. On the same way two things are
found that calamine passes over as empty: formulas without a stored result and error values.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from leanship.readers.cells import Cell
from leanship.readers.delimited import column_name
from leanship.readers.problems import Problems, listing

_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
_NEEDED: Final = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels"
    r"|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml)",
    re.IGNORECASE,
)
_CHUNK: Final = 1 << 20
#: A sheet may be this much larger than what it holds before it counts as sprawling.
_CELLS_AT_LEAST: Final = 2_000_000
_SPRAWL: Final = 50

_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,7})(\d{1,9})["']""")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["'](\d{1,9})["']""")
_FORMULA: Final = re.compile(
    rb"""<c\b([^>]*)>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>|(?=</c>))""", re.ASCII
)
_ERROR: Final = re.compile(rb"""<c\b([^>]*\bt="e"[^>]*)>(?:(?!</c>).)*?<v>([^<]*)</v>""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet from its first filled row on; `first_row` is that row's number as shown."""

    name: str
    rows: list[list[Cell]]
    first_row: int


def read(
    data: bytes, problems: Problems, *, sheet: str | None, max_unpacked: int, max_rows: int, max_columns: int
) -> Sheet | None:
    """The cells of one sheet (the first visible one unless named), or None; what is wrong is put in `problems`."""
    if not data.startswith(b"PK"):  # The older container: an XLS workbook, or an encrypted one of any kind.
        problems.error("workbook_password" if _PASSWORD in data else "workbook_old")
        return None
    try:
        parts = _unpacked(data, max_unpacked)
    except _TooLarge:
        problems.error("workbook_bomb", limit=max_unpacked // 1_000_000)
        return None
    except RuntimeError:  # What zipfile raises for a part under a password.
        problems.error("workbook_password")
        return None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as trouble:
        problems.error("workbook_broken", reason=trouble or "it is damaged")
        return None
    if "xl/workbook.xml" not in parts:
        problems.error("workbook_broken", reason="it is not of the XLSX kind")
        return None
    try:
        return _sheet(parts, problems, sheet, max_rows, max_columns)
    except Exception as trouble:
        problems.error("workbook_broken", reason=trouble)
    except BaseException as trouble:
        # calamine is Rust: where it panics, the exception is deliberately none of Python's `Exception`s.
        if type(trouble).__name__ != "PanicException":
            raise
        problems.error("workbook_broken", reason="its parts contradict each other")
    return None


class _TooLarge(Exception):
    pass


def _unpacked(data: bytes, limit: int) -> dict[str, bytes]:
    """The parts of the workbook that hold cells, unpacked; raises `_TooLarge` before more than `limit` bytes."""
    parts: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if not _NEEDED.fullmatch(entry.filename):
                continue
            chunks = []
            with archive.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    total += len(chunk)
                    if total > limit:
                        raise _TooLarge
                    chunks.append(chunk)
            parts[entry.filename] = b"".join(chunks)
    return parts


def _sheet(
    parts: dict[str, bytes], problems: Problems, wanted: str | None, max_rows: int, max_columns: int
) -> Sheet | None:
    repacked = io.BytesIO()
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    repacked.seek(0)
    with CalamineWorkbook.from_filelike(repacked) as book:
        visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        if wanted is not None and wanted not in book.sheet_names:
            problems.error("sheet_unknown", sheet=wanted, found=listing(visible))
            return None
        name = wanted or (visible or book.sheet_names)[0]
        if wanted is None and len(visible) > 1:
            problems.warning("sheet_chosen", count=len(visible), sheet=name)
        xml = parts[_part(parts, book.sheet_names.index(name))]
        if not _within(xml, problems, max_rows, max_columns):
            return None
        sheet = book.get_sheet_by_name(name)
        rows = _rows(sheet)
    first_row = sheet.start[0] + 1 if sheet.start else 1
    if rows:
        first_column = sheet.start[1] if sheet.start else 0
        _overlooked(xml, problems, [str(cell) for cell in rows[0]], first_column)
    return Sheet(name, rows, first_row)


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    return [list(row) for row in sheet.to_python(skip_empty_area=True)]


def _part(parts: dict[str, bytes], index: int) -> str:
    """The name of the part that holds the sheet at this place in the workbook's own list of sheets."""
    trees = []
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if b"<!DOCTYPE" in parts[name]:
            raise ValueError("it declares a document type")
        trees.append(ElementTree.fromstring(parts[name]))  # noqa: S314 (without a DTD there are no entities)
    sheets = [element for element in trees[0].iter() if element.tag.endswith("}sheet")]
    relation = next(value for key, value in sheets[index].attrib.items() if key.endswith("}id"))
    target = next(element.attrib["Target"] for element in trees[1] if element.attrib.get("Id") == relation)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _within(xml: bytes, problems: Problems, max_rows: int, max_columns: int) -> bool:
    """Whether the rectangle round all cells is of a size that may be held in memory."""
    places = _PLACE.findall(xml)
    rows = max((int(number) for _, number in places), default=0)
    rows = max(rows, max((int(number) for number in _ROW.findall(xml)), default=0))
    columns = max((_column_number(letters) for letters in {letters for letters, _ in places}), default=0)
    if rows * columns > max(_CELLS_AT_LEAST, _SPRAWL * len(places)):
        problems.error("workbook_sparse", rows=rows, columns=columns)
    elif rows > max_rows + 1:
        problems.error("too_many_rows", limit=max_rows)
    elif columns > max_columns:
        problems.error("too_many_columns", limit=max_columns)
    else:
        return True
    return False


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _overlooked(xml: bytes, problems: Problems, header: Sequence[str], first_column: int) -> None:
    """Tells formulas without a stored result, and cells that show an error, both of which read as empty."""
    if b"<f" in xml:
        for found in _FORMULA.finditer(xml):
            # A formula whose result is text may well give the empty text.
            if b't="str"' not in found[1]:
                row, column = _named(found[1], header, first_column)
                problems.error("formula_without_value", row=row, column=column)
    if b't="e"' in xml:
        for found in _ERROR.finditer(xml):
            row, column = _named(found[1], header, first_column)
            problems.warning("cell_error", row=row, column=column, value=found[2].decode("utf-8", "replace"))


def _named(attributes: bytes, header: Sequence[str], first_column: int) -> tuple[int | None, str | None]:
    place = _PLACE.search(b" " + attributes)
    if place is None:
        return None, None
    index = _column_number(place[1]) - 1 - first_column
    return int(place[2]), column_name(header, index) if index >= 0 else None
