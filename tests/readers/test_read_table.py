"""Reading a table from a text file: what it is written in, how it is split, and what is wrong with it."""

import tracemalloc
from pathlib import Path

import pytest

from leanship.readers.problems import LISTED_OF_A_KIND, Problem
from leanship.readers.tabular import Column, Limits, Table, find_columns, read_table


def only(table: Table) -> Problem:
    (problem,) = table.problems
    return problem


def found(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in table.problems]


def test_columns_come_with_the_rows_a_person_sees() -> None:
    table = read_table(b'\nid,name\n1,"two\nlines"\n\n,\n2,Ann\n')
    assert table.header == ("id", "name")
    assert table.columns == (("1", "2"), ("two\nlines", "Ann"))
    assert list(table.rows) == [3, 7]
    assert not table.problems.blocking


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("id;name\n1;Jörg\n".encode(), None),
        ("id;name\n1;Jörg\n".encode("utf-8-sig"), None),
        ("id;name\n1;Jörg\n".encode("utf-16"), None),
        (b"\xfe\xff" + "id;name\n1;Jörg\n".encode("utf-16-be"), None),
        ("id;name\n1;Jörg\n".encode("utf-32"), None),
        ("id;name\n1;Jörg\n".encode("utf-16-le"), "utf-16-le"),
        ("id;name\n1;Jörg\n".encode("latin-1"), "latin-1"),
        ("id;name\r\n1;Jörg\r\n".encode("cp1252"), "windows-1252"),
        ("id;name\r1;Jörg\r".encode("utf-8-sig"), "utf-8"),
    ],
)
def test_encodings(data: bytes, encoding: str | None) -> None:
    table = read_table(data, encoding=encoding)
    assert table.header == ("id", "name")
    assert table.columns == (("1",), ("Jörg",))
    assert list(table.problems) == []


def test_latin_1_without_saying_so_names_the_byte_and_the_way_out() -> None:
    problem = only(read_table("id,name,team\n1,Ann,x\n2,Jörg,y\n".encode("latin-1"), name="people.csv"))
    assert (problem.code, problem.row, problem.column) == ("encoding", 3, "name")
    assert "0xF6" in problem.message
    assert "--encoding" in problem.message
    assert problem.place() == "people.csv, row 3, column name"


def test_half_a_utf_16_character_at_the_end() -> None:
    assert only(read_table("id,name\n1,Ann".encode("utf-16")[:-1])).code == "encoding"


@pytest.mark.parametrize("encoding", ["klingon", "hex"])
def test_an_encoding_that_does_not_exist(encoding: str) -> None:
    assert only(read_table(b"a,b\n1,2\n", encoding=encoding)).code == "encoding_unknown"


def test_utf_16_without_its_mark_is_told_by_its_nul_bytes() -> None:
    problem = only(read_table("a,b\n1,2\n".encode("utf-16-le")))
    assert problem.code == "nul"
    assert "utf-16-le" in problem.message


def test_a_nul_byte() -> None:
    assert found(read_table(b"a,b\n1,2\nx,y\0z\n")) == [("nul", 3, "b")]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(sign: str) -> None:
    table = read_table(f"id{sign}name\n1{sign}Ann\n".encode())
    assert (table.header, table.delimiter) == (("id", "name"), sign)


def test_the_rows_decide_where_the_header_does_not() -> None:
    table = read_table(b"Name, full;Value\nLovelace, Ada;1\nHopper;2\n")
    assert (table.header, table.delimiter) == (("Name, full", "Value"), ";")


def test_two_delimiters_that_fit_alike_are_no_guess() -> None:
    problem = only(read_table(b"a,b;c\n1,2;3\n"))
    assert problem.code == "delimiter_unclear"
    assert "--delimiter" in problem.message
    assert read_table(b"a,b;c\n1,2;3\n", delimiter=",").header == ("a", "b;c")


def test_a_wrong_delimiter_says_which_would_do() -> None:
    problem = only(read_table(b"a;b\n1;2\n", delimiter=","))
    assert problem.code == "delimiter_wrong"
    assert "a semicolon" in problem.message
    assert only(read_table(b"a;b\n1;2\n", delimiter="abc")).code == "delimiter_bad"


def test_the_first_line_in_which_a_spreadsheet_declares_its_delimiter() -> None:
    table = read_table(b"sep=;\r\na,x;b\r\n1;2\r\n")
    assert (table.header, list(table.rows)) == (("a,x", "b"), [3])


def test_one_column_alone_is_a_table() -> None:
    assert read_table(b"value\n1\n2\n").columns == (("1", "2"),)


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(data: bytes) -> None:
    assert only(read_table(data)).code == "empty"


def test_a_header_and_nothing_else() -> None:
    assert found(read_table(b"a,b\n")) == [("header_only", 1, None)]


