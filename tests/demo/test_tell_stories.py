"""Every story is drawn from its process until it is told, on any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from leanship.demo import stories
from leanship.demo.company import build
from leanship.demo.figures import Plan, figures, plans, standards
from leanship.demo.kpis import KPIS
from leanship.demo.stories import STORIES, Look, Story, subject_of, tell

DAYS = [date(2026, 11, 22), *(date(2027, 1, 1) + timedelta(days=47 * n) for n in range(8)), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_story_is_told_on_any_day(today: date) -> None:
    company = build(120, today)
    told = {plan.key: plan for plan in tell(company, plans(company))}
    for story in STORIES:
        plan = told[story.kpi, subject_of(story, company)]
        assert story.tells(Look(plan, figures(plan), standards(KPIS[plan.kpi], today))), story.key


def test_the_stories_are_the_same_in_a_large_company() -> None:
    today = DAYS[0]
    small, large = build(120, today), build(1_000, today)
    one = {plan.key: plan for plan in tell(small, plans(small))}
    other = {plan.key: plan for plan in tell(large, plans(large))}
    for story in STORIES:
        assert subject_of(story, small) == subject_of(story, large)
        key = (story.kpi, subject_of(story, small))
        assert figures(one[key]).values.tolist() == figures(other[key]).values.tolist()


def test_what_no_story_is_about_stays_as_it_was_drawn() -> None:
    company = build(120, DAYS[0])
    found = plans(company)
    keys = {(story.kpi, subject_of(story, company)) for story in STORIES}
    told = tell(company, found)
    assert [plan for plan in told if plan.key not in keys] == [plan for plan in found if plan.key not in keys]
    assert len(keys) == len(STORIES)


def test_a_story_that_cannot_be_told_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(look: Look) -> bool:
        return False

    monkeypatch.setattr(stories, "STORIES", (Story("impossible", "ben", "lead_time", never),))
    monkeypatch.setattr(stories, "MOST_DRAWS", 3)
    company = build(120, DAYS[0])
    mine: list[Plan] = [plan for plan in plans(company) if plan.subject == "ben"]
    with pytest.raises(RuntimeError, match="impossible"):
        tell(company, mine)
