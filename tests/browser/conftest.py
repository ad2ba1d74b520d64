"""What the journeys stand on: the demo company behind a real server, and Chromium as somebody of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.company import ZONE, Company, Served, build, installed, served
from tests.chromium import Ear, chromium

__all__ = ["chromium"]  # the fixture, for the tests beside this file

DESKTOP = (1280, 900)
PHONE = (390, 844)

Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo, made once; nobody serves or changes it."""
    return build(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="module")
def company(original: Company, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Company:
    """A copy of the demo for one module. It asks for Chromium first, so that without one nothing is built."""
    return original.copied(tmp_path_factory.mktemp("copy") / "home")


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[Served]:
    """The module's copy of the demo, served."""
    with served(company.installation) as answering:
        yield answering


class Visitors:
    """Opens contexts of Chromium, and hears what goes wrong in each."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.open: list[tuple[BrowserContext, Ear]] = []

    def context(
        self, *, size: tuple[int, int] = DESKTOP, scheme: str = "light", scripts: bool = True
    ) -> tuple[BrowserContext, Ear]:
        """A new context, signed in nowhere; closed after the test."""
        made = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            timezone_id=ZONE,
            locale="en-GB",
            java_script_enabled=scripts,
        )
        made.set_default_timeout(10_000)
        ear = Ear(made)
        self.open.append((made, ear))
        return made, ear

    def close(self) -> list[str]:
        """Close all; what was heard."""
        heard: list[str] = []
        for context, ear in self.open:
            context.close()
            heard += ear.heard
        self.open.clear()
        return heard


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[Visitors]:
    """Contexts for one test, which fails when anything went wrong in one of them unannounced."""
    found = Visitors(chromium)
    yield found
    assert found.close() == []


@pytest.fixture
def enter(visitors: Visitors, server: Served, company: Company) -> Enter:
    """Enter as one of the cast: `enter("ana", "/standing/")` gives the page; "" as nobody.

    `refusals` are the statuses that the test provokes on purpose.
    """

    def go(
        key: str,
        path: str = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        scripts: bool = True,
        refusals: tuple[int, ...] = (),
    ) -> Page:
        context, ear = visitors.context(size=size, scheme=scheme, scripts=scripts)
        for status in refusals:
            ear.expect(status)
        if key:
            sign_in(context, server, company.sessions[key])
        page = context.new_page()
        page.goto(server.address + path)
        return page

    return go


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Served]:
    """A server on a new installation, in April 2019, when the figures of the hospitals end."""
    home = tmp_path_factory.mktemp("empty") / "home"
    home.mkdir(mode=0o700)
    with served(installed(home, "2019-04-15T09:00:00+00:00")) as answering:
        yield answering


def paste(page: Page, into: Locator, text: str) -> None:
    """Paste as from a spreadsheet."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    into.focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def sign_in(context: BrowserContext, server: Served, session: str) -> None:
    """Give a context a session that is there already."""
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.address}])
