"""Rules for time from a table, with what is wrong by row and column."""

from __future__ import annotations

from leanship.domain.time_split import RuleField, TimeClass, TimeRule
from leanship.readers.tabular import read_table
from leanship.readers.time_rules import TimeRuleFile, read_time_rules


def read(text: str) -> TimeRuleFile:
    return read_time_rules(read_table(text.encode(), name="rules.csv"))


def test_rules_keep_their_order() -> None:
    file = read("field,pattern,class\ntitle,coaching,strategic\n,,\nOrganizer,board@example.org,Tactical\n")
    assert list(file.problems) == []
    assert file.rules == (
        TimeRule(RuleField.TITLE, "coaching", TimeClass.STRATEGIC),
        TimeRule(RuleField.ORGANISER, "board@example.org", TimeClass.TACTICAL),
    )


def test_columns_may_go_by_other_names() -> None:
    assert len(read("Counts as;Words;Where\nstrategic;planning;category\n").rules) == 1


def test_what_is_wrong_is_told_with_its_place() -> None:
    long = "x" * 201
    file = read(
        f"field,pattern,class\nroom,4,strategic\ntitle,,tactical\ntitle,a,unclassified\ntitle,{long},tactical\n"
    )
    told = [(problem.row, problem.column, problem.code) for problem in file.problems]
    assert told == [
        (2, "field", "choice"), (3, "pattern", "missing"), (4, "class", "choice"), (5, "pattern", "too_long"),
    ]  # fmt: skip
    assert file.rules == ()


def test_a_missing_column_is_named() -> None:
    file = read("field,pattern\ntitle,a\n")
    assert [(problem.code, dict(problem.values)["name"]) for problem in file.problems] == [
        ("column_missing", "class")
    ]
