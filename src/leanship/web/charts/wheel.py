"""The wheel: three arcs for productivity, projects and people, and what they are known to give each other."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from leanship.web.charts.shapes import BANDS, band_icon, shape
from leanship.web.charts.svg import Svg, el, number, text_width, wrapped

WIDTH, HEIGHT = 400, 404
CX, CY = 200.0, 204.0
OUTER, INNER = 138.0, 106.0
GAP = 9.0  # degrees between two arcs

_CLASSES = {
    "exceeds": "band-exceeds",
    "meets": "band-meets",
    "does_not_meet": "band-does-not-meet",
    "not_consistent": "band-mixed",
    "mixed": "band-mixed",
    "not_enough_evidence": "band-missing",
}
# name and state stand above the first arc and below the other two
_LABELS = ((200.0, 22.0), (304.0, 368.0), (96.0, 368.0))


@dataclass(frozen=True)
class Arc:
    """One sector. `evidence` is the share of it (0 to 1) that rests on enough evidence; the rest is dashed."""

    key: str
    name: str
    band: str
    state: str
    says: str
    href: str = ""
    evidence: float = 1.0


@dataclass(frozen=True)
class Arrow:
    """What one sector gives another: `strength` 0 to 1 as measured, None where nothing was shown."""

    source: str
    target: str
    strength: float | None
    says: str


@dataclass(frozen=True)
class WheelData:
    """The whole emblem: three arcs clockwise from the top, arrows, and the line of words in the middle."""

    title: str
    middle: str
    arcs: tuple[Arc, Arc, Arc]
    arrows: tuple[Arrow, ...] = ()


def _at(degrees: float, radius: float) -> tuple[float, float]:
    """Point on a circle about the middle; 0° is the top, clockwise."""
    angle = degrees * pi / 180
    return CX + radius * sin(angle), CY - radius * cos(angle)


def _pair(point: tuple[float, float]) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _sector(start: float, end: float) -> str:
    """Path of the piece of the ring from `start` to `end` degrees."""
    large = int(end - start > 180)
    return (
        f"M{_pair(_at(start, OUTER))}A{number(OUTER)} {number(OUTER)} 0 {large} 1 {_pair(_at(end, OUTER))}"
        f"L{_pair(_at(end, INNER))}A{number(INNER)} {number(INNER)} 0 {large} 0 {_pair(_at(start, INNER))}Z"
    )


def _arc(k: int, arc: Arc) -> tuple[Svg, Svg]:
    """The piece of the ring, which turns, and its label, which does not."""
    start, end = k * 120 - 60 + GAP / 2, k * 120 + 60 - GAP / 2
    evidence = 0.0 if arc.band == "not_enough_evidence" else min(max(arc.evidence, 0.0), 1.0)
    known = start + (end - start) * evidence
    pieces: list[Svg] = []
    if evidence:
        pieces.append(el("path", class_=f"arc {_CLASSES[arc.band]}", d=_sector(start, known)))
    if evidence < 1:
        begin = known + (1.5 if evidence else 0)
        pieces.append(el("path", class_="arc band-missing", d=_sector(begin, end)))
    name, tone = BANDS[arc.band]
    gx, gy = _at((start + known) / 2 if evidence else k * 120, (OUTER + INNER) / 2)
    if name in ("triangle", "circle"):
        pieces.append(shape(name, gx, gy, 7.0, "glyph"))
    elif name != "ring":
        pieces.append(shape(name, gx, gy, 7.0, f"glyph-open tone-{tone}"))
    return Svg("".join(pieces)), _label(k, arc, tone)


def _label(k: int, arc: Arc, tone: str) -> Svg:
    x, y = _LABELS[k]
    width = text_width(arc.state, 15) + 18
    icon = Svg(
        band_icon(arc.band).replace(
            "<svg ", f'<svg x="{number(x - width / 2)}" y="{number(y + 11)}" width="12" height="12" ', 1
        )
    )
    return el(
        "g",
        el("text", arc.name, class_="name", x=x, y=y, text_anchor="middle"),
        el("g", icon, class_=f"ink-{tone}"),
        el("text", arc.state, class_=f"state tone-{tone}", x=x - width / 2 + 18, y=y + 22),
    )


def _arrow(arrow: Arrow, places: dict[str, int]) -> Svg:
    """A thin arrow across the gap, on a circle inside the ring; the way back runs on a smaller circle."""
    a, b = places[arrow.source], places[arrow.target]
    clockwise = (b - a) % 3 == 1
    turn, radius = (1, INNER - 12) if clockwise else (-1, INNER - 24)
    start, end = a * 120 + turn * 36, a * 120 + turn * 84
    unshown = arrow.strength is None
    width = 1.75 if arrow.strength is None else 0.75 + 3 * min(max(arrow.strength, 0.0), 1.0)
    line = el(
        "path",
        class_="arrow unshown" if unshown else "arrow",
        stroke_width=width,
        d=f"M{_pair(_at(start, radius))}A{number(radius)} {number(radius)} 0 0 {int(clockwise)} "
        f"{_pair(_at(end, radius))}",
    )
    back = end - turn * 4.2
    head = el(
        "path",
        class_="tip-of-arrow",
        stroke_width=1.5,
        d=f"M{_pair(_at(back, radius - 4.5))}L{_pair(_at(end, radius))}L{_pair(_at(back, radius + 4.5))}",
    )
    return el("g", el("title", arrow.says), line, head)


_HATCH = el(
    "defs",
    el(
        "pattern",
        el("rect", class_="hatch-ground", width=7, height=7),
        el("line", class_="hatch", x1=0, x2=0, y1=0, y2=7),
        id="wheel-hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    ),
)


def svg(data: WheelData) -> Svg:
    """The wheel as SVG. Each arc is a link to its evidence and says its figure, interval and evidence.

    Raises KeyError for a band that is none, or an arrow to a sector that is not there.
    """
    places = {arc.key: k for k, arc in enumerate(data.arcs)}
    turning: list[Svg] = [_arrow(arrow, places) for arrow in data.arrows]
    still: list[Svg] = []
    for k, arc in enumerate(data.arcs):
        ring, label = _arc(k, arc)
        title = el("title", arc.says)
        spoken = f"{arc.name}: {arc.says}"
        if arc.href:
            turning.append(el("a", title, ring, href=arc.href, aria_label=spoken))
            # the label is a second way to the same place: for the pointer, not for the keyboard again
            still.append(el("a", title, label, href=arc.href, tabindex=-1, aria_hidden="true"))
        else:
            turning.append(el("g", title, ring, role="img", aria_label=spoken))
            still.append(label)
    lines = wrapped(data.middle, 132, 16)
    top = CY + 5.5 - (len(lines) - 1) * 11
    middle = [
        el("text", line, class_="middle", x=CX, y=top + i * 22, text_anchor="middle")
        for i, line in enumerate(lines)
    ]
    return el(
        "svg",
        _HATCH,
        el("g", *turning, class_="turning"),
        *still,
        *middle,
        class_="wheel",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="group",
        aria_label=data.title,
    )


def mark() -> Svg:
    """The emblem alone, as the brand's mark: three arcs without any meaning."""
    arcs = []
    for k in range(3):
        (x1, y1), (x2, y2) = (
            (14 + 10.5 * sin(a * pi / 180), 14 - 10.5 * cos(a * pi / 180))
            for a in (k * 120 - 48, k * 120 + 48)
        )
        arcs.append(
            el(
                "path",
                class_="arc",
                d=f"M{number(x1)} {number(y1)}A10.5 10.5 0 0 1 {number(x2)} {number(y2)}",
            )
        )
    return el("svg", *arcs, class_="wheel-mark", viewBox="0 0 28 28", aria_hidden="true", focusable="false")
