"""From the measure that is fixed beforehand to a saving that a colleague confirms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.company import Company
from tests.browser.conftest import PHONE, Enter
from tests.browser.reading import faults

pytestmark = pytest.mark.browser


def test_a_measure_is_fixed_and_what_it_will_find_is_told(enter: Enter, company: Company) -> None:
    page = enter("ana", f"/projects/{company.uids['mapped']}/", refusals=(422,))
    results = page.locator("#results")
    results.get_by_role("link", name="Fix the measure").click()
    series = page.get_by_label("Series")
    series.press_sequentially("complaints ana")
    option = page.locator("datalist option").first
    expect(option).to_be_attached()
    series.fill(str(option.get_attribute("value")))
    page.get_by_label("The change").fill("2026-12-01")
    page.get_by_label("The check").fill("2026-11-30")
    page.get_by_role("button", name="Fix the measure").click()
    expect(page.get_by_text("The check comes after the change.")).to_be_visible()
    page.get_by_label("The check").fill("2027-06-30")
    page.get_by_role("button", name="Fix the measure").click()
    expect(results).to_contain_text("Judged once, on 30 Jun 2027, by 7 points after the change.")
    expect(results).to_contain_text("8 are needed: check later")
    results.get_by_role("link", name="Change the measure").click()
    page.get_by_label("The check").fill("2027-09-30")
    page.get_by_label("Why it changes").fill("Seven months are too few.")
    page.get_by_role("button", name="Change the measure").click()
    expect(results).to_contain_text("by 10 points after the change")
    expect(results).to_contain_text("changed: Seven months are too few.")
    expect(results.locator(".remark")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_saving_goes_from_claim_to_confirmation(enter: Enter, company: Company, scripts: bool) -> None:
    actual = "12:30" if scripts else "13:45"
    page = enter("ana", f"/projects/{company.uids['project']}/", scripts=scripts)
    page.locator("#results").get_by_role("link", name="Claim a saving").click()
    page.get_by_label("What is saved").select_option("hours")
    page.get_by_label("Actual").fill(actual)
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("link", name="Ask for confirmation").click()
    page.get_by_label("Colleague").fill("farid@leanship.example")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("dl.facts")).to_contain_text("confirmation asked for")

    asked = enter("farid", "/waiting/", size=PHONE, scripts=scripts)
    asked.get_by_role("link", name=re.compile("asks you to confirm")).last.click()
    words = actual.replace(":", "\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}") + "\N{NO-BREAK SPACE}min"
    expect(asked.locator("dl.facts")).to_contain_text(words)
    asked.get_by_label("Yes, I confirm it").check()
    asked.get_by_role("button", name="Answer").click()
    expect(asked.locator("dl.facts").first).to_contain_text("confirmed by Farid Haddad")

    ledger = enter("greta", "/savings/?kind=hours&state=confirmed")
    row = ledger.get_by_role("row").filter(has_text=words).filter(has_text="Ana Ruiz")
    expect(row).to_contain_text("by Farid Haddad")
    if scripts:
        assert not (found := faults(ledger)), "\n".join(found)
