"""KPI definitions from a file: compared first, then defined, changed and assigned in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.domain.access import Role
from leanship.features.base import events
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity import standings
from leanship.features.productivity.actions.kpis import create_kpi, edit_kpi
from leanship.features.productivity.actions.series import add_series, set_weight
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.models import Kpi, Series, Standard

Subject = tuple[str, int]
"""("person" or "team", id)."""


@dataclass(frozen=True, slots=True)
class WantedKpi:
    """A KPI as it is to be: `kpi` is None where it is new; `fields` are the names of what differs."""

    definition: Definition
    kpi: Kpi | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedSeries:
    """For whom a KPI is to be measured; `series` is None where it is new."""

    kpi: str
    subject: Subject
    weight: int
    must_hold: bool
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class WantedStandard:
    """A standard to set, in the KPI's last decimal: of one subject, or with None of the KPI."""

    kpi: str
    subject: Subject | None
    value: int
    since: int


@dataclass
class KpiPlan:
    """What a file of definitions would do."""

    kpis: list[WantedKpi] = field(default_factory=list)
    series: list[WantedSeries] = field(default_factory=list)
    standards: list[WantedStandard] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0

    @property
    def added(self) -> int:
        """KPIs, series and standards that are new."""
        news = [each for each in self.kpis if each.kpi is None]
        return len(news) + sum(1 for each in self.series if each.series is None) + len(self.standards)

    @property
    def changed(self) -> int:
        """KPIs and series that change."""
        return sum(1 for each in self.kpis if each.kpi) + sum(1 for each in self.series if each.series)


def import_kpis(actor: Actor, *, plan: KpiPlan, filename: str, digest: str) -> ImportBatch:
    """Define, change and assign as planned; one batch, and an event for each KPI as by hand.

    Whoever may import may do all of it. Raises Refused; Invalid for what a definition cannot be, under the
    KPI's name; Conflict where a KPI changed since the plan was made.
    """
    access.require(actor, "edit", About("import"))
    # The right to import covers every step; the steps still say who did it.
    doer = Actor(person_id=actor.person_id, role=Role.SYSTEM, name=actor.name)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind="kpis",
            filename=filename[:255],
            digest=digest,
            rows=plan.rows,
            added=plan.added,
            changed=plan.changed,
            unchanged=plan.unchanged,
            actor_id=actor.person_id,
        )
        problems: dict[str, list[str]] = {}
        for wanted in plan.kpis:
            try:
                _define(doer, wanted)
            except Invalid as error:
                problems[wanted.definition.name] = [
                    f"{wanted.definition.name}: {message}"
                    for messages in error.problems.values()
                    for message in messages
                ]
        if problems:
            raise Invalid(problems)
        names = {each.kpi for each in plan.series} | {each.kpi for each in plan.standards}
        kpis = {kpi.name: kpi for kpi in Kpi.objects.filter(name__in=names, archived_at=None).order_by("-id")}
        _assign(doer, plan.series, kpis)
        _set(doer, plan.standards, kpis, batch)
        events.record(
            "kpis.imported",
            actor_id=actor.person_id,
            subject_kind="productivity",
            batch=batch,
            added=batch.added,
            changed=batch.changed,
        )
    return batch


def _define(actor: Actor, wanted: WantedKpi) -> None:
    if wanted.kpi is None:
        create_kpi(actor, wanted.definition)
    else:
        reason = _("Imported")
        edit_kpi(actor, wanted.kpi, wanted.definition, version=wanted.kpi.version, reason=reason)


def _assign(actor: Actor, wanted: Sequence[WantedSeries], kpis: dict[str, Kpi]) -> None:
    people = Person.objects.in_bulk([each.subject[1] for each in wanted if each.subject[0] == "person"])
    teams = Team.objects.in_bulk([each.subject[1] for each in wanted if each.subject[0] == "team"])
    for each in wanted:
        kind, pk = each.subject
        if each.series is None:
            add_series(
                actor,
                kpi=kpis[each.kpi],
                person=people[pk] if kind == "person" else None,
                team=teams[pk] if kind == "team" else None,
                weight=each.weight,
                must_hold=each.must_hold,
            )
        else:
            set_weight(
                actor,
                each.series,
                weight=each.weight,
                must_hold=each.must_hold,
                version=each.series.version,
            )


def _set(actor: Actor, wanted: Sequence[WantedStandard], kpis: dict[str, Kpi], batch: ImportBatch) -> None:
    series = {
        (row.kpi_id, "team" if row.team_id else "person", row.team_id or row.person_id): row
        for row in Series.objects.filter(kpi__in=kpis.values())
    }
    rows = [
        Standard(
            kpi=kpis[each.kpi],
            series=series[kpis[each.kpi].pk, *each.subject] if each.subject else None,
            value=each.value,
            from_ordinal=each.since,
            set_by_id=actor.person_id,
            batch=batch,
        )
        for each in wanted
    ]
    Standard.objects.bulk_create(rows, batch_size=500)
    touched = {row.series_id for row in rows if row.series_id is not None}
    whole = {row.kpi_id for row in rows if row.series_id is None}
    touched |= {row.pk for row in series.values() if row.kpi_id in whole}
    standings.refresh(sorted(touched), reason="standard_set")
