"""Peers as a distribution with oneself marked: dots without names, the median, never an order of people."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from leanship.web.charts import units
from leanship.web.charts.svg import Svg, el, text_width
from leanship.web.charts.xmr_data import plain_number

WIDTH, HEIGHT, AXIS, EDGE = 440, 116, 78, 16
_SIZE = 13.0
_STEP = 8.0


@dataclass(frozen=True)
class DistributionData:
    """Figures of the others of the same role and level, without names, and one's own (None: not rated yet)."""

    title: str
    says: str
    others: tuple[float, ...]
    own: float | None = None
    unit: str = ""
    decimals: int = 0
    own_label: str = "You"
    median_label: str = "Median of the others"


def svg(data: DistributionData) -> Svg:
    """The strip: a dot for each peer, stacked where they meet.

    Raises ValueError without any peer; how many are needed before peers may be shown is the method's to say (M10).
    """
    if not data.others:
        raise ValueError("a distribution needs the figures of others")
    values = [*data.others] + ([] if data.own is None else [data.own])
    low, high = min(values), max(values)
    span = high - low or 1.0

    def x(value: float) -> float:
        return WIDTH / 2 if high == low else EDGE + (WIDTH - 2 * EDGE) * (value - low) / span

    def says(value: float) -> str:
        return units.beside(plain_number(value, data.decimals), data.unit)

    columns: dict[int, int] = {}
    for value in data.others:
        column = round(x(value) / _STEP)
        columns[column] = columns.get(column, 0) + 1
    # a tall stack is pressed together rather than cut off
    lift = min(_STEP, 40.0 / max(columns.values()))
    body = [el("line", class_="axis", x1=0, x2=WIDTH, y1=AXIS, y2=AXIS)]
    for column, count in sorted(columns.items()):
        body += [
            el("circle", class_="peer", cx=column * _STEP, cy=AXIS - 6 - k * lift, r=3.4)
            for k in range(count)
        ]
    centre = median(data.others)
    body.append(el("line", class_="median", x1=x(centre), x2=x(centre), y1=AXIS - 8, y2=AXIS + 10))
    name = f"{data.median_label} {says(centre)}"
    half = text_width(name, _SIZE) / 2
    at = min(max(x(centre), half + 2), WIDTH - half - 2)
    ends = [(says(low), 0.0, "start"), (says(high), float(WIDTH), "end")]
    for text, place, anchor in ends:
        edge = text_width(text, _SIZE) + 12
        if at - half > edge if anchor == "start" else at + half < WIDTH - edge:
            body.append(el("text", text, class_="muted", x=place, y=AXIS + 26, text_anchor=anchor))
    body.append(el("text", name, x=at, y=AXIS + 26, text_anchor="middle"))
    if data.own is not None:
        own = x(data.own)
        text = f"{data.own_label} {says(data.own)}"
        half = text_width(text, _SIZE) / 2
        place = min(max(own, half + 2), WIDTH - half - 2)
        stack = columns.get(round(own / _STEP), 0)
        top = AXIS - 8 - stack * lift
        body.append(el("line", class_="median", x1=own, x2=own, y1=21, y2=top - 6))
        body.append(el("circle", class_="self", cx=own, cy=top, r=5.5))
        body.append(el("text", text, class_="strong", x=place, y=15, text_anchor="middle"))
    return el(
        "svg",
        el("title", data.title),
        *body,
        class_="peers",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=f"{data.title}. {data.says}",
    )
