"""One figure among those of peers: marked, without names, and not at all among too few."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leanship.features.org.models import Person, Position
from leanship.features.productivity import peers
from leanship.features.productivity.models import Kpi, Measurement, Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    return kpi_of(cast, standards="peers", decimals=0, unit="orders")


def figure(kpi: Kpi, person: Person, value: int, period: str = "2026-10") -> Series:
    series, _made = Series.objects.get_or_create(kpi=kpi, person=person)
    Measurement.objects.create(series=series, ordinal=month(period), value=value)
    return series


def specialists(kpi: Kpi, values: list[int], role: str = "specialist") -> None:
    for number, value in enumerate(values):
        person = Person.objects.create(name=f"Somebody {number}", role=role)
        Position.objects.create(person=person, role=role, level="contributor", valid_from=date(2024, 1, 1))
        figure(kpi, person, value)


def opened(cast: Cast, key: str, series: Series) -> Any:
    client = Client()
    client.force_login(cast.users[key])
    return client.get(reverse("productivity:peers", args=[series.uid]))


def test_oneself_is_marked_among_others_without_names(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33)
    specialists(kpi, [10, 20, 30, 40, 50])
    response = opened(cast, "ana", own)
    page = response.context["page"]
    assert page.says == f"You have 33{NBSP}orders; the median of 5 others is 30{NBSP}orders."
    assert str(page.chart).count('class="peer"') == 5 and str(page.chart).count('class="self"') == 1
    assert "Somebody" not in response.content.decode()


def test_a_leader_sees_it_by_name_of_the_report_alone(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33)
    specialists(kpi, [10, 20, 30, 40, 50])
    assert opened(cast, "ben", own).context["page"].says.startswith(f"Ana Ruiz has 33{NBSP}orders")
    assert opened(cast, "dev", own).status_code == 404


def test_among_fewer_than_five_others_nothing_is_shown_but_the_rule(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33)
    specialists(kpi, [10, 20, 30, 40])
    specialists(kpi, [50, 60, 70], role="planner")
    page = opened(cast, "ana", own).context["page"]
    assert page.chart is None and page.facts == ()
    assert page.says.startswith("Fewer than five others")


def test_the_frozen_standard_stands_beside_what_the_figures_say_now(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33)
    specialists(kpi, [10, 20, 30, 40, 50])
    peers.freeze(date(2026, 11, 22))
    Measurement.objects.filter(value=30).update(value=45)
    facts = {fact.name: fact for fact in opened(cast, "ana", own).context["page"].facts}
    assert facts["Their median"].value == f"40{NBSP}orders"
    assert facts["Standard"].value == f"30{NBSP}orders"
    assert "frozen" in facts["Standard"].note


def test_the_latest_closed_period_with_an_own_figure_is_compared(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33, "2026-09")
    figure(kpi, cast.people["ana"], 99, "2026-11")  # not closed yet
    specialists(kpi, [10, 20, 30, 40, 50])
    page = opened(cast, "ana", own).context["page"]
    assert f"Sep{NBSP}2026" in page.lede and page.chart is None


def test_it_costs_the_same_among_many(cast: Cast, kpi: Kpi) -> None:
    own = figure(kpi, cast.people["ana"], 33)
    client = Client()
    client.force_login(cast.users["ana"])
    costs = []
    for _round in range(2):
        specialists(kpi, list(range(40)))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("productivity:peers", args=[own.uid]))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12
