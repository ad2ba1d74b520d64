"""A first standard without a period holds for everything that is there; the first KPI is saved the natural way."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from leanship.features.base.models import Standing
from leanship.features.productivity import actions, standings
from leanship.features.productivity.models import Kpi, Series, Standard
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month


def test_a_first_standard_without_a_period_covers_the_window(cast: Cast) -> None:
    kpi = kpi_of(cast)
    row = actions.set_standard(cast.actors["ben"], kpi=kpi, value="10", period="")
    assert row.from_ordinal == month("2025-11")
    later = actions.set_standard(cast.actors["ben"], kpi=kpi, value="12", period=" ")
    assert later.from_ordinal == month("2026-11")


def test_a_kpi_with_a_standard_is_saved_without_naming_a_period(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "name": "Calls",
        "decimals": "0",
        "cadence": "month",
        "direction": "higher",
        "aggregation": "mean",
        "ratio_scale": "1",
        "standards": "known",
        "limits": "mean",
        "standard": "10",
        "since": "",
        "for_me": "on",
    }
    answer = client.post(reverse("productivity:kpi_new"), form)
    assert answer.status_code in (302, 303), [
        line for line in answer.content.decode().splitlines() if "error" in line
    ]
    assert Standard.objects.get(kpi__name="Calls").from_ordinal == month("2025-11")


def test_accepting_a_shift_does_not_take_a_rating_back(cast: Cast) -> None:
    """A rating that changed at once with a signal stays, though accepting the shift takes the signal away."""
    kpi = kpi_of(cast)
    Standard.objects.create(kpi=kpi, value=100 * 10**kpi.decimals, from_ordinal=month("2020-01"))
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    low, high = ["90", "91", "89", "90", "92", "88"] * 5, ["120", "121", "122"] * 3 + ["121"]
    values = [*low, *high]
    first = month("2026-10") - len(values) + 1
    cells = [actions.Cell(series.uid, first + place, value) for place, value in enumerate(values)]
    shown = []
    actions.enter_measurements(cast.actors["ana"], cells=cells)
    newest = Standing.objects.filter(subject_kind="series", subject_id=series.pk, is_current=True)
    shown.append(newest.latest("ordinal"))
    assert shown[0].band == shown[0].raw == "exceeds" and shown[0].counts["signal"]
    shift = month("2026-10") - len(high) + 1
    actions.accept_shift(cast.actors["ana"], series, from_ordinal=shift, reason="A new scanner")
    after = newest.latest("ordinal")
    assert not after.counts["signal"]
    assert (after.raw, after.band) == ("exceeds", "exceeds")
    assert standings.rebuild() == 0
    assert Kpi.objects.count() == 1
