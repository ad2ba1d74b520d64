"""Where a moment that somebody names lies in a series: which rows end before it, which begin at it or later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from leanship.cli._django import Unusable
from leanship.domain.periods import Cadence, first_day, last_day, ordinal, parse

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
# Statistics programs write February 1983 as 1983.083, its third quarter as 1983.5.
_PARTS: dict[int, Cadence | None] = {1: None, 4: Cadence.QUARTER, 12: Cadence.MONTH}
_ROUNDED = Fraction(1, 10)  # parts of a period that rounding may have taken off or put on


@dataclass(frozen=True)
class Moment:
    """The rows of a series around a moment: the first `before` of them end before it, those from `since` on begin at
    it or later, and the first `until` have ended once it is over. A row between the first two holds the moment.
    """

    before: int
    since: int
    until: int


def moment(text: str, labels: Sequence[str], written: Sequence[str], *, option: str, order: str) -> Moment:
    """Where `text` lies: a label of the time column as the file or Leanship writes it, a number or year, a period.

    `labels` are the rows in the order of time. A label stands for the whole of its row. `order` is that of dates such
    as 03/04/2026. Raises Unusable, naming the `option`, for what is neither.
    """
    text = text.strip()
    for names in (written, labels):
        if text in names:
            row = list(names).index(text)
            return Moment(row, row, row + 1)
    if numbers := _numbers(labels):
        if _NUMBER.fullmatch(text):
            number = Fraction(text)
            return _around([(each, each) for each in numbers], number, number)
        spans = _years(numbers)
    else:
        spans = _spans(labels)
    days = _days(text, order)
    if spans is None or days is None:
        raise Unusable(
            f"{option} {text}: it is neither in the time column nor a date that can be found there."
        )
    return _around(spans, *days)


def _around(
    spans: Sequence[tuple[int | Fraction, int | Fraction]], first: int | Fraction, last: int | Fraction
) -> Moment:
    return Moment(
        sum(end < first for _, end in spans),
        len(spans) - sum(begin >= first for begin, _ in spans),
        sum(end <= last for _, end in spans),
    )


def _numbers(labels: Sequence[str]) -> list[Fraction]:
    """The numbers that the labels are; none where one is not."""
    return [Fraction(label) for label in labels] if all(map(_NUMBER.fullmatch, labels)) else []


def _years(numbers: Sequence[Fraction]) -> list[tuple[int, int]] | None:
    """First and last day of each, if they can be years, or months or quarters written as parts of a year."""
    if not all(1000 <= number < 9999 for number in numbers):
        return None
    for parts, cadence in _PARTS.items():
        counted = [round(number * parts) for number in numbers]
        near = (
            abs(number * parts - count) < _ROUNDED for number, count in zip(numbers, counted, strict=True)
        )
        if len(set(counted)) == len(counted) and all(near):
            return [_part_of_year(cadence, *divmod(count, parts)) for count in counted]
    return None


def _part_of_year(cadence: Cadence | None, year: int, part: int) -> tuple[int, int]:
    """First and last day of a part of a year, counted from 0; of the whole year without a cadence."""
    if cadence is None:
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    months = 3 if cadence is Cadence.QUARTER else 1
    number = ordinal(cadence, date(year, part * months + 1, 1))
    return _span((cadence, number))


def _spans(labels: Sequence[str]) -> list[tuple[int, int]] | None:
    """First and last day of each row's period; None where the labels are only names."""
    try:
        return [_span(parse(label)) for label in labels]
    except ValueError:
        return None


def _days(text: str, order: str) -> tuple[int, int] | None:
    """First and last day of what is named: a year, or any period."""
    if _YEAR.fullmatch(text) and int(text):
        return date(int(text), 1, 1).toordinal(), date(int(text), 12, 31).toordinal()
    try:
        return _span(parse(text, order=order))
    except ValueError:
        return None


def _span(period: tuple[Cadence, int]) -> tuple[int, int]:
    return first_day(*period).toordinal(), last_day(*period).toordinal()
