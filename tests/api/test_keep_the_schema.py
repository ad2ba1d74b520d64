"""The committed schema is the one that is served: whoever changes it sees what it means for programs."""

from __future__ import annotations

import json
from pathlib import Path

from leanship.api import schema
from leanship.api.urls import api, make

SNAPSHOT = Path(__file__).parent / "snapshots" / "openapi.json"


def test_the_snapshot_is_the_schema() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == schema.text(), (
        "run: .venv/bin/python -m leanship.api.schema tests/api/snapshots/openapi.json"
    )


def test_the_snapshot_would_show_a_new_operation() -> None:
    other = make()

    @other.get("/weather")
    def weather(request: object) -> str:
        return "fair"

    assert "/weather" in other.get_openapi_schema(path_prefix="")["paths"]
    assert "/weather" not in api.get_openapi_schema(path_prefix="")["paths"]


def test_every_operation_is_described_asks_for_a_key_and_names_its_problems() -> None:
    for path, methods in json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"].items():
        for method, operation in methods.items():
            told = f"{method} {path}"
            assert operation["description"], told
            assert operation["security"] == [{"PersonalKey": []}], told
            assert {"401", "422", "429"} <= set(operation["responses"]), told
            if "{" in path or method != "get":
                assert "404" in operation["responses"], told
            if method != "get":
                assert {"400", "403", "409"} <= set(operation["responses"]), told
