"""Everything that matters works where scripts do not run."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.company import Company, Served
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def test_in_by_a_link_read_and_open_the_evidence(enter: Enter, company: Company, server: Served) -> None:
    page = enter("", scripts=False)
    done = company.installation.run("demo", "--links", "--json", LEANSHIP_PUBLIC_URL=server.address)
    page.goto(next(link["url"] for link in json.loads(done.stdout)["links"] if link["key"] == "ana"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.get_by_role("link", name="Open My standing").click()
    page.locator("#productivity a.figure").click()
    expect(page.get_by_role("heading", name="The counts")).to_be_visible()
    expect(page).to_have_url(re.compile("/productivity/standings/"))


def test_a_figure_is_entered_and_the_form_says_what_it_lacks(enter: Enter) -> None:
    page = enter("ana", "/productivity/entry/?cadence=week", scripts=False, refusals=(422,))
    cell = page.get_by_label(re.compile("Order lines entered.*week 45"))
    expect(cell).to_have_value("")
    cell.fill("17x")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    cell.fill("171.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts dialog")).to_be_visible()
    expect(cell).to_have_value("171.5")


def test_a_comment_is_sent(enter: Enter) -> None:
    page = enter("dev", "/standing/", scripts=False)
    page.get_by_label("Your words").fill("My worst month had a broken scanner in it.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="broken scanner")).to_be_visible()


def test_the_search_and_the_tree_are_links_and_forms(enter: Enter) -> None:
    page = enter("dev", "/organisation/people/", scripts=False)
    page.get_by_role("searchbox").fill("haddad")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Farid Haddad").first).to_be_visible()
    page.goto(page.url.split("/organisation")[0] + "/organisation/chart/")
    page.locator("summary").filter(has_text="Open or fold Clara Lindqvist").click()
    page.get_by_role("link", name="Show who is here").first.click()
    expect(page.get_by_role("link", name="Ben Okafor")).to_be_visible()
