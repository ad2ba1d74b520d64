"""KPIs and the series of figures that they are measured by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from ninja import Query, Router, Schema
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Page, Paging, Ref, Subject, each, figure, page, ref, subject, words
from leanship.api.problems import READ, answers
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.productivity.models import Kpi, Series, Standard
from leanship.features.productivity.opened import open_series

router = Router(tags=["kpis"], auth=PersonalKey("productivity"))


class KpisAsked(Paging):
    """How to narrow the list of KPIs."""

    q: str = Field("", max_length=200, description="Words of name, unit or description.")
    cadence: str = Field("", description="day, week, month or quarter.")
    mine: bool = Field(False, description="Those you own or are measured by.")
    archived: bool = Field(False, description="Archived KPIs, instead of those in use.")


class KpiRow(Ref):
    """What is measured, and how it is judged. `standards` is known, peers or none; figures are decimal text."""

    description: str
    unit: str
    decimals: int
    direction: str
    cadence: str
    aggregation: str
    ratio_scale: int
    standards: str
    floor: str | None
    ceiling: str | None
    on_shortfall: bool
    exceeds: int | None = Field(description="Its own threshold; null: the organisation's.")
    meets: int | None
    limits: str
    owner: Ref | None
    archived: bool
    version: int


class Target(Schema):
    """A known standard and the first period that it holds for."""

    value: str
    since: str


class KpiOut(KpiRow):
    """One KPI with the targets that hold for every series without one of its own, the oldest first."""

    targets: list[Target]


class SeriesAsked(Paging):
    """How to narrow the list of series."""

    q: str = Field("", max_length=200, description="Words of the subject or the KPI.")
    kpi: str = Field("", description="The uid of a KPI.")
    person: str = Field("", description="The uid of a person.")
    team: str = Field("", description="The uid of a team.")
    archived: bool = False


class SeriesRow(Schema):
    """One KPI of one person or team."""

    uid: str
    kpi: Ref
    subject: Subject
    cadence: str
    unit: str
    decimals: int
    weight: int
    must_hold: bool
    archived: bool
    version: int


class May(Schema):
    """What you may do with this series."""

    edit: bool
    standard: bool
    baseline: bool
    note: bool


class SeriesOut(SeriesRow):
    """One series, its own targets, and what you may do with it."""

    targets: list[Target]
    may: May


def _kpi(kpi: Kpi) -> dict[str, Any]:
    plain = (
        "uid", "name", "description", "unit", "decimals", "direction", "cadence", "aggregation", "ratio_scale",
        "standards", "on_shortfall", "exceeds", "meets", "limits", "version",
    )  # fmt: skip
    return {name: getattr(kpi, name) for name in plain} | {
        "floor": figure(kpi.floor, kpi.decimals),
        "ceiling": figure(kpi.ceiling, kpi.decimals),
        "owner": ref(kpi.owner),
        "archived": kpi.archived_at is not None,
    }


def _targets(kpi: Kpi, series: Series | None) -> list[dict[str, Any]]:
    rows = Standard.objects.filter(kpi=kpi, series=series).order_by("from_ordinal", "id")
    cadence = Cadence(kpi.cadence)
    # of two for the same first period the later one holds
    held = dict(rows.values_list("from_ordinal", "value"))
    return [
        {"value": figure(value, kpi.decimals), "since": code(cadence, since)} for since, value in held.items()
    ]


def series_row(series: Series) -> dict[str, Any]:
    """One series as the API lists it; its KPI and subject must have been fetched along."""
    kpi = series.kpi
    return {
        "uid": series.uid,
        "kpi": ref(kpi),
        "subject": subject(series.person, series.team),
        "cadence": kpi.cadence,
        "unit": kpi.unit,
        "decimals": kpi.decimals,
        "weight": series.weight,
        "must_hold": series.must_hold,
        "archived": bool(series.archived_at or kpi.archived_at),
        "version": series.version,
    }


@router.get("/kpis", response=answers(Page[KpiRow]))
def kpis(request: SignedIn, asked: Query[KpisAsked]) -> Any:
    """The KPIs in use, by name."""
    rows = access.visible(request.actor, Kpi.objects.filter(archived_at__isnull=not asked.archived))
    rows = words(rows, asked.q, "search")
    if asked.cadence:
        rows = rows.filter(cadence=asked.cadence)
    if asked.mine:
        own = Series.objects.filter(kpi=OuterRef("pk"), person_id=request.actor.own_id, archived_at=None)
        rows = rows.filter(Q(owner_id=request.actor.own_id) | Exists(own))
    return page(rows.select_related("owner").order_by("name", "id"), asked, each(_kpi))


@router.get("/kpis/{slug:uid}", response=answers(KpiOut, *READ))
def kpi(request: SignedIn, uid: str) -> Any:
    """One KPI with its targets."""
    rows = access.visible(request.actor, Kpi.objects.filter(uid=uid)).select_related("owner")
    found = rows.first()
    if found is None:
        raise NotFound
    return _kpi(found) | {"targets": _targets(found, None)}


@router.get("/series", response=answers(Page[SeriesRow]))
def series_list(request: SignedIn, asked: Query[SeriesAsked]) -> Any:
    """The series that you may see, in the order in which they were made."""
    rows = access.visible(request.actor, Series.objects.all())
    in_use = Q(archived_at=None, kpi__archived_at=None)
    rows = rows.exclude(in_use) if asked.archived else rows.filter(in_use)
    for field in ("kpi", "person", "team"):
        if value := getattr(asked, field):
            rows = rows.filter(**{f"{field}__uid": value})
    rows = words(rows, asked.q, "person__search", "team__search", "kpi__search")
    return page(rows.select_related("kpi", "person", "team").order_by("id"), asked, each(series_row))


@router.get("/series/{slug:uid}", response=answers(SeriesOut, *READ))
def series(request: SignedIn, uid: str) -> Any:
    """One series with the targets of its own."""
    found, may = open_series(request.actor, uid)
    allowed = {act: getattr(may, act) for act in ("edit", "standard", "baseline", "note")}
    return series_row(found) | {"targets": _targets(found.kpi, found), "may": allowed}
