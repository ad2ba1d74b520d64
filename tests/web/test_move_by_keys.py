"""What the keyboard does on every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import ORIGIN, Open

pytestmark = pytest.mark.browser

LIST = """
<main><input aria-label="Search" data-search><a data-new href="/new/">New</a>
<table><tbody>
  <tr><td><input type="checkbox" aria-label="Choose Ana"></td><td><a href="/ana/">Ana</a></td></tr>
  <tr><td><input type="checkbox" aria-label="Choose Milan"></td><td><a href="/milan/">Milan</a></td></tr>
</tbody></table></main>
<dialog id="keys"><p>Keys</p><dl><dt>Today</dt><dd data-go="t" data-url="/today/">g t</dd></dl></dialog>
"""
THERE = dict.fromkeys(("/new/", "/ana/", "/milan/", "/today/"), "<p>there</p>")


def test_slash_goes_to_the_search_and_letters_are_typed_there(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("/")
    search = page.get_by_label("Search")
    expect(search).to_be_focused()
    page.keyboard.type("njk?g/")
    expect(search).to_have_value("njk?g/")


def test_j_and_k_move_and_enter_opens(open_page: Open) -> None:
    page = open_page(LIST, "keys.js", others=THERE)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ana")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Milan")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_label("Choose Milan")).to_be_checked()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Ana")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/ana/")


@pytest.mark.parametrize(("keys", "address"), [(["n"], "/new/"), (["g", "t"], "/today/")])
def test_a_key_goes_where_its_link_leads(open_page: Open, keys: list[str], address: str) -> None:
    page = open_page(LIST, "keys.js", others=THERE)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(f"{ORIGIN}{address}")


def test_the_question_mark_opens_the_keys_and_escape_closes_them(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_control_and_enter_send_the_form(open_page: Open) -> None:
    form = '<form action="/sent/"><textarea name="why" aria-label="Why"></textarea></form>'
    page = open_page(form, "keys.js", others={"/sent/": "<p>sent</p>"})
    page.get_by_label("Why").fill("because")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{ORIGIN}/sent/?why=because")


def test_keys_with_control_are_left_to_the_browser(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("Control+j")
    expect(page.locator("body")).to_be_focused()


def test_arrows_go_along_a_chart(open_page: Open) -> None:
    chart = (
        '<svg class="xmr" role="group" aria-label="c">'
        '<g class="point" tabindex="-1" role="img" aria-label="Jan"><circle r="5" cx="5" cy="5"/></g>'
        '<g class="point" tabindex="0" role="img" aria-label="Feb"><circle r="5" cx="20" cy="5"/></g></svg>'
    )
    page = open_page(chart, "keys.js")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Feb")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Jan")).to_be_focused()
    expect(page.get_by_label("Jan")).to_have_attribute("tabindex", "0")
    expect(page.get_by_label("Feb")).to_have_attribute("tabindex", "-1")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Jan")).to_be_focused()
