"""Numbers of a file as whole numbers of a KPI's last decimal: exact, or told where they would not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanship.domain import figures
from leanship.readers.problems import Problems

MOST_DECIMALS: Final = 6
LARGEST: Final = 2**63 - 1

Place = Callable[[int], tuple[int, str | None]]


def decimals_seen(columns: Sequence[Sequence[str]], kpi: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """For each of `count` KPIs the decimals with which its numbers are written, 6 at most."""
    most = np.zeros(count, np.int64)
    for texts in columns:
        used = np.fromiter(map(figures.decimals_in, texts), np.int64, len(texts))
        np.maximum.at(most, kpi, used)
    return np.minimum(most, MOST_DECIMALS)


def in_units(
    texts: Sequence[str],
    decimals: NDArray[np.int64],
    place: Place,
    problems: Problems,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Each text such as "-12.5" in units of 10^-decimals of its row, and which rows have a number at all.

    A number with finer decimals is an error and is never rounded. Empty text is no number and no error.
    """
    values = np.zeros(len(texts), np.int64)
    given = np.fromiter(map(bool, texts), np.bool_, len(texts))
    for kept in np.unique(decimals[given]).tolist():
        places = np.flatnonzero(given & (decimals == kept)).tolist()
        read = {text: _unit(text, kept) for text in dict.fromkeys(texts[p] for p in places)}
        odd = {text for text, unit in read.items() if unit is None or abs(unit) > LARGEST}
        if odd:
            for p in places:
                if (text := texts[p]) in odd:
                    row, column = place(p)
                    code = "decimals" if read[text] is None else "number_range"
                    problems.error(code, row=row, column=column, value=text, decimals=kept)
                    given[p] = False
            places = [p for p in places if given[p]]
        values[places] = [read[texts[p]] or 0 for p in places]
    return values, given


def _unit(text: str, decimals: int) -> int | None:
    try:
        return figures.parse_decimal(text, decimals)
    except ValueError:
        return None
