"""One figure among those of peers: a distribution with oneself marked, never names and never an order of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain import median
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence, last_day, latest_closed
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.productivity import peers
from leanship.features.productivity.models import Measurement, PeerStandard, Series
from leanship.web import format as fmt
from leanship.web.charts import distribution
from leanship.web.charts.svg import Svg
from leanship.web.layout import Crumb, Fact, WhoSees


@dataclass(frozen=True)
class PeersPage:
    """The comparison; with fewer than five others `chart` is None and `says` is the rule alone."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    back: str
    chart: Svg | None
    says: str
    rule: tuple[str, ...]
    facts: tuple[Fact, ...]


def peers_page(actor: Actor, uid: str, today: date) -> PeersPage:
    """A person's latest closed figure of one KPI among those of the same role and level; eight queries at most.

    Raises NotFound where there is no such series of a person, or the actor may not know of it.
    """
    rows = access.visible(actor, Series.objects.filter(uid=uid, person__isnull=False))
    series = rows.select_related("kpi", "person").first()
    if series is None or series.person is None:
        raise NotFound
    kpi, person = series.kpi, series.person
    cadence = Cadence(kpi.cadence)
    at = _period(series, latest_closed(cadence, today))
    own, others = _figures(series, at, last_day(cadence, at))
    period = fmt.period(cadence, at)
    url = reverse("productivity:series", args=[series.uid])
    enough = len(others) >= peers.AT_LEAST
    mine = person.pk == actor.person_id
    return PeersPage(
        title=_("Among peers"),
        lede=_("%(kpi)s, %(name)s, %(period)s") % {"kpi": kpi.name, "name": person.name, "period": period},
        crumbs=(
            Crumb(kpi.name, reverse("productivity:kpi", args=[kpi.uid])),
            Crumb(person.name, url),
            Crumb(_("Among peers")),
        ),
        who_sees=access.audience("person_series", person),
        back=url,
        chart=_chart(series, person, own, others, mine=mine, period=period) if enough else None,
        says=_says(series, own, others, mine=mine) if enough else _too_few(),
        rule=(
            _("Peers are those of the same role and level in that period who have a figure of the same KPI."),
            _(
                "Nobody is named, and this is no order of people. What counts is the distance from the median; half "
                "of all are below it by definition."
            ),
        ),
        facts=_facts(series, own, others, at) if enough else (),
    )


def _period(series: Series, latest: int) -> int:
    """The latest closed period in which the series has a figure; the latest closed one where it has none."""
    found = (
        series.measurements.filter(ordinal__lte=latest).order_by("-ordinal").values_list("ordinal", flat=True)
    )
    return found.first() or latest


def _figures(series: Series, at: int, day: date) -> tuple[int | None, list[int]]:
    """One's own figure and those of the others in the same role and level on `day`."""
    rows = Measurement.objects.filter(
        series__kpi_id=series.kpi_id, series__person__isnull=False, ordinal=at
    ).values_list("series__person_id", "value")
    values = dict(rows)
    own = values.pop(series.person_id or 0, None)
    held = peers.positions([*values, series.person_id or 0])
    group = peers.group_on(held.get(series.person_id or 0, ()), day)
    if group is None:
        return own, []
    return own, [
        value for person, value in values.items() if peers.group_on(held.get(person or 0, ()), day) == group
    ]


def _too_few() -> str:
    return _(
        "Fewer than five others of the same role and level have a figure in this period, so nothing is shown: "
        "with so few, somebody's figure could be told."
    )


def _says(series: Series, own: int | None, others: list[int], *, mine: bool) -> str:
    kpi = series.kpi
    figures = {
        "median": fmt.figure(_median(others), kpi.decimals, kpi.unit),
        "own": "" if own is None else fmt.figure(own, kpi.decimals, kpi.unit),
        "count": len(others),
        "name": series.person.name if series.person else "",
    }
    if own is None:
        return (
            _("The median of %(count)d others is %(median)s; there is no own figure in this period.")
            % figures
        )
    if mine:
        return _("You have %(own)s; the median of %(count)d others is %(median)s.") % figures
    return _("%(name)s has %(own)s; the median of %(count)d others is %(median)s.") % figures


def _median(others: list[int]) -> Figure:
    return median([*others])


def _chart(
    series: Series, person: Person, own: int | None, others: list[int], *, mine: bool, period: str
) -> Svg:
    kpi, scale = series.kpi, 10**series.kpi.decimals
    return distribution.svg(
        distribution.DistributionData(
            title=_("%(kpi)s, %(period)s, among peers") % {"kpi": kpi.name, "period": period},
            says=_says(series, own, others, mine=mine),
            others=tuple(sorted(value / scale for value in others)),
            own=None if own is None else own / scale,
            unit=kpi.unit,
            decimals=kpi.decimals,
            own_label=_("You") if mine else person.name,
            median_label=_("Median of the others"),
        )
    )


def _facts(series: Series, own: int | None, others: list[int], at: int) -> tuple[Fact, ...]:
    kpi = series.kpi
    facts = [
        Fact(_("Others"), ngettext("%(n)d person", "%(n)d people", len(others)) % {"n": len(others)}),
        Fact(_("Their median"), fmt.figure(_median(others), kpi.decimals, kpi.unit)),
        Fact(_("Own figure"), _("none") if own is None else fmt.figure(own, kpi.decimals, kpi.unit)),
    ]
    frozen = PeerStandard.objects.filter(series=series, ordinal=at).first()
    if frozen is not None:
        facts.append(
            Fact(
                _("Standard"),
                fmt.figure(Fraction(frozen.doubled, 2), kpi.decimals, kpi.unit),
                note=_("median of %(n)d others, frozen %(day)s; later corrections do not change it")
                % {"n": frozen.others, "day": fmt.day(frozen.frozen_at)},
            )
        )
    return tuple(facts)
