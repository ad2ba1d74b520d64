"""Measurements from a file, by set: a million rows are compared, corrected and written in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence
from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.bulk import insert_rows
from leanship.features.org.models import Team
from leanship.features.productivity import standards, standings, values
from leanship.features.productivity.actions.kpis import create_kpi
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.models import Correction, Kpi, Measurement, Series, Standard

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Target:
    """Whose figures: `kpi` is a place in the list of KPIs; exactly one of the other three is given."""

    kpi: int
    person_id: int | None = None
    team_id: int | None = None
    new_team: str = ""


@dataclass(frozen=True)
class Rows:
    """Columns of equal length. `targets` holds places in the list of targets; figures are in the KPI's last
    decimal; `numerators` with `denominators`, and `standards`, are empty or hold None where there is none."""

    targets: Sequence[int]
    ordinals: Sequence[int]
    values: Sequence[int]
    numerators: Sequence[int | None] = ()
    denominators: Sequence[int | None] = ()
    standards: Sequence[int | None] = ()


@dataclass(frozen=True)
class Imported:
    """What an import did or would do; `batch` is None where nothing was written."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    new_kpis: int = 0
    new_series: int = 0
    new_teams: int = 0
    new_standards: int = 0
    batch: ImportBatch | None = None

    @property
    def anything(self) -> bool:
        """Whether there is something to write."""
        news = self.new_kpis + self.new_series + self.new_teams + self.new_standards
        return bool(self.added or self.changed or news)


Row = tuple[int, int, int | None, int | None]  # id, value, numerator, denominator


@dataclass
class Plan:
    """An import worked out, nothing written: `series` holds one row for each target, unsaved where it is new."""

    kpis: list[Kpi | Definition]
    targets: Sequence[Target]
    rows: Rows
    series: list[Series | None]
    added: list[int] = field(default_factory=list)
    changed: list[tuple[int, Row]] = field(default_factory=list)
    unchanged: int = 0
    standards: list[tuple[int, int | None, int, int]] = field(default_factory=list)
    """(kpi's place, target or None for the KPI's own, from which period, value)"""

    @property
    def counts(self) -> Imported:
        """What it would do."""
        return Imported(
            rows=len(self.rows.ordinals),
            added=len(self.added),
            changed=len(self.changed),
            unchanged=self.unchanged,
            new_kpis=sum(1 for kpi in self.kpis if isinstance(kpi, Definition)),
            new_series=sum(1 for row in self.series if row is None),
            new_teams=len({target.new_team for target in self.targets if target.new_team}),
            new_standards=len(self.standards),
        )


def plan_import(
    actor: Actor, *, kpis: Sequence[Kpi | Definition], targets: Sequence[Target], rows: Rows
) -> Plan:
    """Work out what an import would do; nothing is written and no lock is held.

    Raises Invalid for a period given twice or not begun, or a figure too large to keep.
    """
    access.require(actor, "edit", About("import"))
    _check(kpis, rows, targets)
    found = {
        (row.kpi_id, row.person_id, row.team_id): row
        for row in Series.objects.filter(kpi__in=[kpi for kpi in kpis if isinstance(kpi, Kpi)])
    }
    series: list[Series | None] = []
    for target in targets:
        kpi = kpis[target.kpi]
        there = isinstance(kpi, Kpi) and not target.new_team
        key = (kpi.pk, target.person_id, target.team_id) if isinstance(kpi, Kpi) and there else None
        series.append(found.get(key) if key else None)
    plan = Plan(list(kpis), targets, rows, series)
    _compare(plan)
    _plan_standards(plan)
    return plan


def _check(kpis: Sequence[Kpi | Definition], rows: Rows, targets: Sequence[Target]) -> None:
    today = policies.today()
    problems: list[str] = []
    of_kpi = [target.kpi for target in targets]
    seen: dict[int, set[int]] = defaultdict(set)
    for target, ordinal in zip(rows.targets, rows.ordinals, strict=True):
        seen[target].add(ordinal)
    if sum(len(ordinals) for ordinals in seen.values()) < len(rows.ordinals):
        problems.append(_("A period is given twice for the same KPI and subject."))
    ends: dict[int, set[int]] = defaultdict(set)
    for target, ordinals in seen.items():
        ends[of_kpi[target]] |= {min(ordinals), max(ordinals)}
    for place, found in ends.items():
        for ordinal in (min(found), max(found)):
            try:
                values.check_period(Cadence(kpis[place].cadence), ordinal, today)
            except ValueError as error:
                problems.append(str(error))
    columns = (rows.values, rows.numerators, rows.denominators, rows.standards)
    if any(abs(value) > values.LARGEST for column in columns for value in column if value is not None):
        problems.append(_("A figure is larger than can be kept."))
    if problems:
        raise Invalid({"": problems})


