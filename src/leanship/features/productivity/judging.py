"""One standing, worked out: the rating of `domain.rating` with everything a page shows about it, as plain JSON.

Figures in `counts` are in the KPI's last decimal, as they are kept; limits and centre, which only a chart shows,
are rounded numbers of that unit. `periods` holds the window as it was judged, so that the page of a standing that
was replaced still tells what was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from leanship.domain import (
    STANDARD_POLICY,
    Aggregation,
    Attainment,
    Bands,
    Case,
    KpiRating,
    LeaderKpi,
    LeaderPeriod,
    Measured,
    Rating,
    measure,
    needed,
    rate_leader,
    rate_measured,
)
from leanship.domain.figures import Figure
from leanship.domain.periods import EVERY_DAY, ORDER, Cadence, inside, weekdays, window
from leanship.features.productivity.charts import Laid, lay_out
from leanship.features.productivity.inputs import Away, Inputs
from leanship.features.productivity.models import Kpi
from leanship.features.productivity.standards import BoundsOf

RULE_VERSION: Final = STANDARD_POLICY.name
SHOWN_POINTS: Final = 24
"""A small chart shows so many of the latest points, and the signals told with a standing are those among them."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A raw rating, whether its latest period came with a signal, and the figures behind it."""

    raw: Rating
    signal: bool
    counts: Json


def number(figure: Figure | None) -> int | float | None:
    """A figure for JSON: whole numbers stay whole; the half of a median, a centre or a limit becomes a float."""
    if figure is None or isinstance(figure, int):
        return figure
    return figure.numerator if figure.denominator == 1 else round(float(figure), 4)


