"""What fits (M25): of all that could be done, the set that is worth most within the hours there are.

Maximise `Σ v·x`, `x` 0 or 1, with `Σ h·x ≤ C` for each capacity; a candidate may exclude others and may require others.
Of sets worth the same, the one of fewer hours is taken, then the one whose ids, sorted, come first. Values, hours and
capacities are whole numbers or decimals and are never rounded: they are brought to whole numbers of their last digit.
SciPy is imported when something is asked, not before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from math import gcd
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from leanship.domain.binary import Chosen, Programme

Number = int | Decimal

SWING_PERCENT: Final = 30
"""By how much a value is moved to see whether its candidate's place changes (M25)."""


class FitStatus(StrEnum):
    """What is known of the set that is shown."""

    OPTIMAL = "optimal"
    """Proven: no other set is worth more."""
    FEASIBLE = "feasible"
    """It fits, and the search ended before anything was proven; the bound says how far off it can be."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be done: its worth, the hours it takes of each capacity, and what it excludes and requires."""

    id: str
    value: Number
    hours: Mapping[str, Number] = field(default_factory=dict)
    excludes: frozenset[str] = frozenset()
    requires: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """The set that fits, and what is known of it.

    `fragile`: chosen candidates that would leave the best set if their own value alone were 30 % lower, and others that
    would enter it if their own value alone were 30 % higher. `undecided`: those of which that was not found out in
    time. `one_more`: what the best set would be worth more with one hour more of a capacity; None where not found out.
    `used`: hours of each capacity that the chosen take. The last three are empty unless the status is optimal.
    """

    status: FitStatus
    value: Number
    bound: Number
    chosen: tuple[str, ...]
    used: Mapping[str, Number]
    fragile: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    one_more: Mapping[str, Number | None] = field(default_factory=dict)


def fit(
    candidates: Sequence[Candidate],
    capacities: Mapping[str, Number],
    *,
    seconds: float = 60.0,
    questions: bool = True,
    hour: Number = 1,
) -> Fit:
    """The best set of `candidates` within `capacities` (hours by name), found and proven within about `seconds`.

    With `questions` it is also asked which choices are fragile and what one more hour would be worth; `hour` is 60
    where hours are given in minutes. The order of candidates and capacities changes nothing. Raises ValueError for an
    id or requirement that is not clear, for negative hours or capacities, hours of a capacity that is not named, and
    numbers too long to be added up exactly.
    """
    from leanship.domain import _fitting

    ordered = sorted(candidates, key=lambda candidate: candidate.id)
    _check(ordered, capacities)
    scaled = Scaled.of(ordered, {name: capacities[name] for name in sorted(capacities)}, hour)
    found = _fitting.answer(ordered, scaled, seconds, questions)
    # searched in one order, told in the order asked
    used = {name: found.used[name] for name in capacities}
    more = {name: found.one_more[name] for name in capacities if name in found.one_more}
    return replace(found, used=used, one_more=more)


def _check(candidates: Sequence[Candidate], capacities: Mapping[str, Number]) -> None:
    known = {candidate.id for candidate in candidates}
    if len(known) < len(candidates):
        raise ValueError("two candidates have the same id")
    if any(capacity < 0 for capacity in capacities.values()):
        raise ValueError("a capacity is negative")
    for one in candidates:
        if any(hours < 0 for hours in one.hours.values()):
            raise ValueError(f"{one.id} takes negative hours")
        if not one.hours.keys() <= capacities.keys():
            raise ValueError(f"{one.id} takes hours of a capacity that is not named")
        if not one.excludes | one.requires <= known - {one.id}:
            raise ValueError(f"{one.id} excludes or requires itself, or what is no candidate")


