"""Every page of the address book, read as axe reads it: both themes, two widths, and what each page must have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.company import Company
from tests.browser.conftest import Enter
from tests.browser.reading import faults
from tests.features.doors import DOORS, Door
from tests.features.world import World

pytestmark = pytest.mark.browser

# Addresses that answer something else than a page.
FILES = {"standing:take_away", "connect:sample", "help:picture", "projects:file", "projects:fit_export"}
PIECES = {
    "org:suggest": "names for a field",
    "org:branch": "a branch of the tree",
    "projects:suggest_team": "teams for a field",
    "projects:suggest_series": "series for a field",
}
# Who reads a page, if they may: the first of these.
READERS = ("ben", "greta", "elif", "ana", "farid")
# Pages before there is somebody who could see something.
NOBODYS = {"accounts:sign_in", "accounts:link"}
ELSEWHERE = {"accounts:setup": "leads on once there is an organisation; test_set_up reads it"}

PAGES = sorted(
    name
    for name, door in DOORS.items()
    if (door.get or name in NOBODYS) and name not in {*FILES, *PIECES, *ELSEWHERE}
)


def address(company: Company, name: str, door: Door) -> str:
    if name == "accounts:link":
        return reverse(name, args=[company.uids["link"]])
    if name == "connect:preview":
        return reverse(name, args=["people", company.uids["upload"]])
    return reverse(name, kwargs=door.fill(cast(World, SimpleNamespace(uids=company.uids))))


def reader_of(name: str, door: Door) -> str:
    return "" if name in NOBODYS else next(key for key in READERS if key in (door.get or ()))


def opened(enter: Enter, company: Company, name: str) -> Page:
    door = DOORS[name]
    return enter(reader_of(name, door), address(company, name, door))


@pytest.mark.parametrize("name", PAGES)
def test_anybody_can_read_it(enter: Enter, company: Company, name: str) -> None:
    page = opened(enter, company, name)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    assert page.title().removesuffix("Leanship").strip(" ·"), page.title()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    if name not in NOBODYS:
        expect(page.locator("details.who summary")).to_be_visible()
    assert not (found := faults(page)), "\n".join(found)
