"""Reading XLSX: typed cells, hidden traps, and workbooks made to do harm."""

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from leanship.readers.problems import Problem
from leanship.readers.tabular import Limits, Table, read_table


def workbook(rows: list[list[Any]], first_row: int = 1, first_column: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            book.active.cell(first_row + i, first_column + j, value)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def patched(data: bytes, part: str, change: dict[bytes, bytes]) -> bytes:
    """The workbook with bytes of one of its parts replaced, as another program would have written it."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                for before, after in change.items():
                    assert before in content
                    content = content.replace(before, after)
            new.writestr(name, content)
    return result.getvalue()


def only(table: Table) -> Problem:
    (problem,) = table.problems
    return problem


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_keep_their_types_and_rows_their_numbers() -> None:
    rows = [
        ["id", "on", "value"],
        [15, date(2026, 11, 22), 0.1],
        [None] * 3,
        ["P2", datetime(2026, 1, 2, 3, 4), True],
    ]
    table = read_table(workbook(rows, first_row=4, first_column=3), name="kpi.xlsx")
    assert table.header == ("id", "on", "value")
    assert list(table.rows) == [5, 7]
    assert table.text(0) == ["15", "P2"]
    assert table.columns[1] == [date(2026, 11, 22), datetime(2026, 1, 2, 3, 4)]
    assert table.text(2) == ["0.1", "true"]
    assert list(table.problems) == []


def test_a_workbook_is_known_by_its_bytes_not_its_name() -> None:
    assert read_table(workbook([["a"], [1]]), name="export.csv").text(0) == ["1"]
    assert only(read_table(b"a,b\n1,2\n", name="kpi.xlsx")).code == "workbook_not_zip"


def test_formulas_give_their_stored_result() -> None:
    data = patched(workbook([["a", "b"], [1, "=A2*2"]]), SHEET, {b"<v />": b"<v>2</v>"})
    assert read_table(data).text(1) == ["2"]


def test_a_formula_nobody_has_computed_yet_is_told() -> None:
    table = read_table(workbook([["a", "b"], [1, "=A2*2"], [2, 3]]))
    problem = only(table)
    assert (problem.code, problem.row, problem.column) == ("formula_without_value", 2, "b")
    assert table.problems.blocking


def test_a_formula_whose_result_is_the_empty_text_is_none_of_them() -> None:
    data = workbook([["a", "b"], [1, '=""']])
    data = patched(data, SHEET, {b'<c r="B2">': b'<c r="B2" t="str">', b"<v />": b"<v></v>"})
    assert list(read_table(data).problems) == []


def test_an_error_value_is_told() -> None:
    table = read_table(workbook([["a", "b"], ["x", "#DIV/0!"]], first_row=2, first_column=2))
    problem = only(table)
    assert (problem.level, problem.code, problem.row, problem.column) == ("warning", "cell_error", 3, "b")
    assert "#DIV/0!" in problem.message


def test_sheets() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.sheet_state = "hidden"
    for title in ("KPIs", "Old"):
        book.create_sheet(title).append(["name"])
        book[title].append([title])
    data = saved(book)
    table = read_table(data)
    assert (table.text(0), table.sheet) == (["KPIs"], "KPIs")
    assert (only(table).level, only(table).code) == ("warning", "sheet_chosen")
    table = read_table(data, sheet="Old")
    assert (table.text(0), list(table.problems)) == (["Old"], [])
    problem = only(read_table(data, sheet="New"))
    assert problem.code == "sheet_unknown"
    assert "KPIs, Old" in problem.message


def test_an_empty_sheet_and_a_header_alone() -> None:
    assert only(read_table(workbook([]))).code == "empty"
    assert only(read_table(workbook([["a", "b"]]))).code == "header_only"


def test_a_password_and_the_old_kind() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert only(read_table(container + "EncryptedPackage".encode("utf-16-le"))).code == "workbook_password"
    assert only(read_table(container + "Workbook".encode("utf-16-le"))).code == "workbook_old"


@pytest.mark.parametrize("end", [10, 500, -200, -30])
def test_a_workbook_cut_off_in_the_middle(end: int) -> None:
    table = read_table(workbook([["a", "b"], [1, 2]])[:end])
    assert only(table).code == "workbook_broken"
    assert len(table) == 0


def test_a_zip_that_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert only(read_table(stream.getvalue())).code == "workbook_broken"


@pytest.mark.parametrize(
    "change",
    [
        {b"<sheetData>": b"<sheetData><row r='x'><c r='!!'><v>1</v>"},
        {b"</worksheet>": b""},
        {b'<c r="A2" t="n"><v>1</v>': b'<c r="A2" t="s"><v>99</v>'},
        {b'r="A2"': b'r="A0"'},
    ],
)
def test_parts_that_contradict_each_other_never_raise(change: dict[bytes, bytes]) -> None:
    table = read_table(patched(workbook([["a", "b"], [1, 2]]), SHEET, change))
    assert {problem.code for problem in table.problems} <= {"workbook_broken"}


def test_a_document_type_is_refused() -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook'
    table = read_table(patched(workbook([["a"], [1]]), "xl/workbook.xml", {b"<workbook": declared}))
    assert only(table).code == "workbook_broken"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    swollen = b"<sheetData>" + b" " * 30_000_000
    data = patched(workbook([["a"], [1]]), SHEET, {b"<sheetData>": swollen})
    assert len(data) < 100_000
    assert only(read_table(data, limits=Limits(unpacked_bytes=10_000_000))).code == "workbook_bomb"
    assert read_table(data).text(0) == ["1"]


def test_a_zip_that_lies_about_its_size() -> None:
    data = bytearray(
        patched(workbook([["a"], [1]]), SHEET, {b"<sheetData>": b"<sheetData>" + b" " * 1_000_000})
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true_size = archive.getinfo(SHEET).file_size
    for found in list(re.finditer(re.escape(true_size.to_bytes(4, "little")), data)):
        data[found.start() : found.end()] = (1000).to_bytes(4, "little")
    assert only(read_table(bytes(data))).code == "workbook_broken"


def test_one_cell_in_the_far_corner_does_not_fill_the_memory() -> None:
    data = patched(workbook([["a", "b"], [1, 2]]), SHEET, {b'r="B2"': b'r="XFD1048576"'})
    problem = only(read_table(data))
    assert problem.code == "workbook_sparse"
    assert "1048576" in problem.message


def test_limits_of_rows_and_columns() -> None:
    data = workbook([["a", "b"], [1, 2], [3, 4]])
    assert only(read_table(data, limits=Limits(rows=1))).code == "too_many_rows"
    assert only(read_table(data, limits=Limits(columns=1))).code == "too_many_columns"
