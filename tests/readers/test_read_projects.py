"""Reading projects."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from leanship.domain.stages import Stage
from leanship.readers.projects import ProjectFile, read_projects
from leanship.readers.tabular import read_table


def read(text: str, **options: Any) -> ProjectFile:
    return read_projects(read_table(text.encode(), name="projects.csv"), **options)


def found(file: ProjectFile) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in file.problems]


def test_a_list_of_another_program_is_read_under_its_own_names() -> None:
    file = read(
        "Key;Summary;Assignee;Created;Status;Description;Resolution;Closed\n"
        "L-7;Lost  labels;Ann;05.10.2026;In progress;They fall off.;;\n"
        "L-8;Two lists;Ben;12.01.2026;;;Done;30.06.2026\n"
    )
    assert found(file) == []
    first, second = file.projects
    assert (first.id, first.title, first.leader, first.raised_on) == (
        "L-7",
        "Lost labels",
        "Ann",
        date(2026, 10, 5),
    )
    assert (first.stage, first.seen) == (Stage.CHANGE, "They fall off.")
    assert (second.stage, second.outcome, second.ended_on) == (None, "standardised", date(2026, 6, 30))
    assert file.columns["leader"] == "Assignee"


@pytest.mark.parametrize("word", ["Tests", "tests and prototypes", "TEST"])
def test_a_stage_has_its_code_and_its_names(word: str) -> None:
    assert read(f"title,leader,stage\nLabels,Ann,{word}\n").projects[0].stage is Stage.TESTS


def test_what_is_wrong_is_told_with_row_and_column() -> None:
    file = read(
        "title,leader,stage,taken up,serves,ended on,outcome,raised\n"
        ",Ann,somewhen,maybe,nobody,2026-10-01,,2026-12-01\n"
        "Labels,,,,,,,\n"
        "labels,Ann,,,,,,soon\n",
        today=date(2026, 11, 22),
    )
    assert set(found(file)) == {
        ("missing", 2, "title"),
        ("choice", 2, "stage"),
        ("choice", 2, "taken up"),
        ("choice", 2, "serves"),
        ("end_in_part", 2, "outcome"),
        ("day_ahead", 2, "raised"),
        ("missing", 3, "leader"),
        ("project_twice", 4, "title"),
        ("date", 4, "raised"),
    }


def test_a_text_that_does_not_fit_is_told_and_not_cut() -> None:
    file = read(f"title,leader\n{'x' * 201},Ann\n")
    assert found(file) == [("too_long", 2, "title")]


def test_without_title_or_leader_nothing_is_read() -> None:
    file = read("title\nLabels\n")
    assert file.projects == () and found(file) == [("column_missing", None, None)]
