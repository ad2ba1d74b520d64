"""The evidence behind one standing (M1): the rule in words, the window as it was judged, and what replaced what.

Everything comes from the row itself, so the page of a standing that was replaced says what was known then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence, code
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity import telling
from leanship.features.productivity.models import Kpi, Series
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.layout import Crumb, Fact, WhoSees


@dataclass(frozen=True)
class PeriodLine:
    """One period of the window: its figures, or why it has none."""

    period: str
    url: str
    value: str
    standard: str
    percent: str
    band: str
    why: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class KpiLine:
    """One KPI of a whole, as it counted then."""

    name: str
    url: str
    weight: int
    must_hold: bool
    band: str
    caps: bool


@dataclass(frozen=True)
class VersionLine:
    """One version of this standing; the newest is the one that holds."""

    url: str
    band: str
    band_text: str
    at: datetime
    reason: str
    is_this: bool
    is_current: bool


@dataclass(frozen=True)
class EvidencePage:
    """A standing with everything it was decided on."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    back: str
    band: str
    band_text: str
    rated: bool
    unit: str
    says: str
    held: str
    replaced_by: str
    rule: tuple[str, ...]
    marks: tuple[str, ...]
    facts: tuple[Fact, ...]
    periods: tuple[PeriodLine, ...]
    kpis: tuple[KpiLine, ...]
    versions: tuple[VersionLine, ...]


def evidence_page(actor: Actor, uid: str) -> EvidencePage:
    """The evidence of the standing `uid`; seven queries at most.

    Raises NotFound where there is none, or the actor may not know of it.
    """
    standing = Standing.objects.filter(uid=uid, category="productivity").first()
    if standing is None:
        raise NotFound
    if standing.subject_kind == "series":
        return _of_series(actor, standing)
    return _of_whole(actor, standing)


def _of_series(actor: Actor, standing: Standing) -> EvidencePage:
    rows = access.visible(actor, Series.objects.filter(pk=standing.subject_id))
    series = rows.select_related("kpi", "person", "team__lead").first()
    subject = None if series is None else series.person or series.team
    if series is None or subject is None:
        raise NotFound
    kpi, counts = series.kpi, standing.counts
    kind = "team_series" if series.team_id else "person_series"
    url = reverse("productivity:series", args=[series.uid])
    return _page(
        standing,
        title=kpi.name,
        subject=subject,
        who_sees=access.audience(kind, subject),
        crumbs=(
            Crumb(kpi.name, reverse("productivity:kpi", args=[kpi.uid])),
            Crumb(subject.name, url),
        ),
        back=url,
        unit=kpi.unit,
        facts=(*_standard_facts(series, standing), *_chart_facts(series, standing)),
        periods=tuple(_period_line(series, standing, row) for row in counts["periods"]),
    )


def _of_whole(actor: Actor, standing: Standing) -> EvidencePage:
    subject: Person | Team | None
    if standing.subject_kind == "person":
        kind, subject = "standing", Person.objects.filter(pk=standing.subject_id).first()
    else:
        kind, subject = (
            "team_series",
            Team.objects.select_related("lead").filter(pk=standing.subject_id).first(),
        )
    if subject is None:
        raise NotFound
    access.require(actor, "read", About(kind, subject))
    ids = [kpi["series"] for kpi in standing.counts["kpis"]]
    series = Series.objects.select_related("kpi").in_bulk(ids)
    back = (
        reverse("standing:of", args=[subject.uid])
        if isinstance(subject, Person)
        else reverse("productivity:board_team", args=[subject.uid])
    )
    return _page(
        standing,
        title=_("Productivity"),
        subject=subject,
        who_sees=access.audience(kind, subject),
        crumbs=(Crumb(subject.name, back),),
        back=back,
        facts=(),
        periods=tuple(_whole_line(standing, row) for row in standing.counts["periods"]),
        kpis=tuple(_kpi_line(standing, series, kpi) for kpi in standing.counts["kpis"]),
    )


