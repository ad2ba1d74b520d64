"""Bars side by side, each in one or two parts: sums by period, with their figures on top."""

from __future__ import annotations

from dataclasses import dataclass

from leanship.web.charts.svg import Svg, el
from leanship.web.charts.xmr_data import plain_number

WIDE, NARROW = 960, 380
TOP, PLOT, FOOT = 34.0, 160.0, 44.0


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its parts from the bottom up, and what it says in words."""

    label: str
    parts: tuple[float, ...]
    says: str

    @property
    def total(self) -> float:
        """All parts together."""
        return sum(self.parts)


@dataclass(frozen=True)
class BarsData:
    """Bars in their order, none below 0, with the unit that is said once above them."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    says: str = ""


def short(value: float) -> str:
    """A figure that fits over a bar: 950, 12.5k, 3.1M."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            shown = value / (1e3 if sign == "k" else size)
            return f"{plain_number(shown, 0 if shown >= 100 or shown == int(shown) else 1)}{sign}"
    return plain_number(value, 0 if value == int(value) else 1)


def svg(data: BarsData) -> Svg:
    """The chart twice, of which the style sheet shows one: across a page, and down a phone's one column."""
    return Svg(_drawn(data, WIDE, "wide") + _drawn(data, NARROW, "narrow"))


def _drawn(data: BarsData, width: int, only: str) -> Svg:
    most = max((bar.total for bar in data.bars), default=0.0) or 1.0
    step = width / max(len(data.bars), 1)
    thick = min(0.56 * step, 56.0)
    bottom = TOP + PLOT
    body = [
        el("text", data.unit, class_="muted", x=0, y=13),
        el("line", class_="base", x1=0, x2=width, y1=bottom, y2=bottom),
    ]
    for place, bar in enumerate(data.bars):
        middle = step * (place + 0.5)
        parts = [el("title", f"{bar.label}: {bar.says}")]
        y = bottom
        for number, part in enumerate(bar.parts):
            height = PLOT * part / most
            if part > 0:
                # what is there is seen, however little beside the largest
                height = max(height, 1.5)
                y -= height
                parts.append(
                    el("rect", class_=f"part-{number}", x=middle - thick / 2, y=y, width=thick, height=height)
                )
        if bar.total > 0:
            parts.append(el("text", short(bar.total), x=middle, y=y - 6, text_anchor="middle"))
        for line, word in enumerate(bar.label.replace("\N{NO-BREAK SPACE}", " ").rsplit(" ", 1)):
            parts.append(
                el("text", word, class_="muted", x=middle, y=bottom + 18 + 17 * line, text_anchor="middle")
            )
        body.append(el("g", *parts))
    told = ". ".join(f"{bar.label}: {bar.says}" for bar in data.bars)
    return el(
        "svg",
        *body,
        class_=f"bars {only}",
        viewBox=f"0 0 {width} {int(bottom + FOOT)}",
        role="img",
        aria_label=f"{data.title}. {told}",
    )
