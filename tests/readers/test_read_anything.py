"""Whatever bytes come in, readers answer with problems and never with an exception."""

import csv
import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from leanship.readers.kpis import read_kpis
from leanship.readers.measurements import read_measurements
from leanship.readers.people import read_people
from leanship.readers.tabular import read_table

HEADERS = (
    "id,name,reports_to,email,fte,level,started",
    "subject,kpi,period,value,numerator,denominator,standard",
    "subject,kpi,2026-04,03/04/2026,2026-W60,standard,direction",
    "name,direction,cadence,decimals,standard,standard_from,weight",
)
CELLS = (
    st.sampled_from(
        [
            "",
            "",
            "A",
            "Ann",
            "a@b.cd",
            "=",
            "-",
            "1",
            "1",
            "1,5",
            "1.5",
            "-3",
            "0",
            "9" * 40,
            "9" * 5000,
            "95 %",
            "1e9",
        ]
    )
    | st.sampled_from(
        ["2026-04", "2026-W20", "2026-02-30", "0001-W01", "9999-12-31", "0000-01", "31/12/2026", "03/04/2026"]
    )
    | st.sampled_from(["peers", "higher", "month", "day", "é", "'=x", "a\nb", "²", "٣", "1e-9", "2026-Q4"])
)
SIGNS = st.sampled_from((",", "\n", '"', "'", ";", "\t", "\0", "\r", " ", "A", "1", "="))


def read_all(data: bytes) -> None:
    """Reads the bytes as everything they could be."""
    table = read_table(data)
    for read in (read_people, read_measurements, read_kpis):
        for problem in read(table).problems:  # type: ignore[operator]
            assert problem.message
            assert problem.row is None or problem.row >= 1


@given(st.sampled_from(HEADERS), st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=6))
@settings(max_examples=500)
def test_any_cells(header: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    read_all(f"{header}\n{stream.getvalue()}".encode())


@given(st.sampled_from(HEADERS), st.lists(SIGNS, max_size=40).map("".join))
@settings(max_examples=200)
def test_any_text(header: str, body: str) -> None:
    read_all(f"{header}\n{body}".encode())


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    read_all(data)


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (
        ["subject", "kpi", "period", "value"],
        ["A", "k", "2026-04", 1.5],
        ["B", "k", "2026-05", "=1"],
    ):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


WORKBOOK = _workbook()


@given(st.lists(st.tuples(st.integers(4, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=5))
@settings(max_examples=200)
def test_any_damage_to_a_workbook(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for place, byte in damage:
        data[place] = byte
    read_all(bytes(data))
