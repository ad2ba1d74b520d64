"""Rating: whether a leader attains a standard, and whether consistently (M13 to M15).

One period is never a rating. The window of closed periods is counted into the bands, and four fifths of
those present decide. What is missing stays in the window and speaks: with too little present there is no
rating at all (M3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from leanship.domain.figures import (
    STANDARD_BANDS,
    Attainment,
    Bands,
    Better,
    Case,
    Figure,
    attainment,
    median,
    round_half_up,
)
from leanship.domain.periods import (
    EVERY_DAY,
    MINIMUM,
    ORDER,
    WINDOW,
    Cadence,
    first_day,
    inside,
    last_day,
    ordinal,
    weekdays,
    window,
)


class Rating(StrEnum):
    """What a window of periods says."""

    EXCEEDS = "exceeds"
    MEETS = "meets"
    DOES_NOT_MEET = "does_not_meet"
    NOT_CONSISTENT = "not_consistent"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


class LeftOut(StrEnum):
    """Why a period is left out of a window, by name (M14)."""

    ABSENT = "absent"
    NEW_IN_ROLE = "new_in_role"


class Aggregation(StrEnum):
    """How values of short periods make the value of a longer one (M10)."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    RATIO = "ratio"


@dataclass(frozen=True)
class Policy:
    """An organisation's numbers for M13 to M15, under a name that a past rating keeps.

    `share` of the periods present decides a band; with more than `missing` of the window missing there is no
    rating; with more than `missing_weight` of the KPIs' weight missing a period has no percent.
    """

    name: str = "standard-1"
    bands: Bands = STANDARD_BANDS
    share: Fraction = Fraction(8, 10)
    missing: Fraction = Fraction(1, 4)
    windows: Mapping[Cadence, int] = field(default_factory=lambda: WINDOW)
    minimums: Mapping[Cadence, int] = field(default_factory=lambda: MINIMUM)
    new_in_role: int = 3
    held: int = 2
    cap: int = 150
    missing_weight: Fraction = Fraction(1, 3)


STANDARD_POLICY: Final = Policy()


@dataclass(frozen=True, slots=True)
class Measured:
    """One period of a window that counted: how its value compares with its standard, and the bands that held in it.

    Value and standard are None for the whole of several KPIs.
    """

    number: int
    attainment: Attainment
    bands: Bands
    value: Figure | None = None
    standard: Figure | None = None


@dataclass(frozen=True)
class KpiRating:
    """A window and what it says, with everything it was decided on (M1).

    `periods` are those present, oldest first; `missing` and `unrated` (a negative value or standard) those
    that lack a percent, `left_out` those not asked for, each by its number. `exceeds` and `meets` are the
    counts `e` and `m` of M14, so a period that exceeds is in both; `below` are the others. `median` is a
    whole percent, None where the middle has none. `needed` is how many periods would have been enough.
    """

    rating: Rating
    cadence: Cadence
    first: int
    last: int
    periods: tuple[Measured, ...]
    missing: tuple[int, ...]
    unrated: tuple[int, ...]
    left_out: tuple[tuple[int, LeftOut], ...]
    exceeds: int
    meets: int
    needed: int
    median: int | None
    standard_changed: bool

    @property
    def present(self) -> int:
        """How many periods of the window count: `n` of M14."""
        return len(self.periods)

    @property
    def below(self) -> int:
        """How many of them are below the standard."""
        return self.present - self.meets

    @property
    def lacking(self) -> int:
        """How many more periods would be enough; 0 once there is a rating."""
        return max(self.needed - self.present, 0)


def band(percent: int, bands: Bands = STANDARD_BANDS) -> Rating:
    """The band of one whole percent (M13)."""
    if percent >= bands.exceeds:
        return Rating.EXCEEDS
    return Rating.MEETS if percent >= bands.meets else Rating.DOES_NOT_MEET


def needed(cadence: Cadence, asked: int, policy: Policy = STANDARD_POLICY) -> int:
    """How many of `asked` periods must be present for a rating (M14)."""
    most_missing = int(policy.missing * asked)  # rounds down: a quarter of 13 allows 3
    return max(policy.minimums[cadence], asked - most_missing)


def consistency(exceeds: int, meets: int, present: int, policy: Policy = STANDARD_POLICY) -> Rating:
    """The rating that the counts of M14 give, once there is enough evidence: `10·e ≥ 8·n`, and so on."""
    enough = policy.share * present
    if exceeds >= enough:
        return Rating.EXCEEDS
    if meets >= enough:
        return Rating.MEETS
    return Rating.DOES_NOT_MEET if present - meets >= enough else Rating.NOT_CONSISTENT


