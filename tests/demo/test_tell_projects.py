"""What became of the demo's projects is what their series say, on any day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leanship.demo import choices, projects
from leanship.demo.living import create
from leanship.features.base import clock
from leanship.features.projects.models import Check, FitRun, Occurrence, Project, Routine, WeekSplit
from leanship.features.savings.models import Saving

DAYS = [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2027, 3, 3, 12, tzinfo=UTC)]


@pytest.mark.django_db
@pytest.mark.parametrize("now", DAYS, ids=lambda day: str(day.date()))
def test_one_worked_one_lasted_one_faded_and_one_had_the_wrong_cause(now: datetime) -> None:
    with clock.held_at(now):
        create(120)
    verdicts = {
        (check.measure.project.title, check.kind): (check.verdict, check.holds)
        for check in Check.objects.select_related("measure__project")
    }
    assert verdicts == {
        (projects.SlipsOfPaper.title, "first"): ("improved", None),
        (projects.OnePriceList.title, "first"): ("improved", None),
        (projects.OnePriceList.title, "again"): ("improved", True),
        (projects.FixedTours.title, "first"): ("improved", None),
        (projects.FixedTours.title, "again"): (verdicts[projects.FixedTours.title, "again"][0], False),
        (projects.ReadTwice.title, "first"): ("no_signal_yet", None),
    }
    states = dict(Saving.objects.values_list("title", "state"))
    assert states == {
        projects.SlipsOfPaper.title: "confirmed",
        projects.OnePriceList.title: "confirmed",
        projects.FixedTours.title: "gone",
    }
    assert Project.objects.get(title=projects.ReadTwice.title).stage == Project.Stage.CAUSE
    assert Project.objects.filter(taken_up_at=None).count() == 2
    assert not Project.objects.filter(raised_at__gt=now).exists()


@pytest.mark.django_db
def test_clara_knows_what_fits_and_routines_are_kept() -> None:
    with clock.held_at(DAYS[0]):
        create(120)
    run = FitRun.objects.get()
    assert run.result is not None and run.failure == ""
    assert run.result["status"] == "optimal"
    assert 0 < len(run.result["chosen"]) < len(choices.COULD)
    assert all(run.result["one_more"].values())
    for key, rows in choices.ROUTINES.items():
        kept = Routine.objects.filter(person__email__startswith=key)
        assert kept.count() == len(rows)
        assert all(routine.ticks.exists() for routine in kept)


@pytest.mark.django_db
def test_the_weeks_of_three_calendars_are_there() -> None:
    with clock.held_at(DAYS[0]):
        create(120)
    split = {
        key: WeekSplit.objects.filter(person__name__startswith=key).order_by("-week")[1]
        for key in ("Ben", "Clara", "Farid")
    }
    assert split["Ben"].unclassified == split["Clara"].unclassified == 0
    assert split["Ben"].strategic * 20 >= split["Ben"].working
    assert split["Clara"].strategic * 100 < split["Clara"].working * 45
    farid = split["Farid"]
    assert farid.unclassified * 5 > farid.strategic + farid.tactical + farid.unclassified
    assert Occurrence.objects.count() > 500
