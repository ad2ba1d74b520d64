"""43 calendars against what the libraries alone make of them; most are under the LGPL and read from outside."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from leanship.cli import main
from leanship.readers.calendars import read_calendar

pytestmark = pytest.mark.witness


@pytest.fixture(scope="module")
def folder() -> Path:
    root = os.environ.get("LEANSHIP_WITNESS_DATA")
    if not root:
        pytest.skip(
            "LEANSHIP_WITNESS_DATA is not set: calendars under the LGPL and MPL are not in this repository"
        )
    return Path(root) / "ics"


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        (folder / "expected_expansion.json").read_text(encoding="utf-8")
    )
    return found


PROPERTIES = {
    "rie_bad_rrule_missing_until_event.ics": "RRULE",
    "ic_big_bad_calendar.ics": "VCALENDAR",
    "ic_broken_dtstart.ics": "DTSTART",
    "ic_issue_104_broken_calendar.ics": "X",
    "ic_multiple_timezones.ics": "RDATE",
    "ic_issue_1081_invalid_start_and_end.ics": "DTSTART",
    "ic_issue_722_missing_timezones.ics": "DTSTART",
    "icaljs_google_birthday.ics": "RDATE",
}


def test_every_sound_calendar_has_the_occurrences_hours_and_titles(
    folder: Path, expected: dict[str, dict[str, Any]]
) -> None:
    sound = {name: told for name, told in expected.items() if "occurrences" in told}
    assert len(sound) == 35
    for name, told in sound.items():
        begin, end = map(date.fromisoformat, told["window"])
        file = read_calendar(folder / name, begin=begin, end=end)
        assert file.error is None, name
        found = len(file.occurrences), file.seconds / 3600, sum(each.all_day for each in file.occurrences)
        assert found == (told["occurrences"], told["timed_hours"], told["all_day"]), name
        assert len({each.key for each in file.occurrences}) == told["occurrences"], name
        if told["occurrences"] == len(told["list"]):  # of long ones the list holds the first
            listed = sorted((_instant(row[0], file.zone), row[2], row[4]) for row in told["list"])
            ours = sorted((each.start, each.title[:40].strip(), each.status) for each in file.occurrences)
            assert [(a, b.strip(), c) for a, b, c in listed] == ours, name


def _instant(text: str, zone: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def test_every_broken_calendar_names_its_property(folder: Path, expected: dict[str, dict[str, Any]]) -> None:
    broken = {name for name, told in expected.items() if "occurrences" not in told}
    assert broken == set(PROPERTIES)
    for name, which in PROPERTIES.items():
        file = read_calendar(folder / name, begin=date(2012, 1, 1), end=date(2026, 1, 1))
        assert file.error is not None
        assert file.error.property == which, name


def test_all_43_go_through_in_one_call(folder: Path, expected: dict[str, dict[str, Any]]) -> None:
    names = [str(folder / name) for name in expected]
    answer = CliRunner().invoke(
        main, ["time", *names, "--from", "2019-01-01", "--to", "2021-01-01", "--json"]
    )
    assert answer.exit_code == 0, answer.output
    files = json.loads(answer.stdout)["files"]
    assert [row["file"] for row in files] == names
    wrong = {Path(row["file"]).name: row["error"]["property"] for row in files if row["error"]}
    assert wrong == PROPERTIES
    for row in files:
        told = expected[Path(row["file"]).name]
        if told.get("window") == ["2019-01-01", "2021-01-01"]:
            assert (row["occurrences"], row["hours"]) == (told["occurrences"], told["timed_hours"])
