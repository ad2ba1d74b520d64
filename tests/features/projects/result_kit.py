"""A project of Ana's with a monthly series of hers, so that results can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from leanship.domain.periods import Cadence, ordinal
from leanship.features.base import clock
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity.models import Kpi, Measurement, Series
from leanship.features.projects.actions import project as projects
from leanship.features.projects.actions import results
from leanship.features.projects.models import Check, Measure, Project
from tests.cast import Cast

STEADY = [10, 12] * 7  # November 2024 to December 2025: centre 11, limits 5.68 and 16.32
FIRST = ordinal(Cadence.MONTH, date(2024, 11, 1))
CHANGE, CHECK = date(2026, 1, 1), date(2026, 9, 1)
BEFOREHAND = datetime(2025, 12, 20, 9, tzinfo=UTC)


def series_of(subject: Person | Team, values: Sequence[int | None], *, name: str = "Orders a day") -> Series:
    """A monthly KPI, higher being better, with its figures from November 2024 on."""
    kpi = Kpi.objects.create(name=name, unit="orders", search=name.casefold())
    given = {"person": subject} if isinstance(subject, Person) else {"team": subject}
    series = Series.objects.create(kpi=kpi, **given)
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=FIRST + place, value=value)
        for place, value in enumerate(values)
        if value is not None
    )
    return series


def project_of(cast: Cast, key: str = "ana", title: str = "Orders checked once") -> Project:
    """A project that somebody raised and leads."""
    return projects.raise_opportunity(
        cast.actors[key], title=title, seen="Every order is checked twice.", take_up=True
    )


def fixed(
    cast: Cast,
    project: Project,
    series: Series,
    *,
    key: str = "ana",
    check_on: date = CHECK,
    better: str = "",
) -> Measure:
    """Its measure, fixed before the change came."""
    with clock.held_at(BEFOREHAND):
        return results.fix_measure(
            cast.actors[key],
            project=project,
            series=series,
            change_on=CHANGE,
            check_on=check_on,
            better=better,
        )


def check_of(project_uid: str, series_uid: str, leader: Actor) -> Check:
    """The check of a project by a series, as it was made in November 2026; the same when asked for again."""
    project, series = Project.objects.get(uid=project_uid), Series.objects.get(uid=series_uid)
    check = Check.objects.filter(measure__project=project).first()
    if check is not None:
        return check
    with clock.held_at(datetime(2026, 2, 1, 9, tzinfo=UTC)):
        results.fix_measure(
            leader, project=project, series=series, change_on=date(2026, 3, 1), check_on=date(2026, 11, 1)
        )
    return results.judge_now(leader, project=project)
