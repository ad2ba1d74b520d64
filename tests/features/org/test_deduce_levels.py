"""The level of people for whom nobody said one."""

from __future__ import annotations

import pytest

from leanship.features.org.levels import deduce


def test_each_level_by_who_is_below() -> None:
    leaders = {
        "board": None,
        "division": "board",
        "unit": "division",
        "desk": "unit",
        "clerk": "desk",
        "assistant": "board",
    }
    assert deduce(leaders) == {
        "board": "senior_leader",
        "division": "senior_leader",
        "unit": "mid_manager",
        "desk": "entry_manager",
        "clerk": "contributor",
        "assistant": "contributor",
    }


def test_the_one_at_the_top_is_a_senior_leader_even_of_a_single_desk() -> None:
    assert deduce({"top": None, "clerk": "top"}) == {"top": "senior_leader", "clerk": "contributor"}


def test_one_person_alone_is_a_contributor() -> None:
    assert deduce({"alone": None}) == {"alone": "contributor"}


def test_a_leader_who_is_not_there_is_nobody() -> None:
    assert deduce({"desk": "gone", "clerk": "desk"})["desk"] == "senior_leader"


def test_a_loop_is_no_line() -> None:
    with pytest.raises(ValueError, match="loop"):
        deduce({"one": "two", "two": "one", "three": None})
