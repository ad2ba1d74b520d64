"""Of somebody's time others see shares at most, and only those who may; the share is what the method says it is."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.test import Client

from leanship.domain.periods import Cadence, ordinal
from leanship.domain.projects_band import ShareStands
from leanship.domain.time_split import Aim, NoShare, ShareOf
from leanship.features.base.errors import Invalid, NotFound, Refused
from leanship.features.org import actions as org
from leanship.features.projects import time_weeks
from leanship.features.projects.actions import calendars, time_rules, working_time
from leanship.features.projects.actions.classifying import classify_group
from leanship.features.projects.models import Occurrence, WeekSplit, WorkingTime
from leanship.features.projects.queries.time import share_of, takeaway
from leanship.features.projects.queries.time_pages import share_page, week_page
from leanship.features.projects.queries.time_waiting import waiting
from tests.cast import Cast
from tests.features.projects.time_kit import add, build_time, event, ics, moment

LAST = ordinal(Cadence.WEEK, date(2026, 11, 15))
WEEKLY = "RRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z"
# every week since June: 4 hours of planning, 16 of the desk
STEADY = ics(
    event("plan", "Planning", "20260601T080000", "20260601T120000", WEEKLY),
    event("desk", "Desk", "20260602T080000", "20260603T000000", WEEKLY),
)


def steady(cast: Cast, who: str = "ana") -> None:
    add(cast, STEADY, who=who)
    person, actor = cast.people[who], cast.actors[who]
    time_rules.add_rule(actor, person=person, field="title", pattern="planning", kind="strategic")
    time_rules.add_rule(actor, person=person, field="title", pattern="desk", kind="tactical")


def hours(cast: Cast, minutes: int | None = 2_400, *, who: str = "ana", whole: bool = False) -> WorkingTime:
    return working_time.set_working_time(
        cast.actors[who],
        person=cast.people[who],
        minutes_per_week=minutes,
        no_target=whole,
        valid_from=date(2026, 1, 1),
    )


def client(cast: Cast, who: str) -> Client:
    made = Client()
    made.force_login(cast.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return made


def test_the_share_is_of_working_hours_where_they_are_known(cast: Cast) -> None:
    steady(cast)
    share = share_of([cast.people["ana"].pk], LAST)[cast.people["ana"].pk]
    assert (share.weeks, share.verdict.of) == (13, ShareOf.CALENDAR_HOURS)
    assert share.verdict.share is not None
    assert share.verdict.share * 100 == 20
    hours(cast)
    share = share_of([cast.people["ana"].pk], LAST)[cast.people["ana"].pk]
    assert (share.working, share.strategic) == (13 * 40 * 3600, 13 * 4 * 3600)
    assert share.verdict.share is not None
    assert share.verdict.share * 100 == 10
    assert (share.verdict.aim, share.stands) == (Aim.ON_TARGET, ShareStands.REACHED)


def test_absence_takes_working_hours_away_on_working_days_alone(cast: Cast) -> None:
    steady(cast)
    hours(cast)
    org.add_absence(
        cast.actors["elif"],
        person=cast.people["ana"],
        first_day=date(2026, 11, 12),
        last_day=date(2026, 11, 15),
    )
    assert WeekSplit.objects.get(week=LAST).working == 3 * 8 * 3600
    assert WeekSplit.objects.get(week=LAST - 1).working == 40 * 3600


def test_hours_hold_from_their_day_on(cast: Cast) -> None:
    steady(cast)
    hours(cast)
    row = working_time.set_working_time(
        cast.actors["ana"],
        person=cast.people["ana"],
        minutes_per_week=1_200,
        no_target=False,
        valid_from=date(2026, 11, 11),
    )
    assert WeekSplit.objects.get(week=LAST).working == 2 * 8 * 3600 + 3 * 4 * 3600
    working_time.take_back_working_time(cast.actors["ana"], person=cast.people["ana"], pk=row.pk)
    assert WeekSplit.objects.get(week=LAST).working == 40 * 3600


def test_whoever_improves_all_day_has_no_target_and_others_are_told(cast: Cast) -> None:
    steady(cast)
    hours(cast, whole=True)
    share = share_of([cast.people["ana"].pk], LAST)[cast.people["ana"].pk]
    assert (share.verdict.target, share.stands) == (None, ShareStands.NO_TARGET)
    assert (
        "Ana Ruiz says that the whole role is improvement"
        in share_page(cast.actors["ben"], cast.people["ana"].uid).remark
    )


def test_too_little_classified_and_too_few_weeks_give_no_stand(cast: Cast) -> None:
    add(cast)
    share = share_of([cast.people["ana"].pk], LAST)[cast.people["ana"].pk]
    assert (share.verdict.missing, share.stands) == (NoShare.TOO_LITTLE_CLASSIFIED, ShareStands.UNKNOWN)
    for title in ("Planning", "Stand-up"):
        row = Occurrence.objects.filter(title=title).latest("starts_at")
        classify_group(cast.actors["ana"], occurrence=row, kind="strategic")
    share = share_of([cast.people["ana"].pk], LAST)[cast.people["ana"].pk]
    assert share.verdict.share == 1
    assert (share.weeks, share.stands) == (2, ShareStands.UNKNOWN)
    nobody = share_of([cast.people["ben"].pk], LAST)[cast.people["ben"].pk]
    assert (nobody.weeks, nobody.verdict.missing) == (0, NoShare.NOTHING)


def test_many_people_take_as_many_queries_as_one(cast: Cast, django_assert_num_queries: object) -> None:
    steady(cast)
    people = [person.pk for person in cast.people.values()]
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = share_of(people, LAST)
    assert set(found) == set(people)


@pytest.mark.parametrize("minutes", [0, 59, 4_801])
def test_hours_out_of_a_week_are_turned_down(cast: Cast, minutes: int) -> None:
    with pytest.raises(Invalid):
        hours(cast, minutes)


@pytest.mark.parametrize("who", ["ben", "clara", "ingrid", "elif", "dev", "greta", "farid"])
def test_nobody_says_how_long_another_works(cast: Cast, who: str) -> None:
    with pytest.raises((Refused, NotFound)):
        working_time.set_working_time(
            cast.actors[who],
            person=cast.people["ana"],
            minutes_per_week=2_400,
            no_target=False,
            valid_from=date(2026, 1, 1),
        )


@pytest.mark.parametrize("who", ["ben", "clara", "ingrid", "elif"])
def test_the_line_and_people_partners_see_shares_and_nothing_else(cast: Cast, who: str) -> None:
    build_time(cast)
    asker = client(cast, who)
    answer = asker.get(f"/projects/time/people/{cast.people['ana'].uid}/")
    assert answer.status_code == 200
    for word in ("Salary", "Planning", "Stand-up", "Work", ".ics", "\N{NO-BREAK SPACE}h,"):
        assert word not in answer.text.split("<main", 1)[1]
    person = asker.get(f"/organisation/people/{cast.people['ana'].uid}/")
    assert f"/projects/time/people/{cast.people['ana'].uid}/" in person.text


@pytest.mark.parametrize("who", ["dev", "greta", "farid"])
def test_others_see_no_shares_either(cast: Cast, who: str) -> None:
    build_time(cast)
    asker = client(cast, who)
    assert asker.get(f"/projects/time/people/{cast.people['ana'].uid}/").status_code == 404
    person = asker.get(f"/organisation/people/{cast.people['ana'].uid}/")
    assert "/projects/time/people/" not in person.text


@pytest.mark.parametrize("who", ["ben", "clara", "ingrid", "elif", "dev", "greta", "farid"])
def test_no_title_reaches_anybody_else_by_any_way(cast: Cast, who: str) -> None:
    kit = build_time(cast)
    asker = client(cast, who)
    ways = [
        "/projects/time/",
        "/projects/time/queue/?weeks=all",
        "/projects/time/rules/",
        "/projects/time/calendars/",
        "/projects/time/weeks/2026-W47/",
        f"/projects/time/calendars/{kit.calendar.uid}/",
        f"/projects/time/rules/new/?from={kit.event.uid}",
        f"/organisation/people/{cast.people['ana'].uid}/",
        f"/organisation/people/{cast.people['ana'].uid}/history/",
        f"/standing/{cast.people['ana'].uid}/",
        f"/projects/time/people/{cast.people['ana'].uid}/",
        "/organisation/people/?q=salary",
        "/projects/?q=salary",
        "/waiting/",
        "/",
        f"/api/v1/people/{cast.people['ana'].uid}",
        "/api/v1/events",
    ]
    for way in ways:
        text = asker.get(way).content.decode(errors="replace")
        assert "Salary talk" not in text, way
        assert "Stand-up" not in text, way


def test_a_week_shows_its_events_to_their_owner(cast: Cast) -> None:
    build_time(cast)
    page = week_page(cast.actors["ana"], "2026-W47")
    assert "Salary talk with Dev" in client(cast, "ana").get("/projects/time/weeks/2026-W47/").text
    assert "Salary talk with Dev" in [line.title for day in page.days for line in day.events]
    assert week_page(cast.actors["ben"], "2026-W47").days == ()
    for wrong in ("2026-W54", "2026-11", "x", "9999-W99", "0000-W01"):
        with pytest.raises(NotFound):
            week_page(cast.actors["ana"], wrong)


def test_one_takes_all_of_it_away_and_the_secret_address_with_nobody(cast: Cast) -> None:
    kit = build_time(cast)
    calendars.add_calendar_address(
        cast.actors["ana"],
        person=cast.people["ana"],
        name="Private",
        address="https://calendar.example.org/private-5ecret/basic.ics",
    )
    taken = takeaway(cast.people["ana"])
    assert {row["title"] for row in taken["calendar_events"]} == {
        "Planning", "Stand-up", "Salary talk with Dev",
    }  # fmt: skip
    assert taken["time_rules"][0]["pattern"] == kit.rule.pattern
    assert "5ecret" not in str(taken)
    assert set(taken) == {"calendars", "calendar_events", "time_rules", "working_time", "time_weeks"}
    assert not any(takeaway(cast.people["ben"]).values())
    file = zipfile.ZipFile(
        io.BytesIO(client(cast, "ana").get(f"/standing/{cast.people['ana'].uid}/take-away/").content)
    )
    everything = file.read("everything.json").decode()
    assert "Salary talk with Dev" in everything
    assert "5ecret" not in everything
    assert "Salary talk with Dev" in file.read("calendar_events.csv").decode()


def test_who_is_erased_leaves_no_time_behind(cast: Cast) -> None:
    build_time(cast)
    org.erase_person(cast.actors["elif"], person=cast.people["ana"])
    assert not any(takeaway(cast.people["ana"]).values())
    assert not Occurrence.objects.exists()


def test_last_week_waits_until_it_is_classified(cast: Cast) -> None:
    add(cast)
    (line,) = waiting(cast.actors["ana"])
    assert "of last week have no class yet" in line.text
    for title in ("Planning", "Stand-up"):
        row = Occurrence.objects.filter(title=title).latest("starts_at")
        classify_group(cast.actors["ana"], occurrence=row, kind="tactical")
    assert waiting(cast.actors["ana"]) == ()
    assert waiting(cast.actors["ben"]) == ()


def test_a_change_of_the_clock_moves_no_hour(cast: Cast) -> None:
    """The night of 25 October 2026 has 25 hours in Oslo: a week is counted in hours elapsed."""
    night = event("night", "Night", "20261025T010000", "20261025T040000")
    add(cast, ics(night))
    week = time_weeks.week_of(moment("2026-10-25 02:30"), time_weeks.zone())
    assert WeekSplit.objects.get(week=week).unclassified == 4 * 3600
    begin = time_weeks.begin_of(week, time_weeks.zone())
    assert time_weeks.begin_of(week + 1, time_weeks.zone()) - begin == timedelta(hours=7 * 24 + 1)
