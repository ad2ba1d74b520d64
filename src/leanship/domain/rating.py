"""Rating: whether a leader attains a standard, and whether consistently (M13 and M14).

One period is never a rating. The window of closed periods is counted into the bands, and four fifths of
those present decide. What is missing stays in the window and speaks: with too little present there is no
rating at all (M3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import islice
from math import lcm
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
    WINDOW,
    Cadence,
    first_day,
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
    """One period that is measured: how its value compares with its standard, and the bands that held in it.

    `band` is which of them it is in (M13). Value and standard are None for the whole of several KPIs.
    """

    number: int
    attainment: Attainment
    bands: Bands
    value: Figure | None = None
    standard: Figure | None = None
    band: Rating = field(init=False)

    def __post_init__(self) -> None:
        found = Rating.MEETS if self.attainment.meets(self.bands) else Rating.DOES_NOT_MEET
        object.__setattr__(self, "band", Rating.EXCEEDS if self.attainment.exceeds(self.bands) else found)


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


def band(percent: int, bands: Bands = STANDARD_BANDS) -> Rating:
    """The band of one whole percent (M13)."""
    if percent >= bands.exceeds:
        return Rating.EXCEEDS
    return Rating.MEETS if percent >= bands.meets else Rating.DOES_NOT_MEET


def needed(cadence: Cadence, asked: int, policy: Policy = STANDARD_POLICY) -> int:
    """How many of `asked` periods must be present for a rating (M14)."""
    most_missing = (
        policy.missing.numerator * asked // policy.missing.denominator
    )  # rounds down: a quarter of 13 allows 3
    return max(policy.minimums[cadence], asked - most_missing)


def consistency(exceeds: int, meets: int, present: int, policy: Policy = STANDARD_POLICY) -> Rating:
    """The rating that the counts of M14 give, once there is enough evidence: `10·e ≥ 8·n`, and so on."""
    enough, of = policy.share.numerator * present, policy.share.denominator
    if of * exceeds >= enough:
        return Rating.EXCEEDS
    if of * meets >= enough:
        return Rating.MEETS
    return Rating.DOES_NOT_MEET if of * (present - meets) >= enough else Rating.NOT_CONSISTENT


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
    on = on if on is not None else weekdays_used(cadence, values)
    asked = asked_periods(cadence, last, size, policy, on)
    measured = measure(asked, values, standards, better, bands=bands, policy=policy)
    return rate_measured(cadence, asked, measured, left_out, policy)


def measure(
    numbers: Iterable[int],
    values: Mapping[int, Figure | None],
    standards: Mapping[int, Figure | None],
    better: Better,
    *,
    policy: Policy = STANDARD_POLICY,
    bands: Bands | Mapping[int, Bands] | None = None,
) -> dict[int, Measured]:
    """M11 and M13 for those of the periods `numbers` that have a value and a standard; arguments as in `rate`."""
    found: dict[int, Measured] = {}
    for number in numbers:
        value, standard = values.get(number), standards.get(number)
        if value is not None and standard is not None:
            own = bands.get(number) if isinstance(bands, Mapping) else bands
            against = attainment(value, standard, better)
            found[number] = Measured(number, against, own or policy.bands, value, standard)
    return found


def rate_measured(
    cadence: Cadence,
    asked: Sequence[int],
    measured: Mapping[int, Measured],
    left_out: Mapping[int, LeftOut] = MappingProxyType({}),
    policy: Policy = STANDARD_POLICY,
) -> KpiRating:
    """M14 for the window of the periods `asked`, oldest first, by what each of them was measured to be."""
    here = [measured[number] for number in asked if number in measured and number not in left_out]
    unrated = tuple(period.number for period in here if period.attainment.case is Case.NOT_RATED)
    if unrated:
        here = [period for period in here if period.number not in unrated]
    named = tuple((number, left_out[number]) for number in asked if number in left_out)
    known = {period.number for period in here}.union(unrated, left_out)
    bands = [period.band for period in here]
    exceeds = bands.count(Rating.EXCEEDS)
    meets = exceeds + bands.count(Rating.MEETS)
    enough = needed(cadence, len(asked) - len(named), policy)
    if len(here) < enough:
        rating = Rating.NOT_ENOUGH_EVIDENCE
    else:
        rating = consistency(exceeds, meets, len(here), policy)
    return KpiRating(
        rating=rating,
        cadence=cadence,
        first=asked[0],
        last=asked[-1],
        periods=tuple(here),
        missing=tuple(number for number in asked if number not in known),
        unrated=unrated,
        left_out=named,
        exceeds=exceeds,
        meets=meets,
        needed=enough,
        median=_median(here),
        standard_changed=len({period.standard for period in here}) > 1,
    )


def asked_periods(
    cadence: Cadence, last: int, size: int | None, policy: Policy, on: frozenset[int]
) -> tuple[int, ...]:
    """The periods of a window, oldest first: the policy's number of them, unless `size` says another (M14)."""
    return window(cadence, last, policy.windows[cadence] if size is None else size, on)


def weekdays_used(cadence: Cadence, values: Mapping[int, Figure | None]) -> frozenset[int]:
    """The weekdays on which a daily KPI ever has a value; every day for the other cadences."""
    if cadence is not Cadence.DAY:
        return EVERY_DAY
    return weekdays(number for number, value in values.items() if value is not None) or EVERY_DAY


def _median(measured: Sequence[Measured]) -> int | None:
    """The median whole percent. A perfect period stands above every percent; a standard of 0 has none."""
    cases = [period.attainment.case for period in measured]
    perfect = cases.count(Case.ABOVE)
    exact = [e for period in measured if (e := period.attainment.exact) is not None]
    if len(exact) == 0 or cases.count(Case.PERCENT) + perfect < len(measured):
        return None
    # Over one denominator they are whole numbers, which compare many times faster than fractions.
    scale = lcm(*(e.denominator for e in exact))
    whole = [e.numerator * (scale // e.denominator) for e in exact]
    highest = max(whole)
    middle = median([*whole, *[highest + scale] * perfect])
    return None if middle > highest else round_half_up(Fraction(middle, scale))


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


def first_in_role(
    cadence: Cadence, began: date, policy: Policy = STANDARD_POLICY, on: frozenset[int] = EVERY_DAY
) -> dict[int, LeftOut]:
    """The first periods in a role, which are left out of its window (M14); the one in which it began is the first.

    Of days only those on the weekdays in `on` count.
    """
    start = ordinal(cadence, began)
    reach = 7 * policy.new_in_role  # of days at most six of seven are not counted
    counted = (
        number
        for number in range(start, start + reach)
        if cadence is not Cadence.DAY or (number - 1) % 7 in on
    )
    return dict.fromkeys(islice(counted, policy.new_in_role), LeftOut.NEW_IN_ROLE)


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
