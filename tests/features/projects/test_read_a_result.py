"""The result on the page: the verdict is everybody's, its series is for those who may read it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from leanship.features.base.errors import Conflict
from leanship.features.org.models import Membership
from leanship.features.projects.actions import results
from leanship.features.projects.models import Check, Measure, Project
from leanship.features.projects.queries.results import ResultsPart, of_project
from leanship.features.savings import actions as savings
from leanship.features.savings.models import Confirmation, Saving
from tests.cast import STARTED, Cast
from tests.features.projects.result_kit import FIRST, STEADY, fixed, project_of, series_of
from tests.features.projects.test_judge_a_result import on

TODAY = date(2026, 11, 22)


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(cast: Cast, project: Project, key: str) -> str:
    answer = client_of(cast, key).get(f"/projects/{project.uid}/results/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def improved(cast: Cast) -> Project:
    project = project_of(cast)
    fixed(cast, project, series_of(cast.people["ana"], [*STEADY, *[12] * 8]))
    results.judge_due()
    return project


@pytest.mark.parametrize(
    ("key", "reads"),
    [
        ("ana", True),
        ("ben", True),
        ("ingrid", True),
        ("elif", True),
        ("dev", False),
        ("farid", False),
        ("greta", False),
    ],
)
def test_the_verdict_is_open_and_the_series_is_not(
    cast: Cast, improved: Project, key: str, reads: bool
) -> None:
    text = page(cast, improved, key)
    assert "Improved" in text
    assert ("Orders a day" in text) is reads
    assert ("8 in a row on the better side" in text) is reads
    assert ('class="xmr' in text) is reads
    assert ("a series that you may not see" in text) is not reads
    part = of_project(cast.actors[key], improved, TODAY)
    assert (part.chart is not None) is reads
    assert bool(part.measure and part.measure.series_url) is reads


def test_the_chart_draws_the_limits_of_the_time_before_and_marks_the_change(
    cast: Cast, improved: Project
) -> None:
    part = of_project(cast.actors["ana"], improved, TODAY)
    assert part.chart is not None
    assert "the change" in part.chart
    assert "16.3" in part.chart
    assert "5.7" in part.chart
    assert "Improved. 14 points before the change, 8 judged after it." in part.chart
    assert "for those who may read the series" in part.chart_says


def test_the_chart_of_a_verdict_stays_as_it_was_judged(cast: Cast, improved: Project) -> None:
    before = of_project(cast.actors["ana"], improved, TODAY).chart
    measure = Measure.objects.get()
    measure.series.measurements.filter(ordinal__gt=FIRST + 13).update(value=3)
    assert of_project(cast.actors["ana"], improved, TODAY).chart == before


def of(cast: Cast, after: list[int | None], check_on: date, key: str = "ana", **given: Any) -> ResultsPart:
    project = project_of(cast)
    fixed(cast, project, series_of(cast.people["ana"], [*STEADY, *after]), check_on=check_on, **given)
    return of_project(cast.actors[key], project, date(2025, 12, 21))


def test_too_few_points_are_told_while_it_can_be_changed(cast: Cast) -> None:
    part = of(cast, [], date(2026, 6, 1))
    assert part.next_says.endswith("by 5 points after the change.")
    assert part.warns == ("The check will find 5 points after the change, 8 are needed: check later.",)


def test_too_many_points_are_told_too(cast: Cast) -> None:
    part = of(cast, [], date(2027, 9, 1))
    assert len(part.warns) == 1
    assert "20 points after the change" in part.warns[0]


def test_a_short_baseline_is_told(cast: Cast) -> None:
    project = project_of(cast)
    series = series_of(cast.people["ana"], [*[None] * 6, *STEADY[:8]])
    fixed(cast, project, series)
    part = of_project(cast.actors["ana"], project, date(2026, 2, 10))
    assert part.warns == ("Only 8 points before the change, 12 are needed: begin the baseline earlier.",)


def test_enough_points_are_no_reason_to_warn(cast: Cast) -> None:
    assert of(cast, [], date(2026, 9, 1)).warns == ()


def test_fixed_after_the_change_is_said(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    with on(date(2026, 2, 1)):
        results.fix_measure(
            cast.actors["ana"],
            project=project,
            series=series,
            change_on=date(2026, 1, 1),
            check_on=date(2026, 9, 1),
        )
    assert "after the change had come" in page(cast, project, "ana")


def test_what_was_fixed_before_stays_to_be_seen(cast: Cast, improved: Project) -> None:
    results.fix_measure(
        cast.actors["ana"],
        project=improved,
        series=Measure.objects.get().series,
        change_on=date(2026, 12, 1),
        check_on=date(2027, 9, 1),
        reason="A second change comes.",
    )
    text = page(cast, improved, "dev")
    assert "changed: A second change comes." in text
    assert "Fixed before, and changed" in text
    assert "Improved" in text


@pytest.mark.parametrize(
    ("key", "own", "beyond"),
    [
        ("ana", "ana", False),  # her own
        ("ben", "ana", False),  # somebody below
        ("ana", "dev", False),  # a colleague of her team
        ("farid", "ana", True),
        ("ana", "ben", True),  # somebody above leads, and is measured by more than her work
    ],
)
def test_another_teams_series_is_beyond_own_scope(cast: Cast, key: str, own: str, beyond: bool) -> None:
    project = project_of(cast, key)
    measured = series_of(cast.people[own], STEADY)
    Measure.objects.create(
        project=project,
        series=measured,
        better="higher",
        change_on=date(2026, 1, 1),
        check_on=date(2026, 9, 1),
        baseline_from=FIRST,
    )
    part = of_project(cast.actors[key], project, TODAY)
    assert part.measure is not None
    assert part.measure.beyond_scope is beyond
    assert ("beyond own scope" in page(cast, project, "ingrid")) is beyond


def test_a_team_of_ones_own_is_within_scope(cast: Cast) -> None:
    for key, beyond in (("ana", False), ("ben", False), ("clara", False), ("farid", True)):
        project = project_of(cast, key, title=f"Of {key}")
        fixed_series = series_of(cast.teams["Order desk"], STEADY, name=f"KPI of {key}")
        Measure.objects.create(
            project=project,
            series=fixed_series,
            better="higher",
            change_on=date(2026, 1, 1),
            check_on=date(2026, 9, 1),
            baseline_from=FIRST,
        )
        part = of_project(cast.actors[key], project, TODAY)
        assert part.measure is not None
        assert part.measure.beyond_scope is beyond, key


def test_a_faded_gain_is_shown(cast: Cast) -> None:
    project = project_of(cast)
    fixed(cast, project, series_of(cast.people["ana"], [*STEADY, *[12] * 8, 10, 10, 12]))
    with on(date(2026, 9, 1)):
        results.judge_due()
    assert "On 30\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026 it is looked at again" in page(
        cast, project, "dev"
    )
    with on(date(2026, 12, 8)):
        results.judge_due()
    assert "The gain is gone" in page(cast, project, "dev")
    part = of_project(cast.actors["ana"], project, date(2026, 12, 8))
    assert part.may_ask == ""
    assert "ask a colleague" not in client_of(cast, "ana").get("/waiting/").content.decode()


def test_by_page_from_the_measure_to_the_confirmation(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], [*STEADY, *[12] * 8])
    ana, home = client_of(cast, "ana"), f"/projects/{project.uid}/results"
    hidden = series_of(cast.people["farid"], STEADY, name="Sales")
    given = {"change_on": "2026-01-01", "check_on": "2026-09-01", "better": "", "baseline_from": ""}
    with on(date(2025, 12, 20)):
        wrong = ana.post(f"{home}/measure/", given | {"series": f"Sales ({hidden.uid})"})
        assert wrong.status_code == 422
        assert "Choose a series from the list" in wrong.content.decode()
        suggested = ana.get("/projects/results/series/?field=series&series=orders").content.decode()
        assert series.uid in suggested
        assert (
            hidden.uid not in ana.get("/projects/results/series/?field=series&series=sales").content.decode()
        )
        done = ana.post(f"{home}/measure/", given | {"series": f"Orders a day, Ana Ruiz ({series.uid})"})
        assert (done.status_code, done.headers["Location"]) == (303, f"/projects/{project.uid}/#results")
        again = ana.post(f"{home}/measure/", given | {"series": series.uid})
        assert again.status_code == 422
        assert "Say why it changes" in again.content.decode()
        assert f"({series.uid})" in ana.get(f"{home}/measure/").content.decode()
        assert client_of(cast, "dev").get(f"{home}/measure/").status_code == 403
    assert ana.post(f"{home}/judge/").status_code == 303
    check = Check.objects.get()
    assert "ask a colleague to confirm it" in ana.get("/waiting/").content.decode()
    ask = f"/projects/results/{check.uid}/ask/"
    assert "same line" in ana.post(ask, {"asked": cast.people["ben"].email}).content.decode()
    assert ana.post(ask, {"asked": cast.people["farid"].email}).status_code == 303
    question = Confirmation.objects.get()
    farid = client_of(cast, "farid")
    assert project.title in farid.get(f"/savings/confirmations/{question.uid}/").content.decode()
    yes = farid.post(
        f"/savings/confirmations/{question.uid}/", {"decision": "confirmed", "reason": "I count them."}
    )
    assert yes.status_code == 303
    text = page(cast, project, "dev")
    assert "Farid Haddad" in text
    assert "I count them." not in text
    assert "I count them." in page(cast, project, "ana")
    assert "I count them." in page(cast, project, "farid")
    # whoever leads it next was not the one who asked
    Project.objects.filter(pk=project.pk).update(leader=cast.people["dev"])
    assert "I count them." not in page(cast, project, "dev")


def test_savings_are_claimed_from_the_project_by_those_who_work_on_it(cast: Cast) -> None:
    project = project_of(cast)
    claim = f"/savings/claim/project/{project.uid}/"
    assert client_of(cast, "dev").get(claim).status_code == 403
    project.members.create(person=cast.people["dev"])
    made = client_of(cast, "dev").post(claim, {"kind": "money", "per": "year", "target": "2000"})
    assert made.status_code == 303
    assert Saving.objects.get().claimant == cast.people["dev"]
    text = page(cast, project, "farid")
    assert "2,000\N{NO-BREAK SPACE}EUR" in text
    assert "no actual figure yet" in text
    with pytest.raises(Conflict):
        saving = Saving.objects.get()
        savings.set_figures(cast.actors["dev"], saving=saving, version=0, figures={"actual": 5})


def test_the_second_member_of_a_team_counts_while_they_belong(cast: Cast) -> None:
    Membership.objects.filter(person=cast.people["dev"]).update(valid_until=STARTED)
    project = project_of(cast)
    Measure.objects.create(
        project=project,
        series=series_of(cast.people["dev"], STEADY),
        better="higher",
        change_on=date(2026, 1, 1),
        check_on=date(2026, 9, 1),
        baseline_from=FIRST,
    )
    part = of_project(cast.actors["ana"], project, TODAY)
    assert part.measure is not None
    assert part.measure.beyond_scope
