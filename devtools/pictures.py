"""Take the pictures of the documentation anew, from the demo company in Chromium: `python -m devtools.pictures`.

The clock stands still, so a picture changes only where the product does. Run it in the environment that
`python3 dev.py install` makes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from devtools.environment import BIN
from devtools.processes import HOST, ROOT, clean_environment, end, say
from devtools.serving import choose_port
from devtools.testing import find_browser

FOLDER = ROOT / "docs" / "images"
NOW = "2026-11-22T09:00:00+00:00"
SIZE: ViewportSize = {"width": 1280, "height": 860}
WHO = "ben"
LARGEST = 300_000  # bytes; a page of text should not wait for its picture


def _open_chart(page: Page) -> None:
    """From My standing to the chart with the shift."""
    page.get_by_role("link", name="Order lead time").first.click()
    page.get_by_role("heading", level=1, name="Order lead time").wait_for()


def _open_project(page: Page) -> None:
    """From the board to the project whose result was checked, down to where the A3 begins."""
    page.get_by_role("link", name="Type telephone orders straight in").first.click()
    page.get_by_role("heading", level=1, name="Type telephone orders straight in").wait_for()


_OPEN = {"series": _open_chart, "project": _open_project}


def take(browser: Browser, address: str, link: str) -> None:
    """All pictures, light and dark; `link` signs in once."""
    state = None
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport=SIZE, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", storage_state=state
        )
        page = context.new_page()
        if state is None:
            page.goto(link)
            page.get_by_role("button").first.click()
            page.get_by_role("heading", level=1).wait_for()
            state = context.storage_state()
        ending = "-dark.png" if scheme == "dark" else ".png"
        for name, path in (
            ("standing", "/standing/"),
            ("board", "/productivity/board/"),
            ("series", "/standing/"),
            ("project", "/projects/"),
            ("time", "/projects/time/"),
        ):
            page.goto(address + path)
            if name in _OPEN:
                _OPEN[name](page)
            file = FOLDER / f"{name}{ending}"
            page.screenshot(path=file)
            if file.stat().st_size > LARGEST:
                raise SystemExit(f"{file} has more than {LARGEST:,} bytes.")
            say(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes")
        context.close()


def main() -> int:
    """Make the company in a folder that is thrown away, serve it, take the pictures."""
    chromium = find_browser()
    if chromium is None:
        say("No Chromium was found.")
        return 2
    port = choose_port(None)
    address = f"http://{HOST}:{port}"
    leanship = str(BIN / "leanship")
    with tempfile.TemporaryDirectory(prefix="leanship-pictures-") as folder:
        home = str(Path(folder) / "home")
        env = clean_environment(Path(home)) | {"LEANSHIP_NOW": NOW, "LEANSHIP_PUBLIC_URL": address}
        subprocess.run([leanship, "demo", "--home", home], env=env, check=True)
        server = subprocess.Popen([leanship, "serve", "--home", home, "--port", str(port)], env=env)
        try:
            _wait(address)
            words = [leanship, "demo", "--home", home, "--links", "--json"]
            links = json.loads(subprocess.run(words, env=env, check=True, capture_output=True).stdout)[
                "links"
            ]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                take(browser, address, next(link["url"] for link in links if link["key"] == WHO))
                browser.close()
        finally:
            end(server)
    return 0


def _wait(address: str) -> None:
    """Until the server answers; a minute at most."""
    for _ in range(600):
        try:
            with urlopen(f"{address}/sign-in/", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server does not answer.")


if __name__ == "__main__":
    sys.exit(main())
