"""`leanship projects verify` on files as people have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main

STEADY = [10, 12] * 7  # January 2023 to February 2024
Write = Callable[[str], Path]


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["projects", "verify", *map(str, arguments)], input=stdin)


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def told(found: dict[str, Any]) -> tuple[int, int, str]:
    return found["before"], found["after"], found["verdict"]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "series.csv"
        path.write_text(text)
        return path

    return write


def months(values: Sequence[object]) -> str:
    """A CSV of months from January 2023 on."""
    lines = [f"{2023 + place // 12}-{place % 12 + 1:02d},{value}" for place, value in enumerate(values)]
    return "month,value\n" + "\n".join(lines) + "\n"


def test_the_verdict_with_its_figures(written: Write) -> None:
    found = answer(written(months([*STEADY, *[12] * 8])), "--change", "2024-03")
    assert found == {
        "before": 14,
        "after": 8,
        "verdict": "improved",
        "centre": 11.0,
        "lower_limit": 5.68,
        "upper_limit": 16.32,
        "beyond_better": [],
        "beyond_worse": [],
        "run_better": 8,
        "run_worse": 0,
    }


def test_points_beyond_are_named_by_their_row(written: Write) -> None:
    file = written(months([*STEADY, 11, 30, 11, 11, 30, 11, 11, 11]))
    assert answer(file, "--change", "2024-03")["beyond_better"] == [15, 18]
    lower = answer(file, "--change", "2024-03", "--better", "lower")
    assert (lower["verdict"], lower["beyond_worse"]) == ("worse", [15, 18])


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ("2024-03", 14, 8),
        ("2024-03-01", 14, 8),
        ("Mar 2024", 14, 8),
        ("2024-03-02", 14, 7),  # March is neither: the change fell into its midst
        ("2024", 12, 10),
        ("2024-Q2", 15, 7),
    ],
)
def test_the_change_is_named_by_a_day_or_a_period(
    change: str, before: int, after: int, written: Write
) -> None:
    found = answer(written(months([*STEADY, *[12] * 8])), "--change", change)
    assert (found["before"], found["after"]) == (before, after)


@pytest.mark.parametrize(
    ("check", "after"), [("2024-10", 8), ("2024-10-31", 8), ("2024-10-30", 7), ("2024", 10), ("2030-01", 12)]
)
def test_what_comes_after_the_check_is_not_judged(check: str, after: int, written: Write) -> None:
    file = written(months([*STEADY, *[12] * 8, 0, 0, 0, 0]))
    found = answer(file, "--change", "2024-03", "--check", check)
    assert found["after"] == after
    if after == 8:
        assert found["verdict"] == "improved"


def test_years_take_years_and_days(written: Write) -> None:
    lines = "".join(f"{1900 + place},{value}\n" for place, value in enumerate([*STEADY, *[8] * 9]))
    file = written("year,flow\n" + lines)
    assert told(answer(file, "--change", "1914")) == (14, 9, "worse")
    assert told(answer(file, "--change", "1914-01-01", "--better", "lower")) == (14, 9, "improved")
    assert told(answer(file, "--change", "1914-06-30")) == (14, 8, "worse")
    assert answer(file, "--change", "1914", "--check", "1916")["after"] == 3


@pytest.mark.parametrize(
    ("a_year", "digits", "change", "before", "after"),
    [
        (12, 8, "1970", 12, 18),
        (12, 8, "1970-07", 18, 12),
        (12, 4, "1970-07-01", 18, 12),
        (12, 2, "1970-07-01", 18, 12),
        (12, 4, "1970.5", 18, 12),
        (12, 4, "1970-07-15", 18, 11),
        (4, 2, "1973-07-01", 18, 12),
        (4, 2, "1973Q3", 18, 12),
    ],
)
def test_months_and_quarters_may_be_parts_of_a_year(
    a_year: int, digits: int, change: str, before: int, after: int, written: Write
) -> None:
    rows = [f"{1969 + n / a_year:.{digits}f},{n % 2 + 5 * (n >= 18)}\n" for n in range(30)]
    path = written("time,value\n" + "".join(rows))
    assert told(answer(path, "--change", change)) == (before, after, "improved")


def test_numbers_that_are_no_parts_of_a_year_take_numbers_alone(written: Write) -> None:
    path = written("reading,value\n" + "".join(f"{1000 + n * 1.371:.3f},{n % 2}\n" for n in range(30)))
    arguments = (path, "--time", "reading", "--change")
    assert told(answer(*arguments, "1024.678")) == (18, 12, "no_signal_yet")
    assert told(answer(*arguments, "1024.5")) == (18, 12, "no_signal_yet")
    assert run(*arguments, "1024-07-01").exit_code == 2


def test_rows_without_a_time_are_named_by_their_number(written: Write) -> None:
    file = written("value\n" + "".join(f"{value}\n" for value in [*STEADY, *[12] * 8]))
    assert told(answer(file, "--change", "15")) == (14, 8, "improved")


def test_a_row_at_the_change_belongs_to_after(written: Write) -> None:
    lines = "".join(f"2024-01-{day + 1:02d},{value}\n" for day, value in enumerate([*STEADY, *[12] * 8]))
    file = written("date,value\n" + lines)
    assert told(answer(file, "--change", "2024-01-15")) == (14, 8, "improved")


def test_an_absent_period_breaks_a_run(written: Write) -> None:
    lines = months([*STEADY, *[12] * 9]).splitlines()
    found = answer(written("\n".join(lines[:18] + lines[19:])), "--change", "2024-03")
    assert (found["verdict"], found["run_better"], found["after"]) == ("no_signal_yet", 5, 8)


def test_too_little_is_said(written: Write) -> None:
    found = answer(written(months([*STEADY, *[12] * 7])), "--change", "2024-03")
    assert told(found) == (14, 7, "not_enough_evidence")
    assert told(answer(written(months([3, 4])), "--change", "2030-01"))[:2] == (2, 0)
    assert told(answer(written(months([3, 4])), "--change", "2020-01"))[:2] == (0, 2)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--change", "spring"], "--change spring: it is neither in the time column nor a date"),
        (["--change", "2024-03", "--check", "soon"], "--check soon: it is neither"),
        (["--change", "2024-03", "--check", "2023-05"], "--check 2023-05: it comes before the change"),
        (["--change", "2024-03", "--value", "cost"], "there is no column cost"),
        ([], "Missing option '--change'"),
    ],
)
def test_what_cannot_be_used_ends_with_2(options: list[str], says: str, written: Write) -> None:
    result = run(written(months([*STEADY, *[12] * 8])), *options, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_a_bad_number_is_told_with_its_place(written: Write) -> None:
    result = run(written(months([10, "ten", 12])), "--change", "2023-02")
    assert result.exit_code == 2
    assert "series.csv, row 3, column value" in result.stderr


def test_words_for_a_person(written: Write) -> None:
    better = run(written(months([*STEADY, *[12] * 8])), "--change", "2024-03")
    assert "Improved: the series shows it." in better.stdout
    flat = run(written(months([10] * 14 + [11] * 8)), "--change", "2024-03")
    assert "only runs of eight were looked for" in flat.stdout
    few = run(written(months(STEADY)), "--change", "2024-01")
    assert "Not enough evidence: 12 of 12 points before, 2 of 8 after." in few.stdout


def test_standard_input_is_read() -> None:
    result = run("-", "--change", "2024-03", "--json", stdin=months([*STEADY, *[12] * 8]).encode())
    assert json.loads(result.stdout)["verdict"] == "improved"
