"""Where people stand and how they moved: one lane each, stance from left to right, influence from top to bottom.

A lane belongs to one person, so names never meet, however many stand in the same place. A move forward is an arc
above the lane, a move back one below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, sin

from leanship.web.charts.svg import Svg, el, join, number, text_width

TOKEN = 15.0  # radius of the mark with the initials
_DOT = 3.5
_HEAD = 30.0  # the row of stances, at the top
_BAND = 34.0  # the row of a degree of influence
_AFTER = 8.0  # below its last lane


@dataclass(frozen=True)
class Lane:
    """One person. `places` are the stances in the order of time, 0 the first of the chart's, without repetition.

    `note` is a short line under the name, `says` the lane in words, `reached` whether they lie within the leader's
    line.
    """

    name: str
    initials: str
    note: str
    says: str
    href: str
    places: tuple[int, ...]
    reached: bool


@dataclass(frozen=True)
class Band:
    """The people of one degree of influence, with its heading."""

    label: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class StanceData:
    """The whole chart: its name, the names of the stances from left to right, and the bands from top to bottom."""

    title: str
    stances: tuple[str, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class _Frame:
    """The measures of one drawing."""

    width: float
    lane: float  # height of a lane
    first: float  # x of the first stance
    last: float  # x of the last stance
    track: float  # y of the track within its lane
    name_at: tuple[float, float]
    note_at: tuple[float, float]
    name_room: float
    note_room: float
    beside: bool  # the note stands beside the name, at the right end, and not below it


_WIDE = _Frame(880, 48, 326, 826, 24, (16, 21), (16, 38), 254, 254, beside=False)
_NARROW = _Frame(344, 70, 30, 314, 45, (0, 16), (344, 16), 190, 140, beside=True)


def _fit(text: str, room: float, size: float) -> str:
    if text_width(text, size) <= room:
        return text
    while text and text_width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _hop(start: float, end: float, y: float, *, newest: bool) -> Svg:
    """One move: an arc from a stance to another; the newest ends in an arrow at the rim of the token."""
    side = -1 if end > start else 1
    ahead = 1 if end > start else -1
    x0, y0 = start, y + side * (_DOT + 1)
    if newest:
        x1, y1 = end - ahead * (TOKEN + 2.5) * 0.83, y + side * (TOKEN + 2.5) * 0.56
    else:
        x1, y1 = end, y + side * (_DOT + 1)
    cx, cy = (x0 + x1) / 2, y + side * 25
    tone = ("better" if ahead > 0 else "worse") if newest else "earlier"
    parts = [
        el(
            "path",
            class_="move",
            d=f"M{number(x0)} {number(y0)}Q{number(cx)} {number(cy)} {number(x1)} {number(y1)}",
        )
    ]
    if newest:
        angle = atan2(y1 - cy, x1 - cx)
        tips = [(x1 - 7.5 * cos(angle + turn), y1 - 7.5 * sin(angle + turn)) for turn in (0.45, -0.45)]
        (ax, ay), (bx, by) = tips
        head = f"M{number(ax)} {number(ay)}L{number(x1)} {number(y1)}L{number(bx)} {number(by)}"
        parts.append(el("path", class_="move head", d=head))
    return el("g", *parts, class_=f"hop {tone}")


def _lane(lane: Lane, frame: _Frame, xs: Sequence[float], top: float) -> Svg:
    y = top + frame.track
    parts = [
        el("title", lane.says),
        el("rect", class_="lane", x=0, y=top, width=frame.width, height=frame.lane, rx=4),
        el("line", class_="track", x1=xs[0], x2=xs[-1], y1=y, y2=y),
    ]
    parts += [el("circle", class_="stop", cx=x, cy=y, r=1.75) for x in xs]
    parts += [el("circle", class_="was", cx=xs[place], cy=y, r=_DOT) for place in set(lane.places[:-1])]
    hops = list(zip(lane.places, lane.places[1:], strict=False))
    parts += [
        _hop(xs[a], xs[b], y, newest=position == len(hops)) for position, (a, b) in enumerate(hops, start=1)
    ]
    at = xs[lane.places[-1]]
    parts.append(el("circle", class_="token", cx=at, cy=y, r=TOKEN))
    parts.append(el("text", lane.initials, class_="initials", x=at, y=y + 4, text_anchor="middle"))
    nx, ny = frame.name_at
    parts.append(el("text", _fit(lane.name, frame.name_room, 14), class_="name", x=nx, y=top + ny))
    if lane.note:
        tx, ty = frame.note_at
        note = _fit(lane.note, frame.note_room, 12)
        end = "end" if frame.beside else None
        parts.append(el("text", note, class_="muted note", x=tx, y=top + ty, text_anchor=end))
    class_ = "person" if lane.reached else "person outside"
    return el("a", *parts, class_=class_, href=lane.href, aria_label=lane.says)


def _draw(data: StanceData, frame: _Frame, name: str) -> Svg:
    step = (frame.last - frame.first) / (len(data.stances) - 1)
    xs = [frame.first + step * place for place in range(len(data.stances))]
    bands = [band for band in data.bands if band.lanes]
    height = _HEAD + sum(_BAND + frame.lane * len(band.lanes) + _AFTER for band in bands)
    body = [
        el("text", text, class_="stance", x=x, y=16, text_anchor="middle")
        for x, text in zip(xs, data.stances, strict=True)
    ]
    top = _HEAD
    for band in bands:
        body.append(el("line", class_="base", x1=0, x2=frame.width, y1=top, y2=top))
        body.append(el("text", band.label, class_="band muted", x=0, y=top + 22))
        top += _BAND
        for lane in band.lanes:
            body.append(_lane(lane, frame, xs, top))
            top += frame.lane
        top += _AFTER
    return el(
        "svg",
        *body,
        class_=f"stances {name}",
        viewBox=f"0 0 {number(frame.width)} {number(height)}",
        role="group",
        aria_label=data.title,
    )


def svg(data: StanceData) -> Svg:
    """The chart twice, for a page and for a phone; the style sheet shows the one that fits.

    Each lane is a link that says itself in words. Raises ValueError where nobody is on it, or a lane has no place.
    """
    lanes = [lane for band in data.bands for lane in band.lanes]
    if not lanes or not all(lane.places for lane in lanes):
        raise ValueError("a chart of stances needs people who stand somewhere")
    return join([_draw(data, _WIDE, "wide"), _draw(data, _NARROW, "narrow")])
