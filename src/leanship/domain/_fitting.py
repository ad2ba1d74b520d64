"""How `portfolio.fit` finds its answers: the best set, ties, fragile choices, what an hour more is worth (M25).

Whatever can be decided by a bound or by a set already known is; only the rest is searched for.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import gcd
from time import monotonic
from typing import Final

import numpy as np

from leanship.domain.binary import Chosen, Found, Programme, Whole, maximise
from leanship.domain.portfolio import SWING_PERCENT, Candidate, Fit, FitStatus, Number, Scaled

_TOGETHER: Final = 2  # searches at a time; HiGHS lets go of the interpreter while it searches
_BLOCK: Final = 20  # ids that one search puts in order: powers of two up to 2^20 stay far from any tolerance


@dataclass(frozen=True)
class _Clock:
    """Seconds that are left; a search that gets none would still look at its first node, so it gets a moment."""

    end: float

    def left(self) -> float:
        return max(0.05, self.end - monotonic())

    def over(self) -> bool:
        return monotonic() >= self.end


class _OutOfTime(Exception):
    """A question stays open."""


def answer(candidates: Sequence[Candidate], scaled: Scaled, seconds: float, questions: bool) -> Fit:
    """The fit of candidates sorted by id."""
    clock = _Clock(monotonic() + seconds)
    programme = scaled.programme
    ids = [candidate.id for candidate in candidates]
    found = maximise(programme, clock.left())
    nothing = np.zeros(len(ids), np.bool_)
    best = nothing if found.chosen is None else found.chosen
    bound = found.bound
    if bound is None:
        bound = int(np.maximum(programme.values, 0).sum())
    if programme.prices is not None:
        bound = min(bound, programme.prices.bound())
    proven = found.chosen is not None and bound <= programme.worth(best)
    if proven:
        try:
            best = first_of_ties(programme, scaled.hours, best, clock)
        except _OutOfTime:
            proven = False
    worth = programme.worth(best)
    fit = Fit(
        FitStatus.OPTIMAL if proven else FitStatus.FEASIBLE,
        scaled.value(worth),
        scaled.value(max(bound, worth)),
        _names(ids, best),
        scaled.used(best),
    )
    if not proven or not questions:
        return fit
    asked = _Asked(scaled, best, clock)
    with ThreadPoolExecutor(_TOGETHER) as pool:
        flips = list(pool.map(asked.flips, range(len(ids))))
        more = list(pool.map(asked.one_more, range(len(scaled.names))))
    return replace(
        fit,
        fragile=tuple(name for name, flip in zip(ids, flips, strict=True) if flip),
        undecided=tuple(name for name, flip in zip(ids, flips, strict=True) if flip is None),
        one_more=dict(zip(scaled.names, more, strict=True)),
    )


def _names(ids: Sequence[str], chosen: Chosen) -> tuple[str, ...]:
    return tuple(name for name, yes in zip(ids, chosen, strict=True) if yes)


def first_of_ties(programme: Programme, hours: Sequence[int], best: Chosen, clock: _Clock) -> Chosen:
    """Of all sets worth as much as `best`, which is the most there is: fewest hours, then the first ids.

    Raises _OutOfTime.
    """
    tied = programme.with_row(-programme.values, -programme.worth(best))
    other = _settled(tied.with_row(*_all_but(best)), clock, any_will_do=True)
    if other.chosen is None:
        return best
    takes = np.array(hours, np.int64) // (gcd(*hours) or 1)
    fewest = _settled(replace(tied, values=-takes), clock).chosen
    if fewest is None:
        raise RuntimeError("the best set was lost among its ties")
    least = int(takes @ fewest)
    tied = tied.with_row(takes, least)
    if _settled(tied.with_row(*_all_but(fewest)), clock, any_will_do=True).chosen is None:
        return fewest
    return _first_ids(tied, clock)


def _first_ids(tied: Programme, clock: _Clock) -> Chosen:
    """Of all sets that fit, the one whose sorted ids come first: block by block, the earliest ids weigh most."""
    n = len(tied.values)
    chosen = np.zeros(n, np.bool_)
    for start in range(0, n, _BLOCK):
        block = range(start, min(n, start + _BLOCK))
        weights = np.zeros(n, np.int64)
        weights[block] = [2 ** (block.stop - 1 - index) for index in block]
        found = _settled(replace(tied, values=weights), clock).chosen
        if found is None:
            raise RuntimeError("the best set was lost among its ties")
        chosen = found
        for index in block:
            tied = tied.with_settled(index, bool(chosen[index]))
    # a, b comes after a alone: what the first ids do by themselves, the rest must not join
    for end in (-1, *np.flatnonzero(chosen)):
        head: Chosen = chosen & (np.arange(n) <= end)
        if (tied.rows @ head <= tied.limits).all():
            return head
    return chosen


def _all_but(chosen: Chosen) -> tuple[Whole, int]:
    """A row that only this set breaks."""
    return np.where(chosen, 1, -1).astype(np.int64), int(chosen.sum()) - 1


def _settled(programme: Programme, clock: _Clock, *, any_will_do: bool = False) -> Found:
    found = maximise(programme, clock.left(), any_will_do=any_will_do)
    if not found.proven:
        raise _OutOfTime
    return found


@dataclass(frozen=True)
class _Asked:
    """What is asked of a set that is proven best."""

    scaled: Scaled
    best: Chosen
    clock: _Clock

    def flips(self, index: int) -> bool | None:
        """Whether a candidate changes its place when its own value moves by 30 % against it; None if out of time.

        All sets on the best set's side move along with it, so it stays the first of them. The choice flips when the
        best set of the other side is then ahead: worth more, or as much and first by the rule for ties.
        """
        programme = self.scaled.programme
        chosen = bool(self.best[index])
        swing = SWING_PERCENT * abs(int(programme.values[index]))
        # a set of the other side is ahead from here: 100·worth > 100·best − swing
        ahead = 100 * programme.worth(self.best) - swing
        prices = programme.prices
        if prices is not None and 100 * prices.bound_with(index, not chosen) < ahead:
            return False
        other = programme.with_settled(index, not chosen)
        if self._near(other, ahead // 100 + 1):
            return True
        if other.prices is not None and 100 * other.prices.bound() < ahead:
            return False
        try:
            beyond = other.with_row(-programme.values, -(ahead // 100 + 1))
            if _settled(beyond, self.clock, any_will_do=True).chosen is not None:
                return True
            return ahead % 100 == 0 and self._first_of_equals(other, ahead // 100)
        except _OutOfTime:
            return None

    def _first_of_equals(self, other: Programme, worth: int) -> bool:
        """Whether a set of the other side is worth just this, and comes before the best set by the rule for ties."""
        equal = _settled(other.with_row(-other.values, -worth), self.clock, any_will_do=True).chosen
        if equal is None:
            return False
        return self._key(first_of_ties(other, self.scaled.hours, equal, self.clock)) < self._key(self.best)

    def _key(self, chosen: Chosen) -> tuple[int, list[int]]:
        return int(np.array(self.scaled.hours, np.int64) @ chosen), np.flatnonzero(chosen).tolist()

    def _near(self, other: Programme, worth: int) -> bool:
        """Whether the best set, mended a little, is a set of the other side that is worth so much."""
        mended = _mend(other, self.best)
        return mended is not None and other.worth(mended) >= worth

    def one_more(self, capacity: int) -> Number | None:
        """What one hour more of a capacity adds to the best value; None if out of time."""
        scaled, programme = self.scaled, self.scaled.programme
        part = scaled.parts[capacity]
        room = (scaled.limits[capacity] + scaled.one_hour) // part
        more = room - int(programme.limits[capacity])
        worth = programme.worth(self.best)
        if more == 0 or (
            programme.prices is not None and programme.prices.bound_beyond(capacity, more) <= worth
        ):
            return 0
        limits = programme.limits.copy()
        limits[capacity] = room
        wider = replace(programme, limits=limits).with_row(-programme.values, -(worth + 1))
        try:
            found = _settled(wider, self.clock).chosen
        except _OutOfTime:
            return None
        return 0 if found is None else scaled.value(programme.worth(found) - worth)


def _mend(programme: Programme, chosen: Chosen) -> Chosen | None:
    """A set near `chosen` that keeps what is settled, or None: what is in the way goes out, what still fits comes in.

    Greedy, by worth for the prices of the hours; then single swaps that gain.
    """
    bits = np.clip(chosen.astype(np.int64), programme.lower, programme.upper)
    rows, limits, values = programme.rows, programme.limits, programme.values
    prices = programme.prices
    gains = values if prices is None else prices.gains
    free = programme.lower < programme.upper
    room = limits - rows @ bits
    for index in np.argsort(gains, kind="stable"):
        if (room >= 0).all():
            break
        if bits[index] and free[index] and (rows[room < 0, index] > 0).any():
            bits[index] = 0
            room = room + rows[:, index]
    if (room < 0).any():
        return None
    bits, room = _fill(programme, bits, room, gains)
    for _ in range(20):
        ins, outs = np.flatnonzero(free & (bits == 0)), np.flatnonzero(free & (bits == 1))
        better = values[ins][:, None] - values[outs][None]
        tight = (rows[:, ins][:, :, None] - rows[:, outs][:, None, :] <= room[:, None, None]).all(axis=0)
        better = np.where(tight, better, 0)
        if better.size == 0 or better.max() <= 0:
            break
        place = np.unravel_index(int(better.argmax()), better.shape)
        enters, leaves = ins[place[0]], outs[place[1]]
        bits[enters], bits[leaves] = 1, 0
        bits, room = _fill(programme, bits, limits - rows @ bits, gains)
    return bits.astype(np.bool_)


def _fill(programme: Programme, bits: Whole, room: Whole, gains: Whole) -> tuple[Whole, Whole]:
    """`bits` with every candidate of some value added that still fits, those of most gain first."""
    for index in np.argsort(-gains, kind="stable"):
        fits = not bits[index] and programme.upper[index] and programme.values[index] > 0
        if fits and (programme.rows[:, index] <= room).all():
            bits[index] = 1
            room = room - programme.rows[:, index]
    return bits, room
