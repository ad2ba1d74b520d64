"""The page of the API's docs works from this machine alone, under the content policy, with the session for reading."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from leanship.api.urls import api
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def test_an_operation_is_tried_in_the_docs(enter: Enter) -> None:
    page = enter("ben", "/api/v1/docs")
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    expect(page.locator(".opblock")).to_have_count(sum(len(methods) for methods in paths.values()))
    me = page.locator("#operations-organisation-me")
    me.get_by_role("button", name="get").first.click()
    me.get_by_role("button", name="Execute").click()
    expect(me.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(me.locator(".live-responses-table")).to_contain_text("Ben Okafor")


def test_the_docs_turn_strangers_to_the_sign_in(enter: Enter) -> None:
    page = enter("", "/api/v1/docs")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
