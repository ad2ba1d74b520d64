"""Wheel, distribution and band strip: what they show, and that nobody's name can break them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from leanship.web.charts import band, distribution, wheel
from leanship.web.charts.shapes import BANDS, band_icon


def parsed(text: str) -> ET.Element:
    return ET.fromstring(re.sub("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', text, count=1))


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def sector(key: str, band_: str = "meets", **more: object) -> wheel.Arc:
    return wheel.Arc(key, key.title(), band_, band_.replace("_", " "), f"{key} says", **more)  # type: ignore[arg-type]


def wheel_of(*bands: str, **more: object) -> ET.Element:
    a, b, c = (
        sector(k, v, href=f"/{k}/")
        for k, v in zip(("productivity", "projects", "people"), bands, strict=True)
    )
    return parsed(wheel.svg(wheel.WheelData("Standing", "Where you stand", (a, b, c), **more)))  # type: ignore[arg-type]


def test_every_arc_is_a_link_that_says_its_figure() -> None:
    root = wheel_of("exceeds", "not_enough_evidence", "mixed")
    links = [e for e in root.iter() if e.tag.endswith("}a") and e.get("tabindex") is None]
    assert [e.get("href") for e in links] == ["/productivity/", "/projects/", "/people/"]
    assert links[0].get("aria-label") == "Productivity: productivity says"


def test_an_arc_without_enough_evidence_is_dashed_whole_and_one_with_some_in_part() -> None:
    nothing = wheel_of("meets", "not_enough_evidence", "meets")
    assert len(of_class(nothing, "band-missing")) == 1
    arcs = (sector("a", evidence=0.5), sector("b"), sector("c"))
    half = parsed(wheel.svg(wheel.WheelData("t", "m", arcs)))
    assert len(of_class(half, "band-missing")) == 1
    assert len(of_class(half, "band-meets")) == 3


@pytest.mark.parametrize("code", sorted(BANDS))
def test_every_band_is_drawn_with_a_shape_of_its_own(code: str) -> None:
    assert of_class(wheel_of(code, "meets", "meets"), "arc")
    assert parsed(band_icon(code)).get("aria-hidden") == "true"


def test_no_two_bands_look_alike_without_colour() -> None:
    shapes = {code: shape for code, (shape, _tone) in BANDS.items()}
    assert shapes.pop("mixed") == shapes["not_consistent"]  # the same idea in two places
    assert len(set(shapes.values())) == len(shapes)


def test_arrows_are_dotted_where_nothing_was_shown_and_stronger_with_strength() -> None:
    arrows = (
        wheel.Arrow("productivity", "projects", None, "not shown"),
        wheel.Arrow("projects", "people", 0.2, "a little"),
        wheel.Arrow("people", "projects", 0.9, "much"),
    )
    root = wheel_of("meets", "meets", "meets", arrows=arrows)
    dotted, weak, strong = of_class(root, "arrow")
    assert "unshown" in (dotted.get("class") or "")
    assert float(weak.get("stroke-width") or 0) < float(strong.get("stroke-width") or 0)


def test_an_arrow_to_nowhere_is_refused() -> None:
    with pytest.raises(KeyError):
        wheel_of("meets", "meets", "meets", arrows=(wheel.Arrow("people", "luck", 1.0, ""),))


def test_words_in_the_middle_stay_inside_the_ring() -> None:
    middle = "Productivity meets its standard and the other two sectors still wait for evidence"
    arcs = (sector("a"), sector("b"), sector("c"))
    lines = of_class(parsed(wheel.svg(wheel.WheelData("t", middle, arcs))), "middle")
    assert " ".join(line.text or "" for line in lines) == middle
    heights = [float(line.get("y") or 0) for line in lines]
    assert min(heights) > wheel.CY - wheel.INNER and max(heights) < wheel.CY + wheel.INNER


def test_the_strip_says_each_period_by_height() -> None:
    bands = ("exceeds", "meets", "does_not_meet", "missing", "left_out")
    root = parsed(band.svg(tuple(band.Cell(b, f"period: {b}") for b in bands), "2 of 3 meet"))
    assert root.get("aria-label") == "2 of 3 meet"
    heights = [
        float(of_class(root, b.replace("_", "-"))[0].get("height") or 0)
        for b in ("exceeds", "meets", "does_not_meet")
    ]
    assert heights == [24.0, 16.0, 8.0]
    assert len(of_class(root, "missing")) == len(of_class(root, "left-out")) == 1
    assert [e.text for e in root.iter() if e.tag.endswith("}title")] == [f"period: {b}" for b in bands]


def test_an_empty_strip_is_still_a_picture() -> None:
    assert parsed(band.svg((), "nothing yet")).get("role") == "img"


def peers(others: tuple[float, ...], own: float | None) -> ET.Element:
    data = distribution.DistributionData("Percent", "You 104 %", others, own, unit="%")
    return parsed(distribution.svg(data))


def test_there_is_a_dot_for_each_peer_and_one_for_oneself() -> None:
    root = peers((96.0, 99.0, 99.0, 101.0, 104.0, 90.0), 104.0)
    assert len(of_class(root, "peer")) == 6
    assert len(of_class(root, "self")) == 1
    assert "Median of the others 99\N{NO-BREAK SPACE}%" in "".join(root.itertext())


def test_peers_carry_no_name_and_no_order() -> None:
    shuffled = ("".join(peers(values, 3.0).itertext()) for values in ((1.0, 2.0, 5.0), (5.0, 1.0, 2.0)))
    assert len(set(shuffled)) == 1
    assert not [e for e in of_class(peers((1.0, 2.0, 5.0), 3.0), "peer") if list(e) or e.get("aria-label")]


def test_two_hundred_equal_peers_stay_on_the_picture() -> None:
    root = peers((100.0,) * 200, 100.0)
    assert all(0 < float(dot.get("cy") or 0) < distribution.HEIGHT for dot in of_class(root, "peer"))
    assert all(0 < float(dot.get("cy") or 0) < distribution.HEIGHT for dot in of_class(root, "self"))


def test_a_distribution_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="others"):
        peers((), 100.0)


def test_names_cannot_break_out() -> None:
    evil = '"><script>alert(1)</script>'
    arcs = (wheel.Arc("a", evil, "meets", evil, evil, href='javascript:"'), sector("b"), sector("c"))
    for text in (
        wheel.svg(wheel.WheelData(evil, evil, arcs)),
        band.svg((band.Cell("meets", evil),), evil),
        distribution.svg(distribution.DistributionData(evil, evil, (1.0,), 1.0, unit=evil)),
    ):
        parsed(text)
        assert "<script>" not in text
