"""What somebody takes away of projects: their own, whole, and nothing that is about others."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

from leanship.features.projects.models import Routine, RoutineTick, Stakeholder, StanceEntry
from leanship.features.standing.takeaway import about_me
from tests.cast import Cast
from tests.features.projects.people_kit import build_map
from tests.features.projects.project_kit import build_project


def taken(cast: Cast, key: str) -> dict[str, Any]:
    content = about_me(cast.actors[key], cast.people[key])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        found: dict[str, Any] = json.loads(file.read("everything.json"))
        assert {f"{name}.csv" for name in found if name != "made_at"} <= set(file.namelist())
    return found


def test_a_leader_takes_what_they_led_and_wrote(cast: Cast) -> None:
    kit = build_project(cast)
    mine = taken(cast, "ana")
    assert [(row["title"], row["as"]) for row in mine["projects"]] == [(kit.project.title, "leader")]
    assert kit.trial.what in {row["what"] for row in mine["project_trials"]}
    assert "seen" in {row["text_of"] for row in mine["project_texts"]}
    assert kit.comment.text in {row["text"] for row in mine["project_comments"]}


def test_whoever_works_on_it_takes_their_part_alone(cast: Cast) -> None:
    kit = build_project(cast)
    devs, bens = taken(cast, "dev"), taken(cast, "ben")
    assert [(row["title"], row["as"]) for row in devs["projects"]] == [(kit.project.title, "member")]
    assert devs["project_trials"] == [] == devs["project_comments"]
    assert [row["what"] for row in bens["project_plan"]] == [kit.item.what]
    assert bens["projects"] == []


def test_feedback_goes_to_both_and_the_map_to_neither(cast: Cast) -> None:
    kit = build_map(cast)
    asked_by, asked_of = kit.feedback.asked_by, kit.feedback.asked_of
    keys = {person.pk: key for key, person in cast.people.items()}
    for person in (asked_by, asked_of):
        files = json.dumps(taken(cast, keys[person.pk]), ensure_ascii=False)
        assert kit.feedback.question in files
        for note in StanceEntry.objects.values_list("note", flat=True):
            assert note not in files
        for cares in Stakeholder.objects.exclude(cares_about="").values_list("cares_about", flat=True):
            assert cares not in files
    others = next(key for key in cast.people if cast.people[key].pk not in (asked_by.pk, asked_of.pk))
    assert taken(cast, others)["feedback"] == []


def test_standard_work_is_taken_with_what_was_done(cast: Cast) -> None:
    routine = Routine.objects.create(person=cast.people["ana"], text="Walk the floor", cadence="day")
    RoutineTick.objects.create(routine=routine, ordinal=date(2026, 11, 20).toordinal())
    mine = taken(cast, "ana")
    assert mine["standard_work_done"] == [{"routine": "Walk the floor", "period": "2026-11-20"}]
    assert taken(cast, "ben")["standard_work"] == []
