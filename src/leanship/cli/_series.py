"""One series out of a table: which column holds the values, which the time, and where periods are missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from leanship.cli._django import Unusable
from leanship.cli._tables import find, listed, refuse, stop_on
from leanship.domain.figures import decimals_in, parse_decimal
from leanship.domain.periods import EVERY_DAY, Cadence, coarsen, code, counter, infer, parse, weekdays
from leanship.readers.problems import Problems
from leanship.readers.tabular import Table

_TIMES = ("time", "period", "date", "day", "week", "month", "quarter", "year")
_WHOLE = re.compile(r"-?\d+", re.ASCII)


@dataclass(frozen=True)
class Series:
    """Values in units of their last decimal in the order of time; a row without a value is None.

    `labels` name the rows. `spaced` are the values with one None for each period that no row names, and
    `places` says where in it each row stands. `skips` counts those periods.
    """

    name: str
    values: tuple[int | None, ...]
    decimals: int
    labels: tuple[str, ...]
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
    labels = [text or "–" for text in table.text(timed)]
    periods = _periods(table, timed, given=time is not None)
    if periods is None:
        if _falls(labels):
            values.reverse()
            labels.reverse()
        return _plain(names[valued], values, decimals, labels)
    return _in_time(table, names[valued], timed, values, decimals, *periods)


def _falls(labels: list[str]) -> bool:
    """Whether these are whole numbers from the last to the first, so that the file is upside down."""
    numbers = [int(label) for label in labels if _WHOLE.fullmatch(label)]
    return len(numbers) == len(labels) > 1 and all(before > after for before, after in pairwise(numbers))


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
    """Whether the column only numbers the rows: 1, 2, 3 or 1871, 1872; in the first place 1, 2, 5 as well."""
    texts = table.text(place)
    if len(texts) < 2 or not all(_WHOLE.fullmatch(text) for text in texts):
        return False
    steps = {after - before for before, after in pairwise(map(int, texts))}
    return steps == {1} or (place == 0 and min(steps) > 0)


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
    texts = table.days(timed, problems)
    stop_on(problems)
    found = _parsed(texts)
    if found is None:
        if given and any(_parsed([text]) for text in texts):
            bad = next(place for place, text in enumerate(texts) if _parsed([text]) is None)
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


def _plain(name: str, values: list[int | None], decimals: int, labels: list[str]) -> Series:
    """A series whose rows follow one another, whatever stands beside them."""
    rows, places = tuple(values), tuple(range(len(values)))
    return Series(name, rows, decimals, tuple(labels), rows, tuple(labels), places, 0)


def _in_time(
    table: Table,
    name: str,
    timed: int,
    values: list[int | None],
    decimals: int,
    cadence: Cadence,
    numbers: list[int],
) -> Series:
    """The rows in the order of their periods, with the periods between them that no row names."""
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    for before, after in pairwise(order):
        if numbers[before] == numbers[after]:
            period = code(cadence, numbers[after])
            message = (
                f"{period} is already in row {table.rows[before]}. A file with several series is for `rate`."
            )
            refuse(table, table.rows[after], table.header[timed].strip(), message)
    on = weekdays(numbers) if cadence is Cadence.DAY else EVERY_DAY
    place_of = counter(cadence, on)
    first = place_of(numbers[order[0]])
    places = [place_of(numbers[row]) - first for row in order]
    rows = tuple(values[row] for row in order)
    labels = tuple(code(cadence, numbers[row]) for row in order)
    length = places[-1] + 1
    if 4 * len(places) < 3 * length:
        # Too few of the periods for a series taken in each: readings now and then, which follow one another.
        return _plain(name, list(rows), decimals, list(labels))
    spaced: list[int | None] = [None] * length
    spaced_labels = [""] * length
    for place, value, label in zip(places, rows, labels, strict=True):
        spaced[place], spaced_labels[place] = value, label
    return Series(
        name, rows, decimals, labels, tuple(spaced), tuple(spaced_labels), tuple(places), length - len(places)
    )
