"""The schema of the API as it is committed: `python -m leanship.api.schema tests/api/snapshots/openapi.json`.

Whoever reads a change sees in the snapshot what it means for programs that use the API; a test compares the two.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def text() -> str:
    """The OpenAPI schema as indented JSON, its keys in a stable order. Django must be set up."""
    from leanship.api.urls import api

    found = api.get_openapi_schema(path_prefix="api/v1/")
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schema to the file named, or to standard output."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leanship.settings")
    django.setup()
    if arguments:
        Path(arguments[0]).write_text(text(), encoding="utf-8")
    else:
        sys.stdout.write(text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
