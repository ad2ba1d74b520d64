"""Weeks as stacked bars against a target that may differ from week to week; every bar can open to its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

from leanship.web.charts.svg import Svg, el, number, text_width

WIDE, NARROW = 960, 380
_HEIGHT, _TOP, _AXIS = 280, 30, 26
_LEFT = 44.0


@dataclass(frozen=True)
class Part:
    """A class of time within a bar: the class of the style sheet that sets its fill, and how much of it."""

    tone: str
    value: float


@dataclass(frozen=True)
class Bar:
    """One week: its parts from the bottom up, its target (None: none), and what it says when it is pointed at."""

    label: str
    says: str
    parts: tuple[Part, ...]
    target: float | None = None
    top_text: str = ""
    url: str = ""

    @property
    def height(self) -> float:
        """All parts together."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True)
class WeekBarsData:
    """The chart: its name, the sentence that says what it shows, the bars from the oldest on, and the unit of the axis.

    `top` sets the axis where it does not follow from the bars, such as at 100 %.
    """

    title: str
    says: str
    bars: tuple[Bar, ...]
    unit: str
    target_label: str = ""
    top: float | None = None


def responsive(data: WeekBarsData) -> Svg:
    """The chart twice, of which the style sheet shows one: across a page, and down a phone's one column."""
    return Svg(svg(data, WIDE, "wide") + svg(data, NARROW, "narrow"))


def svg(data: WeekBarsData, width: int = WIDE, only: str = "") -> Svg:
    """The chart, `width` units wide. Raises ValueError without any bar."""
    if not data.bars:
        raise ValueError("a chart of weeks needs a week")
    highest = max([bar.height for bar in data.bars] + [bar.target or 0.0 for bar in data.bars])
    step, top = _axis(data.top or highest)
    scale = _HEIGHT / top
    bottom = _TOP + _HEIGHT
    right = text_width(data.target_label) + 14 if data.target_label and width > NARROW else 8.0
    pitch = (width - _LEFT - right) / len(data.bars)
    thick = min(44.0, pitch * 0.68)

    body: list[Svg] = []
    for k in range(round(top / step) + 1):
        y = bottom - k * step * scale
        body.append(el("line", class_="base", x1=_LEFT, x2=width - right, y1=y, y2=y))
        text = f"{number(k * step)} {data.unit}" if k else "0"
        body.append(el("text", text, class_="muted", x=_LEFT - 8, y=y + 4.5, text_anchor="end"))
    every = 1 if pitch > 52 else ceil(52 / pitch)
    for place, bar in enumerate(data.bars):
        middle = _LEFT + (place + 0.5) * pitch
        body.append(_bar(bar, middle, thick, bottom, scale, pitch))
        if (len(data.bars) - 1 - place) % every == 0:
            x = min(middle, width - text_width(bar.label) / 2 - 2)
            body.append(el("text", bar.label, class_="muted", x=x, y=bottom + 20.0, text_anchor="middle"))
        if bar.top_text and pitch > 40:
            y = bottom - max(bar.height, bar.target or 0.0) * scale - 7
            body.append(el("text", bar.top_text, x=middle, y=y, text_anchor="middle"))
    body.append(_target(data, pitch, bottom, scale))
    last = data.bars[-1].target
    if data.target_label and last is not None:
        y = bottom - last * scale
        wide = width > NARROW
        body.append(
            el(
                "text",
                data.target_label,
                class_="target-label",
                x=width - right + 8 if wide else width - right,
                y=y + 4.5 if wide else 14.0,
                text_anchor=None if wide else "end",
            )
        )
    named = f"{data.title}. {data.says}" if data.says else data.title
    # a group where the bars are links, since an image has no parts that can be reached
    role = "group" if any(bar.url for bar in data.bars) else "img"
    return el(
        "svg",
        *body,
        class_=f"week-bars {only}".strip(),
        viewBox=f"0 0 {width} {bottom + _AXIS}",
        role=role,
        aria_label=named,
    )


def _axis(highest: float) -> tuple[float, float]:
    """The step of the axis and its end: four to seven lines at round figures."""
    if highest <= 0:
        return 1.0, 4.0
    rough = highest / 4
    power = 10.0 ** ceil(log10(rough) - 1)
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.8)
    return step, step * ceil(highest / step)


def _bar(bar: Bar, middle: float, thick: float, bottom: float, scale: float, pitch: float) -> Svg:
    pieces = [
        el("title", bar.says),
        # the whole column answers to the pointer, also where the bar is short
        el(
            "rect",
            class_="hit",
            x=middle - pitch / 2,
            y=float(_TOP),
            width=float(pitch),
            height=float(_HEIGHT),
        ),
    ]
    y = bottom
    for part in bar.parts:
        height = part.value * scale
        if height > 0:
            y -= height
            pieces.append(
                el("rect", class_=part.tone, x=middle - thick / 2, y=y, width=thick, height=max(height, 0.75))
            )
    if bar.url:
        return el("a", *pieces, href=bar.url, class_="week", aria_label=bar.says)
    return el("g", *pieces, class_="week")


def _target(data: WeekBarsData, pitch: float, bottom: float, scale: float) -> Svg:
    """The target as a line of steps, lifted where a week has none."""
    path: list[str] = []
    before: float | None = None
    for place, bar in enumerate(data.bars):
        if bar.target is None:
            before = None
            continue
        y = bottom - bar.target * scale
        left = _LEFT + place * pitch
        path.append(
            f"{'M' if before is None else 'L'}{number(left)} {number(y)}L{number(left + pitch)} {number(y)}"
        )
        before = y
    line = "".join(path)
    # the ground around the line keeps it apart from a bar as dark as itself
    return Svg(el("path", class_="target ground", d=line) + el("path", class_="target", d=line))
