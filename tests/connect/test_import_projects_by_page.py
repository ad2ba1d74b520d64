"""Projects from a file in the browser: looked at, changes field by field, and taken in by the office alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leanship.connect.kinds import projects as kind
from leanship.connect.registry import Preview, Upload
from leanship.features.base.errors import Conflict, Refused
from leanship.features.projects.actions import project as actions
from leanship.features.projects.models import Project
from leanship.readers.tabular import read_table
from tests.cast import Cast

FILE = "id,title,leader,stage,goal\nL-1,Lost labels,Ana Ruiz,tests,Two a week\n"


def look(cast: Cast, text: str, who: str = "elif") -> Preview:
    return kind.preview(cast.actors[who], read_table(text.encode(), name="projects.csv"), {})


def take_in(cast: Cast, found: Preview) -> None:
    kind.apply(cast.actors["elif"], found, {}, Upload("projects.csv", "0" * 64))


def test_a_file_is_looked_at_and_taken_in(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["elif"])
    sent: Any = client.post(
        reverse("connect:upload", args=["projects"]),
        {"file": SimpleUploadedFile("projects.csv", FILE.encode())},
    )
    page = client.get(sent.url).content.decode()
    assert "Lost labels" in page and "led by Ana Ruiz" in page
    assert not Project.objects.exists()
    fingerprint = page.split('name="fingerprint"')[1].split('value="')[1].split('"')[0]
    done: Any = client.post(f"{sent.url}confirm/", {"fingerprint": fingerprint})
    assert reverse("projects:list") in client.get(done.url).content.decode()
    assert Project.objects.get().leader == cast.people["ana"]


def test_what_changes_is_shown_field_by_field(cast: Cast) -> None:
    take_in(cast, look(cast, FILE))
    found = look(cast, FILE.replace("Ana Ruiz,tests,Two", "Ben Okafor,plan,One"))
    (line,) = found.changed
    assert [(each.field, each.before, each.after) for each in line.fields] == [
        ("leader", "Ana Ruiz", "Ben Okafor"),
        ("goal", "Two a week", "One a week"),
        ("stage", "tests", "plan"),
    ]
    assert found.fingerprint != look(cast, FILE).fingerprint


@pytest.mark.parametrize("who", ["ana", "ben", "ingrid"])
def test_it_is_for_the_office_alone(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        look(cast, FILE, who)
    with pytest.raises(Refused):
        kind.apply(cast.actors[who], look(cast, FILE), {}, Upload("projects.csv", "0" * 64))
    assert not Project.objects.exists()


def test_a_title_that_changed_meanwhile_is_no_blind_change(cast: Cast) -> None:
    take_in(cast, look(cast, FILE))
    found = look(cast, FILE.replace("Lost labels", "Labels"))
    project = Project.objects.get()
    actions.edit_project(
        cast.actors["ana"],
        project=project,
        version=project.version,
        title="Labels that fall",
        serves="",
        serves_whom="",
        team=None,
    )
    with pytest.raises(Conflict):
        take_in(cast, found)
    assert Project.objects.get().title == "Labels that fall"
