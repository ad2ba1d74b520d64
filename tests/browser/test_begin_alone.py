"""A new installation, used by one person alone: set up, a first KPI, its figures, where one stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import Served
from tests.browser.conftest import Visitors, paste
from tests.browser.reading import faults

pytestmark = pytest.mark.browser

NEWEST = "102\t99\t104\t98\t103\t101\t106"
BEFORE = "101\t97\t103\t99\t108\t102\t100\t104"


def fill_in(page: Page, token: str) -> None:
    page.get_by_label("Setup token").fill(token)
    page.get_by_label("I work alone").check()
    page.get_by_label("Your name").fill("Ada Moe")
    page.get_by_label("Your e-mail address").fill("ada@leanship.example")
    page.get_by_label("Password").fill("a quiet stream by the mill")
    page.get_by_label("Time zone").select_option("Europe/Oslo")


def test_from_the_token_to_the_rating(visitors: Visitors, empty: Served) -> None:
    context, ear = visitors.context()
    ear.expect(422)
    page = context.new_page()
    page.goto(empty.address)
    expect(page.get_by_role("heading", name="Set up Leanship")).to_be_visible()
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    fill_in(page, "not-the-token")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    fill_in(page, empty.token)
    page.get_by_role("button", name="Begin").click()

    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.get_by_role("link", name="Add a KPI").first.click()
    expect(page.get_by_role("heading", name="Define a KPI")).to_be_visible()
    page.get_by_label("Name").fill("Calls answered")
    page.get_by_label("Unit").fill("calls")
    page.get_by_label("First standard").fill("100")
    page.get_by_label("Holds from").fill("2017-01")
    # the sentences beside the form follow what is filled in
    page.get_by_label("Lower is better").check()
    expect(page.locator("#says")).to_contain_text("Lower is better")
    page.get_by_label("Higher is better").check()
    expect(page.locator("#says")).to_contain_text("Higher is better")
    page.get_by_label("Measure it for me").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Calls answered", level=1)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Enter figures").first.click()
    grid = page.get_by_role("table")
    cells = grid.get_by_role("textbox")
    expect(cells).to_have_count(8)  # seven closed months and the one that runs
    cells.first.focus()
    page.keyboard.type("1")
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cells.first).to_be_focused()
    paste(page, cells.first, NEWEST)
    expect(page.get_by_text("7 cells pasted")).to_be_visible()
    expect(cells.nth(6)).to_have_value("106")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#toasts")).to_contain_text("7")
    page.get_by_role("link", name="Earlier periods").click()
    expect(cells).to_have_count(8)
    paste(page, cells.first, BEFORE)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("8")

    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Calls answered", level=1)).to_be_visible()
    expect(page.locator("figure.chart svg:visible")).to_have_count(1)
    expect(page.locator("figure.chart figcaption")).to_contain_text("Routine variation")
    rating = page.locator("section").filter(has=page.get_by_role("heading", name="Rating"))
    expect(rating).to_contain_text("not consistent")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My standing").click()
    expect(page.locator("#productivity")).to_contain_text("not consistent")


def test_figures_that_cannot_be_are_named_by_cell(visitors: Visitors, empty: Served) -> None:
    context, ear = visitors.context()
    ear.expect(422)
    page = context.new_page()
    page.goto(f"{empty.address}/productivity/entry/")
    page.get_by_label("E-mail or sign-in name").fill("ada@leanship.example")
    page.get_by_label("Password").fill("a quiet stream by the mill")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Enter figures")).to_be_visible()
    cell = page.get_by_role("table").get_by_role("textbox").nth(7)
    cell.fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(cell).to_have_value("many")
    assert not (found := faults(page)), "\n".join(found)
