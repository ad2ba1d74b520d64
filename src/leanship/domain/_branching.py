"""Branch and bound for yes-or-no programmes with few rows, many nodes at a time.

The relaxation of each node is a linear programme with bounds, solved by the dual simplex method from its parent's
basis. All of that is done for hundreds of nodes at once, as NumPy works best, in floats – and nothing rests on it: a
node is given up only when its prices, rounded to whole numbers, prove in whole numbers that it holds no set worth
enough (weak duality needs prices that are not negative, and nothing else of them). A node whose prices do not prove it
is a doubt, and with a doubt nothing is proven. Sets that are found are added up in whole numbers too.

Sums of whole numbers below 2^53 are exact in floats, which is why they can be left to matrix products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
Places = NDArray[np.int64]

MOST_ROWS: Final = 40
MOST_TIES: Final = 300
_BATCH: Final = 512
# Nodes in one matrix product: a larger one would be spread over threads, and waiting for them takes longer.
_WIDE: Final = 64
_TRIED: Final = 8  # candidates for a branch whose two sides are estimated
_EXACT: Final = 2.0**53
_NEAR: Final = 1e-9
_FEASIBLE: Final = 1e-7
_WHOLE: Final = 1e-6


@dataclass(frozen=True)
class _Nodes:
    """K nodes. `state` of shape (K, n + m): 0 or 1 for a column outside the basis at that bound, 2 within it; `given`
    of shape (K, n): what the branches settle, −1 where nothing; `gains` are the reduced costs."""

    basis: Places
    state: NDArray[np.int8]
    given: NDArray[np.int8]
    inverse: Floats
    gains: Floats
    hope: Floats  # about what the node's best set could be worth

    def __len__(self) -> int:
        return len(self.hope)

    def of(self, which: Bits | Places) -> _Nodes:
        """Some of them."""
        return _Nodes(*(getattr(self, each.name)[which] for each in fields(self)))

    def and_(self, other: _Nodes) -> _Nodes:
        """Both together."""
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return _Nodes(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True)
class _Solved:
    """Nodes whose relaxation is solved: the values of the basis (K, m), of all others (K, n), and the worth."""

    nodes: _Nodes
    inside: Floats
    outside: Floats
    worth: Floats

    def of(self, which: Bits) -> _Solved:
        return _Solved(self.nodes.of(which), self.inside[which], self.outside[which], self.worth[which])


@dataclass
class Search:
    """The search for a set worth more than `known`: values (n,), rows (m, n) and limits (m,) as whole floats.

    After `run`, `best` is the best set above `known`, or None; with `keep_ties`, `ties` holds every set worth as much
    as is known then, and the search ends when they are too many. `doubts` counts nodes given up without proof.
    """

    values: Floats
    rows: Floats
    limits: Floats
    known: int
    best: Bits | None = None
    keep_ties: bool = False
    ties: dict[bytes, Bits] = field(default_factory=dict)
    doubts: int = 0
    seen: int = 0
    _order: Places = field(init=False)
    _scale: float = field(init=False)
    _short: float = field(init=False)
    _table: Floats = field(init=False)
    _costs: Floats = field(init=False)

    def __post_init__(self) -> None:
        n, m = len(self.values), len(self.limits)
        self._table = np.hstack([self.rows, np.eye(m)])
        self._costs = np.concatenate([self.values, np.zeros(m)])
        size = float(np.abs(self.values).sum()) + 1.0
        self._scale = 2.0 ** max(0, min(30, int(np.log2(_EXACT / 64 / size))))
        spread = float(np.abs(self.rows).sum() + np.abs(self.limits).sum())
        # by how much rounding its prices can raise the bound of a node; that much more is asked before giving one up
        self._short = min(0.5, spread / self._scale + 1e-4)
        self._n = n
        # what is worth most for its share of the hours first, until the first prices are known
        share = (np.maximum(self.rows, 0.0) / np.maximum(np.abs(self.limits), 1.0)[:, None]).sum(axis=0)
        self._order = np.argsort(-self.values / (share + _NEAR), kind="stable")[
            : int((self.values > 0).sum())
        ]

    @property
    def wanted(self) -> int:
        """What a set must be worth to count: more than what is known, or with `keep_ties` as much."""
        return self.known + (not self.keep_ties)

    def run(
        self,
        start: _Nodes,
        seconds: float,
        *,
        any_will_do: bool = False,
        most: int | None = None,
        enough: Callable[[], bool] | None = None,
    ) -> bool:
        """Search until nothing is left; False where time or `most` nodes ran out before, or `enough` says so.

        The deepest go first.
        """
        end = monotonic() + seconds
        waiting = [start]
        while waiting:
            if monotonic() > end or (most is not None and self.seen > most) or (enough and enough()):
                return False
            nodes = waiting.pop()
            while waiting and len(nodes) < _BATCH:
                nodes = nodes.and_(waiting.pop())
            if len(nodes) > _BATCH:
                order = np.argsort(nodes.hope, kind="stable")
                waiting.append(nodes.of(order[:-_BATCH]))
                nodes = nodes.of(order[-_BATCH:])
            self.seen += len(nodes)
            solved = self._solve(nodes)
            children = self._branch(solved) if solved is not None else None
            if any_will_do and self.best is not None:
                return True
            if len(self.ties) > MOST_TIES:
                return False
            if children is not None:
                waiting.append(children)
        return True

    def start(self, basis: Places | None = None) -> _Nodes:
        """The first node. `basis` names its columns, where one is known that is best or near; else all the slacks."""
        n, m = self._n, len(self.limits)
        if basis is not None:
            inverse = np.linalg.inv(self._table[:, basis])
            gains = self._costs - (self._costs[basis] @ inverse) @ self._table
            gains[basis] = 0.0
            slack = np.ones(n + m, np.bool_)
            slack[basis] = False
            if (gains[n:][slack[n:]] > _FEASIBLE).any():
                basis = None  # an outside slack that would gain: no basis to begin with
        if basis is None:
            basis, inverse, gains = np.arange(n, n + m), np.eye(m), self._costs.copy()
        state = (gains > 0).astype(np.int8)
        state[n:] = 0
        state[basis] = 2
        return _Nodes(
            basis[None].astype(np.int64),
            state[None],
            np.full((1, n), -1, np.int8),
            np.array(inverse[None], np.float64),
            gains[None].copy(),
            np.full(1, np.inf),
        )

    def _solve(self, nodes: _Nodes) -> _Solved | None:
        """The dual simplex method on all nodes; those that can be given up on the way are."""
        found: list[_Solved] = []
        for _ in range(50 + 4 * (self._n + len(self.limits))):
            if not len(nodes):
                break
            inside, outside, worth = self._places(nodes)
            low, high = self._bounds(nodes)
            below, above = low - inside, inside - high
            row = np.maximum(below, above).argmax(axis=1)
            each = np.arange(len(nodes))
            lost = worth < self.wanted - self._short
            if lost.any():
                self._give_up(nodes.of(lost), self._prices(nodes.of(lost)))
            solved = ~lost & (np.maximum(below, above)[each, row] <= _FEASIBLE)
            if solved.any():
                found.append(_Solved(nodes.of(solved), inside[solved], outside[solved], worth[solved]))
            on = ~lost & ~solved
            if not on.any():
                nodes = nodes.of(on)
                break
            way = np.where(below[each, row] > above[each, row], 1.0, -1.0)
            nodes = self._pivot(
                nodes.of(on), row[on], way[on], worth[on], np.maximum(below, above)[each, row][on]
            )
        self.doubts += len(nodes)
        if len(found) < 2:
            return found[0] if found else None
        return _Solved(
            _Nodes(
                *(np.concatenate([getattr(one.nodes, each.name) for one in found]) for each in fields(_Nodes))
            ),
            np.concatenate([one.inside for one in found]),
            np.concatenate([one.outside for one in found]),
            np.concatenate([one.worth for one in found]),
        )

    def _places(self, nodes: _Nodes) -> tuple[Floats, Floats, Floats]:
        outside = (nodes.state[:, : self._n] == 1).astype(float)
        left = self.limits - _product(outside, self.rows.T)
        inside = np.einsum("kij,kj->ki", nodes.inverse, left)
        worth = outside @ self.values + np.einsum("ki,ki->k", self._costs[nodes.basis], inside)
        return inside, outside, worth

    def _bounds(self, nodes: _Nodes) -> tuple[Floats, Floats]:
        own = nodes.basis < self._n
        given = np.take_along_axis(nodes.given, np.where(own, nodes.basis, 0), axis=1)
        low = np.where(own & (given == 1), 1.0, 0.0)
        return low, np.where(own, np.where(given == 0, 0.0, 1.0), np.inf)

    def _pivot(self, nodes: _Nodes, row: Places, way: Floats, worth: Floats, far: Floats) -> _Nodes:
        """One step: the column of `row`, too low (`way` 1) or too high (−1), leaves the basis for the best to enter."""
        each = np.arange(len(nodes))
        change = _product(nodes.inverse[each, row], self._table)
        signed = change * way[:, None]
        enters = ((nodes.state == 0) & (signed < -_NEAR)) | ((nodes.state == 1) & (signed > _NEAR))
        enters[:, : self._n] &= nodes.given < 0
        ratio = np.full(change.shape, np.inf)
        np.divide(np.abs(nodes.gains), np.abs(change), out=ratio, where=enters)
        column = ratio.argmin(axis=1)
        able = np.isfinite(ratio[each, column])
        if not able.all():
            # nothing can enter, so there is no set: along this row the prices rise without end
            stuck = nodes.of(~able)
            climb = 2 * (np.abs(worth - self.known)[~able] + 1) / far[~able]
            ray = nodes.inverse[each, row][~able] * (way[~able] * climb)[:, None]
            self._give_up(stuck, self._prices(stuck) + ray)
            nodes, row, way, change, column = nodes.of(able), row[able], way[able], change[able], column[able]
            each = np.arange(len(nodes))
        leaves = nodes.basis[each, row]
        step = nodes.gains[each, column] / change[each, column]
        gains = nodes.gains - step[:, None] * change
        gains[each, leaves], gains[each, column] = -step, 0.0
        entering = np.einsum("kij,kj->ki", nodes.inverse, self._table[:, column].T)
        line = nodes.inverse[each, row] / entering[each, row][:, None]
        inverse = nodes.inverse - entering[:, :, None] * line[:, None, :]
        inverse[each, row] = line
        state, basis = nodes.state.copy(), nodes.basis.copy()
        given = np.where(leaves < self._n, nodes.given[each, np.minimum(leaves, self._n - 1)], -1)
        state[each, leaves] = np.where(given >= 0, given, way < 0)
        state[each, column] = 2
        basis[each, row] = column
        return replace(nodes, basis=basis, state=state, inverse=inverse, gains=gains)

    def _prices(self, nodes: _Nodes) -> Floats:
        prices: Floats = np.einsum("ki,kij->kj", self._costs[nodes.basis], nodes.inverse)
        return prices

    def _proven(self, nodes: _Nodes, prices: Floats) -> tuple[Floats, Floats]:
        """What no set of a node exceeds, and what each candidate gains, both times the scale, in whole numbers.

        The first is infinite where the numbers are too large for that.
        """
        prices = np.rint(np.maximum(prices, 0.0) * self._scale)
        gains = self._scale * self.values - _product(prices, self.rows)
        taken = np.where(nodes.given < 0, np.maximum(gains, 0.0), np.where(nodes.given == 1, gains, 0.0))
        top = prices @ self.limits + taken.sum(axis=1)
        size = prices @ (np.abs(self.limits) + np.abs(self.rows).sum(axis=1)) + np.abs(gains).sum(axis=1)
        return np.where(size < _EXACT, top, np.inf), gains

    def _give_up(self, nodes: _Nodes, prices: Floats) -> None:
        top, _gains = self._proven(nodes, prices)
        self.doubts += int((top >= self._scale * self.wanted).sum())

    def take(self, sets: Floats) -> None:
        """Keep the best of the sets (K, n) that fit, if it is worth more than what is known."""
        fits = (_product(sets, self.rows.T) <= self.limits).all(axis=1)
        worth = np.where(fits, sets @ self.values, -np.inf)
        best = int(worth.argmax())
        if worth[best] > self.known:
            self.known, self.best = int(worth[best]), sets[best] == 1
            self.ties.clear()
        if self.keep_ties and worth[best] == self.known:
            for index in np.flatnonzero(worth == self.known):
                self.ties[sets[index].astype(np.int8).tobytes()] = sets[index] == 1

    def _filled(self, sets: Floats, given: NDArray[np.int8]) -> Floats:
        """Sets (K, n) with every candidate added that still fits, those of most worth for the first prices first."""
        room = self.limits - _product(sets, self.rows.T)
        for index in self._order:
            taken = self.rows[:, index]
            fits = (sets[:, index] == 0) & (given[:, index] != 0) & (room >= taken).all(axis=1)
            sets[:, index] += fits
            room -= fits[:, None] * taken
        return sets

    def _branch(self, solved: _Solved) -> _Nodes | None:
        """Two children of each node, on the candidate whose two sides both lose most."""
        n = self._n
        nodes = solved.nodes
        own = nodes.basis < n
        whole = solved.outside.copy()
        inside = np.zeros((len(nodes), n + len(self.limits)))
        np.put_along_axis(inside, nodes.basis, solved.inside, axis=1)
        # a basis that is whole is a set; of any other, what is left when its parts are dropped may still be good
        sure = np.where(own, np.rint(solved.inside), 0.0)
        parts = np.where(own, np.abs(solved.inside - sure), 0.0)
        whole = np.where(nodes.state[:, :n] == 2, np.floor(inside[:, :n] + _WHOLE), whole)
        self.take(self._filled(whole, nodes.given))
        top, gains = self._proven(nodes, self._prices(nodes))
        over = top - self._scale * self.wanted
        on = over >= 0
        settled = (np.abs(gains) > over[:, None]) & (nodes.given < 0) & on[:, None]
        given = np.where(settled, (gains > 0).astype(np.int8), nodes.given)
        split, hopes = self._split(nodes, given, solved, parts, np.maximum(over, 0.0) / self._scale)
        alone = on & (split < 0)
        if alone.any():
            self.take(given[alone].astype(float))  # everything is settled: one set, which is added up
        on &= ~alone
        if not on.any():
            return None
        return self._children(replace(nodes, given=given), on, split, hopes)

    def _children(self, nodes: _Nodes, on: Bits, split: Places, hopes: Floats) -> _Nodes:
        sides = []
        for bit in (0, 1):
            child = replace(nodes.of(on), hope=hopes[on, bit])
            given, state = child.given.copy(), child.state.copy()
            each = np.arange(len(child))
            given[each, split[on]] = bit
            # what was settled by its gain stands at that bound, outside the basis; one inside moves by the next steps
            state[:, : self._n] = np.where(
                (given >= 0) & (state[:, : self._n] != 2), given, state[:, : self._n]
            )
            sides.append(replace(child, given=given, state=state))
        return sides[0].and_(sides[1])

    def _split(
        self, nodes: _Nodes, given: NDArray[np.int8], solved: _Solved, parts: Floats, gap: Floats
    ) -> tuple[Places, Floats]:
        """The candidate to branch on, −1 where none is left, and about what the two children can be worth (K, 2)."""
        n, each = self._n, np.arange(len(nodes))
        free = np.concatenate([given < 0, np.ones((len(nodes), len(self.limits)), np.bool_)], axis=1)
        low, high = (nodes.state == 0) & free, (nodes.state == 1) & free
        score, hopes = np.full(len(nodes), -1.0), np.repeat(solved.worth[:, None], 2, axis=1)
        # where no part is left, any candidate that is free: those inside the basis first
        split = np.where((given < 0).any(axis=1), (given < 0).argmax(axis=1), -1)
        order = np.argsort(-parts, axis=1, kind="stable")[:, :_TRIED]
        for place in range(order.shape[1]):
            row = order[:, place]
            part = solved.inside[each, row] - np.floor(solved.inside[each, row])
            real = parts[each, row] > _WHOLE
            if not real.any():
                break
            change = _product(nodes.inverse[each, row], self._table)
            down, up = change > _NEAR, change < -_NEAR
            ratio = np.full(change.shape, np.inf)
            np.divide(np.abs(nodes.gains), np.abs(change), out=ratio, where=down | up)
            losses = (
                np.minimum(np.where((low & down) | (high & up), ratio, np.inf).min(axis=1), 1e300) * part,
                np.minimum(np.where((low & up) | (high & down), ratio, np.inf).min(axis=1), 1e300)
                * (1 - part),
            )
            most, least = gap + 1.0, 1e-6 * (gap + 1.0)
            counted = [np.clip(loss, least, most) for loss in losses]
            better = real & (counted[0] * counted[1] > score)
            score = np.where(better, counted[0] * counted[1], score)
            split = np.where(better, nodes.basis[each, row], split)
            for bit in (0, 1):
                hopes[:, bit] = np.where(better, solved.worth - losses[bit], hopes[:, bit])
        return np.where(split < n, split, -1), hopes


def _product(left: Floats, right: Floats) -> Floats:
    """`left @ right` in pieces that no library of matrices spreads over threads."""
    pieces, rest = divmod(len(left), _WIDE)
    if pieces < 2:
        return left @ right
    body = left[: pieces * _WIDE].reshape(pieces, _WIDE, -1) @ right
    body = body.reshape(pieces * _WIDE, -1)
    return np.concatenate([body, left[pieces * _WIDE :] @ right]) if rest else body
