"""The whole of a leader's or a team's KPIs: the weighted mean of their percents, judged as one KPI is (M15).

A KPI of a shorter cadence is first made into the longer periods of the whole, by its own way of adding up (M10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from leanship.domain.figures import Attainment, Bands, Better, Case, Figure, attainment
from leanship.domain.periods import EVERY_DAY, ORDER, Cadence, inside
from leanship.domain.rating import (
    STANDARD_POLICY,
    KpiRating,
    LeftOut,
    Measured,
    Policy,
    Rating,
    asked_periods,
    rate,
    rate_measured,
    weekdays_used,
)


class Aggregation(StrEnum):
    """How values of short periods make the value of a longer one (M10)."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    RATIO = "ratio"


@dataclass(frozen=True)
class LeaderKpi:
    """One KPI in a leader's whole. `wholes` are the denominators of a ratio KPI, by period.

    Where one is lacking, the periods that make a longer one with it count alike. Raises ValueError for a weight or a
    whole that is not positive.
    """

    key: str
    cadence: Cadence
    better: Better
    aggregation: Aggregation
    values: Mapping[int, Figure | None]
    standards: Mapping[int, Figure | None]
    weight: int = 1
    must_hold: bool = False
    bands: Bands | Mapping[int, Bands] | None = None
    wholes: Mapping[int, int] = field(default_factory=dict)
    left_out: Mapping[int, LeftOut] = field(default_factory=dict)
    on: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError("a KPI's weight is a positive whole number")
        if any(whole < 1 for whole in self.wholes.values()):
            raise ValueError("the whole of a ratio is positive")


@dataclass(frozen=True, slots=True)
class LeaderPeriod:
    """One period of a leader's whole: each KPI's attainment (None where it is missing), the weight missing, and
    what the weighted mean of them makes.
    """

    number: int
    parts: tuple[tuple[str, Attainment | None], ...]
    weight_missing: Fraction
    measured: Measured | None

    @property
    def exact(self) -> Fraction | None:
        """The weighted mean before it is rounded; None where too much weight is missing."""
        return None if self.measured is None else self.measured.attainment.exact

    @property
    def percent(self) -> int | None:
        """The whole percent of the weighted mean (M12); None where too much weight is missing."""
        return None if self.measured is None else self.measured.attainment.percent


@dataclass(frozen=True)
class LeaderRating:
    """The rating of several KPIs together: `whole` is the window of weighted means, `kpis` each one's own rating.

    `capped_by` names the KPIs that must hold and do not meet; they keep `rating` from *exceeds*.
    """

    rating: Rating
    whole: KpiRating
    periods: tuple[LeaderPeriod, ...]
    kpis: Mapping[str, KpiRating]
    capped_by: tuple[str, ...]


def aggregate(
    kpi: LeaderKpi, to: Cadence, number: int, policy: Policy = STANDARD_POLICY
) -> tuple[Figure, Figure] | None:
    """Value and standard of a KPI in one coarser period (M15), or None when it has none.

    The standard is aggregated as the value is, over the same shorter periods, so a week without a value asks
    for nothing. With more than a quarter of the shorter periods missing there is no value: a month is not
    known by one week.
    """
    on = kpi.on if kpi.on is not None else weekdays_used(kpi.cadence, kpi.values)
    shorter = inside(to, number, kpi.cadence, on)
    pairs: list[tuple[Figure, Figure, int]] = []
    for inner in shorter:
        value, standard = kpi.values.get(inner), kpi.standards.get(inner)
        if value is not None and standard is not None:
            pairs.append((value, standard, kpi.wholes.get(inner, 0)))
    if not pairs or len(shorter) - len(pairs) > policy.missing * len(shorter):
        return None
    if len(pairs) == 1:  # one period alone is itself, however it would be aggregated
        return pairs[0][0], pairs[0][1]
    match kpi.aggregation:
        case Aggregation.LAST:
            return pairs[-1][0], pairs[-1][1]
        case Aggregation.SUM:
            return sum(v for v, _, _ in pairs), sum(s for _, s, _ in pairs)
        case Aggregation.MEAN:
            count = len(pairs)
            return Fraction(sum(v for v, _, _ in pairs)) / count, Fraction(
                sum(s for _, s, _ in pairs)
            ) / count
        case Aggregation.RATIO:
            if not all(w for _, _, w in pairs):  # without the parts of one, no weight of any is known
                pairs = [(v, s, 1) for v, s, _ in pairs]
            # value · whole is the part again, so this is the sum of parts over the sum of wholes.
            whole = sum(w for _, _, w in pairs)
            return Fraction(sum(v * w for v, _, w in pairs)) / whole, Fraction(
                sum(s * w for _, s, w in pairs)
            ) / whole


