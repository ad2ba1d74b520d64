"""Figures: exact numbers, and the percent of a standard (M11, M12).

A figure is an `int` in units of the last decimal of its KPI (98.25 % with two decimals is 9825), or a
`Fraction` of that unit where there is no whole number: the value of a ratio KPI, whose two parts are kept,
and a median of peers that falls between two values. Nothing is ever decided on a float.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final

Figure = int | Fraction

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


class Better(StrEnum):
    """The direction in which a figure is better."""

    HIGHER = "higher"
    LOWER = "lower"


def decimals_in(text: str) -> int:
    """How many decimals a number is written with: 2 for "98.20"."""
    return len(text.partition(".")[2])


def parse_decimal(text: str, decimals: int) -> int:
    """The number `text`, such as "-12.5", in units of 10^-decimals.

    Raises ValueError when `text` is no decimal number or holds a digit finer than that unit: rounding here
    would decide ties behind the back of whoever entered it.
    """
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"“{text}” is not a number")
    whole, _, part = text.partition(".")
    kept, finer = part[:decimals], part[decimals:]
    if finer.strip("0"):
        raise ValueError(f"“{text}” has more than {decimals} decimals")
    digits = whole.lstrip("+-") + kept.ljust(decimals, "0")
    return -int(digits or 0) if whole.startswith("-") else int(digits or 0)


def format_decimal(value: Figure, decimals: int) -> str:
    """The figure with all its decimals, as it would be entered: 9820 with two decimals is "98.20".

    A fraction of the unit is rounded half away from zero, so that a figure and its negative look alike.
    """
    units = round_half_up(value if value >= 0 else -value)
    digits = str(units).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and units else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def round_half_up(value: Figure) -> int:
    """The nearest whole number; a half goes up (M12)."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def ratio(part: int, whole: int, unit: int = 1) -> Fraction:
    """The value of a ratio KPI from its two parts: `part / whole`, counted in `unit` (100 for percent).

    With `decimals` in the KPI's unit, pass `unit * 10**decimals`. Raises ValueError unless `whole` is
    positive.
    """
    if whole <= 0:
        raise ValueError("a ratio needs a positive whole")
    return Fraction(part * unit, whole)


def median(values: list[Figure]) -> Figure:
    """The middle value, or the exact mean of the two middle ones. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values have no median")
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return Fraction(ordered[half - 1] + ordered[half], 2)


class Case(StrEnum):
    """What M11 can say of one period."""

    PERCENT = "percent"
    ABOVE = "above"
    """Lower is better, and it is 0: beyond any percent. Counts as 105 and above."""
    AT_OR_ABOVE = "at_or_above"
    """A standard of 0, kept. Counts as 100 and above."""
    BELOW = "below"
    """A standard of 0, not kept."""
    NOT_RATED = "not_rated"
    """A negative value or standard: there is no true zero to take a percent of."""


@dataclass(frozen=True, slots=True)
class Bands:
    """From which whole percent a period exceeds and meets its standard (M13). A KPI may have its own (M11).

    Raises ValueError unless `exceeds` is above `meets` and both are positive.
    """

    exceeds: int = 105
    meets: int = 100

    def __post_init__(self) -> None:
        if not 0 < self.meets < self.exceeds:
            raise ValueError("the bands need 0 < meets < exceeds")


STANDARD_BANDS: Final = Bands()


@dataclass(frozen=True, slots=True)
class Attainment:
    """How one period stands against its standard; `exact` is the percent before it is rounded.

    `exact` is what a mean is taken of: 0 for BELOW and 100 for AT_OR_ABOVE, the values that M11's formula
    comes to, and None for ABOVE, which has none. `percent` is the whole percent (M12), None where M11 gives none.
    """

    case: Case
    exact: Fraction | None = None
    percent: int | None = field(init=False)

    def __post_init__(self) -> None:
        whole = round_half_up(self.exact) if self.case is Case.PERCENT and self.exact is not None else None
        object.__setattr__(self, "percent", whole)

    def exceeds(self, bands: "Bands") -> bool:
        """Whether the period counts towards *exceeds* (M13, M14)."""
        percent = self.percent
        return self.case is Case.ABOVE or (percent is not None and percent >= bands.exceeds)

    def meets(self, bands: "Bands") -> bool:
        """Whether the period counts towards *meets* (M13, M14); one that exceeds does too."""
        percent = self.percent
        return self.case in (Case.ABOVE, Case.AT_OR_ABOVE) or (percent is not None and percent >= bands.meets)


def attainment(value: Figure, standard: Figure, better: Better) -> Attainment:
    """M11 for one period: `100·value/standard` where higher is better, `100·standard/value` where lower is.

    A standard of 0 is kept by 0. Anything above 0 is below it where lower is better; where higher is better
    it keeps it too, since it is not worse than what was asked for.
    """
    if value < 0 or standard < 0:
        return Attainment(Case.NOT_RATED)
    if standard == 0:
        if value == 0 or better is Better.HIGHER:
            return Attainment(Case.AT_OR_ABOVE, Fraction(100))
        return Attainment(Case.BELOW, Fraction(0))
    if better is Better.HIGHER:
        return Attainment(Case.PERCENT, Fraction(100 * value, standard))
    if value == 0:
        return Attainment(Case.ABOVE)
    return Attainment(Case.PERCENT, Fraction(100 * standard, value))


def shortfall(value: Figure, ceiling: Figure) -> Figure:
    """What `value` lacks of its ceiling: a share of 100 % can be rated on that, lower being better (M11)."""
    return ceiling - value


def can_exceed(
    standard: Figure, better: Better, *, ceiling: Figure | None = None, bands: Bands = STANDARD_BANDS
) -> bool:
    """Whether the best possible value would exceed the standard (M11).

    With 96 asked for out of at most 100, the best is 104 percent: 105 cannot be reached, and the form says
    so.
    """
    if better is Better.HIGHER and ceiling is None:
        return standard > 0
    best = 0 if better is Better.LOWER or ceiling is None else ceiling
    return attainment(best, standard, better).exceeds(bands)
