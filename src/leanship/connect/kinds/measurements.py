"""Figures of KPIs, one a row or one period a column; with a standard, with the parts of a ratio."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.connect.registry import (
    LISTED,
    ColumnHelp,
    FieldChange,
    Kind,
    Line,
    Option,
    Options,
    Preview,
    Upload,
)
from leanship.domain import figures, periods
from leanship.domain.periods import Cadence
from leanship.features.base import policies
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity import actions, values
from leanship.features.productivity.actions import Definition, Plan, Rows, Target
from leanship.features.productivity.models import Kpi, Series
from leanship.readers.directory import Directory, folded
from leanship.readers.measurements import KnownKpi, MeasurementFile, read_measurements
from leanship.readers.problems import Problems
from leanship.readers.tabular import Table
from leanship.web import format as fmt

SAMPLE = """subject,kpi,period,value,standard
Ana Ruiz,Orders on time,2026-09,96.2,95
Ana Ruiz,Orders on time,2026-10,97.1,95
Order desk,Calls answered,2026-10,412,400
"""

Subject = tuple[str, Any]
"""("person" or "team", id), or ("new", name) for a team to create."""


class _Open(Directory[Hashable]):
    """A directory that takes a name it does not know for a new team."""

    def find(self, text: str) -> tuple[Hashable, ...]:
        """As a directory finds, and else the new team of that name."""
        found = super().find(text)
        if found or not text:
            return found
        key: Subject = ("new", text[:200])
        self.add(key, name=text)
        return (key,)


def subjects(*, create_teams: bool = False) -> Directory[Hashable]:
    """Everyone and every team that is here, by id, e-mail address and name; two queries."""
    found: Directory[Hashable] = _Open() if create_teams else Directory()
    people = Person.objects.filter(left_on=None, erased_at=None)
    for pk, uid, external_id, email, name in people.values_list("id", "uid", "external_id", "email", "name"):
        found.add(("person", pk), id=external_id or "", email=email or "", name=name)
        found.add(("person", pk), id=uid)
    teams = Team.objects.filter(archived_at=None)
    for pk, uid, external_id, name in teams.values_list("id", "uid", "external_id", "name"):
        found.add(("team", pk), id=external_id or "", name=name)
        found.add(("team", pk), id=uid)
    return found


def column_names(options: Options) -> dict[str, str]:
    """Which column of the file is which, as the page's options `column.<name>` say."""
    return {
        key.removeprefix("column."): value.strip()
        for key, value in options.items()
        if key.startswith("column.") and value.strip()
    }


def preview(
    actor: Actor, table: Table, options: Options, columns: Mapping[str, str] | None = None
) -> Preview:
    """Hold the table against the figures that are here; `columns` names those that are called otherwise.

    Raises Refused, and Invalid for options that define no KPI.
    """
    access.require(actor, "edit", About("import"))
    known = {kpi.name: kpi for kpi in Kpi.objects.filter(archived_at=None).order_by("-id")}
    named = options.get("kpi", "").strip()
    cadence = options.get("cadence", "").strip()
    file = read_measurements(
        table,
        columns=columns or column_names(options),
        kpi=named or None,
        cadence=Cadence(cadence) if cadence in set(Cadence) else None,
        directory=subjects(create_teams=options.get("create_teams") == "yes"),
        known=[
            KnownKpi(kpi.name, kpi.decimals, Cadence(kpi.cadence), kpi.ratio_scale) for kpi in known.values()
        ],
        # who names the KPI of a file means it, whether it is there already or not
        new_kpis=bool(named) or options.get("create_kpis") == "yes",
    )
    problems = file.problems
    _check_periods(file, problems)
    kpis: list[Kpi | Definition] = []
    if len(file) and not problems.blocking:
        kpis = _kpis(file, known, options, has_parts=bool(file.has_parts.any()))
        _check_ratios(file, kpis, problems)
    if problems.blocking or not kpis:
        return Preview(
            rows=len(table),
            problems=problems,
            fingerprint="",
            added_count=0,
            changed_count=0,
            unchanged_count=0,
        )
    targets, rows = _rows(file, kpis)
    plan = actions.plan_import(actor, kpis=kpis, targets=targets, rows=rows)
    done = plan.counts
    names = _names(targets)
    return Preview(
        rows=len(table),
        problems=problems,
        fingerprint=_fingerprint(plan),
        # a file that brings nothing but standards still brings something
        added_count=done.added or (0 if done.changed else done.new_standards),
        changed_count=done.changed,
        unchanged_count=done.unchanged,
        added=tuple(_added(plan, names)),
        changed=tuple(_changed(actor, plan, names)),
        facts=_facts(file, plan),
        payload=plan,
    )


