"""The plan, what is said, and files: who may, what is undone, and what a browser is told about a file."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leanship.features.base.errors import Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.org.models import Person
from leanship.features.projects.actions import plan, talk
from leanship.features.projects.models import FileContent, PlanItem, Project, ProjectFile
from leanship.features.projects.queries.project import project_page
from tests.cast import Cast
from tests.features.projects.project_kit import build_project, client_of, raised

TODAY = date(2026, 11, 22)


def item_of(cast: Cast, project: Project, due: date, what: str = "A scanner") -> PlanItem:
    return plan.add_plan_item(
        cast.actors["ana"], project=project, what=what, owner=cast.people["ben"], due_on=due
    )


def test_the_plan_is_read_by_its_days_and_says_what_is_late(cast: Cast) -> None:
    project = raised(cast)
    for day, what in ((30, "last"), (21, "late"), (22, "today")):
        item_of(cast, project, date(2026, 11, day), what)
    lines = project_page(cast.actors["dev"], project.uid, TODAY, currency="EUR").plan
    assert [(line.what, line.overdue) for line in lines] == [
        ("late", True),
        ("today", False),
        ("last", False),
    ]
    assert not any(line.may_finish for line in lines)


def test_its_owner_ticks_it_off_and_a_stranger_does_not(cast: Cast) -> None:
    item = item_of(cast, raised(cast), TODAY)
    with pytest.raises(Refused):
        plan.finish_plan_item(cast.actors["farid"], item=item)
    assert plan.finish_plan_item(cast.actors["ben"], item=item).done_at is not None
    assert plan.unfinish_plan_item(cast.actors["ana"], item=item).done_at is None
    with pytest.raises(Refused):
        plan.edit_plan_item(cast.actors["ben"], item=item, what="Two", owner=cast.people["ben"], due_on=TODAY)


def test_nobody_plans_for_who_has_left(cast: Cast) -> None:
    gone = Person.objects.create(name="Gone", left_on=TODAY)
    with pytest.raises(Invalid) as error:
        plan.add_plan_item(
            cast.actors["ana"], project=raised(cast), what="A scanner", owner=gone, due_on=TODAY
        )
    assert list(error.value.problems) == ["owner"]


def test_the_page_takes_a_person_and_a_day(cast: Cast) -> None:
    project = raised(cast)
    client = client_of(cast, "ana")
    url = f"/projects/{project.uid}/plan/"
    wrong = client.post(url, {"what": "A scanner", "owner": "Nobody Known", "due_on": "2026-12-04"})
    assert wrong.status_code == 422
    client.post(url, {"what": "A scanner", "owner": "Ben Okafor", "due_on": "2026-12-04"})
    item = PlanItem.objects.get()
    assert (item.owner, item.due_on) == (cast.people["ben"], date(2026, 12, 4))
    done = client_of(cast, "ben").post(f"/projects/plan/{item.uid}/done/", follow=True).content.decode()
    assert f"/projects/plan/{item.uid}/undone/" in done  # the undo, and the tick
    client.post(f"/projects/plan/{item.uid}/archive/")
    assert "A scanner" not in client.get(f"/projects/{project.uid}/").content.decode()


def test_everybody_comments_and_takes_back_their_own_words_alone(cast: Cast) -> None:
    project = raised(cast)
    said = talk.comment(cast.actors["farid"], project=project, text="Have a look at sales.")
    with pytest.raises(Refused):
        talk.archive_comment(cast.actors["ana"], said=said)
    talk.archive_comment(cast.actors["farid"], said=said)
    client = client_of(cast, "ana")
    assert "Have a look" not in client.get(f"/projects/{project.uid}/").content.decode()
    talk.restore_comment(cast.actors["farid"], said=said)
    assert "Have a look" in client.get(f"/projects/{project.uid}/").content.decode()


def test_a_file_is_taken_away_as_it_came_and_runs_nowhere(cast: Cast) -> None:
    project = raised(cast)
    client = client_of(cast, "ana")
    page = b"<script>alert(1)</script>"
    sent = SimpleUploadedFile("../gate „März“.html", page, content_type="text/html")
    assert client.post(f"/projects/{project.uid}/files/", {"file": sent}).status_code == 303
    file = ProjectFile.objects.get()
    assert (file.name, file.size) == ("gate „März“.html", len(page))
    answer = client_of(cast, "farid").get(f"/projects/files/{file.uid}/")
    assert answer.content == page
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_same_bytes_are_kept_once(cast: Cast) -> None:
    ana, project = cast.actors["ana"], raised(cast)
    for name in ("one.txt", "two.txt"):
        talk.add_file(ana, project=project, name=name, content=b"nine parcels")
    assert (ProjectFile.objects.count(), FileContent.objects.count()) == (2, 1)


def test_a_file_that_is_too_large_or_empty_is_turned_down(cast: Cast, settings: object) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000  # type: ignore[attr-defined]
    project = raised(cast)
    client = client_of(cast, "ana")
    for content in (b"x" * 1_001, b""):
        sent = SimpleUploadedFile("gate.txt", content)
        assert client.post(f"/projects/{project.uid}/files/", {"file": sent}).status_code == 422
    assert not ProjectFile.objects.exists()
    assert not FileContent.objects.exists()


def test_a_file_comes_off_and_back(cast: Cast) -> None:
    kit = build_project(cast)
    client = client_of(cast, "dev")
    client.post(f"/projects/files/{kit.file.uid}/archive/")
    assert client_of(cast, "farid").get(f"/projects/files/{kit.file.uid}/").status_code == 403
    client.post(f"/projects/files/{kit.file.uid}/restore/")
    assert client_of(cast, "farid").get(f"/projects/files/{kit.file.uid}/").status_code == 200


def test_what_happened_is_kept_by_ids_and_codes_alone(cast: Cast) -> None:
    build_project(cast)
    rows = Event.objects.filter(subject_kind="project")
    assert {row.kind for row in rows} >= {
        "project.raised",
        "project.member_added",
        "project.section_written",
        "project.why_added",
        "project.trial_added",
        "project.plan_added",
        "project.commented",
        "project.file_added",
    }
    for row in rows:
        for value in row.params.values():
            assert isinstance(value, int) or value in {"current_state"}, row.params
