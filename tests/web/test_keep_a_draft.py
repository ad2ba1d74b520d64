"""What was typed survives a closed tab, and is forgotten once it is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ORIGIN, Open

pytestmark = pytest.mark.browser

FIELDS = (
    '<input name="name" aria-label="Name"><input type="checkbox" name="hold" aria-label="Hold">'
    '<input type="password" name="secret" aria-label="Secret"><input type="hidden" name="csrf" value="t">'
)
FORM = f'<form data-draft="kpi" action="/sent/">{FIELDS}<button>Save</button></form>'
LEAVE = '<form data-forget-drafts action="/out/"><button>Sign out</button></form>'
SAVED = '<div id="toasts"><dialog open class="toast success">Saved.</dialog></div>'


def typed(open_page: Open, **more: str) -> Page:
    page = open_page(FORM + LEAVE, "drafts.js", others={"/sent/": SAVED, "/out/": "<p>out</p>", **more})
    page.get_by_label("Name").fill("Orders")
    page.get_by_label("Hold").check()
    page.get_by_label("Secret").fill("s3cret")
    return page


def test_what_was_typed_is_back_and_can_be_discarded(open_page: Open) -> None:
    page = typed(open_page)
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_label("Name")).to_have_value("Orders")
    expect(page.get_by_label("Hold")).to_be_checked()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Name")).to_have_value("")
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_role("button", name="Discard it")).to_have_count(0)


def test_passwords_and_hidden_fields_are_never_kept(open_page: Open) -> None:
    page = typed(open_page)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Orders" in kept and "s3cret" not in kept and "csrf" not in kept
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_label("Secret")).to_have_value("")


def test_a_saved_form_forgets_its_draft(open_page: Open) -> None:
    page = typed(open_page)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/sent/**")
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_label("Name")).to_have_value("")


def test_a_form_that_failed_to_save_keeps_it(open_page: Open) -> None:
    page = typed(open_page, **{"/sent/": "<p>Something broke</p>"})
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/sent/**")
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_label("Name")).to_have_value("Orders")


def test_what_the_server_sent_back_is_left_alone(open_page: Open) -> None:
    page = typed(
        open_page,
        **{"/again/": FORM.replace('aria-label="Name"', 'aria-label="Name" aria-invalid="true" value="x"')},
    )
    page.goto(f"{ORIGIN}/again/")
    expect(page.get_by_label("Name")).to_have_value("x")


def test_a_form_with_other_fields_does_not_get_an_old_draft(open_page: Open) -> None:
    page = typed(
        open_page, **{"/new/": '<form data-draft="kpi"><input name="unit" aria-label="Unit"></form>'}
    )
    page.goto(f"{ORIGIN}/new/")
    expect(page.get_by_label("Unit")).to_have_value("")


def test_signing_out_forgets_every_draft(open_page: Open) -> None:
    page = typed(open_page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/out/**")
    assert page.evaluate("localStorage.length") == 0
