"""Tests and prototypes: the prediction first. The clock keeps the order, and the page says when it was not kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leanship.features.base import clock
from leanship.features.base.errors import Invalid
from leanship.features.projects.actions import causes, trials
from leanship.features.projects.models import Project, Trial
from leanship.features.projects.queries.parts import trial_card, trials_of
from tests.cast import Cast
from tests.features.projects.project_kit import client_of, raised

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


def told(project: Project) -> str:
    return trial_card(trials_of(project)[0]).against


@pytest.fixture
def project(cast: Cast) -> Project:
    return raised(cast)


def test_nothing_is_said_where_the_order_was_kept(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    with clock.held_at(MONDAY):
        trial = trials.add_trial(ana, project=project, what="A scanner", prediction="Two days")
    with clock.held_at(MONDAY + timedelta(days=1)):
        trials.predict(ana, trial=trial, prediction="Three days")
    with clock.held_at(MONDAY + timedelta(days=4)):
        trials.record_result(ana, trial=trial, result="Three", outcome="as_predicted", learned="Go on")
    assert told(project) == ""
    assert trial.predicted_at == MONDAY
    assert trial.result_at == MONDAY + timedelta(days=4)


def test_a_result_without_a_prediction_is_marked_and_stays_so(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    trial = trials.add_trial(ana, project=project, what="A scanner")
    trials.record_result(ana, trial=trial, result="Three", outcome="unclear")
    assert told(project) == "There is a result, but nothing was predicted."
    trials.predict(ana, trial=trial, prediction="Three, as I always said")
    assert told(project) == "The prediction was written when the result was known."


def test_a_prediction_that_changes_after_the_result_says_so(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    trial = trials.add_trial(ana, project=project, what="A scanner", prediction="Two days")
    trials.record_result(ana, trial=trial, result="Three", outcome="otherwise")
    trials.predict(ana, trial=trial, prediction="Three days")
    assert told(project) == "The prediction was changed when the result was known."


def test_no_clock_that_goes_back_turns_the_order_round(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    with clock.held_at(MONDAY):
        trial = trials.add_trial(ana, project=project, what="A scanner")
        trials.record_result(ana, trial=trial, result="Three", outcome="unclear")
    with clock.held_at(MONDAY - timedelta(days=3)):
        trials.predict(ana, trial=trial, prediction="Three")
    assert "when the result was known" in told(project)


def test_a_result_that_is_put_right_keeps_its_instant(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    trial = trials.add_trial(ana, project=project, what="A scanner", prediction="Two")
    with clock.held_at(MONDAY):
        trials.record_result(ana, trial=trial, result="Three", outcome="otherwise")
    first = trial.result_at
    with clock.held_at(MONDAY + timedelta(days=9)):
        trials.record_result(ana, trial=trial, result="Three and a half", outcome="otherwise")
    assert (trial.result_at, trial.result) == (first, "Three and a half")


def test_it_tries_a_cause_of_its_own_project(cast: Cast, project: Project) -> None:
    ana = cast.actors["ana"]
    why = causes.add_why(ana, project=project, text="Paper at the gate")
    trials.add_trial(ana, project=project, what="A scanner", why=why)
    assert trial_card(trials_of(project)[0]).why == "Paper at the gate"
    with pytest.raises(Invalid):
        trials.add_trial(ana, project=raised(cast, title="Another"), what="A scanner", why=why)


def test_the_page_takes_it_from_the_prediction_to_the_result(cast: Cast, project: Project) -> None:
    client = client_of(cast, "ana")
    client.post(
        f"/projects/{project.uid}/trials/",
        {"kind": "prototype", "what": "A scanner", "prediction": "Two days"},
    )
    trial = Trial.objects.get()
    nothing = client.post(f"/projects/trials/{trial.uid}/result/", {"result": "Three", "version": 1})
    assert nothing.status_code == 422
    client.post(
        f"/projects/trials/{trial.uid}/result/",
        {"result": "Three", "outcome": "otherwise", "learned": "Once a day is too seldom", "version": 1},
    )
    page = client.get(f"/projects/{project.uid}/").content.decode()
    for words in ("Prototype", "Two days", "Three", "Otherwise than predicted", "Once a day is too seldom"):
        assert words in page
    client.post(f"/projects/trials/{trial.uid}/archive/")
    assert "Once a day" not in client.get(f"/projects/{project.uid}/").content.decode()
    client.post(f"/projects/trials/{trial.uid}/restore/")
    assert "Once a day" in client.get(f"/projects/{project.uid}/").content.decode()
