"""`leanship time` on calendars as people have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from tests.readers.test_read_calendars import calendar

DATA = Path(__file__).parents[1] / "data" / "ics"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-11-01")
KEYS = {
    *(
        "strategic_hours",
        "tactical_hours",
        "unclassified_hours",
        "strategic_share",
        "target_share",
        "on_target",
    ),
    *("share_of", "no_share", "files"),
}


def meeting(day: int, begin: int, end: int, title: str, more: str = "") -> str:
    return (
        f"UID:{title}-{day}\nDTSTART:202610{day:02d}T{begin:02d}0000Z\n"
        f"DTEND:202610{day:02d}T{end:02d}0000Z\nSUMMARY:{title}\n{more}"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    work = calendar(
        meeting(5, 9, 11, "Coaching"),
        meeting(5, 10, 12, "Orders"),
        meeting(6, 9, 10, "Orders", "STATUS:CANCELLED"),
        meeting(7, 9, 12, "Orders"),
        meeting(8, 9, 10, "Mystery"),
        meeting(9, 9, 10, "Orders", "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.org"),
    )
    (tmp_path / "work.ics").write_bytes(work)
    (tmp_path / "rules.csv").write_text(
        "field,pattern,class\ntitle,coaching,strategic\ntitle,order*,tactical\n", encoding="utf-8"
    )
    return tmp_path


def run(*words: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["time", *map(str, words)], input=stdin)


def answer(*words: object) -> dict[str, Any]:
    result = run(*words, *OCTOBER, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_json_has_the_keys_of_the_contract(folder: Path) -> None:
    found = answer(folder / "work.ics")
    assert set(found) == KEYS
    assert found["files"] == [
        {"file": str(folder / "work.ics"), "occurrences": 6, "hours": 10.0, "error": None}
    ]
    assert (found["unclassified_hours"], found["strategic_share"], found["no_share"]) == (
        8.0, None, "too_little_classified",
    )  # fmt: skip


def test_hours_are_split_by_rules_and_each_counts_once(folder: Path) -> None:
    found = answer(folder / "work.ics", "--rules", folder / "rules.csv", "--me", "ana@example.org")
    assert (found["strategic_hours"], found["tactical_hours"], found["unclassified_hours"]) == (1.5, 4.5, 1.0)
    assert found["strategic_share"] == pytest.approx(1.5 / 7)
    assert (found["share_of"], found["target_share"], found["on_target"]) == ("calendar_hours", None, None)


def test_what_was_declined_counts_until_one_says_who_one_is(folder: Path) -> None:
    assert answer(folder / "work.ics")["unclassified_hours"] == 8.0
    assert answer(folder / "work.ics", "--me", "Ana@Example.org")["unclassified_hours"] == 7.0


@pytest.mark.parametrize(
    ("level", "target", "on_target"),
    [("contributor", 0.1, True), ("entry", 0.1, True), ("mid", 0.5, False), ("senior_leader", 0.9, False)],
)
def test_the_share_is_held_against_the_level(
    folder: Path, level: str, target: float, on_target: bool
) -> None:
    found = answer(folder / "work.ics", "--rules", folder / "rules.csv", "--level", level)
    assert (found["target_share"], found["on_target"]) == (target, on_target)


def test_with_working_hours_the_rest_is_tactical(folder: Path) -> None:
    words = ["--rules", folder / "rules.csv", "--level", "contributor", "--hours-per-week", "7"]
    found = answer(folder / "work.ics", *words)  # 31 days of an hour each
    assert found["strategic_hours"] + found["tactical_hours"] + found["unclassified_hours"] == 31.0
    assert (found["share_of"], found["on_target"]) == ("working_hours", False)
    assert found["strategic_share"] == pytest.approx(1.5 / 31)


def test_the_same_meeting_in_two_calendars_counts_once(folder: Path) -> None:
    once, twice = answer(folder / "work.ics"), answer(folder / "work.ics", folder / "work.ics")
    assert once["unclassified_hours"] == twice["unclassified_hours"]
    assert len(twice["files"]) == 2


def test_the_day_after_the_last_is_not_counted(folder: Path) -> None:
    result = run(folder / "work.ics", "--from", "2026-10-05", "--to", "2026-10-06", "--json")
    assert json.loads(result.stdout)["files"][0]["occurrences"] == 2


def test_broken_files_are_told_and_the_rest_goes_on(folder: Path) -> None:
    files = [
        folder / "work.ics",
        DATA / "ic_broken_dtstart.ics",
        folder / "none.ics",
        folder,
        folder / "rules.csv",
    ]
    result = run(*files, *OCTOBER, "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["files"]
    assert [row["error"] and row["error"]["property"] for row in rows] == [
        None, "DTSTART", "FILE", "FILE", "VCALENDAR",
    ]  # fmt: skip
    assert "ic_broken_dtstart.ics, line 6, DTSTART: INVALID-DATE cannot be read" in result.stderr
    assert "none.ics: There is no such file." in result.stderr


def test_with_no_calendar_at_all_it_ends_with_2(folder: Path) -> None:
    result = run(folder / "none.ics", folder / "rules.csv", *OCTOBER, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "None of the files could be read" in result.stderr


def test_warnings_name_the_event_and_cost_nothing(folder: Path) -> None:
    file = folder / "odd.ics"
    file.write_bytes(
        calendar("DTSTART;TZID=Mars:20261005T090000\nDTEND;TZID=Mars:20261005T100000\nSUMMARY:Far")
    )
    result = run(file, *OCTOBER, "--json")
    assert json.loads(result.stdout)["files"][0]["error"] is None
    assert result.stderr.startswith("Warning: ") and "Mars" in result.stderr


def test_a_calendar_comes_by_standard_input(folder: Path) -> None:
    result = run("-", *OCTOBER, "--json", stdin=(folder / "work.ics").read_bytes())
    assert json.loads(result.stdout)["files"][0] == {
        "file": "standard input", "occurrences": 6, "hours": 10.0, "error": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--tz", "Mars/Base"], "no such time zone"),
        (["--tz", "America"], "no such time zone"),
        (["--level", "king"], "contributor, entry, mid, senior"),
        (["--to", "2026-10-01"], "lies after --from"),
        (["--from", "01.10.2026"], "2026"),
        (["--hours-per-week", "200"], "168"),
        (["--rules", "{folder}/work.ics"], "column field"),
        (["--rules", "{folder}/none.csv"], "no file"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Path, words: list[str], says: str) -> None:
    result = run(folder / "work.ics", *OCTOBER, *(word.format(folder=folder) for word in words), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_the_zone_says_where_days_begin(folder: Path) -> None:
    late = folder / "late.ics"
    late.write_bytes(calendar("DTSTART:20261031T230000Z\nDTEND:20261101T000000Z"))
    assert [answer(late, "--tz", zone)["files"][0]["hours"] for zone in ("UTC", "Asia/Tokyo")] == [1.0, 0.0]


def test_a_person_reads_a_table_and_a_sentence(folder: Path) -> None:
    words = ["--rules", folder / "rules.csv", "--level", "mid", "--hours-per-week", "8"]
    result = run(folder / "work.ics", DATA / "ic_broken_dtstart.ics", *OCTOBER, *words)
    assert result.exit_code == 0
    assert "in part" in result.stdout
    assert "% of working hours are strategic; the target is 50 %: under target." in " ".join(
        result.stdout.split()
    )
    bare = run(folder / "work.ics", *OCTOBER)
    assert "No share: 0 % of the calendars' time is classified, and it takes 80 %." in bare.stdout
    assert "Without --rules" in bare.stdout
    empty = run(DATA / "ic_empty.ics", *OCTOBER)
    assert "hold no time that counts" in empty.stdout
