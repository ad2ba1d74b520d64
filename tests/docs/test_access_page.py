"""docs/reference/access.md is the access table, row by row."""

from __future__ import annotations

import re
from pathlib import Path

from leanship.domain.access import EVERYONE, PRIVATE_KINDS, TABLE, Relation, Role
from leanship.features.org.access import relation_words

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "access.md").read_text(encoding="utf-8")


def who(relations: frozenset[Relation]) -> str:
    """The relations in the words of the product."""
    if relations == EVERYONE:
        return relation_words(Relation.STRANGER)
    return ", ".join(relation_words(relation) for relation in Relation if relation in relations)


def sections() -> dict[str, str]:
    """Kind → what the page says under its heading; the headings end in the kind as code."""
    parts = re.split(r"^## .*?`(\w+)`$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[tuple[str, str, str]]:
    """act, meaning, who of each row of a table."""
    return [
        (act, meaning, people)
        for act, meaning, people in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    ]


def test_every_row_of_the_table_is_on_the_page_and_no_other() -> None:
    told = {(kind, act): people for kind, text in sections().items() for act, _, people in rows(text)}
    assert told == {key: who(relations) for key, relations in TABLE.items()}


def test_kinds_come_in_the_order_of_the_table() -> None:
    assert list(sections()) == list(dict.fromkeys(kind for kind, _ in TABLE))


def test_what_is_private_is_marked_so() -> None:
    marked = {kind for kind, text in sections().items() if "Even that there is one is private." in text}
    assert marked == PRIVATE_KINDS


def test_every_relation_and_role_is_explained() -> None:
    used = {relation for relations in TABLE.values() if relations != EVERYONE for relation in relations}
    for relation in used:
        assert f"| {relation_words(relation)} |" in PAGE
    for role in Role:
        assert f"| {role.value.replace('_', ' ')} |" in PAGE
