"""Published XmR charts, to the digits published, each with the constants it was published with.

Series whose licence keeps them out of this repository are read from LEANSHIP_WITNESS_DATA.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from leanship.domain.figures import decimals_in, parse_decimal
from leanship.domain.process_behaviour import NIST, WHEELER, Chart, Rule, chart

HERE = Path(__file__).parents[1] / "data" / "xmr"
DECIMALS = 8


def column(name: str, of: str, where: Path | None = None) -> list[int]:
    if where is None:
        root = os.environ.get("LEANSHIP_WITNESS_DATA")
        if not root:
            pytest.skip("LEANSHIP_WITNESS_DATA is not set: series under the GPL are not in this repository")
        where = Path(root) / "xmr"
    with (where / name).open(newline="") as file:
        texts = [row[of] for row in csv.DictReader(file)]
    assert max(map(decimals_in, texts)) <= DECIMALS
    return [parse_decimal(text, DECIMALS) for text in texts]


def figures(found: Chart) -> dict[str, float]:
    exact = {
        "centre": found.centre,
        "ranges": found.average_moving_range,
        "lower": found.lower_limit,
        "upper": found.upper_limit,
        "range_limit": found.range_limit,
    }
    return {name: float(figure) / 10**DECIMALS for name, figure in exact.items() if figure is not None}


def flags(found: Chart) -> dict[str, list[int]]:
    """The flagged points counted from 1, as the sources count them; rules that flag nothing are left out."""
    by_rule = {str(rule): [s.index + 1 for s in found.signals if s.rule is rule] for rule in Rule}
    by_rule["moving_range"] = [index + 1 for index in found.range_signals]
    return {rule: points for rule, points in by_rule.items() if points}


def agrees(figure: float, published: str) -> bool:
    return f"{figure:.{decimals_in(published)}f}" == published


def check(found: Chart, **published: str) -> None:
    known = figures(found)
    wrong = {name: (known[name], text) for name, text in published.items() if not agrees(known[name], text)}
    assert wrong == {}


def test_flow_rate_of_the_nist_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: in control."""
    found = chart(column("nist_flowrate.csv", "flowrate", HERE), baseline="all", constants=NIST)
    check(found, centre="50.81", ranges="1.8778", upper="55.8041", lower="45.8159")
    assert flags(found) == {}


def test_the_nhs_fixture() -> None:
    """NHSRplotthedots, snapshot of ptd_spc_standard: all common cause; with an outlier, limits without screening."""
    plain = chart(column("nhsr_plotthedots_fixture.csv", "y", HERE), baseline="all")
    check(plain, centre="0.1416238", lower="-3.01138", upper="3.294627")
    assert flags(plain) == {}
    outlier = chart(column("nhsr_plotthedots_fixture.csv", "y_with_outlier", HERE), baseline="all")
    check(outlier, centre="0.6694159", lower="-4.596625", upper="5.935457")
    assert flags(outlier) == {"outside_limits": [15], "moving_range": [15, 16]}


SALES = {
    "A": (("999.95", "138.21053", "1367.59", "632.31"), {"moving_range": [5, 13]}),
    "B": (
        ("1025.90", "102.31579", "1298.06", "753.74"),
        {
            "outside_limits": [1, 19],
            "run_of_8": list(range(11, 21)),
            "three_of_four": [1, 2, 4, 13, 14, 16, 18, 19, 20],
        },
    ),
    "C": (("1184.90", "127.31579", "1523.56", "846.24"), {}),
    "D": (
        ("656.55", "35.47368", "750.91", "562.19"),
        {
            "outside_limits": [1, 2, 4, 5, 16, 18, 19, 20],
            "run_of_8": [*range(1, 9), *range(13, 21)],
            "three_of_four": [*range(1, 8), 14, 16, 17, 18, 19, 20],
        },
    ),
    "E": (("420.30", "42.84211", "534.26", "306.34"), {}),
    "F": (
        ("519.55", "56.47368", "669.77", "369.33"),
        {
            "outside_limits": [16, 18, 19, 20],
            "three_of_four": [1, 3, 4, 9, 10, 11, 12, 16, 18, 19, 20],
        },
    ),
}


@pytest.mark.parametrize("region", SALES)
def test_wheelers_sales_by_region(region: str) -> None:
    """Data of Wheeler, Understanding Variation; limits and flags computed apart from this code."""
    (centre, ranges, upper, lower), expected = SALES[region]
    found = chart(column("wheeler_quarterly_sales_by_region.csv", region, HERE), baseline="all")
    check(found, centre=centre, ranges=ranges, upper=upper, lower=lower)
    assert flags(found) == expected


@pytest.mark.witness
def test_viscosity_of_qcc() -> None:
    """qcc vignette: phase I, then phase I without batch 4 applied to phase II."""
    values = column("qcc_viscosity.csv", "viscosity")
    first = chart(values[:20], baseline="all", constants=NIST)
    check(first, centre="34.088", lower="32.56504", upper="35.61096", range_limit="1.87079")
    assert flags(first) == {"outside_limits": [4], "moving_range": [4]}
    second = chart(values[:3] + values[4:], baseline=19, constants=NIST)
    check(second, centre="33.98947", lower="32.75425", upper="35.22470", range_limit="1.51734")
    assert flags(second) == {
        "outside_limits": [27],
        "run_of_8": list(range(24, 35)),
        "three_of_four": [24, 25, 27, 28, 30],
    }


@pytest.mark.witness
def test_cost_of_processing_loans() -> None:
    """Montgomery, exercise 6.5, as in the tests of qicharts2: limits frozen on the first 20 weeks."""
    found = chart(column("montgomery_loan_cost_weeks.csv", "cost"), baseline=20, constants=NIST)
    check(found, centre="300.5", ranges="7.789474", lower="279.783315", upper="321.216685")
    check(found, range_limit="25.448211")
    assert flags(found) == {"outside_limits": [39, 40], "moving_range": [39]}
    wheeler = chart(column("montgomery_loan_cost_weeks.csv", "cost"), baseline=20, constants=WHEELER)
    check(wheeler, lower="279.78", upper="321.22")


@pytest.mark.witness
def test_yield_checked_with_minitab() -> None:
    """JASP's test suite, verified with Minitab: one chart, then one for each of three stages."""
    values = column("jasp_yield_minitab_checked.csv", "yield")
    found = chart(values, baseline="all", constants=NIST)
    check(
        found,
        centre="2375",
        ranges="771.42857",
        lower="323.32827",
        upper="4426.67173",
        range_limit="2520.25714",
    )
    assert flags(found) == {
        "outside_limits": [3, 4, 23, 24],
        "run_of_8": [*range(5, 23), *range(25, 37)],
        "moving_range": [3, 5, 23, 25],
    }
    staged = chart(values, baseline=(0, 12), constants=NIST, accepted=[(12, (12, 24)), (24, (24, 36))])
    assert flags(staged)["outside_limits"] == [3, 4, 23, 24]


@pytest.mark.witness
def test_the_nile() -> None:
    """A hundred years of flow with a well-known change after 1898; limits and flags computed apart from this code."""
    found = chart(column("nile.csv", "flow"), baseline="all")
    check(found, centre="919.35", ranges="133.25253", upper="1273.80172", lower="564.89828")
    assert flags(found) == {
        "outside_limits": [9, 43],
        "run_of_8": [*range(8, 18), *range(19, 29), *range(48, 59)],
        "three_of_four": [
            *(1, 2, 4, 5, 6, 8, 9, 10, *range(20, 27), 28, 42, 43, 45, 98, 99, 100),
        ],
    }
