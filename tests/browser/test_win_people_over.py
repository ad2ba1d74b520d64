"""Ana reads her map of people and goes back in time, puts Greta on it, and Dev asks what is written about him."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.company import Company
from tests.browser.conftest import PHONE, Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser


@pytest.fixture
def path(company: Company) -> str:
    return f"/projects/{company.uids['mapped']}/map/"


def test_the_map_says_who_moved_and_leads_to_them(enter: Enter, path: str) -> None:
    page = enter("ana", path)
    chart = page.locator("figure.chart")
    expect(chart.locator("svg:visible")).to_have_count(1)
    dev = chart.get_by_role("link", name="Dev Patel: Doubtful, then For.")
    expect(dev).to_be_visible()
    expect(page.get_by_text("2 of 2 people whose support is needed are outside your line.")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("Tried it with them")
    dev.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dev Patel")
    expect(page).to_have_title(re.compile("Map of people"))
    expect(page.get_by_text("Showed it to the afternoon shift.")).to_be_visible()


def test_one_goes_back_to_an_earlier_day_and_forth(enter: Enter, path: str) -> None:
    page = enter("ana", path)
    days = page.get_by_role("navigation", name="As of")
    days.get_by_role("link", name="1 Sep 2026").click()
    expect(page.get_by_text("As it was known on")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?on=2026-09-01$"))
    expect(page.get_by_role("link", name="Dev Patel: Doubtful.")).to_be_visible()
    page.get_by_role("navigation", name="As of").get_by_role("link", name="Today").click()
    expect(page.get_by_text("As it was known on")).to_have_count(0)


def test_the_days_work_without_scripts(enter: Enter, path: str) -> None:
    page = enter("ana", path, scripts=False)
    page.get_by_label("As of", exact=True).last.fill("2026-09-02")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("As it was known on")).to_be_visible()


def test_a_phone_gets_a_map_of_its_own(enter: Enter, path: str) -> None:
    page = enter("ana", path, size=PHONE)
    expect(page.locator("svg.stances.narrow")).to_be_visible()
    expect(page.locator("svg.stances.wide")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not (found := faults(page)), "\n".join(found)


def test_somebody_is_put_on_the_map_and_taken_off_again(enter: Enter, path: str) -> None:
    page = enter("ana", path, refusals=(422,))
    page.get_by_role("link", name="Put somebody on it").click()
    expect(page.get_by_text("Write only what was seen or said.")).to_be_visible()
    page.get_by_label("Colleague").fill("Greta Novak")
    page.get_by_label("Where they stand").select_option("Against")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose one of the list.").first).to_be_visible()
    page.get_by_label("How much their word counts here").select_option("Much")
    page.get_by_label("How you know").select_option("They said it")
    page.get_by_label("What you saw, or what they said").fill("No new forms before the move.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Greta Novak: Against.")).to_be_visible()
    page.get_by_role("link", name="Greta Novak: Against.").click()
    page.get_by_role("button", name="Take off the map").click()
    expect(page.get_by_role("link", name="Greta Novak: Against.")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Greta Novak")
    kept = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "new forms" not in kept and "Greta" not in kept


def test_whoever_it_is_about_gets_it_on_request(enter: Enter, company: Company) -> None:
    page = enter("dev", "/projects/written-about-me/")
    expect(page.get_by_text("afternoon shift")).to_have_count(0)
    page.get_by_role("button", name="Show what is written about me").click()
    expect(page.get_by_role("heading", name="Orders read once")).to_be_visible()
    expect(page.get_by_text("Showed it to the afternoon shift.")).to_be_visible()
    expect(page.get_by_text("Wants to see two weeks of it.")).to_have_count(0)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take it away as a file").click()
    assert "afternoon shift" in taken.value.path().read_text(encoding="utf-8")
    assert not (found := faults(page)), "\n".join(found)


def test_to_her_leader_there_is_no_map(enter: Enter, path: str) -> None:
    page = enter("ben", path, refusals=(404,))
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Map")


def test_feedback_is_given_and_told_what_became_of_it(enter: Enter, company: Company) -> None:
    one = f"/projects/feedback/{company.uids['feedback']}/"
    dev = enter("dev", "/waiting/")
    dev.get_by_role("link", name=re.compile("Ana Ruiz asks what you think")).click()
    dev.get_by_label("Your answer").fill("A line for the number that the client gives.")
    dev.get_by_role("button", name="Send").click()
    expect(dev.get_by_text("Ana Ruiz has your answer.")).to_be_visible()
    ana = enter("ana", one)
    ana.get_by_label("Taken up", exact=True).check()
    ana.get_by_label("In your words").fill("It stands above the date since Monday.")
    ana.get_by_role("button", name="Tell", exact=True).click()
    expect(ana.get_by_text("Dev Patel is told.")).to_be_visible()
    dev.goto(dev.url)
    dev.get_by_role("button", name="Yes, it is").click()
    expect(dev.get_by_text("Yes, that is what became of it.")).to_be_visible()
