"""Rules that say what an event counts as: whole words, the first that catches it (M24)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from leanship.domain import Classifier, RuleField, TimeClass, TimeRule

S, T, U = TimeClass.STRATEGIC, TimeClass.TACTICAL, TimeClass.UNCLASSIFIED


@dataclass(frozen=True)
class Event:
    title: str = ""
    categories: tuple[str, ...] = ()
    organiser: str = ""
    attendees: tuple[str, ...] = ()


def catches(pattern: str, text: str) -> bool:
    rule = TimeRule(RuleField.TITLE, pattern, S)
    return Classifier([rule]).class_of(Event(title=text)) is S


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("coaching", "Coaching with Ben"),
        ("COACHING", "coaching"),
        ("café", "Cafe meeting"),
        ("cafe", "Café meeting"),
        ("Straße", "STRASSE"),
        ("weekly planning", "The weekly - planning"),
        ("1:1", "1-1 Ana"),
        ("improve*", "Improvement of orders"),
        ("improve* of", "Improvement of orders"),
        ("*", "anything"),
        ("C++", "C and more"),
        ("???", "what???"),
        ("計画", "計画"),
    ],
)
def test_words_are_found(pattern: str, text: str) -> None:
    assert catches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("plan", "planning"),
        ("plan", "airplan"),
        ("weekly planning", "planning weekly"),
        ("weekly planning", "weekly budget planning"),
        ("1:1", "11"),
        ("1:1", "21:13"),
        ("*", ""),
        (".*", ""),
        ("a.b", "acb"),
        ("???", "what?"),
    ],
)
def test_other_words_are_not(pattern: str, text: str) -> None:
    assert not catches(pattern, text)


@pytest.mark.parametrize(
    ("field", "pattern", "kind"),
    [
        (RuleField.CATEGORY, "planning", S),
        (RuleField.CATEGORY, "board", U),
        (RuleField.ORGANISER, "Clara", S),
        (RuleField.ORGANISER, "client.example", U),
        (RuleField.ATTENDEE, "client.example", S),
        (RuleField.ATTENDEE, "ana@example.org", S),
        (RuleField.ATTENDEE, "ample.org", U),
        (RuleField.TITLE, "planning", U),
    ],
)
def test_a_rule_looks_in_its_field_alone(field: RuleField, pattern: str, kind: TimeClass) -> None:
    event = Event(
        title="Board",
        categories=("Yearly planning", "Money"),
        organiser="Clara Wolf <clara@example.org>",
        attendees=("ana@example.org", "Ben <ben@client.example>"),
    )
    assert Classifier([TimeRule(field, pattern, S)]).class_of(event) is kind


def test_the_first_rule_that_catches_decides() -> None:
    rules = [
        TimeRule(RuleField.TITLE, "stand-up", T),
        TimeRule(RuleField.TITLE, "coaching", S),
        TimeRule(RuleField.ATTENDEE, "*", T),
    ]
    classify = Classifier(rules)
    assert classify.rule_of(Event("Coaching after the stand-up")) == 0
    assert [classify.class_of(Event(title)) for title in ("Coaching", "Lunch")] == [S, U]
    assert classify.rule_of(Event("Lunch", attendees=("ana@example.org",))) == 2
    assert classify.rule_of(Event("Lunch")) is None


def test_a_rule_needs_words_and_a_class() -> None:
    for pattern in ("", "  ", "x" * 201):
        with pytest.raises(ValueError, match="pattern"):
            TimeRule(RuleField.TITLE, pattern, S)
    with pytest.raises(ValueError, match="strategic or tactical"):
        TimeRule(RuleField.TITLE, "x", U)
