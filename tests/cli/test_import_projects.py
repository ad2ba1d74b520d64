"""`leanship import projects`: projects from a file, dry or for good, and the same again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from leanship.connect import registry
from leanship.features.base.models import Event, ImportBatch, Standing
from leanship.features.projects.models import Move, Project, Section, Stakeholder
from tests.cast import Cast
from tests.features.projects.project_kit import build_project

FILE = """id,title,leader,raised_on,stage,team,serves,serves_whom,what_was_seen,goal,outcome,ended_on
I-1,Fewer wrong picks,Ana Ruiz,2026-03-02,tests,Order desk,client,Hospitals,Nine wrong picks a week.,Two a week,,
I-2,One list of orders,Ben Okafor,2026-01-12,,Order desk,team,,Three lists are kept.,,standardised,2026-06-30
I-3,Lost labels,Dev Patel,2026-10-05,,,,,A label falls off every day.,,,
"""


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", "projects", str(path), *arguments])


def answer(path: Path, *arguments: str) -> dict[str, Any]:
    result = run(path, *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "projects.csv"
    place.write_text(FILE, encoding="utf-8")
    return place


def test_projects_come_in_and_the_same_file_again_changes_nothing(cast: Cast, path: Path) -> None:
    first = answer(path)
    assert first == {"rows": 3, "added": 3, "changed": 0, "unchanged": 0, "problems": []}
    picks, lists, labels = Project.objects.order_by("external_id")
    assert (picks.leader, picks.stage, picks.team, picks.serves, picks.serves_whom) == (
        cast.people["ana"],
        "tests",
        cast.teams["Order desk"],
        "client",
        "Hospitals",
    )
    assert picks.taken_up_at is not None and picks.raised_at.date() == date(2026, 3, 2)
    assert "nine wrong picks" in picks.search
    assert (lists.stage, lists.outcome, lists.ended_on) == ("standard", "standardised", date(2026, 6, 30))
    assert (labels.stage, labels.taken_up_at) == ("opportunity", None)
    assert set(Section.objects.filter(project=picks).values_list("key", "text")) == {
        ("seen", "Nine wrong picks a week."),
        ("goal", "Two a week"),
    }
    assert set(Move.objects.values_list("project__title", "to_stage", "at__date")) == {
        ("Fewer wrong picks", "tests", date(2026, 11, 22)),
        ("One list of orders", "standard", date(2026, 6, 30)),
    }
    assert Event.objects.filter(kind="projects.imported").count() == 1
    # Ben's result was checked within the year: his standing knows at once
    standing = Standing.objects.get(subject_id=cast.people["ben"].pk, category="projects")
    assert (standing.counts["checked"], standing.reason) == (1, "imported")
    assert answer(path) == {"rows": 3, "added": 0, "changed": 0, "unchanged": 3, "problems": []}
    assert ImportBatch.objects.count() == 1


def test_a_dry_run_writes_nothing(cast: Cast, path: Path) -> None:
    assert answer(path, "--dry-run")["added"] == 3
    assert not Project.objects.exists()


def test_what_the_file_says_otherwise_is_changed_as_by_hand(cast: Cast, path: Path) -> None:
    answer(path)
    path.write_text(
        FILE.replace("Fewer wrong picks,Ana Ruiz,2026-03-02,tests", "Fewer wrong picks,Ben Okafor,,plan")
        .replace("Two a week", "One a week")
        .replace("Lost labels,Dev Patel,2026-10-05", "Lost labels by day,Dev Patel,2026-10-05"),
        encoding="utf-8",
    )
    assert answer(path) == {"rows": 3, "added": 0, "changed": 2, "unchanged": 1, "problems": []}
    picks, _lists, labels = Project.objects.order_by("external_id")
    assert (picks.leader, picks.stage, labels.title) == (cast.people["ben"], "plan", "Lost labels by day")
    assert picks.moves.last().reason == "Imported"  # type: ignore[union-attr]
    goal = picks.sections.get(key="goal")
    assert (goal.text, goal.revisions.count()) == ("One a week", 2)
    assert Event.objects.filter(kind="project.handed_over", subject_id=picks.pk).exists()


def test_another_leader_by_file_gets_no_map(cast: Cast, tmp_path: Path) -> None:
    project = build_project(cast).project
    Stakeholder.objects.create(project=project, name="A carrier")
    path = tmp_path / "projects.csv"
    path.write_text(f"id,title,leader\n{project.uid},{project.title},Ben Okafor\n", encoding="utf-8")
    assert answer(path)["changed"] == 1
    assert not Stakeholder.objects.filter(project=project).exists()


def test_every_problem_is_told_at_once_with_row_and_column(cast: Cast, path: Path) -> None:
    path.write_text(
        "id,title,leader,team,stage,outcome,ended_on,raised_on\n"
        "1,Picks,Ana Ruis,Order desk,tests,,,\n"
        "2,Labels,Order desk,Ana Ruiz,sometime,,,2027-01-01\n"
        "2,Labels again,Ana Ruiz,,,stopped,,\n"
        "4,,Ana Ruiz,,,,2026-01-31,\n",
        encoding="utf-8",
    )
    result = run(path, "--json")
    assert result.exit_code == 2
    told = {(one["row"], one["column"]) for one in json.loads(result.stdout)["problems"]}
    assert told == {
        (2, "leader"),
        (3, "leader"),
        (3, "team"),
        (3, "stage"),
        (3, "raised_on"),
        (4, "id"),
        (4, "outcome"),
        (5, "title"),
        (5, "outcome"),
    }
    assert not Project.objects.exists()


def test_without_ids_the_title_tells_projects_apart(cast: Cast, path: Path) -> None:
    path.write_text("title,leader,stage\nLost labels,Ana Ruiz,plan\n", encoding="utf-8")
    assert answer(path)["added"] == 1
    assert answer(path)["unchanged"] == 1
    Project.objects.create(title="Lost Labels", leader=cast.people["ben"], raised_by=cast.people["ben"])
    result = run(path)
    assert result.exit_code == 2 and "2 projects are called Lost labels" in result.stderr


def test_what_has_ended_is_not_changed_by_a_file(cast: Cast, path: Path) -> None:
    answer(path)
    path.write_text(FILE.replace("One list of orders", "One list"), encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2 and "One list of orders has ended" in result.stderr


def test_without_an_installation_only_a_dry_run_goes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanship.cli._importing.installed", lambda home: False)
    assert answer(path, "--dry-run")["added"] == 3
    result = run(path)
    assert result.exit_code == 2 and "leanship serve" in result.stderr


def test_the_sample_of_the_page_is_the_file_of_this_test() -> None:
    assert registry.kind("projects").sample == FILE
