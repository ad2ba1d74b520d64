"""One series out of a table: which column holds the values, which the time, and where periods are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from leanship.cli._django import Unusable
from leanship.cli._tables import compact, find, listed, refuse, stop_on
from leanship.domain.figures import decimals_in, parse_decimal
from leanship.domain.periods import EVERY_DAY, Cadence, coarsen, code, counter, infer, parse, weekdays
from leanship.readers.problems import Problems
from leanship.readers.tabular import Table

_TIMES = ("time", "period", "date", "day", "week", "month", "quarter", "year")
_WHOLE = re.compile(r"(-?\d+)(?:\.0+)?", re.ASCII)


@dataclass(frozen=True)
class Series:
    """Values in units of their last decimal in the order of time; a row without a value is None.

    `labels` name the rows, `written` as the file does. `spaced` are the values with one None for each period that no
    row names, and `places` says where in it each row stands. `skips` counts those periods.
    """

    name: str
    values: tuple[int | None, ...]
    decimals: int
    labels: tuple[str, ...]
    written: tuple[str, ...]
    spaced: tuple[int | None, ...]
    spaced_labels: tuple[str, ...]
    places: tuple[int, ...]
    skips: int


def read_series(table: Table, value: str | None, time: str | None) -> Series:
    """The series in a table. Raises Unusable where a column, a number or a period cannot be told."""
    names = [header.strip() for header in table.header]
    timed = find(table, time) if time is not None else None
    valued = find(table, value) if value is not None else _value_column(table, timed)
    if timed is None:
        timed = _time_column(table, valued)
    problems = Problems(table.name)
    texts = table.numbers([valued], problems)[0]
    stop_on(problems)
    decimals = max((decimals_in(text) for text in texts), default=0)
    values = [parse_decimal(text, decimals) if text else None for text in texts]
    if not any(text for text in texts):
        refuse(table, None, names[valued], "there is not one number in this column.")
    if timed is None:
        labels = [str(place + 1) for place in range(len(values))]
        return _plain(names[valued], values, decimals, labels)
    texts = table.text(timed)
    labels = [text or "–" for text in texts]
    numbers = _counted(texts) if compact(texts) is None else None
    if numbers is not None:
        # A year or a week that no row names is a gap; a batch that somebody took out of the list is none.
        steps = numbers if names[timed].lower() in _TIMES else None
        return _in_order(names[valued], values, decimals, labels, labels, numbers, steps)
    periods = _periods(table, timed, given=time is not None)
    if periods is None:
        return _plain(names[valued], values, decimals, labels)
    cadence, numbers = periods
    _once(table, timed, cadence, numbers)
    on = weekdays(numbers) if cadence is Cadence.DAY else EVERY_DAY
    steps = list(map(counter(cadence, on), numbers))
    codes = [code(cadence, number) for number in numbers]
    return _in_order(names[valued], values, decimals, codes, labels, numbers, steps)


def _counted(texts: list[str]) -> list[int] | None:
    """The numbers of a column that holds whole ones alone and none twice (1, 2, 3 or 1871, 1872), else None."""
    found = [match for text in texts if (match := _WHOLE.fullmatch(text))]
    numbers = [int(match[1]) for match in found]
    return numbers if len(set(numbers)) == len(texts) else None


def _value_column(table: Table, timed: int | None) -> int:
    """The column called value, or the only one with numbers that do not just count the rows."""
    names = [header.strip() for header in table.header]
    for place, name in enumerate(names):
        if name.lower() == "value" and place != timed:
            return place
    numeric = [place for place in range(len(names)) if place != timed and _is_numeric(table, place)]
    figures = [place for place in numeric if not _counts(table, place)] or numeric
    figures = [place for place in figures if names[place].lower() not in _TIMES] or figures
    if len(figures) == 1:
        return figures[0]
    if not figures:
        raise Unusable(f"{table.name}: no column holds numbers. The file has: {', '.join(names)}.")
    candidates = listed([names[place] for place in figures])
    raise Unusable(f"{table.name}: several columns hold numbers: {candidates}. Say which one with --value.")


def _is_numeric(table: Table, place: int) -> bool:
    """Whether most of the column's cells are numbers; a wrong one among them is told once the column is read."""
    problems = Problems(table.name)
    texts = table.numbers([place], problems)[0]
    numbers = sum(1 for text in texts if text)
    return numbers > problems.count("number") + problems.count("number_grouping")


