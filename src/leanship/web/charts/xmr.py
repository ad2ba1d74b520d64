"""The process behaviour chart (M16, M17): values above, moving ranges below at half height.

Nothing is computed here but places: centre, limits and signals come in, as the method found them.
"""

from __future__ import annotations

from leanship.web.charts import xmr_marks, xmr_places, xmr_texts
from leanship.web.charts.svg import PALETTE, Svg, el, standalone_style, wrapped
from leanship.web.charts.xmr_data import Limits, Note, Signal, XmrData, XmrWords, plain_number
from leanship.web.charts.xmr_places import HEIGHT, LEFT, Frame, Line, Panel

__all__ = ["Limits", "Note", "Signal", "XmrData", "XmrWords", "plain_number", "responsive", "svg"]


WIDE, NARROW = 960, 380


def responsive(data: XmrData, *, ident: str = "xmr", ranges: bool = True) -> Svg:
    """The chart twice, of which the style sheet shows one: across a page, and down a phone's one column."""
    wide = svg(data, width=WIDE, ident=ident, ranges=ranges, only="wide")
    narrow = svg(data, width=NARROW, ident=f"{ident}-narrow", ranges=ranges, only="narrow")
    return Svg(wide + narrow)


def svg(
    data: XmrData,
    *,
    width: int = WIDE,
    ident: str = "xmr",
    ranges: bool = True,
    standalone: bool = False,
    only: str = "",
) -> Svg:
    """The chart as SVG, `width` units wide; `ident` keeps its ids apart from other charts on the page.

    `ranges=False` leaves the lower panel out. `standalone=True` gives a file of its own: title and style inside,
    colours as values, the sentence below, nothing that answers to a pointer. `only` names the page widths at which
    it shows, `wide` or `narrow`; empty for all.
    """
    words = data.words
    moving = data.ranges()
    two = ranges and any(value is not None for value in moving)
    upper = (
        Line(words.upper, "limit", lambda limits: limits.upper),
        Line(words.centre, "centre", lambda limits: limits.centre),
        Line(words.lower, "limit", lambda limits: limits.lower),
    )
    lower = (
        Line(words.range_limit, "limit", lambda limits: limits.range_limit),
        Line(words.range_centre, "centre", lambda limits: limits.range_centre),
    )
    newest = data.limits[-1] if data.limits else None
    labels = [
        f"{line.name} {data.bare(value, 1)}"
        for line in (*upper, *(lower if two else ()))
        if newest and (value := line.of(newest)) is not None
    ]
    head = 34.0 if standalone else 0.0
    frame = Frame.of(len(data.values), float(width), labels, head, bool(data.notes), two)
    values = _values_panel(data, upper, frame)
    below = _ranges_panel(data, moving, lower, frame) if two else None

    body: list[Svg] = []
    if standalone:
        body.append(el("text", data.title, class_="heading", x=LEFT - 8, y=24.0))
    if data.caption:
        body.append(el("text", data.caption, class_="muted caption", x=LEFT - 8, y=frame.readout))
    body += xmr_marks.notes(data, values, frame)
    body += xmr_marks.change(data, frame)
    body += xmr_places.draw(data, values, frame)
    if below:
        y = frame.bottom
        body.append(el("text", words.moving_range, class_="muted", x=LEFT - 8, y=frame.range_top - 12))
        body.append(el("line", class_="base", x1=LEFT - 8, x2=frame.plot_right, y1=y, y2=y))
        body += xmr_places.draw(data, below, frame)
    body += xmr_places.axis(data, frame)
    body += xmr_marks.points(data, values, below, moving, frame, standalone=standalone)
    body += xmr_texts.texts(data, values, frame)

    lines = wrapped(data.summary, width - 16) if standalone and data.summary else []
    for k, line in enumerate(lines):
        body.append(el("text", line, x=LEFT - 8, y=frame.bottom + 50 + 20 * k))

    height = round(frame.bottom + 30 + (20 * len(lines) + 12 if lines else 0))
    attributes: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {width} {height}",
        "class_": f"xmr {only}" if only else "xmr",
    }
    if standalone:
        # a file has no page around it, so it brings its own margin
        attributes["viewBox"] = f"-18 -12 {width + 36} {height + 24}"
        ground = el("rect", x=-18, y=-12, width="100%", height="100%", fill=PALETTE["paper"])
        front = [el("title", data.title), el("desc", data.summary), standalone_style(), ground]
        return el("svg", *front, *body, width=width + 36, height=height + 24, role="img", **attributes)
    described = f"{ident}-says" if data.summary else None
    desc = el("desc", data.summary, id=described) if data.summary else None
    # a group, not an image: the points inside can be reached one by one
    named = f"{data.title}, {data.caption}" if data.caption else data.title
    attributes |= {"role": "group", "aria_label": named, "aria_describedby": described, "id": ident}
    return el("svg", desc, *body, **attributes)


def _values_panel(data: XmrData, lines: tuple[Line, ...], frame: Frame) -> Panel:
    drawn = [value for value in data.values if value is not None]
    for limits in data.limits:
        drawn += [data.clipped(value) for line in lines if (value := line.of(limits)) is not None]
    place = xmr_places.scale(min(drawn, default=0.0), max(drawn, default=1.0), frame.top, HEIGHT, 0.09)
    heights = tuple(None if value is None else place(value) for value in data.values)
    return Panel(heights, lines, lambda value: place(data.clipped(value)), clips=True)


def _ranges_panel(
    data: XmrData, moving: tuple[float | None, ...], lines: tuple[Line, ...], frame: Frame
) -> Panel:
    tops = [value for value in moving if value is not None]
    tops += [value for limits in data.limits for line in lines if (value := line.of(limits)) is not None]
    place = xmr_places.scale(0.0, max(tops) or 1.0, frame.range_top, HEIGHT / 2, 0.0)
    return Panel(tuple(None if v is None else place(v) for v in moving), lines, place)
