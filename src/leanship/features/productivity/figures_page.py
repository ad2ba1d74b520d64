"""The figures of one series with what each came to, its standards over time, and the page of one point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain import figures, periods
from leanship.domain.figures import Bands
from leanship.domain.periods import Cadence
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org.access import Actor
from leanship.features.productivity import values
from leanship.features.productivity.charts import axis
from leanship.features.productivity.models import Kpi, Series, Standard
from leanship.features.productivity.opened import (
    Head,
    Judged,
    head_of,
    judge,
    measurements,
    open_series,
    period_url,
    with_names,
)
from leanship.features.productivity.standards import BoundsOf, Mark, Timeline, timelines
from leanship.web import format as fmt

STEP = 60  # periods shown at once; the rest by "older"


@dataclass(frozen=True)
class FigureRow:
    """One period in the table of figures."""

    period: str
    code: str
    url: str
    value: str
    bare: str  # as it stands in a column whose heading says the unit
    raw: str
    standard: str
    bare_standard: str
    raw_standard: str
    judged: Judged
    corrections: int
    numerator: str = ""
    denominator: str = ""
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class FiguresPage:
    """All figures of a series, the newest first."""

    head: Head
    title: str
    lede: str
    rows: tuple[FigureRow, ...]
    is_ratio: bool
    older: str
    newer: str
    csv_url: str
    entry_url: str
    tab: str = "figures"

    @property
    def who_sees(self) -> object:
        """For the shell."""
        return self.head.who_sees

    @property
    def crumbs(self) -> object:
        """For the shell."""
        return self.head.crumbs


def _line(series: Series) -> Timeline:
    row = {
        "id": series.pk,
        "kpi_id": series.kpi_id,
        "person_id": series.person_id,
        "kpi__standards": series.kpi.standards,
    }
    return timelines([row])[series.pk]


def figures_page(actor: Actor, uid: str, *, skip: int = 0, everything: bool = False) -> FiguresPage:
    """The table of figures: eight queries. `skip` periods from the newest are left to the page before."""
    series, may = open_series(actor, uid)
    head = head_of(series, may, _("Figures"))
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    found = {row["ordinal"]: row for row in measurements(series)}
    corrected: dict[int, int] = {}
    for ordinal in series.corrections.values_list("ordinal", flat=True):
        corrected[ordinal] = corrected.get(ordinal, 0) + 1
    every = sorted({*axis(cadence, found), *corrected}, reverse=True)
    shown = every if everything else every[skip : skip + STEP]
    line, bounds = _line(series), BoundsOf([kpi.pk])
    rows = tuple(_row(series, n, found.get(n), line, bounds, corrected.get(n, 0)) for n in shown)
    address = reverse("productivity:figures", args=[uid])
    older = skip + STEP < len(every) and not everything
    return FiguresPage(
        head=head,
        title=head.title,
        lede=head.lede,
        rows=rows,
        is_ratio=kpi.aggregation == Kpi.Aggregation.RATIO,
        older=f"{address}?skip={skip + STEP}" if older else "",
        newer=f"{address}?skip={max(skip - STEP, 0)}" if skip else "",
        csv_url=f"{address}?format=csv",
        entry_url=reverse("productivity:entry") + f"?kpi={kpi.uid}" if may.edit and not head.archived else "",
    )


def _row(
    series: Series,
    ordinal: int,
    found: dict[str, Any] | None,
    line: Timeline,
    bounds: BoundsOf,
    corrections: int,
) -> FigureRow:
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    mark = line.at(ordinal) if kpi.standards != Kpi.Standards.NONE else None
    judged = Judged(why=_("no figure"))
    if found is not None:
        exact = values.exact(kpi, found["value"], found["numerator"], found["denominator"])
        held = bounds.at(kpi.pk, cadence, ordinal)
        judged = judge(series, exact, mark.value if mark else None, Bands(held.exceeds, held.meets))
    return FigureRow(
        period=fmt.period(cadence, ordinal),
        code=periods.code(cadence, ordinal),
        url=period_url(series.uid, cadence, ordinal),
        value=fmt.figure(found["value"], kpi.decimals, kpi.unit) if found else "",
        bare=fmt.bare(found["value"], kpi.decimals, kpi.unit) if found else "",
        raw=values.plain_figure(found["value"], kpi.decimals) if found else "",
        standard=fmt.figure(mark.value, kpi.decimals, kpi.unit) if mark else "",
        bare_standard=fmt.bare(mark.value, kpi.decimals, kpi.unit) if mark else "",
        raw_standard=figures.format_decimal(mark.value, kpi.decimals) if mark else "",
        judged=judged,
        corrections=corrections,
        numerator=values.part_text(found["numerator"], kpi.decimals) if found else "",
        denominator=values.part_text(found["denominator"], kpi.decimals) if found else "",
        who=(found["who"] or "") if found else "",
        at=found["at"] if found else None,
    )


@dataclass(frozen=True)
class CorrectionLine:
    """One change of a figure: what it was, what it became ("" taken out), who, when and why."""

    old: str
    new: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PointNoteLine:
    """A note on the point."""

    uid: str
    text: str
    author: str
    at: datetime
    mine: bool


@dataclass(frozen=True)
class PointPage:
    """Everything known of one series in one period."""

    head: Head
    title: str
    lede: str
    period: str
    code: str
    row: FigureRow
    source: str
    standard_since: str
    standard_marks: tuple[str, ...]
    bands: str
    corrections: tuple[CorrectionLine, ...]
    notes: tuple[PointNoteLine, ...]
    back: str

    @property
    def who_sees(self) -> object:
        """For the shell."""
        return self.head.who_sees

    @property
    def crumbs(self) -> object:
        """For the shell."""
        return self.head.crumbs


def point_page(actor: Actor, uid: str, period: str) -> PointPage:
    """One point: eight queries. Raises NotFound for an address that names no period of the KPI's cadence."""
    series, may = open_series(actor, uid)
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    try:
        found_cadence, ordinal = periods.parse(period)
    except ValueError:
        raise NotFound from None
    if found_cadence is not cadence:
        raise NotFound
    name = fmt.period(cadence, ordinal)
    head = head_of(series, may, name)
    found = next(iter(measurements(series, [ordinal])), None)
    corrections = list(with_names(series.corrections.filter(ordinal=ordinal).order_by("-id"), "by_id"))
    notes = with_names(series.notes.filter(ordinal=ordinal, archived_at=None), "author_id")
    line, bounds = _line(series), BoundsOf([kpi.pk])
    row = _row(series, ordinal, found, line, bounds, len(corrections))
    held = bounds.at(kpi.pk, cadence, ordinal)
    told = {"exceeds": fmt.percent(held.exceeds), "meets": fmt.percent(held.meets)}
    mark = line.at(ordinal) if kpi.standards != Kpi.Standards.NONE else None
    return PointPage(
        head=head,
        title=f"{kpi.name}, {name}",
        lede=head.subject,
        period=name,
        code=periods.code(cadence, ordinal),
        row=row,
        source=_source(found),
        standard_since=fmt.period(cadence, mark.since) if mark and mark.kind == "known" else "",
        standard_marks=_marks(mark),
        bands=(
            _("the KPI's own: exceeds from %(exceeds)s, meets from %(meets)s")
            if held.own
            else _("the organisation's: exceeds from %(exceeds)s, meets from %(meets)s")
        )
        % told,
        corrections=tuple(_correction(kpi, each) for each in corrections),
        notes=tuple(
            PointNoteLine(
                note.uid,
                note.text,
                note.author_id_name or "",
                note.created_at,
                note.author_id == actor.person_id,
            )
            for note in notes
        ),
        back=reverse("productivity:series", args=[uid]),
    )


