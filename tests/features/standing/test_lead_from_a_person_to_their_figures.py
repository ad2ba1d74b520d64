"""The page of a person and of a team lead to figures, for those who may see them and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from leanship.features.productivity.models import Kpi, Series
from tests.cast import Cast


def page(cast: Cast, key: str, name: str, uid: str) -> str:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=[uid])).content.decode()


@pytest.mark.parametrize(
    ("key", "sees"), [("ana", True), ("ben", True), ("elif", True), ("dev", False), ("greta", False)]
)
def test_a_persons_page_leads_to_their_standing_and_kpis(cast: Cast, key: str, sees: bool) -> None:
    kpi = Kpi.objects.create(name="Orders without error")
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    uid = cast.people["ana"].uid
    shown = page(cast, key, "org:person", uid)
    assert (reverse("standing:of", args=[uid]) in shown) is sees
    assert (reverse("productivity:series", args=[series.uid]) in shown) is sees
    assert ("Orders without error" in shown) is sees


@pytest.mark.parametrize(("key", "sees"), [("dev", True), ("greta", True), ("farid", False)])
def test_a_teams_page_leads_to_its_kpis(cast: Cast, key: str, sees: bool) -> None:
    kpi = Kpi.objects.create(name="Orders open at closing")
    Series.objects.create(kpi=kpi, team=cast.teams["Order desk"])
    shown = page(cast, key, "org:team", cast.teams["Order desk"].uid)
    assert ("Orders open at closing" in shown) is sees
