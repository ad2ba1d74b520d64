"""Savings are claimed, confirmed by somebody outside the line, and looked at again (M22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from leanship.features.base import clock
from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.org.models import Person
from leanship.features.savings import actions, queries, rules
from leanship.features.savings.models import Confirmation, Saving, SavingFigure
from tests.cast import Cast
from tests.features.savings.conftest import WORK, Claim

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def asked(cast: Cast, saving: Saving, of: str = "farid") -> Confirmation:
    return actions.ask(cast.actors["ana"], saving=saving, asked=cast.people[of])


def confirmed(cast: Cast, saving: Saving, by: str = "farid") -> Saving:
    actions.confirm(cast.actors[by], confirmation=asked(cast, saving, by))
    saving.refresh_from_db()
    return saving


def test_a_claim_keeps_its_figures_and_says_what_happened(cast: Cast, claim: Claim) -> None:
    saving = claim()
    assert (saving.title, saving.state, saving.claimant) == (
        "Fewer wrong orders",
        "claimed",
        cast.people["ana"],
    )
    kept = SavingFigure.objects.values_list("which", "value")
    assert list(kept) == [("target", 2_000_000), ("forecast", 1_500_000), ("actual", 1_200_000)]
    assert Event.objects.get().kind == "saving.claimed"


def test_only_whoever_works_on_it_claims(cast: Cast) -> None:
    given: Any = {"kind": "money", "per": "year", "figures": {"actual": 1}, "source_kind": "work"}
    with pytest.raises(Invalid):
        actions.claim(cast.actors["dev"], source_uid=WORK, **given)
    with pytest.raises(NotFound):
        actions.claim(cast.actors["ana"], source_uid="unknown", **given)
    with pytest.raises(NotFound):
        actions.claim(cast.actors["ana"], source_uid=WORK, **(given | {"source_kind": "no such"}))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "fame"}, "kind"),
        ({"per": "day"}, "per"),
        ({"kind": "other"}, "unit"),
        ({"kind": "other", "unit": "x" * 41}, "unit"),
        ({"target": None, "forecast": None, "actual": None}, "target"),
    ],
)
def test_a_claim_that_says_too_little_is_turned_down(claim: Claim, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        claim(**given)
    assert list(caught.value.problems) == [field]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("ana", "Nobody confirms what is their own"),
        ("ben", "in the same line"),
        ("clara", "in the same line"),
        ("ingrid", "in the same line"),
        ("dev", ""),
        ("farid", ""),
        ("elif", ""),
    ],
)
def test_a_confirmer_is_another_outside_the_line(cast: Cast, key: str, says: str) -> None:
    found = rules.why_not(cast.people["ana"], cast.people[key])
    assert says in found
    assert bool(found) == bool(says)


def test_nobody_below_confirms_for_their_leader(cast: Cast) -> None:
    assert "in the same line" in rules.why_not(cast.people["clara"], cast.people["ana"])


def test_nobody_who_left_confirms(cast: Cast) -> None:
    farid = cast.people["farid"]
    Person.objects.filter(pk=farid.pk).update(left_on="2026-11-01")
    farid.refresh_from_db()
    assert "no longer here" in rules.why_not(cast.people["ana"], farid)


@pytest.mark.parametrize(
    ("ago", "free"), [(timedelta(days=1), False), (timedelta(days=365), False), (timedelta(days=366), True)]
)
def test_no_confirming_in_return_within_a_year(cast: Cast, claim: Claim, ago: timedelta, free: bool) -> None:
    with clock.held_at(NOW - ago):
        confirmed(cast, claim())
    says = rules.why_not(cast.people["farid"], cast.people["ana"])
    assert (says == "") is free
    # the other way round nothing stands in the way: Farid may confirm for Ana again
    assert rules.why_not(cast.people["ana"], cast.people["farid"]) == ""


def test_what_was_declined_does_not_count_as_a_favour(cast: Cast, claim: Claim) -> None:
    actions.decline(cast.actors["farid"], confirmation=asked(cast, claim()), reason="I see no change.")
    assert rules.why_not(cast.people["farid"], cast.people["ana"]) == ""


def test_two_who_ask_each_other_are_stopped_at_the_second(cast: Cast, claim: Claim) -> None:
    hers, his = claim(), claim("farid")
    of_farid = asked(cast, hers)
    of_ana = actions.ask(cast.actors["farid"], saving=his, asked=cast.people["ana"])
    actions.confirm(cast.actors["farid"], confirmation=of_farid)
    with pytest.raises(Invalid, match="within a year"):
        actions.confirm(cast.actors["ana"], confirmation=of_ana)
    his.refresh_from_db()
    assert his.state == "asked"


def test_a_line_that_came_about_since_forbids(cast: Cast, claim: Claim) -> None:
    question = asked(cast, claim())
    cast.people["ana"].ancestors.create(ancestor=cast.people["farid"], depth=1)
    with pytest.raises(Invalid, match="same line"):
        actions.confirm(cast.actors["farid"], confirmation=question)


def test_what_is_confirmed_counts_and_is_looked_at_again_in_90_days(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    assert (saving.state, saving.confirmed_by) == ("confirmed", cast.people["farid"])
    assert saving.again_on is not None
    assert saving.again_on.isoformat() == "2027-02-20"
    assert list(queries.confirmed_of(cast.people["ana"].pk)) == [saving]


def test_only_whoever_was_asked_decides_and_only_once(cast: Cast, claim: Claim) -> None:
    question = asked(cast, claim())
    with pytest.raises(Refused):
        actions.confirm(cast.actors["ana"], confirmation=question)
    with pytest.raises(NotFound):
        actions.confirm(cast.actors["dev"], confirmation=question)
    actions.confirm(cast.actors["farid"], confirmation=question)
    with pytest.raises(Conflict):
        actions.decline(cast.actors["farid"], confirmation=question, reason="No.")


def test_a_no_wants_a_reason_and_leaves_the_claim_open(cast: Cast, claim: Claim) -> None:
    saving = claim()
    question = asked(cast, saving)
    with pytest.raises(Invalid) as caught:
        actions.decline(cast.actors["farid"], confirmation=question, reason="  ")
    assert list(caught.value.problems) == ["reason"]
    actions.decline(cast.actors["farid"], confirmation=question, reason="The returns are still as many.")
    saving.refresh_from_db()
    assert saving.state == "claimed"
    assert asked(cast, saving, "dev").asked == cast.people["dev"]


def test_one_is_asked_at_a_time_and_only_about_an_actual_figure(cast: Cast, claim: Claim) -> None:
    saving = claim()
    asked(cast, saving)
    saving.refresh_from_db()
    with pytest.raises(Conflict):
        asked(cast, saving, "dev")
    with pytest.raises(Invalid, match="actual figure"):
        asked(cast, claim(actual=None))


def test_asking_is_taken_back(cast: Cast, claim: Claim) -> None:
    saving = claim()
    question = asked(cast, saving)
    with pytest.raises(Refused):
        actions.take_back(cast.actors["farid"], confirmation=question)
    actions.take_back(cast.actors["ana"], confirmation=question)
    saving.refresh_from_db()
    assert saving.state == "claimed"
    with pytest.raises(Conflict):
        actions.confirm(cast.actors["farid"], confirmation=question)


def test_another_actual_figure_has_to_be_confirmed_anew(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    given: Any = {"saving": saving, "version": saving.version, "figures": {"actual": 1_300_000}}
    with pytest.raises(Invalid) as caught:
        actions.set_figures(cast.actors["ana"], **given)
    assert list(caught.value.problems) == ["reason"]
    actions.set_figures(cast.actors["ana"], **given, reason="October was missing.")
    assert (saving.state, saving.confirmed_by, saving.again_on) == ("claimed", None, None)
    last = SavingFigure.objects.latest("id")
    assert (last.which, last.value, last.reason) == ("actual", 1_300_000, "October was missing.")
    assert Confirmation.objects.get().figure == 1_200_000


def test_a_figure_that_changes_while_somebody_is_asked_takes_the_question_back(
    cast: Cast, claim: Claim
) -> None:
    saving = claim()
    question = asked(cast, saving)
    actions.set_figures(
        cast.actors["ana"], saving=saving, version=saving.version, figures={"actual": 9}, reason=""
    )
    with pytest.raises(Conflict):
        actions.confirm(cast.actors["farid"], confirmation=question)


def test_forecasts_may_change_and_the_figure_stays_confirmed(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    actions.set_figures(
        cast.actors["ana"], saving=saving, version=saving.version, figures={"forecast": 1_600_000}
    )
    assert (saving.state, saving.forecast) == ("confirmed", 1_600_000)
    with pytest.raises(Conflict):
        actions.set_figures(cast.actors["ana"], saving=saving, version=1, figures={"target": 5})
    with pytest.raises(Refused):
        actions.set_figures(cast.actors["ben"], saving=saving, version=saving.version, figures={"target": 5})


def test_the_second_look(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    given: Any = {"saving": saving, "version": saving.version}
    with pytest.raises(Invalid, match="90 days"):
        actions.look_again(cast.actors["farid"], **given, holds=True)
    with clock.held_at(NOW + timedelta(days=90)):
        with pytest.raises(Refused):
            actions.look_again(cast.actors["ana"], **given, holds=True)
        with pytest.raises(Invalid) as caught:
            actions.look_again(cast.actors["farid"], **given, holds=False)
        assert list(caught.value.problems) == ["reason"]
        assert [line.overdue for line in queries.what_waits(cast.actors["farid"])] == [False]
        actions.look_again(cast.actors["farid"], **given, holds=False, reason="The old forms are back.")
        assert queries.what_waits(cast.actors["farid"]) == ()
    assert (saving.state, saving.again_reason) == ("gone", "The old forms are back.")
    assert not queries.confirmed_of(cast.people["ana"].pk)


def test_a_partner_looks_again_where_the_confirmer_cannot(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    with clock.held_at(NOW + timedelta(days=91)):
        actions.look_again(cast.actors["elif"], saving=saving, version=saving.version, holds=True)
    assert (saving.state, saving.again_at) == ("confirmed", NOW + timedelta(days=91))


def test_savings_follow_the_second_check_of_their_source(cast: Cast, claim: Claim) -> None:
    saving, other = confirmed(cast, claim()), claim()
    assert actions.follow_result("work", WORK, holds=False) == 1
    saving.refresh_from_db()
    other.refresh_from_db()
    assert (saving.state, other.state) == ("gone", "claimed")


def test_a_withdrawn_claim_leaves_the_ledger_and_comes_back_unconfirmed(cast: Cast, claim: Claim) -> None:
    saving = confirmed(cast, claim())
    actions.withdraw(cast.actors["ana"], saving=saving)
    with pytest.raises(NotFound):
        queries.saving_by_uid(cast.actors["farid"], saving.uid)
    with pytest.raises(Conflict):
        actions.set_figures(
            cast.actors["ana"], saving=saving, version=saving.version, figures={"actual": 5}, reason="x"
        )
    actions.restore(cast.actors["ana"], saving=saving)
    assert (saving.state, saving.confirmed_by) == ("claimed", None)


def test_a_result_of_another_feature_is_confirmed_once(cast: Cast) -> None:
    ana, farid = cast.people["ana"], cast.people["farid"]
    given: Any = {"what": "work", "uid": WORK, "title": "Fewer wrong orders", "claimant": ana}
    question = actions.ask_about(cast.actors["ana"], **given, asked=farid)
    assert queries.confirmed_uids("work", [WORK]) == frozenset()
    actions.confirm(cast.actors["farid"], confirmation=question, reason="I count them myself.")
    assert queries.confirmed_uids("work", [WORK, "other"]) == {WORK}
    with pytest.raises(Conflict):
        actions.ask_about(cast.actors["ana"], **given, asked=cast.people["dev"])
    assert [line.says for line in queries.confirmations_of("work", WORK)] == ["confirmed"]


def test_the_database_keeps_the_rule_too(cast: Cast, claim: Claim) -> None:
    saving, ana = claim(), cast.people["ana"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Saving.objects.filter(pk=saving.pk).update(confirmed_by=ana, confirmed_at=NOW, state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Saving.objects.filter(pk=saving.pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(what="work", what_uid=WORK, title="", claimant=ana, asked=ana)