def _counts(table: Table, place: int) -> bool:
    """Whether the column only numbers the rows: 1, 2, 3 or 1871, 1872 in any order, or 1, 2, 5 in the first place."""
    numbers = _counted(table.text(place))
    if numbers is None or len(numbers) < 2:
        return False
    if max(numbers) - min(numbers) == len(numbers) - 1:
        return True
    return place == 0 and all(before < after for before, after in pairwise(numbers))


def _time_column(table: Table, valued: int) -> int | None:
    """The column that is called like a time; else the first, where it counts the rows or holds periods."""
    for place, header in enumerate(table.header):
        if header.strip().lower() in _TIMES and place != valued:
            return place
    if valued != 0 and (_counts(table, 0) or _parsed(table.text(0)) is not None):
        return 0
    return None


def _parsed(texts: list[str]) -> list[tuple[Cadence, int]] | None:
    try:
        return [parse(text) for text in texts]
    except ValueError:
        return None


def _periods(table: Table, timed: int, *, given: bool) -> tuple[Cadence, list[int]] | None:
    """The periods of the rows in one cadence, or None where the column only names the rows."""
    problems = Problems(table.name)
    texts = compact(table.text(timed)) or table.days(timed, problems)
    stop_on(problems)
    found = _parsed(texts)
    if found is None:
        wrong = [place for place, text in enumerate(texts) if _parsed([text]) is None]
        if len(wrong) < (len(texts) if given else len(texts) / 2):
            bad = wrong[0]
            name = table.header[timed].strip()
            refuse(table, table.rows[bad], name, f"“{texts[bad]}” is not a period, as others here are.")
        return None
    cadence = found[0][0]
    for row, (other, _) in zip(table.rows, found, strict=True):
        if other is not cadence:
            refuse(
                table,
                row,
                table.header[timed].strip(),
                f"this is a {other}, the rows before it are {cadence}s.",
            )
    numbers = [number for _, number in found]
    if cadence is Cadence.DAY and (seen := infer(numbers)) is not Cadence.DAY:
        return seen, coarsen(numbers, Cadence.DAY, seen)
    return cadence, numbers


def _once(table: Table, timed: int, cadence: Cadence, numbers: list[int]) -> None:
    """Raises Unusable where a period comes twice."""
    seen: dict[int, int] = {}
    for row, number in zip(table.rows, numbers, strict=True):
        if (first := seen.setdefault(number, row)) != row:
            period = code(cadence, number)
            message = f"{period} is already in row {first}. A file with several series is for `rate`."
            refuse(table, row, table.header[timed].strip(), message)


def _plain(name: str, values: list[int | None], decimals: int, labels: list[str]) -> Series:
    """A series whose rows follow one another, whatever stands beside them."""
    return _in_order(name, values, decimals, labels, labels, range(len(values)), None)


def _in_order(
    name: str,
    values: list[int | None],
    decimals: int,
    labels: list[str],
    written: list[str],
    numbers: Sequence[int],
    steps: Sequence[int] | None,
) -> Series:
    """The rows in the order of `numbers`. With `steps`, which count the periods, those that no row names are gaps.

    With less than three quarters of them it is no series taken in each period: readings now and then have no gaps.
    """
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    rows = tuple(values[row] for row in order)
    told = tuple(labels[row] for row in order)
    as_written = tuple(written[row] for row in order)
    places = tuple(range(len(order)))
    if steps is not None:
        counted = tuple(steps[row] - steps[order[0]] for row in order)
        if 4 * len(counted) >= 3 * (counted[-1] + 1):
            places = counted
    spaced: list[int | None] = [None] * (places[-1] + 1)
    spaced_labels = [""] * len(spaced)
    for place, value, label in zip(places, rows, told, strict=True):
        spaced[place], spaced_labels[place] = value, label
    skips = len(spaced) - len(places)
    return Series(name, rows, decimals, told, as_written, tuple(spaced), tuple(spaced_labels), places, skips)