@dataclass(frozen=True, slots=True)
class Scaled:
    """The question in whole numbers: `programme` of values and rows; capacities are its first rows, in order.

    One unit of value is `value_unit` of 10^-`value_decimals`; `hours`, each candidate's total, is in units of
    10^-`hour_decimals`, and `one_hour` is how many of them are one more hour. A capacity's row is divided by
    `parts[k]`, since 8 and 12 hours of 30 are 2 and 3 of 7.
    """

    programme: Programme
    names: tuple[str, ...]
    hours: tuple[int, ...]
    by_capacity: tuple[tuple[int, ...], ...]
    limits: tuple[int, ...]
    parts: tuple[int, ...]
    value_unit: int
    value_decimals: int
    hour_decimals: int
    one_hour: int

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], capacities: Mapping[str, Number], hour: Number = 1
    ) -> Scaled:
        """The question of checked candidates, sorted by id. Raises ValueError for numbers that are too long."""
        from leanship.domain.binary import Programme

        values, value_decimals = whole([one.value for one in candidates])
        unit = gcd(*values) or 1
        names = tuple(capacities)
        flat = [one.hours.get(name, 0) for name in names for one in candidates]
        (*units, one_hour), hour_decimals = whole([*flat, *capacities.values(), hour])
        n = len(candidates)
        rows = tuple(tuple(units[k * n : (k + 1) * n]) for k in range(len(names)))
        limits = tuple(units[len(names) * n :])
        parts = tuple(gcd(*row) or 1 for row in rows)
        place = {one.id: index for index, one in enumerate(candidates)}
        pairs = {tuple(sorted((place[one.id], place[other]))) for one in candidates for other in one.excludes}
        bonds = [_row(n, {first: 1, second: 1}) for first, second in sorted(pairs)]
        needs = [
            _row(n, {place[one.id]: 1, place[other]: -1})
            for one in candidates
            for other in sorted(one.requires)
        ]
        divided = [[h // part for h in row] for row, part in zip(rows, parts, strict=True)]
        room = [limit // part for limit, part in zip(limits, parts, strict=True)]
        programme = Programme.of(
            [value // unit for value in values],
            [*divided, *bonds, *needs],
            [*room, *([1] * len(bonds)), *([0] * len(needs))],
        )
        hours = tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * n
        return cls(
            programme, names, hours, rows, limits, parts, unit, value_decimals, hour_decimals, one_hour
        )

    def value(self, units: int) -> Number:
        """Units of value of the programme as the number they are."""
        return number(units * self.value_unit, self.value_decimals)

    def used(self, chosen: Chosen) -> dict[str, Number]:
        """The hours of each capacity that a set takes."""
        takes = (sum(h for h, yes in zip(row, chosen, strict=True) if yes) for row in self.by_capacity)
        return {
            name: number(hours, self.hour_decimals) for name, hours in zip(self.names, takes, strict=True)
        }


def whole(numbers: Sequence[Number]) -> tuple[list[int], int]:
    """Numbers as whole numbers of their finest digit, and how many decimals that is.

    Raises ValueError for what is no finite number.
    """
    finest = 0
    for one in numbers:
        if isinstance(one, Decimal):
            exponent = one.as_tuple().exponent
            if not isinstance(exponent, int):
                raise ValueError(f"{one} is not a number")
            finest = max(finest, -exponent)
    if finest > 30:
        raise ValueError("the numbers have more digits than can be added up exactly")
    return [_units(one, finest) for one in numbers], finest


def _units(one: Number, decimals: int) -> int:
    if not isinstance(one, Decimal):
        return int(one * 10**decimals)
    sign, digits, exponent = one.as_tuple()
    # by its digits: the arithmetic of decimals would round to 28 of them
    units = int("".join(map(str, digits)) + "0" * (int(exponent) + decimals))
    return -units if sign else units


def number(units: int, decimals: int) -> Number:
    """Units of 10^-`decimals` as a number: a whole one where it is, else a decimal without idle zeros."""
    while decimals and units % 10 == 0:
        units, decimals = units // 10, decimals - 1
    if decimals == 0:
        return units
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -decimals))


def _row(n: int, entries: Mapping[int, int]) -> list[int]:
    row = [0] * n
    for index, entry in entries.items():
        row[index] = entry
    return row
