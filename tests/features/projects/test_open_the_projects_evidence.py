"""The evidence behind a standing in projects: counts, projects, share, rule and versions, for those who may see it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org.models import Person
from leanship.features.projects import standings
from leanship.features.projects.models import Member
from leanship.features.projects.queries.standing import evidence_page
from leanship.features.standing import queries
from tests.cast import Cast
from tests.features.projects.kit import project_of, trial_of, verdict, weeks_of

TODAY = date(2026, 11, 22)


def standing_of(person: Person) -> Standing:
    standings.refresh([person.pk], reason="checked")
    return Standing.objects.get(subject_id=person.pk, category="projects", is_current=True)


@pytest.fixture
def shown(cast: Cast) -> Standing:
    """Ben's: a project that improved and holds, another with one test, enough time."""
    ben = cast.people["ben"]
    good = project_of(ben, ("check", date(2026, 6, 1)))
    verdict(
        good,
        "improved",
        date(2026, 6, 1),
        again="improved",
        holds=True,
        confirmed_by=cast.people["farid"],
    )
    Member.objects.create(project=good, person=cast.people["farid"])
    trial_of(project_of(ben, ("tests", date(2026, 9, 1)), title="Quieter mornings"), date(2026, 9, 20))
    weeks_of(ben, strategic=5, count=12)
    return standing_of(ben)


def facts(page: object) -> dict[str, tuple[str, str]]:
    return {
        fact.name: (
            fact.value.replace("\N{NO-BREAK SPACE}", " "),
            fact.note.replace("\N{NO-BREAK SPACE}", " "),
        )
        for fact in page.facts  # type: ignore[attr-defined]
    }


def test_every_count_is_there_and_each_project_opens(cast: Cast, shown: Standing) -> None:
    page = evidence_page(cast.actors["ben"], shown.uid)
    told = facts(page)
    assert [
        told[name][0]
        for name in ("Projects led", "Result checked", "Improved, confirmed and holding", "Tests run")
    ] == [
        "2",
        "1",
        "1",
        "1",
    ]
    assert told["Who worked on them"][0] == "1 person, 1 outside"
    assert told["Strategic share"] == ("12.5 %", "of working hours")
    assert page.says.endswith("were strategic, with a target of 10\N{NO-BREAK SPACE}%.")
    assert told["Hours in calendars"] == (
        "60.0 h strategic, 120.0 h tactical, 0.0 h not classified",
        "of 480.0 h working hours",
    )
    assert told["Missing"][0] == "week 34, 2026"
    assert [(row.title, row.checked_on, row.verdict, row.later, row.tests) for row in page.projects] == [
        ("Fewer wrong picks", "1\N{NO-BREAK SPACE}Jun\N{NO-BREAK SPACE}2026", "improved", "holds", "0"),
        ("Quieter mornings", "", "\N{EN DASH}", "\N{EN DASH}", "1"),
    ]
    assert page.band == "exceeds" and page.missing == ()
    assert page.says.startswith(
        "2 projects led, 1 with the result checked, 1 improved, confirmed and holding."
    )


@pytest.mark.parametrize(("key", "sees"), [("ben", 1), ("clara", 1), ("ingrid", 1), ("elif", 1)])
def test_whoever_may_see_the_standing_opens_it(cast: Cast, shown: Standing, key: str, sees: int) -> None:
    page = evidence_page(cast.actors[key], shown.uid)
    own = evidence_page(cast.actors["ben"], shown.uid)
    assert (page.projects, page.says, page.versions) == (own.projects, own.says, own.versions)
    # the share opens to hours for oneself, and to shares alone for others
    url = {fact.name: fact.url for fact in page.facts}["Strategic share"]
    uid = cast.people["ben"].uid
    assert ("Hours in calendars" in facts(page)) is (key == "ben")
    assert url == (reverse("projects:time") if key == "ben" else reverse("projects:time_of", args=[uid]))
    assert len(page.versions) == sees


@pytest.mark.parametrize("key", ["ana", "dev", "farid", "greta"])
def test_nobody_else_learns_that_it_is_there(cast: Cast, shown: Standing, key: str) -> None:
    with pytest.raises(NotFound):
        evidence_page(cast.actors[key], shown.uid)


def test_an_older_version_says_what_was_known_then(cast: Cast, shown: Standing) -> None:
    weeks = cast.people["ben"].week_splits
    weeks.update(strategic=3600)
    now = standing_of(cast.people["ben"])
    page = evidence_page(cast.actors["ben"], shown.uid)
    assert page.band == "exceeds" and page.replaced_by == reverse("projects:standing", args=[now.uid])
    assert [one.reason for one in page.versions] == ["a result was checked", "a result was checked"]
    assert [one.is_current for one in page.versions] == [True, False]


def test_not_enough_evidence_says_why_and_what_is_missing(cast: Cast) -> None:
    ana = cast.people["ana"]
    weeks_of(ana, strategic=5, count=4)
    page = evidence_page(cast.actors["ana"], standing_of(ana).uid)
    assert page.band == "not_enough_evidence"
    assert page.missing[0] == "how the working time is split"
    assert "without that share there is none" in page.why
    assert "Calendars hold 4 weeks; 6 are needed." in page.says


def test_it_is_a_page_and_a_panel(cast: Cast, shown: Standing) -> None:
    client = Client()
    client.force_login(cast.users["clara"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("projects:standing", args=[shown.uid])
    whole = client.get(address).content.decode()
    assert "<html" in whole and "Quieter mornings" in whole
    panel = client.get(address, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "<html" not in panel and "Quieter mornings" in panel


def test_a_standing_of_another_category_is_not_opened_here(cast: Cast, shown: Standing) -> None:
    Standing.objects.filter(pk=shown.pk).update(category="productivity")
    with pytest.raises(NotFound):
        evidence_page(cast.actors["ben"], shown.uid)


def test_many_projects_cost_no_more_queries(cast: Cast, shown: Standing) -> None:
    def cost(uid: str) -> int:
        with CaptureQueriesContext(connection) as found:
            evidence_page(cast.actors["ben"], uid)
        return len(found.captured_queries)

    few = cost(shown.uid)
    for number in range(20):
        project_of(cast.people["ben"], ("check", date(2026, 6, 1)), title=f"Project {number}")
    assert cost(standing_of(cast.people["ben"]).uid) == few


def test_the_sector_of_the_wheel_comes_alive(cast: Cast, shown: Standing) -> None:
    for page in (
        queries.standing_page(cast.actors["ben"], cast.people["ben"], TODAY),
        queries.today_page(cast.actors["ben"], cast.people["ben"], TODAY),
    ):
        _productivity, projects, _people = page.sectors
        assert (projects.band, projects.evidence_url) == (
            "exceeds",
            reverse("projects:standing", args=[shown.uid]),
        )
        assert "1 of 3 sectors" in page.wheel


def test_a_category_that_is_switched_off_says_so(cast: Cast, shown: Standing) -> None:
    page = queries.standing_page(cast.actors["ben"], cast.people["ben"], TODAY, frozenset({"projects"}))
    projects = page.sectors[1]
    assert (projects.band, projects.evidence_url, projects.says) == (
        "not_enough_evidence",
        "",
        "Switched off in this organisation.",
    )
