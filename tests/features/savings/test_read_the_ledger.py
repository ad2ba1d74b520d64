"""The ledger is open, adds up only what is confirmed, and keeps what was declined between two people."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from leanship.features.org import taking
from leanship.features.org.actions import end_person, erase_person
from leanship.features.savings import actions
from leanship.features.savings.models import Confirmation, Saving
from tests.cast import Cast
from tests.features.savings.conftest import WORK, Claim


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def confirm(cast: Cast, saving: Saving, by: str = "farid") -> None:
    question = actions.ask(cast.actors["ana"], saving=saving, asked=cast.people[by])
    actions.confirm(cast.actors[by], confirmation=question)


@pytest.fixture
def several(cast: Cast, claim: Claim) -> dict[str, Saving]:
    found = {
        "confirmed": claim(),
        "claimed": claim(actual=500_000, per="once"),
        "hours": claim(kind="hours", target=None, forecast=None, actual=90),
        "farid": claim("farid", actual=7_000),
    }
    confirm(cast, found["confirmed"])
    confirm(cast, found["hours"], "dev")
    return found


def page(cast: Cast, query: str = "", key: str = "dev") -> Any:
    answer = client_of(cast, key).get(f"/savings/{query}")
    assert answer.status_code == 200
    return answer.context["page"]


def test_only_what_is_confirmed_counts(cast: Cast, several: dict[str, Saving]) -> None:
    lines = {(line.unit, line.per): line for line in page(cast).totals}
    money = lines["EUR", "every year"]
    assert money.confirmed.startswith("12,000")
    assert money.claimed.startswith("70")
    assert money.target.startswith("40,000")
    once = lines["EUR", "once"]
    assert (once.confirmed, once.claimed[:5]) == ("", "5,000")
    assert "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in lines["hours", "every year"].confirmed


def test_what_is_gone_stands_apart(cast: Cast, several: dict[str, Saving]) -> None:
    actions.follow_result("work", WORK, holds=False)
    found = page(cast)
    assert (found.totals[0].confirmed, found.totals[0].gone[:6]) == ("", "12,000")
    assert found.chart is None
    assert "gain gone" in {row.state_says for row in found.list.rows}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?kind=hours", 1),
        ("?state=claimed", 2),
        ("?year=2026", 4),
        ("?q=ruiz", 3),
        ("?q=other+work", 1),
        ("?department=Sales", 1),
        ("?kind=other", 0),
    ],
)
def test_it_is_narrowed_and_the_sums_follow(
    cast: Cast, several: dict[str, Saving], query: str, count: int
) -> None:
    found = page(cast, query)
    assert found.list.total == count
    assert bool(found.totals) is (count > 0)


def test_it_is_narrowed_to_a_team(cast: Cast, several: dict[str, Saving]) -> None:
    desk, sales = cast.teams["Order desk"], cast.teams["Sales"]
    assert page(cast, f"?team={desk.uid}").list.total == 3
    assert page(cast, f"?team={sales.uid}").list.total == 1


def test_confirmed_savings_are_drawn_by_quarter(cast: Cast, several: dict[str, Saving]) -> None:
    found = page(cast)
    assert "Q4 2026" in found.chart
    assert "12,000" in found.chart_says
    assert "hours" in page(cast, "?kind=hours").chart


def test_it_is_taken_away_as_a_file(cast: Cast, several: dict[str, Saving]) -> None:
    answer = client_of(cast, "dev").get("/savings/?format=csv&kind=money&order=title")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["actual"] for row in rows] == ["12000.00", "5000.00", "70.00"]
    assert [row["confirmed_by"] for row in rows] == ["Farid Haddad", "", ""]


def test_an_empty_ledger_says_what_will_be_here(cast: Cast) -> None:
    answer = client_of(cast, "dev").get("/savings/")
    assert "Savings will be here" in answer.content.decode()


def test_a_no_is_read_by_the_two_concerned_alone(cast: Cast, claim: Claim) -> None:
    saving = claim()
    question = actions.ask(cast.actors["ana"], saving=saving, asked=cast.people["farid"])
    actions.decline(cast.actors["farid"], confirmation=question, reason="Returns are as many as before.")
    for key, sees in (("ana", True), ("farid", True), ("dev", False), ("ben", False), ("greta", False)):
        text = client_of(cast, key).get(f"/savings/{saving.uid}/").content.decode()
        assert ("as many as before" in text) is sees


def test_by_page_from_claim_to_confirmation(cast: Cast) -> None:
    ana, farid = client_of(cast, "ana"), client_of(cast, "farid")
    address = f"/savings/claim/work/{WORK}/"
    wrong = ana.post(address, {"kind": "money", "per": "year", "actual": "lots"})
    assert wrong.status_code == 422
    assert "is not a number" in wrong.content.decode()
    assert client_of(cast, "dev").get(address).status_code == 403
    made = ana.post(address, {"kind": "hours", "per": "year", "actual": "12:30"})
    saving = Saving.objects.get()
    assert (made.status_code, made.headers["Location"], saving.actual) == (
        303,
        f"/savings/{saving.uid}/",
        750,
    )
    refused = ana.post(f"/savings/{saving.uid}/ask/", {"asked": cast.people["ben"].email})
    assert refused.status_code == 422
    assert "same line" in refused.content.decode()
    assert ana.post(f"/savings/{saving.uid}/ask/", {"asked": cast.people["farid"].email}).status_code == 303
    question = Confirmation.objects.get()
    assert "asks you to confirm" in farid.get("/waiting/").content.decode()
    shown = farid.get(f"/savings/confirmations/{question.uid}/").content.decode()
    assert "12\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in shown
    empty = farid.post(f"/savings/confirmations/{question.uid}/", {"decision": "declined"})
    assert empty.status_code == 422
    done = farid.post(f"/savings/confirmations/{question.uid}/", {"decision": "confirmed"})
    assert done.status_code == 303
    assert Saving.objects.get().state == "confirmed"
    assert farid.get(f"/savings/confirmations/{question.uid}/").status_code == 409
    assert "asks you to confirm" not in farid.get("/waiting/").content.decode()


def test_figures_change_by_page(cast: Cast, claim: Claim) -> None:
    saving = claim()
    ana = client_of(cast, "ana")
    assert 'value="12000.00"' in ana.get(f"/savings/{saving.uid}/figures/").content.decode()
    given = {"target": "20,000", "forecast": "", "actual": "12,500", "reason": "", "version": saving.version}
    assert ana.post(f"/savings/{saving.uid}/figures/", given).status_code == 303
    saving.refresh_from_db()
    assert (saving.forecast, saving.actual) == (None, 1_250_000)
    text = ana.get(f"/savings/{saving.uid}/").content.decode()
    assert "taken out" in text
    stale = ana.post(f"/savings/{saving.uid}/figures/", given | {"actual": "13,000", "reason": "late"})
    assert stale.status_code == 409


def test_somebody_takes_away_what_they_claimed_and_confirmed(cast: Cast, several: dict[str, Saving]) -> None:
    tables = {table.name: table.rows for table in taking.of(cast.people["ana"])}
    assert len(tables["savings"]) == 3
    assert "12000.00" in tables["savings"][0]
    assert len(tables["savings_figures"]) == 7
    farid = {table.name: table.rows for table in taking.of(cast.people["farid"])}
    assert [row[2:4] for row in farid["confirmations"]] == [("Ana Ruiz", "Farid Haddad")]


def test_nothing_of_an_erased_person_is_found_by_name(cast: Cast, several: dict[str, Saving]) -> None:
    assert page(cast, "?q=ruiz").list.total == 3
    end_person(cast.actors["elif"], person=cast.people["ana"])
    erase_person(cast.actors["elif"], person=cast.people["ana"])
    assert page(cast, "?q=ruiz").list.total == 0
    assert "Ruiz" not in client_of(cast, "dev").get("/savings/").content.decode()
