"""Amounts between what people type, whole numbers, and words."""

from __future__ import annotations

import pytest
from django.utils import translation

from leanship.features.savings import amounts

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "kind", "currency", "kept"),
    [
        ("12,000", "money", "EUR", 1_200_000),
        ("12 000.50", "money", "EUR", 1_200_050),
        ("12000", "money", "JPY", 12_000),
        ("1.234", "money", "KWD", 1_234),
        ("2.5", "hours", "EUR", 150),
        ("2:30", "hours", "EUR", 150),
        ("0.05", "hours", "EUR", 3),
        ("40", "other", "EUR", 40),
        ("  ", "money", "EUR", None),
        ("0", "money", "EUR", 0),
    ],
)
def test_what_is_typed_is_kept_as_a_whole_number(
    text: str, kind: str, currency: str, kept: int | None
) -> None:
    with translation.override("en"):
        assert amounts.read(text, kind, currency) == kept
        if kept is not None:
            assert amounts.read(amounts.typed(kept, kind, currency), kind, currency) == kept


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("a lot", "money", "not a number"),
        ("1.234", "money", "more than 2 decimals"),
        ("1.5", "other", "more than 0 decimals"),
        ("0.01", "hours", "no whole number of minutes"),
        ("-5", "money", "0 or more"),
        ("9" * 20, "money", "0 or more"),
        ("2:75", "hours", "not a number"),
    ],
)
def test_what_cannot_be_kept_is_turned_down_in_words(text: str, kind: str, says: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match=says):
        amounts.read(text, kind, "EUR")


@pytest.mark.parametrize(
    ("value", "kind", "unit", "currency", "says"),
    [
        (1_200_000, "money", "", "EUR", f"12,000{NBSP}EUR"),
        (1_200_050, "money", "", "EUR", f"12,000.50{NBSP}EUR"),
        (12_000, "money", "", "JPY", f"12,000{NBSP}JPY"),
        (150, "hours", "", "EUR", f"2{NBSP}h{NBSP}30{NBSP}min"),
        (120, "hours", "", "EUR", f"2{NBSP}h"),
        (40, "other", "kg of paper", "EUR", f"40{NBSP}kg of paper"),
        (None, "money", "", "EUR", ""),
    ],
)
def test_an_amount_in_words(value: int | None, kind: str, unit: str, currency: str, says: str) -> None:
    assert amounts.words(value, kind, unit, currency) == says
