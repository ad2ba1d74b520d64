"""A page asks the database as often for thirty people as for three, and twelve times at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leanship.features.jobs import housekeeping, queue
from leanship.features.org.models import Ancestor, Membership, Person, ReportingLine
from leanship.features.productivity import standings
from leanship.features.productivity.models import Kpi, Measurement, PointNote, Series
from leanship.features.savings.models import Saving
from tests.cast import Cast
from tests.features.projects.people_kit import crowd_map
from tests.features.projects.project_kit import crowd
from tests.features.projects.result_kit import check_of
from tests.features.world import LATEST, World, build_world

MOST = 12
# These bring all parts together, so they ask each of them.
TOGETHER = {"today": 24, "my standing": 26, "somebody's standing": 16, "a project": 23}
SINCE = date(2024, 1, 1)


def hire(world: World, names: range) -> None:
    """People at Ben's order desk, each with a KPI of their own beside the one they share, figures, and a note."""
    cast = world.cast
    ben, desk = cast.people["ben"], cast.teams["Order desk"]
    shared = Kpi.objects.get(uid=world.uids["kpi"])
    made = []
    for number in names:
        one = Person.objects.create(
            name=f"Anna {number}",
            email=f"anna{number}@leanship.example",
            joined_on=SINCE,
            search=f"anna {number}",
            external_id=f"anna{number}",
            source="test",
        )
        Membership.objects.create(team=desk, person=one, valid_from=SINCE)
        ReportingLine.objects.create(person=one, leader=ben, valid_from=SINCE)
        for above, depth in (("ben", 1), ("clara", 2), ("ingrid", 3)):
            Ancestor.objects.create(person=one, ancestor=cast.people[above], depth=depth)
        own = Kpi.objects.create(name=f"Calls {number}", unit="calls", owner=one)
        for kpi in (shared, own):
            series = Series.objects.create(kpi=kpi, person=one)
            made.append(series.pk)
            Measurement.objects.bulk_create(
                Measurement(series=series, ordinal=LATEST - back, value=900 + (number + 7 * back) % 90)
                for back in range(14)
            )
            PointNote.objects.create(series=series, ordinal=LATEST, text="Two days closed", author_id=one.pk)
        queue.put(housekeeping.TIDY, owner_id=one.pk)
    Saving.objects.bulk_create(
        Saving(
            claimant=series.person,
            source_kind="project",
            source_uid="bcdfghjkmnpq",
            title="Orders checked once",
            kind="money",
            actual=500,
        )
        for series in Series.objects.filter(pk__in=made).select_related("person")
    )
    standings.refresh(made, reason="measured")
    crowd(cast, world.uids["project"], names)
    crowd_map(cast, world.uids["mapped"], names)


def a_check(world: World) -> str:
    """The project of the world, once its result was judged."""
    if "check" not in world.uids:
        check = check_of(world.uids["project"], world.uids["series"], world.cast.actors["ana"])
        world.uids["check"] = check.uid
    return world.uids["project"]


