"""Reading KPIs: the list of them, and the page of one with the series that the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence, code, ordinal
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity import telling, values, wording
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.figures_page import StandardLine, standard_lines
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from leanship.features.productivity.opened import period_url, subject_of, with_names
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts import spark
from leanship.web.charts.svg import Svg
from leanship.web.charts.xmr_data import Signal
from leanship.web.help import link as help_link
from leanship.web.layout import Crumb, Empty, Fact, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

SPARK_POINTS = 24


def kpi_list_spec() -> ListSpec:
    """What the list of KPIs offers."""
    return ListSpec(
        sorts=(
            Sort("name", ("name", "id")),
            Sort("cadence", ("cadence", "name", "id")),
            Sort("owner", ("owner__name", "name", "id")),
            Sort("series", ("series_count", "name", "id")),
        ),
        order="name",
        filters=(
            Filter("whose", _("Whose"), (("mine", _("Mine")),)),
            Filter("cadence", _("How often"), tuple((k, str(v)) for k, v in wording.CADENCES.items())),
            Filter("state", _("State"), (("archived", _("Archived")),), _("In use")),
        ),
        search_label=_("Search KPIs"),
    )


@dataclass(frozen=True)
class KpiRow:
    """One KPI in the list; `series` counts those the viewer may see."""

    name: str
    url: str
    unit: str
    cadence: str
    direction: str
    judged_by: str
    owner: str
    series: int
    archived: bool


@dataclass(frozen=True)
class KpiListPage:
    """The list of KPIs."""

    title: str
    lede: str
    list: ListPage[KpiRow]
    who_sees: WhoSees
    empty: Empty | None


def _listed(actor: Actor, asked: ListRequest) -> QuerySet[Kpi]:
    rows = access.visible(actor, Kpi.objects.all())
    seen = access.visible(actor, Series.objects.filter(kpi=OuterRef("pk"), archived_at=None))
    counted = seen.order_by().values("kpi").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(series_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
    rows = rows.filter(archived_at__isnull=asked.filter("state") != "archived").select_related("owner")
    for word in asked.search.casefold().split():
        rows = rows.filter(search__contains=word)
    if asked.filter("cadence"):
        rows = rows.filter(cadence=asked.filter("cadence"))
    if asked.filter("whose") == "mine":
        own = Series.objects.filter(kpi=OuterRef("pk"), person_id=actor.own_id, archived_at=None)
        rows = rows.filter(Q(owner_id=actor.own_id) | Exists(own))
    return rows


def _row(kpi: Any) -> KpiRow:
    return KpiRow(
        name=kpi.name,
        url=reverse("productivity:kpi", args=[kpi.uid]),
        unit=kpi.unit,
        cadence=words.capital(words.cadence_label(Cadence(kpi.cadence))),
        direction=str(wording.DIRECTIONS[kpi.direction]),
        judged_by=str(wording.STANDARDS[kpi.standards]),
        owner=kpi.owner.name if kpi.owner else "",
        series=kpi.series_count,
        archived=kpi.archived_at is not None,
    )


def kpi_list(actor: Actor, request: HttpRequest) -> KpiListPage:
    """The list as the address asks for it: two queries."""
    asked = ListRequest.of(request, kpi_list_spec())
    page: ListPage[Any] = asked.page(_listed(actor, asked))
    empty = None
    if not page.total and not asked.narrowed:
        empty = Empty(
            title=_("No KPIs yet"),
            why=_(
                "A KPI is one figure that matters, measured again and again, with a standard to hold it to."
            ),
            action=_("Define the first one"),
            url=reverse("productivity:kpi_new"),
            how_to=help_link("how-to/define-a-kpi"),
        )
    return KpiListPage(
        title=_("KPIs"),
        lede=_("What is measured, how it is judged, and for whom."),
        list=page.with_rows([_row(kpi) for kpi in page.rows]),
        who_sees=access.audience("kpi"),
        empty=empty,
    )


KPI_COLUMNS = ("name", "unit", "cadence", "direction", "standards", "owner", "series", "archived")


def kpi_table(actor: Actor, request: HttpRequest) -> Iterator[tuple[str | int, ...]]:
    """The whole list, in its order, as rows of `KPI_COLUMNS`."""
    asked = ListRequest.of(request, kpi_list_spec())
    for kpi in _listed(actor, asked).order_by(*asked.order_by).iterator():
        owner = kpi.owner.name if kpi.owner else ""
        archived = "yes" if kpi.archived_at else "no"
        yield (
            *(kpi.name, kpi.unit, kpi.cadence, kpi.direction, kpi.standards, owner),
            kpi.series_count,  # type: ignore[attr-defined]
            archived,
        )


# One KPI


@dataclass(frozen=True)
class KpiSeriesRow:
    """One series of the KPI with its small chart."""

    subject: str
    url: str
    spark: Svg | None
    value: str
    period: str
    point_url: str
    band: str
    band_text: str
    signals: int
    weight: int
    archived: bool


@dataclass(frozen=True)
class KpiPage:
    """One KPI: what it means, its standards over time, and its series."""

    title: str
    lede: str
    uid: str
    unit: str
    version: int
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    facts: tuple[Fact, ...]
    meaning: wording.Meaning
    standards: tuple[StandardLine, ...]
    takes_target: bool
    list: ListPage[KpiSeriesRow]
    may_edit: bool
    archived: bool
    empty: Empty | None
    standard_form: Any = None


def kpi_of(actor: Actor, uid: str) -> tuple[Kpi, bool]:
    """The KPI, and whether the actor may edit it: one query. Raises NotFound without one."""
    rows = access.visible(actor, Kpi.objects.filter(uid=uid))
    own = access.visible(actor, Kpi.objects.filter(pk=OuterRef("pk")), "edit")
    found = rows.select_related("owner").annotate(may_edit=Exists(own)).first()
    if found is None:
        raise NotFound
    return found, bool(found.may_edit)


def series_spec() -> ListSpec:
    """What the list of a KPI's series offers."""
    return ListSpec(
        sorts=(Sort("subject", ("subject_name", "id")),),
        order="subject",
        filters=(Filter("state", _("State"), (("archived", _("Archived")),), _("In use")),),
        search_label=_("Search people and teams"),
    )


