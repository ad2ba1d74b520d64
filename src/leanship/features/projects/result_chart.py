"""The chart of a result: the limits of the time before drawn through, the change marked (M22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from leanship.domain import Chart, Rule, chart
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence
from leanship.features.projects import measuring, result_words
from leanship.features.projects.models import Check
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts import xmr
from leanship.web.charts.series import xmr_data
from leanship.web.charts.svg import Svg
from leanship.web.charts.xmr_data import Change, XmrData

_TOLD = (Rule.OUTSIDE_LIMITS, Rule.RUN_OF_8)
"""The rules a verdict knows; three of four is none of them."""


def chart_of(
    measure: Any, check: Check | None, points: dict[int, Figure], today: date
) -> tuple[Svg | None, str]:
    """The chart with the sentence under it; of a check, the figures it was judged on. None without figures before."""
    kpi = measure.series.kpi
    cadence = Cadence(kpi.cadence)
    if check is None:
        found = measuring.parts(measure, points, min(measure.check_on, today))
        last = max(points, default=0)
        after = tuple(n for n in found.after if n <= last)
        before = found.before if after else tuple(n for n in found.before if n <= last)
    else:
        before, after = tuple(check.counts["before"]), tuple(check.counts["after"])
    # what lies before the first figure and after the last is no gap, but not there yet
    first = next((place for place, number in enumerate(before) if number in points), None)
    if first is None:
        return None, ""
    before = before[first:]
    found_chart = _drawn([points.get(n) for n in before], [points.get(n) for n in after])
    says = _says(check)
    data = xmr_data(
        found_chart,
        [points.get(n) for n in (*before, *after)],
        [fmt.period(cadence, n) for n in (*before, *after)],
        title=kpi.name,
        decimals=kpi.decimals,
        unit=kpi.unit,
        better=measure.better,
        floor=_bound(kpi.floor, kpi.decimals),
        ceiling=_bound(kpi.ceiling, kpi.decimals),
        summary=says,
        words=words.xmr_words(),
    )
    caption = _(
        "Limits of the time before the change, drawn through. The chart is for those who may read the series."
    )
    return xmr.responsive(_marked(data, len(before), bool(after)), ident="result", ranges=False), caption


def _bound(value: int | None, decimals: int) -> float | None:
    return None if value is None else value / 10**decimals


def _marked(data: XmrData, index: int, there: bool) -> XmrData:
    return replace(data, change=Change(index, _("the change"))) if there else data


def _drawn(before: list[Figure | None], after: list[Figure | None]) -> Chart:
    """All points against the limits of those before. A gap between the two keeps a run from reaching across."""
    stop = len(before)
    whole = chart([*before, None, *after], baseline=(0, stop))
    signals = tuple(
        replace(one, index=one.index - (one.index > stop), told=one.told - (one.told > stop))
        for one in whole.signals
        if one.rule in _TOLD
    )
    segments = tuple(replace(one, stop=one.stop - 1) for one in whole.segments)
    return Chart(whole.n, segments, signals, (), whole.moving_ranges[:stop] + whole.moving_ranges[stop + 1 :])


def _says(check: Check | None) -> str:
    if check is None:
        return _("Nothing is judged before the check.")
    verdict = result_words.verdict_words(check.verdict)[0]
    if check.kind == Check.Kind.AGAIN:
        verdict = result_words.lasting_words(check.holds)[0]
    return f"{verdict}. {result_words.evidence(check)}"
