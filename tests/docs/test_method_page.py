"""docs/reference/method.md explains every rule that the code names by its number."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from leanship.domain import process_behaviour

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "method.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\bM([1-9]\d?)(?:\s+to\s+M([1-9]\d?))?\b(?![.,]\d)")


def prose(path: Path) -> Iterator[str]:
    """Docstrings and comments of a module, and texts that are nothing but a number: what names a rule to people."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
        elif isinstance(node, ast.Constant) and re.fullmatch(r"M\d+", str(node.value)):
            yield str(node.value)
    with path.open("rb") as file:
        yield from (
            token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT
        )


def cited(text: str) -> set[int]:
    """The numbers in a text; "M11 to M13" names three."""
    found: set[int] = set()
    for first, last in NUMBER.findall(text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


EXPLAINED = {int(number) for number in re.findall(r"^\*\*M(\d+)\.", PAGE, re.MULTILINE)}


def test_every_number_in_the_code_is_explained() -> None:
    missing: dict[str, set[int]] = {}
    for folder in ("src", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            if found := set().union(*map(cited, prose(path))) - EXPLAINED:
                missing[str(path.relative_to(ROOT))] = found
    assert not missing


def test_every_explained_number_is_used_by_the_code() -> None:
    used = {n for path in (ROOT / "src").rglob("*.py") for text in prose(path) for n in cited(text)}
    # these are kept by what there is not: no guess, no ranking, one step, dated definitions, no single score
    assert EXPLAINED - used <= {3, 4, 5, 6, 81}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("see M11 and M14", {11, 14}), ("M11 to M13", {11, 12, 13}), ("M19.5,2.5", set()), ("xM2", set())],
)
def test_numbers_are_found_where_they_are_meant(text: str, numbers: set[int]) -> None:
    assert cited(text) == numbers


def test_the_factors_of_the_chart_are_those_of_the_code() -> None:
    wheeler, nist, median = process_behaviour.WHEELER, process_behaviour.NIST, process_behaviour.MEDIAN
    given = (wheeler.limit, wheeler.range_limit, nist.range_limit, median.limit, median.range_limit)
    for factor in given:
        assert f"{float(factor):g}" in PAGE
    assert nist.limit == Fraction(3000, 1128) and "3/1.128" in PAGE
