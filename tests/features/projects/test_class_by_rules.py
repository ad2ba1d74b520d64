"""Rules class events by themselves, in their order; the page says what a rule catches before it is saved."""

from __future__ import annotations

import pytest
from django.test import Client

from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.base.models import Event
from leanship.features.projects.actions import time_rules
from leanship.features.projects.actions.classifying import classify_event
from leanship.features.projects.models import ClassRule, Occurrence
from leanship.features.projects.queries.time_rules import catches, rules_page
from tests.cast import Cast
from tests.features.projects.time_kit import add, event, ics

NBSP = "\N{NO-BREAK SPACE}"


def rule(cast: Cast, pattern: str, kind: str = "strategic", field: str = "title") -> ClassRule:
    return time_rules.add_rule(
        cast.actors["ana"], person=cast.people["ana"], field=field, pattern=pattern, kind=kind
    )


def kinds_of(title: str) -> set[str]:
    return set(Occurrence.objects.filter(title=title).values_list("kind", flat=True))


def client(cast: Cast, who: str) -> Client:
    made = Client()
    made.force_login(cast.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return made


def test_the_first_rule_that_catches_decides_and_order_can_be_changed(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    rule(cast, "plan*", "strategic")
    second = rule(cast, "planning", "tactical")
    assert kinds_of("Planning") == {"strategic"}
    time_rules.move_rule(ana, rule=second, up=True)
    assert kinds_of("Planning") == {"tactical"}
    time_rules.move_rule(ana, rule=second, up=True)  # it is the first already
    assert [line.pattern for line in rules_page(ana).rules] == ["planning", "plan*"]


def test_a_rule_that_is_put_away_catches_nothing_until_it_is_back(cast: Cast) -> None:
    add(cast)
    made = rule(cast, "planning")
    time_rules.archive_rule(cast.actors["ana"], rule=made)
    assert kinds_of("Planning") == {""}
    time_rules.restore_rule(cast.actors["ana"], rule=made)
    assert kinds_of("Planning") == {"strategic"}


def test_what_was_said_by_hand_stays(cast: Cast) -> None:
    add(cast)
    planning = Occurrence.objects.filter(title="Planning").latest("starts_at")
    classify_event(cast.actors["ana"], occurrence=planning, kind="tactical", series=False)
    rule(cast, "planning", "strategic")
    planning.refresh_from_db()
    assert (planning.kind, planning.rule_id) == ("tactical", None)
    assert kinds_of("Planning") == {"tactical", "strategic"}


def test_rules_look_at_people_and_categories_too(cast: Cast) -> None:
    add(
        cast,
        ics(
            event("a", "A", "20261116T090000", "20261116T100000", "CATEGORIES:Improvement"),
            event("b", "B", "20261117T090000", "20261117T100000", organiser="Ben@leanship.example"),
            event("c", "C", "20261118T090000", "20261118T100000", attendees=["dev@elsewhere.example"]),
        ),
    )
    rule(cast, "improvement", "strategic", "category")
    rule(cast, "ben@leanship.example", "tactical", "organiser")
    rule(cast, "elsewhere.example", "tactical", "attendee")
    assert (kinds_of("A"), kinds_of("B"), kinds_of("C")) == ({"strategic"}, {"tactical"}, {"tactical"})


def test_a_rule_says_what_it_would_catch_and_what_would_change(cast: Cast) -> None:
    add(cast)
    ana = cast.actors["ana"]
    rule(cast, "planning")
    talk = Occurrence.objects.get(title="Salary talk with Dev")
    classify_event(ana, occurrence=talk, kind="tactical", series=False)
    found = catches(ana, {"field": "title", "pattern": "*", "kind": "tactical"})
    # of four weeks, from 26 October to 22 November: three times planning, 21 stand-ups, one talk
    assert (found.count, found.hours) == (3 + 21 + 1, f"12.3{NBSP}h")
    assert found.titles == ("Planning", "Stand-up", "Salary talk with Dev")
    assert (found.new, found.kept_by_rules, found.kept_by_hand) == (21, 3, 1)
    assert not catches(ana, None).asked
    assert catches(ana, {"field": "title", "pattern": "nothing such", "kind": ""}).count == 0


def test_a_rule_being_changed_is_tried_at_its_own_place(cast: Cast) -> None:
    add(cast)
    first = rule(cast, "nothing such")
    rule(cast, "planning", "tactical")
    found = catches(cast.actors["ana"], {"field": "title", "pattern": "planning", "kind": "strategic"}, first)
    assert (found.count, found.kept_by_rules) == (3, 0)


@pytest.mark.parametrize(
    ("field", "pattern", "kind", "wrong"),
    [
        ("title", "  ", "strategic", "pattern"),
        ("title", "x" * 201, "strategic", "pattern"),
        ("weather", "x", "strategic", "field"),
        ("title", "x", "unclassified", "kind"),
        ("title", "PLANNING", "tactical", "pattern"),
    ],
)
def test_a_rule_that_will_not_do_is_told_beside_its_field(
    cast: Cast, field: str, pattern: str, kind: str, wrong: str
) -> None:
    rule(cast, "planning")
    with pytest.raises(Invalid) as error:
        rule(cast, pattern, kind, field)
    assert list(error.value.problems) == [wrong]


def test_a_stale_form_is_told(cast: Cast) -> None:
    made = rule(cast, "planning")
    ana = cast.actors["ana"]
    time_rules.change_rule(ana, rule=made, field="title", pattern="plan", kind="tactical", version=1)
    with pytest.raises(Conflict):
        time_rules.change_rule(ana, rule=made, field="title", pattern="plans", kind="tactical", version=1)


@pytest.mark.parametrize("who", ["ben", "clara", "dev", "elif", "greta"])
def test_rules_are_their_owners_alone(cast: Cast, who: str) -> None:
    made = rule(cast, "planning")
    actor = cast.actors[who]
    with pytest.raises(NotFound):
        time_rules.archive_rule(actor, rule=made)
    with pytest.raises(NotFound):
        time_rules.move_rule(actor, rule=made, up=True)
    assert rules_page(actor).rules == ()


def test_the_words_of_a_rule_are_not_in_what_happened(cast: Cast) -> None:
    rule(cast, "talk about leaving")
    told = Event.objects.get(kind="time.rule_added")
    assert list(told.params) == ["rule"]


def test_one_begins_with_what_most_hours_have_in_common(cast: Cast) -> None:
    add(cast)
    rule(cast, "stand-up", "tactical")
    page = rules_page(cast.actors["ana"])
    # the talk is there once, which is no reason for a rule; stand-ups have one
    assert [each.pattern for each in page.suggestions] == ["Planning"]
    assert "field=title&pattern=Planning" in page.suggestions[0].url


def test_the_page_previews_without_scripts_and_saves(cast: Cast) -> None:
    add(cast)
    ana = client(cast, "ana")
    new = "/projects/time/rules/new/"
    shown = ana.post(new, {"field": "title", "pattern": "planning", "show": "1"})
    assert shown.status_code == 200
    assert "3 events" in shown.text
    assert not ClassRule.objects.exists()
    live = ana.post(
        new,
        {"field": "title", "pattern": "stand"},
        headers={"HX-Request": "true", "HX-Target": "catches"},
    )
    assert "21 events" in live.text
    assert "<html" not in live.text
    wrong = ana.post(new, {"field": "title", "pattern": "planning"})
    assert wrong.status_code == 422
    saved = ana.post(new, {"field": "title", "pattern": "planning", "kind": "strategic"})
    assert (saved.status_code, saved.headers["Location"]) == (303, "/projects/time/rules/")
    listed = ana.get("/projects/time/rules/")
    assert f"3 events and 6{NBSP}h in four weeks" in listed.text


def test_a_rule_is_made_from_an_event_of_ones_own_alone(cast: Cast) -> None:
    add(cast)
    talk = Occurrence.objects.get(title="Salary talk with Dev")
    address = f"/projects/time/rules/new/?from={talk.uid}"
    assert 'value="Salary talk with Dev"' in client(cast, "ana").get(address).text
    answer = client(cast, "dev").get(address)
    assert answer.status_code == 404
    assert "Salary" not in answer.text
