"""A page in Chromium that holds nothing but our scripts and styles: no server, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route

import leanship.web
from tests.chromium import Ear, chromium

__all__ = ["chromium"]  # the fixture, for the tests beside this file

HTMX = Path(django_htmx.__file__).parent / "static"
STATIC = Path(leanship.web.__file__).parent / "static/web"
ORIGIN = "http://leanship.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"

Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a page with this body and these scripts; anything on its console fails the test."""
    context = chromium.new_context(reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
    ear = Ear(context)
    page = context.new_page()
    bodies: dict[str, str] = {}

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if address.startswith("/static/"):
            name = address.removeprefix("/static/")
            route.fulfill(path=(HTMX if name.startswith("django_htmx/") else STATIC) / name)
        elif address in bodies:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=bodies[address], content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)

    def go(body: str, *scripts: str, at: str = "/", others: dict[str, str] | None = None) -> Page:
        tags = "".join(f'<script src="/static/{name}" defer></script>' for name in scripts)
        for address, inner in {at: body, **(others or {})}.items():
            head = f'<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">{tags}'
            bodies[address] = f'{head}<body data-reader="7">{inner}</body></html>'
        page.goto(f"{ORIGIN}{at}")
        return page

    yield go
    context.close()
    assert not ear.heard
