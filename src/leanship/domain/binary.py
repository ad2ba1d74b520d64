"""Yes-or-no programmes in whole numbers: maximise `Σ vᵢxᵢ` with `Σ aᵢxᵢ ≤ b` for each row, every `xᵢ` 0 or 1.

Two searches, side by side: our own branch and bound (`_branching`), which proves in whole numbers what it says, and
HiGHS. HiGHS searches in floats, within tolerances: what it finds is taken only after being added
up again in whole numbers, and a set that breaks a row by less than a tolerance is cut off. Bounds by prices (the dual
values of the relaxation, rounded to whole numbers) hold whatever they are rounded to, since every price that is not
negative gives a bound (weak duality), and are computed in whole numbers throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanship.domain._branching import MOST_ROWS, Search
from leanship.domain._mending import mend

Whole = NDArray[np.int64]
Chosen = NDArray[np.bool_]

LARGEST: Final = 2**53
"""Sums stay below it, so that a float holds every whole number that is handed to HiGHS."""

_PRICED: Final = 2**61  # what the sums of a bound by prices must stay below, with two bits to spare
_STEPS: Final = 50
_ALONE: Final = 0.8  # seconds for our own search before HiGHS is started beside it
_FIRST_ROUND: Final = 2.5  # seconds that both have then
_SHORT: Final = 1.0  # seconds in which HiGHS would not get anywhere that our own search does not
_CORES: Final = (24, 36)  # candidates that the first, quick searches leave open
_CORE_NODES: Final = 3_000


@dataclass(frozen=True)
class Found:
    """An answer: a set or None, and no set is worth more than `bound` (None where nothing is known of it).

    `proven` says that the search is over: the set is the best one, or there is none.
    """

    chosen: Chosen | None
    bound: int | None
    proven: bool


@dataclass(frozen=True)
class Programme:
    """`values` of shape (n,), `rows` of shape (m, n), `limits` of shape (m,), and which `xᵢ` are settled.

    Raises ValueError where a row adds up to more than a float can hold.
    """

    values: Whole
    rows: Whole
    limits: Whole
    lower: Whole
    upper: Whole

    @classmethod
    def of(cls, values: list[int], rows: list[list[int]], limits: list[int]) -> Programme:
        """From plain numbers, nothing settled. Raises ValueError where they are too large."""
        sums = [sum(map(abs, row)) for row in (values, *rows)] + [abs(limit) for limit in limits]
        if max(sums, default=0) >= LARGEST:
            raise ValueError("the numbers have more digits than can be added up exactly")
        n = len(values)
        return cls(
            np.array(values, np.int64),
            np.array(rows, np.int64).reshape(len(rows), n),
            np.array(limits, np.int64),
            np.zeros(n, np.int64),
            np.ones(n, np.int64),
        )

    def with_row(self, row: Whole, limit: int) -> Programme:
        """The same with `row · x ≤ limit` besides."""
        return replace(self, rows=np.vstack([self.rows, row]), limits=np.append(self.limits, limit))

    def with_settled(self, index: int, bit: bool) -> Programme:
        """The same with one `xᵢ` settled."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[index] = upper[index] = int(bit)
        return replace(self, lower=lower, upper=upper)

    def keeps(self, chosen: Chosen) -> bool:
        """Whether a set breaks no row and nothing that is settled; in whole numbers."""
        settled = (chosen >= self.lower).all() and (chosen <= self.upper).all()
        return bool(settled and (self.rows @ chosen <= self.limits).all())

    def worth(self, chosen: Chosen) -> int:
        """`Σ vᵢxᵢ` of a set."""
        return int(self.values @ chosen)

    @cached_property
    def prices(self) -> Prices | None:
        """The bound that the relaxation's prices give; None where it has no answer."""
        return _prices(self)


@dataclass(frozen=True)
class Prices:
    """Prices of the rows: `scale · Σ vᵢxᵢ ≤ top` for every set, and `gains` is what each `xᵢ = 1` adds, scaled."""

    scale: int
    rows: Whole
    gains: Whole
    top: int

    def bound(self) -> int:
        """No set is worth more."""
        return self.top // self.scale

    def bound_with(self, index: int, bit: bool) -> int:
        """No set in which `x` of `index` is `bit` is worth more."""
        gain = int(self.gains[index])
        return (self.top - (max(0, -gain) if bit else max(0, gain))) // self.scale

    def bound_beyond(self, row: int, more: int) -> int:
        """No set is worth more with the limit of a row raised by `more`."""
        return (self.top + int(self.rows[row]) * more) // self.scale


