"""A leader takes an opportunity through all stages, ends it, and prints it on one sheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser

TITLE = "Pallets are labelled by hand at the gate"


def block(page: Page, key: str) -> Locator:
    return page.locator(f"#{key}")


def write(page: Page, key: str, text: str) -> None:
    """Write one text in its place, and send it by keyboard."""
    block(page, f"text-{key}").get_by_role("link", name=re.compile("^(Write|Edit)")).click()
    field = block(page, f"text-{key}").get_by_role("textbox")
    expect(field).to_be_focused()
    field.fill(text)
    field.press("Control+Enter")
    expect(block(page, f"text-{key}").locator(".written")).to_have_text(text)


def raise_it(page: Page, title: str = TITLE) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("What was seen").fill("On Tuesday three pallets went to the wrong dock.")
    page.get_by_label("Whom it serves").select_option("client")
    page.get_by_label("I take it up and lead it").check()
    page.get_by_role("button", name="Raise it", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def sheets(page: Page) -> int:
    """How many sheets of paper the page takes."""
    printed = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


def test_from_what_was_seen_to_the_new_standard(enter: Enter) -> None:
    page = enter("ana", "/projects/")
    page.keyboard.press("n")
    raise_it(page)
    here = page.url

    write(page, "current_state", "One label in twelve is wrong.")
    write(page, "goal", "One in a hundred, by March.")
    asks = page.locator("#stages .asks")
    expect(page.get_by_role("heading", name="Opportunity recognised")).to_be_visible()
    page.get_by_role("button", name="Go on to Cause").click()
    expect(asks).to_contain_text("Find a root cause")

    causes = block(page, "causes")
    causes.get_by_role("link", name="Ask why").click()
    causes.get_by_label("Why?").fill("Labels are written by hand.")
    causes.get_by_role("button", name="Add").click()
    expect(causes.locator(".why")).to_have_count(1)
    causes.get_by_role("link", name="Why?").click()
    causes.get_by_label(re.compile("^Why")).fill("The printer stands in the office.")
    causes.get_by_label("How do you know?").fill("Walked there: 140 steps.")
    causes.get_by_label("What was found").select_option("root")
    causes.get_by_role("button", name="Add").click()
    expect(causes.locator(".whys .whys .why.is-root")).to_contain_text("140 steps")
    expect(asks).not_to_contain_text("Find a root cause")

    page.get_by_role("button", name="Go on to Tests").click()
    trials = block(page, "trials")
    trials.get_by_role("link", name="Try something").click()
    trials.get_by_label("What is tried").fill("A printer on a trolley, for two days")
    trials.get_by_label("What do you expect?").fill("One label in fifty is wrong.")
    trials.get_by_role("button", name="Add").click()
    trials.get_by_role("link", name="Write the result").click()
    trials.get_by_label("What came").fill("One in ninety.")
    trials.get_by_label("As predicted").check()
    trials.get_by_label("What was learned").fill("The trolley is in the way at noon.")
    trials.get_by_role("button", name="Save").click()
    expect(trials.locator(".came")).to_contain_text("As predicted")
    expect(trials.locator(".against")).to_have_count(0)

    page.get_by_role("button", name="Go on to Plan").click()
    plan = block(page, "plan")
    plan.get_by_role("link", name="Plan something").click()
    plan.get_by_label("What").fill("A shelf for the printer")
    plan.get_by_label("Who").fill("Dev Patel")
    plan.get_by_label("By when").fill("2026-12-04")
    plan.get_by_role("button", name="Add").click()
    expect(plan.get_by_role("listitem")).to_contain_text("Dev Patel")
    tick = plan.get_by_role("checkbox", name="Done: A shelf for the printer")
    tick.click()
    expect(tick).to_be_checked()
    assert not (found := faults(page)), "\n".join(found)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_role("button", name="Go on to Change").click()
    write(page, "change", "Labels are printed at the gate since Monday.")
    page.get_by_role("button", name="Go on to Check").click()
    write(page, "result", "One in a hundred and ten.")
    page.get_by_role("button", name="Go on to Standard").click()
    write(page, "standard", "The sheet at the gate says how; the early shift looks after it.")

    assert sheets(page) == 1
    page.locator("#stages").get_by_role("link", name="End the project").click()
    expect(page.get_by_text("The map of people is deleted with the end")).to_be_visible()
    page.get_by_label(re.compile("Standardised: the new way")).check()
    page.get_by_role("button", name="End it").click()
    expect(page).to_have_url(here)
    expect(page.get_by_text("Ended on 22 Nov 2026: Standardised.")).to_be_visible()
    assert sheets(page) == 1
    page.goto(page.url.partition("/projects/")[0] + "/projects/list/?state=ended")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()


def test_what_resembles_it_is_shown_while_one_types(enter: Enter) -> None:
    page = enter("dev", "/projects/new/")
    raise_it(page, "Forks of the lift squeak in the cold store")
    page.goto(page.url.partition("/projects/")[0] + "/projects/new/")
    page.get_by_label("Title").press_sequentially("The lift's forks squeak")
    expect(page.locator("#similar")).to_contain_text("Forks of the lift squeak in the cold store")
    assert not (found := faults(page)), "\n".join(found)


def test_acting_first_is_possible_from_the_board(enter: Enter) -> None:
    page = enter("ana", "/projects/new/", refusals=(422,))
    raise_it(page, "The pipe above rack nine drips")
    page.get_by_role("link", name="Projects", exact=True).first.click()
    card = page.locator(".card").filter(has_text="The pipe above rack nine drips")
    card.get_by_text("Move").first.click()
    card.get_by_label("To").select_option("change")
    card.get_by_role("button", name="Move").click()
    # no reason: the form asks for one
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Why").fill("It drips on the parcels now.")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("heading", level=1, name="The pipe above rack nine drips")).to_be_visible()
    page.get_by_text("Open from before").click()
    expect(page.locator("#stages")).to_contain_text("Find a root cause")


def test_two_write_at_once_and_neither_is_lost(enter: Enter) -> None:
    mine = enter("ana", "/projects/new/", refusals=(409,))
    raise_it(mine, "Stretch film tears on corners")
    theirs = mine.context.new_page()
    theirs.goto(mine.url)
    block(theirs, "text-goal").get_by_role("link", name=re.compile("Write")).click()
    field = block(theirs, "text-goal").get_by_role("textbox")
    field.fill("No more than one roll a day.")
    write(mine, "goal", "Half the film.")
    block(theirs, "text-goal").get_by_role("button", name="Save").click()
    expect(block(theirs, "text-goal").get_by_role("alert")).to_contain_text("Half the film.")
    expect(field).to_have_value("No more than one roll a day.")
    block(theirs, "text-goal").get_by_role("button", name="Save").click()
    expect(block(theirs, "text-goal").locator(".written")).to_have_text("No more than one roll a day.")
    block(theirs, "text-goal").get_by_role("link", name="2 versions").click()
    expect(theirs.locator(".diff del").first).to_contain_text("Half")
    assert not (found := faults(theirs)), "\n".join(found)


def test_what_is_typed_survives_a_closed_tab(enter: Enter) -> None:
    page = enter("ana", "/projects/new/")
    raise_it(page, "Tape guns run dry at noon")
    block(page, "text-goal").get_by_role("link", name=re.compile("Write")).click()
    block(page, "text-goal").get_by_role("textbox").fill("A full gun at noon.")
    page.reload()
    block(page, "text-goal").get_by_role("link", name=re.compile("Write")).click()
    field = block(page, "text-goal").get_by_role("textbox")
    expect(field).to_have_value("A full gun at noon.")
    field.press("Control+Enter")
    # saved on a page of its own, the draft is forgotten as well
    here = page.url
    page.goto(f"{here}text/seen/")
    page.locator("main textarea").fill("Two guns of three at noon.")
    page.get_by_role("button", name="Save").click()
    expect(block(page, "text-seen").locator(".written")).to_have_text("Two guns of three at noon.")
    page.goto(f"{here}text/seen/")
    expect(page.get_by_text("Your draft is back.")).to_have_count(0)


def test_it_works_without_scripts_and_on_a_phone(enter: Enter) -> None:
    page = enter("ana", "/projects/new/", scripts=False, size=PHONE)
    raise_it(page, "Nobody finds the spare scanner")
    block(page, "text-goal").get_by_role("link", name=re.compile("Write")).click()
    page.get_by_label("Goal").fill("Found in a minute.")
    page.get_by_role("button", name="Save").click()
    expect(block(page, "text-goal").locator(".written")).to_have_text("Found in a minute.")
    page.goto(page.url.partition("/projects/")[0] + "/projects/new/")
    page.get_by_label("Title").fill("The spare scanner: nobody finds it")
    page.get_by_label("What was seen").fill("Twice on Friday.")
    page.get_by_role("button", name="Raise it", exact=True).click()
    expect(page.get_by_text("This may be there already.")).to_be_visible()
    page.get_by_role("button", name="Raise it all the same").click()
    expect(page.get_by_role("heading", level=1, name="The spare scanner: nobody finds it")).to_be_visible()


def test_a_full_page_with_long_texts_still_takes_one_sheet(enter: Enter) -> None:
    page = enter("ana", "/projects/new/")
    raise_it(page, "Everything about the goods that come back, written down at length")
    here = page.url

    long = "A sentence that says a little more than it needs to, as people do when they are in a hurry. " * 9
    for key in ("seen", "current_state", "goal", "cause", "plan", "change", "result", "standard"):
        page.goto(f"{here}text/{key}/")
        page.locator("main textarea").fill(long)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Everything about"))
    for number in range(4):
        page.goto(f"{here}trials/")
        page.get_by_label("What is tried").fill(f"Try number {number} with a rather long name for what it is")
        page.get_by_label("What do you expect?").fill(long[:300])
        page.get_by_role("button", name="Add").click()
        page.goto(f"{here}why/")
        page.get_by_label("Why?").fill(f"Reason number {number}, which is long as well and goes on and on")
        page.get_by_role("button", name="Add").click()
    page.goto(here)
    assert sheets(page) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 718})
    last = page.locator("#text-standard .written")
    sheet = page.locator(".a3-sheet")
    inner, outer = last.bounding_box(), sheet.bounding_box()
    assert inner and outer
    # the last text has its beginning on the sheet, not beyond it
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    assert inner["y"] <= outer["y"] + outer["height"]
