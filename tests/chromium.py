"""Chromium for the tests that need one: started once a module, and an ear for all that goes wrong in a page."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from devtools.testing import find_browser
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module's tests; skipped by name where there is none, unless one is required."""
    path = find_browser()
    if path is None:
        if "browser" in os.environ.get("LEANSHIP_TEST_REQUIRE", "").split(","):
            pytest.fail("LEANSHIP_TEST_REQUIRE names the browser, but no Chromium was found")
        pytest.skip("no Chromium was found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Ear:
    """Hears what goes wrong in the pages of a context: consoles (where the content policy speaks too), errors of
    scripts, and requests that failed. `expect` names an answer that a test provokes on purpose.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        self._expected: set[int] = set()
        context.on("page", self._listen)

    def expect(self, status: int) -> None:
        """From now on an answer with this status is no complaint."""
        self._expected.add(status)

    def _listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("warning", "error"):
            return
        if any(f"status of {status} " in message.text for status in self._expected):
            return
        self.heard.append(f"{message.location.get('url')}: {message.text}")

    def _failed(self, request: Request) -> None:
        # a request that leaving the page cut short is nobody's fault
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"{request.method} {request.url}: {request.failure}")
