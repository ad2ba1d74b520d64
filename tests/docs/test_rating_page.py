"""The page on rating says what the product computes."""

from __future__ import annotations

import re
from pathlib import Path

from leanship.domain import chance, figures, leader, rating
from leanship.domain.figures import Better, Case, parse_decimal
from leanship.domain.leader import Aggregation, LeaderKpi, LeaderRating
from leanship.domain.periods import Cadence, parse
from leanship.domain.process_behaviour import chart

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "rating.md").read_text()
TEXT = " ".join(PAGE.split())


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose header begins with `first`, without header and rule."""
    lines = PAGE.splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith(first))
    found = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


MONTHS = rows("| month | orders")
NUMBERS = [parse(month[0])[1] for month in MONTHS]
ORDERS = LeaderKpi(
    "orders",
    Cadence.MONTH,
    Better.HIGHER,
    Aggregation.MEAN,
    {number: parse_decimal(month[1], 1) for number, month in zip(NUMBERS, MONTHS, strict=True)},
    dict.fromkeys(NUMBERS, parse_decimal("80.0", 1)),
    weight=2,
)
COMPLAINTS = LeaderKpi(
    "complaints",
    Cadence.MONTH,
    Better.LOWER,
    Aggregation.SUM,
    {number: int(month[4]) for number, month in zip(NUMBERS, MONTHS, strict=True)},
    dict.fromkeys(NUMBERS, 6),
)


def rated() -> LeaderRating:
    return leader.rate_leader([ORDERS, COMPLAINTS], {Cadence.MONTH: NUMBERS[-1]})


def test_the_page_names_its_leaders_kpis() -> None:
    assert "in percent, more is better, standard 80.0, weight 2" in TEXT
    assert "fewer is better, standard 6, weight 1" in TEXT
    assert len(MONTHS) == 12
    assert len(set(NUMBERS)) == NUMBERS[-1] - NUMBERS[0] + 1 == 12


def test_each_month_is_worked_as_the_product_works_it() -> None:
    for month, period in zip(MONTHS, rated().periods, strict=True):
        orders, complaints = (part for _, part in period.parts)
        assert orders is not None and complaints is not None
        assert orders.exact is not None and period.exact is not None
        assert month[2:4] == [f"{float(orders.exact):.2f}", str(orders.percent)]
        assert month[5] == ("–" if complaints.case is Case.ABOVE else str(complaints.percent))
        assert month[6:] == [f"{float(period.exact):.2f}", str(period.percent)]


def test_the_counts_and_ratings_are_the_products() -> None:
    found = rated()
    for (_, *cells), one in zip(rows("| | n | e"), [*found.kpis.values(), found.whole], strict=True):
        counts = [str(count) for count in (one.present, one.exceeds, one.meets, one.median)]
        assert cells == [*counts, one.rating.value]
    assert f"Of twelve months {['', 'nine'][rating.needed(Cadence.MONTH, 12) == 9]} must be there" in TEXT


def test_the_cases_without_a_percent_are_the_products() -> None:
    cases = [
        figures.attainment(0, 6, Better.LOWER).case,
        figures.attainment(0, 0, Better.LOWER).case,
        figures.attainment(1, 0, Better.LOWER).case,
        figures.attainment(-1, 6, Better.LOWER).case,
    ]
    assert cases == [Case.ABOVE, Case.AT_OR_ABOVE, Case.BELOW, Case.NOT_RATED]
    says = ["105 and above", "100 and above", "below the standard", "not rated"]
    assert [cell[1].startswith(word) for cell, word in zip(rows("| case"), says, strict=True)] == [True] * 4


def test_the_highest_standard_that_can_be_exceeded_is_right() -> None:
    found = re.search(r"a standard above ([\d.]+) % puts 105 out of reach", TEXT)
    assert found is not None
    highest = parse_decimal(found[1], 1)
    assert figures.can_exceed(highest, Better.HIGHER, ceiling=1000)
    assert not figures.can_exceed(highest + 1, Better.HIGHER, ceiling=1000)


def test_the_bands_are_the_products() -> None:
    for percents, word in rows("| whole percent"):
        for percent in re.findall(r"\d+", percents):
            assert rating.band(int(percent)).value == word.replace(" ", "_")


def test_the_chart_is_the_products() -> None:
    values = list(ORDERS.values.values())
    found = chart(values)
    shown = (
        found.centre,
        found.average_moving_range,
        found.lower_limit,
        found.upper_limit,
        found.range_limit,
    )
    assert found.provisional
    assert found.signals == ()
    for figure in shown:
        assert figure is not None and f"**{float(figure) / 10:.2f}**" in PAGE
    more = chart([*values, parse_decimal("90.0", 1)])
    assert [signal.index for signal in more.signals] == [12]
    for figure in (more.lower_limit, more.upper_limit):
        assert figure is not None and f"**{float(figure) / 10:.2f}**" in PAGE


def test_the_shares_by_chance_are_the_products() -> None:
    said = re.findall(r"\*\*(\d+) %\*\* with (\d+)", TEXT)
    assert [points for _, points in said] == ["24", "52"]
    for percent, points in said:
        assert abs(100 * chance.chance_of_signal(int(points)) - int(percent)) < 1