def _prices(programme: Programme) -> Prices | None:
    from scipy.optimize import linprog

    if not len(programme.values):
        return None
    done = linprog(
        -programme.values.astype(float),
        A_ub=programme.rows.astype(float),
        b_ub=programme.limits.astype(float),
        bounds=np.column_stack([programme.lower, programme.upper]).astype(float),
        method="highs",
    )
    if done.x is None:
        return None
    price = np.maximum(0.0, -np.asarray(done.ineqlin.marginals, float))
    # the finest scale at which nothing overflows: products are added up once over the rows, once over the candidates
    sizes = np.abs(programme.rows).sum(axis=1) + np.abs(programme.limits)
    reach = float(price @ sizes + np.abs(programme.values).sum()) + float(sizes.sum()) + 1.0
    scale = 1
    while scale < 2**32 and reach * scale * 2 < _PRICED:
        scale *= 2
    if reach >= _PRICED:
        return None
    rows = np.rint(price * scale).astype(np.int64)
    gains = scale * programme.values - rows @ programme.rows
    best = np.where(gains > 0, programme.upper, programme.lower)
    return Prices(scale, rows, gains, int(rows @ programme.limits) + int(gains @ best))


def maximise(
    programme: Programme, seconds: float, *, any_will_do: bool = False, at_least: int | None = None
) -> Found:
    """The best set within so many seconds, and what no set can exceed; with `at_least` only sets worth so much count.

    With `any_will_do` the search ends at the first set, and `bound` is None. Our own branch and bound, which proves
    what it says in whole numbers, and HiGHS are tried side by side; a short time is for our own alone.
    """
    if at_least is not None and programme.prices is not None and programme.prices.bound() < at_least:
        return Found(None, None, True)
    if (programme.lower == programme.upper).all():
        chosen = programme.lower.astype(np.bool_)
        good = programme.keeps(chosen) and (at_least is None or programme.worth(chosen) >= at_least)
        return Found(chosen if good else None, programme.worth(chosen) if good else None, True)
    if seconds < _SHORT and programme.prices is not None and 0 < len(programme.limits) <= MOST_ROWS:
        return _branched(programme, seconds, any_will_do, at_least)
    return _contest(programme, seconds, any_will_do, at_least)[0]


def best_and_ties(programme: Programme, seconds: float) -> tuple[Found, list[Chosen] | None]:
    """The best set within so many seconds, and every set that is worth as much; None where these were not found: HiGHS
    was first, they are very many, or nothing is proven."""
    return _contest(programme, seconds, False, None, keep_ties=True)


def _contest(
    programme: Programme,
    seconds: float,
    any_will_do: bool,
    at_least: int | None,
    *,
    keep_ties: bool = False,
) -> tuple[Found, list[Chosen] | None]:
    """Our own search alone for a moment, then HiGHS beside it, in rounds of which each is three times the one before.

    Neither is the faster everywhere: ours where most candidates ask of every capacity, HiGHS where they ask of few.
    """
    end = monotonic() + seconds
    own = _branched(programme, min(_ALONE, seconds), any_will_do, at_least, keep_ties=keep_ties)
    if own.proven:
        return own, own.ties
    beyond = programme if at_least is None else programme.with_row(-programme.values, -at_least)
    best, bound, turn = Found(None, None, False), None, _FIRST_ROUND
    with ThreadPoolExecutor(1) as pool:
        while True:
            limit = max(0.05, min(turn, end - monotonic()))
            waiting = pool.submit(_by_highs, beyond, limit, any_will_do)
            own = _branched(
                programme, limit, any_will_do, at_least, keep_ties=keep_ties, enough=_is_proven(waiting)
            )
            if own.proven:
                return own, own.ties
            highs = waiting.result()
            if highs.proven:
                return highs, None
            for found in (own, highs):
                if found.chosen is None:
                    continue
                if any_will_do:
                    return Found(found.chosen, None, True), None
                if best.chosen is None or programme.worth(found.chosen) > programme.worth(best.chosen):
                    best = found
            if highs.bound is not None:
                bound = highs.bound if bound is None else min(bound, highs.bound)
            if monotonic() >= end:
                return Found(best.chosen, bound, False), None
            turn *= 3


def _is_proven(waiting: Future[Found]) -> Callable[[], bool]:
    return lambda: waiting.done() and waiting.result().proven


@dataclass(frozen=True)
class _Branched(Found):
    """A set above what was asked for, and with ties all that are worth as much."""

    ties: list[Chosen] | None = None


