"""Evidence slides in from the right, has its own address, and leaves everything as it was when it is closed."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from leanship.web import htmx
from leanship.web.layout import TreeNode
from leanship.web.templatetags import leanship as tags
from tests.web.conftest import ORIGIN, Open

pytestmark = pytest.mark.browser

SCRIPTS = ("django_htmx/htmx-2.min.js", "keys.js")
META = f"<meta name='htmx-config' content='{htmx.CONFIG}'>"
HEAD = render_to_string("web/_panel_head.html", {"title": "102 % of standard", "back": "/standing/"})


def standing(open_page: Open) -> Page:
    figure = tags.figure("102 %", "/evidence/", label="percent of standard")
    panel = '<aside id="panel" class="panel" tabindex="-1" aria-label="Evidence"></aside>'
    body = f"{META}<main><p>{figure}</p></main>{panel}"
    page = open_page(body, *SCRIPTS, at="/standing/", others={"/evidence/": HEAD + "<p>96.9 of 95.0</p>"})
    page.get_by_role("link", name="102 %").click()
    expect(page.get_by_role("heading", name="102 % of standard")).to_be_visible()
    return page


def test_the_figure_opens_in_the_panel_under_its_own_address(open_page: Open) -> None:
    page = standing(open_page)
    expect(page).to_have_url(f"{ORIGIN}/evidence/")
    expect(page.get_by_label("Evidence", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name="102 %")).to_be_visible()


@pytest.mark.parametrize("how", ["Escape", "Close"])
def test_closing_goes_back_to_the_figure(open_page: Open, how: str) -> None:
    page = standing(open_page)
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("heading", name="102 % of standard")).to_have_count(0)
    expect(page).to_have_url(f"{ORIGIN}/standing/")
    expect(page.get_by_role("link", name="102 %")).to_be_focused()


def test_going_back_in_the_browser_closes_it_too(open_page: Open) -> None:
    page = standing(open_page)
    page.go_back()
    expect(page.get_by_role("heading", name="102 % of standard")).to_have_count(0)
    expect(page).to_have_url(f"{ORIGIN}/standing/")


def test_a_branch_of_the_tree_loads_as_it_opens_and_only_once(open_page: Open) -> None:
    node = TreeNode("Ines Castro", "/ines/", "Chief executive", "120 people", children_url="/ines/below/")
    tree = render_to_string("web/_tree_node.html", {"node": node})
    leaf = render_to_string("web/_tree_node.html", {"node": TreeNode("Milan Novak", "/milan/")})
    page = open_page(f'{META}<ul class="tree">{tree}</ul>', *SCRIPTS, others={"/ines/below/": leaf})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    fold = page.locator("summary")
    for _ in range(3):
        fold.click()
    expect(page.get_by_role("link", name="Milan Novak")).to_be_visible()
    expect(page.get_by_role("link", name="Show who is here")).to_have_count(0)
    assert asked == [f"{ORIGIN}/ines/below/"]
