"""Confirmed savings by quarter as bars: what each is worth in its first year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence, ordinal
from leanship.features.savings import amounts
from leanship.features.savings.models import Saving
from leanship.web import format as fmt
from leanship.web.charts.bars import Bar, BarsData, svg
from leanship.web.charts.svg import Svg

QUARTERS = 8


def by_quarter(rows: QuerySet[Saving], kind: str, currency: str, today: date) -> tuple[Svg | None, str]:
    """The bars of the last eight quarters, and the sentence below; None where nothing is confirmed. One query."""
    last = ordinal(Cadence.QUARTER, today)
    sums = (
        rows.filter(kind=kind, state=Saving.State.CONFIRMED)
        .order_by()
        .annotate(year=ExtractYear("confirmed_at"), quarter=ExtractQuarter("confirmed_at"))
        .values_list("year", "quarter", "per")
        .annotate(sum=Sum("actual"))
    )
    found: dict[int, dict[str, int]] = {}
    for year, quarter, per, total in sums:
        found.setdefault(year * 4 + quarter - 1, {})[per] = int(total)
    quarters = range(last - QUARTERS + 1, last + 1)
    if not any(number in found for number in quarters):
        return None, ""
    unit = Fraction(60 if kind == Saving.Kind.HOURS else 10 ** amounts.minor_digits(currency))
    bars = []
    for number in quarters:
        sums_of = found.get(number, {})
        yearly, once = sums_of.get(Saving.Per.YEAR, 0), sums_of.get(Saving.Per.ONCE, 0)
        words = [
            _("%(amount)s every year") % {"amount": amounts.words(yearly, kind, "", currency)}
            if yearly
            else "",
            _("%(amount)s once") % {"amount": amounts.words(once, kind, "", currency)} if once else "",
        ]
        says = ", ".join(filter(None, words)) or _("nothing confirmed")
        bars.append(
            Bar(fmt.period(Cadence.QUARTER, number), (float(yearly / unit), float(once / unit)), says)
        )
    total = sum(sum(found.get(number, {}).values()) for number in quarters)
    says = _(
        "Confirmed in these %(count)d quarters and still there: %(amount)s in the first year of each saving. The "
        "darker part comes every year, the lighter once."
    ) % {"count": QUARTERS, "amount": amounts.words(total, kind, "", currency)}
    shown = currency if kind == Saving.Kind.MONEY else _("hours")
    data = BarsData(title=_("Confirmed savings by quarter"), unit=shown, bars=tuple(bars), says=says)
    return svg(data), says
