"""The demo company in the database: the product itself finds every story in it, by its own rating and chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from leanship.demo.acts import ASKED_DAYS_AGO
from leanship.demo.cast import CAST
from leanship.demo.company import Company
from leanship.demo.living import NAME, create
from leanship.demo.stories import BENS_SHIFT, FARIDS_SHIFT, STORIES, subject_of
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base import clock
from leanship.features.base.models import Comment, Event, Organisation, Standing
from leanship.features.org import access
from leanship.features.org.models import Absence, Ancestor, Person, Position, Team
from leanship.features.productivity.actions.charting import laid_out
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from leanship.features.productivity.series_page import SeriesPage, series_page
from leanship.features.standing.queries import standing_page
from tests.conftest import NOW

NOW_ = datetime.fromisoformat(NOW)


@dataclass(frozen=True)
class Demo:
    """The company as it was drawn, and its users by key."""

    company: Company
    users: dict[str, User]

    def series(self, story: str) -> Series:
        """The series that tells a story."""
        found = next(one for one in STORIES if one.key == story)
        rows = Series.objects.select_related("kpi", "person")
        return rows.get(
            kpi__external_id=found.kpi, person__external_id=subject_of(found, self.company), team=None
        )

    def page(self, viewer: str, story: str) -> SeriesPage:
        """The page of that series, as somebody of the cast sees it."""
        return series_page(actor_of(self.users[viewer]), self.series(story).uid)

    def standing(self, story: str) -> Standing:
        """Its latest standing."""
        rows = Standing.objects.filter(
            subject_kind="series", subject_id=self.series(story).pk, is_current=True
        )
        return rows.order_by("-ordinal")[0]

    def step(self, key: str) -> Any:
        """The one next step on somebody's My standing."""
        user = self.users[key]
        return standing_page(actor_of(user), user.person, clock.today("Europe/Oslo")).next_step


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Demo]:
    """Made once for this file; nothing here changes it, and it is taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.held_at(NOW_):
            company = create(120)
        users = {key: User.objects.get(username=member.email) for key, member in CAST.items()}
        yield Demo(company, users)
        transaction.set_rollback(True)


def test_it_is_marked_as_a_demo_and_has_its_people(demo: Demo) -> None:
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.is_demo) == (NAME, True)
    assert Person.objects.filter(left_on=None).count() == 120
    assert set(Person.objects.values_list("level", flat=True)) == {
        "contributor",
        "entry_manager",
        "mid_manager",
        "senior_leader",
    }
    ingrid = demo.users["ingrid"].person
    assert Ancestor.objects.filter(ancestor=ingrid).count() == 119


def test_the_cast_has_the_relations_of_the_tests(demo: Demo) -> None:
    for key, member in CAST.items():
        person = demo.users[key].person
        assert (person.name, person.title, person.level) == (member.name, member.title, member.level)
        assert demo.users[key].role == member.role.value
        above = Ancestor.objects.filter(person=person, depth=1).first()
        assert (above and above.ancestor.name) == (member.reports_to and CAST[member.reports_to].name)
    team = Team.objects.get(name="Order desk")
    assert team.lead == demo.users["ben"].person
    members = set(team.memberships.filter(valid_until=None).values_list("person__name", flat=True))
    assert {"Ana Ruiz", "Dev Patel"} < members
    assert "Ben Okafor" not in members
    farid = actor_of(demo.users["farid"])
    ana = access.About("standing", demo.users["ana"].person)
    assert not access.may(farid, "read", ana)
    assert access.may(actor_of(demo.users["clara"]), "read", ana)


def test_people_joined_moved_rose_left_and_were_away(demo: Demo) -> None:
    assert Person.objects.exclude(left_on=None).count() == 2
    twice = Counter(Position.objects.values_list("person_id", flat=True))
    assert sorted(count for count in twice.values() if count > 1) == [2, 2]
    assert Absence.objects.count() == 3
    packing = Team.objects.get(name="Packing")
    assert packing.lead == Person.objects.get(title="Packing lead", left_on=None)
    assert not Series.objects.filter(person__left_on__isnull=False, archived_at=None).exists()


def test_what_happened_happened_in_order_and_on_its_day(demo: Demo) -> None:
    days = list(Event.objects.order_by("id").values_list("at", flat=True))
    assert days == sorted(days)
    assert days[0].date() == demo.company.founded
    assert days[-1] <= NOW_


def test_every_series_has_figures_and_a_standing(demo: Demo) -> None:
    with_figures = set(Measurement.objects.values_list("series_id", flat=True))
    assert with_figures == set(Series.objects.values_list("id", flat=True))
    running = set(Series.objects.filter(archived_at=None).values_list("id", flat=True))
    stood = Standing.objects.filter(subject_kind="series", is_current=True)
    assert running <= set(stood.values_list("subject_id", flat=True))
    bands = {standing.band for standing in stood}
    assert bands == {"exceeds", "meets", "does_not_meet", "not_consistent", "not_enough_evidence"}
    assert Kpi.objects.count() > 30


def test_ben_a_real_shift_after_a_change_that_he_described(demo: Demo) -> None:
    page = demo.page("ben", "real_shift")
    assert page.proposal is not None
    assert any(f"{BENS_SHIFT} in a row" in signal.text for signal in page.signals)
    assert all(signal.seen for signal in page.signals)
    assert [note.author for note in page.notes] == ["Ben Okafor"]
    assert page.steps == ()
    laid = laid_out(demo.series("real_shift"))
    assert {laid.ordinals[s.index] for s in laid.chart.signals} <= set(laid.ordinals[-BENS_SHIFT:])


def test_dev_the_worst_month_ever_is_routine_variation(demo: Demo) -> None:
    page = demo.page("dev", "only_noise")
    assert page.signals == ()
    assert "Routine variation" in page.says
    (note,) = page.notes
    assert note.author == "Clara Lindqvist"
    assert "worst month ever" in note.text
    laid = laid_out(demo.series("only_noise"))
    worst = max(value for value in laid.values if value is not None)
    assert laid.chart.upper_limit is not None
    assert worst < laid.chart.upper_limit


def test_a_leader_who_meets_now_and_mostly_but_not_consistently(demo: Demo) -> None:
    standing = demo.standing("luck")
    assert standing.raw == standing.band == "not_consistent"
    assert standing.counts["latest"]["percent"] >= 100
    assert 2 * standing.counts["meets"] > standing.counts["present"]


def test_a_leader_whose_new_band_waits_for_a_second_period(demo: Demo) -> None:
    standing = demo.standing("waits")
    assert (standing.raw, standing.band) == ("meets", "not_consistent")
    page = demo.page("clara", "waits")
    assert page.rating is not None
    assert page.rating.held


def test_zero_accidents_exceed_and_have_no_limits(demo: Demo) -> None:
    standing = demo.standing("zero")
    assert (standing.band, standing.counts["exceeds"]) == ("exceeds", 12)
    laid = laid_out(demo.series("zero"))
    assert set(laid.values) == {0}
    assert (laid.chart.upper_limit, laid.chart.signals) == (None, ())


def test_ana_a_ceiling_that_makes_105_percent_unreachable(demo: Demo) -> None:
    standing = demo.standing("ceiling")
    assert (standing.band, standing.counts["exceeds"]) == ("meets", 0)
    kpi = demo.series("ceiling").kpi
    client = Client()
    client.force_login(demo.users["clara"])
    assert "105 % cannot be reached" in client.get(f"/productivity/kpis/{kpi.uid}/").content.decode().replace(
        "\u00a0", " "
    )


def test_somebody_new_in_role_has_not_enough_evidence(demo: Demo) -> None:
    lead = Person.objects.get(title="Packing lead", left_on=None)
    series = Series.objects.get(person=lead, kpi__external_id="pack_rate", archived_at=None)
    standing = Standing.objects.get(subject_kind="series", subject_id=series.pk, is_current=True)
    assert standing.band == "not_enough_evidence"
    assert len(standing.counts["left_out"]["new_in_role"]) == 3


def test_farid_changed_his_own_standard_inside_the_window(demo: Demo) -> None:
    standing = demo.standing("own_standard")
    assert standing.band == "meets"
    page = demo.page("ingrid", "own_standard")
    assert page.rating is not None
    assert len(page.rating.marks) == 2
    (own,) = Standard.objects.exclude(series=None)
    assert own.set_by_id == demo.users["farid"].person_id
    set_by_subject = [
        row
        for row in Standard.objects.exclude(set_by_id=None)
        if Series.objects.filter(kpi=row.kpi, person__pk=row.set_by_id or 0).exists()
    ]
    assert set_by_subject == [own]


def test_anas_correction_request_waits_for_ben_and_is_overdue(demo: Demo) -> None:
    (asked,) = Comment.objects.filter(kind=Comment.Kind.CORRECTION)
    assert asked.author_id == asked.about_id == demo.users["ana"].person_id
    assert asked.answered_at is None
    assert asked.answer_by is not None
    assert asked.answer_by < demo.company.today
    assert asked.created_at.date() == demo.company.today - timedelta(days=ASKED_DAYS_AGO)
    assert demo.step("ben").kind == "answer_correction"


def test_farid_accepted_a_shift_with_a_reason(demo: Demo) -> None:
    page = demo.page("farid", "accepted")
    (step,) = page.steps
    assert step.author == "Farid Haddad"
    assert step.reason
    assert step.at < NOW_ - timedelta(weeks=20)
    laid = laid_out(demo.series("accepted"))
    assert len(laid.chart.segments) == 2
    assert laid.chart.current.start == len(laid.values) - FARIDS_SHIFT
    assert page.proposal is None


def test_ana_has_a_missing_week_to_enter(demo: Demo) -> None:
    step = demo.step("ana")
    assert (step.kind, step.about_uid) == ("enter_values", demo.series("missing").uid)
    assert len(demo.standing("missing").counts["missing"]) == 1


def test_claras_eight_in_a_row_is_what_nobody_looked_at(demo: Demo) -> None:
    step = demo.step("clara")
    assert (step.kind, step.about_uid) == ("look_at_signal", demo.series("unseen").uid)
    page = demo.page("clara", "unseen")
    assert page.unseen == len(page.signals) == 1
    assert "8 in a row" in page.signals[0].text


def test_ana_asks_farid_for_feedback(demo: Demo) -> None:
    step = demo.step("farid")
    assert step is not None
    assert step.kind == "answer_feedback"


def rows() -> dict[str, list[Any]]:
    """Every row of the product's tables."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model.__module__.startswith("leanship.features")
    }


@pytest.mark.django_db
def test_the_same_seed_and_clock_give_the_same_rows() -> None:
    made = []
    for _ in range(2):
        with transaction.atomic():
            with clock.held_at(NOW_):
                create(120)
            made.append(rows())
            transaction.set_rollback(True)
    first, second = (_without_row_ids(each) for each in made)
    assert first == second


def _without_row_ids(tables: dict[str, list[Any]]) -> dict[str, int | list[Any]]:
    """Row ids go on counting after a rollback on PostgreSQL, so there rows are compared by what they say."""
    out: dict[str, int | list[Any]] = {}
    for label, found in tables.items():
        out[label] = [
            {name: value for name, value in row.items() if not name.endswith("id") or name == "uid"}
            for row in found
        ]
        for row in out[label]:  # type: ignore[union-attr]
            for name in ("params", "counts", "digest", "key", "pending_key"):
                row.pop(name, None)
    return out
