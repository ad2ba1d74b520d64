"""Finding people and pages: the tree, the search, the keys, the phone's bar."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser


def test_the_tree_unfolds_by_keyboard_and_loads_what_it_shows(enter: Enter) -> None:
    page = enter("dev", "/organisation/chart/")
    expect(page.get_by_role("link", name="Clara Lindqvist")).to_be_visible()
    expect(page.get_by_role("link", name="Ben Okafor")).to_have_count(0)
    with page.expect_response(re.compile("/organisation/chart/.+/")):
        page.locator("summary").filter(has_text="Open or fold Clara Lindqvist").focus()
        page.keyboard.press("Enter")
    ben = page.get_by_role("link", name="Ben Okafor")
    expect(ben).to_be_visible()
    page.locator("summary").filter(has_text="Open or fold Ben Okafor").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
    page.locator("summary").filter(has_text="Open or fold Clara Lindqvist").focus()
    page.keyboard.press("Enter")
    expect(ben).to_be_hidden()
    page.keyboard.press("Enter")
    assert not (found := faults(page)), "\n".join(found)


def test_slash_searches_and_the_address_keeps_it(enter: Enter) -> None:
    page = enter("dev", "/organisation/people/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("lindqvist")
    expect(page.get_by_role("link", name="Clara Lindqvist").first).to_be_visible()
    expect(page.get_by_role("link", name="Amara", exact=False)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"q=lindqvist"))
    page.reload()
    expect(search).to_have_value("lindqvist")
    search.fill("nobody of this name")
    expect(page.get_by_text("Nothing fits", exact=False).or_(page.get_by_text("0 rows"))).to_be_visible()
    assert not (found := faults(page)), "\n".join(found)


@pytest.mark.parametrize(
    ("letter", "place"), [("t", "Today"), ("s", "My standing"), ("o", "Organisation"), ("p", "KPIs")]
)
def test_g_and_a_letter_go_there(enter: Enter, letter: str, place: str) -> None:
    page = enter("ben", "/settings/")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    expect(page.get_by_role("heading", name=place, level=1)).to_be_visible()


def test_the_overlay_lists_the_keys(enter: Enter) -> None:
    page = enter("ben", "/productivity/kpis/")
    page.keyboard.press("?")
    overlay = page.get_by_role("dialog", name="Keys")
    expect(overlay).to_be_visible()
    expect(overlay).to_contain_text("My standing")
    assert not (found := faults(page)), "\n".join(found)
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Define a KPI")).to_be_visible()


def test_a_list_is_walked_with_j_and_k_and_sorted_by_its_head(enter: Enter) -> None:
    page = enter("ben", "/productivity/kpis/")
    names = page.get_by_role("rowheader").get_by_role("link")
    page.keyboard.press("j")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(names.nth(0)).to_be_focused()
    first = names.first.inner_text()
    page.get_by_role("columnheader", name="KPI").get_by_role("link").click()
    expect(names.last).to_have_text(first)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert first in download.value.path().read_text(encoding="utf-8-sig")


def test_a_phone_has_a_bar_of_five_instead_of_the_rail(enter: Enter) -> None:
    page = enter("ben", "/", size=PHONE)
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    bar = page.get_by_role("navigation", name="On a phone")
    expect(bar.locator("> a, > details")).to_have_count(5)
    bar.get_by_role("link", name="Standing").click()
    expect(page.get_by_role("heading", name="My standing", level=1)).to_be_visible()
    bar.get_by_text("More").click()
    expect(bar.get_by_role("link", name="Board")).to_be_visible()
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    bar.get_by_role("link", name="Organisation").click()
    expect(page.get_by_role("heading", name="Organisation", level=1)).to_be_visible()
