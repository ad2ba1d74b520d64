"""Ben reads the chart of his lead time: what it says, a note, a shift accepted and taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.company import Company
from tests.browser.conftest import PHONE, Enter

pytestmark = pytest.mark.browser


@pytest.fixture
def path(company: Company) -> str:
    return f"/productivity/series/{company.uids['ben_series']}/"


def test_the_chart_speaks_to_eye_pointer_and_keyboard(enter: Enter, path: str) -> None:
    page = enter("ben", path)
    chart = page.locator("figure.chart")
    expect(chart.locator("svg:visible")).to_have_count(1)
    expect(chart).to_contain_text("Centre")
    expect(chart.locator("figcaption")).to_contain_text("in a row lie below the centre")
    points = chart.locator("svg:visible .point")
    expect(points.first).to_have_accessible_name(re.compile(r"Week 19, 2025 · 24\.7"))
    last = points.last
    last.focus()
    page.keyboard.press("ArrowLeft")
    expect(points.nth(-2)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(last).to_be_focused()
    page.get_by_role("link", name=re.compile("11 in a row lie below")).click()
    panel = page.get_by_role("complementary", name="Evidence")
    expect(panel).to_contain_text("Percent of standard")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_phone_gets_a_chart_of_its_own(enter: Enter, path: str) -> None:
    page = enter("ben", path, size=PHONE)
    svg = page.locator("figure.chart svg:visible")
    expect(svg).to_have_count(1)
    box = svg.bounding_box()
    assert box is not None and box["height"] > 200


def test_a_note_goes_on_and_comes_off(enter: Enter, path: str) -> None:
    page = enter("ben", path)
    page.get_by_text("Note what you know of a point").click()
    page.get_by_label("What happened").fill("The second telephone line was dead on Tuesday.")
    page.get_by_role("button", name="Note it").click()
    note = page.get_by_role("listitem").filter(has_text="dead on Tuesday")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Ben Okafor")
    note.get_by_role("button", name="Take off").click()
    expect(note).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(note).to_be_visible()


def test_a_shift_is_accepted_with_a_reason_and_taken_back(enter: Enter, path: str) -> None:
    page = enter("ben", path, refusals=(422,))
    proposal = page.locator("section").filter(has=page.get_by_role("heading", name="A sustained shift"))
    steps = page.locator("section").filter(has=page.get_by_role("heading", name="What the limits rest on"))
    chart = page.locator("figure.chart svg:visible")
    before = chart.text_content()
    # a browser would not send it empty, and neither is it taken
    proposal.get_by_label("What changed").evaluate("field => { field.required = false }")
    proposal.get_by_role("button", name="Accept as the new baseline").click()
    expect(page.get_by_role("alert")).to_be_visible()
    proposal.get_by_label("What changed").fill("Orders by telephone are typed straight in.")
    proposal.get_by_role("button", name="Accept as the new baseline").click()

    expect(steps).to_contain_text("A shift accepted from week 36, 2026 on.")
    expect(steps).to_contain_text("Orders by telephone are typed straight in.")
    expect(proposal).to_have_count(0)
    assert chart.text_content() != before

    steps.get_by_role("button", name="Take back").click()
    expect(proposal).to_be_visible()
    expect(steps).not_to_contain_text("A shift accepted")
    assert chart.text_content() == before
