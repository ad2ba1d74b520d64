"""How figures, dates and intervals are set: 1,120 · 96 % · 96–104 % · 22 Nov 2026."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leanship.domain.figures import Figure, format_decimal
from leanship.domain.periods import Cadence, first_day
from leanship.web.charts import units

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def number(value: int | float | Decimal, decimals: int = 0) -> str:
    """`value` rounded half up to `decimals`, thousands apart, with a true minus sign."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
    if not rounded:
        rounded = abs(rounded)  # a minus before nothing would only puzzle
    return number_format(rounded, decimals, force_grouping=True).replace("-", MINUS)


def figure(value: Figure, decimals: int = 0, unit: str = "") -> str:
    """A measurement as it is kept, in units of its KPI's last decimal, with its unit: (964, 1, "%") → 96.4 %."""
    return with_unit(number(Decimal(format_decimal(value, decimals)), decimals), unit)


def with_unit(text: str, unit: str) -> str:
    """A set figure and its unit, which never part at the end of a line."""
    return units.beside(text, unit)


def bare(value: Figure, decimals: int = 0, unit: str = "") -> str:
    """A measurement under a heading that says its unit (`column`): only a symbol such as % stays beside it."""
    return units.bare(number(Decimal(format_decimal(value, decimals)), decimals), unit)


def column(name: str, unit: str) -> str:
    """The heading of a column of such figures: "Figure, hours"; a symbol is left to the figures."""
    said = units.said_once(unit)
    return f"{name}, {said}" if said else name


def percent(value: int | float | Decimal, decimals: int = 0) -> str:
    """96 → 96 %."""
    return with_unit(number(value, decimals), "%")


def interval(
    low: int | float | Decimal, high: int | float | Decimal, unit: str = "", decimals: int = 0
) -> str:
    """(96, 104, "%") → 96–104 %. Where a minus would meet the dash, words part the two."""
    first, second = number(low, decimals), number(high, decimals)
    if MINUS in first or MINUS in second:
        text = _("%(low)s to %(high)s") % {"low": first, "high": second}
    else:
        text = f"{first}{DASH}{second}"
    return with_unit(text, unit)


def month_name(month: int) -> str:
    """Short name of a month, 1 to 12."""
    names = (
        pgettext("month", "Jan"),
        pgettext("month", "Feb"),
        pgettext("month", "Mar"),
        pgettext("month", "Apr"),
        pgettext("month", "May"),
        pgettext("month", "Jun"),
        pgettext("month", "Jul"),
        pgettext("month", "Aug"),
        pgettext("month", "Sep"),
        pgettext("month", "Oct"),
        pgettext("month", "Nov"),
        pgettext("month", "Dec"),
    )
    return names[month - 1]


def day(value: date) -> str:
    """22 Nov 2026; an instant is first taken to the zone in force."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.day}{NBSP}{month_name(value.month)}{NBSP}{value.year}"


def day_of_year(value: date) -> str:
    """22 Nov, where the year stands elsewhere."""
    return f"{value.day}{NBSP}{month_name(value.month)}"


def moment(value: datetime) -> str:
    """22 Nov 2026, 14:05 in the zone in force."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


def period(cadence: Cadence, ordinal: int) -> str:
    """A period's name: 22 Nov 2026 · week 47, 2026 · Nov 2026 · Q4 2026. Raises ValueError outside years 1 to 9999."""
    start = first_day(cadence, ordinal)
    match cadence:
        case Cadence.DAY:
            return day(start)
        case Cadence.WEEK:
            year, week, _weekday = start.isocalendar()
            return _("week %(week)d, %(year)d") % {"week": week, "year": year}
        case Cadence.MONTH:
            return f"{month_name(start.month)}{NBSP}{start.year}"
        case Cadence.QUARTER:
            return _("Q%(quarter)d %(year)d") % {"quarter": (start.month + 2) // 3, "year": start.year}
