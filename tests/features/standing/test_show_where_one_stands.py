"""My standing: the wheel, the evidence behind each figure, what is missing, who sees it, one next step."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leanship.domain.periods import parse
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Organisation
from leanship.features.org.models import Ancestor, Person, ReportingLine
from leanship.features.productivity import standings
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from leanship.features.standing import actions, queries
from tests.cast import Cast

TODAY = date(2026, 11, 22)
OCTOBER = parse("2026-10")[1]


def measure(person: Person, values: list[int | None], *, name: str = "Orders without error") -> Series:
    """Months of whole percents against a standard of 100, the last of them October 2026."""
    kpi, _ = Kpi.objects.get_or_create(name=name, unit="%")
    Standard.objects.get_or_create(kpi=kpi, value=100, from_ordinal=OCTOBER - 60)
    series = Series.objects.create(kpi=kpi, person=person)
    first = OCTOBER - len(values) + 1
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=first + place, value=value)
        for place, value in enumerate(values)
        if value is not None
    )
    standings.refresh([series.pk], reason="measured")
    return series


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_productivity_is_live_and_the_other_sectors_say_what_is_missing(cast: Cast) -> None:
    series = measure(cast.people["ana"], [101, 102, 103, 101, 102, 103, 104, 101, 102, 103, 101, 99])
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    productivity, projects, people = page.sectors
    assert (productivity.band, projects.band, people.band) == (
        "meets",
        "not_enough_evidence",
        "not_enough_evidence",
    )
    assert productivity.says.startswith("11 of 12 months at 100\u00a0% of the standard or more.")
    assert projects.missing and people.missing
    (line,) = page.series
    assert (line.band, line.latest) == ("meets", "99\u00a0%")
    assert reverse("productivity:series", args=[series.uid]) == line.url
    assert "1 of 3 sectors" in page.wheel


def test_too_few_periods_show_what_is_missing_and_no_rating(cast: Cast) -> None:
    measure(cast.people["ana"], [101, 102, 103, 104])
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    assert page.sectors[0].band == "not_enough_evidence"
    assert page.series[0].says == "Not enough evidence: 4 of 9 months."


def test_someone_without_a_kpi_is_invited_to_add_one(cast: Cast) -> None:
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    assert page.empty is not None and page.empty.url == reverse("productivity:kpi_new")
    assert page.next_step is not None and page.next_step.kind == "add_first_kpi"


def test_a_leader_sees_the_same_page_but_not_the_next_step(cast: Cast) -> None:
    measure(cast.people["ana"], [90] * 12)
    mine = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    bens = queries.standing_page(cast.actors["ben"], cast.people["ana"], TODAY)
    assert bens.series == mine.series and bens.sectors == mine.sectors
    assert mine.next_step is not None and bens.next_step is None
    assert [one.label for one in bens.who_sees.audience] == [one.label for one in mine.who_sees.audience]


def test_whoever_may_not_see_it_is_told_there_is_nothing(cast: Cast) -> None:
    for key in ("dev", "farid", "greta"):
        with pytest.raises(NotFound):
            queries.standing_page(cast.actors[key], cast.people["ana"], TODAY)


def test_an_overdue_answer_is_the_next_step_of_the_direct_leader_alone(cast: Cast) -> None:
    request = actions.request_correction(
        cast.actors["ana"], person=cast.people["ana"], text="Two are missing."
    )
    later = date(2027, 1, 10)
    page = queries.today_page(cast.actors["ben"], cast.people["ben"], later)
    assert page.next_step is not None
    assert page.next_step.url == reverse("standing:answer", args=[request.uid])
    assert [row.overdue for row in page.waiting] == [True]
    assert queries.today_page(cast.actors["clara"], cast.people["clara"], later).waiting == ()


def test_a_people_partner_owes_the_answer_where_nobody_leads(cast: Cast) -> None:
    actions.request_correction(
        cast.actors["ingrid"], person=cast.people["ingrid"], text="A month is missing."
    )
    page = queries.waiting_page(cast.actors["elif"], cast.people["elif"], TODAY)
    assert [row.text for row in page.waiting] == ["Ingrid Solheim asked for a correction"]


def test_a_step_that_was_put_off_gives_way_to_the_next(cast: Cast) -> None:
    series = measure(cast.people["ana"], [90] * 10 + [None, 90])
    first = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY).next_step
    assert first is not None and first.kind == "improve_kpi"
    actions.put_off_step(
        cast.actors["ana"],
        person=cast.people["ana"],
        step=first.kind,
        about_uid=series.uid,
        reason="We talk about it in May.",
        until=date(2027, 5, 1),
    )
    page = queries.standing_page(cast.actors["ana"], cast.people["ana"], TODAY)
    assert page.next_step is not None and page.next_step.kind == "enter_values"
    assert [row.reason for row in page.put_off] == ["We talk about it in May."]
    back = queries.standing_page(cast.actors["ana"], cast.people["ana"], date(2027, 5, 1))
    assert back.next_step is not None and back.next_step.kind == "improve_kpi"


def test_pages_cost_as_many_queries_for_thirty_as_for_three(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    ben = cast.people["ben"]
    for number in range(30):
        person = Person.objects.create(name=f"Number {number}", level="contributor")
        ReportingLine.objects.create(person=person, leader=ben, valid_from=date(2024, 1, 1))
        Ancestor.objects.create(person=person, ancestor=ben, depth=1)
        measure(person, [100] * 8)
    for number in range(6):
        measure(ben, [101] * 12, name=f"KPI {number}")
    client = client_of(cast, "ben")
    for address in (reverse("standing:today"), reverse("standing:mine")):
        with django_assert_max_num_queries(26):  # type: ignore[operator]
            assert client.get(address).status_code == 200


def test_words_come_in_through_the_page_and_stay_when_they_cannot_be_used(cast: Cast) -> None:
    client = client_of(cast, "ana")
    uid = cast.people["ana"].uid
    assert client.post(reverse("standing:comment", args=[uid]), {"text": "A calm month."}).status_code == 303
    page = client.get(reverse("standing:mine"))
    assert b"A calm month." in page.content
    assert b"Undo" in page.content
    blank = client.post(reverse("standing:correction", args=[uid]), {"text": " "}, follow=True)
    assert b"Write a few words first." in blank.content


def test_instants_are_told_in_the_zone_of_the_organisation(cast: Cast) -> None:
    actions.comment_on_standing(cast.actors["ben"], person=cast.people["ana"], text="A calm month.")

    def told() -> str:
        page = client_of(cast, "ana").get(reverse("standing:mine")).content.decode()
        return page.replace("\N{NO-BREAK SPACE}", " ")

    assert "22 Nov 2026, 10:00" in told()  # 9:00 in UTC, in Oslo
    Organisation.objects.update(time_zone="Pacific/Auckland")
    assert "22 Nov 2026, 22:00" in told()
    assert timezone.get_current_timezone_name() == "UTC"  # the next request of this worker has its own


def test_a_page_about_somebody_is_kept_by_no_cache_on_the_way(cast: Cast) -> None:
    client = client_of(cast, "ana")
    for name in ("standing:mine", "org:people"):
        assert client.get(reverse(name)).headers["Cache-Control"] == "private, no-cache"


def test_the_answer_form_keeps_what_was_typed(cast: Cast) -> None:
    request = actions.request_correction(
        cast.actors["ana"], person=cast.people["ana"], text="Two are missing."
    )
    address = reverse("standing:answer", args=[request.uid])
    client = client_of(cast, "ben")
    answer = client.post(address, {"answer": "Both are in.", "version": "1"})
    assert answer.status_code == 422 and b"Both are in." in answer.content
    answer = client.post(address, {"answer": "Both are in.", "version": "1", "outcome": "corrected"})
    assert answer.status_code == 303
    assert client.get(address).status_code == 409
