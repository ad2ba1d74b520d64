"""The ancestor table equals what the dated lines say, after any sequence of moves."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leanship.features.org import lines
from leanship.features.org.bulk import insert_rows
from leanship.features.org.models import Ancestor, Person, ReportingLine

DAY = date(2024, 1, 1)


def people(count: int) -> list[int]:
    return [Person.objects.create(name=f"Person {number}").pk for number in range(count)]


def set_leader(person: int, leader: int | None) -> None:
    ReportingLine.objects.filter(person_id=person, valid_until=None).delete()
    if leader is not None:
        ReportingLine.objects.create(person_id=person, leader_id=leader, valid_from=DAY)


def as_the_lines_say() -> set[tuple[int, int, int]]:
    leader = dict(ReportingLine.objects.filter(valid_until=None).values_list("person_id", "leader_id"))
    pairs = set()
    for person in leader:
        above, depth = leader.get(person), 1
        while above is not None:
            pairs.add((person, above, depth))
            above, depth = leader.get(above), depth + 1
    return pairs


def table() -> set[tuple[int, int, int]]:
    return set(Ancestor.objects.values_list("person_id", "ancestor_id", "depth"))


def closes_a_loop(person: int, leader: int | None) -> bool:
    return leader is not None and (
        person == leader or Ancestor.objects.filter(person=leader, ancestor=person).exists()
    )


MOVES = st.lists(st.tuples(st.integers(0, 7), st.none() | st.integers(0, 7)), max_size=25)


class AnySequence(TestCase):
    """Hypothesis needs a transaction an example, which Django's own test case gives."""

    @hypothesis_settings(max_examples=40)
    @given(moves=MOVES)
    def test_one_move_after_another(self, moves: list[tuple[int, int | None]]) -> None:
        ids = people(8)
        for at, under in moves:
            person, leader = ids[at], None if under is None else ids[under]
            if not closes_a_loop(person, leader):
                set_leader(person, leader)
                lines.move_subtree(person)
        assert table() == as_the_lines_say()

    @hypothesis_settings(max_examples=40)
    @given(
        before=MOVES,
        order=st.permutations(range(8)),
        leaders=st.lists(st.integers(-1, 6), min_size=8, max_size=8),
    )
    def test_many_moves_at_once(
        self, before: list[tuple[int, int | None]], order: list[int], leaders: list[int]
    ) -> None:
        ids = people(8)
        for at, under in before:
            person, leader = ids[at], None if under is None else ids[under]
            if not closes_a_loop(person, leader):
                set_leader(person, leader)
                lines.move_subtree(person)
        # a new chart without loops: everybody under somebody who comes earlier in a random order
        for place, at in enumerate(order):
            under = leaders[place]
            set_leader(ids[at], ids[order[under % place]] if place and under >= 0 else None)
        lines.follow_moves(ids)
        assert table() == as_the_lines_say()
        lines.rebuild_ancestors()
        assert table() == as_the_lines_say()


@pytest.mark.django_db
def test_rebuilding_counts_the_pairs_and_leaves_ended_lines_out() -> None:
    top, middle, low = people(3)
    ReportingLine.objects.create(person_id=low, leader_id=top, valid_from=DAY, valid_until=date(2024, 6, 1))
    set_leader(middle, top)
    ReportingLine.objects.create(person_id=low, leader_id=middle, valid_from=date(2024, 6, 1))
    assert lines.rebuild_ancestors() == 3
    assert table() == {(middle, top, 1), (low, middle, 1), (low, top, 2)}


@pytest.mark.django_db
def test_a_loop_in_the_lines_is_not_written() -> None:
    first, second, third = people(3)
    for person, leader in ((first, second), (second, third), (third, first)):
        set_leader(person, leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        lines.rebuild_ancestors()


@pytest.mark.django_db
def test_the_loop_is_named_from_the_leader_up_to_the_person() -> None:
    top, middle, low, other = (Person.objects.create(name=name) for name in ("Top", "Middle", "Low", "Other"))
    set_leader(middle.pk, top.pk)
    set_leader(low.pk, middle.pk)
    lines.rebuild_ancestors()
    assert lines.loop_of(top, low) == [low, middle, top]
    assert lines.loop_of(top, top) == [top]
    assert lines.loop_of(low, other) == []


@pytest.mark.django_db
def test_many_rows_at_once_are_the_rows_given() -> None:
    first, second, third = people(3)
    with transaction.atomic():
        insert_rows(
            ReportingLine,
            ("person", "leader", "valid_from", "valid_until", "batch"),
            [(second, first, DAY, None, None), (third, first, DAY, date(2025, 1, 1), None)],
        )
    assert set(ReportingLine.objects.values_list("person_id", "leader_id", "valid_from", "valid_until")) == {
        (second, first, DAY, None),
        (third, first, DAY, date(2025, 1, 1)),
    }
