"""`leanship --help` answers without loading what its commands need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from leanship.cli import COMMANDS, main

HEAVY = (
    "django",
    "numpy",
    "polars",
    "rich",
    "openpyxl",
    "python_calamine",
    "granian",
    "resvg_py",
    "icalendar",
)

LOADED = """
import contextlib, sys
from leanship.cli import main
with contextlib.suppress(SystemExit):
    main({arguments})
print([name for name in {heavy} if name in sys.modules], file=sys.stderr)
"""


def loaded_by(*arguments: str) -> str:
    code = LOADED.format(arguments=list(arguments), heavy=HEAVY)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stderr.strip()


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("--help") == "[]"


@pytest.mark.parametrize("command", ["chart", "rate", "projects", "projects verify", "time"])
def test_help_of_a_command_on_files_loads_nothing_heavy(command: str) -> None:
    assert loaded_by(*command.split(), "--help") == "[]"


def test_every_command_is_listed_and_can_be_loaded() -> None:
    context = main.make_context("leanship", [], resilient_parsing=True)
    assert main.list_commands(context) == list(COMMANDS)
    for name in ("chart", "rate"):
        assert main.get_command(context, name) is not None
    assert main.get_command(context, "no such command") is None
