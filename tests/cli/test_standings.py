"""`leanship standings`: refreshed by time, rebuilt on request, and silent the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from leanship.cli import main
from leanship.features.base.models import Standing
from leanship.features.productivity.models import Measurement
from tests.cast import Cast
from tests.features.productivity.kpi_kit import series_of


def answer(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["standings", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_refresh_writes_what_time_brought_and_nothing_twice(cast: Cast) -> None:
    series_of(cast, (84,) * 12, first="2025-11", standard=80)
    assert answer("refresh") == {"frozen": 0, "written": 8}
    assert answer("refresh") == {"frozen": 0, "written": 0}


def test_rebuild_writes_successors_only_where_figures_changed(cast: Cast) -> None:
    series = series_of(cast, (84,) * 12, first="2025-11", standard=80)
    answer("refresh")
    assert answer("rebuild") == {"written": 0}
    Measurement.objects.filter(series=series).order_by("-ordinal")[0:1].get().delete()
    assert answer("rebuild") == {"written": 2}
    assert Standing.objects.filter(is_current=False).count() == 2
    assert set(Standing.objects.filter(replaces__isnull=False).values_list("reason", flat=True)) == {
        "rebuilt"
    }


def test_it_says_in_words_what_it_did(cast: Cast) -> None:
    result = CliRunner().invoke(main, ["standings", "rebuild"])
    assert result.output == "0 standings were written.\n"


@pytest.mark.parametrize("command", ["refresh", "rebuild"])
def test_an_installation_without_a_database_is_said_in_a_sentence(command: str, tmp_path: Path) -> None:
    words = ["-c", "from leanship.cli import main; main(prog_name='leanship')", "standings", command]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    result = subprocess.run(
        [sys.executable, *words, "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment | {"DJANGO_SETTINGS_MODULE": "leanship.settings"},
        check=False,
    )
    assert result.returncode == 2
    assert "There is no installation here" in result.stderr and "Traceback" not in result.stderr
