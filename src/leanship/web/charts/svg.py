"""Writing SVG: elements with escaped texts, short numbers, and the style of a file that stands alone."""

from __future__ import annotations

import re
from html import escape

# XML 1.0 has no way to write these, not even escaped; one of them in a name would make the file unreadable
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Svg(str):
    """Markup whose texts are escaped already; Django's templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def text_of(value: object) -> str:
    """`value` as text that may stand between tags or in a quoted attribute."""
    return escape(_UNWRITABLE.sub("", str(value)), quote=True)


def number(value: float) -> str:
    """A coordinate with two decimals at most and without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def el(name: str, *children: str | None, **attributes: object) -> Svg:
    """One element. `class_` becomes class, `stroke_width` stroke-width; None is left out; text is escaped."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is not None:
            shown = number(value) if isinstance(value, float) else text_of(value)
            parts.append(f' {key.rstrip("_").replace("_", "-")}="{shown}"')
    inner = "".join(
        child if isinstance(child, Svg) else text_of(child) for child in children if child is not None
    )
    parts.append(f">{inner}</{name}>" if inner else "/>")
    return Svg("".join(parts))


def join(parts: list[Svg]) -> Svg:
    """Elements one after the other."""
    return Svg("".join(parts))


def line_path(points: list[tuple[float, float] | None]) -> str:
    """Path data through the points; None lifts the pen."""
    out: list[str] = []
    pen_down = False
    for point in points:
        if point is None:
            pen_down = False
            continue
        out.append(f"{'L' if pen_down else 'M'}{number(point[0])} {number(point[1])}")
        pen_down = True
    return "".join(out)


def text_width(text: str, size: float = 13.0) -> float:
    """About how wide `text` is set, in the units of `size`: enough to keep labels apart without a font."""
    return sum(0.32 if c in " .,:;|!'ijltfI·" else 0.86 if c in "mwMW%—" else 0.57 for c in text) * size


def wrapped(text: str, width: float, size: float = 13.0) -> list[str]:
    """`text` in lines no wider than `width`, broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# The light theme of tokens.css, for files; a test holds the two together.
PALETTE = {
    "paper": "#fbfaf7",
    "surface": "#ffffff",
    "ink": "#1c1b19",
    "muted": "#68645c",
    "line": "#e4e0d8",
    "better": "#2f7d4f",
    "worse": "#b4372b",
    "look": "#9a610e",
}
FONT = "Segoe UI, Roboto, Helvetica Neue, Noto Sans, Liberation Sans, Arial, DejaVu Sans, sans-serif"


def standalone_style() -> Svg:
    """The style element of a file that is looked at outside the product."""
    p = PALETTE
    return Svg(
        "<style>"
        f"text{{font-family:{FONT};font-size:13px;fill:{p['ink']}}}"
        f".heading{{font-size:18px;font-weight:600}}"
        f".muted{{fill:{p['muted']}}}"
        f".line{{fill:none;stroke:{p['ink']};stroke-width:1.25;stroke-linejoin:round}}"
        f".dot{{fill:{p['ink']}}}"
        f".centre{{fill:none;stroke:{p['muted']}}}"
        f".limit{{fill:none;stroke:{p['muted']};stroke-dasharray:5 4}}"
        f".base{{stroke:{p['line']}}}"
        f".change{{stroke:{p['ink']};stroke-dasharray:2 3}}"
        f".mark{{stroke:{p['paper']};stroke-width:1.5}}"
        f".note circle{{fill:{p['surface']};stroke:{p['muted']}}}"
        f".note line{{stroke:{p['line']}}}"
        f".note text{{font-size:11px}}"
        f".tone-better{{fill:{p['better']}}}"
        f".tone-worse{{fill:{p['worse']}}}"
        f".tone-look{{fill:{p['look']}}}"
        "</style>"
    )
