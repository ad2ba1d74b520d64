"""`leanship import kpis`: definitions from a file, dry or for good, and the same again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from leanship.features.productivity.models import Kpi, Series, Standard
from tests.cast import Cast

FILE = """name,unit,direction,cadence,aggregation,decimals,ceiling,subject,standard,standard_from,weight
Orders on time,%,higher,month,ratio,1,100,Ana Ruiz,96,2026-01,2
Orders on time,%,higher,month,ratio,1,100,Dev Patel,96,2026-01,2
Errors,errors,lower,month,sum,0,,Ana Ruiz,12,2026-01,1
"""


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", "kpis", str(path), *arguments])


def answer(path: Path, *arguments: str) -> dict[str, Any]:
    result = run(path, *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "kpis.csv"
    place.write_text(FILE, encoding="utf-8")
    return place


def test_definitions_come_in_and_the_same_file_again_changes_nothing(cast: Cast, path: Path) -> None:
    first = answer(path)
    assert first["rows"] == 3 and first["added"] > 0 and first["problems"] == []
    assert set(Kpi.objects.values_list("name", "direction")) == {
        ("Orders on time", "higher"),
        ("Errors", "lower"),
    }
    assert Series.objects.count() == 3
    assert set(Standard.objects.values_list("value", flat=True)) == {960, 12}
    again = answer(path)
    assert (again["added"], again["changed"]) == (0, 0)
    assert again["unchanged"] == first["added"]


def test_a_dry_run_writes_nothing(cast: Cast, path: Path) -> None:
    assert answer(path, "--dry-run")["added"] > 0
    assert not Kpi.objects.exists()


def test_an_unknown_person_stops_everything_with_row_and_column(cast: Cast, path: Path) -> None:
    path.write_text(FILE.replace("Dev Patel", "Dev Patil"), encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2
    assert "kpis.csv, row 3, column subject" in result.stderr and "Dev Patel" in result.stderr
    assert not Kpi.objects.exists()


def test_without_an_installation_only_a_dry_run_goes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanship.cli._importing.installed", lambda home: False)
    assert answer(path, "--dry-run")["rows"] == 3
    result = run(path)
    assert result.exit_code == 2 and "leanship serve" in result.stderr
