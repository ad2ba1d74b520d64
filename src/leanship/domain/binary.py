"""Yes-or-no programmes in whole numbers: maximise `Σ vᵢxᵢ` with `Σ aᵢxᵢ ≤ b` for each row, every `xᵢ` 0 or 1.

HiGHS searches in floats, within tolerances. What it finds is taken only after being added up again in whole numbers;
a set that breaks a row by less than a tolerance is cut off, and the search goes on. Bounds by prices (the dual values
of the relaxation, rounded to whole numbers) hold whatever they are rounded to, since every price that is not negative
gives a bound (weak duality), and are computed in whole numbers throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Chosen = NDArray[np.bool_]

LARGEST: Final = 2**53
"""Sums stay below it, so that a float holds every whole number that is handed to HiGHS."""

_PRICED: Final = 2**61  # what the sums of a bound by prices must stay below, with two bits to spare
_STEPS: Final = 50


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


def maximise(programme: Programme, seconds: float, *, any_will_do: bool = False) -> Found:
    """The best set within so many seconds, and what no set can exceed.

    With `any_will_do` the search ends at the first set, and `bound` is None.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = len(programme.values)
    if n == 0 or (programme.lower == programme.upper).all():
        chosen = programme.lower.astype(np.bool_)
        good = programme.keeps(chosen)
        return Found(chosen if good else None, programme.worth(chosen) if good else None, True)
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
            return Found(None, None, done.status == 2)
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
