"""The last periods of a window, one cell each: how high a cell is filled says its band, without any colour."""

from __future__ import annotations

from dataclasses import dataclass

from leanship.web.charts.svg import Svg, el

CELL, GAP, HEIGHT = 14, 3, 24
_FILL = {"exceeds": 1.0, "meets": 2 / 3, "does_not_meet": 1 / 3}


@dataclass(frozen=True)
class Cell:
    """One period: its band (exceeds, meets, does_not_meet, missing, left_out) and what it says when pointed at."""

    band: str
    says: str


def svg(cells: tuple[Cell, ...], says: str) -> Svg:
    """The strip, oldest period first; `says` is the whole in one sentence.

    A missing period is a dashed cell; one that was left out by name (absence, first months) a thin empty one.
    """
    body = []
    for i, cell in enumerate(cells):
        x = i * (CELL + GAP)
        title = el("title", cell.says)
        if share := _FILL.get(cell.band):
            height = round(HEIGHT * share, 2)
            track = el("rect", class_="track", x=x, y=0, width=CELL, height=HEIGHT)
            fill = el(
                "rect", class_=cell.band.replace("_", "-"), x=x, y=HEIGHT - height, width=CELL, height=height
            )
            body.append(el("g", title, track, fill))
        else:
            class_ = "left-out" if cell.band == "left_out" else "missing"
            empty = el("rect", class_=class_, x=x + 0.5, y=0.5, width=CELL - 1, height=HEIGHT - 1)
            body.append(el("g", title, empty))
    width = max(1, len(cells) * (CELL + GAP) - GAP)
    return el(
        "svg",
        *body,
        class_="band-strip",
        viewBox=f"0 0 {width} {HEIGHT}",
        width=width,
        height=HEIGHT,
        role="img",
        aria_label=says,
    )
