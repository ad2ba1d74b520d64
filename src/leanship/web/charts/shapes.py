"""The shapes that stand beside every colour: bands of a rating, and marks of a signal."""

from __future__ import annotations

from leanship.web.charts.svg import Svg, el, number

# band → (shape, tone): the five answers of a rating, and the mixed band of projects and people
BANDS: dict[str, tuple[str, str]] = {
    "exceeds": ("triangle", "better"),
    "meets": ("circle", "meets"),
    "does_not_meet": ("triangle-open", "worse"),
    "not_consistent": ("diamond-open", "look"),
    "mixed": ("diamond-open", "look"),
    "not_enough_evidence": ("ring", "missing"),
}

# rule of a signal → shape of its mark, strongest first: where two rules meet, the first one's shape is drawn
RULES: dict[str, str] = {
    "outside_limits": "diamond",
    "run_of_8": "square",
    "three_of_four": "triangle",
    "range": "circle",
}


def _corners(name: str, x: float, y: float, r: float) -> list[tuple[float, float]]:
    if name == "square":
        s = 0.82 * r
        return [(x - s, y - s), (x + s, y - s), (x + s, y + s), (x - s, y + s)]
    if name == "diamond":
        return [(x, y - 1.2 * r), (x + 1.2 * r, y), (x, y + 1.2 * r), (x - 1.2 * r, y)]
    up = -1 if name == "triangle" else 1
    return [(x, y + up * 1.1 * r), (x + 1.1 * r, y - up * 0.8 * r), (x - 1.1 * r, y - up * 0.8 * r)]


def shape(name: str, x: float, y: float, r: float, class_: str = "") -> Svg:
    """One of circle, ring, square, diamond, triangle (point up), triangle-down, or an `-open` form of them,
    about (x, y) with radius `r`. Colours come from `class_`; open forms and the ring are given a stroke."""
    open_ = name.endswith("-open") or name == "ring"
    attributes: dict[str, object] = {"class_": class_ or None}
    if open_:
        attributes |= {"fill": "none", "stroke": "currentColor", "stroke_width": number(max(1.5, r / 3.5))}
    if name == "ring":
        attributes |= {"stroke_dasharray": f"{number(r / 2.2)} {number(r / 2.6)}"}
    base = name.removesuffix("-open")
    if base in ("circle", "ring"):
        return el("circle", cx=float(x), cy=float(y), r=float(r), **attributes)
    # an open triangle stands on its point: it is the one of "does not meet yet"
    base = "triangle-down" if name == "triangle-open" else base
    points = " ".join(f"{number(px)},{number(py)}" for px, py in _corners(base, x, y, r))
    return el("polygon", points=points, **attributes)


def band_icon(band: str) -> Svg:
    """The shape of a band as a small picture that takes the colour of the text around it.

    Raises KeyError for a code that is not in BANDS.
    """
    name, _tone = BANDS[band]
    inner = shape(name, 6, 6, 4.6)
    if "stroke" not in inner:
        inner = Svg(inner.replace("/>", ' fill="currentColor"/>'))
    return el("svg", inner, class_="shape", viewBox="0 0 12 12", aria_hidden="true", focusable="false")
