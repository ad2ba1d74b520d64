"""What stands on a process behaviour chart: points, marks of signals, notes, and what a point says."""

from __future__ import annotations

from leanship.web.charts.shapes import RULES, shape
from leanship.web.charts.svg import Svg, el, text_width, wrapped
from leanship.web.charts.xmr_data import Signal, XmrData
from leanship.web.charts.xmr_places import Frame, Panel

_RANK = {rule: place for place, rule in enumerate(RULES)}


def strongest(signals: tuple[Signal, ...]) -> dict[int, Signal]:
    """The signal whose shape a point gets: where rules meet, the first of RULES."""
    return {s.index: s for s in sorted(signals, key=lambda s: _RANK[s.rule], reverse=True)}


def mark(signal: Signal, tone: str, x: float, y: float, r: float) -> Svg:
    """The filled mark of a signal; a triangle points to the side it lies on."""
    name = RULES[signal.rule]
    name = "triangle-down" if name == "triangle" and signal.side < 0 else name
    return shape(name, x, y, r, f"mark tone-{tone}")


def groups(signals: tuple[Signal, ...]) -> list[list[Signal]]:
    """Signals of one rule and side that belong together; runs first, since they say the most."""
    out: list[list[Signal]] = []
    ranked = sorted(signals, key=lambda s: (s.rule != "run_of_8", _RANK[s.rule], s.side, s.index))
    for signal in ranked:
        last = out[-1][-1] if out else None
        # of four in a row three are flagged, so that one between them may be not
        reach = 2 if signal.rule == "three_of_four" else 1
        same = last is not None and (last.rule, last.side) == (signal.rule, signal.side)
        if last is not None and same and signal.index - last.index <= reach:
            out[-1].append(signal)
        else:
            out.append([signal])
    return out


def notes(data: XmrData, panel: Panel, frame: Frame) -> list[Svg]:
    """Small numbers above, with a thread down to their points."""
    out: list[Svg] = []
    y = frame.top - 14
    for note in data.notes:
        x, height = round(frame.x(note.index), 2), panel.heights[note.index]
        thread = None if height is None else el("line", class_="base", x1=x, x2=x, y1=y + 8, y2=height - 5)
        number = el("text", str(note.number), x=x, y=y + 4, text_anchor="middle")
        ring = el("circle", cx=x, cy=y, r=8.0)
        out.append(el("g", el("title", note.text), thread, ring, number, class_="note"))
    return out


def change(data: XmrData, frame: Frame) -> list[Svg]:
    """The line at which something changed, between two points, its word on the side that has more room."""
    if data.change is None:
        return []
    x = round(frame.x(data.change.index - 0.5), 2)
    left = data.change.index * 2 > len(data.values)
    return [
        el("line", class_="change", x1=x, x2=x, y1=frame.top - 8, y2=frame.bottom),
        el(
            "text",
            data.change.text,
            class_="muted says",
            x=x - 6 if left else x + 6,
            y=frame.top + 2,
            text_anchor="end" if left else "start",
        ),
    ]


def readouts(data: XmrData, moving: tuple[float | None, ...]) -> list[str]:
    """What each point says when it is pointed at or focused."""
    found: dict[int, list[str]] = {}
    for group in groups(data.signals):
        text = data.words.rules[group[0].rule].format(count=len(group))
        for signal in group:
            found.setdefault(signal.index, []).append(text)
    for i in data.range_signals:
        found.setdefault(i, []).append(data.words.rules["range"])
    out = []
    for i, value in enumerate(data.values):
        label = data.labels[i][:1].upper() + data.labels[i][1:]
        parts = [label, data.words.missing if value is None else data.says(value), *found.get(i, ())]
        change = moving[i]
        if change is not None:
            parts.append(f"{data.words.moving_range.lower()} {data.bare(change)}")
        out.append(" · ".join(parts))
    return out


def _drawn(data: XmrData, i: int, heights: tuple[float | None, float | None], frame: Frame) -> list[Svg]:
    """The dots or marks of point `i` in both panels."""
    x = round(frame.x(i), 2)
    radius = 2.4 if frame.step >= 8 else 1.7
    y, range_y = heights
    out: list[Svg] = []
    if y is not None:
        signal = strongest(data.signals_at(i)).get(i)
        if signal:
            out.append(mark(signal, data.tone(signal.side), x, y, 4.6))
        else:
            out.append(el("circle", class_="dot", cx=x, cy=round(y, 2), r=radius))
    if range_y is not None:
        if i in data.range_signals:
            out.append(shape("circle", x, range_y, 4.4, "mark tone-look"))
        else:
            out.append(el("circle", class_="dot", cx=x, cy=round(range_y, 2), r=radius * 0.75))
    return out


def readout(says: str, frame: Frame) -> Svg:
    """What a point says, in one line at the top right, in two where the chart is narrow."""
    # a line breaks between two things that are said, never inside one
    kept = says.replace(" ", "\N{NO-BREAK SPACE}").replace("\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}", " · ")
    lines = wrapped(kept, frame.width - 4)
    if len(lines) == 1:
        x = max(frame.plot_right, text_width(says) + 2)
        return el("text", says, class_="tip", x=round(x, 1), y=frame.readout, text_anchor="end")
    x = frame.width - 2
    spans = [el("tspan", line, x=x, y=frame.readout - 17 + 17 * i) for i, line in enumerate(lines[:2])]
    return el("text", *spans, class_="tip", text_anchor="end")


def points(
    data: XmrData,
    values: Panel,
    ranges: Panel | None,
    moving: tuple[float | None, ...],
    frame: Frame,
    *,
    standalone: bool,
) -> list[Svg]:
    """A dot or a signal's mark for every point in both panels; on a page each has a readout.

    One of them is a stop for Tab, the newest; the arrow keys go on from there.
    """
    newest = max((i for i, v in enumerate(data.values) if v is not None), default=-1)
    strip = max(frame.step, 6.0)
    says = readouts(data, moving)
    out: list[Svg] = []
    for i, y in enumerate(values.heights):
        heights = (y, ranges.heights[i] if ranges else None)
        drawn = _drawn(data, i, heights, frame)
        tip = readout(says[i], frame)
        if standalone:
            out += [*drawn, tip] if i == newest else drawn
            continue
        x = round(frame.x(i), 2)
        hit = el(
            "rect",
            class_="hit",
            x=round(x - strip / 2, 2),
            y=frame.top,
            width=round(strip, 2),
            height=frame.bottom - frame.top,
        )
        attributes = {"role": "img", "aria_label": says[i], "tabindex": 0 if i == newest else -1}
        out.append(el("g", hit, *drawn, tip, class_="point", **attributes))
    return out
