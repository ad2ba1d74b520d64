"""What a process behaviour chart is drawn from: plain values, as the method found them (M16, M17)."""

from __future__ import annotations

from dataclasses import dataclass, field

from leanship.web.charts import units


def plain_number(value: float, decimals: int) -> str:
    """A figure with thousands apart and a true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def tone(better: str, side: int) -> str:
    """better, worse, or look where no direction is the better one."""
    if better not in ("higher", "lower"):
        return "look"
    return "better" if (side > 0) == (better == "higher") else "worse"


@dataclass(frozen=True)
class XmrWords:
    """The words on the chart. The defaults are English; `leanship.web.words.xmr_words()` translates them."""

    upper: str = "Upper limit"
    centre: str = "Centre"
    lower: str = "Lower limit"
    range_limit: str = "Range limit"
    range_centre: str = "Average range"
    moving_range: str = "Moving range"
    missing: str = "no figure"
    clipped: str = (
        "Worked out as {value}, beyond what is possible, and drawn at {bound}. Whether figures lie near the limit is "
        "judged by {value}."
    )
    rules: dict[str, str] = field(
        default_factory=lambda: {
            "outside_limits": "beyond the limit",
            "run_of_8": "{count} in a row",
            "three_of_four": "3 of 4 near the limit",
            "range": "unusual change",
        }
    )


@dataclass(frozen=True)
class Limits:
    """Centre and limits that hold from point `first` (counted from 0) until the next ones begin."""

    first: int
    centre: float
    lower: float | None = None
    upper: float | None = None
    range_centre: float | None = None
    range_limit: float | None = None


@dataclass(frozen=True)
class Signal:
    """A point that shows a signal: which rule, and on which side (+1 above the centre, -1 below)."""

    index: int
    rule: str
    side: int


@dataclass(frozen=True)
class Note:
    """Somebody's note on a point, shown as a small number."""

    index: int
    number: int
    text: str


@dataclass(frozen=True)
class Change:
    """Something changed before point `index`: a line from top to foot, with a word at it."""

    index: int
    text: str


@dataclass(frozen=True)
class XmrData:
    """One series as it is to be drawn. `values[i]` belongs to `labels[i]`; None is a gap."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    unit: str = ""
    decimals: int = 0
    limits: tuple[Limits, ...] = ()
    signals: tuple[Signal, ...] = ()
    range_signals: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    change: Change | None = None
    better: str = ""  # "higher", "lower", or "" where neither is
    floor: float | None = None
    ceiling: float | None = None
    provisional: bool = False
    baseline_points: int = 0  # how many the newest limits rest on
    summary: str = ""
    words: XmrWords = field(default_factory=XmrWords)

    def ranges(self) -> tuple[float | None, ...]:
        """The moving ranges: None for the first point, at a gap, and where a new baseline begins."""
        starts = {limits.first for limits in self.limits}
        out: list[float | None] = []
        for i, value in enumerate(self.values):
            before = self.values[i - 1] if i else None
            out.append(None if value is None or before is None or i in starts else abs(value - before))
        return tuple(out)

    def clipped(self, value: float) -> float:
        """Where a limit is drawn: not beyond what is possible."""
        if self.floor is not None:
            value = max(value, self.floor)
        return value if self.ceiling is None else min(value, self.ceiling)

    def signals_at(self, index: int) -> tuple[Signal, ...]:
        """The signals of one point."""
        return tuple(signal for signal in self.signals if signal.index == index)

    def tone(self, side: int) -> str:
        """The colour of a signal on this side."""
        return tone(self.better, side)

    def says(self, value: float, more: int = 0) -> str:
        """`value` in the chart's decimals (and `more` of them) with its unit."""
        return units.beside(plain_number(value, self.decimals + more), self.unit)

    def bare(self, value: float, more: int = 0) -> str:
        """The same where the chart's caption says the unit: a symbol stays beside the figure."""
        return units.bare(plain_number(value, self.decimals + more), self.unit)

    @property
    def caption(self) -> str:
        """The unit, said once above the chart; "" where it is a symbol beside each figure."""
        return units.said_once(self.unit)

    def clipped_says(self, value: float) -> str:
        """In words that a limit is drawn clipped; "" where it is drawn where it lies."""
        bound = self.clipped(value)
        if bound == value:
            return ""
        return self.words.clipped.format(value=self.bare(value, 1), bound=self.bare(bound, 1))
