"""Who works at the demo company: plain data, the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from leanship.demo import company
from leanship.demo.cast import CAST
from leanship.demo.company import Company, build
from leanship.features.org.models import Level

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def small() -> Company:
    return build(120, TODAY)


def test_the_same_arguments_give_the_same_company(small: Company) -> None:
    assert build(120, TODAY) == small
    assert build(120, TODAY, seed=1) != small


@pytest.mark.parametrize("people", [120, 121, 183, 1_000, 10_000])
def test_there_are_as_many_people_as_asked_for(people: int) -> None:
    found = build(people, TODAY).people
    assert len(found) == len({one.id for one in found}) == len({one.email for one in found}) == people


@pytest.mark.parametrize("people", [0, 119, 100_001])
def test_other_sizes_are_turned_down(people: int) -> None:
    with pytest.raises(ValueError, match="120 to 100000 people"):
        build(people, TODAY)


@pytest.mark.parametrize("people", [120, 1_000])
def test_everybody_stands_under_the_managing_director(people: int) -> None:
    leaders = {one.id: one.reports_to for one in build(people, TODAY).people}
    assert [id_ for id_, above in leaders.items() if above is None] == ["ingrid"]
    for id_ in leaders:
        steps = 0
        while (above := leaders[id_]) is not None:
            id_, steps = above, steps + 1
            assert steps < 8
        assert id_ == "ingrid"


def test_all_four_levels_are_there(small: Company) -> None:
    levels = Counter(one.post.level for one in small.people)
    assert set(levels) == set(Level.values)
    assert levels["contributor"] > 90


def test_the_cast_stands_as_everybody_knows_it(small: Company) -> None:
    people = {one.id: one for one in small.people}
    for key, member in CAST.items():
        one = people[key]
        assert (one.name, one.email, one.team) == (member.name, member.email, member.team)
        assert one.reports_to == member.reports_to
        assert one.post == (member.title, member.job, member.level)


def test_ana_has_enough_peers_for_a_median(small: Company) -> None:
    ana = next(one for one in small.people if one.id == "ana")
    others = [one for one in small.people if one.post == ana.post and one.id != "ana"]
    assert len(others) >= 5


def test_what_happened_leads_from_the_first_chart_to_todays(small: Company) -> None:
    chart = {one.id: one for one in small.at_first}
    for step in small.steps:
        assert small.founded < step.day < TODAY
        assert not {one.reports_to for one in step.rows} & set(step.left)
        chart = {id_: one for id_, one in chart.items() if id_ not in step.left}
        chart |= {one.id: one for one in step.rows}
    assert {(one.id, one.post, one.reports_to, one.team) for one in chart.values()} == {
        (one.id, one.post, one.reports_to, one.team) for one in small.people
    }
    assert [step.day for step in small.steps] == sorted(step.day for step in small.steps)


def test_somebody_joined_moved_rose_and_left(small: Company) -> None:
    first, now = ({one.id: one for one in rows} for rows in (small.at_first, small.people))
    assert len(now.keys() - first.keys()) == 1
    assert len(first.keys() - now.keys()) == 2
    moved = [id_ for id_ in first.keys() & now.keys() if first[id_].team != now[id_].team]
    assert len(moved) == 1
    rose = [one for id_, one in now.items() if id_ in first and one.post.level != first[id_].post.level]
    assert [one.post.title for one in rose] == ["Packing lead"]


def test_absences_are_of_people_who_are_there(small: Company) -> None:
    assert {away.id for away in small.absences} <= {one.id for one in small.people}
    assert all(away.first_day <= away.last_day < TODAY for away in small.absences)
    assert company.SEED == 20  # the numbers of docs/explanation/demo-company.md are those of this seed
