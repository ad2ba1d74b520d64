"""Figures, dates and sentences as they stand on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from leanship.domain.periods import Cadence, ordinal
from leanship.domain.process_behaviour import chart
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts.series import xmr_data
from leanship.web.charts.xmr import XmrData

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1120, 0, "1,120"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),  # half up, as on paper, not to the even number
        (-3, 0, "\N{MINUS SIGN}3"),
        (-0.04, 1, "0.0"),
        (Decimal("98.249"), 2, "98.25"),
        (1234567.891, 1, "1,234,567.9"),
    ],
)
def test_a_number_is_set(value: float | Decimal, decimals: int, shown: str) -> None:
    assert fmt.number(value, decimals) == shown


def test_a_stored_figure_is_set_exactly() -> None:
    assert fmt.figure(964, 1, "%") == f"96.4{NBSP}%"
    assert fmt.figure(9007199254740993, 2) == "90,071,992,547,409.93"
    assert fmt.figure(Fraction(1, 3), 0) == "0"


def test_percent_and_intervals_keep_their_unit() -> None:
    assert fmt.percent(96) == f"96{NBSP}%"
    assert fmt.interval(96, 104, "%") == f"96–104{NBSP}%"
    assert fmt.interval(-3, 4) == "\N{MINUS SIGN}3 to 4"


def test_days_and_moments_are_written_out() -> None:
    assert fmt.day(date(2026, 11, 22)) == f"22{NBSP}Nov{NBSP}2026"
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):
        assert fmt.moment(at) == f"23{NBSP}Nov{NBSP}2026, 00:30"


@pytest.mark.parametrize(
    ("cadence", "shown"),
    [
        (Cadence.DAY, f"22{NBSP}Nov{NBSP}2026"),
        (Cadence.WEEK, "week 47, 2026"),
        (Cadence.MONTH, f"Nov{NBSP}2026"),
        (Cadence.QUARTER, "Q4 2026"),
    ],
)
def test_a_period_has_a_name(cadence: Cadence, shown: str) -> None:
    assert fmt.period(cadence, ordinal(cadence, date(2026, 11, 22))) == shown


def data_of(values: list[int | None]) -> XmrData:
    labels = [f"month {i}" for i in range(1, len(values) + 1)]
    return xmr_data(chart(values), values, labels, title="On time", unit="%")


ROUTINE = [50, 52, 48, 51, 49, 50] * 4


def test_routine_variation_is_called_so_with_its_limits() -> None:
    text = words.chart_says(data_of(list(ROUTINE)))
    assert text.startswith("Routine variation: figures between ")
    assert f"and {fmt.number(data_of(list(ROUTINE)).limits[0].upper or 0, 1)}{NBSP}%" in text
    assert "provisional" not in text


def test_the_newest_signal_is_told_first_and_the_others_counted() -> None:
    values: list[int | None] = [*ROUTINE, 20, *([60] * 9)]
    text = words.chart_says(data_of(values))
    assert text.startswith("A signal: ")
    assert "month 34" in text
    assert "more signals are marked" in text


def test_a_point_below_the_limit_says_which_limit() -> None:
    assert "month 25 lies below the lower limit" in words.chart_says(data_of([*ROUTINE, 20]))


def test_provisional_limits_say_what_they_rest_on() -> None:
    text = words.chart_says(data_of([50, 52, 48, 51, 49, 50, 51]))
    assert "provisional: they rest on 7 points" in text


def test_too_few_points_say_how_many_there_are() -> None:
    assert words.chart_says(data_of([50, 52, None, 48])) == "Not enough evidence for limits: 3 of 6 points."


def test_figures_that_never_vary_are_told_as_such() -> None:
    said = "Every figure is the same: the average moving range is 0, so there are no limits to draw."
    assert words.chart_says(data_of([0] * 12)) == said
    # nor do limits come from a baseline that never varied, whatever came after it
    later = words.chart_says(data_of([0] * 24 + [3]))
    assert later == "No limits: the average moving range that they would rest on is 0."
    assert words.chart_says(data_of([7, 7, 7])) == "Not enough evidence for limits: 3 of 6 points."


def test_limits_beyond_what_is_possible_are_told_at_the_bound() -> None:
    data = replace(data_of([96, 99, 93, 99, 95, 99, 94, 99] * 3), ceiling=100.0)
    assert f"and 100.0{NBSP}%" in words.chart_says(data)


def test_chance_is_told_with_the_charts_it_is_about() -> None:
    assert words.chance_says(16, 1.76) == "Chance alone would show a signal on about 1.8 of these 16 charts."


def test_the_eye_says_how_many() -> None:
    assert words.seen_by(1) == "only you"
    assert words.seen_by(2) == "you and 1 other"
    assert words.seen_by(5) == "you and 4 others"


def test_no_word_on_a_page_cheers_or_blames() -> None:
    said = [words.band_label(band) for band in words.BAND_LABELS]
    assert "does not meet yet" in said
    assert not [text for text in said if "!" in text or "fail" in text]


@pytest.mark.parametrize(
    ("unit", "one", "two", "heading"),
    [
        ("%", "1\N{NO-BREAK SPACE}%", "2\N{NO-BREAK SPACE}%", "Figure"),
        ("EUR", "1\N{NO-BREAK SPACE}EUR", "2\N{NO-BREAK SPACE}EUR", "Figure"),
        ("km/h", "1\N{NO-BREAK SPACE}km/h", "2\N{NO-BREAK SPACE}km/h", "Figure"),
        (
            "accidents",
            "1\N{NO-BREAK SPACE}(accidents)",
            "2\N{NO-BREAK SPACE}accidents",
            "Figure, accidents",
        ),
        (
            "lines a day",
            "1\N{NO-BREAK SPACE}(lines a day)",
            "2\N{NO-BREAK SPACE}lines a day",
            "Figure, lines a day",
        ),
        ("", "1", "2", "Figure"),
    ],
)
def test_a_unit_reads_well_whatever_the_figure(unit: str, one: str, two: str, heading: str) -> None:
    assert (fmt.figure(1, 0, unit), fmt.figure(2, 0, unit)) == (one, two)
    assert fmt.figure(10, 1, unit).startswith("1.0") and "(" not in fmt.figure(10, 1, unit)
    assert fmt.column("Figure", unit) == heading
    # under the heading the unit is said once: by it, or beside each figure
    assert (fmt.bare(1, 0, unit) == "1") == (heading != "Figure" or not unit)
