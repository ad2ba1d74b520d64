"""Numbers and dates as people write them: exact, and never guessed where two readings are possible."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from leanship.readers.cells import Cell, DateOrder, DecimalSign, days, numbers, text
from leanship.readers.problems import Problems


def read(*cells: Cell, sign: DecimalSign | None = None) -> tuple[list[str], list[tuple[str, int | None]]]:
    problems = Problems("kpi.csv")
    (column,) = numbers([("value", cells)], range(2, 2 + len(cells)), problems, sign)
    return column, [(problem.code, problem.row) for problem in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["12.5", "-3", "0.10"], ["12.5", "-3", "0.10"]),
        (["12,5", "-3", "0,10"], ["12.5", "-3", "0.10"]),
        (["1.234,5", "1.234"], ["1234.5", "1234"]),
        (["1,234.5", "1,234"], ["1234.5", "1234"]),
        (["1.234"], ["1.234"]),
        (["0,123", "1,234"], ["0.123", "1.234"]),
        (["1 234,5", "12 345 678"], ["1234.5", "12345678"]),
        (["1'234.5"], ["1234.5"]),
        (["95 %", "95.5%"], ["95", "95.5"]),
        (["+5", ".5", "5.", "−5"], ["5", "0.5", "5", "-5"]),
        (["1e3", "2.5E-2"], ["1000", "0.025"]),
        (["", " ", "-", "n/a", "NaN", "7"], ["", "", "", "", "", "7"]),
        ([0.1 + 0.2, 3.0, 12, 1e20, 1 / 3], ["0.3", "3", "12", "100000000000000000000", "0.333333333333333"]),
        ([Decimal("1.50"), Decimal("1E+3")], ["1.50", "1000"]),
        (["99999999999999999999.5"], ["99999999999999999999.5"]),
    ],
)
def test_numbers(written: list[Cell], meant: list[str]) -> None:
    assert read(*written) == (meant, [])


def test_what_is_no_number_is_told_each_time() -> None:
    column, problems = read(
        "1", "ten", "12.5.1", "1,2,3", "ten", "1e999", True, date(2026, 1, 1), float("nan"), Decimal("inf")
    )
    assert column == ["1", *[""] * 9]
    assert problems == [("number", row) for row in range(3, 12)]


def test_a_number_that_can_mean_two_asks() -> None:
    assert read("5", "1,234") == (["5", "1234"], [("decimal_unclear", 3)])
    assert read("5", "1,234", sign=",") == (["5", "1.234"], [])
    assert read("5", "1,234", sign=".") == (["5", "1234"], [])
    assert read("1.234", sign=",") == (["1234"], [])


def test_two_ways_of_writing_in_one_file_ask() -> None:
    problems = Problems("kpi.csv")
    numbers([("value", ["1.5", "2"]), ("standard", ["3", "2,5"])], [2, 3], problems)
    (problem,) = problems
    assert (problem.code, problem.row, problem.column) == ("decimal_mixed", 3, "standard")
    assert "row 2 (1.5)" in problem.message


def test_columns_of_one_file_share_their_sign() -> None:
    problems = Problems("kpi.csv")
    columns = numbers([("value", ["1,234"]), ("standard", ["2,5"])], [2], problems)
    assert columns == [["1.234"], ["2.5"]]
    assert len(problems) == 0


def dates(*cells: Cell, order: DateOrder | None = None) -> tuple[list[str], list[tuple[str, int | None]]]:
    problems = Problems("kpi.csv")
    column = days("period", cells, range(2, 2 + len(cells)), problems, order)
    return column, [(problem.code, problem.row) for problem in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["2026-11-22", "2026/1/2", "2026.11.22"], ["2026-11-22", "2026-01-02", "2026-11-22"]),
        (["2026-11-22T10:30:00Z", "2026-11-22 00:00:00"], ["2026-11-22", "2026-11-22"]),
        (["22.11.2026", "3.4.2026"], ["2026-11-22", "2026-04-03"]),
        (["03/04/2026", "22/11/2026"], ["2026-04-03", "2026-11-22"]),
        (["03/04/2026", "11/22/2026"], ["2026-03-04", "2026-11-22"]),
        (["04-04-2026"], ["2026-04-04"]),
        ([date(2026, 11, 22), datetime(2026, 11, 22, 8, 30)], ["2026-11-22", "2026-11-22"]),
        (["2026-W47", "2026-Q4", "Apr 2026", ""], ["2026-W47", "2026-Q4", "Apr 2026", ""]),
    ],
)
def test_days(written: list[Cell], meant: list[str]) -> None:
    assert dates(*written) == (meant, [])


def test_a_date_that_can_mean_two_asks() -> None:
    assert dates("01/01/2026", "03/04/2026")[1] == [("date_order_unclear", 3)]
    assert dates("03/04/2026", order="dmy") == (["2026-04-03"], [])
    assert dates("03/04/2026", order="mdy") == (["2026-03-04"], [])


def test_two_orders_in_one_column() -> None:
    assert dates("22/11/2026", "11/22/2026")[1][0] == ("date_order_mixed", 3)


def test_days_that_do_not_exist() -> None:
    assert dates("2026-02-30", "31.04.2026", "2026-01-01") == (
        ["", "", "2026-01-01"],
        [("date", 2), ("date", 3)],
    )


def test_cells_of_a_workbook_as_text() -> None:
    assert [text(cell) for cell in ("x", True, 15.0, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4))] == [
        "x",
        "true",
        "15",
        "2026-01-02",
        "2026-01-02 03:04:00",
    ]
