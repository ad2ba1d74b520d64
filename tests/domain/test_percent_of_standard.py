"""The percent of a standard, and what M11 says where there is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.figures import (
    Bands,
    Better,
    Case,
    attainment,
    can_exceed,
    decimals_in,
    format_decimal,
    median,
    parse_decimal,
    ratio,
    round_half_up,
    shortfall,
)

HIGHER, LOWER = Better.HIGHER, Better.LOWER
BANDS = Bands()
amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("value", "standard", "better", "percent"),
    [
        (995, 1000, HIGHER, 100),  # 99.5 rounds up
        (9949, 10000, HIGHER, 99),
        (209, 200, HIGHER, 105),  # 104.5 exactly
        (2089, 2000, HIGHER, 104),
        (200, 209, LOWER, 105),
        (1000, 995, LOWER, 100),
        (0, 7, HIGHER, 0),
        (1, 3, HIGHER, 33),
    ],
)
def test_a_tie_falls_as_on_paper(value: int, standard: int, better: Better, percent: int) -> None:
    assert attainment(value, standard, better).percent == percent


@pytest.mark.parametrize(
    ("value", "standard", "better", "case", "exceeds", "meets"),
    [
        (0, 5, LOWER, Case.ABOVE, True, True),
        (0, 0, LOWER, Case.AT_OR_ABOVE, False, True),
        (1, 0, LOWER, Case.BELOW, False, False),
        (0, 0, HIGHER, Case.AT_OR_ABOVE, False, True),
        (3, 0, HIGHER, Case.AT_OR_ABOVE, False, True),
        (-1, 5, HIGHER, Case.NOT_RATED, False, False),
        (5, -1, LOWER, Case.NOT_RATED, False, False),
    ],
)
def test_some_periods_have_no_percent(
    value: int, standard: int, better: Better, case: Case, exceeds: bool, meets: bool
) -> None:
    found = attainment(value, standard, better)
    assert (found.case, found.percent) == (case, None)
    assert (found.exceeds(BANDS), found.meets(BANDS)) == (exceeds, meets)


@given(amounts, st.integers(1, 10**12), st.sampled_from(Better))
def test_bands_are_decided_as_by_cross_multiplication(value: int, standard: int, better: Better) -> None:
    found = attainment(value, standard, better)
    part, whole = (value, standard) if better is HIGHER else (standard, value)
    assert found.exceeds(BANDS) == (200 * part >= 209 * whole)
    assert found.meets(BANDS) == (200 * part >= 199 * whole)


@given(amounts, st.integers(1, 10**12), st.integers(1, 1000), st.sampled_from(Better))
def test_the_unit_of_a_figure_does_not_matter(value: int, standard: int, unit: int, better: Better) -> None:
    assert attainment(value, standard, better) == attainment(value * unit, standard * unit, better)
    assert attainment(value, standard, better) == attainment(
        Fraction(value, unit), Fraction(standard, unit), better
    )


def test_a_ratio_is_rounded_once_after_both_parts() -> None:
    # 1999 of 2000 is 99.95 %; against a standard of 95.00 % that is 105.21 percent.
    share = ratio(1999, 2000, 100 * 10**2)
    assert share == Fraction("9995")
    assert attainment(share, 9500, HIGHER).percent == 105
    with pytest.raises(ValueError, match="positive whole"):
        ratio(1, 0)


@given(st.integers(-(10**15), 10**15), st.integers(0, 6))
def test_a_figure_is_read_as_it_is_written(value: int, decimals: int) -> None:
    written = format_decimal(value, decimals)
    assert parse_decimal(written, decimals) == value
    assert decimals_in(written) == decimals


@pytest.mark.parametrize(
    ("text", "units"), [("-0.5", -50), ("7", 700), (".25", 25), ("+1.", 100), ("1.500", 150)]
)
def test_decimals_are_read_in_every_usual_form(text: str, units: int) -> None:
    assert parse_decimal(text, 2) == units


@pytest.mark.parametrize("text", ["", "1.005", "1,5", "1e3", "five", "--1", "."])
def test_what_would_have_to_be_guessed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse_decimal(text, 2)


def test_a_figure_between_two_units_is_shown_rounded() -> None:
    assert format_decimal(Fraction(5, 2), 1) == "0.3"
    assert format_decimal(Fraction(-5, 2), 1) == "-0.3"
    assert format_decimal(Fraction(-1, 3), 1) == "0.0"


def test_half_goes_up_and_the_median_is_exact() -> None:
    assert [round_half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3)] == [-1, 0, 1, 2]
    assert median([3, 1, 2]) == 2
    assert median([4, 1]) == Fraction(5, 2)


def test_the_form_can_say_when_105_is_out_of_reach() -> None:
    assert can_exceed(95, HIGHER, ceiling=100)  # 105.26
    assert not can_exceed(96, HIGHER, ceiling=100)  # 104.17
    assert can_exceed(96, HIGHER, ceiling=100, bands=Bands(exceeds=102))
    assert can_exceed(96, HIGHER)
    assert can_exceed(3, LOWER)
    assert not can_exceed(0, LOWER)
    assert attainment(shortfall(98, 100), shortfall(96, 100), LOWER).percent == 200


def test_bands_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="0 < meets < exceeds"):
        Bands(exceeds=100, meets=100)
