"""The words of charts and ratings: codes come in, sentences go out, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.utils.translation import pgettext as _p

from leanship.domain.figures import STANDARD_BANDS, Bands
from leanship.domain.periods import Cadence
from leanship.domain.process_behaviour import MINIMUM_POINTS
from leanship.domain.rating import KpiRating, Rating
from leanship.web import format as fmt
from leanship.web.charts.xmr_data import Signal, XmrData, XmrWords

BAND_LABELS = {
    "exceeds": gettext_lazy("exceeds"),
    "meets": gettext_lazy("meets"),
    "does_not_meet": gettext_lazy("does not meet yet"),
    "not_consistent": gettext_lazy("not consistent"),
    "mixed": gettext_lazy("mixed"),
    "not_enough_evidence": gettext_lazy("not enough evidence"),
}


def band_label(band: str) -> str:
    """The word of a band, as it stands in a sentence. Raises KeyError for a code that is none."""
    return str(BAND_LABELS[band])


def capital(text: str) -> str:
    """`text` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def xmr_words() -> XmrWords:
    """The words on a process behaviour chart."""
    return XmrWords(
        upper=_("Upper limit"),
        centre=_("Centre"),
        lower=_("Lower limit"),
        range_limit=_("Range limit"),
        range_centre=_("Average range"),
        moving_range=_("Moving range"),
        missing=_("no figure"),
        clipped=_(
            "Worked out as {value}, beyond what is possible, and drawn at {bound}. Whether figures lie near the limit "
            "is judged by {value}."
        ),
        rules={
            "outside_limits": _("beyond the limit"),
            "run_of_8": _("{count} in a row"),
            "three_of_four": _("3 of 4 near the limit"),
            "range": _("unusual change"),
        },
    )


def counted(cadence: Cadence | None, count: int) -> str:
    """ "4 weeks"; without a cadence "4 points"."""
    texts = {
        None: ngettext("%(count)d point", "%(count)d points", count),
        Cadence.DAY: ngettext("%(count)d day", "%(count)d days", count),
        Cadence.WEEK: ngettext("%(count)d week", "%(count)d weeks", count),
        Cadence.MONTH: ngettext("%(count)d month", "%(count)d months", count),
        Cadence.QUARTER: ngettext("%(count)d quarter", "%(count)d quarters", count),
    }
    return texts[cadence] % {"count": count}


def signal_groups(signals: Sequence[Signal]) -> list[list[Signal]]:
    """Signals of one rule and side that belong together: neighbours of a run, or of three of four."""
    groups: list[list[Signal]] = []
    for signal in sorted(signals, key=lambda s: (s.rule, s.side, s.index)):
        last = groups[-1][-1] if groups else None
        together = last is not None and (last.rule, last.side) == (signal.rule, signal.side)
        reach = 0 if signal.rule == "outside_limits" else 2
        if last is not None and together and signal.index - last.index <= reach:
            groups[-1].append(signal)
        else:
            groups.append([signal])
    return groups


def signal_text(group: Sequence[Signal], data: XmrData) -> str:
    """One group of signals in words, without a full stop."""
    first, last = group[0], group[-1]
    names = {"first": data.labels[first.index], "last": data.labels[last.index], "count": len(group)}
    above = first.side > 0
    if first.rule == "outside_limits":
        text = (
            _("%(first)s lies above the upper limit") if above else _("%(first)s lies below the lower limit")
        )
    elif first.rule == "run_of_8":
        text = (
            _("%(count)d in a row lie above the centre, %(first)s to %(last)s")
            if above
            else _("%(count)d in a row lie below the centre, %(first)s to %(last)s")
        )
    else:
        text = (
            _("%(first)s to %(last)s lie nearer the upper limit than the centre")
            if above
            else _("%(first)s to %(last)s lie nearer the lower limit than the centre")
        )
    return text % names


def chart_says(data: XmrData) -> str:
    """What a process behaviour chart shows, in a sentence or two: the newest signal first, or routine variation."""
    present = sum(1 for value in data.values if value is not None)
    newest = data.limits[-1] if data.limits else None
    groups = sorted(signal_groups(data.signals), key=lambda g: g[-1].index, reverse=True)
    if groups:
        lead = _("A signal: %(what)s.") % {"what": signal_text(groups[0], data)}
        others = len(groups) - 1 + len(data.range_signals)
        if others:
            more = ngettext("%(count)d more signal is marked.", "%(count)d more signals are marked.", others)
            lead = f"{lead} {more % {'count': others}}"
    elif newest is None or newest.lower is None or newest.upper is None:
        if len(set(data.values) - {None}) == 1 and present >= MINIMUM_POINTS:
            return _(
                "Every figure is the same: the average moving range is 0, so there are no limits to draw."
            )
        return f"{capital(no_limits(data.baseline_points or present))}."
    elif data.range_signals:
        at = data.labels[data.range_signals[-1]]
        lead = _("A signal in the moving range: the change to %(at)s is unusually large.") % {"at": at}
    else:
        lead = _("Routine variation: figures between %(interval)s are what this process gives.") % {
            "interval": _limits_text(data, newest.lower, newest.upper)
        }
    if data.provisional:
        lead += " " + _("The limits are provisional: they rest on %(points)s.") % {
            "points": counted(None, data.baseline_points or present)
        }
    return lead


