"""The wheel and what lies under it, made from standings as they are kept; nothing is computed or asked for here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence
from leanship.features.base.models import Standing
from leanship.features.org.models import Person
from leanship.features.productivity import telling
from leanship.features.productivity.models import Kpi, Series
from leanship.features.projects import standing_words
from leanship.features.standing.page import Sector, SeriesLine
from leanship.features.standing.words import middle_words
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts import band as strip
from leanship.web.charts import spark, wheel
from leanship.web.charts.svg import Svg
from leanship.web.charts.xmr_data import Signal

NO_EVIDENCE = "not_enough_evidence"
CYCLE = ("productivity", "projects", "people")


def evidence_url(row: Standing | None) -> str:
    """The address of the evidence behind a standing; "" where there is none."""
    return "" if row is None else reverse(f"{row.category}:standing", args=[row.uid])


def rating_says(row: Standing) -> str:
    """A standing with both counts and the median, or with what is missing; and why an older one is shown."""
    return " ".join(filter(None, (telling.says(row), telling.held_says(row))))


def series_line(series: Series, row: Standing | None) -> SeriesLine:
    """One KPI of the leader with the window it was judged in."""
    kpi = series.kpi
    rated = kpi.standards != Kpi.Standards.NONE
    url = reverse("productivity:series", args=[series.uid])
    marks = []
    if series.must_hold:
        marks.append(_("must hold"))
    if row is None:
        return SeriesLine(
            name=kpi.name,
            url=url,
            evidence_url="",
            band=NO_EVIDENCE,
            band_text="" if rated else _("charted, not rated"),
            says=_("No closed period has a value yet."),
            latest="",
            latest_says="",
            strip=None,
            spark=None,
            signal="",
            marks=tuple(marks),
        )
    counts = row.counts
    standard = counts.get("standard") or {}
    if standard.get("by_subject"):
        marks.append(_("standard set by the person it judges"))
    if standard.get("changed"):
        marks.append(_("standard changed inside the window"))
    if standard.get("kind") == "peers":
        marks.append(_("median of %(others)d peers") % {"others": standard["others"]})
    latest, latest_says = _latest(row)
    return SeriesLine(
        name=kpi.name,
        url=url,
        evidence_url=evidence_url(row),
        band=row.band,
        band_text="" if rated else _("charted, not rated"),
        says=rating_says(row) if rated else "",
        latest=latest,
        latest_says=latest_says,
        strip=_strip(row) if rated else None,
        spark=_spark(row, kpi),
        signal=_("A signal in its latest period") if counts.get("signal") else "",
        marks=tuple(marks),
    )


def _latest(row: Standing) -> tuple[str, str]:
    found = row.counts["latest"]
    if found is None:
        return "", ""
    period = fmt.period(Cadence(row.cadence), found["ordinal"])
    percent = found["percent"]
    said = _("%(period)s, percent of standard") % {"period": period} if isinstance(percent, int) else period
    return telling.percent_says(percent), said


def _strip(row: Standing) -> Svg | None:
    cadence, counts = Cadence(row.cadence), row.counts
    left_out = {at for ordinals in counts["left_out"].values() for at in ordinals}
    cells = []
    for at, *_value, percent, found in counts["periods"]:
        kind = found or ("left_out" if at in left_out else "missing")
        shown = telling.percent_says(percent)
        label = {
            "left_out": _("left out"),
            "missing": _("missing"),
        }.get(kind) or words.band_label(kind)
        cells.append(strip.Cell(kind, f"{fmt.period(cadence, at)}: {f'{shown}, ' if shown else ''}{label}"))
    return strip.svg(tuple(cells), rating_says(row)) if cells else None


def _spark(row: Standing, kpi: Kpi) -> Svg | None:
    periods = row.counts["periods"]
    scale = 10**kpi.decimals
    values = tuple(None if value is None else value / scale for _at, value, *_rest in periods)
    if not any(value is not None for value in values):
        return None
    places = {at: index for index, (at, *_rest) in enumerate(periods)}
    signals = tuple(
        Signal(places[at], rule, side) for at, rule, side in row.counts["signals"] if at in places
    )
    centre = row.counts["chart"].get("centre")
    says = (
        _("%(kpi)s: a signal among the latest periods") % {"kpi": kpi.name}
        if signals
        else _("%(kpi)s: routine variation") % {"kpi": kpi.name}
    )
    return spark.svg(
        spark.SparkData(
            says, values, None if centre is None else centre / scale, signals, better=kpi.direction
        )
    )


def sectors(
    whole: Standing | None, led: Standing | None, *, has_series: bool, off: frozenset[str] = frozenset()
) -> tuple[Sector, ...]:
    """The three categories, productivity (`whole`) and projects (`led`) from their standings, each with what it
    still lacks (M3). A category that is switched off lacks everything, and says why."""
    if whole is not None:
        productivity = Sector(
            "productivity",
            _("Productivity"),
            whole.band,
            rating_says(whole),
            evidence_url(whole),
            _missing_of(whole),
        )
    else:
        lacks = (
            _("no closed period with a value and a standard yet")
            if has_series
            else _("no KPI is measured yet")
        )
        productivity = Sector("productivity", _("Productivity"), NO_EVIDENCE, "", "", (lacks,))
    projects = _projects(led, switched_off="projects" in off)
    people = Sector(
        "people",
        _("People"),
        NO_EVIDENCE,
        "",
        "",
        (_("what the team answers"), _("help, feedback and credit among peers"), _("trust from leaders")),
    )
    return (productivity, projects, people)


def _projects(row: Standing | None, *, switched_off: bool) -> Sector:
    name = _("Projects")
    if switched_off:
        return Sector("projects", name, NO_EVIDENCE, _("Switched off in this organisation."))
    if row is None:
        return Sector("projects", name, NO_EVIDENCE, "", missing=standing_words.nothing_shown())
    lacks = tuple(standing_words.lack_label(code) for code in row.counts["lacks"])
    return Sector("projects", name, row.band, standing_words.says(row), evidence_url(row), lacks)


def _missing_of(row: Standing) -> tuple[str, ...]:
    counts, cadence = row.counts, Cadence(row.cadence)
    if row.raw != NO_EVIDENCE:
        return ()
    lacks = counts["needed"] - counts["present"]
    return (_("values for %(more)s more") % {"more": words.counted(cadence, lacks)},) if lacks > 0 else ()


def wheel_svg(person: Person, found: tuple[Sector, ...]) -> Svg:
    """The emblem for a person; between the arcs nothing is measured yet, so every arrow is dotted."""
    arcs = tuple(
        wheel.Arc(
            sector.key,
            sector.name,
            sector.band,
            words.band_label(sector.band),
            " ".join(filter(None, (sector.says, _missing_words(sector)))),
            sector.evidence_url or f"#{sector.key}",
            evidence=0.0 if sector.band == NO_EVIDENCE else 1.0,
        )
        for sector in found
    )
    names: Mapping[str, str] = {sector.key: sector.name for sector in found}
    arrows = tuple(
        wheel.Arrow(source, target, None, _arrow_says(names[source], names[target]))
        for source in CYCLE
        for target in CYCLE
        if source != target
    )
    return wheel.svg(
        wheel.WheelData(
            title=_("The wheel of %(name)s") % {"name": person.name},
            middle=middle_words([sector.band for sector in found]),
            arcs=(arcs[0], arcs[1], arcs[2]),
            arrows=arrows,
        )
    )


def _missing_words(sector: Sector) -> str:
    return _("Still missing: %(what)s.") % {"what": "; ".join(sector.missing)} if sector.missing else ""


def _arrow_says(source: str, target: str) -> str:
    return _("%(source)s to %(target)s: nothing measured yet") % {"source": source, "target": target}


def period_words(whole: Standing | None, found: Mapping[Any, Standing]) -> str:
    """Up to which closed period the page speaks."""
    row = whole or max(found.values(), key=lambda one: one.made_at, default=None)
    if row is None:
        return ""
    return _("As of %(period)s, the latest closed period.") % {
        "period": fmt.period(Cadence(row.cadence), row.ordinal)
    }
