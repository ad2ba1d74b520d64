"""Between what people type and the exact integers that are kept."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final, Protocol

from django.utils import formats
from django.utils.translation import gettext as _

from leanship.domain import figures, periods
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence
from leanship.features.productivity.models import Kpi

#: What a BIGINT holds on both databases.
LARGEST: Final = 2**63 - 1
#: Older figures are taken for a slip of the pen; a chart from the year 20 would be two thousand years wide.
EARLIEST: Final = date(1900, 1, 1)

#: The kinds of batch that hold figures entered by hand and figures taken back; the others are files.
ENTRY: Final = "measurements_entry"
UNDO: Final = "measurements_undo"
HAND_KINDS: Final = (ENTRY, UNDO)

_POINT: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?)", re.ASCII)
_COMMA: Final = re.compile(r"[-+]?(?:\d+,?\d*|,\d+|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?)", re.ASCII)
_GROUP: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")


class Ratio(Protocol):
    """What the value of a ratio depends on: a KPI, or the definition of one."""

    @property
    def ratio_scale(self) -> int:
        """What it is counted in, 100 for percent."""

    @property
    def decimals(self) -> int:
        """How many decimals its figures have."""


def decimal_sign() -> str:
    """The decimal sign of the reader's language: "." or ","."""
    return "," if formats.get_format("DECIMAL_SEPARATOR") == "," else "."


def plain(text: str, sign: str = ".") -> str:
    """A number as people write it, as plain decimal text: "1 234,5" and "1,234.5" become "1234.5".

    `sign` is the writer's decimal sign and settles nothing but its own use: "1,234" from somebody who writes
    a decimal point may mean two numbers and is turned down. Raises ValueError with what to do instead.
    """
    squeezed = _GROUP.sub("", text.strip().removesuffix("%").rstrip()).replace("\u2212", "-")
    point, comma = bool(_POINT.fullmatch(squeezed)), bool(_COMMA.fullmatch(squeezed))
    if not point and not comma:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text.strip()[:40]})
    if point and comma and ("," in squeezed or "." in squeezed):
        # Both readings stand: only the writer's own sign, used once, says which is meant.
        if squeezed.count(sign) != 1 or (set(",.") - {sign}) & set(squeezed):
            both = {
                "text": squeezed,
                "large": re.sub("[.,]", "", squeezed),
                "small": re.sub("[.,]", sign, squeezed),
            }
            raise ValueError(_("“%(text)s” can mean %(large)s or %(small)s: write one of them.") % both)
        point = sign == "."
    if point:
        return squeezed.replace(",", "")
    return squeezed.replace(".", "").replace(",", ".")


def read(text: str, decimals: int, sign: str = ".") -> int:
    """What was typed, in units of the last decimal. Raises ValueError with words; nothing is ever rounded."""
    digits = plain(text, sign)
    try:
        value = figures.parse_decimal(digits, decimals)
    except ValueError:
        told = {"text": text.strip()[:40], "decimals": decimals}
        if decimals == 0:
            raise ValueError(_("“%(text)s”: this KPI takes whole numbers.") % told) from None
        raise ValueError(_("“%(text)s” has more than the KPI's %(decimals)d decimals.") % told) from None
    if abs(value) > LARGEST:
        raise ValueError(_("“%(text)s” is larger than can be kept.") % {"text": text.strip()[:40]})
    return value


def ratio_value(kpi: Ratio, numerator: int, denominator: int) -> int:
    """The value of a ratio in units of the last decimal, rounded half up for showing and storing.

    Raises ValueError for a denominator that is not positive, or a value beyond BIGINT.
    """
    if denominator <= 0:
        raise ValueError(_("The second part of a ratio must be above 0."))
    value = figures.round_half_up(figures.ratio(numerator, denominator, kpi.ratio_scale * 10**kpi.decimals))
    if abs(value) > LARGEST:
        raise ValueError(_("This ratio is larger than can be kept."))
    return value


def exact(kpi: Kpi, value: int, numerator: int | None = None, denominator: int | None = None) -> Figure:
    """The figure that decides: of a ratio the two parts, which a rounded value would have moved (M12)."""
    if numerator is None or denominator is None:
        return value
    return Fraction(numerator * kpi.ratio_scale * 10**kpi.decimals, denominator)


def typed(value: int | None, decimals: int) -> str:
    """A figure as it would be typed into a field, in the reader's decimal sign; "" for None."""
    return "" if value is None else figures.format_decimal(value, decimals).replace(".", decimal_sign())


def part_text(value: int | None, decimals: int) -> str:
    """A part of a ratio without the zeros that its unit of storage adds: 3154.0000 is 3154."""
    text = typed(value, decimals)
    sign = decimal_sign()
    return text.rstrip("0").rstrip(sign) if sign in text else text


def check_period(cadence: Cadence, ordinal: int, today: date) -> None:
    """Raises ValueError, in words, for a period that has not begun by `today` or lies before 1900."""
    try:
        begins = periods.first_day(cadence, ordinal)
    except ValueError:
        raise ValueError(_("There is no such period.")) from None
    if begins > today:
        code = periods.code(cadence, ordinal)
        raise ValueError(_("%(period)s has not begun yet.") % {"period": code})
    if begins < EARLIEST:
        raise ValueError(_("The period lies before 1900."))


def cell_text(kpi: Kpi, value: int, numerator: int | None, denominator: int | None) -> str:
    """A figure as a cell of the entry grid shows it and takes it back: a ratio by its parts, 45/60."""
    if numerator is None or denominator is None:
        return typed(value, kpi.decimals)
    return f"{part_text(numerator, kpi.decimals)}/{part_text(denominator, kpi.decimals)}"


def plain_figure(value: int | None, decimals: int) -> str:
    """A figure for a file: a decimal point whatever the language, so that it reads back unchanged."""
    return "" if value is None else figures.format_decimal(value, decimals)
