"""Weeks of time as charts: hours for oneself, shares for others (M23)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence, first_day
from leanship.domain.time_split import Hours, StrategicShare, strategic_share
from leanship.features.projects import time_words
from leanship.features.projects.models import WeekSplit
from leanship.web import format as fmt
from leanship.web.charts.svg import Svg
from leanship.web.charts.week_bars import Bar, Part, WeekBarsData, responsive

TONES = ("strategic", "tactical", "unclassified", "outside")


def week_share(row: WeekSplit, level: str, no_target: bool) -> StrategicShare:
    """What the method says of one week."""
    hours = Hours(Fraction(row.strategic), Fraction(row.tactical), Fraction(row.unclassified))
    return strategic_share(hours, level=level, working=row.working, no_target=no_target)


def parts_of(share: StrategicShare) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Strategic, tactical, unclassified and what no calendar holds, in seconds."""
    hours = share.hours
    return hours.strategic, hours.tactical - share.outside, hours.unclassified, share.outside


def hours_chart(
    shares: Mapping[int, StrategicShare], weeks: range, *, open_week: int, url: Callable[[int], str]
) -> Svg:
    """Hours by class and week, each bar opening its week; the target is that of the level, in hours of the week."""
    bars = []
    for week in weeks:
        share = shares.get(week)
        if share is None:
            says = _("%(week)s: no calendar") % {"week": time_words.week_span(week)}
            bars.append(Bar(_label(week), says, (), url=url(week)))
            continue
        parts = tuple(
            Part(tone, float(each / 3600)) for tone, each in zip(TONES, parts_of(share), strict=True)
        )
        target = None if share.target is None else float(share.base * share.target / 100 / 3600)
        told = "" if share.share is None or week == open_week else time_words.percent(share.share)
        bars.append(Bar(_label(week), _says(week, share), parts, target, told, url(week)))
    return responsive(_data(shares, bars, _("h"), says=_("Hours by week"), top=None))


def share_chart(shares: Mapping[int, StrategicShare], weeks: range) -> Svg:
    """The same as parts of each week, which is all that others see."""
    bars = []
    for week in weeks:
        share = shares.get(week)
        whole = sum(parts_of(share), Fraction(0)) if share else Fraction(0)
        if share is None or not whole:
            says = _("%(week)s: no calendar") % {"week": time_words.week_span(week)}
            bars.append(Bar(_label(week), says, ()))
            continue
        parts = tuple(
            Part(tone, float(100 * each / whole)) for tone, each in zip(TONES, parts_of(share), strict=True)
        )
        told = "" if share.share is None else time_words.percent(share.share)
        target = None if share.target is None else float(share.target)
        bars.append(Bar(_label(week), _says(week, share, shares_alone=True), parts, target, told))
    return responsive(_data(shares, bars, "%", says=_("Shares by week"), top=100.0))


def _data(
    shares: Mapping[int, StrategicShare], bars: list[Bar], unit: str, *, says: str, top: float | None
) -> WeekBarsData:
    targets = {share.target for share in shares.values()} - {None}
    label = _("Target %(share)s") % {"share": fmt.percent(targets.pop() or 0)} if len(targets) == 1 else ""
    return WeekBarsData(says, "", tuple(bars), unit, label, top)


def _label(week: int) -> str:
    return time_words.short_day(first_day(Cadence.WEEK, week))


def _says(week: int, share: StrategicShare, *, shares_alone: bool = False) -> str:
    whole = sum(parts_of(share), Fraction(0))
    names = (_("strategic"), _("tactical"), _("no class yet"), _("in no calendar"))
    told = [
        f"{time_words.percent(each / whole) if shares_alone else time_words.hours(each)} {name}"
        for name, each in zip(names, parts_of(share), strict=True)
        if each
    ]
    return f"{time_words.week_span(week)}: {', '.join(told) if told else _('no time in calendars')}"
