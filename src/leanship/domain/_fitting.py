"""How `portfolio.fit` finds its answers: the best set, ties, fragile choices, what an hour more is worth (M25).

Whatever can be decided by a bound or by a set already known is; only the rest is searched for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import gcd
from time import monotonic
from typing import Final

import numpy as np

from leanship.domain._mending import mend
from leanship.domain.binary import Chosen, Found, Programme, Whole, best_and_ties, maximise
from leanship.domain.portfolio import SWING_PERCENT, Candidate, Fit, FitStatus, Number, Scaled

_TOGETHER: Final = 2  # searches at a time; HiGHS lets go of the interpreter while it searches
_FOR_QUESTIONS: Final = 1 / 30  # of the time, for what is asked about a set that is proven best
_MOMENT: Final = 0.15  # seconds
_BLOCK: Final = 20  # ids that one search puts in order: powers of two up to 2^20 stay far from any tolerance


@dataclass(frozen=True)
class _Clock:
    """Seconds that are left; a search that gets none would still look at its first node, so it gets a moment."""

    end: float

    def left(self) -> float:
        return max(0.02, self.end - monotonic())


class _OutOfTime(Exception):
    """A question stays open."""


def answer(candidates: Sequence[Candidate], scaled: Scaled, seconds: float, questions: bool) -> Fit:
    """The fit of candidates sorted by id."""
    clock = _Clock(monotonic() + seconds)
    programme = scaled.programme
    ids = [candidate.id for candidate in candidates]
    best, bound, proven = _best(programme, scaled.hours, clock)
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
    whole = _Clock(min(clock.end, monotonic() + seconds * _FOR_QUESTIONS))
    with ThreadPoolExecutor(_TOGETHER) as pool:
        more = list(pool.map(_Asked(scaled, best, whole).one_more, range(len(scaled.names))))
        # every choice gets a moment before any gets a long time
        brief = _Asked(scaled, best, whole, _MOMENT)
        flips = list(pool.map(brief.flips, range(len(ids))))
        open_ = [index for index, flip in enumerate(flips) if flip is None]
        for index, flip in zip(open_, pool.map(_Asked(scaled, best, whole).flips, open_), strict=True):
            flips[index] = flip
    return replace(
        fit,
        fragile=tuple(name for name, flip in zip(ids, flips, strict=True) if flip),
        undecided=tuple(name for name, flip in zip(ids, flips, strict=True) if flip is None),
        one_more=dict(zip(scaled.names, more, strict=True)),
    )


def _best(programme: Programme, hours: Sequence[int], clock: _Clock) -> tuple[Chosen, int, bool]:
    """The best set by the rule for ties, what no set exceeds, and whether both are proven."""
    n = len(programme.values)
    # time is left for the ties of a set that HiGHS found
    found, ties = best_and_ties(programme, clock.left() * 0.75) if n else (maximise(programme, 0.02), None)
    if ties:
        best = min(ties, key=lambda chosen: _key(hours, chosen))
        return best, programme.worth(best), True
    best = np.zeros(n, np.bool_) if found.chosen is None else found.chosen
    bound = int(np.maximum(programme.values, 0).sum()) if found.bound is None else found.bound
    if programme.prices is not None:
        bound = min(bound, programme.prices.bound())
    proven = found.chosen is not None and bound <= programme.worth(best)
    if proven:
        try:
            best = first_of_ties(programme, hours, best, clock)
        except _OutOfTime:
            proven = False
    return best, bound, proven


def _key(hours: Sequence[int], chosen: Chosen) -> tuple[int, list[int]]:
    """Which of two sets worth the same comes first: fewer hours, then the ids, sorted as they are."""
    return int(np.array(hours, np.int64) @ chosen), np.flatnonzero(chosen).tolist()


def _names(ids: Sequence[str], chosen: Chosen) -> tuple[str, ...]:
    return tuple(name for name, yes in zip(ids, chosen, strict=True) if yes)


def first_of_ties(programme: Programme, hours: Sequence[int], best: Chosen, clock: _Clock) -> Chosen:
    """Of all sets worth as much as `best`, which is the most there is: fewest hours, then the first ids.

    Raises _OutOfTime.
    """
    others = programme.with_row(*_all_but(best))
    if _settled(others, clock, any_will_do=True, at_least=programme.worth(best)).chosen is None:
        return best
    tied = programme.with_row(-programme.values, -programme.worth(best))
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


def _settled(
    programme: Programme, clock: _Clock, *, any_will_do: bool = False, at_least: int | None = None
) -> Found:
    found = maximise(programme, clock.left(), any_will_do=any_will_do, at_least=at_least)
    if not found.proven:
        raise _OutOfTime
    return found


@dataclass(frozen=True)
class _Asked:
    """What is asked of a set that is proven best."""

    scaled: Scaled
    best: Chosen
    whole: _Clock
    moment: float = math.inf  # seconds for one question

    @property
    def clock(self) -> _Clock:
        """For the question that is asked now."""
        return _Clock(min(self.whole.end, monotonic() + self.moment))

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
            if _settled(other, self.clock, any_will_do=True, at_least=ahead // 100 + 1).chosen is not None:
                return True
            return ahead % 100 == 0 and self._first_of_equals(other, ahead // 100)
        except _OutOfTime:
            return None

    def _first_of_equals(self, other: Programme, worth: int) -> bool:
        """Whether a set of the other side is worth just this, and comes before the best set by the rule for ties."""
        equal = _settled(other, self.clock, any_will_do=True, at_least=worth).chosen
        if equal is None:
            return False
        first = first_of_ties(other, self.scaled.hours, equal, self.clock)
        return _key(self.scaled.hours, first) < _key(self.scaled.hours, self.best)

    def _near(self, other: Programme, worth: int) -> bool:
        """Whether the best set, mended a little, is a set of the other side that is worth so much."""
        mended = mend(other, self.best)
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
        wider = replace(programme, limits=limits)
        try:
            found = _settled(wider, self.clock, at_least=worth + 1).chosen
        except _OutOfTime:
            return None
        return 0 if found is None else scaled.value(programme.worth(found) - worth)
