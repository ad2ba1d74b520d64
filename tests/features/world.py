"""One of everything an address can name, about Ana or about the order desk, for the sweep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leanship.domain.periods import code, parse
from leanship.features.accounts.models import ApiToken
from leanship.features.base.models import ImportBatch, Standing
from leanship.features.jobs import housekeeping, queue
from leanship.features.org.models import Absence
from leanship.features.productivity import actions as productivity
from leanship.features.productivity import standings
from leanship.features.productivity.models import Baseline, Kpi, Measurement, PointNote, Series, Standard
from leanship.features.projects import standings as projects_standings
from leanship.features.projects.models import (
    Portfolio,
    Routine,
    WeekSplit,
)
from leanship.features.savings import actions as savings
from leanship.features.savings.models import Saving
from leanship.features.standing import actions
from tests.cast import Cast
from tests.features.projects.people_kit import build_map
from tests.features.projects.project_kit import build_project
from tests.features.projects.time_kit import build_time

LATEST = parse("2026-10")[1]


@dataclass(frozen=True)
class World:
    """The cast and the public ids of what the addresses name."""

    cast: Cast
    uids: dict[str, str]


def build_world(cast: Cast) -> World:
    """Write it; months of figures for Ana and for her team, so that there are standings to open."""
    ana, desk = cast.people["ana"], cast.teams["Order desk"]
    kpi = Kpi.objects.create(name="Orders without error", unit="%", decimals=1, owner=ana)
    Standard.objects.create(kpi=kpi, value=950, from_ordinal=LATEST - 30)
    own = Series.objects.create(kpi=kpi, person=ana)
    team = Series.objects.create(kpi=kpi, team=desk)
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=LATEST - back, value=940 + 7 * back % 30)
        for series in (own, team)
        for back in range(14)
    )
    standings.refresh([own.pk, team.pk], reason="measured")
    note = PointNote.objects.create(series=own, ordinal=LATEST, text="New scanner", author_id=ana.pk)
    absence = Absence.objects.create(person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 3))
    token = ApiToken.objects.create(user=cast.users["ana"], name="notebook", token_hash="0" * 64, hint="abcd")
    batch = ImportBatch.objects.create(
        kind="people", filename="people.csv", digest="0" * 64, rows=1, added=1, changed=0, unchanged=0
    )
    entry = productivity.enter_measurements(
        cast.actors["ana"], cells=[productivity.Cell(own.uid, LATEST - 14, "94.1")], reason=""
    )
    baseline = Baseline.objects.create(series=own, from_ordinal=LATEST - 5, reason="A new scanner")
    correction = actions.request_correction(cast.actors["ana"], person=ana, text="October lacks two orders.")
    put_off = actions.put_off_step(
        cast.actors["ana"],
        person=ana,
        step="enter_values",
        about_uid=own.uid,
        reason="They come on Friday.",
        until=date(2026, 11, 28),
    )
    timed = build_time(cast)
    job = queue.put(housekeeping.TIDY, owner_id=ana.pk)
    saved, confirmed = (
        Saving.objects.create(
            claimant=ana,
            source_kind="project",
            source_uid="bcdfghjkmnpq",
            title="Orders checked once",
            kind="money",
            actual=1_200_000,
            search="orders checked once",
        )
        for _ in range(2)
    )
    question = savings.ask(cast.actors["ana"], saving=confirmed, asked=cast.people["farid"])
    savings.confirm(cast.actors["farid"], confirmation=question)
    question = savings.ask(cast.actors["ana"], saving=saved, asked=cast.people["farid"])
    WeekSplit.objects.create(
        person=ana, week=2964, strategic=7_200, tactical=36_000, unclassified=0, working=144_000
    )
    projects_standings.refresh([ana.pk], reason="time_changed")
    in_projects = Standing.objects.get(
        subject_kind="person", subject_id=ana.pk, category="projects", is_current=True
    )
    standing = Standing.objects.filter(subject_kind="series", subject_id=own.pk, is_current=True)
    mapped = build_map(cast, reader="farid")
    portfolio = Portfolio.objects.create(owner=ana, name="First half of 2027")
    routine = Routine.objects.create(person=ana, text="Look at the board", cadence="day")
    return World(
        cast,
        {
            "portfolio": portfolio.uid,
            "routine": routine.uid,
            **{key: person.uid for key, person in cast.people.items()},
            "desk": desk.uid,
            "kpi": kpi.uid,
            "series": own.uid,
            "team_series": team.uid,
            "standing": standing.latest("ordinal").uid,
            "projects_standing": in_projects.uid,
            **build_project(cast).uids,
            "mapped": mapped.project.uid,
            "on_map": mapped.dev.uid,
            "stance": mapped.stance.uid,
            "step": mapped.step.uid,
            "feedback": mapped.feedback.uid,
            **timed.uids,
            "note": note.uid,
            "absence": absence.uid,
            "token": token.uid,
            "batch": batch.uid,
            "correction": correction.uid,
            "put_off": put_off.uid,
            "job": job.uid,
            "saving": saved.uid,
            "confirmed": confirmed.uid,
            "confirmation": question.uid,
            "account": cast.users["ana"].uid,
            "entry": entry.batch.uid if entry.batch else "",
            "baseline": str(baseline.pk),
            "period": code(parse("2026-10")[0], LATEST),
        },
    )
