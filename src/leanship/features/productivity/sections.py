"""What productivity adds to the page of a person and of a team: their KPIs, for those who may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain import Rating
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.org.sections import Section
from leanship.features.productivity import telling
from leanship.features.productivity.models import Kpi, Series


@dataclass(frozen=True)
class KpiLine:
    """One KPI with its band and where it opens."""

    name: str
    url: str
    band: str
    band_text: str
    evidence_url: str


@dataclass(frozen=True)
class KpiLines:
    """The KPIs of one subject; a team has a board that shows them as charts."""

    lines: tuple[KpiLine, ...]
    board_url: str
    may_add: bool


def of_person(actor: Actor, person: Person) -> Section | None:
    """The KPIs of a person, with the way to where they stand; None for whoever may not see them. Two queries."""
    if not access.may(actor, "read", About("person_series", person)):
        return None
    return _section(Q(person=person), "", may_add=True)


def of_team(actor: Actor, team: Team) -> Section | None:
    """The KPIs of a team; None for whoever may not see them. At most four queries."""
    if not access.may(actor, "read", About("team_series", team)):
        return None
    may_add = bool(access.may(actor, "create", About("team_series", team)))
    return _section(Q(team=team), reverse("productivity:board_team", args=[team.uid]), may_add=may_add)


def _section(whose: Q, board_url: str, *, may_add: bool) -> Section:
    newest = Standing.objects.filter(
        subject_kind="series", subject_id=OuterRef("pk"), is_current=True
    ).order_by("-ordinal")
    rows = (
        Series.objects.filter(whose, archived_at=None, kpi__archived_at=None)
        .annotate(band=Subquery(newest.values("band")[:1]), evidence=Subquery(newest.values("uid")[:1]))
        .order_by("kpi__name", "id")
        .values_list("uid", "kpi__name", "kpi__standards", "band", "evidence")
    )
    lines = tuple(
        KpiLine(
            name,
            reverse("productivity:series", args=[uid]),
            band or Rating.NOT_ENOUGH_EVIDENCE.value,
            telling.band_text("not_rated" if standards == Kpi.Standards.NONE else ""),
            reverse("productivity:standing", args=[evidence]) if evidence else "",
        )
        for uid, name, standards, band, evidence in rows
    )
    value = KpiLines(lines, board_url, may_add)
    return Section("kpis", _("KPIs"), "productivity/_kpi_section.html", value)
