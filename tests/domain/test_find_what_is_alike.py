"""Likely duplicates: what one is about to raise is compared with what was raised before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.likeness import likely, likeness

BEFORE = [
    ("returns", "Returned orders wait a week for their refund"),
    ("phone", "Telephone orders are typed in twice"),
    ("parking", "The parking lot is full by eight"),
]


def keys(title: str) -> list[str]:
    return [each.key for each in likely(title, BEFORE)]


def test_the_same_matter_in_other_words_and_cases_is_found() -> None:
    assert keys("REFUND for returned orders takes too long") == ["returns"]
    assert keys("Orders by telephone typed twice") == ["phone"]


def test_a_slip_of_the_keyboard_hides_nothing() -> None:
    assert keys("Telefone ordrs typed twice") == ["phone"]


def test_another_matter_is_left_alone() -> None:
    assert keys("Invoices go out late") == []
    assert keys("Orders") == ["phone"] or keys("Orders") == ["returns", "phone"]


def test_one_common_word_of_several_is_not_enough() -> None:
    assert keys("Printer out of toner, orders stuck") == []


def test_the_most_alike_comes_first() -> None:
    rows = [("far", "Refund of returned goods"), ("near", "Refund of returned orders waits")]
    assert [each.key for each in likely("Refund of returned orders", rows)] == ["near", "far"]


def test_nothing_typed_resembles_nothing() -> None:
    assert keys("") == []
    assert keys("   !?") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_a_share(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1


@given(st.text(alphabet="abcdefgh ", min_size=1, max_size=60).filter(str.strip))
def test_a_text_is_most_like_itself(text: str) -> None:
    assert likeness(text, text) == 1
