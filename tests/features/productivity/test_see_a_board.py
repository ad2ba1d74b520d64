"""The board of a leader: signals first and by name, what chance would give, for whom, and at what cost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leanship.features.base.errors import NotFound
from leanship.features.org.models import Ancestor, Person
from leanship.features.productivity import board, standings
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month

QUIET = (102, 104) * 12  # against 100: meets, and nothing but routine variation
LOW = (92, 94) * 12
JUMP = (*(102, 104) * 11, 102, 140)


def measured(kpi: Kpi, person: Person, values: Sequence[int]) -> Series:
    series = Series.objects.create(kpi=kpi, person=person)
    first = month("2026-10") - len(values) + 1
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=first + place, value=value) for place, value in enumerate(values)
    )
    return series


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    made = kpi_of(cast, decimals=0, unit="orders")
    Standard.objects.create(kpi=made, value=100, from_ordinal=month("2024-01"))
    return made


def team_of(cast: Cast, kpi: Kpi, people: dict[str, Sequence[int]]) -> None:
    """People who report to Ben, with their figures."""
    ids = []
    for name, values in people.items():
        person = Person.objects.create(name=name, search=name.casefold())
        Ancestor.objects.create(person=person, ancestor=cast.people["ben"], depth=1)
        Ancestor.objects.create(person=person, ancestor=cast.people["clara"], depth=2)
        ids.append(measured(kpi, person, values).pk)
    standings.refresh(ids, reason="imported")


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key])
    return client


def names(cast: Cast, key: str = "ben", **query: str) -> list[str]:
    response = client_of(cast, key).get(reverse("productivity:board"), query)
    assert response.status_code == 200
    return [tile.name for tile in response.context["page"].tiles.rows]


def test_signals_come_first_then_what_does_not_meet_then_the_rest_by_name(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Zoe": JUMP, "Bo": QUIET, "Abe": QUIET, "Yan": LOW, "Cy": LOW, "Max": JUMP})
    assert names(cast) == ["Max", "Zoe", "Cy", "Yan", "Abe", "Bo"]


def test_chance_is_told_beside_what_there_is(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Zoe": JUMP, "Bo": QUIET, "Abe": QUIET, "Yan": LOW})
    page = client_of(cast, "ben").get(reverse("productivity:board")).context["page"]
    # 10.8 % of stable series of 24 points show a signal: 0.4 of four.
    assert page.chance == (
        "1 chart shows a signal.",
        "Chance alone would show a signal on about 0.4 of these 4 charts.",
    )


def test_chance_of_the_latest_points_follows_from_the_table() -> None:
    assert board.chance_of_recent(5) == 0
    assert board.chance_of_recent(24) == pytest.approx(0.108)
    # Of 48 points none in the first 24 with 0.892, none at all with 0.635.
    assert board.chance_of_recent(48) == pytest.approx(1 - 0.635 / 0.892)


def test_figures_that_follow_the_one_before_are_pointed_out(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Abe": (*range(90, 102), *range(102, 90, -1))})
    page = client_of(cast, "ben").get(reverse("productivity:board")).context["page"]
    assert page.tiles.rows[0].autocorrelated
    assert "strongly follows the one before" in page.chance[-1]


def test_filters_narrow_and_search_finds(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Zoe": JUMP, "Bo": QUIET, "Yan": LOW})
    assert names(cast, signal="yes") == ["Zoe"]
    assert names(cast, signal="no") == ["Yan", "Bo"]
    assert names(cast, band="does_not_meet") == ["Yan"]
    assert names(cast, kpi=kpi.uid) == ["Zoe", "Yan", "Bo"]
    assert names(cast, q="YAN orders") == ["Yan"]


def test_a_tile_leads_to_the_series_and_its_band_to_the_evidence(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Bo": QUIET})
    client = client_of(cast, "ben")
    tile = client.get(reverse("productivity:board")).context["page"].tiles.rows[0]
    assert client.get(tile.url).status_code == 200
    assert client.get(tile.evidence_url).status_code == 200
    assert (
        tile.latest
        == "104\N{NO-BREAK SPACE}orders in Oct\N{NO-BREAK SPACE}2026, 104\N{NO-BREAK SPACE}% of standard"
    )


def test_direct_reports_unless_everyone_below_is_asked_for(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Bo": QUIET})
    assert names(cast, "clara") == []
    assert names(cast, "clara", below="1") == ["Bo"]


def test_a_team_board_shows_each_only_what_they_may_see(cast: Cast, kpi: Kpi) -> None:
    desk = cast.teams["Order desk"]
    shared = Series.objects.create(kpi=kpi, team=desk)
    Measurement.objects.create(series=shared, ordinal=month("2026-10"), value=100)
    ids = [shared.pk, *(measured(kpi, cast.people[key], QUIET).pk for key in ("ana", "dev"))]
    standings.refresh(ids, reason="imported")
    seen = {}
    for key in ("ana", "ben", "greta", "elif", "farid"):
        response = client_of(cast, key).get(reverse("productivity:board_team", args=[desk.uid]))
        if response.status_code == 200:
            seen[key] = {tile.name for tile in response.context["page"].tiles.rows}
    assert seen == {
        "ana": {"Ana Ruiz", "Order desk"},
        "ben": {"Ana Ruiz", "Dev Patel", "Order desk"},
        "greta": {"Order desk"},
        "elif": {"Ana Ruiz", "Dev Patel", "Order desk"},
    }


def test_somebody_elses_board_is_for_their_line_and_partners(cast: Cast) -> None:
    address = reverse("productivity:board_person", args=[cast.people["ben"].uid])
    answers = {key: client_of(cast, key).get(address).status_code for key in cast.users}
    assert answers == {
        "ben": 200, "clara": 200, "ingrid": 200, "elif": 200, "ana": 404, "dev": 404, "farid": 404, "greta": 404,
    }  # fmt: skip
    with pytest.raises(NotFound):
        board.of_leader(cast.actors["ana"], cast.people["ben"], below=False)


def test_who_leads_nobody_is_told_where_their_own_charts_are(cast: Cast) -> None:
    page = client_of(cast, "ana").get(reverse("productivity:board")).context["page"]
    assert page.empty is not None and page.empty.url == reverse("standing:mine")


def test_the_board_can_be_taken_away(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Zoe": JUMP, "=cmd": QUIET})
    response = client_of(cast, "ben").get(reverse("productivity:board"), {"format": "csv"})
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("subject,kpi,period,rating")
    assert lines[1].startswith("Zoe,Orders on time,Oct 2026,")
    assert lines[2].startswith("'=cmd,")


def test_htmx_gets_the_board_alone(cast: Cast, kpi: Kpi) -> None:
    team_of(cast, kpi, {"Zoe": JUMP})
    text = (
        client_of(cast, "ben")
        .get(reverse("productivity:board"), headers={"HX-Request": "true", "HX-Target": "board"})
        .content.decode()
    )
    assert "Zoe" in text and "<html" not in text


def test_a_board_costs_the_same_however_many_it_shows(cast: Cast, kpi: Kpi) -> None:
    client = client_of(cast, "ben")
    costs = []
    for first, last in ((0, 3), (3, 60)):
        team_of(cast, kpi, {f"Person {n:02d}": QUIET for n in range(first, last)})
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("productivity:board"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12, "\n".join(query["sql"][:200] for query in queries)
