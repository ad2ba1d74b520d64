"""docs/reference/file-formats.md says what the readers do: its samples are read, its tables compared with the code."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.readers import candidates, kpis, people, projects, shapes, time_rules
from leanship.readers.calendars import CalendarLimits, read_calendar
from leanship.readers.candidates import read_candidates
from leanship.readers.cells import days, numbers
from leanship.readers.kpis import read_kpis
from leanship.readers.measurements import KnownKpi, read_measurements
from leanship.readers.people import read_people
from leanship.readers.problems import MESSAGES, Problems
from leanship.readers.projects import read_projects
from leanship.readers.tabular import Column, Limits, read_table
from leanship.readers.time_rules import read_time_rules
from leanship.readers.writing import guarded

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "file-formats.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"```csv (\w+)\n(.*?)```", PAGE, re.DOTALL)
KNOWN = [
    KnownKpi("Delivered on time", 1, Cadence.MONTH, ratio_scale=100),
    KnownKpi("Accidents", 0, Cadence.MONTH),
]


def table_under(heading: str, first: str) -> list[list[str]]:
    """The cells of the table that begins with the column `first`, under a heading of the page."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = section.split(f"| {first} |")[1].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


def code(cell: str) -> str:
    return cell.removeprefix("`").removesuffix("`")


def test_the_page_has_samples_of_every_kind() -> None:
    assert [kind for kind, _ in SAMPLES] == [
        "people",
        "kpis",
        *["measurements"] * 3,
        "projects",
        "rules",
        "candidates",
    ]


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_every_sample_is_read_without_a_problem(kind: str, sample: str) -> None:
    table = read_table(sample.encode(), name=kind)
    if kind == "people":
        chart = read_people(table)
        assert ([p.reports_to for p in chart.people], chart.shape.max_depth) == ([None, "P1", "P2"], 2)
        assert all(person.level and person.started and person.fte_percent for person in chart.people)
        read = chart.problems
    elif kind == "kpis":
        file = read_kpis(table)
        assert ([kpi.decimals for kpi in file.kpis], len(file.series)) == ([1, 0, 2], 4)
        read = file.problems
    elif kind == "projects":
        led = read_projects(table, today=date(2026, 11, 22))
        assert [row.stage for row in led.projects] == ["tests", None, None]
        read = led.problems
    elif kind == "rules":
        rules = read_time_rules(table)
        assert [rule.pattern for rule in rules.rules][2:4] == ["improve*", "customer.example"]
        read = rules.problems
    elif kind == "candidates":
        could = read_candidates(table, ["2027-01", "2027-02"])
        assert [one.value for one in could.candidates] == [Decimal("12000.5"), 9000, 7000]
        read = could.problems
    else:
        measured = read_measurements(table, known=KNOWN)
        assert 968 in measured.value.tolist()
        read = measured.problems
    assert list(read) == []


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("People", people.COLUMNS),
        ("KPIs", kpis.COLUMNS),
        ("Measurements", shapes.COLUMNS),
        ("Projects", projects.COLUMNS),
        ("What could be done", candidates.COLUMNS),
        ("Rules for time", time_rules.COLUMNS),
    ],
)
def test_the_columns_are_those_of_the_code(heading: str, columns: tuple[Column, ...]) -> None:
    told = [(code(row[0]), row[1]) for row in table_under(heading, "column")]
    assert told == [(column.name, ", ".join(column.synonyms)) for column in columns]


def test_the_calendar_on_the_page_is_read_without_a_problem() -> None:
    sample = re.findall(r"```ics\n(.*?)```", PAGE, re.DOTALL)[0].encode()
    read = read_calendar(sample, begin=date(2026, 10, 1), end=date(2026, 11, 1))
    assert read.problems == ()
    assert [(each.title, each.categories) for each in read.occurrences] == [
        ("Weekly planning", ("Planning",))
    ] * 4


def test_the_limits_of_calendars_are_those_of_the_code() -> None:
    told = {row[0]: int(row[1].replace(",", "")) for row in table_under("Calendars", "limit")}
    limits = CalendarLimits()
    assert told == {
        "MB of a calendar": limits.file_bytes // 1_000_000,
        "events": limits.events,
        "occurrences in the window": limits.occurrences,
        "characters in a line": limits.line,
        "repetitions that a rule is counted through": limits.steps,
    }


def test_the_limits_are_those_of_the_code() -> None:
    told = {row[0]: int(row[1].replace(",", "")) for row in table_under("Kinds of file", "limit")}
    limits = Limits()
    assert told == {
        "characters in a cell": csv.field_size_limit(),
        "columns": limits.columns,
        "rows": limits.rows,
        "MB of a file": limits.file_bytes // 1_000_000,
        "MB of a workbook, unpacked": limits.unpacked_bytes // 1_000_000,
    }


def test_numbers_and_periods_are_read_as_the_page_says() -> None:
    for written, meant in table_under("Numbers, dates, periods", "written | read as"):
        problems = Problems("page")
        assert numbers([("value", [code(written)])], [2], problems) == [[meant]]
        assert len(problems) == 0
    for written, meant in table_under("Numbers, dates, periods", "written | period"):
        (text,) = days("period", [code(written)], [2], Problems("page"))
        assert periods.code(*periods.parse(text)) == meant


def test_what_is_written_is_as_the_page_says() -> None:
    for text, written in table_under("What is written", "text"):
        assert guarded(code(text)) == code(written)


def test_every_message_is_told_somewhere() -> None:
    """A message that no reader tells any more would be translated for nothing."""
    paths = (ROOT / "src" / "leanship").rglob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in paths if path.name != "problems.py")
    unused = {code for code in MESSAGES if f'"{code}"' not in source}
    assert unused == {"many_alike"}  # Told by `Problems` itself.