def _check_periods(file: MeasurementFile, problems: Problems) -> None:
    """Tell the rows whose period has not begun, or lies before 1900."""
    today = policies.today()
    for place, kpi in enumerate(file.kpis):
        running = periods.ordinal(kpi.cadence, today)
        earliest = periods.ordinal(kpi.cadence, values.EARLIEST)
        of_kpi = file.kpi == place
        for code, wrong in (
            ("period_ahead", file.ordinal > running),
            ("period_old", file.ordinal < earliest),
        ):
            for index in np.flatnonzero(of_kpi & wrong).tolist():
                period = periods.code(kpi.cadence, int(file.ordinal[index]))
                problems.error(code, row=int(file.row[index]), column="period", period=period)


def _kpis(
    file: MeasurementFile, known: dict[str, Kpi], options: Options, *, has_parts: bool
) -> list[Kpi | Definition]:
    """The KPIs of the file, those that are not there yet as they are to be defined.

    Raises Invalid for options that define none.
    """
    by_name = {folded(name): kpi for name, kpi in known.items()}
    found: list[Kpi | Definition] = []
    for place, seen in enumerate(file.kpis):
        kpi = by_name.get(folded(seen.name))
        if kpi is not None:
            found.append(kpi)
            continue
        direction = seen.better.value if seen.better else options.get("direction", "") or "higher"
        aggregation = options.get("aggregation", "") or ("ratio" if has_parts else "mean")
        for name, value, choices in (
            ("direction", direction, Kpi.Direction.values),
            ("aggregation", aggregation, Kpi.Aggregation.values),
        ):
            if value not in choices:
                raise Invalid({name: [_("Write one of: %(names)s.") % {"names": ", ".join(choices)}]})
        unit = options.get("unit", "").strip()
        found.append(
            Definition(
                name=seen.name,
                unit=unit,
                decimals=seen.decimals,
                direction=direction,
                cadence=seen.cadence.value,
                aggregation=aggregation,
                ratio_scale=_scale(file, place, unit) if aggregation == "ratio" else 1,
            )
        )
    return found


#: What ratios are counted in: plainly, in percent, per mille, per 10,000 …
_SCALES = (1, 100, 1_000, 10_000, 100_000, 1_000_000)


def _differing(file: MeasurementFile, place: int, scale: int) -> Iterator[tuple[int, Fraction]]:
    """The rows of a KPI whose value is not what their parts give, and what that is; a value may be rounded or cut."""
    decimals = file.kpis[place].decimals
    for index in np.flatnonzero(file.has_parts & (file.kpi == place)).tolist():
        exact = figures.ratio(int(file.numerator[index]), int(file.denominator[index]), scale * 10**decimals)
        value = int(file.value[index])
        last = next(digit for digit in range(decimals, -1, -1) if value % 10**digit == 0)
        if abs(value - exact) > 10**last:
            yield index, exact


def _scale(file: MeasurementFile, place: int, unit: str) -> int:
    """What the ratios of a new KPI are counted in, as its values beside their parts show."""
    likely = 100 if unit == "%" else 1
    for scale in (likely, *_SCALES):
        if next(_differing(file, place, scale), None) is None:
            return scale
    return likely


def _check_ratios(file: MeasurementFile, kpis: list[Kpi | Definition], problems: Problems) -> None:
    """Tell the rows whose value contradicts their parts: which of the two is meant nobody can know."""
    for place, kpi in enumerate(kpis):
        if kpi.aggregation != Kpi.Aggregation.RATIO:
            continue
        for index, exact in _differing(file, place, kpi.ratio_scale):
            problems.error(
                "ratio_differs",
                row=int(file.row[index]),
                column="value",
                ratio=figures.format_decimal(exact, kpi.decimals),
                value=figures.format_decimal(int(file.value[index]), kpi.decimals),
            )


