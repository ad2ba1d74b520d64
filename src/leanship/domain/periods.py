"""Periods: a cadence and a whole number that counts its periods.

A period is never a date here. A day is `date.toordinal()`, a week counts ISO weeks from the one that holds
1 January 1970, a month is `year * 12 + month - 1`, a quarter `year * 4 + quarter - 1`. So a missing period
is a hole in the numbers, and "the last twelve months" is a subtraction.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_FIRST_MONDAY: Final = date(1969, 12, 29).toordinal()  # Monday of 1970-W01
EVERY_DAY: Final = frozenset(range(7))
"""The weekdays, Monday 0."""


class Cadence(StrEnum):
    """How often a figure comes, finest first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


ORDER: Final = tuple(Cadence)
WINDOW: Final = MappingProxyType({Cadence.DAY: 20, Cadence.WEEK: 13, Cadence.MONTH: 12, Cadence.QUARTER: 8})
MINIMUM: Final = MappingProxyType({Cadence.DAY: 6, Cadence.WEEK: 6, Cadence.MONTH: 6, Cadence.QUARTER: 4})


def ordinal(cadence: Cadence, day: date) -> int:
    """Number of the period that holds `day`."""
    match cadence:
        case Cadence.DAY:
            return day.toordinal()
        case Cadence.WEEK:
            return (day.toordinal() - _FIRST_MONDAY) // 7
        case Cadence.MONTH:
            return day.year * 12 + day.month - 1
        case Cadence.QUARTER:
            return day.year * 4 + (day.month - 1) // 3