def _source(found: dict[str, Any] | None) -> str:
    """How a figure came in."""
    if found is None or found["kind"] is None:
        return ""
    if found["kind"] in values.HAND_KINDS:
        return _("entered by hand")
    return _("imported from %(file)s") % {"file": found["filename"]}


def _marks(mark: Mark | None) -> tuple[str, ...]:
    if mark is None:
        return ()
    if mark.kind == "peers":
        return (
            _("the median of %(count)d peers; half of them are below by definition") % {"count": mark.others},
        )
    said = [_("its own") if mark.own else _("of the KPI")]
    if mark.by_subject:
        said.append(_("set by its own subject"))
    return tuple(said)


def _correction(kpi: Kpi, row: Any) -> CorrectionLine:
    def told(value: int | None, above: int | None, below: int | None) -> str:
        if value is None:
            return ""
        text = fmt.figure(value, kpi.decimals, kpi.unit)
        if above is None or below is None:
            return text
        return f"{text} ({values.part_text(above, kpi.decimals)} ÷ {values.part_text(below, kpi.decimals)})"

    return CorrectionLine(
        old=told(row.old_value, row.old_numerator, row.old_denominator),
        new=told(row.new_value, row.new_numerator, row.new_denominator),
        who=row.by_id_name or "",
        at=row.at,
        reason=row.reason,
    )


