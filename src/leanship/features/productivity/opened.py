"""One series opened by somebody: fetched with what they may do, in one query, and the parts its pages share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain import Attainment, Better, attainment, shortfall
from leanship.domain.figures import Bands, Case, Figure
from leanship.domain.periods import Cadence, code
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity.models import Series
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.layout import Crumb, WhoSees

ACTS = ("edit", "standard", "baseline", "note")


@dataclass(frozen=True)
class May:
    """What the viewer may do with this series; a button that would be refused is not shown."""

    edit: bool
    standard: bool
    baseline: bool
    note: bool


def open_series(actor: Actor, uid: str) -> tuple[Series, May]:
    """The series with its KPI and subject, and what the actor may do with it: one query.

    Raises NotFound where there is none, or the actor may not know of it.
    """
    rows: QuerySet[Series] = access.visible(actor, Series.objects.filter(uid=uid))
    own = Series.objects.filter(pk=OuterRef("pk"))
    found = (
        rows.select_related("kpi", "person", "team__lead")
        .annotate(**{f"may_{act}": Exists(access.visible(actor, own, act)) for act in ACTS})
        .first()
    )
    if found is None:
        raise NotFound
    return found, May(**{act: bool(getattr(found, f"may_{act}")) for act in ACTS})


def subject_of(series: Series) -> Person | Team:
    """The person or team it is about."""
    subject = series.person or series.team
    if subject is None:
        raise TypeError("a series is about a person or a team")
    return subject


def name_of(column: str) -> Any:
    """A subquery for the name of the person whose id stands in `column`, since history keeps bare ids."""
    return Subquery(Person.objects.filter(pk=OuterRef(column)).values("name")[:1])


@dataclass(frozen=True)
class Head:
    """What every page of one series begins with."""

    uid: str
    title: str
    lede: str
    subject: str
    subject_uid: str
    subject_is_team: bool
    kpi_uid: str
    cadence: str
    decimals: int
    unit: str
    archived: bool
    may: May
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]


def head_of(series: Series, may: May, *last: str) -> Head:
    """The head; one query for who sees it. `last` are the labels of the way below the series' own page."""
    kpi, subject = series.kpi, subject_of(series)
    kind = "team_series" if series.team_id else "person_series"
    lede = " · ".join(
        part
        for part in (
            subject.name,
            words.capital(words.cadence_label(Cadence(kpi.cadence))),
            _("archived") if series.archived_at or kpi.archived_at else "",
        )
        if part
    )
    crumbs = [
        Crumb(_("KPIs"), reverse("productivity:kpis")),
        Crumb(kpi.name, reverse("productivity:kpi", args=[kpi.uid])),
        Crumb(subject.name, reverse("productivity:series", args=[series.uid]) if last else ""),
        *(Crumb(label) for label in last),
    ]
    return Head(
        uid=series.uid,
        title=kpi.name,
        lede=lede,
        subject=subject.name,
        subject_uid=subject.uid,
        subject_is_team=series.team_id is not None,
        kpi_uid=kpi.uid,
        cadence=kpi.cadence,
        decimals=kpi.decimals,
        unit=kpi.unit,
        archived=bool(series.archived_at or kpi.archived_at),
        may=may,
        who_sees=access.audience(kind, subject),
        crumbs=tuple(crumbs),
    )


@dataclass(frozen=True)
class Judged:
    """How one period stands against its standard, in words ready to show; empty where nothing can be said."""

    percent: str = ""
    band: str = ""
    why: str = ""


def judge(series: Series, value: Figure, standard: Figure | None, bands: Bands) -> Judged:
    """M11 to M13 of one period of the series."""
    kpi = series.kpi
    if kpi.standards == "none":
        return Judged(why=_("charted, not rated"))
    if standard is None:
        return Judged(why=_("no standard"))
    better = Better(kpi.direction)
    if kpi.on_shortfall and kpi.ceiling is not None:
        value, standard = shortfall(value, kpi.ceiling), shortfall(standard, kpi.ceiling)
        better = Better.LOWER
    return told(attainment(value, standard, better), bands)


def told(found: Attainment, bands: Bands) -> Judged:
    """The percent or what stands in its place, and the band."""
    if found.case is Case.NOT_RATED:
        return Judged(why=_("below 0: charted, not rated"))
    band = "exceeds" if found.exceeds(bands) else "meets" if found.meets(bands) else "does_not_meet"
    if found.percent is not None:
        return Judged(fmt.percent(found.percent), band)
    why = {
        Case.ABOVE: _("0 where less is better: beyond any percent"),
        Case.AT_OR_ABOVE: _("the standard of 0 is kept"),
        Case.BELOW: _("the standard of 0 is not kept"),
    }
    return Judged(band=band, why=why[found.case])


def period_url(series_uid: str, cadence: Cadence, ordinal: int) -> str:
    """The address of one point."""
    return reverse("productivity:point", args=[series_uid, code(cadence, ordinal)])


def with_names(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """The rows with `<column>_name` beside each column that holds a person's id."""
    named: QuerySet[Any] = rows.annotate(**{f"{column}_name": name_of(column) for column in columns})
    return named


def measurements(series: Series, ordinals: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """Figures with who brought them, when and how, in the order of their periods; one query."""
    rows = series.measurements.order_by("ordinal")
    if ordinals is not None:
        rows = rows.filter(ordinal__in=list(ordinals))
    named = rows.annotate(
        who=name_of("batch__actor_id"),
        at=F("batch__at"),
        kind=F("batch__kind"),
        filename=F("batch__filename"),
        batch_uid=F("batch__uid"),
    )
    fields = ("ordinal", "value", "numerator", "denominator", "who", "at", "kind", "filename", "batch_uid")
    return [dict(zip(fields, row, strict=True)) for row in named.values_list(*fields)]
