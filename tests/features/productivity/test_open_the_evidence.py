"""The evidence of a standing: the window as it was judged, the rule, and what replaced what."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leanship.features.base.models import Standing
from leanship.features.productivity import standings
from leanship.features.productivity.models import Measurement, Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import month, series_of

NBSP = "\N{NO-BREAK SPACE}"
A_YEAR = (8400, 8450, 8500, 8000, 8400, 8400, 8350, 7900, None, 8600, 8400, 8400)


@pytest.fixture
def series(cast: Cast) -> Series:
    made = series_of(cast, A_YEAR, first="2025-11", standard=8000)
    standings.refresh([made.pk], reason="imported")
    return made


def latest(kind: str, pk: int) -> Standing:
    return Standing.objects.get(subject_kind=kind, subject_id=pk, ordinal=month("2026-10"), is_current=True)


def opened(cast: Cast, key: str, standing: Standing) -> Any:
    client = Client()
    client.force_login(cast.users[key])
    return client.get(reverse("productivity:standing", args=[standing.uid]))


def test_it_says_the_rating_with_its_counts_and_names_what_is_missing(cast: Cast, series: Series) -> None:
    page = opened(cast, "ana", latest("series", series.pk)).context["page"]
    # Eleven months: 8 exceed, under four fifths; 10 meet, over them.
    assert page.says == f"10 of 11 months at 100{NBSP}% of the standard or more."
    facts = {fact.name: fact.value for fact in page.facts}
    assert facts["Missing"] == f"Jul{NBSP}2026"
    assert facts[f"Below 100{NBSP}%"] == "1"
    assert facts["Standard"] == f"80.00{NBSP}%"


def test_every_period_has_its_figures_and_leads_to_its_point(cast: Cast, series: Series) -> None:
    page = opened(cast, "ana", latest("series", series.pk)).context["page"]
    newest, august, july = page.periods[0], page.periods[2], page.periods[3]
    assert (newest.value, newest.percent, newest.band) == (f"84.00{NBSP}%", f"105{NBSP}%", "exceeds")
    assert newest.url == reverse("productivity:point", args=[series.uid, "2026-10"])
    assert august.percent == f"108{NBSP}%"  # 107.5, a half goes up
    assert (july.value, july.why, july.url) == ("", "missing", "")


def test_what_was_replaced_still_tells_what_was_known_then(cast: Cast, series: Series) -> None:
    old = latest("series", series.pk)
    Measurement.objects.create(series=series, ordinal=month("2026-07"), value=7000)
    standings.refresh([series.pk], reason="measured")
    new = latest("series", series.pk)
    before, after = (opened(cast, "ben", one).context["page"] for one in (old, new))
    assert before.replaced_by == reverse("productivity:standing", args=[new.uid])
    assert after.replaced_by == ""
    assert (before.periods[3].value, after.periods[3].value) == ("", f"70.00{NBSP}%")
    assert [(v.reason, v.is_current) for v in before.versions] == [
        ("figures were entered", True),
        ("figures were imported", False),
    ]
    assert [v.is_this for v in before.versions] == [False, True]


def test_a_whole_names_its_kpis_with_weight_and_what_caps_it(cast: Cast, series: Series) -> None:
    other = series_of(cast, (90,) * 12, first="2025-11", standard=100, name="Calls answered", decimals=0)
    Series.objects.filter(pk=other.pk).update(must_hold=True, weight=2)
    standings.refresh([other.pk], reason="weight_set")
    page = opened(cast, "ana", latest("person", cast.people["ana"].pk)).context["page"]
    assert [(kpi.name, kpi.weight, kpi.must_hold) for kpi in page.kpis] == [
        ("Orders on time", 1, False),
        ("Calls answered", 2, True),
    ]
    assert page.periods[0].parts == (f"105{NBSP}%", f"90{NBSP}%")
    assert page.periods[0].percent == f"95{NBSP}%"
    assert page.periods[3].parts == ("", f"90{NBSP}%")  # a third of the weight may be missing
    assert page.periods[3].percent == f"90{NBSP}%"
    assert "Judged without a percent" not in [fact.name for fact in page.facts]


def test_it_is_for_the_person_their_line_and_partners(cast: Cast, series: Series) -> None:
    for standing in (latest("series", series.pk), latest("person", cast.people["ana"].pk)):
        answers = {key: opened(cast, key, standing).status_code for key in cast.users}
        assert answers == {
            "ana": 200, "ben": 200, "clara": 200, "ingrid": 200, "elif": 200,
            "dev": 404, "farid": 404, "greta": 404,
        }  # fmt: skip


def test_beside_a_page_it_comes_as_a_fragment(cast: Cast, series: Series) -> None:
    client = Client()
    client.force_login(cast.users["ana"])
    address = reverse("productivity:standing", args=[latest("series", series.pk).uid])
    text = client.get(address, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert 'id="panel-title"' in text and "<html" not in text


def test_its_queries_are_few(cast: Cast, series: Series) -> None:
    client = Client()
    client.force_login(cast.users["ana"])
    for standing in (latest("series", series.pk), latest("person", cast.people["ana"].pk)):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("productivity:standing", args=[standing.uid]))
        assert len(queries) <= 12, "\n".join(query["sql"][:200] for query in queries)
