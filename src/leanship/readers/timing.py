"""Which periods the rows of a file mean: each KPI in one cadence, given, written out, or seen from its dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.readers.problems import Problems
from leanship.readers.shapes import Flags, Ints, Long

_CADENCES: Final = periods.ORDER
_NONE: Final = -1


def ordinals(
    long: Long, kpi: Ints, names: Sequence[str], wanted: Sequence[Cadence | None], problems: Problems
) -> tuple[Ints, list[Cadence], Flags]:
    """For each row the number of its period; the cadence of each KPI; which rows have a period at all.

    `kpi` gives each row's place among `names`, `wanted` each KPI's cadence where it is known. A date counts as
    the period that holds it. Without a cadence known, dates that are all the first or last of a month or
    quarter, or all of one weekday, are taken for such periods, and a warning says so.
    """
    texts, period = long.period.texts, long.period.codes
    first = long.period.firsts()
    found = np.full(len(texts), _NONE, np.int64)
    number = np.zeros(len(texts), np.int64)
    for index, text in enumerate(texts):
        if not text:
            continue
        try:
            cadence, number[index] = periods.parse(text)
            found[index] = _CADENCES.index(cadence)
        except ValueError:
            row, column = long.place(first[index], "period")
            problems.error("period", row=row, column=column, value=text)
    cadences = _cadences(long, found, number, kpi, names, wanted, problems)
    target = np.array([_CADENCES.index(cadence) for cadence in cadences], np.int64)
    usable = found[period] != _NONE
    for row_place in np.flatnonzero(usable & (found[period] != target[kpi]) & (found[period] != 0)):
        usable[row_place] = False
        index, k = int(period[row_place]), int(kpi[row_place])
        if wanted[k] is not None:  # Otherwise it has been told as a mixture.
            row, column = long.place(int(row_place), "period")
            values = {"found": _CADENCES[found[index]], "kpi": names[k], "cadence": cadences[k]}
            problems.error("period_cadence", row=row, column=column, value=texts[index], **values)
    # One row of numbers for each cadence: the written period itself, or the period that holds the day.
    table = np.tile(number, (len(_CADENCES), 1))
    days = np.flatnonzero(found == 0)
    for index, cadence in enumerate(_CADENCES[1:], start=1):
        table[index, days] = periods.coarsen(number[days].tolist(), Cadence.DAY, cadence)
    return table[target[kpi], period], cadences, usable


def _cadences(
    long: Long,
    found: Ints,
    number: Ints,
    kpi: Ints,
    names: Sequence[str],
    wanted: Sequence[Cadence | None],
    problems: Problems,
) -> list[Cadence]:
    count = max(len(long.period.texts), 1)
    pairs, firsts = np.unique(kpi * count + long.period.codes, return_index=True)
    used: list[list[tuple[int, int]]] = [[] for _ in names]
    for pair, index in zip(pairs.tolist(), firsts.tolist(), strict=True):
        if found[pair % count] != _NONE:
            used[pair // count].append((index, pair % count))
    return [
        known or _seen(long, found, number, sorted(used[k]), names[k], problems)
        for k, known in enumerate(wanted)
    ]


def _seen(
    long: Long,
    found: Ints,
    number: Ints,
    used: Sequence[tuple[int, int]],
    name: str,
    problems: Problems,
) -> Cadence:
    """The cadence that the periods of one KPI show; `used` are its rows and periods, in the order of the file."""
    if not used:
        return Cadence.MONTH
    start, first = used[0]
    texts = long.period.texts
    cadence = _CADENCES[int(found[first])]
    for index, period in used:
        if found[period] != found[first]:
            row, column = long.place(index, "period")
            values = {
                "value": texts[period],
                "found": _CADENCES[found[period]],
                "kpi": name,
                "cadence": cadence,
            }
            values |= {"other": str(long.place(start)[0]), "other_value": texts[first]}
            problems.error("period_mixed", row=row, column=column, **values)
            return cadence
    if cadence is not Cadence.DAY:
        return cadence
    seen = periods.infer(int(number[period]) for _, period in used)
    if seen is not Cadence.DAY:
        (read,) = periods.coarsen([int(number[first])], Cadence.DAY, seen)
        row, column = long.place(start, "period")
        values = {"value": texts[first], "kpi": name, "cadence": seen, "read": periods.code(seen, read)}
        problems.warning("dates_as_periods", row=row, column=column, **values)
    return seen
