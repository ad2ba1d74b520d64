"""Where a leader stands in projects: the window, the successors, and what belongs to whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leanship.features.base.models import Standing
from leanship.features.jobs import queue
from leanship.features.org.models import Person, Position
from leanship.features.projects import standings
from leanship.features.projects.actions import project as actions
from leanship.features.projects.actions import talk, trials
from leanship.features.projects.models import Member, PlanItem, WeekSplit
from leanship.features.savings.models import Confirmation
from tests.cast import Cast
from tests.features.projects.kit import (
    LAST_WEEK,
    at,
    project_of,
    trial_of,
    verdict,
    weeks_of,
    without_target,
)

TODAY = date(2026, 11, 22)


def of(person: Person) -> Standing:
    """The standing that holds."""
    return Standing.objects.get(
        subject_kind="person", subject_id=person.pk, category="projects", is_current=True
    )


def refreshed(person: Person) -> Standing:
    standings.refresh([person.pk], reason="tested")
    return of(person)


def test_a_checked_project_and_enough_time_meet(cast: Cast) -> None:
    ben = cast.people["ben"]  # entry-level: 10 percent, so 4 hours of 40
    project = project_of(ben, ("tests", date(2026, 3, 2)), ("check", date(2026, 9, 7)))
    weeks_of(ben, strategic=4)
    found = refreshed(ben)
    assert (found.band, found.raw, found.ordinal, found.cadence) == ("meets", "meets", LAST_WEEK, "week")
    assert found.counts["lacks"] == ["holding"]
    (kept,) = found.counts["projects"]
    assert (kept["project"], kept["checked_on"]) == (project.pk, "2026-09-07")
    share = found.counts["share"]
    assert (share["strategic"], share["base"], share["target"]) == (13 * 4 * 3600, 13 * 40 * 3600, 10)


@pytest.mark.parametrize(
    ("first", "again", "holds", "band"),
    [
        ("improved", "", None, "exceeds"),
        ("improved", "improved", True, "exceeds"),
        ("improved", "no_signal_yet", False, "meets"),
        ("improved", "not_enough_evidence", None, "meets"),
        ("no_signal_yet", "", None, "meets"),
        ("worse", "", None, "meets"),
    ],
)
def test_only_a_gain_that_holds_exceeds(
    cast: Cast, first: str, again: str, holds: bool | None, band: str
) -> None:
    ben = cast.people["ben"]
    project = project_of(ben, ("check", date(2026, 6, 1)))
    verdict(project, first, date(2026, 6, 1), again=again, holds=holds, confirmed_by=cast.people["farid"])
    weeks_of(ben, strategic=4)
    assert refreshed(ben).band == band


def test_a_gain_that_nobody_confirmed_does_not_exceed(cast: Cast) -> None:
    ben = cast.people["ben"]
    measure = verdict(project_of(ben, ("check", date(2026, 6, 1))), "improved", date(2026, 6, 1))
    weeks_of(ben, strategic=4)
    assert refreshed(ben).band == "meets"
    asked = Confirmation.objects.create(
        what="result",
        what_uid=measure.checks.get().uid,
        title="Fewer wrong picks",
        claimant=ben,
        asked=cast.people["farid"],
    )
    assert refreshed(ben).band == "meets"
    for decision, day, band in (
        ("declined", date(2026, 10, 5), "meets"),
        ("confirmed", date(2026, 11, 16), "meets"),  # after the week
        ("confirmed", date(2026, 10, 5), "exceeds"),
    ):
        asked.decision, asked.decided_at = decision, at(day)
        asked.save()
        assert refreshed(ben).band == band


def test_a_check_after_the_week_waits_for_the_next(cast: Cast) -> None:
    ben = cast.people["ben"]
    project = project_of(ben, ("check", date(2026, 8, 24)))
    # the second look is on 22 November
    verdict(
        project,
        "improved",
        date(2026, 8, 24),
        again="no_signal_yet",
        holds=False,
        confirmed_by=cast.people["farid"],
    )
    weeks_of(ben, strategic=4)
    assert refreshed(ben).band == "exceeds"


@pytest.mark.parametrize(
    ("moves", "day"),
    [
        ([("check", date(2026, 11, 16))], None),  # after the window
        ([("check", date(2025, 11, 14))], None),  # before it
        ([("check", date(2025, 11, 17))], "2025-11-17"),
        ([("check", date(2026, 5, 4)), ("tests", date(2026, 6, 1))], None),  # moved back
        ([("check", date(2026, 5, 4)), ("standard", date(2026, 6, 1))], "2026-05-04"),
        (
            [("check", date(2026, 5, 4)), ("plan", date(2026, 6, 1)), ("check", date(2026, 7, 6))],
            "2026-07-06",
        ),
        ([("check", date(2026, 5, 4)), ("tests", date(2026, 11, 17))], "2026-05-04"),  # as it stood that week
    ],
)
def test_what_reached_result_checked_is_told_by_the_moves(
    cast: Cast, moves: list[tuple[str, date]], day: str | None
) -> None:
    ben = cast.people["ben"]
    project_of(ben, *moves)
    (kept,) = refreshed(ben).counts["projects"]
    assert kept["checked_on"] == day


def test_a_day_is_one_of_the_organisation(cast: Cast) -> None:
    """Half past eleven in the evening in UTC on a Sunday is Monday in Oslo."""
    ben = cast.people["ben"]
    project = project_of(ben, ("tests", date(2026, 3, 2)))
    trial_of(project, date(2026, 11, 15), result_at=at(date(2026, 11, 15), 22) + timedelta(minutes=30))
    trial_of(project, date(2026, 11, 15), result_at=at(date(2026, 11, 15), 23) + timedelta(minutes=30))
    assert refreshed(ben).counts["tests"] == 1


def test_only_what_was_taken_up_and_not_over_before_counts(cast: Cast) -> None:
    ben = cast.people["ben"]
    project_of(ben, taken_up_at=None)
    project_of(ben, taken_up_at=at(date(2026, 11, 16)))
    project_of(ben, archived_at=at(date(2026, 9, 1)))
    project_of(ben, ended_on=date(2025, 11, 14), outcome="stopped", taken_up_at=at(date(2025, 1, 1)))
    over = project_of(ben, ended_on=date(2025, 11, 17), outcome="stopped", taken_up_at=at(date(2025, 1, 1)))
    assert [one["project"] for one in refreshed(ben).counts["projects"]] == [over.pk]


@pytest.mark.parametrize(
    ("person", "hours", "band"),
    [
        ("ben", 2, "meets"),  # 5 percent: the target of 10 less five points
        ("ben", 1, "mixed"),
        ("ben", 30, "meets"),  # more is never off target here
        ("clara", 34, "meets"),  # 85 percent of 90: five points less
        ("clara", 33, "mixed"),
        ("ana", 40, "meets"),
        ("ana", 2, "meets"),
    ],
)
def test_the_share_is_held_to_the_target_of_the_level(cast: Cast, person: str, hours: int, band: str) -> None:
    leader = cast.people[person]
    trial_of(project_of(leader, ("check", date(2026, 6, 1))), date(2026, 5, 1))
    weeks_of(leader, strategic=hours)
    assert refreshed(leader).band == band


def test_under_target_without_a_test_does_not_meet(cast: Cast) -> None:
    weeks_of(cast.people["ben"], strategic=1)
    found = refreshed(cast.people["ben"])
    assert found.band == "does_not_meet"
    assert found.counts["lacks"] == ["more_time", "project", "checked"]


def test_a_level_is_the_one_of_the_week(cast: Cast) -> None:
    """Ben became a mid-level manager on Monday; the week before is held to what he was."""
    ben = cast.people["ben"]
    Position.objects.filter(person=ben).update(valid_until=date(2026, 11, 16))
    Position.objects.create(person=ben, level="mid_manager", valid_from=date(2026, 11, 16))
    Person.objects.filter(pk=ben.pk).update(level="mid_manager")
    weeks_of(ben, strategic=4)
    assert refreshed(ben).counts["share"]["target"] == 10


def test_somebody_without_a_target_is_not_under_it(cast: Cast) -> None:
    ben = cast.people["ben"]
    without_target(ben)
    project_of(ben, ("check", date(2026, 6, 1)))
    found = refreshed(ben)
    assert (found.band, found.counts["stands"], found.counts["share"]["target"]) == (
        "meets",
        "no_target",
        None,
    )


@pytest.mark.parametrize(
    ("count", "band", "why"), [(6, "mixed", ""), (5, "not_enough_evidence", "too_few_weeks")]
)
def test_six_weeks_with_time_are_enough(cast: Cast, count: int, band: str, why: str) -> None:
    ben = cast.people["ben"]
    weeks_of(ben, strategic=4, count=count)
    found = refreshed(ben)
    assert (found.band, found.counts["share"]["why"]) == (band, why)
    assert len(found.counts["share"]["missing"]) == 13 - count


def test_weeks_away_are_left_out_by_name(cast: Cast) -> None:
    ben = cast.people["ben"]
    weeks_of(ben, strategic=4, count=13)
    WeekSplit.objects.filter(person=ben, week__gt=LAST_WEEK - 5).update(working=0, strategic=0, tactical=0)
    share = refreshed(ben).counts["share"]
    assert (share["present"], share["needed"], len(share["away"]), share["why"]) == (8, 6, 5, "")
    assert share["base"] == 8 * 40 * 3600


def test_too_little_classified_is_no_share(cast: Cast) -> None:
    ben = cast.people["ben"]
    weeks_of(ben, strategic=4, tactical=10, unclassified=4)  # 14 of 18 hours: under 80 percent
    found = refreshed(ben)
    assert (found.band, found.counts["share"]["why"]) == ("not_enough_evidence", "too_little_classified")


def test_without_working_hours_the_share_is_of_calendar_hours(cast: Cast) -> None:
    ben = cast.people["ben"]
    weeks_of(ben, strategic=4, tactical=10, working=None)
    share = refreshed(ben).counts["share"]
    assert (share["of"], share["base"]) == ("calendar_hours", 13 * 14 * 3600)


def test_weeks_after_the_last_closed_are_not_looked_at(cast: Cast) -> None:
    ben = cast.people["ben"]
    weeks_of(ben, strategic=4, last=LAST_WEEK + 3, count=3)
    assert not standings.refresh([ben.pk], reason="tested")


def test_how_far_authority_reached_is_counted_and_names_nobody(cast: Cast) -> None:
    """Ana reports to Ben; Farid and Dev do not."""
    ben, people = cast.people["ben"], cast.people
    project = project_of(ben, ("plan", date(2026, 6, 1)))
    for who in ("ana", "farid", "ben"):
        Member.objects.create(project=project, person=people[who])
    for who in ("farid", "clara"):
        PlanItem.objects.create(project=project, what="Move the shelf", owner=people[who], due_on=TODAY)
    counts = refreshed(ben).counts
    assert (counts["helpers"], counts["outside"]) == (3, 2)
    assert str(people["farid"].pk) not in [str(value) for key, value in counts.items() if key != "projects"]


def test_the_second_run_writes_nothing_and_a_change_leaves_a_successor(cast: Cast) -> None:
    ben = cast.people["ben"]
    project = project_of(ben, ("tests", date(2026, 6, 1)))
    weeks_of(ben, strategic=4)
    assert standings.refresh([ben.pk], reason="project_taken_up") == 1
    assert standings.touched(project, reason="project_moved") == 0
    trial_of(project, date(2026, 7, 1))
    assert standings.touched(project, reason="trial_written") == 1
    old, new = Standing.objects.filter(subject_id=ben.pk, category="projects").order_by("id")
    assert (new.replaces, new.reason, old.is_current, new.is_current) == (old, "trial_written", False, True)
    assert standings.rebuild() == 0


def test_whoever_has_nothing_to_show_gets_no_row(cast: Cast) -> None:
    assert standings.refresh([cast.people["ana"].pk], reason="tested") == 0
    assert standings.refresh_due(TODAY) == 0


def test_time_alone_brings_the_week_that_closed(cast: Cast) -> None:
    ben = cast.people["ben"]
    project = project_of(ben, ("check", date(2026, 6, 1)))
    weeks_of(ben, strategic=4)
    assert standings.refresh_due(TODAY) == 1
    assert standings.refresh_due(TODAY) == 0
    assert standings.refresh_due(date(2026, 11, 23)) == 1
    assert Standing.objects.filter(category="projects", is_current=True).count() == 2
    # that nothing is left to show is said once, and then no more; two weeks were missed meanwhile
    project.delete()
    WeekSplit.objects.all().delete()
    assert standings.refresh_due(date(2026, 12, 14)) == 1
    assert standings.refresh_due(date(2026, 12, 21)) == 0


def test_it_comes_round_as_a_job(cast: Cast) -> None:
    project_of(cast.people["ben"], ("check", date(2026, 6, 1)))
    queue.put("projects.refresh_standings", key="now")
    queue.run_all()
    assert of(cast.people["ben"]).reason == "period_closed"


def test_a_new_position_is_followed(cast: Cast) -> None:
    from leanship.features.org import signals

    ben = cast.people["ben"]
    weeks_of(ben, strategic=4)
    assert refreshed(ben).band == "mixed"
    Position.objects.filter(person=ben).update(level="mid_manager")
    signals.tell(signals.POSITION, frozenset({ben.pk}))
    assert (of(ben).band, of(ben).reason) == ("does_not_meet", "position_changed")


def test_thirty_people_cost_as_many_queries_as_three(cast: Cast) -> None:
    def cost(names: range) -> int:
        people = [Person.objects.create(name=f"Lead {n}", level="entry_manager") for n in names]
        for person in people:
            project = project_of(person, ("check", date(2026, 6, 1)))
            Member.objects.create(project=project, person=cast.people["farid"])
            weeks_of(person, strategic=4)
        with CaptureQueriesContext(connection) as found:
            assert standings.refresh([person.pk for person in people], reason="tested") == len(people)
        return len(found.captured_queries)

    few, many = cost(range(3)), cost(range(3, 33))
    # on PostgreSQL and SQLite alike; rows go in at once
    assert few == many


def test_who_leads_is_who_it_counts_for(cast: Cast) -> None:
    ben, clara = cast.people["ben"], cast.people["clara"]
    project = project_of(ben, ("check", date(2026, 6, 1)))
    assert refreshed(ben).counts["led"] == 1
    project.leader = clara
    project.save()
    standings.refresh([ben.pk, clara.pk], reason="handed_over")
    assert (of(ben).counts["led"], of(clara).counts["led"]) == (0, 1)


def test_what_people_do_to_a_project_is_followed(cast: Cast) -> None:
    """A project changes hands, and is put away: both leaders' standings say so in the same transaction."""
    ben, clara = cast.people["ben"], cast.people["clara"]
    project = project_of(ben, ("check", date(2026, 6, 1)))
    trial = trial_of(project, date(2026, 5, 4))
    standings.refresh([ben.pk], reason="tested")
    trials.archive_trial(cast.actors["ben"], trial=trial)
    assert (of(ben).counts["tests"], of(ben).reason) == (0, "project_trial_archived")
    actions.hand_over(cast.actors["ben"], project=project, to=clara)
    assert (of(ben).counts["led"], of(clara).counts["led"]) == (0, 1)
    assert of(ben).reason == of(clara).reason == "project_handed_over"
    project.refresh_from_db()
    actions.archive_project(cast.actors["clara"], project=project)
    assert of(clara).counts["led"] == 0
    before = Standing.objects.count()
    actions.restore_project(cast.actors["clara"], project=project)
    talk.comment(cast.actors["dev"], project=project, text="Good to see it back.")
    assert (of(clara).counts["led"], Standing.objects.count()) == (1, before + 1)
