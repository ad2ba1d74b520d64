"""The short texts beside the signals of a process behaviour chart, each near its marks and clear of all else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, inf

from leanship.web.charts.svg import Svg, el, text_width
from leanship.web.charts.xmr_data import Signal, XmrData
from leanship.web.charts.xmr_marks import groups, strongest
from leanship.web.charts.xmr_places import HEIGHT, Frame, Panel


@dataclass(frozen=True)
class _Box:
    """Where a text would stand: its left end, its baseline and its width."""

    left: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width

    def apart(self, x: float, y: float) -> float:
        """How far a place lies from the text; 0 within it."""
        across = max(self.left - x, 0.0, x - self.right)
        down = max(self.y - 10 - y, 0.0, y - self.y - 3)
        return hypot(across, down)

    def meets(self, other: _Box) -> bool:
        """Whether two texts would run into each other."""
        return self.left < other.right + 6 and other.left < self.right + 6 and abs(self.y - other.y) < 16


@dataclass
class _Room:
    """What a text has to keep clear of: the line with its points, the rings of notes, and texts placed before."""

    line: list[tuple[float, float] | None]
    rings: list[tuple[float, float]]
    top: float
    bottom: float
    right: float
    texts: list[tuple[Signal, _Box]] = field(default_factory=list)

    def near(self, left: float, right: float) -> list[float]:
        """Heights of the line between two places."""
        ys: list[float] = []
        for a, b in pairwise(self.line):
            if a and b and b[0] >= left and a[0] <= right:
                slope = (b[1] - a[1]) / (b[0] - a[0])
                ys += [a[1] + slope * (edge - a[0]) for edge in (max(left, a[0]), min(right, b[0]))]
        return ys + [p[1] for p in self.line if p and left <= p[0] <= right]

    def free(self, box: _Box) -> bool:
        """Whether a text can stand there."""
        if box.left < 2 or box.right > self.right or not self.top <= box.y <= self.bottom:
            return False
        if any(box.meets(other) for _signal, other in self.texts):
            return False
        if any(box.apart(*ring) < 11 for ring in self.rings):
            return False
        ys = self.near(box.left - 5, box.right + 5)
        return not ys or min(ys) > box.y + 7 or max(ys) < box.y - 13


_FAR = 34.0  # a text further from its mark than this would seem to belong to another


def _best(group: list[Signal], width: float, points: list[tuple[float, float]], room: _Room) -> _Box | None:
    """The free place nearest to the marks, outside the line sooner than inside it; None without one near enough."""
    first, last = points[0], points[-1]
    middle = (first[0] + last[0]) / 2
    found: list[tuple[float, _Box]] = []
    for shift in (0.5, 0.3, 0.7, 0.1, 0.9):
        left = min(max(middle - shift * width, 2.0), room.right - width)
        ys = room.near(left - 5, left + width + 5)
        if ys:
            above, below = min(ys) - 10, max(ys) + 19
            outside, inside = (above, below) if group[0].side > 0 else (below, above)
            found += [(0.0, _Box(left, outside, width)), (8.0, _Box(left, inside, width))]
    found += [
        (4.0, _Box(last[0] + 9, last[1] + 4.5, width)),
        (4.0, _Box(first[0] - 9 - width, first[1] + 4.5, width)),
    ]
    fits = [
        (cost + min(box.apart(*point) for point in points), n, box)
        for n, (cost, box) in enumerate(found)
        if room.free(box)
    ]
    cost, _n, box = min(fits, default=(inf, 0, None))
    return box if cost <= _FAR else None


def texts(data: XmrData, panel: Panel, frame: Frame) -> list[Svg]:
    """Short texts beside the signals, clear of the line and of each other; without room the mark says it alone."""
    line = [None if y is None else (frame.x(i), y) for i, y in enumerate(panel.heights)]
    room = _Room(
        line=line,
        rings=[(frame.x(note.index), frame.top - 14) for note in data.notes],
        top=frame.top - 2,
        bottom=frame.top + HEIGHT + 8,
        right=frame.plot_right,
    )
    shape_of = strongest(data.signals)
    out: list[Svg] = []
    for group in groups(data.signals):
        first = group[0]
        # where other rules gave every point its shape, a text would stand beside marks that do not mean it
        if first.rule == "three_of_four" and all(shape_of[s.index].rule != first.rule for s in group):
            continue
        points = [at for signal in group if (at := line[signal.index])]
        text = data.words.rules[first.rule].format(count=len(group))
        width = text_width(text)
        if not points:
            continue
        told = any(
            (other.rule, other.side) == (first.rule, first.side)
            and min(box.apart(*at) for at in points) < width
            for other, box in room.texts
        )
        if not told and (box := _best(group, width, points, room)):
            room.texts.append((first, box))
            tone = f"says tone-{data.tone(first.side)}"
            out.append(el("text", text, class_=tone, x=round(box.left, 1), y=round(box.y, 1)))
    return out
