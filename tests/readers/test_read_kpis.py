"""Reading KPI definitions."""

from typing import Any

from leanship.domain.figures import Better
from leanship.domain.periods import Cadence
from leanship.readers.kpis import KpiFile, KpiRow, SeriesRow, read_kpis
from leanship.readers.tabular import read_table


def read(text: str, **options: Any) -> KpiFile:
    return read_kpis(read_table(text.encode(), name="kpis.csv"), **options)


def found(file: KpiFile) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in file.problems]


JANUARY = 2026 * 12


def test_kpis_with_their_subjects_and_standards() -> None:
    file = read(
        "KPI;Unit;Better;Cadence;Aggregation;Standard;Valid from;Ceiling;Weight;Must hold;Subject\n"
        "On time;%;higher;monthly;ratio;95,0;2026-01;100;2;yes;Ann\n"
        "On time;;;;;90;01.04.2026;;;no;Ann\n"
        "On time;;;;;97,5;;;1;;Ben\n"
        "Accidents;;lower;month;total;peers;;;;;\n"
        "Mood;;;quarter;mean;none;;;;;\n"
    )
    assert list(file.problems) == []
    assert file.kpis == (
        KpiRow(
            "On time", 2, unit="%", better=Better.HIGHER, cadence=Cadence.MONTH, aggregation="ratio", decimals=1,
            standards="known", ceiling=1000,
        ),
        KpiRow("Accidents", 5, better=Better.LOWER, cadence=Cadence.MONTH, aggregation="sum", standards="peers"),
        KpiRow("Mood", 6, cadence=Cadence.QUARTER, aggregation="mean", standards="none"),
    )  # fmt: skip
    assert file.series == (
        SeriesRow("On time", "Ann", 2, 950, JANUARY, 2, True),
        SeriesRow("On time", "Ann", 3, 900, JANUARY + 3, None, False),
        SeriesRow("On time", "Ben", 4, 975, None, 1, None),
        SeriesRow("Accidents", "", 5, None, None, None, None),
        SeriesRow("Mood", "", 6, None, None, None, None),
    )


def test_thresholds_bounds_and_texts() -> None:
    file = read(
        "name,description,decimals,floor,ceiling,on_shortfall,exceeds,meets,ratio_scale\n"
        "Uptime,Share of minutes up,3,0,100,yes,110%,95,100\n"
    )
    assert file.kpis == (
        KpiRow(
            "Uptime", 2, "Share of minutes up", ratio_scale=100, decimals=3, floor=0, ceiling=100_000,
            on_shortfall=True, exceeds=110, meets=95,
        ),
    )  # fmt: skip


def test_every_wrong_cell_is_told() -> None:
    file = read(
        "name,direction,cadence,aggregation,decimals,standard,exceeds,weight,must_hold,standard_from\n"
        "A,sideways,yearly,median,7,x,0,0,maybe,2026-01\n"
        ",,,,,1,,,,\n"
        "B,up,day,,1,2.55,,,,soon\n"
    )
    assert sorted(found(file), key=str) == [
        ("cadence_needed", 2, "standard_from"),
        ("choice", 2, "aggregation"),
        ("choice", 2, "cadence"),
        ("decimals", 4, "standard"),
        ("direction", 2, "direction"),
        ("missing", 3, "name"),
        ("number", 2, "standard"),
        ("period_wanted", 4, "standard_from"),
        ("whole_range", 2, "decimals"),
        ("whole_range", 2, "exceeds"),
        ("whole_range", 2, "weight"),
        ("yes_no", 2, "must_hold"),
    ]


def test_what_contradicts_itself() -> None:
    file = read("name,exceeds,meets,floor,ceiling\nA,90,,,\nB,,110,5,5.0\n")
    assert found(file) == [
        ("thresholds", 2, "exceeds"),
        ("thresholds", 3, "exceeds"),
        ("floor_ceiling", 3, "ceiling"),
    ]


def test_one_kpi_described_in_two_ways() -> None:
    file = read("name,direction,unit,subject\nA,up,,Ann\na,down,days,Ben\n")
    assert found(file) == [("kpi_differs", 3, "direction")]
    assert file.kpis[0].unit == "days"


def test_the_same_row_twice() -> None:
    file = read(
        "name,cadence,subject,standard,standard_from\nA,month,Ann,1,\nA,month,ann,2,\nA,month,Ann,2,2026-02\n"
    )
    assert found(file) == [("series_twice", 3, "name")]
    assert [series.standard for series in file.series] == [1, 2]


def test_a_file_of_something_else() -> None:
    file = read("id,reports_to\n1,2\n")
    assert (file.kpis, found(file)) == ((), [("column_missing", None, None)])
    assert read("label\nA\n", columns={"name": "label"}).kpis == (KpiRow("A", 2),)