def _series_of(actor: Actor, kpi: Kpi, asked: ListRequest) -> QuerySet[Any]:
    rows = access.visible(actor, Series.objects.filter(kpi=kpi))
    rows = rows.filter(archived_at__isnull=asked.filter("state") != "archived")
    for word in asked.search.casefold().split():
        rows = rows.filter(Q(person__search__contains=word) | Q(team__search__contains=word))
    latest = Measurement.objects.filter(series=OuterRef("pk")).order_by().values("series")
    described: QuerySet[Any] = rows.select_related("person", "team").annotate(
        subject_name=Coalesce("person__name", "team__name"),
        latest=Subquery(latest.annotate(last=Max("ordinal")).values("last")),
    )
    return described


def kpi_page(
    actor: Actor, uid: str, request: HttpRequest, today: date, *, standard_form: Any = None
) -> KpiPage:
    """The page of a KPI: seven queries, however many series it has. Raises NotFound."""
    kpi, may_edit = kpi_of(actor, uid)
    asked = ListRequest.of(request, series_spec())
    page: ListPage[Any] = asked.page(_series_of(actor, kpi, asked))
    rows = with_names(
        Standard.objects.filter(kpi=kpi, series=None).order_by("-from_ordinal", "-id"), "set_by_id"
    )
    lines = standard_lines(kpi, list(rows), {}, today)
    held = next((row for row in rows if row.from_ordinal <= ordinal(Cadence(kpi.cadence), today)), None)
    policy = policies.policy("bands", today)
    definition = Definition.of(kpi)
    bands = wording.bounds_of(kpi, policy["exceeds"], policy["meets"])
    return KpiPage(
        title=kpi.name,
        lede=kpi.description,
        uid=kpi.uid,
        unit=kpi.unit,
        version=kpi.version,
        crumbs=(Crumb(_("KPIs"), reverse("productivity:kpis")), Crumb(kpi.name)),
        who_sees=access.audience("kpi"),
        facts=_facts(kpi),
        meaning=wording.meaning(
            definition, bands, ceiling=kpi.ceiling, standard=held.value if held else None
        ),
        standards=lines,
        takes_target=kpi.standards == Kpi.Standards.KNOWN,
        list=page.with_rows(_series_rows(kpi, page.rows)),
        may_edit=may_edit,
        archived=kpi.archived_at is not None,
        empty=_no_series(kpi) if not page.total and not asked.narrowed else None,
        standard_form=standard_form,
    )


def _no_series(kpi: Kpi) -> Empty:
    archived = kpi.archived_at is not None
    return Empty(
        title=_("Nobody you may see is measured by it"),
        why=_("Each person or team that it is measured for has a series of figures of their own."),
        action="" if archived else _("Measure it for somebody"),
        url="" if archived else reverse("productivity:series_new", args=[kpi.uid]),
        how_to=help_link("how-to/define-a-kpi#for-whom"),
    )


def _facts(kpi: Kpi) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Unit"), kpi.unit or _("none")),
        Fact(_("Decimals"), str(kpi.decimals)),
        Fact(_("How often"), words.capital(words.cadence_label(Cadence(kpi.cadence)))),
        Fact(_("Better is"), str(wording.DIRECTIONS[kpi.direction])),
        Fact(_("Judged by"), str(wording.STANDARDS[kpi.standards])),
    ]
    if kpi.floor is not None or kpi.ceiling is not None:
        facts.append(Fact(_("Possible values"), _possible(kpi)))
    facts.append(Fact(_("Owner"), kpi.owner.name if kpi.owner else _("nobody")))
    return tuple(facts)