def _branched(
    programme: Programme,
    seconds: float,
    any_will_do: bool,
    at_least: int | None,
    *,
    keep_ties: bool = False,
    enough: Callable[[], bool] | None = None,
) -> _Branched:
    """What branch and bound finds: first among the candidates whose choice is least plain, then among all."""
    prices = programme.prices
    if prices is None or not 0 < len(programme.limits) <= MOST_ROWS:
        return _Branched(None, None, False)
    known = -int(np.abs(programme.values).sum()) - 1 if at_least is None else at_least - 1
    best = mend(programme, prices.gains > 0)
    if best is not None and programme.worth(best) > known:
        known = programme.worth(best)
        if any_will_do:
            return _Branched(best, None, True)
    else:
        best = None
    end = monotonic() + seconds
    for core in (*_CORES, None):
        last = core is None
        reduced = _Reduced.of(programme, prices, known, core, keep_ties=keep_ties and last)
        done = reduced.run(end - monotonic(), any_will_do, None if last else _CORE_NODES, enough)
        if reduced.best is not None:
            best, known = reduced.best, programme.worth(reduced.best)
            if any_will_do:
                return _Branched(best, None, True)
        if last and done:
            return _Branched(best, known if best is not None else None, True, reduced.ties)
    return _Branched(best, None, False)


@dataclass
class _Reduced:
    """A programme without the candidates whose place is plain: in any set that counts they stand as in `fixed`."""

    programme: Programme
    free: NDArray[np.int64]
    fixed: Whole
    known: int
    keep_ties: bool
    best: Chosen | None = None
    ties: list[Chosen] | None = None

    @classmethod
    def of(
        cls, programme: Programme, prices: Prices, known: int, most: int | None, *, keep_ties: bool
    ) -> _Reduced:
        """`most` keeps so many candidates free, those of least gain either way; then nothing is proven."""
        side = np.clip((prices.gains > 0).astype(np.int64), programme.lower, programme.upper)
        # what the other side would leave of the bound, in whole numbers
        other = prices.top - np.abs(prices.gains)
        counts = other >= prices.scale * (known + (not keep_ties))
        free = np.flatnonzero((programme.lower < programme.upper) & counts)
        if most is not None and len(free) > most:
            free = np.sort(free[np.argsort(np.abs(prices.gains[free]), kind="stable")[:most]])
        fixed = side.copy()
        fixed[free] = 0
        return cls(programme, free, fixed, known, keep_ties)

    def run(
        self, seconds: float, any_will_do: bool, most: int | None, enough: Callable[[], bool] | None
    ) -> bool:
        """Whether the search came to its end with all of it proven. `best` is the best set above `known`, or None;
        `ties` are all that are worth as much as the best one known."""
        programme = self.programme
        left = programme.limits - programme.rows @ self.fixed
        own = self.known - int(programme.values @ self.fixed)
        search = Search(
            programme.values[self.free].astype(float),
            programme.rows[:, self.free].astype(float),
            left.astype(float),
            own,
            keep_ties=self.keep_ties,
        )
        if len(self.free):
            done = search.run(search.start(), seconds, any_will_do=any_will_do, most=most, enough=enough)
        else:
            search.take(np.zeros((1, 0)))
            done = True
        sets = [self._whole(one) for one in ([search.best] if search.best is not None else [])]
        ties = [self._whole(one) for one in search.ties.values()]
        if not all(map(programme.keeps, [*sets, *ties])):
            return False
        self.best = sets[0] if sets else None
        self.ties = ties if self.keep_ties else None
        return done and not search.doubts

    def _whole(self, chosen: Chosen) -> Chosen:
        full = self.fixed.copy()
        full[self.free] = chosen
        whole: Chosen = full.astype(np.bool_)
        return whole


def _by_highs(programme: Programme, seconds: float, any_will_do: bool) -> Found:
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = len(programme.values)
    cut = programme
    for _ in range(_STEPS):
        done = milp(
            -programme.values.astype(float),
            constraints=LinearConstraint(cut.rows.astype(float), -np.inf, cut.limits.astype(float)),
            integrality=np.ones(n),
            bounds=Bounds(programme.lower.astype(float), programme.upper.astype(float)),
            options={"mip_rel_gap": 1e30 if any_will_do else 0.0, "time_limit": seconds},
        )
        if done.x is None:
            # SciPy gives the same status to a model that HiGHS refuses, which proves nothing
            none = done.status == 2 and "infeasible" in done.message.lower()
            return Found(None, None if none else _outward(done.mip_dual_bound, programme), none)
        chosen = np.rint(done.x).astype(np.int64) == 1
        if programme.keeps(chosen):
            if any_will_do:
                return Found(chosen, None, True)
            bound = _outward(done.mip_dual_bound, programme)
            worth = programme.worth(chosen)
            return Found(chosen, max(bound, worth), bound <= worth)
        # every set but this one: some of its members out, or somebody else in
        cut = cut.with_row(np.where(chosen, 1, -1).astype(np.int64), int(chosen.sum()) - 1)
    return Found(None, None, False)


def _outward(dual: float | None, programme: Programme) -> int:
    """HiGHS's bound as a whole number, rounded away from what would prove too much."""
    total = int(np.abs(programme.values).sum())
    if dual is None or not np.isfinite(dual):
        return total
    return min(total, int(np.floor(-dual + 1e-3 + 1e-12 * total)))
