"""KPI definitions: what is measured, how it is judged, for whom, and held to which standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.connect.kinds.measurements import column_names, not_shown, readable, subjects
from leanship.connect.registry import (
    LISTED,
    ColumnHelp,
    FieldChange,
    Kind,
    Line,
    Options,
    Preview,
    Upload,
)
from leanship.domain.figures import format_decimal
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity import actions, standards, values
from leanship.features.productivity.actions import (
    Definition,
    KpiPlan,
    WantedKpi,
    WantedSeries,
    WantedStandard,
)
from leanship.features.productivity.models import Kpi, Series, Standard, Thresholds
from leanship.readers.directory import folded
from leanship.readers.kpis import KpiFile, KpiRow, SeriesRow, read_kpis
from leanship.readers.tabular import Table
from leanship.web import format as fmt

SAMPLE = """name,unit,direction,cadence,aggregation,decimals,ceiling,subject,standard,standard_from,weight
Orders on time,%,higher,month,ratio,1,100,Ana Ruiz,96,2026-01,2
Orders on time,%,higher,month,ratio,1,100,Dev Patel,96,2026-01,2
Errors,errors,lower,month,sum,0,,Ana Ruiz,12,2026-01,1
"""

_NAMES = {"direction": "better"}  # where the reader calls a field of the definition otherwise


def preview(
    actor: Actor, table: Table, options: Options, columns: Mapping[str, str] | None = None
) -> Preview:
    """Hold the table against the KPIs that are here. Raises Refused."""
    access.require(actor, "edit", About("import"))
    file = read_kpis(table, columns=columns or column_names(options))
    known = {folded(kpi.name): kpi for kpi in Kpi.objects.filter(archived_at=None).order_by("-id")}
    plan = KpiPlan(rows=len(table))
    definitions: dict[str, Definition] = {}
    for row in file.kpis:
        definitions[row.name] = _kpi(plan, row, known.get(folded(row.name)))
    if not file.problems.blocking:
        _series(plan, file, known, definitions)
    problems = file.problems
    news = [each.definition for each in plan.kpis if each.kpi is None]
    return Preview(
        rows=len(table),
        problems=problems,
        fingerprint=sha256(repr((plan.kpis, plan.series, plan.standards)).encode()).hexdigest(),
        added_count=plan.added,
        changed_count=plan.changed,
        unchanged_count=plan.unchanged,
        added=tuple(_added(plan, news)),
        changed=tuple(_changed(actor, plan))[:LISTED],
        facts=(
            (_("KPIs in the file"), fmt.number(len(file.kpis))),
            (_("New KPIs"), fmt.number(len(news))),
            (_("New series"), fmt.number(sum(1 for each in plan.series if each.series is None))),
            (_("Standards to set"), fmt.number(len(plan.standards))),
        ),
        payload=None if problems.blocking else plan,
    )


def _kpi(plan: KpiPlan, row: KpiRow, kpi: Kpi | None) -> Definition:
    """The definition that the row asks for; what it leaves open stays as it is, or is the default."""
    before = Definition.of(kpi) if kpi is not None else Definition(row.name)
    decimals = max(row.decimals, kpi.decimals) if kpi is not None else row.decimals
    said: dict[str, Any] = {"decimals": decimals}
    for name in (each.name for each in fields(Definition)):
        value = getattr(row, _NAMES.get(name, name), None)
        if name in ("name", "decimals") or value in (None, ""):
            continue
        if name in ("floor", "ceiling"):
            value = (
                format_decimal(value, row.decimals).rstrip("0").rstrip(".") if row.decimals else str(value)
            )
        said[name] = str(value) if name in ("direction", "cadence") else value
    if kpi is not None:
        # bounds are compared as figures, since 100 and 100.0 are one
        for name in ("floor", "ceiling"):
            if name in said and values.read(said[name], decimals) == _scaled(
                getattr(kpi, name), kpi, decimals
            ):
                said[name] = getattr(before, name)
    after = replace(before, **said)
    differs = tuple(
        each.name for each in fields(Definition) if getattr(before, each.name) != getattr(after, each.name)
    )
    if kpi is None or differs:
        plan.kpis.append(WantedKpi(after, kpi, differs if kpi is not None else ()))
    else:
        plan.unchanged += 1
    return after


def _scaled(value: int | None, kpi: Kpi, decimals: int) -> int | None:
    return None if value is None else value * 10 ** (decimals - kpi.decimals)


def _series(
    plan: KpiPlan, file: KpiFile, known: Mapping[str, Kpi], definitions: Mapping[str, Definition]
) -> None:
    directory = subjects()
    written = {row.name: row.decimals for row in file.kpis}
    here = {
        (row.kpi_id, "team" if row.team_id else "person", row.team_id or row.person_id): row
        for row in Series.objects.filter(kpi__in=known.values(), archived_at=None)
    }
    lines = standards.resolve([row.pk for row in here.values()])
    shared: dict[int, dict[int, int]] = {}
    rows = Standard.objects.filter(kpi__in=known.values(), series=None).order_by("id")
    for kpi_id, since, value in rows.values_list("kpi_id", "from_ordinal", "value"):
        shared.setdefault(kpi_id, {})[since] = value
    for row in file.series:
        kpi = known.get(folded(row.kpi))
        subject = _subject(file, directory, row) if row.subject else None
        if row.subject and subject is None:
            continue
        series = here.get((kpi.pk, *subject)) if kpi is not None and subject is not None else None
        if subject is not None:
            _assigned(plan, row, subject, series)
        if row.standard is None:
            continue
        since = Thresholds.FROM_THE_START if row.standard_from is None else row.standard_from
        decimals = definitions[row.kpi].decimals
        value = row.standard * 10 ** (decimals - written[row.kpi])
        if kpi is not None and (series is not None or subject is None):
            mark = lines[series.pk].at(since) if series is not None else None
            held = (
                mark.value
                if mark is not None
                else shared.get(kpi.pk, {}).get(since)
                if subject is None
                else None
            )
            if held is not None and held * 10 ** (decimals - kpi.decimals) == value:
                plan.unchanged += 1
                continue
        plan.standards.append(WantedStandard(row.kpi, subject, value, since))


def _assigned(plan: KpiPlan, row: SeriesRow, subject: tuple[str, int], series: Series | None) -> None:
    weight = row.weight or (series.weight if series else 1)
    must_hold = row.must_hold if row.must_hold is not None else bool(series and series.must_hold)
    wanted = WantedSeries(row.kpi, subject, weight, must_hold, series)
    if any((each.kpi, each.subject) == (row.kpi, subject) for each in plan.series):
        return  # a later standard of the same series
    if series is None or (weight, must_hold) != (series.weight, series.must_hold):
        plan.series.append(wanted)
    else:
        plan.unchanged += 1


def _subject(file: KpiFile, directory: Any, row: SeriesRow) -> tuple[str, int] | None:
    """Whom the row means; what is unclear or unknown is told."""
    found = directory.find(row.subject)
    if len(found) == 1:
        key: tuple[str, int] = found[0]
        return key
    told: dict[str, Any] = {"row": row.row, "column": "subject", "subject": row.subject}
    if found:
        file.problems.error("subject_ambiguous", count=len(found), **told)
    elif near := directory.similar(row.subject):
        file.problems.error("subject_unknown_near", near=near, rows=1, **told)
    else:
        file.problems.error("subject_unknown", rows=1, **told)
    return None


def _added(plan: KpiPlan, news: list[Definition]) -> list[Line]:
    people = Person.objects.in_bulk([s.subject[1] for s in plan.series if s.subject[0] == "person"][:LISTED])
    teams = Team.objects.in_bulk([s.subject[1] for s in plan.series if s.subject[0] == "team"][:LISTED])
    lines = [Line(definition.name, definition.description) for definition in news]
    for each in plan.series:
        kind, pk = each.subject
        found: Person | Team | None = people.get(pk) if kind == "person" else teams.get(pk)
        if each.series is None and found is not None:
            lines.append(Line(each.kpi, _("measured for %(name)s") % {"name": found.name}))
    return lines[:LISTED]


def _changed(actor: Actor, plan: KpiPlan) -> list[Line]:
    lines = []
    open_to = readable(actor, (each.series for each in plan.series))
    for wanted in plan.kpis:
        if wanted.kpi is None:
            continue
        held = Definition.of(wanted.kpi)
        changes = tuple(
            FieldChange(name, str(getattr(held, name)), str(getattr(wanted.definition, name)))
            for name in wanted.fields
        )
        lines.append(Line(wanted.kpi.name, fields=changes))
    for each in plan.series:
        if each.series is not None:
            before = str(each.series.weight) if each.series.pk in open_to else not_shown()
            change = FieldChange(_("Weight"), before, str(each.weight))
            lines.append(Line(each.kpi, fields=(change,)))
    return lines


def apply(actor: Actor, found: Preview, options: Options, upload: Upload) -> ImportBatch:
    """Take the definitions in. Raises Refused, Invalid for errors in the file, Conflict."""
    plan: KpiPlan | None = found.payload
    if plan is None:
        raise Invalid({"": [_("The file has errors; nothing was taken in.")]})
    return actions.import_kpis(actor, plan=plan, filename=upload.filename, digest=upload.digest)


KIND = Kind(
    key="kpis",
    label=gettext_lazy("Definitions of KPIs"),
    about=gettext_lazy("What is measured, how it is judged and for whom: one KPI or one series a row."),
    columns=(
        ColumnHelp("name", gettext_lazy("the KPI's name; more rows of one name add people and teams"), True),
        ColumnHelp("description", gettext_lazy("what is counted, and where the figure comes from")),
        ColumnHelp("unit", gettext_lazy("such as %, hours, orders")),
        ColumnHelp("direction", gettext_lazy("higher or lower: what is better")),
        ColumnHelp("cadence", gettext_lazy("day, week, month or quarter")),
        ColumnHelp("aggregation", gettext_lazy("sum, mean, last or ratio: the figure of a longer period")),
        ColumnHelp("ratio_scale", gettext_lazy("what a ratio is counted in, 100 for percent")),
        ColumnHelp("decimals", gettext_lazy("0 to 6; figures are never rounded")),
        ColumnHelp("floor", gettext_lazy("lowest possible value")),
        ColumnHelp("ceiling", gettext_lazy("highest possible value")),
        ColumnHelp("on_shortfall", gettext_lazy("yes: rate what is missing to the highest possible value")),
        ColumnHelp("exceeds", gettext_lazy("threshold of its own, in percent of standard")),
        ColumnHelp("meets", gettext_lazy("threshold of its own, in percent of standard")),
        ColumnHelp("subject", gettext_lazy("for whom: a person or a team; empty: the row is about the KPI")),
        ColumnHelp("standard", gettext_lazy("a figure, or peers, or none")),
        ColumnHelp("standard_from", gettext_lazy("the period from which it holds; empty: from the start")),
        ColumnHelp("weight", gettext_lazy("how much it counts among the KPIs of one person or team")),
        ColumnHelp("must_hold", gettext_lazy("yes: while it does not meet, the whole is at most “meets”")),
    ),
    sample=SAMPLE,
    preview=preview,
    apply=apply,
    done_url_name="productivity:kpis",
    done_label=gettext_lazy("Look at the KPIs"),
)
