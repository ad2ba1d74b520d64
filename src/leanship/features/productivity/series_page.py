"""The page of one series: its chart with signals in words, notes, accepted shifts, and the rating's evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain import Shift, proposed_shift
from leanship.domain.figures import Bands
from leanship.domain.periods import Cadence, code
from leanship.features.base.models import Standing
from leanship.features.org.access import Actor
from leanship.features.productivity import telling, values
from leanship.features.productivity.charts import Laid, lay_out
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.models import Kpi, Series, SignalSeen
from leanship.features.productivity.opened import (
    Head,
    head_of,
    measurements,
    open_series,
    period_url,
    with_names,
)
from leanship.features.productivity.wording import meaning
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts import band as band_strip
from leanship.web.charts import series as series_chart
from leanship.web.charts import xmr
from leanship.web.charts.svg import Svg
from leanship.web.charts.xmr_data import Note, XmrData
from leanship.web.help import link as help_link
from leanship.web.layout import Empty

SIGNALS = 5  # that the list shows before it is opened


@dataclass(frozen=True)
class SignalLine:
    """Neighbouring points that one rule flags, told in words. `places` are their (ordinal, rule)."""

    text: str
    rule: str
    url: str
    seen: bool
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class NoteLine:
    """A note with its number on the chart."""

    number: int
    uid: str
    period: str
    url: str
    text: str
    author: str
    at: datetime
    mine: bool


@dataclass(frozen=True)
class Step:
    """Where new limits begin because a person said so."""

    pk: int
    since: str
    until: str
    reason: str
    author: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """A sustained shift that may be accepted."""

    text: str
    since: str  # the period's code, for the form


@dataclass(frozen=True)
class RatingPart:
    """The latest rating of the series with what it was decided on; `warns` of a band that cannot be reached."""

    band: str
    band_text: str
    says: str
    held: str
    marks: tuple[str, ...]
    warns: tuple[str, ...]
    strip: Svg | None
    excluded: tuple[str, ...]
    as_of: str
    url: str


@dataclass(frozen=True)
class SeriesPage:
    """Everything the page of a series shows."""

    head: Head
    title: str
    lede: str
    latest: str
    latest_period: str
    latest_url: str
    svg: Svg
    says: str
    warns: tuple[str, ...]
    clipped: tuple[str, ...]
    signals: tuple[SignalLine, ...]
    older_signals: tuple[SignalLine, ...]
    unseen: int
    notes: tuple[NoteLine, ...]
    periods: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    proposal: Proposal | None
    rating: RatingPart | None
    empty: Empty | None
    tab: str = "chart"
    note_form: Any = None
    shift_form: Any = None
    baseline_form: Any = None

    def with_forms(self, **forms: Any) -> SeriesPage:
        """The same page with its forms."""
        return replace(self, **forms)

    @property
    def who_sees(self) -> object:
        """For the shell."""
        return self.head.who_sees

    @property
    def crumbs(self) -> object:
        """For the shell."""
        return self.head.crumbs


def series_page(actor: Actor, uid: str) -> SeriesPage:
    """The page of a series: seven queries. Raises NotFound where the actor may not see it."""
    series, may = open_series(actor, uid)
    head = head_of(series, may)
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    figures = measurements(series)
    points = {
        row["ordinal"]: values.exact(kpi, row["value"], row["numerator"], row["denominator"])
        for row in figures
    }
    baselines = list(with_names(series.baselines.filter(withdrawn_at=None), "set_by_id"))
    laid = lay_out(cadence, points, baselines, use_median=kpi.limits == Kpi.Limits.MEDIAN)
    notes = _notes(actor, series, cadence)
    seen = set(
        SignalSeen.objects.filter(series=series, person_id=actor.own_id).values_list("ordinal", "rule")
    )
    data = _data(series, head, laid, notes)
    signals = _signals(series, laid, data, seen)
    latest = figures[-1] if figures else None
    standing = (
        Standing.objects.filter(
            subject_kind="series", subject_id=series.pk, category="productivity", is_current=True
        )
        .order_by("-ordinal")
        .first()
    )
    shift = proposed_shift(laid.chart) if may.baseline and not head.archived else None
    return SeriesPage(
        head=head,
        title=head.title,
        lede=head.lede,
        latest=fmt.figure(latest["value"], kpi.decimals, kpi.unit) if latest else "",
        latest_period=fmt.period(cadence, latest["ordinal"]) if latest else "",
        latest_url=period_url(uid, cadence, latest["ordinal"]) if latest else "",
        svg=xmr.responsive(data),
        says=data.summary,
        warns=_warns(laid),
        clipped=_clipped(data),
        signals=signals[:SIGNALS],
        older_signals=signals[SIGNALS:],
        unseen=sum(not line.seen for line in signals),
        notes=notes,
        periods=tuple(
            (code(cadence, row["ordinal"]), fmt.period(cadence, row["ordinal"])) for row in reversed(figures)
        ),
        steps=_steps(cadence, baselines),
        proposal=_proposal(cadence, laid, shift) if shift else None,
        rating=_rating(kpi, standing) if standing else None,
        empty=None if figures else _empty(head),
    )


def _empty(head: Head) -> Empty:
    entry = reverse("productivity:entry") + f"?kpi={head.kpi_uid}"
    can = head.may.edit and not head.archived
    return Empty(
        title=_("No figures yet"),
        why=_("With six of them the chart shows what is routine variation and what is a signal."),
        action=_("Enter figures") if can else "",
        url=entry if can else "",
        how_to=help_link("how-to/enter-figures"),
    )


def _data(series: Series, head: Head, laid: Laid, notes: Sequence[NoteLine]) -> XmrData:
    kpi = series.kpi
    cadence = Cadence(kpi.cadence)
    labels = [fmt.period(cadence, ordinal) for ordinal in laid.ordinals]
    place = {label: index for index, label in enumerate(labels)}
    unit = 10**kpi.decimals
    data = series_chart.xmr_data(
        laid.chart,
        laid.values,
        labels,
        title=f"{kpi.name}, {head.subject}",
        decimals=kpi.decimals,
        unit=kpi.unit,
        better=kpi.direction,
        floor=None if kpi.floor is None else kpi.floor / unit,
        ceiling=None if kpi.ceiling is None else kpi.ceiling / unit,
        notes=[Note(place[note.period], note.number, note.text) for note in notes if note.period in place],
        words=words.xmr_words(),
    )
    return replace(data, summary=words.chart_says(data))


def _warns(laid: Laid) -> tuple[str, ...]:
    if not laid.chart.n or not laid.chart.current.autocorrelated:
        return ()
    return (
        _(
            "Neighbouring figures follow one another (autocorrelation), so the limits are too narrow and some "
            "signals are none."
        ),
    )


def _clipped(data: XmrData) -> tuple[str, ...]:
    """That a limit is drawn at the bound of what is possible, and what it was worked out as (M16)."""
    if not data.limits or data.limits[-1].lower is None or data.limits[-1].upper is None:
        return ()
    newest = data.limits[-1]
    told = (
        (data.words.lower, newest.lower),
        (data.words.upper, newest.upper),
    )
    return tuple(
        f"{name}: {why[:1].lower()}{why[1:]}"
        for name, value in told
        if value is not None and (why := data.clipped_says(value))
    )


def _signals(series: Series, laid: Laid, data: XmrData, seen: set[tuple[int, str]]) -> tuple[SignalLine, ...]:
    """Every signal in words, the newest first."""
    cadence = Cadence(series.kpi.cadence)
    lines: list[tuple[int, SignalLine]] = []
    for group in words.signal_groups(data.signals):
        places = tuple((laid.ordinals[signal.index], signal.rule) for signal in group)
        line = SignalLine(
            text=words.capital(words.signal_text(group, data)),
            rule=group[0].rule,
            url=period_url(series.uid, cadence, places[-1][0]),
            seen=all(place in seen for place in places),
            places=places,
        )
        lines.append((group[-1].index, line))
    for index in laid.chart.range_signals:
        place = (laid.ordinals[index], "range")
        text = _("The change to %(at)s is unusually large") % {"at": data.labels[index]}
        line = SignalLine(text, "range", period_url(series.uid, cadence, place[0]), place in seen, (place,))
        lines.append((index, line))
    return tuple(line for _index, line in sorted(lines, key=lambda each: -each[0]))


def signal_places(laid: Laid) -> list[tuple[int, str]]:
    """Every signal that the chart shows now, as `mark_seen` takes them."""
    found = [(laid.ordinals[signal.index], signal.rule.value) for signal in laid.chart.signals]
    return found + [(laid.ordinals[index], "range") for index in laid.chart.range_signals]


def _notes(actor: Actor, series: Series, cadence: Cadence) -> tuple[NoteLine, ...]:
    rows = with_names(series.notes.filter(archived_at=None), "author_id")
    return tuple(
        NoteLine(
            number=number,
            uid=row.uid,
            period=fmt.period(cadence, row.ordinal),
            url=period_url(series.uid, cadence, row.ordinal),
            text=row.text,
            author=row.author_id_name or "",
            at=row.created_at,
            mine=row.author_id == actor.person_id,
        )
        for number, row in enumerate(rows, start=1)
    )


def _steps(cadence: Cadence, baselines: Iterable[Any]) -> tuple[Step, ...]:
    return tuple(
        Step(
            pk=row.pk,
            since=fmt.period(cadence, row.from_ordinal),
            until="" if row.until_ordinal is None else fmt.period(cadence, row.until_ordinal),
            reason=row.reason,
            author=row.set_by_id_name or "",
            at=row.set_at,
        )
        for row in baselines
    )


def _proposal(cadence: Cadence, laid: Laid, shift: Shift) -> Proposal:
    first = laid.ordinals[shift.first]
    last = laid.ordinals[shift.first + shift.length - 1]
    told = {
        "count": shift.length,
        "first": fmt.period(cadence, first),
        "last": fmt.period(cadence, last),
    }
    text = (
        _("%(count)d in a row lie above the centre, %(first)s to %(last)s: the process has moved up.")
        if shift.side > 0
        else _("%(count)d in a row lie below the centre, %(first)s to %(last)s: the process has moved down.")
    )
    return Proposal(text % told, code(cadence, first))


def _unreachable(kpi: Kpi, counts: dict[str, Any]) -> tuple[str, ...]:
    """That the best possible figure does not exceed the standard that holds (M11)."""
    standard = counts["standard"]
    if not standard or standard["kind"] != Kpi.Standards.KNOWN:
        return ()
    bands = Bands(counts["bands"]["exceeds"], counts["bands"]["meets"])
    definition = Definition.of(kpi)
    return meaning(definition, bands, ceiling=kpi.ceiling, standard=standard["value"]).warns


def _rating(kpi: Kpi, standing: Standing) -> RatingPart:
    cadence = Cadence(standing.cadence)
    counts: dict[str, Any] = standing.counts
    if counts["why"] == "not_rated":
        return _unrated(standing)
    left_out = {at: why for why, places in counts["left_out"].items() for at in places}
    cells = []
    excluded: dict[str, list[str]] = {}
    for at, value, _standard, said, band in counts["periods"]:
        period = fmt.period(cadence, at)
        if band is not None:
            says = f"{period}: {telling.percent_says(said)}, {words.band_label(band)}"
            cells.append(band_strip.Cell(band, says))
            continue
        if at in left_out:
            why = _("left out: %(why)s") % {"why": telling.left_out_label(left_out[at])}
        elif at in counts["unrated"]:
            why = _("below 0: charted, not rated")
        else:
            why = _("no standard") if value is not None else _("no figure")
        cells.append(band_strip.Cell("left_out" if at in left_out else "missing", f"{period}: {why}"))
        excluded.setdefault(why, []).append(period)
    says = telling.says(standing)
    return RatingPart(
        band=standing.band,
        band_text="",
        says=says,
        held=telling.held_says(standing),
        marks=telling.marks(counts),
        warns=_unreachable(kpi, counts),
        strip=band_strip.svg(tuple(cells), says),
        excluded=tuple(f"{words.capital(why)}: {', '.join(names)}" for why, names in excluded.items()),
        as_of=fmt.period(cadence, standing.ordinal),
        url=reverse("productivity:standing", args=[standing.uid]),
    )


def _unrated(standing: Standing) -> RatingPart:
    """What stands in the place of a rating where the KPI has no standards: its evidence, and no strip."""
    return RatingPart(
        band=standing.band,
        band_text=telling.band_text(standing.counts["why"]),
        says=telling.rule_says(standing)[0],
        held="",
        marks=(),
        warns=(),
        strip=None,
        excluded=(),
        as_of=fmt.period(Cadence(standing.cadence), standing.ordinal),
        url=reverse("productivity:standing", args=[standing.uid]),
    )