def first_day(cadence: Cadence, number: int) -> date:
    """First day of the period; a week begins on Monday. Raises ValueError outside the years 1 to 9999."""
    try:
        match cadence:
            case Cadence.DAY:
                return date.fromordinal(number)
            case Cadence.WEEK:
                return date.fromordinal(_FIRST_MONDAY + 7 * number)
            case Cadence.MONTH:
                return date(number // 12, number % 12 + 1, 1)
            case Cadence.QUARTER:
                return date(number // 4, number % 4 * 3 + 1, 1)
    except OverflowError as error:
        raise ValueError(f"no such {cadence}: {number}") from error


def last_day(cadence: Cadence, number: int) -> date:
    """Last day of the period."""
    return date.fromordinal(first_day(cadence, number + 1).toordinal() - 1)


def code(cadence: Cadence, number: int) -> str:
    """The period as it is written in files and addresses: 2026-11-22, 2026-W47, 2026-11, 2026-Q4."""
    day = first_day(cadence, number)
    match cadence:
        case Cadence.DAY:
            return day.isoformat()
        case Cadence.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case Cadence.MONTH:
            return f"{day.year:04d}-{day.month:02d}"
        case Cadence.QUARTER:
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def latest_closed(cadence: Cadence, today: date) -> int:
    """The last period that has ended before `today`: a period counts once its last day is over (M14)."""
    return ordinal(cadence, today) - 1


def coarsen(numbers: Iterable[int], from_: Cadence, to: Cadence) -> list[int]:
    """The coarser period each number falls in, in the same order.

    A week belongs to the month or quarter that holds its Thursday, as ISO 8601 gives a week to a year: so
    every week belongs to exactly one. Raises ValueError when `to` is finer than `from_`.
    """
    if ORDER.index(to) < ORDER.index(from_):
        raise ValueError(f"a {from_} cannot be split into {to}s")
    if from_ is to:
        return list(numbers)
    if from_ is Cadence.MONTH:
        return [number // 3 for number in numbers]
    middle = 3 if from_ is Cadence.WEEK else 0
    return [ordinal(to, date.fromordinal(first_day(from_, n).toordinal() + middle)) for n in numbers]


def weekdays(days: Iterable[int]) -> frozenset[int]:
    """Weekdays (Monday 0) on which any of these day numbers fall.

    A figure taken on working days only has no gap on a Sunday; the weekdays that never occur are not its
    periods.
    """
    return frozenset((number - 1) % 7 for number in days)


def counter(cadence: Cadence, on: frozenset[int] = EVERY_DAY) -> Callable[[int], int]:
    """A function from a period's number to its place in an unbroken count.

    For weeks, months and quarters it changes nothing. For days it counts only the weekdays in `on`, so that
    Friday and Monday are neighbours where nobody works on the days between; a day outside `on` shares the
    place of the counted day before it.
    """
    if cadence is not Cadence.DAY or on == EVERY_DAY:
        return lambda number: number
    upto = [sum(1 for other in on if other <= weekday) for weekday in range(7)]
    return lambda number: (number - 1) // 7 * len(on) + upto[(number - 1) % 7]


def window(
    cadence: Cadence, last: int, size: int | None = None, on: frozenset[int] = EVERY_DAY
) -> tuple[int, ...]:
    """The `size` periods that end with `last`, oldest first; the cadence's own size by default (M14).

    For days only the weekdays in `on` count. Raises ValueError when `size` is not positive or `on` is empty.
    """
    size = WINDOW[cadence] if size is None else size
    if size < 1 or not on:
        raise ValueError("a window holds at least one period")
    if cadence is not Cadence.DAY or on == EVERY_DAY:
        return tuple(range(last - size + 1, last + 1))
    found: list[int] = []
    while len(found) < size:
        if (last - 1) % 7 in on:
            found.append(last)
        last -= 1
    return tuple(reversed(found))


@lru_cache(maxsize=4_096)  # a few hundred periods, asked for again with each series
def inside(coarse: Cadence, number: int, fine: Cadence, on: frozenset[int] = EVERY_DAY) -> tuple[int, ...]:
    """The finer periods that `coarsen` counts into the coarse one; of days only those on the weekdays in `on`.

    Raises ValueError when `fine` is the coarser of the two.
    """
    if coarse is fine and coarse is not Cadence.DAY:
        return (number,)
    begin, end = first_day(coarse, number), last_day(coarse, number)
    candidates = range(ordinal(fine, begin), ordinal(fine, end) + 1)
    kept = (
        n for n, home in zip(candidates, coarsen(candidates, fine, coarse), strict=True) if home == number
    )
    return tuple(n for n in kept if fine is not Cadence.DAY or (n - 1) % 7 in on)


_MONTHS: Final = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "january jan",
                "february feb",
                "march mar",
                "april apr",
                "may",
                "june jun",
                "july jul",
                "august aug",
                "september sep sept",
                "october oct",
                "november nov",
                "december dec",
            ),
            start=1,
        )
        for name in names.split()
    }
)
_DATE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_DATE_FIELDS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_WEEK = re.compile(r"(\d{4})[- ]?W(\d{1,2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_QUARTER = re.compile(r"(\d{4})[- /]?Q([1-4])|Q([1-4])[- /](\d{4})", re.IGNORECASE)
_NAMED = re.compile(r"([A-Za-z]+)\.?[- /,]*(\d{2}|\d{4})|(\d{4})[- /]*([A-Za-z]+)\.?")
_NAMED_DAY = re.compile(
    r"(\d{1,2})\.?[- /]*([A-Za-z]+)\.?[- /,]*(\d{4})|([A-Za-z]+)\.? +(\d{1,2}),? +(\d{4})"
)


def parse(text: str, cadence: Cadence | None = None, order: str = "") -> tuple[Cadence, int]:
    """Read a period as people and programs write it.

    Takes the four codes, ISO dates (a time of day after them is dropped), month names (`Apr 2016`,
    `Apr-16`, `22 Nov 2026`) and `22.11.2026`. Dates such as 03/04/2026 are read only with `order` "dmy" or
    "mdy", since a guess would be wrong half the time. With `cadence`, a finer period is counted as the
    coarser one that holds it. Raises ValueError, saying what is wrong with `text`.
    """
    found, number = _parse(text.strip(), order)
    if cadence is None or cadence is found:
        return found, number
    if ORDER.index(cadence) < ORDER.index(found):
        raise ValueError(f"“{text}” is a {found}, and a {cadence} is wanted")
    return cadence, coarsen([number], found, cadence)[0]


def _parse(text: str, order: str) -> tuple[Cadence, int]:
    if match := _DATE.fullmatch(text):
        return Cadence.DAY, _date(text, match[1], match[3], match[4])
    if match := _DATE_FIELDS.fullmatch(text):
        if not order and match[2] != ".":
            raise ValueError(f"“{text}” may be day first or month first: say which")
        day, month = (match[3], match[1]) if order == "mdy" else (match[1], match[3])
        return Cadence.DAY, _date(text, match[4], month, day)
    if match := _WEEK.fullmatch(text):
        try:
            return Cadence.WEEK, ordinal(Cadence.WEEK, date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            raise ValueError(f"“{text}”: there is no such week") from None
    if match := _QUARTER.fullmatch(text):
        return Cadence.QUARTER, int(match[1] or match[4]) * 4 + int(match[2] or match[3]) - 1
    if match := _MONTH.fullmatch(text):
        if not 1 <= int(match[2]) <= 12 or int(match[1]) == 0:
            raise ValueError(f"“{text}”: there is no such month")
        return Cadence.MONTH, int(match[1]) * 12 + int(match[2]) - 1
    if (match := _NAMED_DAY.fullmatch(text)) and (month_ := _MONTHS.get((match[2] or match[4]).lower())):
        return Cadence.DAY, _date(text, match[3] or match[6], str(month_), match[1] or match[5])
    if (match := _NAMED.fullmatch(text)) and (month_ := _MONTHS.get((match[1] or match[4]).lower())):
        year = int(match[2] or match[3])
        # Spreadsheets write Apr-16 for April 2016; a bare day of April without its year would date nothing.
        return Cadence.MONTH, (year if year > 99 else 2000 + year) * 12 + month_ - 1
    raise ValueError(f"“{text}” is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026-Q4")


def _date(text: str, year: str, month: str, day: str) -> int:
    try:
        return date(int(year), int(month), int(day)).toordinal()
    except ValueError:
        raise ValueError(f"“{text}”: there is no such date") from None


def infer(days: Iterable[int]) -> Cadence:
    """The cadence that dates stand for, when a file writes 2016-04-01 for April 2016.

    At least three different dates that are all the first (or all the last) day of a quarter or of a month
    stand for quarters or months; all on one weekday, for weeks; anything else for days.
    """
    distinct = sorted(set(days))
    if len(distinct) < 3:
        return Cadence.DAY
    dates = [date.fromordinal(number) for number in distinct]
    for cadence in (Cadence.QUARTER, Cadence.MONTH):
        numbers = [ordinal(cadence, day) for day in dates]
        if all(day == first_day(cadence, n) for day, n in zip(dates, numbers, strict=True)) or all(
            day == last_day(cadence, n) for day, n in zip(dates, numbers, strict=True)
        ):
            return cadence
    return Cadence.WEEK if len(weekdays(distinct)) == 1 else Cadence.DAY
