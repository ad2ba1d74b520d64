"""`leanship chart` on files as people have them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main

DATA = Path(__file__).parents[1] / "data"
NIST = DATA / "xmr" / "nist_flowrate.csv"
KEYS = {
    *("n", "centre", "average_moving_range", "lower_limit", "upper_limit", "range_limit"),
    *("signals", "range_signals"),
}
FLAT = [10, 12] * 12


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["chart", *map(str, arguments)], input=stdin)


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "series.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def months(values: Sequence[object]) -> str:
    """A CSV of months from January 2024 on."""
    lines = [f"{2024 + place // 12}-{place % 12 + 1:02d},{value}" for place, value in enumerate(values)]
    return "month,value\n" + "\n".join(lines) + "\n"


def test_json_has_the_keys_of_the_contract() -> None:
    found = answer(NIST, "--constants", "nist", "--baseline", "all")
    assert set(found) == KEYS
    assert (found["n"], found["signals"]) == (10, [])
    assert found["upper_limit"] == pytest.approx(55.8041, abs=5e-5)
    assert found["lower_limit"] == pytest.approx(45.8159, abs=5e-5)


def test_signals_are_counted_from_0_and_name_their_rule() -> None:
    found = answer(
        DATA / "xmr" / "wheeler_quarterly_sales_by_region.csv", "--value", "B", "--baseline", "all"
    )
    assert {"index": 0, "rule": "outside_limits"} in found["signals"]
    assert [s["index"] for s in found["signals"] if s["rule"] == "run_of_8"] == list(range(10, 20))
    sales = answer(DATA / "xmr" / "wheeler_quarterly_sales_by_region.csv", "--value", "a", "--baseline", "20")
    assert sales["range_signals"] == [4, 12]


def test_several_columns_of_numbers_need_a_choice() -> None:
    result = run(DATA / "xmr" / "nhsr_plotthedots_fixture.csv")
    assert result.exit_code == 2
    assert "y and y_with_outlier. Say which one with --value" in result.stderr
    assert result.stdout == ""


def test_a_file_of_many_series_is_refused_with_its_place() -> None:
    result = run(DATA / "kpi" / "nhs_ae_type1_4h_by_trust_monthly.csv")
    assert result.exit_code == 2
    assert "row 38, column period: 2016-04 is already in row 2" in result.stderr


def test_the_only_column_that_does_not_count_is_taken(written: Any) -> None:
    assert answer(written("year,flow\n1871,5\n1872,6\n1873,9\n"))["centre"] == pytest.approx(20 / 3)
    assert answer(written("n,stage,yield\n1,a,5\n2,a,6\n3,b,10\n"))["centre"] == 7
    assert answer(written("yield\n5\n6\n10\n"))["centre"] == 7


@pytest.mark.parametrize(
    "text",
    [
        "time;value\n2024-01;1,5\n2024-02;2,5\n2024-03;3,5\n",
        "time\tvalue\nJan 2024\t1.5\nFeb 2024\t2.5\nMar 2024\t3.5\n",
        "\ufefftime,value\n2024-01-01,1.5\n2024-02-01,2.5\n2024-03-01,3.5\n",
        "time,value\r\n1,1.50\r\n2,2.5\r\n3,3.5\r\n",
        "time,value\n2024-W01,1.5\n2024-W02,2.5\n2024-W03,3.5",
    ],
)
def test_files_are_read_as_they_come(text: str, written: Any) -> None:
    found = answer(written(text))
    assert (found["n"], found["centre"], found["average_moving_range"]) == (3, 2.5, 1)
    assert answer(written(text.encode("utf-16")))["centre"] == 2.5


def test_a_workbook_is_read_as_a_text_file_is(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("day", "hours"), *((day, 0.1 + 0.2 * day) for day in range(1, 8))]:
        sheet.append(row)
    book.save(tmp_path / "hours.xlsx")
    found = answer(tmp_path / "hours.xlsx")
    assert (found["n"], found["average_moving_range"], found["centre"]) == (7, 0.2, 0.9)


def test_a_blank_value_or_an_absent_month_is_a_gap(written: Any) -> None:
    blank = answer(written(months([*FLAT, "", 50])))
    assert (blank["n"], blank["range_signals"]) == (25, [])
    assert [s["index"] for s in blank["signals"]] == [25]
    lines = months([*FLAT, 12, 50]).splitlines()
    absent = answer(written("\n".join(lines[:25] + lines[26:])))
    assert (absent["n"], absent["range_signals"]) == (25, [])
    assert [s["index"] for s in absent["signals"]] == [24]  # counted in the rows that are there


def test_plain_numbers_and_readings_now_and_then_have_no_gaps(written: Any) -> None:
    removed = answer(written("batch,x\n1,5\n2,6\n3,5\n5,9\n6,5\n7,6\n"))
    assert removed["average_moving_range"] == pytest.approx(11 / 5)
    days = answer(written("date,x\n2024-01-02,5\n2024-02-19,6\n2024-02-27,8\n2024-07-05,7\n"))
    assert days["average_moving_range"] == pytest.approx(4 / 3)


def test_rows_are_put_in_the_order_of_time(written: Any) -> None:
    lines = months([*FLAT, 50]).splitlines()
    turned = answer(written("\n".join([lines[0], *reversed(lines[1:])])))
    assert [s["index"] for s in turned["signals"]] == [24]


def test_years_from_the_last_to_the_first_are_turned_round(written: Any) -> None:
    lines = [f"{1900 + place},{value}" for place, value in enumerate([*FLAT, 50])]
    turned = answer(written("year,value\n" + "\n".join(reversed(lines))))
    assert [s["index"] for s in turned["signals"]] == [24]


def test_a_baseline_is_named_by_number_or_by_period(written: Any) -> None:
    file = written(months([*FLAT, *[20, 24] * 3]))
    assert answer(file)["centre"] == 11
    assert answer(file, "--baseline", "all")["centre"] == pytest.approx((24 * 11 + 6 * 22) / 30)
    assert answer(file, "--baseline", "6")["average_moving_range"] == 2
    for late in ("25:30", "2026-01:2026-06", "25:", "2026-01:"):
        assert answer(file, "--baseline", late)["centre"] == 22
    assert answer(file, "--baseline", "0:24")["centre"] == 11
    for wrong in ("0", "-3", "some", "30:25", "2030-01:", "1:99"):
        result = run(file, "--baseline", wrong)
        assert (result.exit_code, "--baseline" in result.stderr) == (2, True)


def test_the_median_and_the_constants_change_the_limits(written: Any) -> None:
    file = written("t,value\n" + "".join(f"{n},{v}\n" for n, v in enumerate([0, 1, 3, 6, 10, 15, 21])))
    assert answer(file, "--median")["upper_limit"] == pytest.approx(8 + 3.145 * 3.5)
    assert answer(file)["upper_limit"] == pytest.approx(8 + 2.66 * 3.5)
    assert answer(file, "--constants", "nist")["range_limit"] == pytest.approx(3.267 * 3.5)


def test_without_limits_they_are_null_and_said(written: Any) -> None:
    file = written("time,value\n1,4\n2,5\n")
    assert answer(file)["upper_limit"] is None
    assert "Not enough evidence for limits: 2 of 6 points." in run(file).stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("time,value\n", "no rows"),
        ("time,value\n1,2\n2,two\n3,4\n4,5\n", "row 3, column value: two is not a number"),
        ("time,value\n2024-01,1\n2024-13,2\n", "centre"),  # no month, so the column only names the rows
        ("time,value\n2024-01,1\n2024-W02,2\n", "row 3, column time: this is a week"),
        ("time,value\n03/04/2024,1\n04/05/2024,2\n", "--date-order"),
        ("when,who\na,b\n", "no column holds numbers"),
        ("time,value\n1,-\n2,\n", "not one number"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, says: str, written: Any) -> None:
    result = run(written(text), "--json")
    assert says in (result.stdout if says == "centre" else result.stderr)
    assert result.exit_code == (0 if says == "centre" else 2)


def test_a_period_asked_for_must_be_one(written: Any) -> None:
    result = run(written("time,value\n2024-01,1\n2024-13,2\n"), "--time", "time")
    assert (result.exit_code, "“2024-13” is not a period" in result.stderr) == (2, True)
    unknown = run(written("time,value\n1,1\n"), "--value", "cost")
    assert (unknown.exit_code, "no column cost. The file has: time, value" in unknown.stderr) == (2, True)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = run(tmp_path / "none.csv")
    assert (result.exit_code, "none.csv" in result.stderr) == (2, True)


def test_standard_input_is_a_file_too() -> None:
    result = run("-", "--json", stdin=NIST.read_bytes())
    assert result.stderr == ""
    assert json.loads(result.stdout)["n"] == 10


def test_words_for_a_person(written: Any) -> None:
    result = run(written(months([*FLAT, *[12] * 8])), "--better", "higher")
    assert "eight or more in a row" in " ".join(result.stdout.split())
    assert "the better side" in result.stdout
    assert "9 of 32 points are signals; the others are routine variation." in result.stdout
    quiet = run(written(months(FLAT)))
    assert "Routine variation: no point is a signal." in quiet.stdout
    climb = run(written(months(range(20))))
    assert "provisional: they rest on 20 points" in climb.stdout
    assert "follow one another" in climb.stdout


def test_the_chart_is_drawn_as_a_picture(tmp_path: Path) -> None:
    svg, png = tmp_path / "flow.svg", tmp_path / "flow.png"
    found = answer(NIST, "--svg", svg, "--png", png)
    assert f"{found['centre']:.2f}" in svg.read_text()
    assert svg.read_text().startswith("<svg")
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    assert run(NIST, "--svg", tmp_path / "no" / "where.svg").exit_code == 2


def test_an_encoding_can_be_named(written: Any) -> None:
    latin = "größe,value\n1,5\n2,7\n".encode("latin-1")
    refused = run(written(latin))
    assert (refused.exit_code, "--encoding" in refused.stderr) == (2, True)
    assert answer(written(latin), "--encoding", "latin-1")["centre"] == 6


@pytest.mark.parametrize(("header", "first"), [("week", 1), ("year", 1871), ("batch", 1), ("month", 202_001)])
def test_rows_that_are_numbered_count_in_the_order_of_their_numbers(
    written: Any, header: str, first: int
) -> None:
    values = [31, 30, 33, 29, 35, 30, 28, 32, 60, 34, 33, 36]
    lines = [f"{first + place},{value}" for place, value in enumerate(values)]
    shuffled = [*lines[7:], *lines[:3], *lines[6:2:-1]]
    right = answer(written(f"{header},cost\n" + "\n".join(lines) + "\n", "right.csv"))
    assert right["n"] == 12
    assert [signal["index"] for signal in right["signals"]] == [8]
    assert answer(written(f"{header},cost\n" + "\n".join(shuffled) + "\n")) == right


def test_a_year_left_out_is_a_gap_and_a_batch_left_out_is_none(written: Any) -> None:
    rows = [
        (place, value)
        for place, value in enumerate([5, 7, 5, 7, 5, 100, 6, 8, 6, 8, 6], 2000)
        if place != 2005
    ]
    body = "".join(f"{place},{value}\n" for place, value in rows)
    assert answer(written("year,cost\n" + body))["average_moving_range"] == 2
    assert answer(written("batch,cost\n" + body))["average_moving_range"] == pytest.approx(17 / 9)


def test_a_baseline_is_named_by_the_periods_as_the_file_writes_them(written: Any) -> None:
    names = ["Apr-16", "May-16", "Jun-16", "Jul-16", "Aug-16", "Sep-16", "Oct-16", "Nov-16"]
    values = [10, 12, 11, 13, 12, 11, 14, 90]
    path = written("Month,Value\n" + "".join(f"{n},{v}\n" for n, v in zip(names, values, strict=True)))
    found = answer(path, "--baseline", "Apr-16:Sep-16")
    assert found["centre"] == 11.5
    assert found == answer(path, "--baseline", "2016-04:2016-09") == answer(path, "--baseline", "1:6")


def test_a_slip_among_periods_is_told_and_not_taken_for_a_label(written: Any) -> None:
    result = run(written("Month,Value\nApr-16,10\nMay-16,12\nOkt-16,14\n"))
    assert result.exit_code == 2
    assert "row 4, column Month: “Okt-16” is not a period" in result.stderr