def test_rows_with_too_few_or_too_many_cells_are_all_told() -> None:
    table = read_table(b"a,b\n1\n2,3\n4,5,6\n7,8,,\n9,10\n")
    assert found(table) == [("row_too_short", 2, "b"), ("row_too_long", 4, "3")]
    assert table.columns == (("2", "7", "9"), ("3", "8", "10"))


def test_a_file_cut_off_in_the_middle_of_a_row() -> None:
    problem = only(read_table(b"a,b,c\n1,2,3\n4,5\n"))
    assert (problem.code, problem.row, problem.column) == ("cut_off", 3, "c")


def test_a_file_cut_off_inside_quotation_marks() -> None:
    assert found(read_table(b'a,b,c\n1,2,3\n4,"5,6\n7,8,9\n')) == [("quote_not_closed", 3, "b")]


def test_an_open_quotation_mark_that_meets_the_next_one() -> None:
    table = read_table(b'a,b,c\n1,2,3\n4,"5,6\n7,"8,9",x\n')
    assert found(table) == [("quote_not_closed", 3, "b")]


def test_quotation_marks_that_do_not_fit() -> None:
    assert found(read_table(b'a,b\n1,"x"y\n')) == [("quotes", 2, "b")]


@pytest.mark.parametrize("cell", [b"x" * 10_000_000, b'"' + b"x\n" * 5_000_000 + b'"'])
def test_ten_megabytes_in_one_cell(cell: bytes) -> None:
    data = b"a,b\n1,2\n3," + cell + b"\n5,6\n"
    tracemalloc.start()
    table = read_table(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    problem = only(table)
    assert (problem.code, problem.row, problem.column) == ("cell_too_large", 3, "b")
    assert len(problem.message) < 300
    assert peak < 3 * len(data)


def test_a_long_name_does_not_come_back_whole_in_a_message() -> None:
    table = read_table(b"id," + b"x" * 50_000 + b"\n1\n2,3\n")
    (problem,) = table.problems
    assert problem.column is not None
    assert len(problem.column) <= 60


def test_columns_of_the_same_name() -> None:
    problem = only(read_table(b"a,b,A\n1,2,3\n"))
    assert (problem.code, problem.row, problem.column) == ("column_twice", 1, "A")
    assert "1 and 3" in problem.message


def test_a_column_without_a_name_is_left_out_and_an_empty_one_silently() -> None:
    assert found(read_table(b",a\n0,2\n")) == [("column_unnamed", 1, "1")]
    table = read_table(b"a,,\n2,,\n")
    assert (table.header, list(table.problems)) == (("a",), [])


def test_files_that_are_not_there_or_too_large(tmp_path: Path) -> None:
    assert only(read_table(tmp_path / "none.csv")).code == "not_found"
    assert only(read_table(tmp_path)).code == "not_readable"
    path = tmp_path / "some.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    assert list(read_table(path).problems) == []
    assert only(read_table(path, limits=Limits(file_bytes=5))).code == "too_large"
    assert found(read_table(path, limits=Limits(rows=1))) == [("too_many_rows", 3, None)]
    assert only(read_table(path, limits=Limits(columns=1))).code == "too_many_columns"


def test_a_million_wrong_rows_do_not_make_a_million_problems() -> None:
    table = read_table(b"a,b\n" + b"1\n" * 1000 + b"1,2\n")
    listed = list(table.problems)
    assert len(listed) == LISTED_OF_A_KIND + 1
    assert listed[-1].message.startswith(str(1000 - LISTED_OF_A_KIND))
    assert table.problems.error_count == 1000


WANTED = (Column("subject", ("unit", "person"), required=True), Column("value", required=True), Column("kpi"))


def test_columns_are_found_by_name_synonym_and_override() -> None:
    assert find_columns(read_table(b"Value ,UNIT\n1,x\n"), WANTED) == {"subject": 1, "value": 0}
    table = read_table(b"unit,hospital,value\nx,y,1\n")
    assert find_columns(table, WANTED, {"subject": "hospital"}) == {"subject": 1, "value": 2}
    assert find_columns(table, WANTED, {"kpi": "unit", "subject": "hospital"})["kpi"] == 0
    assert not table.problems.blocking


def test_a_missing_column_lists_those_there_are() -> None:
    table = read_table(b"team,amount\nx,1\n")
    assert find_columns(table, WANTED, {"value": "sum"}) == {}
    assert [problem.code for problem in table.problems] == ["column_override", "column_missing"]
    assert all("team, amount" in problem.message for problem in table.problems)


def test_two_columns_that_could_be_the_same() -> None:
    table = read_table(b"unit,person,value\nx,y,1\n")
    assert find_columns(table, WANTED) == {"value": 2}
    assert only(table).code == "column_ambiguous"