def no_limits(points: int) -> str:
    """Why a chart has no limits, without a full stop; `points` are those that limits would rest on (M16)."""
    if points < MINIMUM_POINTS:
        return _("not enough evidence for limits: %(points)d of %(needed)d points") % {
            "points": points,
            "needed": MINIMUM_POINTS,
        }
    return _("no limits: the average moving range that they would rest on is 0")


def _limits_text(data: XmrData, lower: float, upper: float) -> str:
    low = lower if data.floor is None else max(lower, data.floor)
    high = upper if data.ceiling is None else min(upper, data.ceiling)
    decimals = data.decimals + 1
    return _("%(low)s and %(high)s") % {
        "low": fmt.number(low, decimals),
        "high": fmt.with_unit(fmt.number(high, decimals), data.unit),
    }


def chance_says(charts: int, expected: float) -> str:
    """How many signals chance alone would give on a board of so many charts (M17)."""
    return _("Chance alone would show a signal on about %(expected)s of these %(charts)d charts.") % {
        "expected": fmt.number(expected, 0 if expected >= 10 else 1),
        "charts": charts,
    }


def standing_says(
    rating: str,
    *,
    cadence: Cadence,
    present: int,
    exceeds: int,
    meets: int,
    needed: int,
    median: int | None = None,
    bands: Bands | None = STANDARD_BANDS,
) -> str:
    """A rating with what it was decided on: the counts `e` and `m` of M14, the median where it is not consistent,
    or what is missing. `bands` None: they changed within the window, so no threshold is named.
    """
    values = {
        "present": present,
        "periods": counted(cadence, present),
        "exceeds": exceeds,
        "meets": meets,
        "below": present - meets,
        "needed": counted(cadence, needed),
        "exceeding": bands.exceeds if bands else 0,
        "meeting": bands.meets if bands else 0,
    }
    match rating:
        case Rating.EXCEEDS if bands:
            return (
                _("Exceeds: %(exceeds)d of %(periods)s at %(exceeding)d %% of the standard or more.") % values
            )
        case Rating.EXCEEDS:
            return _("Exceeds: %(exceeds)d of %(periods)s exceed the standard.") % values
        case Rating.MEETS if bands:
            return _("Meets: %(meets)d of %(periods)s at %(meeting)d %% of the standard or more.") % values
        case Rating.MEETS:
            return _("Meets: %(meets)d of %(periods)s meet the standard.") % values
        case Rating.DOES_NOT_MEET:
            return _("Does not meet yet: %(below)d of %(periods)s below the standard.") % values
        case Rating.NOT_CONSISTENT:
            text = _(
                "Not consistent: of %(periods)s, %(meets)d meet the standard, %(exceeds)d of them exceed it"
            )
            if median is None:
                return f"{text % values}."
            return _("%(text)s; the median is %(median)s.") % {
                "text": text % values,
                "median": fmt.percent(median),
            }
        case _:
            return _("Not enough evidence: %(present)d of %(needed)s.") % values


def rating_says(rating: KpiRating) -> str:
    """The same for a rating that was just computed."""
    bands = {period.bands for period in rating.periods}
    return standing_says(
        rating.rating,
        cadence=rating.cadence,
        present=rating.present,
        exceeds=rating.exceeds,
        meets=rating.meets,
        needed=rating.needed,
        median=rating.median,
        bands=bands.pop() if len(bands) == 1 else None,
    )


def seen_by(count: int) -> str:
    """The few words beside the eye."""
    if count <= 1:
        return _("only you")
    others = count - 1
    return ngettext("you and %(count)d other", "you and %(count)d others", others) % {"count": others}


def cadence_label(cadence: Cadence) -> str:
    """How often, as an adverb."""
    return {
        Cadence.DAY: _p("cadence", "daily"),
        Cadence.WEEK: _p("cadence", "weekly"),
        Cadence.MONTH: _p("cadence", "monthly"),
        Cadence.QUARTER: _p("cadence", "quarterly"),
    }[cadence]
