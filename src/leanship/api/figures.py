"""The figures of a series: reading them with what each came to, the chart, and entering them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, StrictInt

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, figure, page, part, period_of
from leanship.api.problems import READ, WRITE, answers
from leanship.domain import attainment, shortfall
from leanship.domain.figures import Bands, Better, Case, Figure
from leanship.domain.periods import Cadence, code, parse
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity import values
from leanship.features.productivity.actions import Cell, enter_measurements
from leanship.features.productivity.actions.charting import laid_out
from leanship.features.productivity.models import Kpi, Measurement, Series
from leanship.features.productivity.opened import open_series
from leanship.features.productivity.standards import BoundsOf, resolve

router = Router(tags=["figures"], auth=PersonalKey("productivity"))

MOST_CELLS = 10_000


class FiguresAsked(Paging):
    """Which stretch of a series is wanted."""

    first: str = Field("", description="The first period wanted, such as 2026-01.")
    last: str = Field("", description="The last period wanted.")


class MeasurementRow(Schema):
    """One period. Figures are decimal text exactly as entered.

    `percent` is the whole percent of the standard; where there is none, `case` says why: above (0, where lower is
    better), at_or_above or below (a standard of 0), not_rated (below 0), no_standard, or charted (never rated).
    """

    period: str
    value: str
    numerator: str | None
    denominator: str | None
    standard: str | None
    percent: int | None
    case: str
    band: str | None


class ChartPoint(Schema):
    """One point of the chart."""

    period: str
    value: str


class ChartSignal(Schema):
    """A point that is a signal: its place among the points, the rule, and its side of the centre (1 or -1)."""

    index: int
    rule: str
    side: int


class ChartOut(Schema):
    """The process behaviour chart, with the keys of `leanship chart --json`. Limits are null below 6 points.

    Limits are those that hold now: after an accepted shift they rest on the periods from `since` on.
    """

    n: int
    centre: float | None
    average_moving_range: float | None
    lower_limit: float | None
    upper_limit: float | None
    range_limit: float | None
    signals: list[ChartSignal]
    range_signals: list[int]
    points: list[ChartPoint]
    since: str | None
    provisional: bool
    autocorrelated: bool


Number = Annotated[str | StrictInt | None, Field(description="Decimal text, or a whole number.")]


class CellIn(Given):
    """One figure: a value, or both parts of a ratio. All of them null takes the figure out."""

    series: str
    period: str
    value: Number = None
    numerator: Number = None
    denominator: Number = None


class EntryIn(Given):
    """Figures to enter. A `reason` is needed where one that was entered before changes or goes."""

    cells: list[CellIn] = Field(min_length=1, max_length=MOST_CELLS)
    reason: str = ""


class EntryOut(Schema):
    """What an entry did; sent again, it finds everything unchanged."""

    added: int
    changed: int
    cleared: int
    unchanged: int
    batch: str | None


def _percent(
    series: Series, value: Figure, standard: Figure | None, bands: Bands
) -> tuple[int | None, str, str | None]:
    """M11 to M13 of one period: the whole percent, the case, and the band."""
    kpi = series.kpi
    if kpi.standards == Kpi.Standards.NONE:
        return None, "charted", None
    if standard is None:
        return None, "no_standard", None
    better = Better(kpi.direction)
    if kpi.on_shortfall and kpi.ceiling is not None:
        value, standard = shortfall(value, kpi.ceiling), shortfall(standard, kpi.ceiling)
        better = Better.LOWER
    found = attainment(value, standard, better)
    if found.case is Case.NOT_RATED:
        return None, found.case.value, None
    band = "exceeds" if found.exceeds(bands) else "meets" if found.meets(bands) else "does_not_meet"
    return found.percent, found.case.value, band


def _rows(series: Series, rows: Sequence[Measurement]) -> Iterable[dict[str, Any]]:
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    line, bounds = resolve([series.pk])[series.pk], BoundsOf([kpi.pk])
    for row in rows:
        mark = line.at(row.ordinal) if kpi.standards != Kpi.Standards.NONE else None
        held = bounds.at(kpi.pk, cadence, row.ordinal)
        exact = values.exact(kpi, row.value, row.numerator, row.denominator)
        bands = Bands(held.exceeds, held.meets)
        percent, case, band = _percent(series, exact, mark.value if mark else None, bands)
        yield {
            "period": code(cadence, row.ordinal),
            "value": figure(row.value, kpi.decimals),
            "numerator": part(row.numerator, kpi.decimals),
            "denominator": part(row.denominator, kpi.decimals),
            "standard": figure(mark.value, kpi.decimals) if mark else None,
            "percent": percent,
            "case": case,
            "band": band,
        }


@router.get("/series/{slug:uid}/measurements", response=answers(Page[MeasurementRow], *READ))
def measurements(request: SignedIn, uid: str, asked: Query[FiguresAsked]) -> Any:
    """The figures of a series in the order of their periods, each against the standard that held in it."""
    series, _may = open_series(request.actor, uid)
    cadence = Cadence(series.kpi.cadence)
    rows = series.measurements.order_by("ordinal")
    if asked.first:
        rows = rows.filter(ordinal__gte=period_of(asked.first, cadence, "first"))
    if asked.last:
        rows = rows.filter(ordinal__lte=period_of(asked.last, cadence, "last"))
    return page(rows, asked, lambda some: _rows(series, some))


@router.get("/series/{slug:uid}/chart", response=answers(ChartOut, *READ))
def chart(request: SignedIn, uid: str) -> Any:
    """The process behaviour chart of a series: what is routine variation, and what is a signal."""
    series, _may = open_series(request.actor, uid)
    kpi, cadence = series.kpi, Cadence(series.kpi.cadence)
    laid = laid_out(series)
    present = [place for place, value in enumerate(laid.values) if value is not None]
    index = {place: number for number, place in enumerate(present)}
    shown = dict(series.measurements.values_list("ordinal", "value"))
    found = laid.chart
    drawn = bool(present)

    def number(value: Figure | None) -> float | None:
        return None if value is None else float(Fraction(value, 10**kpi.decimals))

    return {
        "n": found.n,
        "centre": number(found.centre) if drawn else None,
        "average_moving_range": number(found.average_moving_range) if drawn else None,
        "lower_limit": number(found.lower_limit) if drawn else None,
        "upper_limit": number(found.upper_limit) if drawn else None,
        "range_limit": number(found.range_limit) if drawn else None,
        "signals": [
            {"index": index[signal.index], "rule": signal.rule.value, "side": signal.side}
            for signal in found.signals
        ],
        "range_signals": [index[place] for place in found.range_signals],
        "points": [
            {
                "period": code(cadence, laid.ordinals[place]),
                "value": figure(shown[laid.ordinals[place]], kpi.decimals),
            }
            for place in present
        ],
        "since": code(cadence, laid.ordinals[found.current.start]) if drawn else None,
        "provisional": found.provisional if drawn else False,
        "autocorrelated": found.current.autocorrelated if drawn else False,
    }


@router.post("/measurements", response=answers(EntryOut, *WRITE))
def enter(request: SignedIn, entry: EntryIn) -> Any:
    """Enter figures: all of them or none. The same figures again change nothing."""
    cells, places = _cells(request.actor, entry.cells)
    try:
        done = enter_measurements(request.actor, cells=cells, reason=entry.reason, sign=".")
    except Invalid as error:
        raise Invalid({_place(key, places): told for key, told in error.problems.items()}) from None
    return {
        "added": done.added,
        "changed": done.changed,
        "cleared": done.cleared,
        "unchanged": done.unchanged,
        "batch": done.batch.uid if done.batch else None,
    }


def _place(key: str, places: dict[str, int]) -> str:
    """What a problem of a cell is told under: the cell's place in the request."""
    return f"cells.{places[key]}" if key in places else key