@dataclass(slots=True)
class SeriesJudge:
    """Judges the periods of one series.

    Windows overlap, and the whole of a leader asks again for what its series were asked for. So what a period was
    measured to be, ratings and charts are worked out once and kept.
    """

    inputs: Inputs
    away: Away
    bounds: BoundsOf
    _measured: dict[int, Measured] = field(default_factory=dict)
    _said: dict[int, list[Any]] = field(default_factory=dict)
    _ratings: dict[int, KpiRating] = field(default_factory=dict)
    _charts: dict[int, Laid] = field(default_factory=dict)
    _longest: Laid | None = None

    def chart(self, last: int) -> Laid:
        """The chart as it stood when period `last` had closed."""
        if last not in self._charts:
            self._charts[last] = self._cut(last) or self._laid(last)
        return self._charts[last]

    def _laid(self, last: int) -> Laid:
        known = {at: figure for at, figure in self.inputs.points.items() if at <= last}
        median = self.inputs.row["kpi__limits"] == Kpi.Limits.MEDIAN
        return lay_out(self.inputs.cadence, known, self.inputs.baselines, use_median=median)

    def _cut(self, last: int) -> Laid | None:
        """That chart out of the longest one, where what came later changed nothing of it."""
        points = self.inputs.points
        by_then = (at for at in points if at <= last)
        if self.inputs.cadence is Cadence.DAY and weekdays(by_then) != weekdays(points):
            return None
        if self._longest is None:
            self._longest = self._laid(max(points, default=last))
        return self._longest.upto(last)

    def signals(self, last: int) -> list[tuple[int, str, int]]:
        """The signals among the latest points: period, rule, side."""
        laid = self.chart(last)
        begin = max(len(laid.ordinals) - SHOWN_POINTS, 0)
        return [
            (laid.ordinals[signal.index], signal.rule.value, signal.side)
            for signal in laid.chart.signals
            if signal.index >= begin
        ]

    def rating(self, last: int) -> KpiRating:
        """M14 for the window that ends with the closed period `last`."""
        if last not in self._ratings:
            asked, cadence = self._asked(last), self.inputs.cadence
            left_out = self.away.left_out(cadence, asked, self._on(last))
            self._measure([at for at in asked if at not in self._said])
            self._ratings[last] = rate_measured(cadence, asked, self._measured, left_out)
        return self._ratings[last]

    def _asked(self, last: int) -> tuple[int, ...]:
        """The periods of that window."""
        return window(self.inputs.cadence, last, on=self._on(last))

    def _on(self, last: int) -> frozenset[int]:
        """The weekdays that count for days: those on which there was ever a figure by then."""
        if self.inputs.cadence is not Cadence.DAY:
            return EVERY_DAY
        return weekdays(at for at in self.inputs.points if at <= last) or EVERY_DAY

    def _measure(self, numbers: Sequence[int]) -> None:
        """Note what holds of periods in whichever window they are seen."""
        one = self.inputs
        values = {at: one.judged(one.points[at]) for at in numbers if at in one.points}
        standards = one.standards(numbers)
        self._measured |= measure(numbers, values, standards, one.better, bands=self.bands(numbers))
        for at in numbers:
            period = self._measured.get(at)
            if period and period.attainment.case is Case.NOT_RATED:
                period = None
            self._said[at] = self._period(at, period, standards.get(at))

    def bands(self, numbers: Iterable[int]) -> dict[int, Bands]:
        """The bands that held in each period."""
        kpi, cadence = self.inputs.row["kpi_id"], self.inputs.cadence
        held = ((at, self.bounds.at(kpi, cadence, at)) for at in numbers)
        return {at: Bands(one.exceeds, one.meets) for at, one in held}

    def too_little(self, last: int) -> bool:
        """Whether a window can be told to lack evidence without being worked out: too few figures in it at all."""
        cadence = self.inputs.cadence
        asked = range(last - _reach(cadence) + 1, last + 1)
        left_out = self.away.left_out(cadence, asked)
        out = sum(at in left_out for at in asked)
        if cadence is Cadence.DAY or out >= len(asked):
            return False
        there = sum(at in self.inputs.points and at not in left_out for at in asked)
        return there < needed(cadence, len(asked) - out)

    def judge(self, last: int) -> Judged:
        """M14 for the window that ends with the closed period `last`."""
        one = self.inputs
        found = self.rating(last)
        asked, left_out = self._asked(last), {at for at, _ in found.left_out}
        signals = self.signals(last)
        at_last = self.bounds.at(one.row["kpi_id"], one.cadence, last)
        signal = any(at == last for at, _, _ in signals)
        counts: Json = {
            "first": found.first,
            "last": found.last,
            "size": len(asked),
            "present": found.present,
            "missing": list(found.missing),
            "no_standard": [at for at in found.missing if at in one.points],
            "unrated": list(found.unrated),
            "left_out": {
                name: [at for at, why in found.left_out if why == name] for name in _named(found.left_out)
            },
            "exceeds": found.exceeds,
            "meets": found.meets,
            "below": found.below,
            "needed": found.needed,
            "median": found.median,
            "why": self._why(found.rating, found.missing),
            "latest": _latest(found.periods),
            "standard": self._standard(found.first, last),
            "bands": {"exceeds": at_last.exceeds, "meets": at_last.meets, "own": at_last.own},
            "periods": [
                [*self._said[at][:3], None, None] if at in left_out else self._said[at] for at in asked
            ],
            "signals": [list(signal_) for signal_ in signals],
            "signal": signal,
            "chart": self._limits(last),
        }
        return Judged(found.rating, signal, counts)

    def _why(self, rating: Rating, missing: Sequence[int]) -> str:
        """Why there is not enough evidence, as a code; "" where there is."""
        if rating is not Rating.NOT_ENOUGH_EVIDENCE:
            return ""
        if not self.inputs.rated:
            return "not_rated"
        return "no_standard" if any(at in self.inputs.points for at in missing) else "too_few"

    def _standard(self, first: int, last: int) -> Json | None:
        mark = self.inputs.timeline.at(last) if self.inputs.rated else None
        if mark is None:
            return None
        return {
            "kind": mark.kind,
            "value": number(mark.value),
            "since": mark.since,
            "by_subject": mark.by_subject,
            "own": mark.own,
            "others": mark.others,
            "changed": self.inputs.timeline.changed(first, last),
        }

    def _period(self, at: int, period: Measured | None, compared: Figure | None) -> list[Any]:
        """[period, value, standard, percent or case, band]: what is not there is null."""
        mark = self.inputs.timeline.at(at) if compared is not None else None
        return [
            at,
            self.inputs.shown.get(at),
            None if mark is None else number(mark.value),
            *_outcome(period),
        ]

    def _limits(self, last: int) -> Json:
        laid = self.chart(last)
        if not laid.ordinals:
            return {"points": 0, "run": 0}
        segment = laid.chart.current
        return {
            "points": laid.chart.n,
            "run": sum(value is not None for value in laid.values[segment.start :]),
            "centre": number(segment.centre),
            "lower": number(segment.lower_limit),
            "upper": number(segment.upper_limit),
            "since": laid.ordinals[segment.start],
            "provisional": segment.provisional,
            "autocorrelated": segment.autocorrelated,
        }