def _page(
    standing: Standing,
    *,
    title: str,
    subject: Person | Team,
    who_sees: WhoSees,
    crumbs: tuple[Crumb, ...],
    back: str,
    facts: tuple[Fact, ...],
    periods: tuple[PeriodLine, ...],
    kpis: tuple[KpiLine, ...] = (),
    unit: str = "",
) -> EvidencePage:
    cadence, counts = Cadence(standing.cadence), standing.counts
    period = fmt.period(cadence, standing.ordinal)
    rows = versions(standing)
    now = next((one.url for one in rows if one.is_current), "")
    return EvidencePage(
        title=title,
        lede=_("%(name)s, as of %(period)s") % {"name": subject.name, "period": period},
        crumbs=(*crumbs, Crumb(_("Evidence, %(period)s") % {"period": period})),
        who_sees=who_sees,
        back=back,
        band=standing.band,
        band_text=telling.band_text(counts["why"]),
        rated=counts["why"] != "not_rated",
        unit=unit,
        says=telling.says(standing),
        held=telling.held_says(standing),
        replaced_by="" if standing.is_current else now,
        rule=telling.rule_says(standing),
        marks=telling.marks(counts),
        facts=(*_counted_facts(standing), *facts, *_rule_facts(standing)),
        periods=tuple(reversed(periods)),
        kpis=kpis,
        versions=rows,
    )


def versions(
    standing: Standing,
    page: str = "productivity:standing",
    reason: Callable[[str], str] = telling.reason_label,
) -> tuple[VersionLine, ...]:
    """Every row there was for this subject and period, the newest first; one query.

    `page` names the address of a row, `reason` gives the words of why it was written.
    """
    rows = Standing.objects.filter(
        subject_kind=standing.subject_kind,
        subject_id=standing.subject_id,
        category=standing.category,
        cadence=standing.cadence,
        ordinal=standing.ordinal,
    ).order_by("-id")
    return tuple(
        VersionLine(
            url=reverse(page, args=[row.uid]),
            band=row.band,
            band_text=telling.band_text(row.why),
            at=row.made_at,
            reason=reason(row.reason),
            is_this=row.pk == standing.pk,
            is_current=row.is_current,
        )
        for row in rows.defer("counts").annotate(why=F("counts__why"))
    )


def _counted_facts(standing: Standing) -> tuple[Fact, ...]:
    cadence, counts = Cadence(standing.cadence), standing.counts
    high, enough = fmt.percent(counts["bands"]["exceeds"]), fmt.percent(counts["bands"]["meets"])
    span = _("%(first)s to %(last)s") % {
        "first": fmt.period(cadence, counts["first"]),
        "last": fmt.period(cadence, counts["last"]),
    }
    facts = [Fact(_("Window"), span)]
    if counts["why"] != "not_rated":
        # a 0 where less is better, or a standard of 0, is judged without a percent
        bare = 0
        if standing.subject_kind == "series":
            bare = sum(isinstance(said, str) and band is not None for *_v, said, band in counts["periods"])
        facts += [
            Fact(
                _("Judged"),
                words.counted(cadence, counts["present"]),
                note=_("at least %(needed)d are needed") % {"needed": counts["needed"]},
            ),
            Fact(_("Exceed, at %(high)s or more") % {"high": high}, str(counts["exceeds"])),
            Fact(_("Meet or exceed, at %(enough)s or more") % {"enough": enough}, str(counts["meets"])),
            Fact(_("Below %(enough)s") % {"enough": enough}, str(counts["below"])),
        ]
        if bare:
            facts.append(
                Fact(
                    _("Judged without a percent"),
                    words.counted(cadence, bare),
                    note=_("a figure or a standard of 0 has none, and is counted above by what it is"),
                )
            )
    if counts["median"] is not None:
        facts.append(Fact(_("Median"), fmt.percent(counts["median"])))
    if counts["missing"] and counts["why"] != "not_rated":
        facts.append(Fact(_("Missing"), stretches(cadence, counts["missing"])))
    for name, numbers in sorted(counts["left_out"].items()):
        label = _("Left out: %(why)s") % {"why": telling.left_out_label(name)}
        facts.append(Fact(label, stretches(cadence, numbers)))
    return tuple(facts)