def rate(
    cadence: Cadence,
    last: int,
    values: Mapping[int, Figure | None],
    standards: Mapping[int, Figure | None],
    better: Better,
    *,
    policy: Policy = STANDARD_POLICY,
    bands: Bands | Mapping[int, Bands] | None = None,
    left_out: Mapping[int, LeftOut] = MappingProxyType({}),
    size: int | None = None,
    on: frozenset[int] | None = None,
) -> KpiRating:
    """M14 for one KPI of one subject: the window of `size` closed periods that ends with `last`.

    `values` and `standards` are in the KPI's unit by period number; one without the other counts as missing.
    `bands` are the KPI's own, if it has any (M11), or those of each period that had its own. A daily KPI
    counts the weekdays in `on`, or those on which it ever has a value. Raises ValueError when the window
    holds no period.
    """
    asked = _window(cadence, last, size, policy, on if on is not None else _weekdays_used(cadence, values))
    measured: list[Measured] = []
    unrated: list[int] = []
    for number in asked:
        value, standard = values.get(number), standards.get(number)
        if value is None or standard is None or number in left_out:
            continue
        found = attainment(value, standard, better)
        if found.case is Case.NOT_RATED:
            unrated.append(number)
        else:
            own = bands.get(number) if isinstance(bands, Mapping) else bands
            measured.append(Measured(number, found, own or policy.bands, value, standard))
    return _judged(cadence, asked, measured, unrated, left_out, policy)


def _window(
    cadence: Cadence, last: int, size: int | None, policy: Policy, on: frozenset[int]
) -> tuple[int, ...]:
    return window(cadence, last, policy.windows[cadence] if size is None else size, on)


def _weekdays_used(cadence: Cadence, values: Mapping[int, Figure | None]) -> frozenset[int]:
    if cadence is not Cadence.DAY:
        return EVERY_DAY
    return weekdays(number for number, value in values.items() if value is not None) or EVERY_DAY


def _judged(
    cadence: Cadence,
    asked: Sequence[int],
    measured: Sequence[Measured],
    unrated: Sequence[int],
    left_out: Mapping[int, LeftOut],
    policy: Policy,
) -> KpiRating:
    named = tuple((number, left_out[number]) for number in asked if number in left_out)
    known = {period.number for period in measured}.union(unrated, left_out)
    exceeds = sum(period.attainment.exceeds(period.bands) for period in measured)
    meets = sum(period.attainment.meets(period.bands) for period in measured)
    enough = needed(cadence, len(asked) - len(named), policy)
    if len(measured) < enough:
        rating = Rating.NOT_ENOUGH_EVIDENCE
    else:
        rating = consistency(exceeds, meets, len(measured), policy)
    return KpiRating(
        rating=rating,
        cadence=cadence,
        first=asked[0],
        last=asked[-1],
        periods=tuple(measured),
        missing=tuple(number for number in asked if number not in known),
        unrated=tuple(unrated),
        left_out=named,
        exceeds=exceeds,
        meets=meets,
        needed=enough,
        median=_median(measured),
        standard_changed=len({period.standard for period in measured}) > 1,
    )


def _median(measured: Sequence[Measured]) -> int | None:
    """The median whole percent. A perfect period stands above every percent; a standard of 0 has none."""
    exact = [p.attainment.exact for p in measured if p.attainment.case is Case.PERCENT]
    perfect = sum(p.attainment.case is Case.ABOVE for p in measured)
    highest = max((e for e in exact if e is not None), default=None)
    if highest is None or len(exact) + perfect < len(measured):
        return None
    beyond = highest + 1
    middle = median([*(e for e in exact if e is not None), *[beyond] * perfect])
    return None if middle > highest else round_half_up(middle)


def held(
    shown: Rating | None, history: Sequence[Rating], *, signal: bool, policy: Policy = STANDARD_POLICY
) -> Rating:
    """The rating a page shows (M14): a new one must have held for two periods, or come with a signal.

    `shown` is what the page showed for the period before, `history` the raw ratings up to now, the latest
    last, and `signal` whether the latest point is a signal (M17). *Not enough evidence* is said at once, and
    so is the first rating after it: to go on showing an old rating would be a guess (M3). Raises ValueError
    for an empty history.
    """
    if not history:
        raise ValueError("there is no rating yet")
    raw = history[-1]
    unknown = Rating.NOT_ENOUGH_EVIDENCE
    if shown is None or signal or shown is unknown or raw is unknown:
        return raw
    recent = history[-policy.held :]
    return raw if len(recent) == policy.held and len(set(recent)) == 1 else shown


def first_in_role(cadence: Cadence, began: date, policy: Policy = STANDARD_POLICY) -> dict[int, LeftOut]:
    """The first periods in a role, which are left out of its window (M14); the one in which it began is the first."""
    start = ordinal(cadence, began)
    return dict.fromkeys(range(start, start + policy.new_in_role), LeftOut.NEW_IN_ROLE)


