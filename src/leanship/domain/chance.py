"""How many signals chance alone would give on a board of many charts (M17).

A chart of pure routine variation shows a signal now and then; on a board of a hundred charts some are sure
to. Whoever looks only at those that stand out must know how many would stand out by luck.

The table was made by simulation, since the limits come from the same points that they judge and no formula
covers that: independent normal series, in whole numbers of a millionth of their deviation, charted by
`columns.rate_columns` with Wheeler's constants and the standard baseline, 300,000 series a length (a million
for 24 and 52), generator `numpy.random.default_rng([20261122, length])`. The share with at least one flag of
the three rules is kept to three decimals; its standard error is below 0.001. A test repeats two of the
lengths.
"""

from collections.abc import Iterable
from itertools import pairwise
from types import MappingProxyType
from typing import Final

_SHARE: Final = MappingProxyType(
    {
        6: 0.014,
        8: 0.019,
        10: 0.027,
        12: 0.036,
        14: 0.048,
        16: 0.059,
        18: 0.070,
        20: 0.083,
        22: 0.095,
        24: 0.108,
        26: 0.129,
        28: 0.152,
        30: 0.178,
        36: 0.249,
        42: 0.312,
        48: 0.365,
        52: 0.396,
        60: 0.451,
        72: 0.523,
        84: 0.580,
        104: 0.654,
        130: 0.728,
        156: 0.782,
        208: 0.856,
        260: 0.901,
        365: 0.951,
        520: 0.980,
    }
)


def chance_of_signal(points: int) -> float:
    """The chance, 0 to 1, that a stable series of this many points shows at least one signal.

    0 below 6 points, where there are no limits; between the lengths of the table along a straight line; the
    last entry above them, which is then a little too small.
    """
    if points in _SHARE:
        return _SHARE[points]
    for low, high in pairwise(_SHARE):
        if low < points < high:
            return _SHARE[low] + (_SHARE[high] - _SHARE[low]) * (points - low) / (high - low)
    return 0.0 if points < min(_SHARE) else _SHARE[max(_SHARE)]


def expected_by_chance(lengths: Iterable[int]) -> float:
    """How many of these charts, given by their numbers of points, would show a signal by chance alone."""
    return sum(chance_of_signal(points) for points in lengths)