def _rows(file: MeasurementFile, kpis: list[Kpi | Definition]) -> tuple[list[Target], Rows]:
    """The columns of the file as the import takes them: a target is a subject with a KPI."""
    pairs, target = np.unique(file.subject * len(kpis) + file.kpi, return_inverse=True)
    targets = []
    for pair in pairs.tolist():
        subject, kpi = divmod(pair, len(kpis))
        kind, key = file.subjects[subject]
        targets.append(
            Target(
                kpi,
                person_id=key if kind == "person" else None,
                team_id=key if kind == "team" else None,
                new_team=key if kind == "new" else "",
            )
        )
    value = file.value.tolist()
    numerators: list[int | None] = []
    denominators: list[int | None] = []
    ratio = np.array([kpi.aggregation == Kpi.Aggregation.RATIO for kpi in kpis], np.bool_)[file.kpi]
    parts = ratio & file.has_parts
    if parts.any():
        numerators, denominators = [None] * len(value), [None] * len(value)
        for index in np.flatnonzero(parts).tolist():
            above, below = int(file.numerator[index]), int(file.denominator[index])
            numerators[index], denominators[index] = above, below
            value[index] = values.ratio_value(kpis[int(file.kpi[index])], above, below)
    standards: list[int | None] = []
    if file.has_standard.any():
        standards = [
            value if there else None
            for value, there in zip(file.standard.tolist(), file.has_standard.tolist(), strict=True)
        ]
    return targets, Rows(target.tolist(), file.ordinal.tolist(), value, numerators, denominators, standards)


def _names(targets: list[Target]) -> list[str]:
    people = Person.objects.in_bulk([t.person_id for t in targets if t.person_id is not None])
    teams = Team.objects.in_bulk([t.team_id for t in targets if t.team_id is not None])
    return [
        people[target.person_id].name
        if target.person_id is not None
        else teams[target.team_id].name
        if target.team_id is not None
        else target.new_team
        for target in targets
    ]


def _told(plan: Plan, place: int, value: int) -> tuple[str, str]:
    """Period and figure of one row, for reading."""
    kpi = plan.kpis[plan.targets[plan.rows.targets[place]].kpi]
    period = fmt.period(Cadence(kpi.cadence), plan.rows.ordinals[place])
    return period, fmt.figure(value, kpi.decimals, kpi.unit)


def _label(plan: Plan, names: list[str], place: int) -> str:
    target = plan.rows.targets[place]
    return f"{names[target]}, {plan.kpis[plan.targets[target].kpi].name}"


def _added(plan: Plan, names: list[str]) -> Iterator[Line]:
    for place in plan.added[:LISTED]:
        period, figure = _told(plan, place, plan.rows.values[place])
        yield Line(_label(plan, names, place), f"{period}: {figure}")


def readable(actor: Actor, series: Iterable[Series | None]) -> frozenset[int]:
    """Which of these series the actor may read; one query.

    Whoever brings a file in need not be one who may see the figures that are there already: an administrator runs
    the machine. The preview then says that a figure changes, and not from what.
    """
    ids = {row.pk for row in series if row is not None}
    return frozenset(access.visible(actor, Series.objects.filter(pk__in=ids)).values_list("pk", flat=True))


def not_shown() -> str:
    """What stands in place of a figure that the one who looks may not read."""
    return _("not yours to see")


def _changed(actor: Actor, plan: Plan, names: list[str]) -> Iterator[Line]:
    listed = plan.changed[:LISTED]
    series = {place: plan.series[plan.rows.targets[place]] for place, _old in listed}
    open_to = readable(actor, series.values())
    for place, old in listed:
        period, after = _told(plan, place, plan.rows.values[place])
        row = series[place]
        shown = row is not None and row.pk in open_to
        before = _told(plan, place, old[1])[1] if shown else not_shown()
        yield Line(_label(plan, names, place), fields=(FieldChange(period, before, after),))


def _facts(file: MeasurementFile, plan: Plan) -> tuple[tuple[str, str], ...]:
    """What the file holds, and what it brings beside figures."""
    done = plan.counts
    new = ", ".join(kpi.name for kpi in plan.kpis if isinstance(kpi, Definition))
    spans = []
    for place, kpi in enumerate(file.kpis):
        of_kpi = file.ordinal[file.kpi == place]
        if len(of_kpi):
            first, last = (fmt.period(kpi.cadence, int(end)) for end in (of_kpi.min(), of_kpi.max()))
            spans.append(_("%(first)s to %(last)s") % {"first": first, "last": last})
    facts = (
        (_("Figures"), fmt.number(done.rows)),
        (
            _("People and teams"),
            fmt.number(len({(t.person_id, t.team_id, t.new_team) for t in plan.targets})),
        ),
        (_("Periods"), "; ".join(dict.fromkeys(spans))),
        (_("New KPIs"), new),
        (_("New teams"), fmt.number(done.new_teams) if done.new_teams else ""),
        (_("New series"), fmt.number(done.new_series) if done.new_series else ""),
        (_("Standards to set"), fmt.number(done.new_standards) if done.new_standards else ""),
        (_("Cells without a figure"), fmt.number(file.empty) if file.empty else ""),
        (_("Rows that say the same again"), fmt.number(file.repeated) if file.repeated else ""),
    )
    return tuple((label, value) for label, value in facts if value)