def mostly_absent(
    cadence: Cadence, numbers: Iterable[int], absences: Sequence[tuple[date, date]]
) -> dict[int, LeftOut]:
    """Those periods of which more than half the days lie in an absence (M14); each absence is first and last day."""
    found: dict[int, LeftOut] = {}
    for number in numbers:
        begin, end = first_day(cadence, number), last_day(cadence, number)
        days: set[int] = set()
        for since, until in absences:
            days.update(range(max(since, begin).toordinal(), min(until, end).toordinal() + 1))
        if 2 * len(days) > (end - begin).days + 1:
            found[number] = LeftOut.ABSENT
    return found


def peers_standard(others: Sequence[Figure], at_least: int = 5) -> Figure | None:
    """The median of the others of the same role and level in one period (M10); None for fewer than five others."""
    return median([*others]) if len(others) >= at_least else None


@dataclass(frozen=True)
class LeaderKpi:
    """One KPI in a leader's whole. `wholes` are the denominators of a ratio KPI, by period; others need none.

    Raises ValueError for a weight that is not positive, or for a ratio without its wholes.
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
        if self.aggregation is Aggregation.RATIO and any(
            value is not None and self.wholes.get(number, 0) < 1 for number, value in self.values.items()
        ):
            raise ValueError("a ratio needs the whole of each of its values")


@dataclass(frozen=True, slots=True)
class LeaderPeriod:
    """One period of a leader's whole: each KPI's attainment (None where it is missing), and the weight missing."""

    number: int
    parts: tuple[tuple[str, Attainment | None], ...]
    weight_missing: Fraction
    exact: Fraction | None

    @property
    def percent(self) -> int | None:
        """The whole percent of the weighted mean (M12); None where too much weight is missing."""
        return None if self.exact is None else round_half_up(self.exact)


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
    on = kpi.on if kpi.on is not None else _weekdays_used(kpi.cadence, kpi.values)
    shorter = inside(to, number, kpi.cadence, on)
    pairs: list[tuple[Figure, Figure, int]] = []
    for inner in shorter:
        value, standard = kpi.values.get(inner), kpi.standards.get(inner)
        if value is not None and standard is not None:
            pairs.append((value, standard, kpi.wholes.get(inner, 1)))
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
    left_out: Mapping[int, LeftOut] = MappingProxyType({}),
    size: int | None = None,
    known: dict[int, LeaderPeriod] | None = None,
) -> LeaderRating:
    """M15 for one leader: the weighted mean of the KPIs' percents in the coarsest cadence among them, then M12 to M14.

    `lasts` gives the latest closed period of each cadence in use; `left_out` and `size` are of the coarsest.
    A percent counts up to 150, and so does one that is perfect. A KPI that must hold and does not meet caps
    the result at *meets*. `known` keeps the periods of the same KPIs from window to window, which overlap.
    Raises ValueError without KPIs.
    """
    if not kpis:
        raise ValueError("a leader without KPIs has no productivity rating")
    cadence = max((kpi.cadence for kpi in kpis), key=ORDER.index)
    daily: frozenset[int] = EVERY_DAY
    if cadence is Cadence.DAY:
        daily = frozenset().union(
            *(kpi.on if kpi.on is not None else _weekdays_used(kpi.cadence, kpi.values) for kpi in kpis)
        )
    asked = _window(cadence, lasts[cadence], size, policy, daily)
    known = {} if known is None else known
    for number in asked:
        if number not in known:
            known[number] = _leader_period(kpis, cadence, number, policy)
    periods = tuple(known[number] for number in asked)
    measured = [
        Measured(period.number, Attainment(Case.PERCENT, period.exact), policy.bands)
        for period in periods
        if period.exact is not None and period.number not in left_out
    ]
    whole = _judged(cadence, asked, measured, (), left_out, policy)
    ratings = {
        kpi.key: rate(
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
        for kpi in kpis
    }
    capped_by = tuple(
        kpi.key for kpi in kpis if kpi.must_hold and ratings[kpi.key].rating is Rating.DOES_NOT_MEET
    )
    capped = bool(capped_by) and whole.rating is Rating.EXCEEDS
    return LeaderRating(Rating.MEETS if capped else whole.rating, whole, periods, ratings, capped_by)


def _leader_period(kpis: Sequence[LeaderKpi], cadence: Cadence, number: int, policy: Policy) -> LeaderPeriod:
    parts: list[tuple[str, Attainment | None]] = []
    total = present = 0
    weighted = Fraction(0)
    for kpi in kpis:
        pair = aggregate(kpi, cadence, number, policy)
        found = attainment(*pair, kpi.better) if pair is not None else None
        if found is not None and found.case is Case.NOT_RATED:
            found = None
        parts.append((kpi.key, found))
        total += kpi.weight
        if found is not None:
            present += kpi.weight
            exact = found.exact if found.exact is not None else Fraction(policy.cap)
            weighted += kpi.weight * min(exact, Fraction(policy.cap))
    missing = Fraction(total - present, total)
    return LeaderPeriod(
        number, tuple(parts), missing, None if missing > policy.missing_weight else weighted / present
    )
