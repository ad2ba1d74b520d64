"""The samples of docs/how-to/import-your-kpis.md are read without a problem."""

from __future__ import annotations

import re
from pathlib import Path

from leanship.domain.periods import Cadence
from leanship.readers.kpis import read_kpis
from leanship.readers.measurements import KnownKpi, read_measurements
from leanship.readers.people import read_people
from leanship.readers.tabular import read_table

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "import-your-kpis.md").read_text(encoding="utf-8")
PEOPLE, KPIS, LONG, WIDE = (
    read_table(text.encode(), name="sample") for text in re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
)


def test_the_people_are_a_chart() -> None:
    chart = read_people(PEOPLE)
    assert list(chart.problems) == []
    assert [person.reports_to for person in chart.people] == [None, "P1", "P2"]


def test_the_definitions_are_one_kpi_for_two_people() -> None:
    file = read_kpis(KPIS)
    assert list(file.problems) == []
    assert ([kpi.name for kpi in file.kpis], len(file.series)) == (["Delivered on time"], 2)


def test_long_and_wide_say_the_same() -> None:
    known = [KnownKpi("Delivered on time", 1, Cadence.MONTH)]
    long, wide = (read_measurements(table, known=known) for table in (LONG, WIDE))
    assert list(long.problems) == list(wide.problems) == []
    assert long.value.tolist() == wide.value.tolist() == [942, 968]
    assert long.ordinal.tolist() == wide.ordinal.tolist()
