"""A folder that was mistyped gets a sentence and exit code 2, and nothing is made in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import environment


@pytest.mark.parametrize(
    "command", [["sign-in-link", "ana"], ["standings", "refresh"], ["standings", "rebuild"]]
)
def test_nothing_is_made_where_there_is_no_installation(tmp_path: Path, command: list[str]) -> None:
    place = tmp_path / "mistyped"
    env = {key: value for key, value in environment(place).items() if not key.startswith("DATABASE_URL")}
    words = [sys.executable, "-c", "from leanship.cli import main; main()", *command, "--home", str(place)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "There is no installation here" in done.stderr
    assert not place.exists()
