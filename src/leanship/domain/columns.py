"""The rating of millions of measurements, in NumPy alone.

The same rules as `rating.rate` and `process_behaviour.chart`, on columns: one row a measurement, sorted by series, then
by period. Two ideas make it fast. Each limit of a series is turned once into the last whole number inside it, so that a
row needs one comparison and no multiplication. And series of one length are worked on in blocks that fit the
processor's cache, laid out period by period, so that a run or a moving range is an operation on whole rows.

Every decision is on int64. A series whose figures would overflow goes through Python's whole numbers instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanship.domain.figures import Better
from leanship.domain.periods import Cadence
from leanship.domain.process_behaviour import (
    BASELINE,
    MINIMUM_POINTS,
    RUN,
    WHEELER,
    Chart,
    Constants,
    Rule,
    chart,
)
from leanship.domain.rating import STANDARD_POLICY, Policy, Rating, needed, rate

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

RATINGS: Final = tuple(Rating)
"""What the codes in `RatedColumns.rating` stand for."""
NO_STANDARD: Final = -1
"""A row without a standard; like every negative standard, it is charted and not rated (M11)."""

_CODE: Final = {rating: code for code, rating in enumerate(RATINGS)}
_BLOCK_ROWS: Final = 1 << 16  # half a megabyte of values: with its flags, what a core keeps near
_FAR: Final = 1 << 62


@dataclass(frozen=True)
class RatedColumns:
    """One entry a series: M14's counts and rating, the chart's centre and limits (NaN where there are none), and how
    many points each rule flags.

    `rating` holds positions in `RATINGS`. All counts are exact; centre and limits are the nearest floats, in the unit
    of the values.
    """

    present: Ints
    exceeds: Ints
    meets: Ints
    rating: NDArray[np.int8]
    centre: NDArray[np.float64]
    lower_limit: NDArray[np.float64]
    upper_limit: NDArray[np.float64]
    outside_limits: Ints
    run_of_8: Ints
    three_of_four: Ints

    @property
    def signals(self) -> Ints:
        """How many flags the three rules raise together; a point flagged by two rules counts twice."""
        return self.outside_limits + self.run_of_8 + self.three_of_four


def layout(series: Ints, ordinals: Ints) -> tuple[Ints, Ints]:
    """The order that sorts rows by series and period, and where each series starts in it (with the end added).

    `series` numbers the series from 0 without holes. Raises ValueError for a period that occurs twice in a series.
    """
    order = np.lexsort((ordinals, series))
    sorted_series, sorted_ordinals = series[order], ordinals[order]
    if np.any((np.diff(sorted_series) == 0) & (np.diff(sorted_ordinals) == 0)):
        raise ValueError("a series holds one period twice")
    count = int(series.max()) + 1 if len(series) else 0
    return order, np.searchsorted(sorted_series, np.arange(count + 1))


def rate_columns(
    starts: Ints,
    ordinals: Ints,
    values: Ints,
    standards: Ints,
    lower_is_better: Flags,
    *,
    cadence: Cadence,
    last: int,
    size: int | None = None,
    policy: Policy = STANDARD_POLICY,
    constants: Constants = WHEELER,
) -> RatedColumns:
    """Rates and charts every series.

    Series `i` holds the rows from `starts[i]` to `starts[i + 1]`, its `ordinals` strictly increasing (numbers of
    `periods`; of days, those of `periods.counter`), its `values` and `standards` in one unit. `lower_is_better` has one
    entry a series. The window is the `size` periods that end with `last`; rows after it are left out, the chart has all
    rows up to it, its baseline is the first 24. Raises ValueError when the columns differ in length.
    """
    if not len(ordinals) == len(values) == len(standards) == int(starts[-1]):
        raise ValueError("the columns differ in length")
    if len(lower_is_better) != len(starts) - 1:
        raise ValueError("there must be one direction for each series")
    if len(ordinals) and int(ordinals[starts[1:][np.diff(starts) > 0] - 1].max()) > last:
        kept = ordinals <= last
        starts = np.concatenate(([0], np.cumsum(kept)))[starts].astype(np.int64)
        ordinals, values, standards = ordinals[kept], values[kept], standards[kept]
    count = len(starts) - 1
    size = policy.windows[cadence] if size is None else size
    task = _Task(starts, ordinals, values, standards, lower_is_better, cadence, last, size, policy, constants)
    out = _nothing_yet(count)
    for ids, block in _blocks(task):
        _work(task, ids, block, out)
    return out


def _nothing_yet(count: int) -> RatedColumns:
    """What is said of a series without rows; the blocks fill in the others."""
    rating = np.full(count, _CODE[Rating.NOT_ENOUGH_EVIDENCE], np.int8)
    n, e, m, first, second, third = np.zeros((6, count), np.int64)
    centre, lower, upper = np.full((3, count), np.nan)
    return RatedColumns(n, e, m, rating, centre, lower, upper, first, second, third)


@dataclass(frozen=True)
class _Task:
    starts: Ints
    ordinals: Ints
    values: Ints
    standards: Ints
    lower: Flags
    cadence: Cadence
    last: int
    size: int
    policy: Policy
    constants: Constants


@dataclass(frozen=True)
class _Block:
    """Series side by side, period by period: one row a period, one column a series.

    `here` is None where no period is missing. `rated` are the rows that may lie in the window, and `in_window` says
    which of their cells do (None for all).
    """

    values: Ints
    standards: Ints
    here: Flags | None
    rated: slice
    in_window: Flags | None


def _blocks(task: _Task) -> Iterator[tuple[Ints | slice, _Block]]:
    """Blocks of series of one length, with the numbers of the series in them."""
    lengths = np.diff(task.starts)
    filled = lengths > 0
    first = np.zeros(len(lengths), np.int64)
    final = np.zeros(len(lengths), np.int64)
    first[filled] = task.ordinals[task.starts[:-1][filled]]
    final[filled] = task.ordinals[task.starts[1:][filled] - 1]
    whole = filled & (final - first + 1 == lengths)
    for length in np.unique(lengths[whole]).tolist():
        ids = np.flatnonzero(whole & (lengths == length))
        step = max(_BLOCK_ROWS // length, 16)
        for begin in range(0, len(ids), step):
            some = ids[begin : begin + step]
            yield _place(some), _unbroken(task, some, length, first[some])
    broken = np.flatnonzero(filled & ~whole)
    broken = broken[
        np.argsort(lengths[broken], kind="stable")
    ]  # like sizes together: a block is as long as its longest
    while len(broken):
        step = max(_BLOCK_ROWS // (2 * int(lengths[broken[0]])), 16)
        some, broken = broken[:step], broken[step:]
        yield some, _with_gaps(task, some, lengths[some])


def _place(ids: Ints) -> Ints | slice:
    """Neighbouring series as a slice, which NumPy reads and writes without an index."""
    begin, end = int(ids[0]), int(ids[-1]) + 1
    return slice(begin, end) if end - begin == len(ids) else ids


def _unbroken(task: _Task, ids: Ints, length: int, first: Ints) -> _Block:
    earliest = task.last - task.size + 1
    begin = min(max(earliest - int(first.max()), 0), length)
    rated = slice(begin, length)
    in_window: Flags | None = None
    if first.min() != first.max():
        in_window = first + np.arange(begin, length)[:, None] >= earliest
    place = _place(ids)
    if isinstance(place, slice):
        rows = slice(int(task.starts[place.start]), int(task.starts[place.stop]))
        values = np.ascontiguousarray(task.values[rows].reshape(-1, length).T)
        standards = np.ascontiguousarray(task.standards[rows].reshape(-1, length)[:, rated].T)
    else:
        index = task.starts[ids] + np.arange(length)[:, None]
        values, standards = task.values[index], task.standards[index[rated]]
    return _Block(values, standards, None, rated, in_window)


def _with_gaps(task: _Task, ids: Ints, lengths: Ints) -> _Block:
    """Series with missing periods: every hole, however long, becomes one empty row, which is all that breaks a run."""
    ends = np.cumsum(lengths)
    rows = np.arange(int(ends[-1])) + np.repeat(task.starts[ids] - (ends - lengths), lengths)
    column = np.repeat(np.arange(len(ids)), lengths)
    ordinals = task.ordinals[rows]
    steps = np.ones(len(rows), np.int64)
    steps[1:] += ordinals[1:] != ordinals[:-1] + 1
    steps[ends - lengths] = 1
    position = np.cumsum(steps)
    position -= np.repeat(position[ends - lengths], lengths)
    shape = (int(position.max()) + 1, len(ids))
    values, standards = np.zeros(shape, np.int64), np.full(shape, NO_STANDARD, np.int64)
    here, in_window = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    values[position, column] = task.values[rows]
    standards[position, column] = task.standards[rows]
    here[position, column] = True
    in_window[position, column] = ordinals > task.last - task.size
    return _Block(values, standards, here, slice(0, shape[0]), in_window)


def _work(task: _Task, ids: Ints | slice, block: _Block, out: RatedColumns) -> None:
    """Fills the entries of these series."""
    largest = max(int(block.values.max()), -int(block.values.min()))
    points = min(BASELINE, len(block.values))
    limit = task.constants.limit
    # The largest product below: twice the sum and the width, over the limits' common denominator.
    top = 8 * max(largest, 1) * points * points * (limit.numerator + limit.denominator)
    highest_standard = int(block.standards.max(initial=0))
    if max(top, 200 * largest, (2 * task.policy.bands.exceeds) * max(highest_standard, largest)) >= _FAR or (
        200 * highest_standard >= _FAR
    ):
        _one_by_one(task, ids, out)
        return
    _count_bands(task, ids, block, out)
    _count_signals(task, ids, block, out)


def _count_bands(task: _Task, ids: Ints | slice, block: _Block, out: RatedColumns) -> None:
    """M11 to M14: `200·v ≥ 209·s` for *exceeds*, and likewise; with lower better the two change places."""
    value, standard = block.values[block.rated], block.standards
    lower = task.lower[ids]
    bands, policy = task.policy.bands, task.policy
    counted = (value >= 0) & (standard >= 0)
    if block.in_window is not None:
        counted &= block.in_window
    if lower.any():
        part, whole = np.where(lower, standard, value), np.where(lower, value, standard)
    else:
        part, whole = value, standard
    part = 200 * part
    exceeds = part >= (2 * bands.exceeds - 1) * whole
    exceeds &= counted
    exceeds &= standard > 0  # a standard of 0 is kept or not, never exceeded
    meets = part >= (2 * bands.meets - 1) * whole
    meets &= counted
    n, e, m = _count(counted), _count(exceeds), _count(meets)
    share, of = policy.share.numerator, policy.share.denominator
    rating = np.full(len(n), _CODE[Rating.NOT_CONSISTENT], np.int8)
    rating[of * (n - m) >= share * n] = _CODE[Rating.DOES_NOT_MEET]
    rating[of * m >= share * n] = _CODE[Rating.MEETS]
    rating[of * e >= share * n] = _CODE[Rating.EXCEEDS]
    rating[n < needed(task.cadence, task.size, policy)] = _CODE[Rating.NOT_ENOUGH_EVIDENCE]
    out.present[ids], out.exceeds[ids], out.meets[ids], out.rating[ids] = n, e, m, rating


def _count_signals(task: _Task, ids: Ints | slice, block: _Block, out: RatedColumns) -> None:
    """M16 and M17: centre and limits from the first 24 points, then the three rules by whole rows."""
    x, here = block.values, block.here
    total: Ints
    n: Ints | int
    k: Ints | int
    if here is None:
        n = min(BASELINE, len(x))
        k = n - 1
        base = x[:n]
        total = base.sum(axis=0)
        ranges = np.abs(base[1:] - base[:-1]).sum(axis=0)
    else:
        inside = here & (np.cumsum(here, axis=0) <= BASELINE)
        pairs = inside[1:] & inside[:-1]
        n, k = _count(inside), _count(pairs)
        total = np.where(inside, x, 0).sum(axis=0)
        ranges = np.where(pairs, np.abs(x[1:] - x[:-1]), 0).sum(axis=0)
    out.centre[ids] = total / n
    enough = np.broadcast_to(np.asarray(n) >= MINIMUM_POINTS, total.shape)
    limited = enough & (ranges > 0)
    if not enough.any():
        return
    # Over the common denominator n·k·unit, the centre is `middle` and half the way to a limit is `width / 2`.
    unit = task.constants.limit.denominator
    k = np.maximum(k, 1)
    below_ = n * k * unit
    middle, width = total * (k * unit), task.constants.limit.numerator * n * ranges
    lower, upper = np.where(limited, (middle - width) / below_, np.nan), (middle + width) / below_
    out.lower_limit[ids], out.upper_limit[ids] = lower, np.where(limited, upper, np.nan)

    # A whole number is above a limit when it is above the limit rounded down, and below when below it rounded up.
    above = x > np.where(enough, total // n, _FAR)
    below = x < np.where(enough, -(-total // n), -_FAR)
    outside = x > np.where(limited, (middle + width) // below_, _FAR)
    outside |= x < np.where(limited, -((width - middle) // below_), -_FAR)
    high = x > np.where(limited, (2 * middle + width) // (2 * below_), _FAR)
    low = x < np.where(limited, -((width - 2 * middle) // (2 * below_)), -_FAR)
    if here is not None:
        for flags in (above, below, outside, high, low):
            flags &= here
    out.outside_limits[ids] = _count(outside)
    out.run_of_8[ids] = _count_runs(above, below)
    out.three_of_four[ids] = _count_three_of_four(high, low, here)


def _count(flags: Flags) -> Ints:
    """How many are set in each column. In bytes while they suffice: NumPy adds those 32 at a time."""
    narrow = np.uint8 if len(flags) < 256 else np.uint32
    counts: Ints = np.add.reduce(flags.view(np.uint8), axis=0, dtype=narrow).astype(np.int64)
    return counts


def _count_runs(above: Flags, below: Flags) -> Ints:
    """How many points of each column lie in a run of eight or more on one side."""
    rows = len(above)
    if rows < RUN:
        return np.zeros(above.shape[1], np.int64)
    starting = _all_of_8(above)
    starting |= _all_of_8(below)
    return _count(_spread(starting, (1, 2, 4)))


def _all_of_8(side: Flags) -> Flags:
    two = side[1:] & side[:-1]
    four = two[2:] & two[:-2]
    return four[4:] & four[:-4]


def _spread(starting: Flags, steps: tuple[int, ...]) -> Flags:
    """Sets, for each row that starts a stretch, the rows of the stretch; `steps` double its length each."""
    for step in steps:
        longer = np.zeros((len(starting) + step, starting.shape[1]), np.bool_)
        longer[:-step] = starting
        longer[step:] |= starting
        starting = longer
    return starting


def _count_three_of_four(high: Flags, low: Flags, here: Flags | None) -> Ints:
    """How many points of each column are flagged by rule 3, on either side."""
    found = np.zeros(high.shape[1], np.int64)
    if len(high) < 4:
        return found
    for near in (high, low):
        two = near[1:].view(np.uint8) + near[:-1].view(np.uint8)
        starting = two[2:] + two[:-2] >= 3
        if here is not None:
            pair = here[1:] & here[:-1]
            starting &= pair[2:] & pair[:-2]
        found += _count(_spread(starting, (1, 2)) & near)
    return found


def _one_by_one(task: _Task, ids: Ints | slice, out: RatedColumns) -> None:
    """The same results through Python's whole numbers, for figures that int64 cannot hold."""
    for i in range(len(out.present))[ids] if isinstance(ids, slice) else ids.tolist():
        rows = slice(int(task.starts[i]), int(task.starts[i + 1]))
        numbers = task.ordinals[rows].tolist()
        values = dict(zip(numbers, task.values[rows].tolist(), strict=True))
        standards = dict(zip(numbers, task.standards[rows].tolist(), strict=True))
        better = Better.LOWER if task.lower[i] else Better.HIGHER
        # Days are already counted without those nobody works, so every number here is a period.
        every = frozenset(range(7))
        rated = rate(
            task.cadence, task.last, values, standards, better, policy=task.policy, size=task.size, on=every
        )
        out.present[i], out.exceeds[i], out.meets[i] = rated.present, rated.exceeds, rated.meets
        out.rating[i] = _CODE[rated.rating]
        drawn = chart(spaced(numbers, list(values.values())), constants=task.constants)
        _note_chart(drawn, i, out)


def spaced(ordinals: list[int], values: list[int]) -> list[int | None]:
    """The values in order, with one None wherever periods are missing between two of them."""
    found: list[int | None] = []
    for place, value in enumerate(values):
        if place and ordinals[place] != ordinals[place - 1] + 1:
            found.append(None)
        found.append(value)
    return found


def _note_chart(drawn: Chart, i: int, out: RatedColumns) -> None:
    if drawn.centre is not None:
        out.centre[i] = float(drawn.centre)
    if drawn.lower_limit is not None and drawn.upper_limit is not None:
        out.lower_limit[i], out.upper_limit[i] = float(drawn.lower_limit), float(drawn.upper_limit)
    rules = [signal.rule for signal in drawn.signals]
    out.outside_limits[i] = rules.count(Rule.OUTSIDE_LIMITS)
    out.run_of_8[i] = rules.count(Rule.RUN_OF_8)
    out.three_of_four[i] = rules.count(Rule.THREE_OF_FOUR)
