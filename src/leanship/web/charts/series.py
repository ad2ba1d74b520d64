"""From the method's answer to what is drawn: exact figures become places on a page only here."""

from __future__ import annotations

from collections.abc import Sequence

from leanship.domain.figures import Figure
from leanship.domain.process_behaviour import Chart
from leanship.web.charts.spark import SparkData
from leanship.web.charts.xmr_data import Limits, Note, Signal, XmrData, XmrWords


def xmr_data(
    chart: Chart,
    values: Sequence[Figure | None],
    labels: Sequence[str],
    *,
    title: str,
    decimals: int = 0,
    unit: str = "",
    better: str = "",
    floor: float | None = None,
    ceiling: float | None = None,
    notes: Sequence[Note] = (),
    summary: str = "",
    words: XmrWords | None = None,
) -> XmrData:
    """The chart of `values` (in units of the last decimal, None for a gap), as `process_behaviour.chart` answered it.

    `labels` names each period; `floor` and `ceiling`, in the unit itself, are where limits are drawn clipped.
    """
    unit_size = 10**decimals

    def place(value: Figure | None) -> float | None:
        return None if value is None else float(value) / unit_size

    limits = tuple(
        Limits(
            first=segment.start,
            centre=float(segment.centre) / unit_size,
            lower=place(segment.lower_limit),
            upper=place(segment.upper_limit),
            range_centre=place(segment.average_moving_range),
            range_limit=place(segment.range_limit),
        )
        for segment in chart.segments
        if segment.centre is not None
    )
    return XmrData(
        title=title,
        labels=tuple(labels),
        values=tuple(place(value) for value in values),
        unit=unit,
        decimals=decimals,
        limits=limits,
        signals=tuple(Signal(s.index, s.rule.value, s.side) for s in chart.signals),
        range_signals=tuple(chart.range_signals),
        notes=tuple(notes),
        better=better,
        floor=floor,
        ceiling=ceiling,
        provisional=chart.provisional,
        baseline_points=chart.current.points,
        summary=summary,
        words=words or XmrWords(),
    )


def spark_data(chart: Chart, values: Sequence[Figure | None], says: str, *, better: str = "") -> SparkData:
    """The small multiple of the same chart: its current centre and its signals."""
    return SparkData(
        says=says,
        values=tuple(None if value is None else float(value) for value in values),
        centre=None if chart.centre is None else float(chart.centre),
        signals=tuple(Signal(s.index, s.rule.value, s.side) for s in chart.signals),
        better=better,
    )
