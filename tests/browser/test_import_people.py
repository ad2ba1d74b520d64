"""An organisation chart from a file: problems by row and column, a preview, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser

LOOP = "id,name,title,reports_to\nw1,Ada Moe,Lead,w2\nw2,Bo Dahl,Buyer,w1\nw3,Cid Lie,Clerk,w9\n"
CHART = "id,name,title,reports_to\nw1,Ada Moe,Yard lead,\nw2,Bo Dahl,Buyer,w1\nw3,Cid Lie,Clerk,w1\n"


def send(page: Page, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Organisation").click()
    page.get_by_role("link", name="Import").click()
    page.get_by_role("link", name="People and reporting lines", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_label("Name of the source").fill("warehouse")
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()


def count(page: Page, name: str) -> str:
    return page.locator("dl.summary div").filter(has_text=name).locator("dd").inner_text()


def test_a_loop_is_told_a_chart_comes_in_once(enter: Enter, tmp_path: Path) -> None:
    page = enter("elif")
    send(page, tmp_path / "loop.csv", LOOP)
    expect(page.get_by_role("alert")).to_contain_text("nothing can be taken in")
    expect(page.get_by_role("button", name="Take it in")).to_have_count(0)
    problems = page.get_by_role("table").first
    loop = problems.get_by_role("row").filter(has_text="in a circle")
    expect(loop.first).to_contain_text("reports_to")
    unknown = problems.get_by_role("row").filter(has_text="w9")
    expect(unknown).to_contain_text("4")
    expect(unknown).to_contain_text("reports_to")
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Forget the file").click()
    expect(page.get_by_role("heading", name="Import", level=1)).to_be_visible()

    send(page, tmp_path / "chart.csv", CHART)
    assert (count(page, "Added"), count(page, "Changed")) == ("3", "0")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("SHA-256 of the file")).to_be_visible()
    assert count(page, "Added") == "3"
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})

    send(page, tmp_path / "chart.csv", CHART)
    assert (count(page, "Added"), count(page, "Changed"), count(page, "Left alone")) == ("0", "0", "3")
    expect(page.get_by_text("Everything in this file is there already")).to_be_visible()

    send(page, tmp_path / "chart.csv", CHART.replace("Buyer", "Head buyer"))
    changed = page.get_by_role("row").filter(has_text="Bo Dahl").filter(has_text="Title")
    expect(changed).to_contain_text("Buyer")
    expect(changed).to_contain_text("Head buyer")


def test_who_has_not_the_right_finds_no_way_to_import(enter: Enter) -> None:
    page = enter("ben", "/organisation/", refusals=(403,))
    expect(page.get_by_role("link", name="Import")).to_have_count(0)
    page.goto(page.url.replace("/organisation/", "/import/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="People and reporting lines")).to_have_count(0)
