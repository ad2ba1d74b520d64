"""Periods are counted, written and read without a hole or an overlap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.periods import (
    Cadence,
    coarsen,
    code,
    counter,
    first_day,
    infer,
    last_day,
    latest_closed,
    ordinal,
    parse,
    weekdays,
    window,
)

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
cadences = st.sampled_from(list(Cadence))


@pytest.mark.parametrize(
    ("cadence", "text", "number"),
    [
        (Cadence.DAY, "2026-11-22", date(2026, 11, 22).toordinal()),
        (Cadence.WEEK, "1970-W01", 0),
        (Cadence.WEEK, "2026-W47", 2968),
        (Cadence.MONTH, "2026-11", 2026 * 12 + 10),
        (Cadence.QUARTER, "2026-Q4", 2026 * 4 + 3),
    ],
)
def test_each_cadence_has_its_count_and_its_code(cadence: Cadence, text: str, number: int) -> None:
    assert code(cadence, number) == text
    assert parse(text) == (cadence, number)


@given(cadences, days)
def test_a_day_lies_in_the_period_that_counts_it(cadence: Cadence, day: date) -> None:
    number = ordinal(cadence, day)
    assert first_day(cadence, number) <= day <= last_day(cadence, number)
    assert last_day(cadence, number) + timedelta(days=1) == first_day(cadence, number + 1)
    assert parse(code(cadence, number)) == (cadence, number)
    assert parse(day.isoformat(), cadence) == (cadence, number)


@given(cadences, days)
def test_a_period_closes_when_its_last_day_is_over(cadence: Cadence, today: date) -> None:
    closed = latest_closed(cadence, today)
    assert last_day(cadence, closed) < today <= last_day(cadence, closed + 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-04-01T00:00:00", "2016-04-01"),
        ("2016/04/01", "2016-04-01"),
        ("22.11.2026", "2026-11-22"),
        ("22 Nov 2026", "2026-11-22"),
        ("Nov 22, 2026", "2026-11-22"),
        ("April 2016", "2016-04"),
        ("Apr-16", "2016-04"),
        ("2016 sept", "2016-09"),
        ("2013W01", "2013-W01"),
        ("Q4 2026", "2026-Q4"),
        ("2026q4", "2026-Q4"),
        (" 2026-11 ", "2026-11"),
    ],
)
def test_periods_are_read_as_people_write_them(text: str, expected: str) -> None:
    cadence, number = parse(text)
    assert code(cadence, number) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-W54",
        "2025-W53",
        "2026-02-30",
        "03/04/2026",
        "soon",
        "Jan Year 1",
        "2026-Q5",
        "0000-01",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse(text)


def test_a_slashed_date_needs_its_order() -> None:
    assert parse("03/04/2026", order="dmy") == parse("2026-04-03")
    assert parse("03/04/2026", order="mdy") == parse("2026-03-04")


def test_a_coarse_period_is_never_split() -> None:
    with pytest.raises(ValueError, match="week is wanted"):
        parse("2026-11", Cadence.WEEK)
    with pytest.raises(ValueError, match="cannot be split"):
        coarsen([1], Cadence.MONTH, Cadence.WEEK)


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    week = parse("2026-W49")[1]  # 30 November to 6 December
    assert [code(Cadence.MONTH, n) for n in coarsen([week], Cadence.WEEK, Cadence.MONTH)] == ["2026-12"]
    assert coarsen([parse("2026-11")[1]], Cadence.MONTH, Cadence.QUARTER) == [parse("2026-Q4")[1]]


def test_days_nobody_works_are_no_periods() -> None:
    friday = parse("2026-11-20")[1]
    monday_to_friday = weekdays(range(friday - 4, friday + 1))
    assert monday_to_friday == frozenset(range(5))
    assert window(Cadence.DAY, friday + 3, 3, monday_to_friday) == (friday - 1, friday, friday + 3)
    place = counter(Cadence.DAY, monday_to_friday)
    assert place(friday + 3) - place(friday) == 1
    assert place(friday) - place(friday - 1) == 1


@given(days, st.frozensets(st.integers(0, 6), min_size=1), st.integers(1, 30))
def test_a_window_of_days_is_an_unbroken_count(day: date, on: frozenset[int], size: int) -> None:
    shown = window(Cadence.DAY, day.toordinal(), size, on)
    place = counter(Cadence.DAY, on)
    assert [place(n) - place(shown[0]) for n in shown] == list(range(size))


@pytest.mark.parametrize(
    ("dates", "cadence"),
    [
        (["2016-04-01", "2016-05-01", "2016-06-01"], Cadence.MONTH),
        (["2016-04-30", "2016-05-31", "2016-07-31"], Cadence.MONTH),
        (["2016-01-01", "2016-04-01", "2017-01-01"], Cadence.QUARTER),
        (["2026-11-02", "2026-11-09", "2026-11-23"], Cadence.WEEK),
        (["2020-01-02", "2020-01-03", "2020-01-04"], Cadence.DAY),
        (["2016-04-01", "2016-05-01"], Cadence.DAY),
    ],
)
def test_dates_that_stand_for_longer_periods_are_recognised(dates: list[str], cadence: Cadence) -> None:
    assert infer(parse(day)[1] for day in dates) is cadence
