"""The measurements of a file for `rate`, as columns sorted by series.

The reading itself is `readers.measurements`, the same as for an import. Before it, three things are made
even that a file of one's own may have and an import may not: periods that are plain numbers, more than six
decimals, and a standard given on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leanship.cli._django import Unusable
from leanship.cli._tables import compact, stop_on
from leanship.domain.columns import NO_STANDARD, layout
from leanship.domain.figures import decimals_in, format_decimal, parse_decimal, round_half_up
from leanship.domain.periods import EVERY_DAY, Cadence, code, counter, last_day, ordinal, parse, weekdays
from leanship.readers.measurements import MeasurementFile, read_measurements
from leanship.readers.problems import Problems
from leanship.readers.shapes import COLUMNS
from leanship.readers.tabular import Table, find_columns

Ints = NDArray[np.int64]

_UNNAMED = "value"
_KEPT = 6  # decimals that the reader keeps
_WHOLE = re.compile(r"\d{1,8}", re.ASCII)
_YEAR_2000 = 2000 * 12


@dataclass(frozen=True, eq=False)
class Measured:
    """The measurements of one cadence up to `last`, sorted by series and period; see `columns.rate_columns`.

    `names` are subject and KPI of each series (None where the file names no KPI), in the order of the file.
    `units` is how many of a series' whole numbers make one.
    """

    cadence: Cadence
    last: int
    names: tuple[tuple[str, str | None], ...]
    better: tuple[str | None, ...]
    units: NDArray[np.float64]
    starts: Ints
    ordinals: Ints
    values: Ints
    standards: Ints


@dataclass(frozen=True)
class _Even:
    """The table as the reader takes it, how many decimals were moved, and what its first plain period counts as."""

    table: Table
    columns: Mapping[str, str]
    moved: int
    shift: int | None


def read_measured(
    table: Table, columns: Mapping[str, str], standard: str | None, decimals: int | None, as_of: str | None
) -> tuple[list[Measured], list[str]]:
    """The measurements by cadence, and the subjects without a value. Raises Unusable with all that is wrong.

    `columns` names columns, `standard` a column or one number for all rows; `decimals` rounds both half up
    first.
    """
    even = _even(table, columns, standard, decimals)
    named = find_columns(even.table, COLUMNS, even.columns, Problems(table.name))
    wanted = dict(even.columns)
    if "kpi" not in named and "direction" in named and all(even.table.text(named["direction"])):
        # Without KPIs a direction may go with the subject; the reader knows it as a KPI's, so it stands for one.
        wanted["kpi"] = wanted["direction"] = even.table.header[named["direction"]]
    file = read_measurements(even.table, columns=wanted, kpi=_UNNAMED)
    if any(problem.code not in ("dates_as_periods", "columns_ignored") for problem in file.problems):
        stop_on(file.problems)
    cadences = sorted({file.kpis[kpi].cadence for kpi in np.unique(file.kpi).tolist()})
    measured = [_of_cadence(file, Cadence(c), even, as_of, "kpi" in named) for c in cadences]
    valued = set(np.unique(file.subject).tolist())
    return measured, [str(name) for place, name in enumerate(file.subjects) if place not in valued]


def _of_cadence(
    file: MeasurementFile, cadence: Cadence, even: _Even, as_of: str | None, kpis: bool
) -> Measured:
    mine = np.array([seen.cadence is cadence for seen in file.kpis], np.bool_)[file.kpi]
    keys, series = np.unique(file.subject[mine] * len(file.kpis) + file.kpi[mine], return_inverse=True)
    numbers = file.ordinal[mine]
    on = weekdays(np.unique(numbers).tolist()) if cadence is Cadence.DAY else EVERY_DAY
    place = counter(cadence, on)
    if cadence is Cadence.DAY:
        days, codes = np.unique(numbers, return_inverse=True)
        ordinals = np.array([place(day) for day in days.tolist()], np.int64)[codes]
    else:
        ordinals = numbers
    last = place(_as_of(as_of, cadence, even.shift) if as_of is not None else int(numbers.max()))
    # The file's order of the series, by the first row of each.
    firsts = np.full(len(keys), len(series))
    np.minimum.at(firsts, series, np.arange(len(series)))
    rank = np.empty(len(keys), np.int64)
    rank[np.argsort(firsts)] = np.arange(len(keys))
    order, starts = layout(rank[series], ordinals)
    pairs = [divmod(int(key), len(file.kpis)) for key in keys[np.argsort(firsts)].tolist()]
    return Measured(
        cadence,
        last,
        tuple((str(file.subjects[s]), file.kpis[k].name if kpis else None) for s, k in pairs),
        tuple(better.value if (better := file.kpis[k].better) else None for _, k in pairs),
        np.array([10 ** (file.kpis[k].decimals + even.moved) for _, k in pairs], np.float64),
        starts,
        ordinals[order],
        file.value[mine][order],
        np.where(file.has_standard[mine], file.standard[mine], NO_STANDARD)[order],
    )


def _as_of(text: str, cadence: Cadence, shift: int | None) -> int:
    """The last period of the window, as `--as-of` names it. Raises Unusable."""
    if shift is not None and _WHOLE.fullmatch(text):
        return int(text) + shift
    try:
        given, number = parse(text)
        return ordinal(cadence, last_day(given, number))
    except ValueError as trouble:
        raise Unusable(f"--as-of: {trouble}.") from None


def _even(table: Table, columns: Mapping[str, str], standard: str | None, decimals: int | None) -> _Even:
    columns = dict(columns)
    if standard is not None:
        if any(standard.casefold() == header.strip().casefold() for header in table.header):
            columns["standard"] = standard
        else:
            table, columns["standard"] = _constant(table, standard)
    found = find_columns(table, COLUMNS, columns, Problems(table.name))
    table, shift = _plain_periods(table, found.get("period"))
    figures = [found[name] for name in ("value", "standard") if name in found]
    table, moved = _few_decimals(table, figures, decimals)
    return _Even(table, columns, moved, shift)


def _constant(table: Table, standard: str) -> tuple[Table, str]:
    """The table with one more column that holds the standard given as a number."""
    try:
        parse_decimal(standard, decimals_in(standard))
    except ValueError:
        found = ", ".join(name.strip() for name in table.header)
        message = f"--standard {standard} is neither a column nor a number. The file has: {found}."
        raise Unusable(f"{table.name}: {message}") from None
    name = "--standard"
    columns = (*table.columns, [standard] * len(table))
    return replace(table, header=(*table.header, name), columns=columns), name


def _plain_periods(table: Table, column: int | None) -> tuple[Table, int | None]:
    """Periods that are plain numbers count as months do: 1, 2, 3 or 1871, 1872; 201604 is written as 2016-04."""
    texts = table.text(column) if column is not None else []
    if column is None or not all(_WHOLE.fullmatch(text) for text in texts if text) or not any(texts):
        return table, None
    shift: int | None = None
    written = compact(texts)
    if written is None:
        lowest = min(int(text) for text in texts if text)
        if max(int(text) for text in texts if text) - lowest > 90_000:
            raise Unusable(
                f"{table.name}: the numbers in column {table.header[column].strip()} are no periods."
            )
        shift = _YEAR_2000 - lowest
        written = [code(Cadence.MONTH, int(text) + shift) if text else "" for text in texts]
    return _with_columns(table, {column: written}), shift


def _few_decimals(table: Table, figures: Sequence[int], decimals: int | None) -> tuple[Table, int]:
    """The table with its figures rounded to `decimals`, and moved so that at most six decimals are left.

    A percent of a standard is the same in any unit, so moving the point of both changes no rating.
    """
    problems = Problems(table.name)
    texts = table.numbers(figures, problems) if figures else []
    most = max((decimals_in(text) for column in texts for text in column), default=0)
    wanted = most if decimals is None else min(decimals, most)
    if problems.blocking or (wanted == most and most <= _KEPT):
        return table, 0  # What is wrong is told by the reader, together with the rest.
    moved = max(wanted - _KEPT, 0)
    new = {}
    for place, column in zip(figures, texts, strict=True):
        new[place] = [_moved(text, most, wanted, moved) if text else "" for text in column]
    return replace(_with_columns(table, new), decimal="."), moved


def _moved(text: str, most: int, wanted: int, moved: int) -> str:
    from fractions import Fraction

    units = parse_decimal(text, most)
    if wanted < most:
        units = round_half_up(Fraction(units, 10 ** (most - wanted)))
    return format_decimal(units, wanted - moved)


def _with_columns(table: Table, new: Mapping[int, Sequence[str]]) -> Table:
    columns = tuple(new.get(place, column) for place, column in enumerate(table.columns))
    return replace(table, columns=columns)