def stretches(cadence: Cadence, numbers: Sequence[int]) -> str:
    """Periods by name; three or more that follow each other as one stretch."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    said = []
    for stretch in found:
        names = [fmt.period(cadence, number) for number in stretch]
        said += (
            names if len(names) < 3 else [_("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}]
        )
    return ", ".join(said)


def _standard_facts(series: Series, standing: Standing) -> tuple[Fact, ...]:
    standard = standing.counts["standard"]
    if standing.counts["why"] == "not_rated":
        return ()
    if standard is None:
        return (Fact(_("Standard"), _("none")),)
    kpi, cadence = series.kpi, Cadence(standing.cadence)
    shown = fmt.figure(_exact(standard["value"]), kpi.decimals, kpi.unit)
    if standard["kind"] == "peers":
        url = reverse("productivity:peers", args=[series.uid])
        return (
            Fact(_("Standard"), shown, url=url, note=_("median of %(n)d peers") % {"n": standard["others"]}),
        )
    since = _("since the first period") if standard["since"] < 0 else fmt.period(cadence, standard["since"])
    whose = _("for this series") if standard["own"] else _("for everyone with this KPI")
    return (
        Fact(_("Standard"), shown, note=_("%(whose)s, from %(since)s") % {"whose": whose, "since": since}),
    )


def _exact(value: int | float) -> int | Fraction:
    return value if isinstance(value, int) else Fraction(value)


def _chart_facts(series: Series, standing: Standing) -> tuple[Fact, ...]:
    kpi, chart = series.kpi, standing.counts["chart"]
    scale, decimals = 10**kpi.decimals, kpi.decimals + 1
    if chart.get("lower") is None:
        return (Fact(_("Routine variation"), words.no_limits(chart["run"])),)
    low, high = _possible(kpi, chart["lower"]), _possible(kpi, chart["upper"])
    limits = fmt.interval(low / scale, high / scale, kpi.unit, decimals)
    notes = [_("provisional")] if chart["provisional"] else []
    for worked_out, shown, name in (
        (chart["lower"], low, _("the lower limit is worked out as %(value)s")),
        (chart["upper"], high, _("the upper limit is worked out as %(value)s")),
    ):
        if worked_out != shown:
            notes.append(name % {"value": fmt.number(worked_out / scale, decimals)})
    note = "; ".join(notes)
    signals = standing.counts["signals"]
    cadence = Cadence(standing.cadence)
    seen = sorted({at for at, _rule, _side in signals})
    facts = [
        Fact(_("Routine variation"), limits, note=note, url=reverse("productivity:series", args=[series.uid]))
    ]
    facts.append(Fact(_("Signals"), stretches(cadence, seen) if seen else _("none")))
    return tuple(facts)


def _possible(kpi: Kpi, value: float) -> float:
    """A limit as it is drawn: not beyond what the KPI can be (M16)."""
    low = value if kpi.floor is None else max(value, kpi.floor)
    return low if kpi.ceiling is None else min(low, kpi.ceiling)


def _rule_facts(standing: Standing) -> tuple[Fact, ...]:
    facts = []
    before = standing.counts["before"]
    if before is not None and standing.counts["why"] != "not_rated":
        facts.append(Fact(_("Shown for the period before"), words.band_label(before[1])))
    facts.append(
        Fact(
            _("Rule"),
            standing.rule_version,
            note=_("worked out %(at)s") % {"at": fmt.moment(standing.made_at)},
        )
    )
    return tuple(facts)


def _why(standing: Standing, number: int, value: object) -> str:
    """Why a period has no percent."""
    counts = standing.counts
    for name, numbers in counts["left_out"].items():
        if number in numbers:
            return _("left out: %(why)s") % {"why": telling.left_out_label(name)}
    if number in counts.get("unrated", ()):
        return _("below 0: charted, not rated")
    if counts["why"] == "not_rated":
        return "" if value is not None else _("missing")
    return _("no standard") if value is not None else _("missing")


def _period_line(series: Series, standing: Standing, row: Sequence[Any]) -> PeriodLine:
    number, value, standard, percent, band = row
    kpi, cadence = series.kpi, Cadence(standing.cadence)
    return PeriodLine(
        period=fmt.period(cadence, number),
        url=reverse("productivity:point", args=[series.uid, code(cadence, number)])
        if value is not None
        else "",
        value="" if value is None else fmt.bare(value, kpi.decimals, kpi.unit),
        standard="" if standard is None else fmt.bare(_exact(standard), kpi.decimals, kpi.unit),
        percent=telling.percent_says(percent),
        band=band or "",
        why="" if band else _why(standing, number, value),
    )


def _whole_line(standing: Standing, row: Sequence[Any]) -> PeriodLine:
    number, percent, band, parts = row
    return PeriodLine(
        period=fmt.period(Cadence(standing.cadence), number),
        url="",
        value="",
        standard="",
        percent=telling.percent_says(percent),
        band=band or "",
        why="" if band else _why(standing, number, None),
        parts=tuple(telling.percent_says(part) for part in parts),
    )


def _kpi_line(standing: Standing, series: Mapping[int, Series], kpi: Mapping[str, Any]) -> KpiLine:
    one = series.get(kpi["series"])
    return KpiLine(
        name=one.kpi.name if one else _("a KPI that is gone"),
        url=reverse("productivity:series", args=[one.uid]) if one else "",
        weight=kpi["weight"],
        must_hold=kpi["must_hold"],
        band=kpi["rating"],
        caps=kpi["series"] in standing.counts["capped_by"],
    )
