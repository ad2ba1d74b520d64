"""Reading an organisation chart: nine real ones to the figure, and everything that can be wrong with one."""

import time
from datetime import date
from pathlib import Path

import pytest

from leanship.readers.people import PeopleFile, PersonRow, read_people
from leanship.readers.tabular import read_table
from leanship.readers.writing import xlsx_bytes

ORG = Path(__file__).parents[1] / "data" / "org"


def read(text: str, **options: object) -> PeopleFile:
    return read_people(read_table(text.encode(), name="people.csv"), **options)  # type: ignore[arg-type]


def found(people: PeopleFile) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in people.problems]


# Figures computed apart from this code, from the charts as published; see tests/data/SOURCES.md.
@pytest.mark.parametrize(
    (
        "file",
        "rows",
        "distinct",
        "duplicates",
        "roots",
        "depth",
        "managers",
        "mean",
        "largest",
        "wide",
        "single",
    ),
    [
        (
            "sourcegraph_2024-06",
            175,
            175,
            0,
            ["P001"],
            4,
            39,
            4.46,
            [("P134", 16), ("P001", 13), ("P126", 9)],
            2,
            5,
        ),
        (
            "sourcegraph_2022-06",
            261,
            261,
            0,
            ["P001"],
            4,
            51,
            5.1,
            [("P002", 27), ("P092", 13), ("P001", 12)],
            4,
            7,
        ),
        (
            "sourcegraph_2023-06",
            200,
            200,
            0,
            ["P001"],
            4,
            37,
            5.38,
            [("P001", 15), ("P185", 12), ("P183", 10)],
            2,
            5,
        ),
        (
            "uk_cabinet_office_2011-03-31",
            216,
            216,
            0,
            ["1"],
            4,
            35,
            6.14,
            [("8", 53), ("260", 50), ("3", 21)],
            4,
            11,
        ),
        (
            "uk_cabinet_office_2011-09-30",
            235,
            234,
            1,
            ["CO57", "CO59", "1"],
            4,
            44,
            5.25,
            [("260", 43), ("3", 21), ("8", 18)],
            4,
            14,
        ),
        (
            "uk_cabinet_office_2012-03-31",
            228,
            228,
            0,
            ["309", "317"],
            3,
            39,
            5.79,
            [("260", 39), ("309", 20), ("317", 12)],
            5,
            10,
        ),
        (
            "uk_home_office_2011-03-31",
            125,
            124,
            1,
            ["4PO01"],
            4,
            30,
            4.1,
            [("4PO01", 9), ("3CPG01", 8), ("2CPG07", 7)],
            0,
            6,
        ),
        (
            "uk_home_office_2012-09-30",
            201,
            190,
            11,
            ["4PO01"],
            4,
            40,
            4.72,
            [("4PO01", 13), ("3SIIG01", 11), ("2CPG07", 9)],
            2,
            9,
        ),
        ("uk_uk_sport_2011-03-31", 6, 6, 0, ["J1"], 1, 1, 5.0, [("J1", 5)], 0, 0),
    ],
)
def test_nine_real_charts(
    file: str,
    rows: int,
    distinct: int,
    duplicates: int,
    roots: list[str],
    depth: int,
    managers: int,
    mean: float,
    largest: list[tuple[str, int]],
    wide: int,
    single: int,
) -> None:
    people = read_people(read_table(ORG / f"{file}.csv"))
    shape = people.shape
    assert (people.rows, people.distinct_ids, people.duplicate_ids) == (rows, distinct, duplicates)
    assert (list(shape.roots), shape.max_depth, shape.managers) == (roots, depth, managers)
    assert (shape.mean_span, list(shape.largest_spans)) == (mean, largest)
    assert (shape.spans_over_10, shape.spans_of_1, shape.loops) == (wide, single, ())
    assert not people.problems.blocking
    assert people.problems.count("id_twice") == duplicates
    assert people.problems.count("several_roots") == (len(roots) > 1)


def test_the_same_chart_from_a_workbook() -> None:
    text = read_table(ORG / "uk_cabinet_office_2011-03-31.csv")
    typed = [
        [int(cell) if cell.isdigit() else cell for cell in row] for row in zip(*text.columns, strict=True)
    ]
    people = read_people(read_table(xlsx_bytes(text.header, typed)))
    assert people.people == read_people(text).people