def _reach(cadence: Cadence) -> int:
    """How many numbers back a window can begin: of days some weekdays may not be counted, at most six of seven."""
    size = STANDARD_POLICY.windows[cadence]
    return 7 * size if cadence is Cadence.DAY else size


def _named(left_out: Iterable[tuple[int, Any]]) -> list[Any]:
    return sorted({why for _, why in left_out})


def _outcome(period: Measured | None) -> tuple[int | str | None, str | None]:
    """The percent (or the case of M11 that has none) and the band of one period."""
    if period is None:
        return None, None
    return _said(period.attainment), period.band.value


def _latest(periods: Sequence[Measured]) -> Json | None:
    """The latest period that counts."""
    if not periods:
        return None
    said, band = _outcome(periods[-1])
    return {"ordinal": periods[-1].number, "percent": said, "band": band}


def _worked(kpis: Sequence[LeaderKpi]) -> frozenset[int]:
    """The weekdays on which any of the daily ones among these is measured; every day where none is daily."""
    return frozenset().union(*(kpi.on for kpi in kpis if kpi.on is not None)) or EVERY_DAY


Weights = dict[int, tuple[int, bool]]
"""Series id → its weight, and whether it must hold."""


@dataclass(frozen=True, slots=True)
class _MadeOf:
    """The KPIs of a whole, the periods of them that were worked out already, and how a page tells these."""

    kpis: list[LeaderKpi]
    periods: dict[int, LeaderPeriod] = field(default_factory=dict)
    said: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class WholeJudge:
    """Judges the several KPIs of one person or team together (M15)."""

    judges: Sequence[SeriesJudge]
    away: Away
    bounds: BoundsOf
    _made: dict[Any, _MadeOf] = field(default_factory=dict)

    def members(self, stored: Weights | None = None) -> list[tuple[SeriesJudge, int, bool]]:
        """The series that count, with weight and must-hold: rated ones that run and have a value.

        For a past period, `stored` are those its standing was made of: they keep the weight they had then, and
        count even if they were archived since. A series with a value that was not there yet joins them.
        """
        found = []
        for judge in self.judges:
            one = judge.inputs
            kept = (stored or {}).get(one.pk)
            if one.rated and one.points and (one.runs or kept is not None):
                weight, must_hold = kept or (one.row["weight"], one.row["must_hold"])
                found.append((judge, weight, must_hold))
        return found

    def cadence(self) -> Cadence | None:
        """The coarsest cadence of today's members; None where nobody rates this subject."""
        cadences = [judge.inputs.cadence for judge, _, _ in self.members()]
        return max(cadences, key=ORDER.index) if cadences else None

    def too_little(self, cadence: Cadence, last: int) -> bool:
        """Whether no member of this cadence has enough figures, so that the whole cannot have them either."""
        return all(
            judge.inputs.cadence is cadence and judge.too_little(last) for judge, _, _ in self.members()
        )

    def judge(self, cadence: Cadence, last: int, stored: Weights | None = None) -> Judged | None:
        """M15 for the window of `cadence` that ends with the closed period `last`; None without any KPI then."""
        lasts = {
            fine: max(inside(cadence, last, fine), default=last) for fine in ORDER[: ORDER.index(cadence) + 1]
        }
        members = [
            (judge, weight, must_hold)
            for judge, weight, must_hold in self.members(stored)
            if judge.inputs.cadence in lasts and min(judge.inputs.points) <= lasts[judge.inputs.cadence]
        ]
        if not members or all(judge.inputs.cadence is not cadence for judge, _, _ in members):
            return None
        asked = range(last - _reach(cadence) + 1, last + 1)
        at_last = self.bounds.of_policy(cadence, last)
        held = ((at, self.bounds.of_policy(cadence, at)) for at in asked)
        made = self._made_of(members, cadence, lasts, asked[0])
        ratings = {str(judge.inputs.pk): judge.rating(lasts[judge.inputs.cadence]) for judge, _, _ in members}
        found = rate_leader(
            made.kpis,
            lasts,
            bands={at: Bands(one.exceeds, one.meets) for at, one in held},
            left_out=self.away.left_out(cadence, asked, _worked(made.kpis)),
            known=made.periods,
            ratings=ratings,
        )
        whole = found.whole
        present = {period.number: period for period in whole.periods}
        for period in found.periods:
            if period.number not in made.said:
                parts = [None if part is None else _said(part) for _, part in period.parts]
                made.said[period.number] = [period.number, *_outcome(present.get(period.number)), parts]
        signal = any(
            at in inside(cadence, last, judge.inputs.cadence)
            for judge, _, _ in members
            for at, _, _ in judge.signals(lasts[judge.inputs.cadence])
        )
        counts: Json = {
            "first": whole.first,
            "last": whole.last,
            "size": len(found.periods),
            "present": whole.present,
            "missing": list(whole.missing),
            "left_out": {
                name: [at for at, why in whole.left_out if why == name] for name in _named(whole.left_out)
            },
            "exceeds": whole.exceeds,
            "meets": whole.meets,
            "below": whole.below,
            "needed": whole.needed,
            "median": whole.median,
            "why": "too_few" if whole.rating is Rating.NOT_ENOUGH_EVIDENCE else "",
            "latest": _latest(whole.periods),
            "bands": {"exceeds": at_last.exceeds, "meets": at_last.meets, "own": False},
            "whole": whole.rating.value,
            "capped_by": [int(key) for key in found.capped_by],
            "kpis": [
                {
                    "series": judge.inputs.pk,
                    "weight": weight,
                    "must_hold": must_hold,
                    "rating": found.kpis[str(judge.inputs.pk)].rating.value,
                }
                for judge, weight, must_hold in members
            ],
            "periods": [made.said[period.number] for period in found.periods],
            "signal": signal,
        }
        return Judged(found.rating, signal, counts)

    def _made_of(
        self,
        members: Sequence[tuple[SeriesJudge, int, bool]],
        cadence: Cadence,
        lasts: Mapping[Cadence, int],
        first: int,
    ) -> _MadeOf:
        """What a whole is made of, kept from one window to the next.

        Not with daily figures, whose working days are those known as of each period.
        """
        if any(judge.inputs.cadence is Cadence.DAY for judge, _, _ in members):
            return _MadeOf(
                [
                    _leader_kpi(judge, weight, must_hold, lasts[judge.inputs.cadence], cadence, first)
                    for judge, weight, must_hold in members
                ]
            )
        key = (cadence, tuple((judge.inputs.pk, weight, must) for judge, weight, must in members))
        if key not in self._made:
            kpis = [
                _leader_kpi(judge, weight, must_hold, max(judge.inputs.points), cadence, None)
                for judge, weight, must_hold in members
            ]
            self._made[key] = _MadeOf(kpis)
        return self._made[key]


def _leader_kpi(
    judge: SeriesJudge, weight: int, must_hold: bool, last: int, cadence: Cadence, first: int | None
) -> LeaderKpi:
    """A series as `rate_leader` takes it, with its figures up to `last`, from the period `first` of the whole on.

    Its bands and what is left out of its window are not asked for: its own rating is known.
    """
    one = judge.inputs
    begin = min(one.points)
    if first is not None:
        begin = max(begin, min([*inside(cadence, first, one.cadence), last - _reach(one.cadence) + 1]))
    span = range(begin, last + 1)
    values = {at: figure for at, figure in one.values(last).items() if at >= begin}
    return LeaderKpi(
        key=str(one.pk),
        cadence=one.cadence,
        better=one.better,
        aggregation=Aggregation(one.row["kpi__aggregation"]),
        values=values,
        standards=one.standards(span),
        weight=weight,
        must_hold=must_hold,
        wholes=one.wholes,
        on=weekdays(at for at in one.points if at <= last) if one.cadence is Cadence.DAY else None,
    )


def _said(found: Attainment) -> int | str | None:
    return found.percent if found.case is Case.PERCENT else found.case.value