def rate_leader(
    kpis: Sequence[LeaderKpi],
    lasts: Mapping[Cadence, int],
    *,
    policy: Policy = STANDARD_POLICY,
    bands: Mapping[int, Bands] = MappingProxyType({}),
    left_out: Mapping[int, LeftOut] = MappingProxyType({}),
    size: int | None = None,
    known: dict[int, LeaderPeriod] | None = None,
    ratings: Mapping[str, KpiRating] | None = None,
) -> LeaderRating:
    """M15 for one leader: the weighted mean of the KPIs' percents in the coarsest cadence among them, then M12 to M14.

    `lasts` gives the latest closed period of each cadence in use; `left_out` and `size` are of the coarsest, and so
    are `bands`, those that held in a period where they were not the policy's.
    A percent counts up to 150, and so does one that is perfect. A KPI that must hold and does not meet caps
    the result at *meets*. `known` keeps the periods of the same KPIs by the same policy from window to window,
    which overlap; `ratings` are the KPIs' own by key, where they were worked out before. Raises ValueError without
    KPIs.
    """
    if not kpis:
        raise ValueError("a leader without KPIs has no productivity rating")
    cadence = max((kpi.cadence for kpi in kpis), key=ORDER.index)
    daily: frozenset[int] = EVERY_DAY
    if cadence is Cadence.DAY:
        daily = frozenset().union(
            *(kpi.on if kpi.on is not None else weekdays_used(kpi.cadence, kpi.values) for kpi in kpis)
        )
    asked = asked_periods(cadence, lasts[cadence], size, policy, daily)
    known = {} if known is None else known
    for number in asked:
        if number not in known:
            known[number] = _leader_period(kpis, cadence, number, policy, bands.get(number, policy.bands))
    periods = tuple(known[number] for number in asked)
    measured = {period.number: period.measured for period in periods if period.measured is not None}
    whole = rate_measured(cadence, asked, measured, left_out, policy)
    if ratings is None:
        ratings = {kpi.key: _own_rating(kpi, lasts, policy) for kpi in kpis}
    capped_by = tuple(
        kpi.key for kpi in kpis if kpi.must_hold and ratings[kpi.key].rating is Rating.DOES_NOT_MEET
    )
    capped = bool(capped_by) and whole.rating is Rating.EXCEEDS
    return LeaderRating(Rating.MEETS if capped else whole.rating, whole, periods, ratings, capped_by)


def _own_rating(kpi: LeaderKpi, lasts: Mapping[Cadence, int], policy: Policy) -> KpiRating:
    return rate(
        kpi.cadence,
        lasts[kpi.cadence],
        kpi.values,
        kpi.standards,
        kpi.better,
        policy=policy,
        bands=kpi.bands,
        left_out=kpi.left_out,
        on=kpi.on,
    )


def _leader_period(
    kpis: Sequence[LeaderKpi], cadence: Cadence, number: int, policy: Policy, bands: Bands
) -> LeaderPeriod:
    parts: list[tuple[str, Attainment | None]] = []
    weighted: list[tuple[int, Fraction]] = []
    cap = Fraction(policy.cap)
    for kpi in kpis:
        pair = aggregate(kpi, cadence, number, policy)
        found = attainment(*pair, kpi.better) if pair is not None else None
        if found is not None and found.case is Case.NOT_RATED:
            found = None
        parts.append((kpi.key, found))
        if found is not None:
            weighted.append((kpi.weight, cap if found.exact is None else min(found.exact, cap)))
    total, present = sum(kpi.weight for kpi in kpis), sum(weight for weight, _ in weighted)
    missing = Fraction(total - present, total)
    if missing > policy.missing_weight:
        return LeaderPeriod(number, tuple(parts), missing, None)
    # Over one denominator, so that only the mean itself is a fraction.
    scale = lcm(*(exact.denominator for _, exact in weighted))
    whole = sum(weight * exact.numerator * (scale // exact.denominator) for weight, exact in weighted)
    mean = Attainment(Case.PERCENT, Fraction(whole, scale * present))
    return LeaderPeriod(number, tuple(parts), missing, Measured(number, mean, bands))
