"""A small multiple, 160 × 48: the line, its centre as a hairline, and the marks of signals alone."""

from __future__ import annotations

from dataclasses import dataclass

from leanship.web.charts.svg import Svg, el, line_path
from leanship.web.charts.xmr_data import Signal, tone
from leanship.web.charts.xmr_marks import groups, mark, strongest

WIDTH, HEIGHT = 160, 48


@dataclass(frozen=True)
class SparkData:
    """One series: values with None for gaps, its centre, its signals, and the sentence a screen reader says."""

    says: str
    values: tuple[float | None, ...]
    centre: float | None = None
    signals: tuple[Signal, ...] = ()
    better: str = ""  # "higher", "lower" or ""


def svg(data: SparkData) -> Svg:
    """The small chart; its newest point is a dot, so that one sees where the line ends."""
    drawn = [v for v in data.values if v is not None]
    if data.centre is not None:
        drawn.append(data.centre)
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    span = high - low or 1.0
    middle = high == low

    def y(value: float) -> float:
        return HEIGHT / 2 if middle else 6 + (HEIGHT - 12) * (high - value) / span

    step = (WIDTH - 12) / max(1, len(data.values) - 1)
    points = [None if v is None else (6 + i * step, y(v)) for i, v in enumerate(data.values)]
    body = []
    if data.centre is not None:
        body.append(el("line", class_="base", x1=0, x2=WIDTH, y1=y(data.centre), y2=y(data.centre)))
    body.append(el("path", class_="line", d=line_path(points)))
    # of signals that follow each other only the newest is marked: a row of marks would hide the line
    newest = tuple(group[-1] for group in groups(data.signals))
    chosen = strongest(newest)
    for i, signal in sorted(chosen.items()):
        if point := points[i]:
            body.append(mark(signal, tone(data.better, signal.side), point[0], point[1], 3.4))
    last = max((i for i, p in enumerate(points) if p), default=None)
    if last is not None and last not in chosen and (end := points[last]):
        body.append(el("circle", class_="dot", cx=end[0], cy=end[1], r=2.2))
    return el("svg", *body, class_="spark", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=data.says)
