"""My standing: figures open to their evidence, one comments, asks, is answered, and takes everything away."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.company import Company
from tests.browser.conftest import Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser


def test_a_figure_opens_to_its_evidence_beside_the_page(enter: Enter) -> None:
    page = enter("ana", "/standing/")
    here = page.url
    panel = page.get_by_role("complementary", name="Evidence")
    expect(panel).to_be_hidden()
    opener = page.locator("#productivity a.figure")
    opener.click()
    expect(panel.get_by_role("heading", name="The counts")).to_be_visible()
    expect(page).to_have_url(re.compile("/productivity/standings/"))
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    there = page.url
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url(here)
    expect(opener).to_be_focused()
    # the same evidence is a page of its own
    page.goto(there)
    expect(page.get_by_role("main").get_by_role("heading", name="The counts")).to_be_visible()


def test_the_corner_says_who_can_see_it(enter: Enter) -> None:
    page = enter("ana", "/standing/")
    corner = page.locator("details.who")
    corner.locator("summary").click()
    expect(corner).to_contain_text("Ben Okafor")
    assert not (found := faults(page)), "\n".join(found)


def test_she_comments_and_asks_he_answers(enter: Enter, company: Company) -> None:
    ana = enter("ana", "/standing/")
    words = ana.get_by_label("Your words")
    words.fill("Week 45 had two holidays.")
    ana.get_by_role("button", name="Comment", exact=True).click()
    expect(ana.get_by_role("listitem").filter(has_text="two holidays")).to_contain_text("Ana Ruiz")
    words.fill("Week 40 counts an order of Dev's. Please look at it.")
    ana.get_by_role("button", name="Ask for a correction").click()
    asked = ana.get_by_role("listitem").filter(has_text="an order of Dev's")
    expect(asked).to_contain_text("An answer is owed by")

    ben = enter("ben", f"/standing/{company.uids['ana']}/")
    his = ben.get_by_role("listitem").filter(has_text="an order of Dev's")
    his.get_by_role("link", name="Answer").click()
    expect(ben.get_by_role("heading", name="Answer a correction request")).to_be_visible()
    ben.get_by_label("The figure stands, as explained").check()
    ben.get_by_label("Your answer").fill("It was yours: Dev only packed it.")
    ben.get_by_role("button", name="Answer").click()
    expect(ben.get_by_role("heading", level=1)).to_be_visible()

    ana.reload()
    expect(asked).to_contain_text("Dev only packed it.")
    expect(asked).to_contain_text("explained")
    expect(asked).not_to_contain_text("An answer is owed by")


def test_everything_about_oneself_comes_as_a_file(enter: Enter, tmp_path: Path) -> None:
    page = enter("ana", "/standing/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take it all away").click()
    file = tmp_path / "mine.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as taken:
        whole = next(name for name in taken.namelist() if name.endswith(".json"))
        assert "Ana Ruiz" in json.dumps(json.loads(taken.read(whole)), ensure_ascii=False)


def test_a_step_is_put_off_and_taken_up_again(enter: Enter) -> None:
    page = enter("ben", "/")
    step = page.get_by_role("region", name="One next step")
    before = step.inner_text()
    step.get_by_role("link", name="Put it off").click()
    page.get_by_label("Why").fill("Ana is away until Thursday.")
    page.get_by_label("Until").fill("2026-11-27")
    page.get_by_role("button", name="Put it off").click()
    page.goto(page.url.split("/put-off")[0].split("/standing")[0] + "/standing/")
    later = page.get_by_role("region", name="Put off")
    expect(later).to_contain_text("Ana is away until Thursday.")
    assert page.get_by_role("region", name="One next step").inner_text() != before
    later.get_by_role("button", name="Take it up again").click()
    expect(later).to_have_count(0)


def test_a_stranger_finds_nothing(enter: Enter, company: Company) -> None:
    page = enter("farid", f"/standing/{company.uids['ana']}/", refusals=(404,))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Ana Ruiz")).to_have_count(0)
