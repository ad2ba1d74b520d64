"""Features say what waits for somebody; the page puts it in order."""

from __future__ import annotations

from datetime import date

import pytest

from leanship.features.org import waiting
from leanship.features.org.access import SYSTEM, Actor
from leanship.features.org.waiting import Waiting

LATE = Waiting("a promise", "/a/", date(2026, 11, 20), overdue=True)
SOON = Waiting("a plan", "/b/", date(2026, 11, 25), overdue=False)
SOME_DAY = Waiting("a thought", "/c/", None, overdue=False)


def test_what_is_overdue_comes_first_and_what_has_no_day_last() -> None:
    assert waiting.in_order([SOME_DAY, SOON, LATE]) == (LATE, SOON, SOME_DAY)


def test_a_part_that_is_switched_off_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_builders", [])

    def build(actor: Actor) -> tuple[Waiting, ...]:
        return (SOON,) if actor is SYSTEM else ()

    waiting.register(build, module="projects")
    waiting.register(lambda actor: (LATE,))
    assert waiting.of(SYSTEM) == (LATE, SOON)
    assert waiting.of(SYSTEM, frozenset({"projects"})) == (LATE,)
