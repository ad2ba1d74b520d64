"""The demo company lives: its chart comes in, people move, figures arrive, somebody notes, asks and accepts.

Everything goes through the product's own actions, done by whoever would do it, on the day it was done (the clock is
held there). All of it is one transaction: a demo that was interrupted is not there at all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from leanship.demo import acts, calendars, choices, projects
from leanship.demo.cast import CAST
from leanship.demo.company import SEED, Away, Company, Somebody, Step, build
from leanship.demo.figures import Figures, Plan, figures, plans, standards
from leanship.demo.kpis import KPIS, KpiPlan
from leanship.demo.stories import tell
from leanship.domain.figures import format_decimal
from leanship.domain.periods import code, latest_closed
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base import clock
from leanship.features.base.fields import uids_from
from leanship.features.base.models import Organisation
from leanship.features.org import actions as org
from leanship.features.org import incoming
from leanship.features.org.access import SYSTEM, Actor
from leanship.features.org.actions.imports import import_people
from leanship.features.org.models import Membership, Person, Team
from leanship.features.productivity import actions as productivity
from leanship.features.productivity.actions import Definition
from leanship.features.productivity.actions.importing import Rows, Target, import_measurements
from leanship.features.productivity.models import Kpi, Series
from leanship.readers.tabular import read_table

NAME = "Fjordline Supply"
ZONE = "Europe/Oslo"
SOURCE = "demo"
Say = Callable[[str], None]


def create(people: int, *, seed: int = SEED, say: Say = lambda _line: None) -> Company:
    """Make the demo company in an empty database, and return what it was made from; `say` tells the progress.

    The same size, seed and clock give the same rows. Raises ValueError for a size there is not.
    """
    today = clock.today(ZONE)
    say(f"Drawing a company of {people:,} people")
    company = build(people, today, seed=seed)
    found = tell(company, plans(company, seed=seed), seed=seed)
    with uids_from(random.Random(f"{seed} uids")), transaction.atomic():  # noqa: S311
        Living(company, found, seed, say).live()
    return company


@dataclass
class Living:
    """A company that is being lived. `live` does it all; the rest is what the acts need."""

    company: Company
    plans: list[Plan]
    seed: int
    say: Say

    def __post_init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {}
        self.actors: dict[str, Actor] = {}
        self.kpis: dict[str, Kpi] = {}
        self.series: dict[tuple[str, str], Series] = {}
        self._figures: dict[tuple[str, str], Figures] = {}
        self._brought: dict[tuple[str, str], int] = {}

    def live(self) -> None:
        """From the first day to today."""
        company = self.company
        with _on(company.founded):
            self._begin()
        agenda: list[acts.Entry] = [
            (step.day, self._touched(step), partial(self._step, step)) for step in company.steps
        ]
        agenda += [
            (away.first_day - timedelta(days=10), {away.id}, partial(self._absence, away))
            for away in company.absences
        ]
        raised = date(company.today.year - 1, company.today.month, 1)
        agenda += [
            (raised, (), partial(self._standard, key, first=False))
            for key, kpi in KPIS.items()
            if kpi.standard_then
        ]
        # A median of peers is frozen soon after its period closed, so their figures cannot come all at once.
        peers = {plan.subject for plan in self.plans if KPIS[plan.kpi].standards == "peers"}
        agenda += [(company.today - timedelta(days=days), peers, _nothing) for days in (270, 180, 90)]
        agenda += acts.agenda(self) + projects.agenda(self)
        for day, subjects, act in sorted(agenda, key=lambda entry: entry[0]):
            with _on(day):
                self.bring_figures(day, subjects)
                act()
        self.say("Bringing in the figures and working out where everybody stands")
        self.bring_figures(company.today, None)
        with clock.held_at(clock.now()):
            acts.finally_(self)
            calendars.bring(self)
            choices.bring(self)
        self.say(f"{len(company.people):,} people, {len(self.series):,} series, {self._count():,} figures")

    # The first day.

    def _begin(self) -> None:
        Organisation.objects.create(pk=1, name=NAME, time_zone=ZONE, is_demo=True)
        self.say("Bringing in the organisation chart")
        self._import(SYSTEM, self.company.at_first, "chart.csv")
        self._found_teams()
        for key, member in CAST.items():
            # no password: a link signs them in, and the rows stay the same every time
            user = User(username=member.email, person=self.people[key], role=member.role.value, password="!")  # noqa: S106
            user.save()
            self.actors[key] = actor_of(user)
        self.say("Defining KPIs and standards")
        for key, kpi in KPIS.items():
            owner = self.people[kpi.owner]
            self.kpis[key] = productivity.create_kpi(
                self.actors[kpi.owner], _definition(kpi), owner=owner, source=SOURCE, external_id=key
            )
            self._standard(key, first=True)
        self._add_series()

    def _import(self, actor: Actor, rows: Sequence[Somebody], filename: str) -> None:
        data = _chart_file(rows)
        comparison = incoming.compare(
            incoming.people_now(actor, SOURCE), read_table(data, name=filename), source=SOURCE
        )
        digest = hashlib.sha256(data).hexdigest()
        import_people(actor, comparison=comparison, filename=filename, digest=digest)
        ids = {one.id for one in rows}
        found = Person.objects.filter(source=SOURCE)
        self.people |= {
            person.external_id: person for person in found.iterator() if person.external_id in ids
        }

    def _found_teams(self) -> None:
        """Teams whose lead has no members yet: an import makes teams out of members alone."""
        there = {team.name: team for team in Team.objects.all()}
        leads = {one.team: one for one in self.company.at_first if one.leads}
        new = [
            Team(name=name, lead=self.people[one.id], source=SOURCE, search=name.casefold())
            for name, one in leads.items()
            if name not in there
        ]
        Team.objects.bulk_create(new, batch_size=500)
        for name, team in there.items():
            team.lead = self.people[leads[name].id]
        Team.objects.bulk_update(there.values(), ["lead"], batch_size=200)
        self.teams = there | {team.name: team for team in new}

    def _standard(self, key: str, *, first: bool) -> None:
        kpi = KPIS[key]
        marks = standards(kpi, self.company.today)
        if not marks:
            return
        since = min(marks) if first else max(marks)
        # nobody sets the standard they are judged by, but Farid once, whose story that is; Ingrid's come from outside
        judged = any(plan.key == (key, kpi.owner) for plan in self.plans)
        productivity.set_standard(
            SYSTEM if judged else self.actors[kpi.owner],
            kpi=self.kpis[key],
            value=format_decimal(marks[since], kpi.decimals),
            period=code(kpi.cadence, since),
            reason="" if first else "What we reached last year is what we ask of ourselves now.",
        )

    def _add_series(self) -> None:
        """Series for every plan whose subject is here and has none yet."""
        new = {
            plan.key: Series(
                kpi=self.kpis[plan.kpi],
                person=None if plan.is_team else self.people[plan.subject],
                team=self.teams[plan.subject] if plan.is_team else None,
                weight=plan.weight,
                must_hold=plan.must_hold,
            )
            for plan in self.plans
            if plan.key not in self.series and plan.subject in (self.teams if plan.is_team else self.people)
        }
        Series.objects.bulk_create(new.values(), batch_size=500)
        self.series |= new

    # What happens on the way.

    def _touched(self, step: Step) -> set[str]:
        return {*step.left, *(row.id for row in step.rows)}

    def _step(self, step: Step) -> None:
        greta = self.actors["greta"]
        for id_ in step.left:
            org.end_person(greta, person=self.people[id_], on=step.day)
        if step.rows:
            self._import(greta, step.rows, f"chart-{step.day}.csv")
        for row in (row for row in step.rows if row.leads):
            team, person = self.teams[row.team], self.people[row.id]
            if Membership.objects.filter(team=team, person=person, valid_until=None).exists():
                org.remove_member(greta, team=team, person=person)
            org.edit_team(greta, team=Team.objects.get(pk=team.pk), lead=person)
        self._add_series()
        for plan in self.plans:
            if plan.subject in step.left:
                productivity.archive_series(SYSTEM, self.series[plan.key])

    def _absence(self, away: Away) -> None:
        org.add_absence(
            self.actors["elif"],
            person=self.people[away.id],
            first_day=away.first_day,
            last_day=away.last_day,
        )

    def bring_figures(self, day: date, subjects: Collection[str] | None) -> None:
        """Import what closed before `day`: of some subjects, or of everybody for None."""
        fresh: list[tuple[Plan, Figures]] = []
        for plan in self.plans:
            if plan.key not in self.series or (subjects is not None and plan.subject not in subjects):
                continue
            last = min(latest_closed(KPIS[plan.kpi].cadence, day), plan.last)
            if last > self._brought.get(plan.key, 0):
                found = self.figures(plan).between(self._brought.get(plan.key, 0), last)
                self._brought[plan.key] = last
                if len(found):
                    fresh.append((plan, found))
        if fresh:
            self._write(fresh, f"figures-{day}.csv")

    def actor(self, id_: str) -> Actor:
        """Somebody who does something; beyond the cast, those who have no account yet."""
        return self.actors.get(id_) or Actor(self.people[id_].pk, name=self.people[id_].name)

    def figures(self, plan: Plan) -> Figures:
        """All figures of a plan, drawn once."""
        if plan.key not in self._figures:
            self._figures[plan.key] = figures(plan, seed=self.seed)
        return self._figures[plan.key]

    def _write(self, fresh: Sequence[tuple[Plan, Figures]], filename: str) -> None:
        kpis = list(dict.fromkeys(plan.kpi for plan, _ in fresh))
        targets, place, ordinals, values = [], list[int](), list[int](), list[int]()
        parts: tuple[list[int | None], list[int | None]] = ([], [])
        for number, (plan, found) in enumerate(fresh):
            series = self.series[plan.key]
            targets.append(Target(kpis.index(plan.kpi), series.person_id, series.team_id))
            place += [number] * len(found)
            ordinals += found.ordinals.tolist()
            values += found.values.tolist()
            unit = 10 ** KPIS[plan.kpi].decimals  # both parts are kept in the KPI's last decimal
            for column, part in zip(parts, (found.numerators, found.denominators), strict=True):
                column += (part * unit).tolist() if len(part) else [None] * len(found)
        digest = hashlib.sha256(repr((place, ordinals, values)).encode()).hexdigest()
        import_measurements(
            self.actors["greta"],
            kpis=[self.kpis[key] for key in kpis],
            targets=targets,
            rows=Rows(place, ordinals, values, *parts),
            filename=filename,
            digest=digest,
        )

    def _count(self) -> int:
        return sum(len(found) for found in self._figures.values())


def _nothing() -> None:
    """Nothing happens but that figures come in."""


def _on(day: date) -> AbstractContextManager[None]:
    """The clock at nine in the morning of a day, where the company is."""
    return clock.held_at(datetime.combine(day, time(9), ZoneInfo(ZONE)).astimezone(UTC))


def _chart_file(rows: Iterable[Somebody]) -> bytes:
    """An organisation chart as a personnel system would give it out; the lead of a team is not its member."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(
        ["id", "name", "email", "title", "role", "level", "reports_to", "department", "team", "started"]
    )
    for one in rows:
        team = "" if one.leads else one.team
        above = one.reports_to or ""
        out.writerow(
            [one.id, one.name, one.email, *one.post, above, one.department, team, one.started.isoformat()]
        )
    return text.getvalue().encode()


def _definition(kpi: KpiPlan) -> Definition:
    return Definition(
        name=kpi.name,
        description=kpi.description,
        unit=kpi.unit,
        decimals=kpi.decimals,
        direction="higher" if kpi.higher else "lower",
        cadence=kpi.cadence.value,
        aggregation=kpi.aggregation,
        ratio_scale=kpi.ratio_scale,
        standards=kpi.standards,
        floor=kpi.floor,
        ceiling=kpi.ceiling,
        on_shortfall=kpi.on_shortfall,
        exceeds=kpi.exceeds,
        meets=kpi.meets,
        limits="median" if kpi.median_limits else "mean",
    )