PAGES: dict[str, tuple[str, Callable[[World], str]]] = {
    "today": ("ben", lambda world: "/"),
    "my standing": ("ana", lambda world: "/standing/"),
    "somebody's standing": ("ben", lambda world: f"/standing/{world.uids['ana']}/"),
    "a standing in projects": (
        "ben",
        lambda world: f"/projects/standings/{world.uids['projects_standing']}/",
    ),
    "the board": ("ben", lambda world: "/productivity/board/"),
    "everyone below": ("ingrid", lambda world: "/productivity/board/?below=1"),
    "all KPIs": ("ana", lambda world: "/productivity/kpis/"),
    "a KPI": ("ben", lambda world: f"/productivity/kpis/{world.uids['kpi']}/"),
    "a series": ("ben", lambda world: f"/productivity/series/{world.uids['series']}/"),
    "among peers": ("ben", lambda world: f"/productivity/series/{world.uids['series']}/peers/"),
    "entering figures": ("ben", lambda world: "/productivity/entry/"),
    "people, searched": ("dev", lambda world: "/organisation/people/?q=ann"),
    "a team": ("dev", lambda world: f"/organisation/teams/{world.uids['desk']}/"),
    "a person": ("dev", lambda world: f"/organisation/people/{world.uids['ben']}/"),
    "the chart": ("dev", lambda world: "/organisation/chart/"),
    "projects by stage": ("ben", lambda world: "/projects/"),
    "projects in a list": ("ben", lambda world: "/projects/list/?who=waits"),
    "a project": ("dev", lambda world: f"/projects/{world.uids['project']}/"),
    "versions of a text": (
        "dev",
        lambda world: f"/projects/{world.uids['project']}/text/current_state/versions/",
    ),
    "what resembles a title": ("dev", lambda world: "/projects/new/similar/?title=Orders+packed+twice"),
    "a result": ("ben", lambda world: f"/projects/{a_check(world)}/results/"),
    "the ledger": ("dev", lambda world: "/savings/"),
    "a saving": ("ana", lambda world: f"/savings/{world.uids['saving']}/"),
    "what is to be confirmed": (
        "farid",
        lambda world: f"/savings/confirmations/{world.uids['confirmation']}/",
    ),
    "what fits": ("ana", lambda world: "/projects/fit/"),
    "a portfolio": ("ana", lambda world: f"/projects/fit/{world.uids['portfolio']}/"),
    "standard work": ("ana", lambda world: "/projects/routines/"),
    "the map of people": ("ana", lambda world: f"/projects/{world.uids['mapped']}/map/"),
    "somebody on the map": ("ana", lambda world: f"/projects/map/person/{world.uids['on_map']}/"),
    "who reads the map": ("ana", lambda world: f"/projects/{world.uids['mapped']}/map/readers/"),
    "a project's feedback": ("ana", lambda world: f"/projects/{world.uids['mapped']}/feedback/"),
    "my feedback": ("ana", lambda world: "/projects/feedback/"),
    "one feedback": ("ana", lambda world: f"/projects/feedback/{world.uids['feedback']}/"),
    "one's own time": ("ana", lambda world: "/projects/time/"),
    "what is to be classified": ("ana", lambda world: "/projects/time/queue/?weeks=all"),
    "rules of time": ("ana", lambda world: "/projects/time/rules/"),
    "a new rule of time": ("ana", lambda world: "/projects/time/rules/new/?pattern=plan*&field=title"),
    "a week of time": ("ana", lambda world: "/projects/time/weeks/2026-W46/"),
    "calendars": ("ana", lambda world: "/projects/time/calendars/"),
    "a calendar": ("ana", lambda world: f"/projects/time/calendars/{world.uids['calendar']}/"),
    "shares of somebody's time": ("ben", lambda world: f"/projects/time/people/{world.uids['ana']}/"),
    "accounts": ("greta", lambda world: "/settings/accounts/"),
    "jobs": ("greta", lambda world: "/organisation/jobs/"),
    "a job": ("greta", lambda world: f"/organisation/jobs/{world.uids['job']}/"),
}


def queries_of(world: World, name: str) -> list[str]:
    key, path = PAGES[name]
    client = Client()
    client.force_login(world.cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    client.get(path(world))
    with CaptureQueriesContext(connection) as found:
        answer = client.get(path(world))
    assert answer.status_code == 200
    return [query["sql"][:300] for query in found.captured_queries]


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_as_often_for_thirty_as_for_three(cast: Cast, name: str) -> None:
    world = build_world(cast)
    hire(world, range(3))
    few = queries_of(world, name)
    hire(world, range(3, 30))
    many = queries_of(world, name)
    assert len(few) == len(many), "\n".join(many)
    assert len(many) <= TOGETHER.get(name, MOST), "\n".join(many)
