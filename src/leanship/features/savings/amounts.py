"""Between what people type and the whole numbers that are kept, and back into words."""

from __future__ import annotations

import re
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _

from leanship.domain.figures import format_decimal, parse_decimal
from leanship.features.savings.models import Saving
from leanship.readers.cells import numbers
from leanship.readers.problems import Problems
from leanship.web import format as fmt

# ISO 4217: how many minor digits a currency has, where they are not two
_MINOR: Final = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
}
_CLOCK: Final = re.compile(r"(\d{1,9}):([0-5]\d)", re.ASCII)
LARGEST: Final = 10**15
"""Above it a saving is a slip of the pen; sums of a thousand such still fit what a database keeps."""


def minor_digits(currency: str) -> int:
    """Decimals of a currency: 2 for EUR, 0 for JPY."""
    return _MINOR.get(currency, 2)


def read(text: str, kind: str, currency: str) -> int | None:
    """What was typed, as kept: minor units of money, minutes of hours ("2.5" or "2:30"), else whole. None for "".

    Raises ValueError with words; nothing is ever rounded.
    """
    text = text.strip()
    if not text:
        return None
    if kind == Saving.Kind.HOURS and (match := _CLOCK.fullmatch(text)):
        return _bounded(60 * int(match[1]) + int(match[2]), text)
    sign = "," if formats.get_format("DECIMAL_SEPARATOR") == "," else "."
    problems = Problems("")
    plain = numbers([("", [text])], [1], problems, sign)[0][0]  # type: ignore[arg-type]
    if not plain or any(problem.level == "error" for problem in problems):
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text[:40]})
    if kind == Saving.Kind.HOURS:
        minutes = 60 * parse_decimal(plain, 6)
        if minutes % 10**6:
            raise ValueError(_("“%(text)s” is no whole number of minutes.") % {"text": text[:40]})
        return _bounded(minutes // 10**6, text)
    decimals = minor_digits(currency) if kind == Saving.Kind.MONEY else 0
    try:
        return _bounded(parse_decimal(plain, decimals), text)
    except ValueError as error:
        if "decimals" not in str(error):
            raise
        told = {"text": text[:40], "count": decimals}
        raise ValueError(_("“%(text)s” has more than %(count)d decimals.") % told) from None


def _bounded(value: int, text: str) -> int:
    if not 0 <= value <= LARGEST:
        raise ValueError(
            _("“%(text)s”: give 0 or more, and nothing beyond a thousand billion.") % {"text": text[:40]}
        )
    return value


def typed(value: int | None, kind: str, currency: str) -> str:
    """A figure as it would be typed into a field; "" for None."""
    if value is None:
        return ""
    if kind == Saving.Kind.HOURS:
        return f"{value // 60}:{value % 60:02d}"
    text = format_decimal(value, minor_digits(currency) if kind == Saving.Kind.MONEY else 0)
    return text.replace(".", "," if formats.get_format("DECIMAL_SEPARATOR") == "," else ".")


def exact(value: int | None, kind: str, currency: str) -> str:
    """A figure as programs read it: 12000.50, of hours 2:30; "" for None."""
    if value is None or kind == Saving.Kind.HOURS:
        return typed(value, kind, currency)
    return format_decimal(value, minor_digits(currency) if kind == Saving.Kind.MONEY else 0)


def unit_of(kind: str, unit: str, currency: str) -> str:
    """What figures of a kind are counted in, for files: EUR, hours, or a unit of its own."""
    return {Saving.Kind.MONEY.value: currency, Saving.Kind.HOURS.value: "hours"}.get(kind, unit)


def words(value: int | None, kind: str, unit: str, currency: str) -> str:
    """A figure with its unit: 12,000 EUR · 2 h 30 min · 40 kg of paper; "" for None."""
    if value is None:
        return ""
    if kind == Saving.Kind.HOURS:
        hours, minutes = divmod(value, 60)
        text = fmt.with_unit(fmt.number(hours), "h")
        return f"{text}{fmt.NBSP}{fmt.with_unit(str(minutes), 'min')}" if minutes else text
    if kind == Saving.Kind.MONEY:
        decimals = minor_digits(currency)
        if value % 10**decimals == 0:  # cents that nobody counts would only be noise
            value, decimals = value // 10**decimals, 0
        return fmt.figure(value, decimals, currency)
    return fmt.figure(value, 0, unit)
