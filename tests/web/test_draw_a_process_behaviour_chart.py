"""The process behaviour chart is drawn from plain data: right places, safe texts, a file that stands alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st

import leanship.web
from leanship.domain.process_behaviour import chart
from leanship.web.charts import xmr
from leanship.web.charts.series import spark_data, xmr_data
from leanship.web.charts.svg import PALETTE, text_width
from leanship.web.charts.xmr_data import tone
from leanship.web.charts.xmr_places import spread

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = tuple(f"month {i}" for i in range(1, 37))

# 24 routine points, then 12 well above them
SHIFTED = [500 + (7, -6, 3, -4)[i % 4] for i in range(24)] + [560 + (7, -6, 3, -4)[i % 4] for i in range(12)]


def drawn(values: list[int | None], **more: object) -> xmr.XmrData:
    """The chart of `values` (one decimal) as the method answers it."""
    accepted = more.pop("accepted", ())
    answer = chart(values, accepted=accepted)  # type: ignore[arg-type]
    labels = MONTHS[: len(values)]
    return xmr_data(answer, values, labels, title="On time", decimals=1, unit="%", **more)  # type: ignore[arg-type]


def parsed(data: xmr.XmrData, **more: object) -> ET.Element:
    text = xmr.svg(data, **more)  # type: ignore[arg-type]
    return ET.fromstring(text)


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def test_every_point_can_be_reached_and_says_itself() -> None:
    root = parsed(drawn(list(SHIFTED), better="higher"))
    points = of_class(root, "point")
    assert len(points) == 36
    assert [p.get("tabindex") for p in points] == ["-1"] * 35 + ["0"]
    assert points[0].get("aria-label") == "Month 1 · 50.7\N{NO-BREAK SPACE}%"
    assert "12 in a row" in (points[-1].get("aria-label") or "")
    assert "moving range 0.7\N{NO-BREAK SPACE}%" in (points[-1].get("aria-label") or "")


def test_signals_get_the_shape_of_their_rule_and_the_colour_of_their_side() -> None:
    better = parsed(drawn(list(SHIFTED), better="higher"))
    worse = parsed(drawn(list(SHIFTED), better="lower"))
    neither = parsed(drawn(list(SHIFTED)))
    for root, expected in ((better, "tone-better"), (worse, "tone-worse"), (neither, "tone-look")):
        marks = [e for e in of_class(root, "mark") if e.tag == f"{SVG}polygon"]
        assert len(marks) == 12
        assert all(expected in (m.get("class") or "") for m in marks)


def test_limits_are_labelled_with_one_decimal_more_than_the_figures() -> None:
    text = "".join(parsed(drawn([100, 102, 98, 101, 99, 100, 103, 97])).itertext())
    # mean 10.0, average moving range 2.571…: 10 ± 2.66 × 0.2571
    assert "Centre 10.00\N{NO-BREAK SPACE}%" in text
    assert "Upper limit 10.80\N{NO-BREAK SPACE}%" in text
    assert "Lower limit 9.20\N{NO-BREAK SPACE}%" in text


def test_a_gap_breaks_the_line_and_the_moving_range() -> None:
    values: list[int | None] = [100, 102, 98, None, 99, 100, 103, 97]
    root = parsed(drawn(values))
    upper, lower = of_class(root, "line")
    assert (upper.get("d") or "").count("M") == 2
    assert (lower.get("d") or "").count("M") == 2
    points = of_class(root, "point")
    assert "no figure" in (points[3].get("aria-label") or "")
    assert "moving range" not in (points[4].get("aria-label") or "")


def test_an_accepted_shift_is_a_step_without_a_riser() -> None:
    root = parsed(drawn(list(SHIFTED), accepted=[(24, None)]))
    centre = of_class(root, "centre")[0].get("d") or ""
    heights = re.findall(r"[ML][\d.]+ ([\d.]+)", centre)
    assert centre.count("M") == 2
    assert heights[0] == heights[1] != heights[2] == heights[3]
    assert not [e for e in of_class(root, "mark") if e.tag == f"{SVG}polygon"]


def test_a_limit_beyond_what_is_possible_is_drawn_and_labelled_at_the_bound_and_says_so() -> None:
    values: list[int | None] = [960, 999, 930, 990, 950, 998, 940, 990]
    free, clipped = drawn(values), drawn(values, ceiling=100.0)
    upper = free.limits[0].upper
    assert upper is not None and upper > 100
    tops = []
    for data in (free, clipped):
        root = parsed(data)
        tops.append(
            min(float(y) for y in re.findall(r" ([\d.]+)", of_class(root, "limit")[0].get("d") or ""))
        )
        (label,) = [text for text in root.iter(f"{SVG}text") if "Upper limit" in "".join(text.itertext())]
        shown = "".join(part.text or "" for part in label.iter(f"{SVG}tspan"))
        assert shown == f"Upper limit {data.says(data.clipped(upper), 1)}"
        why = label.findtext(f"{SVG}title")
        assert why is None if data is free else data.says(upper, 1) in (why or "")
    # the clipped limit lies just over the highest point; the free one far over it
    highest = [
        min(float(c.get("cy") or 0) for c in of_class(parsed(data), "dot")) for data in (free, clipped)
    ]
    assert highest[0] - tops[0] > highest[1] - tops[1] > 0


def test_without_enough_points_there_are_no_limits_only_the_line() -> None:
    root = parsed(drawn([100, 110, 90]))
    assert of_class(root, "line")
    assert not of_class(root, "limit")


@pytest.mark.parametrize("values", [[], [None], [5], [0, 0, 0, 0, 0, 0, 0], [None, 7, None]])
def test_the_smallest_series_are_drawn_too(values: list[int | None]) -> None:
    root = parsed(drawn(values)) if values else parsed(xmr.XmrData("Nothing", (), ()))
    assert "nan" not in ET.tostring(root, encoding="unicode")


def test_texts_are_escaped_and_unwritable_characters_left_out() -> None:
    data = replace(
        drawn([1, 2, 3, 4, 5, 6]),
        title='<script>alert("x")</script>\x00',
        unit="</text><script>",
        summary="a & b < c",
        notes=(xmr.Note(1, 1, "<img onerror=x>"),),
    )
    for standalone in (False, True):
        text = xmr.svg(data, standalone=standalone)
        ET.fromstring(text)
        assert "<script>" not in text and "<img" not in text and "\x00" not in text


def test_the_page_needs_no_inline_style() -> None:
    text = xmr.responsive(drawn(list(SHIFTED), notes=[xmr.Note(3, 1, "flood")]), ident="a")
    assert "style" not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) and "a" in ids and "a-narrow" in ids


def test_a_file_stands_alone_and_becomes_a_picture() -> None:
    data = replace(drawn(list(SHIFTED), better="higher"), summary="A signal: 12 in a row.")
    text = xmr.svg(data, standalone=True)
    assert "var(" not in text and "tabindex" not in text
    assert "A signal: 12 in a row." in "".join(ET.fromstring(text).itertext())
    picture = bytes(resvg_py.svg_to_bytes(svg_string=str(text)))
    assert picture.startswith(b"\x89PNG")
    width = int.from_bytes(picture[16:20], "big")
    assert width == xmr.WIDE + 36


def test_colours_of_a_file_are_those_of_the_style_sheet() -> None:
    tokens = (Path(leanship.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}), #\w{6}\)", tokens))
    assert {name: light[name] for name in PALETTE} == PALETTE


@given(st.lists(st.floats(0, 300), max_size=8), st.floats(1, 30))
def test_labels_keep_apart_in_their_order(wanted: list[float], gap: float) -> None:
    places = spread(wanted, gap)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for a, b in pairwise(order):
        assert places[b] - places[a] >= gap - 1e-6
    if len(wanted) == 1:
        assert places == wanted


def test_labels_with_room_stay_where_they_want_to_be() -> None:
    assert spread([10.0, 100.0, 50.0], 16.0) == [10.0, 100.0, 50.0]
    assert spread([50.0, 50.0], 10.0) == [45.0, 55.0]


@pytest.mark.parametrize(
    ("better", "side", "expected"),
    [
        ("higher", 1, "better"),
        ("higher", -1, "worse"),
        ("lower", 1, "worse"),
        ("lower", -1, "better"),
        ("", 1, "look"),
    ],
)
def test_the_tone_follows_side_and_direction(better: str, side: int, expected: str) -> None:
    assert tone(better, side) == expected


def test_a_small_multiple_marks_only_the_newest_of_a_run() -> None:
    from leanship.web.charts import spark

    text = spark.svg(spark_data(chart(SHIFTED), SHIFTED, "On time: 12 in a row", better="higher"))
    root = ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.get("viewBox") == "0 0 160 48"
    assert root.get("aria-label") == "On time: 12 in a row"
    squares = of_class(root, "mark")
    assert 1 <= len(squares) <= 3


def test_a_constant_small_multiple_is_a_line_across_the_middle() -> None:
    from leanship.web.charts import spark

    text = spark.svg(spark_data(chart([0] * 24), [0] * 24, "Accidents: none"))
    path = re.search(r'd="([^"]+)"', text)
    assert path is not None
    assert set(re.findall(r" ([\d.]+)", path[1])) == {"24"}


def test_a_unit_in_words_is_said_once_above_the_chart_and_when_a_point_is_asked() -> None:
    hours = replace(drawn([100, 102, 98, 101, 99, 100, 103, 10]), unit="hours")
    root = parsed(hours)
    labels = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert labels.count("hours") == 1
    assert not [
        text
        for text in labels
        if text.startswith(("Upper", "Centre", "Lower", "Range", "Average")) and "h" in text.split()[-1]
    ]
    assert "103" not in labels and "10.3\N{NO-BREAK SPACE}hours" in (
        of_class(root, "point")[6].get("aria-label") or ""
    )
    assert not of_class(parsed(drawn([100, 102, 98, 101, 99, 100, 103, 97])), "caption")


def test_a_readout_shows_only_for_the_point_that_is_asked() -> None:
    styles = (Path(leanship.web.__file__).parent / "static/web/charts.css").read_text(encoding="utf-8")
    assert re.search(r"\.xmr \.tip \{\s*visibility: hidden;", styles)
    root = parsed(drawn(list(SHIFTED)))
    assert all(of_class(point, "tip") for point in of_class(root, "point"))
    assert len(of_class(parsed(drawn(list(SHIFTED)), standalone=True), "tip")) == 1


@given(st.lists(st.integers(0, 60), min_size=8, max_size=70), st.booleans())
def test_texts_of_signals_stand_near_their_marks_and_clear_of_each_other(
    values: list[int], wide: bool
) -> None:
    answer = chart(values)
    data = xmr_data(answer, values, [f"week {i}" for i in range(len(values))], title="Complaints")
    root = parsed(data, width=xmr.WIDE if wide else xmr.NARROW)
    marks = [
        (sum(x) / len(x), sum(y) / len(y))
        for mark in of_class(root, "mark")
        if mark.tag == f"{SVG}polygon"
        for x, y in [
            list(zip(*(map(float, at.split(",")) for at in mark.get("points", "").split()), strict=True))
        ]
    ]
    boxes = []
    for text in of_class(root, "says"):
        left, y = float(text.get("x") or 0), float(text.get("y") or 0)
        boxes.append((left, left + text_width(text.text or ""), y))
    for n, (left, right, y) in enumerate(boxes):
        assert min(max(left - mx, mx - right, 0) + max(y - 10 - my, my - y - 3, 0) for mx, my in marks) < 50
        assert all(right < other[0] or other[1] < left or abs(y - other[2]) >= 14 for other in boxes[n + 1 :])
