"""What is exported opens safely in a spreadsheet, and reads back as it was."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanship.readers.tabular import read_table
from leanship.readers.writing import csv_bytes, csv_lines, guarded, xlsx_bytes

DANGEROUS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=1+1\n"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_begins_like_a_formula_is_guarded(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(["a"], [[text]]).decode("utf-8-sig"), newline="")))
    assert rows == [["a"], ["'" + text]]
    cell = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["a"], [[text]]))).active["A2"]
    assert (cell.data_type, cell.value[:2]) == ("s", "'" + text[0] if text[0] != "\r" else "'_")


def test_numbers_and_dates_stay_what_they_are() -> None:
    row = [-5, 1.5, Decimal("-12.50"), date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), None, True]
    assert csv_bytes(list("abcdefg"), [row], mark=False).decode() == (
        "a,b,c,d,e,f,g\r\n-5,1.5,-12.50,2026-01-02,2026-01-02 03:04:00,,true\r\n"
    )
    page = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(list("abcdefg"), [row]))).active
    assert [page.cell(2, number).value for number in range(1, 8)] == [
        -5,
        1.5,
        -12.5,
        datetime(2026, 1, 2),
        datetime(2026, 1, 2, 3, 4),
        None,
        True,
    ]


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_goes_as_text() -> None:
    exact = Decimal("1234567890123456.78")
    assert read_table(xlsx_bytes(["a"], [[exact], [10**17]])).text(0) == [str(exact), str(10**17)]


def test_what_was_no_guard_stays() -> None:
    """A published chart holds titles that begin with an apostrophe of their own."""
    assert guarded("'Head of HR") == "'Head of HR"
    assert read_table(b"title\n'Head of HR\n'=x\n''=x\n").columns == (["'Head of HR", "=x", "'=x"],)


def test_an_answer_that_is_sent_as_it_is_read_has_the_same_bytes() -> None:
    rows = [["=x", 1], ["é", None]]
    assert b"".join(csv_lines(["a", "b"], rows)) == csv_bytes(["a", "b"], rows)
    assert b"".join(csv_lines(["a", "b"], [])) == csv_bytes(["a", "b"], [])


def test_what_a_workbook_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="32767"):
        xlsx_bytes(["a"], [["x" * 40_000]])


# Text that may stand in a cell: no lone surrogates (no encoding has them) and no NUL (refused on the way in).
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
LIKELY = st.text(st.sampled_from("'=+-@\t\r\n ,;\"a1_x0D"), max_size=8)
ROWS = st.lists(st.tuples(TEXT | LIKELY, TEXT | LIKELY), min_size=1, max_size=6)
KEYED = ROWS.map(lambda rows: [(f"k{number}", *row) for number, row in enumerate(rows)])


@given(KEYED)
def test_csv_comes_back_as_it_went(rows: list[tuple[str, str, str]]) -> None:
    table = read_table(csv_bytes(["key", "a", "b"], rows))
    assert list(zip(*table.columns, strict=True)) == rows
    assert not table.problems.blocking


@given(KEYED, st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-16-le"]))
def test_encodings_change_nothing(rows: list[tuple[str, str, str]], encoding: str) -> None:
    data = csv_bytes(["key", "a", "b"], rows, mark=False).decode().encode(encoding)
    table = read_table(data, encoding=encoding if encoding == "utf-16-le" else None)
    assert list(zip(*table.columns, strict=True)) == rows


@given(KEYED)
@settings(max_examples=50)
def test_xlsx_comes_back_as_it_went(rows: list[tuple[str, str, str]]) -> None:
    table = read_table(xlsx_bytes(["key", "a", "b"], rows))
    assert list(zip(*table.columns, strict=True)) == rows


@given(st.lists(st.decimals(-(10**8), 10**8, places=6), min_size=1, max_size=6), st.booleans())
def test_numbers_come_back_exactly(values: list[Decimal], as_workbook: bool) -> None:
    make = xlsx_bytes if as_workbook else csv_bytes
    table = read_table(make(["key", "value"], [[f"k{i}", value] for i, value in enumerate(values)]))
    (read,) = table.numbers([1], table.problems)
    assert [Decimal(text) for text in read] == values
    assert not table.problems.blocking
