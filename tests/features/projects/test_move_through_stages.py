"""A project goes on, back, and past stages; what they ask for stays open and is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from leanship.features.base import clock
from leanship.features.base.errors import Invalid, Refused
from leanship.features.projects.actions import project as actions
from leanship.features.projects.actions import talk
from leanship.features.projects.models import Move, Project
from leanship.features.projects.queries.project import ProjectPage, project_page
from tests.cast import Cast
from tests.features.projects.project_kit import build_project, client_of, raised

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def page_of(cast: Cast, project: Project) -> ProjectPage:
    return project_page(cast.actors["ana"], project.uid, TODAY, currency="EUR")


def open_in(page: ProjectPage, code: str) -> list[str]:
    return [each.anchor for step in page.bar.steps if step.code == code for each in step.open]


def test_it_goes_on_without_a_reason(cast: Cast) -> None:
    project = raised(cast)
    actions.move_stage(cast.actors["ana"], project=project, to="cause")
    assert (project.stage, project.stage_since) == ("cause", NOW)
    assert list(Move.objects.values_list("from_stage", "to_stage", "by_id")) == [
        ("opportunity", "cause", cast.people["ana"].pk)
    ]


@pytest.mark.parametrize("to", ["opportunity", "plan", "standard"])
def test_back_and_ahead_want_a_reason(cast: Cast, to: str) -> None:
    ana, project = cast.actors["ana"], raised(cast)
    actions.move_stage(ana, project=project, to="cause")
    with pytest.raises(Invalid) as error:
        actions.move_stage(ana, project=project, to=to)
    assert list(error.value.problems) == ["reason"]
    actions.move_stage(ana, project=project, to=to, reason="The pipe had burst.")
    assert Move.objects.get(to_stage=to).reason == "The pipe had burst."
    page = client_of(cast, "dev").get(f"/projects/{project.uid}/").content.decode()
    assert 'aria-current="step"' in page


def test_nowhere_is_no_move(cast: Cast) -> None:
    project = raised(cast)
    for to in ("opportunity", "heaven", ""):
        with pytest.raises(Invalid):
            actions.move_stage(cast.actors["ana"], project=project, to=to, reason="so")
    with pytest.raises(Refused):
        actions.move_stage(cast.actors["clara"], project=project, to="cause")


def test_acting_first_leaves_open_what_was_skipped(cast: Cast) -> None:
    project = raised(cast)
    actions.move_stage(cast.actors["ana"], project=project, to="change", reason="The pipe had burst.")
    page = page_of(cast, project)
    assert [step.code for step in page.bar.skipped] == ["cause", "tests", "plan"]
    assert open_in(page, "opportunity") == []
    assert open_in(page, "cause") == ["text-current_state", "results", "text-goal", "causes", "causes"]
    assert open_in(page, "tests") == ["trials"] * 3
    form = client_of(cast, "ana").get(f"/projects/{project.uid}/stage/?to=opportunity").content.decode()
    assert "Going back is part of learning" in form
    # everybody reads why
    assert "The pipe had burst." in client_of(cast, "farid").get(f"/projects/{project.uid}/").content.decode()


def test_what_is_written_closes_what_was_open(cast: Cast) -> None:
    page = page_of(cast, build_project(cast).project)
    assert open_in(page, "cause") == ["results", "text-goal"]
    assert open_in(page, "tests") == ["trials"]
    assert open_in(page, "plan") == []
    assert open_in(page, "change") == ["text-change", "plan"]


def test_nothing_of_the_page_is_hidden_until_a_stage(cast: Cast) -> None:
    page = client_of(cast, "ana").get(f"/projects/{raised(cast).uid}/").content.decode()
    for block in ("text-standard", "text-result", "text-change", "plan", "trials", "causes", "results"):
        assert f'id="{block}"' in page


@pytest.mark.parametrize(
    ("days", "says", "mark"),
    [(13, "", "fresh"), (14, "No change for 14 days", "quiet"), (30, "No change for 30 days", "still")],
)
def test_age_is_shown_and_any_change_ends_it(cast: Cast, days: int, says: str, mark: str) -> None:
    with clock.held_at(NOW - timedelta(days=days)):
        project = raised(cast)
    bar = page_of(cast, project).bar
    assert (bar.unchanged, bar.ageing, bar.age) == (says, mark, f"{days} days in Opportunity")
    talk.comment(cast.actors["farid"], project=project, text="Still there?")
    bar = page_of(cast, project).bar
    assert (bar.unchanged, bar.age) == ("", f"{days} days in Opportunity")


def test_what_has_ended_does_not_age(cast: Cast) -> None:
    with clock.held_at(NOW - timedelta(days=90)):
        project = raised(cast)
        actions.end_project(cast.actors["ana"], project=project, outcome="stopped", reason="It was not so.")
    bar = page_of(cast, project).bar
    assert (bar.age, bar.unchanged) == ("", "")