def _possible(kpi: Kpi) -> str:
    low = None if kpi.floor is None else fmt.figure(kpi.floor, kpi.decimals, kpi.unit)
    high = None if kpi.ceiling is None else fmt.figure(kpi.ceiling, kpi.decimals, kpi.unit)
    if low is None:
        return _("%(high)s or less") % {"high": high}
    if high is None:
        return _("%(low)s or more") % {"low": low}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _series_rows(kpi: Kpi, rows: tuple[Any, ...]) -> list[KpiSeriesRow]:
    """The rows of one page with their small charts: two queries."""
    cadence = Cadence(kpi.cadence)
    reach = SPARK_POINTS * (2 if cadence is Cadence.DAY else 1)
    latest = [row.latest for row in rows if row.latest is not None]
    points: dict[int, dict[int, int]] = {row.pk: {} for row in rows}
    found = Measurement.objects.filter(series__in=rows, ordinal__gt=min(latest, default=0) - reach)
    for series_id, at, value in found.order_by("ordinal").values_list("series_id", "ordinal", "value"):
        points[series_id][at] = value
    standings: dict[int, Standing] = {}
    newest = Standing.objects.filter(
        subject_kind="series", subject_id=OuterRef("subject_id"), category="productivity", is_current=True
    ).order_by("-ordinal")
    # of each series the newest alone: there is one a period, and each holds its whole window
    current = Standing.objects.filter(
        subject_kind="series",
        subject_id__in=[row.pk for row in rows],
        category="productivity",
        is_current=True,
        ordinal=Subquery(newest.values("ordinal")[:1]),
    )
    for standing in current:
        standings[standing.subject_id] = standing
    return [_series_row(kpi, row, points[row.pk], standings.get(row.pk)) for row in rows]


def _series_row(kpi: Kpi, row: Any, points: Mapping[int, int], standing: Standing | None) -> KpiSeriesRow:
    cadence = Cadence(kpi.cadence)
    subject = subject_of(row).name
    counts: dict[str, Any] = standing.counts if standing else {}
    ordinals: list[int] = []
    if row.latest is not None:
        first = max(min(points), row.latest - (2 if cadence is Cadence.DAY else 1) * SPARK_POINTS + 1)
        ordinals = [n for n in range(first, row.latest + 1) if cadence is not Cadence.DAY or n in points]
    signals = tuple(
        Signal(ordinals.index(at), rule, side)
        for at, rule, side in counts.get("signals", ())
        if at in ordinals
    )
    value = fmt.figure(points[row.latest], kpi.decimals, kpi.unit) if row.latest is not None else ""
    says = f"{subject}: {value}" if value else _("%(subject)s: no figures yet") % {"subject": subject}
    centre = counts.get("chart", {}).get("centre")
    data = spark.SparkData(
        says=says,
        values=tuple(None if (point := points.get(n)) is None else float(point) for n in ordinals),
        centre=None if centre is None else float(centre),
        signals=signals,
        better=kpi.direction,
    )
    return KpiSeriesRow(
        subject=subject,
        url=reverse("productivity:series", args=[row.uid]),
        spark=spark.svg(data) if value else None,
        value=value,
        period=fmt.period(cadence, row.latest) if value else "",
        point_url=period_url(row.uid, cadence, row.latest) if value else "",
        band=standing.band if standing else "",
        band_text=telling.band_text(counts.get("why")),
        signals=len(signals),
        weight=row.weight,
        archived=row.archived_at is not None,
    )


SERIES_COLUMNS = ("subject", "kind", "kpi", "period", "value", "standard", "band", "weight")


def series_table(actor: Actor, uid: str, request: HttpRequest) -> list[tuple[str | int, ...]]:
    """The KPI's series that the viewer may see, each with its latest figure, as rows of `SERIES_COLUMNS`."""
    kpi, _may = kpi_of(actor, uid)
    asked = ListRequest.of(request, series_spec())
    rows = list(_series_of(actor, kpi, asked).order_by(*asked.order_by))
    ids = [row.pk for row in rows]
    latest = {row.pk: row.latest for row in rows}
    figures: dict[int, int] = {}
    bands: dict[int, tuple[str, Any]] = {}
    for start in range(0, len(ids), 5_000):
        some = ids[start : start + 5_000]
        wanted = {value for pk in some if (value := latest[pk]) is not None}
        found = Measurement.objects.filter(series_id__in=some, ordinal__in=wanted)
        listed = found.values_list("series_id", "ordinal", "value")
        figures |= {series_id: value for series_id, at, value in listed if latest[series_id] == at}
        current = Standing.objects.filter(
            subject_kind="series", subject_id__in=some, category="productivity", is_current=True
        )
        for subject_id, band, standard in current.order_by("ordinal").values_list(
            "subject_id", "band", "counts__standard__value"
        ):
            bands[subject_id] = band, standard
    cadence = Cadence(kpi.cadence)
    table: list[tuple[str | int, ...]] = []
    for row in rows:
        band, standard = bands.get(row.pk, ("", None))
        table.append(
            (
                subject_of(row).name,
                "team" if row.team_id else "person",
                kpi.name,
                "" if row.latest is None else code(cadence, row.latest),
                values.plain_figure(figures.get(row.pk), kpi.decimals),
                values.plain_figure(standard if isinstance(standard, int) else None, kpi.decimals),
                band,
                row.weight,
            )
        )
    return table
