"""The chart of stances: a lane a person, moves as arcs, everything said in words."""

from __future__ import annotations

import re

import pytest

from leanship.web.charts.stances import Band, Lane, StanceData, svg

NAMES = ("Against", "Doubtful", "Neutral", "For", "Active")


def lane(name: str = "Dev Patel", places: tuple[int, ...] = (1, 3), *, reached: bool = False) -> Lane:
    return Lane(name, "DP", "Order specialist", f"{name}: said so.", "/there/", places, reached)


def drawn(*bands: tuple[Lane, ...]) -> str:
    labels = ("Much", "Some", "Little")
    made = tuple(Band(label, lanes) for label, lanes in zip(labels, bands, strict=False))
    return svg(StanceData("Where people stand", NAMES, made))


def test_it_is_drawn_for_a_page_and_for_a_phone_and_each_lane_says_itself() -> None:
    chart = drawn((lane(),))
    assert chart.count("<svg") == 2 and 'class="stances wide"' in chart and 'class="stances narrow"' in chart
    assert chart.count('aria-label="Dev Patel: said so."') == 2
    assert chart.count('href="/there/"') == 2
    assert all(chart.count(f">{name}</text>") == 2 for name in NAMES)


def test_no_two_names_share_a_line_however_many_stand_in_one_place() -> None:
    chart = drawn(tuple(lane(f"Person {number}", (2,)) for number in range(30)))
    wide = chart.split("</svg>")[0]
    heights = re.findall(r'class="name" x="[\d.]+" y="([\d.]+)"', wide)
    assert len(heights) == len(set(heights)) == 30


@pytest.mark.parametrize(("places", "tones"), [((1, 3), ["better"]), ((3, 1), ["worse"]), ((2,), [])])
def test_the_newest_move_says_its_way(places: tuple[int, ...], tones: list[str]) -> None:
    wide = drawn((lane(places=places),)).split("</svg>")[0]
    assert re.findall(r'class="hop (\w+)"', wide) == tones


def test_earlier_moves_stay_and_only_the_newest_has_an_arrow() -> None:
    wide = drawn((lane(places=(2, 1, 3)),)).split("</svg>")[0]
    assert re.findall(r'class="hop (\w+)"', wide) == ["earlier", "better"]
    assert wide.count("move head") == 1
    assert wide.count('class="was"') == 2


def test_who_lies_outside_the_line_has_a_mark_of_another_shape() -> None:
    wide = drawn((lane(), lane("Ana Ruiz", reached=True))).split("</svg>")[0]
    assert wide.count('class="person outside"') == 1 and wide.count('class="person"') == 1


def test_a_long_name_is_cut_in_the_picture_and_whole_in_words() -> None:
    name = "Aurelia Montgomery-Featherstonehaugh of the Regional Directorate"
    chart = drawn((lane(name),))
    assert f">{name}</text>" not in chart and "…</text>" in chart
    assert f'aria-label="{name}: said so."' in chart


def test_a_name_is_text_and_nothing_else() -> None:
    chart = drawn((lane("<script>alert(1)</script>"),))
    assert "<script>" not in chart


@pytest.mark.parametrize("bands", [(), ((lane(places=()),),)])
def test_without_people_or_places_there_is_no_chart(bands: tuple[tuple[Lane, ...], ...]) -> None:
    with pytest.raises(ValueError, match="people who stand somewhere"):
        drawn(*bands)
