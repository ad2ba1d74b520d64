"""The figures of 65 hospitals, from the file to a board."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.company import Served
from tests.browser.conftest import Visitors
from tests.browser.reading import faults

pytestmark = pytest.mark.browser

FIGURES = Path(__file__).parents[1] / "data/kpi/nhs_ae_type1_4h_by_trust_monthly.csv"


def test_65_hospitals_become_a_board(visitors: Visitors, empty: Served) -> None:
    context, _ear = visitors.context()
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{empty.address}/setup/")
    page.get_by_label("Setup token").fill(empty.token)
    page.get_by_label("We are several").check()
    page.get_by_label("Your name").fill("Ines Carter")
    page.get_by_label("Your e-mail address").fill("ines@leanship.example")
    page.get_by_label("Password").fill("ten geese on the meadow")
    page.get_by_label("Name of the organisation").fill("Trial")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Leanship is ready")).to_be_visible()

    page.goto(f"{empty.address}/import/")
    page.get_by_role("link", name="Figures of KPIs", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files(FIGURES)
    page.get_by_label("KPI of the whole file").fill("Seen within four hours")
    page.get_by_label("Unit of new KPIs").fill("%")
    page.get_by_label("Create teams for unknown subjects").check()
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.locator("dl.summary")).to_contain_text("2,340")
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("SHA-256 of the file")).to_be_visible()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Productivity").click()
    page.get_by_role("link", name="Seen within four hours").click()
    expect(page.get_by_text("1–50 of 65")).to_be_visible()
    page.get_by_role("searchbox").first.fill("R1F")
    expect(page.get_by_text("1 row", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("q=R1F"))
    page.get_by_role("link", name="R1F", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("10 in a row lie below the centre, Jun 2018 to Mar 2019")

    page.goto(f"{empty.address}/organisation/teams/?q=R1F")
    page.get_by_role("link", name="R1F", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Lead").fill("Ines Carter")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Board").click()
    expect(page.locator("ul.board > li")).to_have_count(1)
    expect(page.get_by_role("main")).to_contain_text("does not meet yet")
    expect(page.get_by_role("main")).to_contain_text("A signal: something changed")
