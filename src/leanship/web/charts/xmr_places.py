"""Where things lie on a process behaviour chart: the frame, its two panels, and labels that keep apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leanship.web.charts.svg import Svg, el, line_path, text_width
from leanship.web.charts.xmr_data import Limits, XmrData

HEIGHT = 220.0  # of the upper panel; the lower has half of it
LEFT = 14.0


@dataclass(frozen=True)
class Frame:
    """Width of the drawing, the margin for labels at its right, x of the points, and the top of the panels."""

    width: float
    right: float
    step: float
    x0: float
    top: float
    readout: float
    two_panels: bool

    @classmethod
    def of(cls, points: int, width: float, labels: list[str], head: float, notes: bool, two: bool) -> Frame:
        """The frame of a chart with so many points and these labels at its right end."""
        right = max((text_width(text) for text in labels), default=0.0) + 22
        room = width - right - LEFT - 8
        head += 17 if width < 640 else 0  # a second line for what a point says
        return cls(
            width=width,
            right=right,
            step=room / (points - 1) if points > 1 else 0.0,
            x0=LEFT if points > 1 else LEFT + room / 2,
            top=head + 40 + (18 if notes else 0),
            readout=head + 16,
            two_panels=two,
        )

    def x(self, i: float) -> float:
        """Place of point `i`."""
        return self.x0 + i * self.step

    @property
    def plot_right(self) -> float:
        """Where lines end and labels begin."""
        return self.width - self.right

    @property
    def range_top(self) -> float:
        """Top of the panel of moving ranges."""
        return self.top + HEIGHT + 34

    @property
    def bottom(self) -> float:
        """Foot of the lowest panel."""
        return self.range_top + HEIGHT / 2 if self.two_panels else self.top + HEIGHT


@dataclass(frozen=True)
class Line:
    """A centre or a limit: its name, how it is drawn, and its value in each stretch of limits."""

    name: str
    class_: str
    of: Callable[[Limits], float | None]


@dataclass(frozen=True)
class Panel:
    """One panel: the heights of its points, its lines, and where a line of a value is drawn."""

    heights: tuple[float | None, ...]
    lines: tuple[Line, ...]
    place: Callable[[float], float]
    clips: bool = False  # whether its lines are drawn no further than what is possible


def scale(low: float, high: float, top: float, height: float, pad: float) -> Callable[[float], float]:
    """Value → height on the page, with `pad` of the span left free at both ends."""
    span = high - low or abs(high) or 1.0
    low, high = low - pad * span, high + pad * span
    return lambda value: top + height * (high - value) / (high - low)


def spread(wanted: list[float], gap: float) -> list[float]:
    """Places for labels that want the heights `wanted`, at least `gap` apart and moved as little as can be.

    Their order is kept; the answer is in the order given.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[list[int]] = []
    places: list[float] = []  # of the first label in each group
    for i in order:
        groups.append([i])
        places.append(wanted[i])
        # two groups that touch become one, about the mean of what its members want
        while len(groups) > 1 and places[-2] + gap * len(groups[-2]) > places[-1]:
            joined = groups[-2] + groups.pop()
            groups[-1] = joined
            places.pop()
            places[-1] = sum(wanted[j] - k * gap for k, j in enumerate(joined)) / len(joined)
    out = [0.0] * len(wanted)
    for group, place in zip(groups, places, strict=True):
        for k, j in enumerate(group):
            out[j] = place + k * gap
    return out


def end_labels(data: XmrData, panel: Panel, frame: Frame) -> list[Svg]:
    """Names and figures of the newest lines at the right end, as they are drawn."""
    if not data.limits:
        return []
    found = [(line.name, value) for line in panel.lines if (value := line.of(data.limits[-1])) is not None]
    places = spread([panel.place(value) for _, value in found], 16.0)
    out = []
    for (name, value), y in zip(found, places, strict=True):
        why = data.clipped_says(value) if panel.clips else ""
        shown = data.bare(data.clipped(value) if panel.clips else value, 1)
        out.append(
            el(
                "text",
                el("title", why) if why else None,
                el("tspan", f"{name} ", class_="muted"),
                el("tspan", shown),
                x=frame.plot_right + 8,
                y=round(y + 4.5, 1),
            )
        )
    return out


def stepped(data: XmrData, panel: Panel, frame: Frame, line: Line) -> Svg | None:
    """One line from baseline to baseline: a step where a shift was accepted, without a riser."""
    runs: list[tuple[float, float] | None] = []
    last = len(data.values) - 1
    for k, limits in enumerate(data.limits):
        value = line.of(limits)
        if value is None:
            continue
        y = panel.place(value)
        begin = frame.x(limits.first - 0.5) if limits.first else frame.x(0) - 8
        end = frame.x(data.limits[k + 1].first - 0.5) if k + 1 < len(data.limits) else frame.x(last) + 8
        runs += [(begin, y), (end, y), None]
    return el("path", class_=line.class_, d=line_path(runs)) if runs else None


def draw(data: XmrData, panel: Panel, frame: Frame) -> list[Svg]:
    """Limits and centre, their labels, and the line through the points."""
    lines = [drawn for line in panel.lines if (drawn := stepped(data, panel, frame, line))]
    points = [None if y is None else (frame.x(i), y) for i, y in enumerate(panel.heights)]
    return [*lines, *end_labels(data, panel, frame), el("path", class_="line", d=line_path(points))]


def axis(data: XmrData, frame: Frame) -> list[Svg]:
    """Names of periods, as many as fit, counted back from the newest."""
    if not data.labels:
        return []
    widest = max(text_width(label) for label in data.labels)
    every = max(1, -(-int(widest + 20) // max(1, int(frame.step))))
    out: list[Svg] = []
    for i in range(len(data.labels) - 1, -1, -every):
        x, anchor = frame.x(i), "middle"
        if x - widest / 2 < 0:
            if out and 2 + widest + 12 > frame.x(i + every) - widest / 2:
                break  # pushed into the page it would run into its neighbour
            x, anchor = 2.0, "start"
        name = data.labels[i][:1].upper() + data.labels[i][1:]
        place: dict[str, object] = {"x": round(x, 1), "y": frame.bottom + 20, "text_anchor": anchor}
        out.append(el("text", name, class_="muted", **place))
    return out
