"""Projects, weeks and checks written straight into the tables, for tests of what is made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from leanship.domain.periods import Cadence, ordinal
from leanship.features.org.models import Person, Team
from leanship.features.productivity.models import Kpi, Series
from leanship.features.projects.models import Check, Measure, Move, Project, Trial, WeekSplit, WorkingTime
from leanship.features.savings.models import Confirmation

HOUR = 3_600
LAST_WEEK = ordinal(Cadence.WEEK, date(2026, 11, 15))  # the last that has closed on 22 November 2026


def at(day: date, hour: int = 12) -> datetime:
    """An instant on a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def project_of(
    leader: Person, *moves: tuple[str, date], title: str = "Fewer wrong picks", **fields: Any
) -> Project:
    """A project that was taken up in January 2026 and moved as said; it stands where the last move brought it."""
    given: dict[str, Any] = {
        "title": title,
        "leader": leader,
        "raised_by": leader,
        "taken_up_at": at(date(2026, 1, 12)),
        "stage": moves[-1][0] if moves else Project.Stage.OPPORTUNITY,
        "stage_since": at(moves[-1][1] if moves else date(2026, 1, 12)),
    }
    project = Project.objects.create(**given | fields)
    before = Project.Stage.OPPORTUNITY.value
    for stage, day in moves:
        Move.objects.create(project=project, from_stage=before, to_stage=stage, at=at(day))
        before = stage
    return project


def trial_of(project: Project, day: date, **fields: Any) -> Trial:
    """A test whose result was written down on a day."""
    given: dict[str, Any] = {"what": "A shelf by colour", "result": "Half the errors", "result_at": at(day)}
    return Trial.objects.create(project=project, **given | fields)


def verdict(
    project: Project,
    first: str,
    day: date,
    *,
    again: str = "",
    holds: bool | None = None,
    confirmed_by: Person | None = None,
    series: Series | None = None,
) -> Measure:
    """A measure of the project with its first check, judged on a day, confirmed that day if somebody does, and the one
    90 days later if there is one.
    """
    if series is None:
        kpi = Kpi.objects.create(name=f"Wrong picks {project.pk}", unit="picks", direction="lower")
        crew, _ = Team.objects.get_or_create(name="Pick crew")
        series = Series.objects.create(kpi=kpi, team=crew)
    measure = Measure.objects.create(
        project=project,
        series=series,
        better="lower",
        change_on=day - timedelta(days=100),
        baseline_from=ordinal(Cadence.WEEK, day) - 60,
        check_on=day,
    )
    later = [(Check.Kind.AGAIN, again, day + timedelta(days=90), holds)] if again else []
    for kind, said, due, lasting in [(Check.Kind.FIRST, first, day, None), *later]:
        check = Check.objects.create(
            measure=measure,
            kind=kind,
            due_on=due,
            judged_at=at(due),
            verdict=said,
            holds=lasting,
            before=14,
            after=9,
            counts={},
            digest="0" * 64,
        )
        if kind == Check.Kind.FIRST and confirmed_by is not None:
            Confirmation.objects.create(
                what="result",
                what_uid=check.uid,
                title=project.title,
                claimant=project.leader,
                asked=confirmed_by,
                decision=Confirmation.Decision.CONFIRMED,
                decided_at=at(due),
            )
    return measure


def weeks_of(
    person: Person,
    *,
    strategic: int,
    working: int | None = 40,
    tactical: int = 10,
    unclassified: int = 0,
    count: int = 13,
    last: int = LAST_WEEK,
) -> None:
    """Weeks of a calendar in hours in place of those there were; the last of them is the last that has closed."""
    WeekSplit.objects.filter(person=person).delete()
    WeekSplit.objects.bulk_create(
        WeekSplit(
            person=person,
            week=last - back,
            strategic=strategic * HOUR,
            tactical=tactical * HOUR,
            unclassified=unclassified * HOUR,
            working=None if working is None else working * HOUR,
        )
        for back in range(count)
    )


def without_target(person: Person) -> WorkingTime:
    """The whole role is improvement."""
    return WorkingTime.objects.create(
        person=person, minutes_per_week=2_400, no_target=True, valid_from=date(2026, 1, 1)
    )
