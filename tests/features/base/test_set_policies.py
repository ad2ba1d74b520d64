"""Policies: versions that hold from a day on. What is past stays judged by what held then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from leanship.features.accounts import actions, queries
from leanship.features.base import policies
from leanship.features.base.errors import Invalid, NotFound, Refused
from leanship.features.base.models import Event, Policy
from leanship.features.base.policy_rules import installed_modules
from tests.cast import Cast

TODAY = date(2026, 11, 22)
NEW = {"exceeds": 110, "meets": 95}


def test_a_version_holds_from_its_day_and_not_before(cast: Cast) -> None:
    day = TODAY + timedelta(days=10)
    actions.set_policy(
        cast.actors["elif"], name="bands", value=NEW, valid_from=day, reason="Agreed in council"
    )
    assert policies.policy("bands", day - timedelta(days=1)) == {"exceeds": 105, "meets": 100}
    assert policies.policy("bands", day) == NEW
    assert Event.objects.get(kind="policy.set").params == {"name": "bands"}


@pytest.mark.parametrize("back", [1, 7, 400])
def test_no_version_reaches_into_the_past(cast: Cast, back: int) -> None:
    with pytest.raises(Invalid) as told:
        actions.set_policy(
            cast.actors["greta"], name="bands", value=NEW, valid_from=TODAY - timedelta(days=back)
        )
    assert list(told.value.problems) == ["valid_from"]
    assert not Policy.objects.exists()


def test_today_is_the_day_of_the_organisation(cast: Cast, settings: Any) -> None:
    settings.LEANSHIP_NOW = "2026-11-22T23:30:00+00:00"  # the 23rd in Oslo
    with pytest.raises(Invalid):
        actions.set_policy(cast.actors["greta"], name="bands", value=NEW, valid_from=TODAY)
    actions.set_policy(cast.actors["greta"], name="bands", value=NEW, valid_from=TODAY + timedelta(days=1))


def test_of_two_versions_of_one_day_the_later_one_counts(cast: Cast) -> None:
    for exceeds in (110, 120):
        value = {"exceeds": exceeds, "meets": 100}
        actions.set_policy(cast.actors["greta"], name="bands", value=value, valid_from=TODAY)
    assert policies.policy("bands", TODAY)["exceeds"] == 120
    history = queries.policy_history(cast.actors["ana"], "bands")
    assert [version.state for version in history] == ["now", "past", "past"]


@pytest.mark.parametrize("who", ["ana", "ben", "ingrid", "farid"])
def test_leaders_read_policies_and_the_office_sets_them(client: Client, cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        actions.set_policy(cast.actors[who], name="bands", value=NEW, valid_from=TODAY)
    client.force_login(cast.users[who])
    page = client.get("/settings/policies/bands/")
    assert page.status_code == 200 and "New version" not in page.content.decode()
    sent = {"exceeds": "110", "meets": "95", "valid_from": "2026-11-22", "step": "keep"}
    assert client.post("/settings/policies/bands/", sent).status_code == 403
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("bands", {"exceeds": 100, "meets": 100}, "exceeds"),
        ("bands", {"exceeds": 105, "meets": 0}, "meets"),
        ("bands", {"exceeds": 1001, "meets": 100}, "exceeds"),
        ("bands", {"exceeds": 104.5, "meets": 100}, "exceeds"),
        ("bands", {"exceeds": True, "meets": 100}, "exceeds"),
        ("bands", {"exceeds": 105}, ""),
        ("bands", [105, 100], ""),
        ("modules", {"off": ["standing"]}, "off"),
        ("modules", {"off": ["productivity", "productivity"]}, "off"),
        ("modules", {"off": "productivity"}, "off"),
        ("correction_days", {"days": 0}, "days"),
        ("correction_days", {"days": 91}, "days"),
        ("correction_days", {"days": "14"}, "days"),
    ],
)
def test_values_that_make_no_sense_are_refused(cast: Cast, name: str, value: Any, field: str) -> None:
    with pytest.raises(Invalid) as told:
        actions.set_policy(cast.actors["greta"], name=name, value=value, valid_from=TODAY)
    assert list(told.value.problems) == [field]


def test_what_holds_already_is_no_new_version(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.set_policy(cast.actors["greta"], name="correction_days", value={"days": 14}, valid_from=TODAY)


def test_the_page_shows_what_would_change_before_it_does(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["elif"])
    sent = {"exceeds": "110", "meets": "95", "valid_from": "2026-12-01", "reason": "Agreed in council"}
    preview = client.post("/settings/policies/bands/", sent | {"step": "preview"})
    assert preview.status_code == 200
    text = preview.content.decode()
    assert "Exceeds from 105 %, meets from 100 %" in text and "Exceeds from 110 %, meets from 95 %" in text
    assert "keep what they were judged by" in text
    assert not Policy.objects.exists()
    kept = client.post("/settings/policies/bands/", sent | {"step": "keep"})
    assert kept.status_code == 303
    history = client.get("/settings/policies/bands/").content.decode()
    assert "Elif Kaya" in history and "Agreed in council" in history
    assert Policy.objects.get().valid_from == date(2026, 12, 1)


def test_the_page_says_when_another_version_takes_over(cast: Cast) -> None:
    actor = cast.actors["elif"]
    actions.set_policy(actor, name="bands", value=NEW, valid_from=date(2027, 1, 1))
    value = {"exceeds": 120, "meets": 100}
    preview = queries.preview_policy(actor, name="bands", value=value, valid_from=TODAY)
    assert any("exceeds from 110 %" in effect for effect in preview.effects)
    overview = queries.policy_overviews(actor)[0]
    assert overview.later is not None and overview.later.valid_from == date(2027, 1, 1)


def test_a_wrong_value_comes_back_beside_its_field(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["elif"])
    sent = {"exceeds": "90", "meets": "95", "valid_from": "2026-12-01", "step": "keep"}
    response = client.post("/settings/policies/bands/", sent)
    assert response.status_code == 422
    assert 'id="id_exceeds_error"' in response.content.decode()


def test_a_module_that_is_switched_off_is_not_there_and_comes_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["greta"])
    sent = {"valid_from": "2026-11-22", "step": "keep"}
    others = [name for name in installed_modules() if name != "productivity"]
    assert client.post("/settings/policies/modules/", sent | {"on": others}).status_code == 303
    assert policies.policy("modules", TODAY) == {"off": ["productivity"]}
    assert "Productivity: its pages say" in " ".join(
        queries.preview_policy(
            cast.actors["greta"], name="modules", value={"off": ["productivity"]}, valid_from=date(2026, 1, 1)
        ).effects
    )
    assert client.post("/settings/policies/modules/", sent | {"on": installed_modules()}).status_code == 303
    assert policies.policy("modules", TODAY) == {"off": []}


def test_there_is_no_policy_of_another_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["greta"])
    assert client.get("/settings/policies/whims/").status_code == 404
    with pytest.raises(NotFound):
        queries.policy_history(cast.actors["greta"], "whims")
