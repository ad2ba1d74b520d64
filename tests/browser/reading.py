"""What every page is held to, in whatever state it stands: axe, one heading, and no sideways scrolling on a phone."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE

LIGHTS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]

# What sticks out of the window and is not inside something that scrolls by itself.
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = (e) => e && e !== document.body && (/(auto|scroll|hidden)/.test(getComputedStyle(e).overflowX)
    || scrolls(e.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e.parentElement))
    .map((e) => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right))
    .slice(0, 5).concat("the page is " + root.scrollWidth + " wide");
}"""


def faults(page: Page, *, among: str = "") -> list[str]:
    """What axe finds in both themes and at both widths, and what is too wide for a phone.

    `among` narrows axe to what stands inside a selector.
    """
    axe, found = Axe(), []
    for (width, height), scheme in LIGHTS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        result = axe.run(page, context=among or None)
        where = f"{width} px, {scheme}"
        for violation in result.response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            found.append(f"{where}: {violation['id']}: {violation['help']}: {nodes}")
        if width == PHONE[0] and scheme == "light":
            found += [f"{where}: too wide: {each}" for each in page.evaluate(TOO_WIDE)]
    return found
