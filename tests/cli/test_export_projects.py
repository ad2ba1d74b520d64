"""Projects out as files and back in: every version is there, and nothing that is somebody's alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from leanship.cli import main
from leanship.features.org.access import SYSTEM
from leanship.features.projects.actions import project as actions
from leanship.features.projects.actions import writing
from leanship.features.projects.models import FeedbackRequest, Occurrence, Project, Routine, StanceEntry
from tests.cast import Cast
from tests.features.world import World, build_world


@pytest.fixture
def world(cast: Cast) -> World:
    """One of everything."""
    return build_world(cast)


def export(out: Path, *words: str) -> None:
    answer = CliRunner().invoke(main, ["export", "--out", str(out), *words])
    assert answer.exit_code == 0, answer.output


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def answer(path: Path) -> dict[str, object]:
    result = CliRunner().invoke(main, ["import", "projects", str(path), "--json"])
    assert result.exit_code == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_what_was_exported_is_known_again(world: World, tmp_path: Path) -> None:
    ended = actions.raise_opportunity(
        world.cast.actors["ben"], title="=Two lists", seen="Three lists are kept.", take_up=True
    )
    actions.end_project(world.cast.actors["ben"], project=ended, outcome="stopped", reason="Nobody had time.")
    export(tmp_path, "--what", "projects")
    running = Project.objects.filter(archived_at=None).count()
    told = answer(tmp_path / "projects.csv")
    assert (told["rows"], told["added"], told["changed"], told["unchanged"]) == (running, 0, 0, running)


def test_another_installation_takes_them_in(world: World, tmp_path: Path) -> None:
    export(tmp_path / "first", "--what", "projects")
    Project.objects.all().delete()
    answer(tmp_path / "first" / "projects.csv")
    export(tmp_path / "second", "--what", "projects")
    named = (
        "title",
        "leader",
        "raised_on",
        "stage",
        "taken_up",
        "team",
        "serves_whom",
        "what_was_seen",
        "goal",
    )

    def told(folder: str) -> list[tuple[str, ...]]:
        return sorted(tuple(row[key] for key in named) for row in rows(tmp_path / folder / "projects.csv"))

    assert told("second") == told("first")


def test_every_version_of_a_text_leaves_and_archived_projects_apart(world: World, tmp_path: Path) -> None:
    project = Project.objects.get(uid=world.uids["project"])
    writing.write_section(SYSTEM, project=project, key="goal", text="One day at most.")
    writing.write_section(SYSTEM, project=project, key="goal", text="Half a day at most.")
    actions.archive_project(SYSTEM, project=project)
    export(tmp_path, "--what", "projects")
    goals = [row["text"] for row in rows(tmp_path / "project_texts.csv") if row["text_of"] == "goal"]
    assert goals[-2:] == ["One day at most.", "Half a day at most."]
    assert project.uid in {row["id"] for row in rows(tmp_path / "archived_projects.csv")}
    assert project.uid not in {row["id"] for row in rows(tmp_path / "projects.csv")}


def test_an_event_names_what_it_is_about_by_uid(world: World, tmp_path: Path) -> None:
    export(tmp_path, "--what", "events")
    about = {row["subject"] for row in rows(tmp_path / "events.csv") if row["subject_kind"] == "project"}
    assert world.uids["project"] in about and "" not in about
    planned = [row for row in rows(tmp_path / "events.csv") if row["kind"] == "project.plan_added"]
    assert json.loads(planned[0]["details"])["owner"] in world.uids.values()


def test_nothing_leaves_that_is_somebodys_alone(world: World, tmp_path: Path) -> None:
    """Maps, feedback, events of calendars and standard work stay with their owners, whatever is asked for."""
    export(tmp_path / "out")
    everything = "\n".join(file.read_text(encoding="utf-8-sig") for file in (tmp_path / "out").iterdir())
    private = [
        *StanceEntry.objects.values_list("note", flat=True),
        *FeedbackRequest.objects.values_list("question", flat=True),
        *Occurrence.objects.exclude(title="").values_list("title", flat=True),
        *Routine.objects.values_list("text", flat=True),
    ]
    assert len(private) >= 4
    for text in private:
        assert text not in everything, text