def test_leaders_by_id_email_and_name() -> None:
    people = read(
        "Person ID,Full name,E-mail,Manager\n"
        "P1,Ada Lovelace,ada@example.com,\n"
        "P2,Grace Hopper,,ada@EXAMPLE.com\n"
        "P3,Mary Shaw,,grace  hopper\n"
        "P4,Barbara Liskov,,P3\n"
    )
    assert [person.reports_to for person in people.people] == [None, "P1", "P2", "P3"]
    assert list(people.problems) == []


def test_all_columns() -> None:
    people = read(
        "id;name;title;reports_to;department;grade;fte;status;email;level;role;team;started;source\n"
        "1;Ann;Head;;Top;A1;0,8;active;ann@example.com;Senior leader;lead;Board;22.11.2026;hr\n"
        "2;Ben;;1;;;100;;;IC;;;;\n"
    )
    assert people.people[0] == PersonRow(
        id="1", name="Ann", row=2, title="Head", department="Top", grade="A1", fte_percent=80, status="active",
        email="ann@example.com", level="senior_leader", role="lead", team="Board", started=date(2026, 11, 22),
        source="hr",
    )  # fmt: skip
    assert people.people[1] == PersonRow("2", "Ben", 3, reports_to="1", fte_percent=100, level="contributor")
    assert list(people.problems) == []


def test_a_loop_is_named_in_full_and_once() -> None:
    people = read("id,name,reports_to\nA,Ann,B\nB,Ben,C\nC,Cid,A\nD,Dan,A\nE,Eve,\nF,Flo,G\nG,Gus,F\n")
    assert found(people) == [("loop", 2, "reports_to"), ("loop", 7, "reports_to")]
    assert [problem.message.count("→") for problem in people.problems] == [3, 2]
    assert "A → B → C → A" in next(iter(people.problems)).message
    assert people.shape.max_depth == 0


def test_a_loop_that_closes_through_people_already_known() -> None:
    current = {"A": PersonRow("A", "Ann", reports_to="B"), "B": PersonRow("B", "Ben")}
    people = read("id,name,reports_to\nB,Ben,A\n", current=current)
    assert found(people) == [("loop", 2, "reports_to")]


def test_a_leader_already_known_need_not_be_in_the_file() -> None:
    current = {"A": PersonRow("A", "Ann Lee", email="ann@example.com")}
    people = read("id,name,reports_to\nB,Ben,A\nC,Cid,Ann Lee\nD,Dan,ann@example.com\n", current=current)
    assert [person.reports_to for person in people.people] == ["A", "A", "A"]
    assert list(people.problems) == []
    assert people.shape.roots == ()


def test_an_unknown_leader_with_what_it_may_have_been() -> None:
    people = read("id,name,reports_to\nP1,Ada Lovelace,\nP2,Ben,Ada Lovelce\nP3,Cid,Zorro\n")
    assert found(people) == [("leader_unknown_near", 3, "reports_to"), ("leader_unknown", 4, "reports_to")]
    assert "Ada Lovelace" in next(iter(people.problems)).message
    assert people.shape.roots == ("P1",)


def test_two_people_of_one_name_as_a_leader() -> None:
    people = read("id,name,reports_to\nP1,Ann Lee,\nP2,Ann Lee,P1\nP3,Ben,Ann Lee\n")
    (problem,) = people.problems
    assert (problem.level, problem.code, problem.row) == ("error", "leader_ambiguous", 4)
    assert "P1 (row 2)" in problem.message
    assert "P2 (row 3)" in problem.message


def test_two_people_of_one_name_are_fine_where_ids_are_used() -> None:
    assert list(read("id,name,reports_to\nP1,Ann Lee,\nP2,Ann Lee,P1\n").problems) == []


def test_reporting_to_oneself() -> None:
    assert found(read("id,name,reports_to\nA,Ann,A\nB,Ben,A\n")) == [("self_report", 2, "reports_to")]


@pytest.mark.parametrize(("strict", "level"), [(False, "warning"), (True, "error")])
def test_the_same_id_twice(strict: bool, level: str) -> None:
    people = read("id,name,reports_to\nA,Ann,\nB,Ben,A\nB,Bea,\n", strict=strict)
    (problem,) = people.problems
    assert (problem.level, problem.code, problem.row) == (level, "id_twice", 4)
    assert "row 3" in problem.message
    assert [person.name for person in people.people] == ["Ann", "Ben"]
    assert (people.rows, people.distinct_ids, people.duplicate_ids) == (3, 2, 1)


