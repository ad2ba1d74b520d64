"""From no calendar to a week in which every hour has a class: with the keyboard, in far less than two minutes."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from leanship.demo import calendars
from tests.browser.company import Company
from tests.browser.conftest import PHONE, Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser

TODAY = date(2026, 11, 22)
LIMIT = 120  # seconds that it may take at most, reading and deciding with it
# What a person needs to read a title and decide; typing and the server are measured.
DECIDING = 2.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A calendar of an office with six months of weeks, of eight different meetings."""
    path = tmp_path / "office.ics"
    path.write_bytes(calendars.file("ben", TODAY))
    return path


def current_row(page: Page) -> str:
    """The title in which the cursor stands."""
    return str(page.evaluate("document.activeElement.textContent"))


def add(page: Page, file: Path) -> None:
    page.get_by_role("main").get_by_role("link", name="Add a calendar").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Add").press("Enter")
    expect(page.get_by_role("link", name="Classify them")).to_be_visible(timeout=30_000)


def test_from_a_file_to_a_classified_week_with_keys(enter: Enter, file: Path) -> None:
    page = enter("dev", "/projects/time/")
    began = time.monotonic()
    add(page, file)
    page.get_by_role("link", name="Classify them").focus()
    page.keyboard.press("Enter")
    queue = page.locator("#queue")
    expect(queue).to_contain_text("0\N{NO-BREAK SPACE}% of this week classified")
    groups = queue.locator(".rows > li")
    strategic = ("Improvement", "One to one", "Planning")
    decided = 0
    while (left := groups.count()) > 0:
        title = groups.first.locator("a").first.inner_text()
        page.keyboard.press("s" if title.startswith(strategic) else "t")
        expect(groups).to_have_count(left - 1)
        decided += 1
    expect(queue).to_contain_text("100\N{NO-BREAK SPACE}% of this week classified")
    took = time.monotonic() - began + DECIDING * decided
    assert decided >= 6
    assert took < LIMIT, f"{took:.0f} seconds for {decided} groups"
    # what was decided holds in every week, so that the whole of three months is nearly done too
    page.goto(page.url.split("?")[0] + "?weeks=all")
    share = int(queue.locator("progress").get_attribute("value") or 0)
    assert share >= 80
    page.goto(page.url.split("/projects/")[0] + "/projects/time/")
    expect(page.get_by_role("main")).to_contain_text("the hours in calendars")
    assert not (found := faults(page)), "\n".join(found)


def test_the_cursor_goes_down_makes_a_rule_and_takes_back(enter: Enter) -> None:
    page = enter("farid", "/projects/time/queue/")
    queue = page.locator("#queue")
    groups = queue.locator(".rows > li")
    expect(groups).to_have_count(2)
    first, second = (groups.nth(n).locator("a").first.inner_text() for n in (0, 1))
    assert current_row(page) == first
    page.keyboard.press("j")
    assert current_row(page) == second
    page.keyboard.press("k")
    page.keyboard.press("s")
    expect(groups).to_have_count(1)
    # the next one has come up to where the cursor stands
    expect(queue.locator("#group-0")).to_be_focused()
    assert current_row(page) == second
    page.keyboard.press("u")
    expect(groups).to_have_count(2)
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="A new rule")).to_be_visible()
    expect(page.get_by_label("For the words")).to_have_value(first)
    expect(page.locator("#catches")).to_contain_text("without a class would get one")
    page.get_by_label("For the words").fill("region*")
    expect(page.locator("#catches")).to_contain_text("Regional leads")
    with page.expect_response("**/rules/new/**"):  # the preview follows, and must not be cut off
        page.get_by_label("Tactical").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="To classify")).to_be_visible()
    expect(groups).to_have_count(1)


def test_all_of_it_works_without_scripts(enter: Enter, file: Path) -> None:
    page = enter("greta", "/projects/time/calendars/new/", size=PHONE, scripts=False)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Add").click()
    for _ in range(60):
        if page.get_by_role("link", name="Classify them").count():
            break
        page.reload()
        page.wait_for_timeout(250)
    page.get_by_role("link", name="Classify them").click()
    groups = page.locator("#queue .rows > li")
    before = groups.count()
    groups.first.get_by_role("button", name="Tactical").click()
    expect(groups).to_have_count(before - 1)
    page.get_by_role("button", name="Take the last one back").click()
    expect(groups).to_have_count(before)


def test_a_leader_sees_the_share_and_no_event(enter: Enter, company: Company) -> None:
    page = enter("ingrid", f"/projects/time/people/{company.uids['ben']}/")
    expect(page.get_by_role("heading", name="Shares by week")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Roster")
    assert not (found := faults(page)), "\n".join(found)