@dataclass(frozen=True)
class StandardLine:
    """One row of the history of standards."""

    value: str
    since: str
    whose: str
    who: str
    at: datetime
    reason: str
    marks: tuple[str, ...]
    holds: bool


@dataclass(frozen=True)
class StandardsPage:
    """The standards of one series over time, its weight, and the forms to set both."""

    head: Head
    title: str
    lede: str
    rows: tuple[StandardLine, ...]
    kind: str
    weight: int
    must_hold: bool
    version: int
    standard_form: Any = None
    weight_form: Any = None
    tab: str = "standards"

    def with_weight(self, form: Any) -> StandardsPage:
        """The same page with the form of its weight."""
        return replace(self, weight_form=form)

    @property
    def who_sees(self) -> object:
        """For the shell."""
        return self.head.who_sees

    @property
    def crumbs(self) -> object:
        """For the shell."""
        return self.head.crumbs


def standards_page(actor: Actor, uid: str, *, standard_form: Any = None) -> StandardsPage:
    """The history of standards: five queries."""
    series, may = open_series(actor, uid)
    head = head_of(series, may, _("Standard"))
    kpi = series.kpi
    rows = with_names(
        Standard.objects.filter(Q(series=series) | Q(series=None), kpi=kpi).order_by("-from_ordinal", "-id"),
        "set_by_id",
    )
    standing = (
        Standing.objects.filter(
            subject_kind="series", subject_id=series.pk, category="productivity", is_current=True
        )
        .order_by("-ordinal")
        .values_list("counts", flat=True)
        .first()
    )
    return StandardsPage(
        head=head,
        title=head.title,
        lede=head.lede,
        rows=standard_lines(kpi, list(rows), standing or {}, policies.today(), series=series),
        kind=kpi.standards,
        weight=series.weight,
        must_hold=series.must_hold,
        version=series.version,
        standard_form=standard_form,
    )


def standard_lines(
    kpi: Kpi, rows: list[Any], counts: dict[str, Any], today: date, *, series: Series | None = None
) -> tuple[StandardLine, ...]:
    """Rows of standards for reading, the newest first; `counts` of the latest standing give the window."""
    cadence = Cadence(kpi.cadence)
    first, last = counts.get("first"), counts.get("last")
    running = periods.ordinal(cadence, today)
    begun = [row for row in rows if row.from_ordinal <= running]
    held = next((row for row in begun if row.series_id is not None), next(iter(begun), None))
    lines = []
    for row in rows:
        marks = []
        if series is not None and row.set_by_id is not None and row.set_by_id == series.person_id:
            marks.append(_("set by its own subject"))
        if first is not None and last is not None and first < row.from_ordinal <= last:
            marks.append(_("changed inside the window"))
        lines.append(
            StandardLine(
                value=fmt.bare(row.value, kpi.decimals, kpi.unit),
                since=fmt.period(cadence, row.from_ordinal),
                whose=_("this series") if row.series_id else _("the KPI"),
                who=row.set_by_id_name or "",
                at=row.set_at,
                reason=row.reason,
                marks=tuple(marks),
                holds=row is held,
            )
        )
    return tuple(lines)