def test_names_alone_make_a_chart() -> None:
    people = read("name,manager\nAnn,\nBen,Ann\n")
    assert [(person.id, person.reports_to) for person in people.people] == [("Ann", None), ("Ben", "Ann")]
    assert found(people) == [("ids_from_names", None, "name")]
    current = {"P7": PersonRow("P7", "Ann")}
    assert [person.id for person in read("name,manager\nAnn,\nBen,Ann\n", current=current).people] == [
        "P7",
        "Ben",
    ]


def test_one_name_twice_without_ids() -> None:
    people = read("name,manager\nAnn,\nBen,Ann\nBen,Ann\n")
    assert found(people)[1:] == [("name_twice", 4, "name")]
    assert people.problems.blocking


def test_what_is_missing() -> None:
    people = read("id,name,title,reports_to\nA,Ann,,\n,Ben,,A\nC,,Director,A\nD,,,A\n")
    assert found(people) == [("missing", 3, "id"), ("name_missing", 4, "name"), ("name_missing", 5, "name")]
    assert [person.name for person in people.people] == ["Ann", "Director", "D"]
    (problem,) = read("title,department\nHead,Top\n").problems
    assert (problem.code, "title, department" in problem.message) == ("column_missing", True)


def test_a_list_without_any_line_is_said_to_be_one() -> None:
    assert found(read("id,name\nA,Ann\nB,Ben\n")) == [("no_lines", None, None)]
    assert found(read("id,name,reports_to\nA,Ann,\nB,Ben,\n")) == [("no_lines", None, "reports_to")]
    assert found(read("id,name,reports_to\nA,Ann,\n")) == []


def test_several_roots_are_named() -> None:
    (problem,) = read("id,name,reports_to\nA,Ann,\nB,Ben,A\nC,Cid,\n").problems
    assert (problem.level, problem.code) == ("warning", "several_roots")
    assert "2 people report to nobody: A, C" in problem.message


def test_cells_that_do_not_fit() -> None:
    people = read(
        "id,name,reports_to,email,fte,level,started\n"
        f"A,{'x' * 201},,ann,1,boss,2026-13-01\n"
        "B,Ben,A,ben@example.com,half,,soon\n"
        "C,Cid,A,Ben@example.com,300,,\n"
    )
    assert sorted(found(people), key=str) == [
        ("date", 2, "started"),
        ("date", 3, "started"),
        ("email", 2, "email"),
        ("email_twice", 4, "email"),
        ("fte", 4, "fte"),
        ("level", 2, "level"),
        ("number", 3, "fte"),
        ("too_long", 2, "name"),
    ]


def test_columns_named_by_the_user() -> None:
    people = read("key,who,up\nA,Ann,\nB,Ben,A\n", columns={"id": "key", "name": "who", "reports_to": "up"})
    assert people.people[1] == PersonRow("B", "Ben", 3, reports_to="A")


def test_a_broken_file_tells_its_own_problems_alone() -> None:
    assert found(read("")) == [("empty", None, None)]
    table = read_table(b"id,name,reports_to\nA,Ann,\nB,Ben,A\nC,Ci")
    assert [problem.code for problem in read_people(table).problems] == ["cut_off"]
    assert len(table.problems) == 1


def test_a_hundred_thousand_people_in_little_time() -> None:
    lines = (f"P{i},Person {i},P{(i - 1) // 6}" if i else "P0,Person 0," for i in range(100_000))
    data = ("id,name,reports_to\n" + "\n".join(lines) + "\n").encode()
    start = time.perf_counter()
    people = read_people(read_table(data))
    assert time.perf_counter() - start < 10  # 0.7 s on two cores; the square of it would take hours.
    assert (people.distinct_ids, people.shape.max_depth) == (100_000, 7)


def test_a_line_of_a_hundred_thousand_leaders_needs_no_recursion() -> None:
    lines = (f"P{i},P{i + 1}" for i in range(100_000))
    people = read("id,reports_to\n" + "\n".join(lines) + "\nP100000,\n")
    assert people.shape.max_depth == 100_000
