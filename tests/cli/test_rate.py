"""`leanship rate` on files as people have them."""

from __future__ import annotations

import csv
import json
import os
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from leanship.cli._measured import read_measured
from leanship.cli._spark import joined, parts
from leanship.cli._tables import Reading, open_table
from leanship.cli.rate import _run_here
from leanship.domain.process_behaviour import chart

TRUSTS = Path(__file__).parents[1] / "data" / "kpi" / "nhs_ae_type1_4h_by_trust_monthly.csv"
KEYS = [
    *("subject", "kpi", "periods", "exceeds", "meets", "rating"),
    *("centre", "lower_limit", "upper_limit", "signals"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["rate", *map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def first(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = answer(*arguments)["rows"][0]
    return found


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(text: str, name: str = "measured.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def months(percents: list[object], standard: object = 100, subject: str = "ana") -> str:
    """A CSV of months from January 2024 on."""
    lines = [
        f"{subject},{2024 + place // 12}-{place % 12 + 1:02d},{value},{standard}"
        for place, value in enumerate(percents)
    ]
    return "subject,period,value,standard\n" + "\n".join(lines) + "\n"


def trusts() -> dict[str, list[tuple[Fraction, Fraction]]]:
    found: dict[str, list[tuple[Fraction, Fraction]]] = {}
    with TRUSTS.open(newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["unit"], []).append((Fraction(row["value"]), Fraction(row["standard"])))
    return found


def test_all_trusts_are_rated_as_by_hand() -> None:
    found = answer(TRUSTS, "--subject", "unit")
    by_hand = trusts()
    assert [row["subject"] for row in found["rows"]] == list(by_hand)
    assert (len(found["rows"]), found["skipped"]) == (65, [])
    for row in found["rows"]:
        assert list(row) == KEYS
        series = by_hand[row["subject"]]
        percents = [int(100 * value / standard + Fraction(1, 2)) for value, standard in series[-12:]]
        exceeds, meets = sum(p >= 105 for p in percents), sum(p >= 100 for p in percents)
        assert (row["periods"], row["exceeds"], row["meets"]) == (12, exceeds, meets)
        # Four fifths of twelve are ten.
        expected = "exceeds" if exceeds >= 10 else "meets" if meets >= 10 else "not_consistent"
        assert row["rating"] == ("does_not_meet" if meets <= 2 else expected)
        drawn = chart([int(value * 10_000) for value, _ in series])
        assert row["signals"] == len(drawn.signals)
        assert drawn.centre is not None and drawn.upper_limit is not None
        assert row["centre"] == pytest.approx(float(drawn.centre) / 10_000)
        assert row["upper_limit"] == pytest.approx(float(drawn.upper_limit) / 10_000)


def test_the_months_that_meet_are_those_published() -> None:
    """114 of 2340 trust-months reach 95 %; rounding to whole percents (M12) brings those from 94.525 on to 100."""
    months_ = [month for series in trusts().values() for month in series]
    assert sum(value >= standard for value, standard in months_) == 114
    found = answer(TRUSTS, "--window", "36")["rows"]
    assert sum(row["periods"] for row in found) == 2340
    rounded = sum(200 * value >= 199 * standard for value, standard in months_)
    assert sum(row["meets"] for row in found) == rounded == 144


def test_the_order_of_the_rows_changes_nothing(written: Any) -> None:
    lines = TRUSTS.read_text().splitlines()
    turned = answer(written("\n".join([lines[0], *reversed(lines[1:])])))["rows"]
    straight = answer(TRUSTS)["rows"]
    key = lambda row: row["subject"]  # noqa: E731
    assert sorted(turned, key=key) == sorted(straight, key=key)


def test_the_window_ends_where_it_is_asked_to(written: Any) -> None:
    file = written(months([100] * 12 + [50] * 12))
    assert first(file)["rating"] == "does_not_meet"
    assert first(file, "--as-of", "2024-12")["rating"] == "meets"
    assert first(file, "--as-of", "2024-Q4")["meets"] == 12
    assert first(file, "--window", "24")["rating"] == "not_consistent"
    late = first(file, "--as-of", "2026-06")
    assert (late["periods"], late["rating"]) == (6, "not_enough_evidence")
    assert run(file, "--as-of", "soon").exit_code == 2


def test_ties_fall_as_on_paper(written: Any) -> None:
    assert first(written(months(["99.5"] * 12)))["rating"] == "meets"
    assert first(written(months(["99.49"] * 12)))["rating"] == "does_not_meet"
    assert first(written(months(["104.5"] * 12)))["rating"] == "exceeds"
    assert first(written(months(["0.995"] * 12, "1.0")))["rating"] == "meets"
    long = first(written(months(["0.00000995"] * 12, "0.00001")))
    assert (long["rating"], long["centre"]) == ("meets", 9.95e-06)
    assert first(written(months(["0.0000099499999"] * 12, "0.00001")))["rating"] == "does_not_meet"


def test_figures_can_be_rounded_first(written: Any) -> None:
    file = written(months(["99.49"] * 12))
    assert first(file, "--decimals", "1")["rating"] == "meets"
    assert first(file, "--decimals", "1")["centre"] == 99.5
    assert first(file, "--decimals", "2")["rating"] == "does_not_meet"


def test_zero_and_negative_figures_are_taken_as_the_method_says(written: Any) -> None:
    perfect = first(written(months([0] * 12, 3)), "--better", "lower")
    assert (perfect["rating"], perfect["exceeds"]) == ("exceeds", 12)
    kept = first(written(months([0] * 12, 0)), "--better", "lower")
    assert (kept["rating"], kept["exceeds"], kept["meets"]) == ("meets", 0, 12)
    assert first(written(months([1] * 12, 0)), "--better", "lower")["rating"] == "does_not_meet"
    below_zero = answer(written(months([-5] * 12)))
    assert below_zero == {"rows": [], "skipped": [{"subject": "ana", "kpi": None, "reason": "negative"}]}


def test_what_cannot_be_rated_is_skipped_with_its_reason(written: Any) -> None:
    text = months([100] * 12) + "ben,2024-12,5,\ncy,2024-12,,100\n"
    found = answer(written(text))
    assert [row["subject"] for row in found["rows"]] == ["ana"]
    assert found["skipped"] == [
        {"subject": "ben", "kpi": None, "reason": "no_standard"},
        {"subject": "cy", "kpi": None, "reason": "no_value"},
    ]


def test_too_little_is_no_evidence(written: Any) -> None:
    found = first(written(months(["", "", "", "", *[100] * 8])))
    assert (found["periods"], found["rating"]) == (8, "not_enough_evidence")
    assert first(written(months(["", "", "", *[100] * 9])))["rating"] == "meets"


def test_one_standard_can_be_given_for_all(written: Any) -> None:
    file = written("subject,period,value\n" + "".join(f"ana,2024-{m:02d},95\n" for m in range(1, 13)))
    assert first(file, "--standard", "95")["rating"] == "meets"
    assert first(file, "--standard", "90.4")["rating"] == "exceeds"
    refused = run(file, "--standard", "target")
    assert (refused.exit_code, "neither a column nor a number" in refused.stderr) == (2, True)


def test_several_kpis_have_their_own_direction_and_cadence(written: Any) -> None:
    lines = ["who,what,when,figure,target,good"]
    lines += [f"ana,defects,2024-{m:02d},8,10,lower" for m in range(1, 13)]
    lines += [f"ana,output,2024-W{w:02d},110,100,higher" for w in range(1, 14)]
    names = {"subject": "who", "kpi": "what", "period": "when", "value": "figure", "standard": "target"}
    options = [part for name, column in names.items() for part in (f"--{name}", column)]
    found = answer(written("\n".join(lines)), *options, "--direction", "good")["rows"]
    assert {(row["kpi"], row["periods"], row["rating"]) for row in found} == {
        ("defects", 12, "exceeds"),
        ("output", 13, "exceeds"),
    }
    swapped = [line.replace("lower", "").replace("higher", "") for line in lines]
    rated = answer(written("\n".join(swapped)), *options, "--direction", "good", "--better", "lower")["rows"]
    assert {(row["kpi"], row["rating"]) for row in rated} == {
        ("defects", "exceeds"),
        ("output", "does_not_meet"),
    }


def test_a_direction_may_go_with_the_subject(written: Any) -> None:
    lines = ["subject,period,value,standard,direction"]
    lines += [f"ana,2024-{m:02d},8,10,lower" for m in range(1, 13)]
    lines += [f"ben,2024-{m:02d},8,10,higher is better" for m in range(1, 13)]
    found = answer(written("\n".join(lines)))["rows"]
    assert [(row["subject"], row["kpi"], row["rating"]) for row in found] == [
        ("ana", None, "exceeds"),
        ("ben", None, "does_not_meet"),
    ]


@pytest.mark.parametrize(
    "period",
    ["2024-{:02d}-01", "{}", "2024{:02d}", "2024-{:02d}", "{:02d}/2024"],
)
def test_periods_are_read_as_they_come(period: str, written: Any) -> None:
    if period == "{:02d}/2024":
        file = written("subject,period,value,standard\n" + f"ana,{period.format(1)},1,1\n")
        refused = run(file)
        assert (refused.exit_code, "row 2, column period" in refused.stderr) == (2, True)
        return
    lines = [f"ana,{period.format(m)},{100 if m > 3 else ''},100" for m in range(1, 13)]
    found = first(written("subject,period,value,standard\n" + "\n".join(lines)))
    assert (found["periods"], found["rating"]) == (9, "meets")


def test_plain_numbers_can_end_the_window_too(written: Any) -> None:
    lines = [f"ana,{1900 + y},{100 if y < 12 else 50},100" for y in range(24)]
    file = written("subject,year,value,standard\n" + "\n".join(lines))
    assert first(file, "--period", "year", "--as-of", "1911")["rating"] == "meets"
    assert first(file, "--period", "year")["rating"] == "does_not_meet"


def test_days_nobody_works_are_no_gaps(written: Any) -> None:
    import datetime

    days = [datetime.date(2024, 1, 1) + datetime.timedelta(n) for n in range(40)]
    lines = [f"ana,{day},100,100" for day in days if day.weekday() < 5]
    found = first(written("subject,period,value,standard\n" + "\n".join(lines)))
    assert (found["periods"], found["rating"]) == (20, "meets")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_rows_are_written_and_read_by_ending(ending: str, tmp_path: Path) -> None:
    import polars

    out = tmp_path / f"rated.{ending}"
    rows = answer(TRUSTS, "--out", out)["rows"]
    if ending == "parquet":
        assert polars.read_parquet(out).to_dicts() == rows
        return
    table = open_table(out, Reading(None, None, None, None, None))
    assert list(table.header) == KEYS
    assert table.text(0) == [row["subject"] for row in rows]
    assert table.text(5) == [row["rating"] for row in rows]


def test_parquet_is_read(tmp_path: Path) -> None:
    import polars

    file = tmp_path / "trusts.parquet"
    polars.read_csv(TRUSTS).write_parquet(file)
    assert answer(file) == answer(TRUSTS)
    file.write_bytes(b"PAR1")
    broken = run(file)
    assert (broken.exit_code, "cannot be read as Parquet" in broken.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (
            "subject,period,value\nana,2024-01,1\nana,2024-02,one\n",
            "row 3, column value: one is not a number",
        ),
        ("subject,period,value\nana,2024-01,1\nana,2024-01,2\n", "row 3"),
        ("subject,period,value\nana,soon,1\n", "row 2, column period: soon is not a period"),
        ("subject,period,value\nana,2024-01,1\nana,2024-W05,2\n", "row 3, column period"),
        ("subject,period,value\n,2024-01,1\n", "row 2, column subject"),
        ("who,period,value\nana,2024-01,1\n", "column subject is missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, says: str, written: Any) -> None:
    result = run(written(text), "--standard", "1", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_an_ending_that_means_nothing_is_refused_before_any_work(tmp_path: Path) -> None:
    result = run(TRUSTS, "--out", tmp_path / "rated.doc")
    assert (result.exit_code, "name it .csv, .xlsx or .parquet" in result.stderr) == (2, True)


def test_words_for_a_person(written: Any) -> None:
    told = run(written(months([100] * 12) + "ben,2024-12,5,\n")).stdout
    assert "1 rated: 1 meets." in told
    assert "Skipped: ben (no standard)." in told


def test_the_work_can_be_dealt_out_in_parts() -> None:
    (group,), _ = read_measured(
        open_table(TRUSTS, Reading(None, None, None, None, None)), {}, None, None, None
    )
    whole = _run_here(group, "higher", None)
    for count in (1, 7, 1000):
        some = parts(group, count)
        assert len(some) == min(count, 65)
        together = joined([_run_here(part, "higher", None) for part in some])
        for name, column in vars(whole).items():
            np.testing.assert_array_equal(getattr(together, name), column)


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="Spark is installed here")
def test_spark_that_is_not_installed_is_said() -> None:
    result = run(TRUSTS, "--engine", "spark")
    assert (result.exit_code, "pip install pyspark" in result.stderr) == (2, True)


@pytest.mark.skipif(find_spec("pyspark") is None, reason="Spark is not installed: no pyspark")
def test_spark_gives_the_same_rows() -> None:
    assert answer(TRUSTS, "--engine", "spark") == answer(TRUSTS)


def witness(name: str) -> Path:
    root = os.environ.get("LEANSHIP_WITNESS_DATA")
    if not root:
        pytest.skip("LEANSHIP_WITNESS_DATA is not set: these tables are not in this repository")
    return Path(root) / "kpi" / name


@pytest.mark.witness
def test_airlines_by_week() -> None:
    """Weeks of 53 in which 80 % of the flights were on time, as published with the table."""
    file = witness("nyc_airline_ontime_weekly_2013_sample.csv")
    with file.open(newline="") as stream:
        weeks = [(row["unit"], Fraction(row["value"])) for row in csv.DictReader(stream)]
    reached = {unit: sum(value >= 80 for one, value in weeks if one == unit) for unit in dict(weeks)}
    assert reached == {"9E": 16, "B6": 16, "EV": 8, "UA": 25, "WN": 23}
    found = {row["subject"]: row for row in answer(file, "--window", "53")["rows"]}
    rounded = {unit: sum(200 * value >= 199 * 80 for one, value in weeks if one == unit) for unit in reached}
    assert {unit: row["meets"] for unit, row in found.items()} == rounded
    assert {row["periods"] for row in found.values()} == {53}


@pytest.mark.witness
def test_hospital_infections_with_one_standard_for_all() -> None:
    """24 months of six hospitals and two infections, lower being better, against the pooled rate."""
    file = witness("hospital_infections_bac_cdi_monthly.csv")
    names = {"subject": "hospital", "kpi": "infection", "period": "month", "value": "rate_per_10000"}
    options = [part for name, column in names.items() for part in (f"--{name}", column)]
    found = answer(file, *options, "--standard", "6.1217", "--better", "lower", "--window", "24")["rows"]
    with file.open(newline="") as stream:
        months_ = [
            (row["hospital"], row["infection"], Fraction(row["rate_per_10000"]))
            for row in csv.DictReader(stream)
        ]
    assert len(found) == 12
    for row in found:
        rates = [rate for hospital, kind, rate in months_ if (hospital, kind) == (row["subject"], row["kpi"])]
        assert row["periods"] == len(rates) == 24
        # 100 · standard / rate ≥ 99.5, and a month without infections counts too.
        assert row["meets"] == sum(200 * Fraction("6.1217") >= 199 * rate for rate in rates)
        assert row["exceeds"] == sum(200 * Fraction("6.1217") >= 209 * rate for rate in rates)
