"""Events get their class by a keystroke for all that are called alike, or one by one, and it can be taken back."""

from __future__ import annotations

import pytest

from leanship.domain.periods import Cadence, ordinal
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import Event
from leanship.features.projects.actions.classifying import (
    classify_event,
    classify_group,
    undo_classification,
)
from leanship.features.projects.models import Occurrence, WeekSplit
from leanship.features.projects.queries.time_queue import queue_page
from tests.cast import Cast
from tests.features.projects.time_kit import add, event, ics, moment

WEEK = ordinal(Cadence.WEEK, moment("2026-11-18 12:00").date())


def split(week: int = WEEK) -> tuple[int, int, int]:
    row = WeekSplit.objects.get(week=week)
    return row.strategic, row.tactical, row.unclassified


def kinds() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for title, kind in Occurrence.objects.values_list("title", "kind"):
        found.setdefault(title, set()).add(kind)
    return found


def one(title: str) -> Occurrence:
    return Occurrence.objects.filter(title=title).latest("starts_at")


def test_all_that_is_called_alike_gets_its_class_at_once(cast: Cast) -> None:
    add(cast)
    assert split() == (0, 0, 3 * 3600 + 7 * 900)
    done = classify_group(cast.actors["ana"], occurrence=one("Planning"), kind="strategic")
    assert done.events == 4
    assert kinds() == {"Planning": {"strategic"}, "Stand-up": {""}, "Salary talk with Dev": {""}}
    assert split() == (7200, 0, 3600 + 7 * 900)


def test_capitals_accents_and_spaces_make_no_other_group(cast: Cast) -> None:
    names = ["Café talk", "CAFE  TALK", "café talk"]
    add(
        cast,
        ics(
            *(
                event(f"e{n}", name, f"2026111{n + 6}T090000", f"2026111{n + 6}T100000")
                for n, name in enumerate(names)
            )
        ),
    )
    assert classify_group(cast.actors["ana"], occurrence=one("Café talk"), kind="tactical").events == 3


def test_what_has_a_class_already_is_left_alone(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    classify_event(ana, occurrence=one("Planning"), kind="tactical", series=False)
    assert classify_group(ana, occurrence=one("Planning"), kind="strategic").events == 3
    assert kinds()["Planning"] == {"strategic", "tactical"}
    assert classify_group(ana, occurrence=one("Planning"), kind="strategic").events == 0


def test_steps_are_taken_back_one_after_the_other(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    before = split()
    classify_group(ana, occurrence=one("Planning"), kind="strategic")
    classify_group(ana, occurrence=one("Stand-up"), kind="tactical")
    assert undo_classification(ana, person=cast.people["ana"]).events == 21
    assert kinds()["Stand-up"] == {""}
    assert kinds()["Planning"] == {"strategic"}
    assert undo_classification(ana, person=cast.people["ana"]).events == 4
    assert undo_classification(ana, person=cast.people["ana"]).events == 0
    assert split() == before


def test_taking_back_gives_what_was_said_before(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    classify_event(ana, occurrence=one("Planning"), kind="tactical", series=False)
    classify_event(ana, occurrence=one("Planning"), kind="strategic", series=True)
    assert kinds()["Planning"] == {"strategic"}
    undo_classification(ana, person=cast.people["ana"])
    assert sorted(Occurrence.objects.filter(title="Planning").values_list("kind", flat=True)) == [
        "", "", "", "tactical",
    ]  # fmt: skip


def test_one_event_can_be_left_to_the_rules_again(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    classify_event(ana, occurrence=one("Planning"), kind="tactical", series=True)
    classify_event(ana, occurrence=one("Planning"), kind="", series=True)
    assert kinds()["Planning"] == {""}


def test_what_is_told_of_it_is_numbers(cast: Cast) -> None:
    add(cast)
    classify_group(cast.actors["ana"], occurrence=one("Salary talk with Dev"), kind="tactical")
    told = Event.objects.get(kind="time.classified")
    assert told.params == {"was": {"": [one("Salary talk with Dev").pk]}, "to": "tactical"}
    assert told.subject_kind == "time"


def test_there_are_two_classes(cast: Cast) -> None:
    add(cast)
    with pytest.raises(Invalid):
        classify_group(cast.actors["ana"], occurrence=one("Planning"), kind="unclassified")
    with pytest.raises(Invalid):
        classify_event(cast.actors["ana"], occurrence=one("Planning"), kind="holiday", series=False)


@pytest.mark.parametrize("who", ["ben", "clara", "ingrid", "dev", "elif", "greta", "farid"])
def test_nobody_classifies_for_somebody_else(cast: Cast, who: str) -> None:
    add(cast)
    with pytest.raises(NotFound):
        classify_group(cast.actors[who], occurrence=one("Planning"), kind="strategic")
    with pytest.raises(NotFound):
        undo_classification(cast.actors[who], person=cast.people["ana"])
    assert kinds()["Planning"] == {""}


def test_the_queue_has_the_longest_first_and_says_how_far_it_is(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    page = queue_page(ana, "this")
    assert [(group.title, group.hours) for group in page.groups] == [
        ("Planning", "2\N{NO-BREAK SPACE}h"),
        ("Stand-up", "1.8\N{NO-BREAK SPACE}h"),
        ("Salary talk with Dev", "1\N{NO-BREAK SPACE}h"),
    ]
    assert page.percent == 0
    classify_group(ana, occurrence=one("Planning"), kind="strategic")
    page = queue_page(ana, "this")
    assert page.percent == 100 * 7200 // (3 * 3600 + 7 * 900)
    assert page.may_undo
    for title in ("Stand-up", "Salary talk with Dev"):
        classify_group(ana, occurrence=one(title), kind="tactical")
    page = queue_page(ana, "this")
    assert (page.groups, page.percent, page.left) == ((), 100, "")
    assert queue_page(cast.actors["ben"], "all").groups == ()
