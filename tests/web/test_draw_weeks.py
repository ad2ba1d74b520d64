"""Weeks are drawn as bars of parts, with a target that may change from week to week."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from leanship.web.charts.week_bars import Bar, Part, WeekBarsData, responsive, svg


def data(*bars: Bar, top: float | None = None) -> WeekBarsData:
    return WeekBarsData("Hours by week", "", bars, "h", "Target 50 %", top)


def bar(*values: float, target: float | None = None, url: str = "", says: str = "16 Nov: 8 h") -> Bar:
    tones = ("strategic", "tactical", "unclassified", "outside")
    parts = tuple(Part(tone, value) for tone, value in zip(tones, values, strict=False))
    return Bar("16 Nov", says, parts, target, "20 %", url)


def rects(text: str, tone: str) -> list[tuple[float, float]]:
    """Top and height of the parts of a class."""
    found = re.findall(rf'<rect class="{tone}"[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"', text)
    return [(float(y), float(height)) for y, height in found]


def test_parts_stand_on_each_other_and_add_up() -> None:
    drawn = svg(data(bar(8, 12, 4, 16)))
    (strategic,), (tactical,), (open_,), (outside,) = (
        rects(drawn, tone) for tone in ("strategic", "tactical", "unclassified", "outside")
    )
    assert strategic[0] == pytest.approx(tactical[0] + tactical[1])
    assert tactical[0] == pytest.approx(open_[0] + open_[1])
    assert open_[0] == pytest.approx(outside[0] + outside[1])
    assert [part[1] / strategic[1] for part in (tactical, open_, outside)] == pytest.approx([1.5, 0.5, 2])


def test_the_target_steps_with_the_weeks_and_is_lifted_where_there_is_none() -> None:
    drawn = svg(data(bar(8, target=20), bar(8, target=10), bar(8), bar(8, target=20)))
    path = re.findall(r'<path class="target" d="([^"]+)"', drawn)[0]
    assert path.count("M") == 2
    assert len(set(re.findall(r"[ML][\d.]+ ([\d.]+)", path))) == 2


def test_bars_are_links_where_there_is_something_to_open() -> None:
    linked = svg(data(bar(8, url="/weeks/1")))
    assert 'role="group"' in linked
    assert '<a href="/weeks/1"' in linked
    plain = svg(data(bar(8)))
    assert 'role="img"' in plain
    assert "<a " not in plain


def test_texts_are_escaped_and_both_widths_are_sound() -> None:
    both = responsive(data(bar(8, says='<b>&"', url='/?a=1&b="'), bar()))
    found = ElementTree.fromstring(f"<both>{both}</both>")
    assert [each.get("class") for each in found] == ["week-bars wide", "week-bars narrow"]
    assert "<b>" not in both


@pytest.mark.parametrize(("highest", "steps"), [(100, 5), (40, 4), (37.5, 4), (3, 3), (0, 4), (0.4, 4)])
def test_the_axis_ends_at_a_round_figure(highest: float, steps: int) -> None:
    drawn = svg(data(bar(highest)))
    assert drawn.count('class="base"') == steps + 1
    assert all(height <= 280 for _y, height in rects(drawn, "strategic"))


def test_there_is_no_chart_of_nothing() -> None:
    with pytest.raises(ValueError, match="needs a week"):
        svg(data())
