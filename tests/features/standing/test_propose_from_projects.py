"""The next step out of projects and time: each kind of thing that waits, for the one it waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leanship.domain.periods import parse
from leanship.features.productivity import standings
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from leanship.features.projects.models import FeedbackRequest, Measure, PlanItem, Project
from leanship.features.savings.models import Confirmation, Saving
from leanship.features.standing import actions, queries
from leanship.features.standing.page import NextStep
from tests.cast import Cast
from tests.features.projects.kit import at, project_of, trial_of, verdict, weeks_of, without_target

TODAY = date(2026, 11, 22)
OCTOBER = parse("2026-10")[1]


def meeting(cast: Cast, key: str) -> None:
    """A KPI that meets, so that nothing about figures is proposed."""
    kpi, _ = Kpi.objects.get_or_create(name="Orders without error", unit="%")
    Standard.objects.get_or_create(kpi=kpi, value=100, from_ordinal=OCTOBER - 60)
    series = Series.objects.create(kpi=kpi, person=cast.people[key])
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=OCTOBER - back, value=100 + back % 2) for back in range(12)
    )
    standings.refresh([series.pk], reason="measured")


def step_of(cast: Cast, key: str = "ana") -> NextStep | None:
    mine = queries.standing_page(cast.actors[key], cast.people[key], TODAY).next_step
    assert mine == queries.today_page(cast.actors[key], cast.people[key], TODAY).next_step
    return mine


Make = Callable[[Cast], tuple[str, str, str]]


def late_item(cast: Cast) -> tuple[str, str, str]:
    project = project_of(cast.people["ben"], ("plan", date(2026, 9, 1)))
    item = PlanItem.objects.create(
        project=project, what="Move the shelf", owner=cast.people["ana"], due_on=date(2026, 11, 21)
    )
    return "do_plan_item", item.uid, reverse("projects:project", args=[project.uid]) + "#plan"


def trial_without_result(cast: Cast) -> tuple[str, str, str]:
    project = project_of(cast.people["ana"], ("tests", date(2026, 11, 20)))
    trial = trial_of(project, TODAY, result="", result_at=None, created_at=at(date(2026, 11, 1)))
    return "write_trial_result", trial.uid, reverse("projects:project", args=[project.uid]) + "#trials"


def verdict_unused(cast: Cast) -> tuple[str, str, str]:
    project = project_of(cast.people["ana"], ("change", date(2026, 6, 1)))
    measure = verdict(project, "improved", date(2026, 11, 2))
    return (
        "look_at_verdict",
        measure.checks.get().uid,
        reverse("projects:project", args=[project.uid]) + "#results",
    )


def feedback_owed(cast: Cast) -> tuple[str, str, str]:
    project = project_of(cast.people["ben"], ("tests", date(2026, 9, 1)))
    asked = FeedbackRequest.objects.create(
        project=project, asked_by=cast.people["ben"], asked_of=cast.people["ana"], question="Does it help?"
    )
    return "answer_feedback", asked.uid, reverse("projects:feedback_one", args=[asked.uid])


def feedback_answered(cast: Cast) -> tuple[str, str, str]:
    project = project_of(cast.people["ana"], ("change", date(2026, 11, 10)))
    asked = FeedbackRequest.objects.create(
        project=project,
        asked_by=cast.people["ana"],
        asked_of=cast.people["dev"],
        question="Does it help?",
        answer="A little.",
        answered_at=at(date(2026, 11, 3)),
    )
    return "tell_what_became", asked.uid, reverse("projects:feedback_one", args=[asked.uid])


def confirmation_asked(cast: Cast) -> tuple[str, str, str]:
    asked = Confirmation.objects.create(
        what="saving",
        what_uid="bcdfghjkmnpq",
        title="Fewer wrong picks",
        claimant=cast.people["farid"],
        asked=cast.people["ana"],
    )
    return "confirm_result", asked.uid, reverse("savings:decide", args=[asked.uid])


def second_look_due(cast: Cast) -> tuple[str, str, str]:
    saving = Saving.objects.create(
        claimant=cast.people["farid"],
        source_kind="project",
        source_uid="bcdfghjkmnpq",
        title="Fewer wrong picks",
        kind="money",
        actual=120_000,
        state=Saving.State.CONFIRMED,
        confirmed_by=cast.people["ana"],
        confirmed_at=at(date(2026, 8, 1)),
        again_on=date(2026, 10, 30),
    )
    return "look_at_saving_again", saving.uid, reverse("savings:again", args=[saving.uid])


def opportunity_waits(cast: Cast) -> tuple[str, str, str]:
    weeks_of(cast.people["ana"], strategic=1)
    farid = cast.people["farid"]
    project_of(farid, taken_up_at=None, raised_at=at(date(2026, 2, 1)), archived_at=at(date(2026, 3, 1)))
    project_of(farid, taken_up_at=None, raised_at=at(date(2026, 9, 1)))
    # of Ana's own team, which comes before older ones
    near = project_of(
        farid,
        taken_up_at=None,
        raised_at=at(date(2026, 11, 1)),
        team=cast.teams["Order desk"],
        title="Lost labels",
    )
    return "take_up_opportunity", near.uid, reverse("projects:project", args=[near.uid])


def time_unclassified(cast: Cast) -> tuple[str, str, str]:
    weeks_of(cast.people["ana"], strategic=4, tactical=4, unclassified=20)
    return "classify_time", "", reverse("projects:time_queue")


EVERYTHING = (
    late_item,
    trial_without_result,
    verdict_unused,
    feedback_owed,
    feedback_answered,
    confirmation_asked,
    second_look_due,
    opportunity_waits,
    time_unclassified,
)


@pytest.mark.parametrize("make", EVERYTHING, ids=lambda make: make.__name__)
def test_what_waits_is_proposed_with_its_place(cast: Cast, make: Make) -> None:
    meeting(cast, "ana")
    assert step_of(cast) is None
    kind, uid, url = make(cast)
    step = step_of(cast)
    assert step is not None
    assert (step.kind, step.about_uid, step.url, step.others) == (kind, uid, url, 0)
    said = (step.words.title, step.words.why, step.words.principle, step.words.action)
    assert all(said) and not any("something" in text for text in said[:2])


@pytest.mark.parametrize("make", EVERYTHING, ids=lambda make: make.__name__)
def test_it_is_proposed_to_nobody_else(cast: Cast, make: Make) -> None:
    kind, uid, _url = make(cast)
    for key in ("clara", "elif"):
        step = step_of(cast, key)
        assert step is None or (step.kind, step.about_uid) != (kind, uid)


@pytest.mark.parametrize("make", EVERYTHING, ids=lambda make: make.__name__)
def test_it_can_be_put_off_and_is_named_then(cast: Cast, make: Make) -> None:
    meeting(cast, "ana")
    kind, uid, _url = make(cast)
    title = step_of(cast).words.title  # type: ignore[union-attr]
    actions.put_off_step(
        cast.actors["ana"],
        person=cast.people["ana"],
        step=kind,
        about_uid=uid,
        reason="On Monday.",
        until=date(2026, 11, 24),
    )
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    assert page.next_step is None
    # an opportunity and the time have no row of their own among what waits; all others keep their names
    assert page.put_off[0].step == title


def test_all_together_come_in_the_order_of_the_method(cast: Cast) -> None:
    meeting(cast, "ana")
    made = [make(cast)[:2] for make in EVERYTHING]
    left = []
    while (step := step_of(cast)) is not None:
        left.append(step.kind)
        actions.put_off_step(
            cast.actors["ana"],
            person=cast.people["ana"],
            step=step.kind,
            about_uid=step.about_uid,
            reason="Later.",
            until=date(2026, 11, 24),
        )
    assert left[:5] == [
        "look_at_saving_again",  # overdue since October
        "tell_what_became",  # answered on the third, owed on the 17th
        "do_plan_item",  # due yesterday
        "look_at_verdict",  # an unseen signal
        "confirm_result",  # the first of what is gained cheaply: a colleague waits
    ]
    # of the share there is nothing to say while it is not classified
    assert set(left) == {kind for kind, _uid in made} - {"take_up_opportunity"}


def test_a_kpi_with_a_running_project_is_left_alone(cast: Cast) -> None:
    kpi = Kpi.objects.create(name="Calls back", unit="calls")
    Standard.objects.create(kpi=kpi, value=100, from_ordinal=OCTOBER - 60)
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=OCTOBER - back, value=90) for back in range(12)
    )
    standings.refresh([series.pk], reason="measured")
    step = step_of(cast)
    assert step is not None and step.kind == "improve_kpi"
    assert step.url == reverse("projects:raise") + f"?series={series.uid}"
    project = project_of(cast.people["ben"], ("plan", date(2026, 9, 1)))
    Measure.objects.create(
        project=project,
        series=series,
        better="higher",
        change_on=date(2026, 9, 1),
        baseline_from=OCTOBER - 20,
        check_on=date(2027, 9, 1),
    )
    assert step_of(cast) is None
    Project.objects.update(ended_on=TODAY, outcome="stopped")
    assert step_of(cast) is not None


def test_somebody_without_a_target_is_not_sent_to_opportunities(cast: Cast) -> None:
    meeting(cast, "ana")
    opportunity_waits(cast)
    without_target(cast.people["ana"])
    assert step_of(cast) is None


def test_a_verdict_is_done_with_once_the_project_moved(cast: Cast) -> None:
    meeting(cast, "ana")
    verdict_unused(cast)
    Project.objects.update(stage="check", stage_since=at(date(2026, 11, 5)))
    assert step_of(cast) is None


def test_a_gain_that_is_gone_is_shown_after_the_end_too(cast: Cast) -> None:
    meeting(cast, "ana")
    project = project_of(
        cast.people["ana"], ("standard", date(2026, 9, 1)), ended_on=date(2026, 9, 1), outcome="standardised"
    )
    verdict(project, "improved", date(2026, 8, 10), again="no_signal_yet", holds=False)
    step = step_of(cast)
    assert step is not None and step.kind == "look_at_verdict"


def test_nothing_is_proposed_from_a_module_that_is_off(cast: Cast) -> None:
    meeting(cast, "ana")
    late_item(cast)
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY, frozenset({"projects"}))
    assert page.next_step is None and page.projects is None


def test_it_costs_the_same_however_much_waits(cast: Cast) -> None:
    def cost() -> int:
        client = Client()
        client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
        client.get("/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/").status_code == 200
        return len(found.captured_queries)

    meeting(cast, "ana")
    for make in EVERYTHING[:7]:
        make(cast)
    few = cost()
    for _again in range(4):
        for make in EVERYTHING[:4]:
            make(cast)
    assert cost() == few
