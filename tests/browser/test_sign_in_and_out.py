"""Coming in by a link, and leaving."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import Company, Served
from tests.browser.conftest import Enter, Visitors

pytestmark = pytest.mark.browser


def link_of(company: Company, server: Served, key: str) -> str:
    done = company.installation.run("demo", "--links", "--json", LEANSHIP_PUBLIC_URL=server.address)
    assert done.returncode == 0, done.stderr
    return str(next(link["url"] for link in json.loads(done.stdout)["links"] if link["key"] == key))


def test_a_link_signs_in_once(enter: Enter, company: Company, server: Served) -> None:
    page: Page = enter("", refusals=(410,))
    link = link_of(company, server, "ben")
    page.goto(link)
    expect(page.get_by_role("heading", name="Sign in as Ben Okafor")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Ben Okafor")
    page.goto(link)
    expect(page.get_by_text("This link was used already")).to_be_visible()


def test_signing_out_closes_every_page(enter: Enter) -> None:
    page = enter("dev", "/standing/")
    page.get_by_role("navigation", name="Main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.goto(page.url.split("/sign-in")[0] + "/standing/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)


def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted(
    enter: Enter, company: Company, server: Served, visitors: Visitors
) -> None:
    page = enter("", "/productivity/kpis/", refusals=(422,))
    page.get_by_label("Sign-in name").fill("clara@leanship.example")
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    done = company.installation.python(
        "from leanship.features.accounts.models import User\n"
        "user = User.objects.get(username='clara@leanship.example')\n"
        "user.set_password('a quiet stream by the mill'); user.save()"
    )
    assert done.returncode == 0, done.stderr
    page.get_by_label("Password").fill("a quiet stream by the mill")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="KPIs", level=1)).to_be_visible()
