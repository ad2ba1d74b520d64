"""What is said about time: hours, shares, reasons, failures."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leanship.domain.periods import Cadence, first_day, last_day
from leanship.domain.time_split import Aim, NoShare, ShareOf, StrategicShare
from leanship.web import format as fmt

# At these levels more strategic time than the target is never off it (M23).
_MORE_IS_FINE = frozenset({"contributor", "entry_manager"})

KINDS = {
    "strategic": gettext_lazy("Strategic"),
    "tactical": gettext_lazy("Tactical"),
    "": gettext_lazy("No class yet"),
}

FIELDS = {
    "title": gettext_lazy("Words of the title"),
    "organiser": gettext_lazy("Organiser"),
    "attendee": gettext_lazy("Attendee"),
    "category": gettext_lazy("Category"),
}

LEFT_OUT = {
    "cancelled": gettext_lazy("cancelled, so it does not count"),
    "declined": gettext_lazy("you declined, so it does not count"),
    "transparent": gettext_lazy("marked as free, so it does not count"),
    "all_day": gettext_lazy("all day, so it does not count"),
}

FAILURES = {
    "address": gettext_lazy("The address is none that Leanship may read. It has to begin with https://."),
    "unreachable": gettext_lazy("Nothing could be reached at this address."),
    "denied": gettext_lazy("The address asks for permission. Take the private address of the calendar."),
    "missing": gettext_lazy("Nothing is at this address any more. Perhaps a new one was made."),
    "status": gettext_lazy("The other side could not answer just now."),
    "redirects": gettext_lazy("The address leads on to one that Leanship may not read."),
    "slow": gettext_lazy("The other side took too long to answer."),
    "large": gettext_lazy("The calendar is larger than 10 MB."),
    "garbled": gettext_lazy("The answer came cut off or garbled."),
    "not_calendar": gettext_lazy("There is something at this address, but no calendar."),
    "sealed": gettext_lazy("The address cannot be opened on this machine any more. Give it again."),
    "unreadable": gettext_lazy("This is no calendar that can be read."),
}


def failure(code: str) -> str:
    """Why a calendar could not be read, in words; empty for no failure."""
    return str(FAILURES.get(code, FAILURES["status"])) if code else ""


def _decimal(value: Fraction | int) -> Decimal:
    exact = Fraction(value)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def hours(seconds: Fraction | int) -> str:
    """5400 → 1.5 h; whole hours have no decimal."""
    return fmt.with_unit(_short(Fraction(seconds) / 3600, 1), _("h"))


def length(seconds: int) -> str:
    """How long one event is: 15 min, 1.5 h."""
    if seconds < 3_600:
        return fmt.with_unit(fmt.number(seconds // 60), _("min"))
    return hours(seconds)


def percent(share: Fraction, decimals: int = 0) -> str:
    """3/8 → 38 %; with one decimal 37.5 %, and 20 % where there is nothing behind the point."""
    return fmt.with_unit(_short(100 * share, decimals), "%")


def _short(value: Fraction, decimals: int) -> str:
    """A number with as many decimals at most, and none where it is whole."""
    text = fmt.number(_decimal(value), decimals)
    whole = fmt.number(_decimal(value), 0)
    return whole if Fraction(round(value * 10**decimals), 10**decimals).denominator == 1 else text


def done(share: Fraction) -> str:
    """How much is classified, rounded down, so that 100 % means all of it."""
    return fmt.percent(int(100 * share))


def week_span(week: int) -> str:
    """16 Nov to 22 Nov 2026."""
    first, last = first_day(Cadence.WEEK, week), last_day(Cadence.WEEK, week)
    return _("%(first)s to %(last)s") % {"first": short_day(first), "last": fmt.day(last)}


def short_day(value: date) -> str:
    """16 Nov."""
    return f"{value.day}{fmt.NBSP}{fmt.month_name(value.month)}"


def clock_span(begin: datetime, end: datetime) -> str:
    """09:00–10:30; both in the zone in which they are to be read."""
    return f"{begin:%H:%M}{fmt.DASH}{end:%H:%M}"


def times(count: int) -> str:
    """How many events."""
    return ngettext("%(count)s event", "%(count)s events", count) % {"count": fmt.number(count)}


def of_what(share: StrategicShare) -> str:
    """What the share is one of."""
    return _("working hours") if share.of is ShareOf.WORKING_HOURS else _("the hours in calendars")


def headline(share: StrategicShare) -> str:
    """The share in a few words, or that there is none yet."""
    if share.share is None:
        return _("No share yet")
    return percent(share.share, 1)


def verdict(share: StrategicShare, level: str) -> str:
    """How the share stands to its target, or why there is none."""
    if share.missing is NoShare.NOTHING:
        return _("The calendars hold no time in these weeks.")
    if share.missing is NoShare.TOO_LITTLE_CLASSIFIED:
        assert share.classified is not None
        return _("Only %(share)s of the time in calendars is classified; a share needs 80 %%.") % {
            "share": done(share.classified)
        }
    assert share.share is not None
    if share.target is None:
        return _("There is no target: the whole role is improvement.")
    points = abs(100 * share.share - share.target)
    told = {"target": fmt.percent(share.target), "points": _short(points, 1)}
    match share.aim:
        case Aim.UNDER:
            return _("%(points)s points under the target of %(target)s.") % told
        case Aim.OVER:
            return _("%(points)s points over the target of %(target)s.") % told
        case _ if level in _MORE_IS_FINE:
            return _("On target: %(target)s or more, or 5 points less.") % told
        case _:
            return _("On target: %(target)s, or 5 points to either side.") % told