def _compare(plan: Plan) -> None:
    """What of the file is new, differs, or is there already."""
    rows = plan.rows
    if not rows.ordinals:
        return
    span = min(rows.ordinals), max(rows.ordinals)
    there: dict[tuple[int, int], Row] = {}
    ids = sorted({row.pk for row in plan.series if row is not None})
    for start in range(0, len(ids), _CHUNK):
        chunk = Measurement.objects.filter(series_id__in=ids[start : start + _CHUNK], ordinal__range=span)
        listed = chunk.values_list("series_id", "ordinal", "id", "value", "numerator", "denominator")
        for series_id, ordinal, pk, value, above, below in listed.iterator(chunk_size=20_000):
            there[series_id, ordinal] = (pk, value, above, below)
    if not there:
        plan.added = list(range(len(rows.ordinals)))
        return
    of_target = [0 if row is None else row.pk for row in plan.series]
    for place, (target, ordinal, value) in enumerate(
        zip(rows.targets, rows.ordinals, rows.values, strict=True)
    ):
        old = there.get((of_target[target], ordinal))
        if old is None:
            plan.added.append(place)
        elif old[1] == value and _parts(rows, place) in (
            (None, None),
            old[2:],
        ):  # no parts: none are taken away
            plan.unchanged += 1
        else:
            plan.changed.append((place, old))


def _parts(rows: Rows, place: int) -> tuple[int | None, int | None]:
    return (rows.numerators[place], rows.denominators[place]) if rows.numerators else (None, None)


def _plan_standards(plan: Plan) -> None:
    """A row wherever the file's standard differs from the one that holds.

    One for the KPI where the file speaks of all its series and gives them one standard a period, else one for
    each series.
    """
    rows = plan.rows
    if not rows.standards:
        return
    wanted: dict[int, dict[int, int]] = defaultdict(dict)
    for target, ordinal, standard in zip(rows.targets, rows.ordinals, rows.standards, strict=True):
        if standard is not None:
            wanted[target][ordinal] = standard
    members: dict[int, list[int]] = defaultdict(list)
    for target in wanted:
        if plan.kpis[plan.targets[target].kpi].standards == Kpi.Standards.KNOWN:
            members[plan.targets[target].kpi].append(target)
    for place, targets in members.items():
        kpi = plan.kpis[place]
        lines = _timelines(plan, kpi, targets)
        shared: dict[int, set[int]] = defaultdict(set)
        for target in targets:
            for ordinal, value in wanted[target].items():
                shared[ordinal].add(value)
        alone = {row.pk for target in targets if (row := plan.series[target]) is not None}
        others = isinstance(kpi, Kpi) and kpi.series.filter(archived_at=None).exclude(pk__in=alone).exists()
        if (
            not others
            and all(len(each) == 1 for each in shared.values())
            and not any(line.own for line in lines.values())
        ):
            one = {ordinal: next(iter(each)) for ordinal, each in shared.items()}
            plan.standards += [(place, None, *row) for row in _differing(one, lines[targets[0]], own=False)]
            continue
        for target in targets:
            new = _differing(wanted[target], lines[target], own=True)
            plan.standards += [(place, target, *row) for row in new]


def _timelines(plan: Plan, kpi: Kpi | Definition, targets: list[int]) -> dict[int, standards.Timeline]:
    """The standards that hold for each target now; a series still to be made has its KPI's."""
    if isinstance(kpi, Definition):
        return {target: standards.Timeline() for target in targets}
    ids = {target: -1 - target if (row := plan.series[target]) is None else int(row.pk) for target in targets}
    lines = standards.timelines(
        {
            "id": ids[target],
            "kpi_id": kpi.pk,
            "person_id": plan.targets[target].person_id,
            "kpi__standards": kpi.standards,
        }
        for target in targets
    )
    return {target: lines[ids[target]] for target in targets}


def _differing(wanted: dict[int, int], line: standards.Timeline, *, own: bool) -> list[tuple[int, int]]:
    """The rows (from which period, value) that make `line` say what is `wanted`."""
    new: list[tuple[int, int]] = []
    for ordinal in sorted(wanted):
        mark = line.at(ordinal)
        if new and (mark is None or mark.since <= new[-1][0] or (own and not mark.own)):
            holds: object = new[-1][1]
        else:
            holds = None if mark is None else mark.value
        if holds != wanted[ordinal]:
            new.append((ordinal, wanted[ordinal]))
    return new


def import_measurements(
    actor: Actor,
    *,
    kpis: Sequence[Kpi | Definition],
    targets: Sequence[Target],
    rows: Rows,
    filename: str,
    digest: str,
    reason: str = "",
) -> Imported:
    """Bring measurements in: new figures are added, others corrected, equal ones untouched.

    A `Definition` among `kpis` is created, a target without a series gets one, and `new_team` names a team to
    create. A standard that differs from the one that holds adds a row. The same file again changes nothing.
    Raises what `plan_import` raises; Conflict where somebody wrote the same figures meanwhile.
    """
    plan = plan_import(actor, kpis=kpis, targets=targets, rows=rows)
    done = plan.counts
    if not done.anything:
        return done
    reason = reason.strip() or _("Imported from %(file)s") % {"file": filename}
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                kind="measurements",
                filename=filename[:255],
                digest=digest,
                rows=done.rows,
                added=done.added,
                changed=done.changed,
                unchanged=done.unchanged,
                actor_id=actor.person_id,
            )
            _make(actor, plan)
            _insert(plan, batch)
            _correct(actor, plan, batch, reason)
            touched = _set_standards(actor, plan, batch)
            counts = {name: getattr(done, name) for name in _COUNTS}
            events.record(
                "measurements.imported",
                actor_id=actor.person_id,
                subject_kind="productivity",
                batch=batch,
                **counts,
            )
            of_target = [row.pk for row in plan.series if row is not None]
            touched |= {of_target[plan.rows.targets[place]] for place in plan.added}
            touched |= {of_target[plan.rows.targets[place]] for place, _old in plan.changed}
            standings.refresh(sorted(touched), reason="imported")
    except IntegrityError:
        raise Conflict(
            _("Somebody entered some of these figures meanwhile. Import the file again.")
        ) from None
    return replace(done, batch=batch)


