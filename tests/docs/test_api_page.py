"""docs/reference/api.md names every operation and problem as the code has them; what the how-to shows, works."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from leanship.api import figures, keys, parts
from leanship.api.problems import KINDS, PREFIX, answer
from leanship.api.urls import api

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "use-the-api.md").read_text(encoding="utf-8")


def operations() -> dict[str, Any]:
    """Every operation by method and address."""
    paths = api.get_openapi_schema(path_prefix="api/v1/")["paths"]
    return {
        f"{method.upper()} {path}": details
        for path, methods in paths.items()
        for method, details in methods.items()
    }


def test_the_page_has_every_operation_and_what_it_does() -> None:
    told = dict(re.findall(r"^\| `([A-Z]+ [^`]+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert told == {name: details["description"] for name, details in operations().items()}


def test_the_page_has_every_problem() -> None:
    told = re.findall(r"^\| (\d+) \| `([^`]+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    wanted = [
        (str(kind.status), f"{PREFIX}{name}", str(kind.title), str(kind.remedy))
        for name, kind in KINDS.items()
    ]
    assert told == wanted


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{keys.REQUESTS[0]} requests a minute" in PAGE
    assert f"{keys.FAILURES[0]} wrong keys of one address in {keys.FAILURES[1] // 60} minutes" in PAGE
    assert f"{parts.MOST_AT_ONCE} at most" in PAGE
    assert f"up to {figures.MOST_CELLS:,} figures at once" in PAGE
    assert f"up to {figures.MOST_CELLS:,} figures at once" in HOW_TO
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 2.5 * 2**20
    assert "up to 2.5 MB" in PAGE


def test_the_problem_that_the_how_to_shows_is_one() -> None:
    (shown,) = re.findall(r"```json\n(.+?)```", HOW_TO, re.DOTALL)
    body = json.loads(shown)
    assert body == json.loads(answer("invalid", errors=body["errors"]).content)
    listed = {int(status) for status in re.findall(r"^- \*\*(\d+)\*\*", HOW_TO, re.MULTILINE)}
    assert listed <= {kind.status for kind in KINDS.values()}


def test_every_address_that_is_shown_is_one() -> None:
    shown = set(re.findall(r"/api/v1(?:/[\w{}.-]+)+", HOW_TO + PAGE))
    assert len(shown) > 40
    for address in sorted(shown):
        try:
            resolve(re.sub(r"\{\w+\}", "people", address))
        except Resolver404:
            raise AssertionError(f"there is no {address}") from None


def test_the_entry_that_the_how_to_shows_can_be_read() -> None:
    (shown,) = re.findall(r"-d '\n(.+?)'\n", HOW_TO, re.DOTALL)
    entry = figures.EntryIn.model_validate_json(shown)
    assert [cell.value for cell in entry.cells] == ["96.3", None]
    assert entry.cells[1].numerator == 3154
