"""docs/reference/settings.md lists every setting and every check as the code has them, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from leanship import checks
from leanship.conf import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_table_is_the_list_of_settings() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) ?\| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    expected = [
        (
            setting.name,
            f"`{setting.default}`" if setting.default else "",
            setting.help + (" *secret*" if setting.secret else ""),
        )
        for setting in SETTINGS
    ]
    assert rows == expected


def test_every_check_is_listed() -> None:
    code = re.findall(r'id="(leanship\.[EW]\d{3})"', Path(checks.__file__).read_text(encoding="utf-8"))
    listed = re.findall(r"^\| (leanship\.[EW]\d{3}) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(set(code))