_COUNTS = (
    "rows",
    "added",
    "changed",
    "unchanged",
    "new_kpis",
    "new_series",
    "new_teams",
    "new_standards",
)


def _make(actor: Actor, plan: Plan) -> None:
    """Create the KPIs, teams and series that are new, and take archived series back into use."""
    known = [kpi if isinstance(kpi, Kpi) else create_kpi(actor, kpi) for kpi in plan.kpis]
    names = dict.fromkeys(target.new_team for target in plan.targets if target.new_team)
    teams = {name: Team(name=name[:200], search=name.casefold()) for name in names}
    Team.objects.bulk_create(teams.values(), batch_size=500)
    made: list[Series] = []
    for place, target in enumerate(plan.targets):
        if plan.series[place] is None:
            team_id = teams[target.new_team].pk if target.new_team else target.team_id
            row = Series(kpi=known[target.kpi], person_id=target.person_id, team_id=team_id)
            plan.series[place] = row
            made.append(row)
    plan.kpis = list(known)
    Series.objects.bulk_create(made, batch_size=500)
    back = [row.pk for row in plan.series if row is not None and row.archived_at is not None]
    for start in range(0, len(back), _CHUNK):
        Series.objects.filter(pk__in=back[start : start + _CHUNK]).update(archived_at=None)


def _insert(plan: Plan, batch: ImportBatch) -> None:
    of_target = [row.pk for row in plan.series if row is not None]
    rows, batch_id = plan.rows, batch.pk
    targets, ordinals, figures = rows.targets, rows.ordinals, rows.values

    def new() -> Iterator[tuple[Any, ...]]:
        if rows.numerators:
            for i in plan.added:
                yield of_target[targets[i]], ordinals[i], figures[i], *_parts(rows, i), batch_id
        else:
            for i in plan.added:
                yield of_target[targets[i]], ordinals[i], figures[i], None, None, batch_id

    if plan.added:
        fields = ("series", "ordinal", "value", "numerator", "denominator", "batch")
        insert_rows(Measurement, fields, new())


def _correct(actor: Actor, plan: Plan, batch: ImportBatch, reason: str) -> None:
    if not plan.changed:
        return
    now = clock.now()
    of_target = [row.pk for row in plan.series if row is not None]
    rows = plan.rows
    corrections: list[tuple[Any, ...]] = []
    updates: list[tuple[Any, ...]] = []
    for place, (pk, value, above, below) in plan.changed:
        new = (rows.values[place], *_parts(rows, place))
        where = of_target[rows.targets[place]], rows.ordinals[place]
        corrections.append((*where, value, above, below, *new, actor.person_id, now, reason, batch.pk))
        updates.append((*new, batch.pk, pk, value))
    insert_rows(
        Correction,
        (
            *("series", "ordinal", "old_value", "old_numerator", "old_denominator"),
            *("new_value", "new_numerator", "new_denominator", "by_id", "at", "reason", "batch"),
        ),
        corrections,
    )
    table = connection.ops.quote_name(Measurement._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET value = %s, numerator = %s, denominator = %s, batch_id = %s"  # noqa: S608
            " WHERE id = %s AND value = %s",
            updates,
        )
        if cursor.rowcount != len(updates):
            raise IntegrityError("a figure changed since the plan was made")


def _set_standards(actor: Actor, plan: Plan, batch: ImportBatch) -> set[int]:
    """Write the rows of standards; the series that they touch."""
    rows: list[Standard] = []
    touched: set[int] = set()
    for place, target, since, value in plan.standards:
        kpi, own = plan.kpis[place], None if target is None else plan.series[target]
        if isinstance(kpi, Definition):
            raise TypeError("a KPI was not created")
        rows.append(
            Standard(
                kpi=kpi,
                series=own,
                value=value,
                from_ordinal=since,
                set_by_id=actor.person_id,
                batch=batch,
            )
        )
        if own is not None:
            touched.add(own.pk)
    whole = {row.kpi_id for row in rows if row.series_id is None}
    if whole:
        touched |= set(Series.objects.filter(kpi_id__in=whole).values_list("pk", flat=True))
    Standard.objects.bulk_create(rows, batch_size=500)
    return touched