def _fingerprint(plan: Plan) -> str:
    """The same as long as the same would change."""
    told = sha256()
    for part in (
        [str(kpi.pk) if isinstance(kpi, Kpi) else kpi for kpi in plan.kpis],
        [None if row is None else row.pk for row in plan.series],
        plan.added,
        plan.changed,
        plan.standards,
    ):
        told.update(repr(part).encode())
    return told.hexdigest()


def apply(actor: Actor, found: Preview, options: Options, upload: Upload) -> ImportBatch:
    """Take the figures in. Raises Refused, Invalid for errors in the file, Conflict."""
    plan: Plan | None = found.payload
    if found.problems.blocking or plan is None:
        raise Invalid({"": [_("The file has errors; nothing was taken in.")]})
    done = actions.import_measurements(
        actor,
        kpis=plan.kpis,
        targets=plan.targets,
        rows=plan.rows,
        filename=upload.filename,
        digest=upload.digest,
        reason=options.get("reason", ""),
    )
    if done.batch is None:
        raise Invalid({"": [_("Everything in this file is here already.")]})
    return done.batch


KIND = Kind(
    key="measurements",
    label=gettext_lazy("Figures of KPIs"),
    about=gettext_lazy("What was measured: one figure a row, or one period a column."),
    columns=(
        ColumnHelp("subject", gettext_lazy("a person's id, e-mail address or name, or a team's name"), True),
        ColumnHelp("kpi", gettext_lazy("the KPI's name; or name one for the whole file below")),
        ColumnHelp(
            "period", gettext_lazy("2026-11-22, 2026-W47, 2026-11 or 2026-Q4; or one column a period")
        ),
        ColumnHelp("value", gettext_lazy("the figure, exactly; no more decimals than the KPI has")),
        ColumnHelp("numerator", gettext_lazy("first part of a ratio")),
        ColumnHelp("denominator", gettext_lazy("second part of a ratio, above 0")),
        ColumnHelp("standard", gettext_lazy("what the period is held to; a row is added where it changes")),
        ColumnHelp("direction", gettext_lazy("higher or lower, for KPIs that are not here yet")),
    ),
    sample=SAMPLE,
    preview=preview,
    apply=apply,
    options=(
        Option(
            "kpi",
            gettext_lazy("KPI of the whole file"),
            gettext_lazy("For a file without a column kpi. One that is not here yet is defined by the file."),
        ),
        Option(
            "create_teams",
            gettext_lazy("Create teams for unknown subjects"),
            gettext_lazy("Otherwise a name that nobody has is an error."),
            "check",
        ),
        Option(
            "create_kpis",
            gettext_lazy("Define KPIs that are not here yet"),
            gettext_lazy("Decimals and how often are read off the file."),
            "check",
        ),
        Option("unit", gettext_lazy("Unit of new KPIs"), gettext_lazy("Such as %, hours, orders.")),
        Option(
            "direction",
            gettext_lazy("Better is, for new KPIs"),
            gettext_lazy("higher or lower; higher, if left empty."),
        ),
        Option(
            "aggregation",
            gettext_lazy("Figure of a longer period, for new KPIs"),
            gettext_lazy("mean, sum, last or ratio; mean, if left empty, or ratio where the file has parts."),
        ),
        Option(
            "cadence",
            gettext_lazy("How often, for new KPIs"),
            gettext_lazy("day, week, month or quarter; read off the file, if left empty."),
        ),
        Option(
            "reason",
            gettext_lazy("Why figures change"),
            gettext_lazy("Kept with each correction; the file's name, if left empty."),
        ),
    ),
    done_url_name="productivity:kpis",
    done_label=gettext_lazy("Look at the KPIs"),
)