def _cells(actor: Actor, given: Sequence[CellIn]) -> tuple[list[Cell], dict[str, int]]:
    """The cells with their periods read, in the cadence of the series where it is one the actor may see.

    Raises Invalid with every period that cannot be read.
    """
    cadences: dict[str, str] = {}
    uids = sorted({cell.series for cell in given})
    for start in range(0, len(uids), 500):
        rows = access.visible(actor, Series.objects.filter(uid__in=uids[start : start + 500]), "edit")
        cadences.update(rows.values_list("uid", "kpi__cadence"))
    problems: dict[str, list[str]] = {}
    cells: list[Cell] = []
    places: dict[str, int] = {}
    for place, one in enumerate(given):
        if one.series not in cadences:
            problems[f"cells.{place}"] = [_("There is no such series that you may enter figures for.")]
            continue
        try:
            ordinal = parse(one.period, Cadence(cadences[one.series]))[1]
        except ValueError as error:
            problems[f"cells.{place}"] = [str(error)]
            continue
        texts = ("" if text is None else str(text) for text in (one.value, one.numerator, one.denominator))
        cell = Cell(one.series, ordinal, *texts)
        cells.append(cell)
        places.setdefault(cell.key, place)
    if problems:
        raise Invalid(problems)
    return cells, places
