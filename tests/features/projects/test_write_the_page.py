"""The texts of the page: versions, comparison, restoring, and two who write at once."""

from __future__ import annotations

import pytest

from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.projects.actions import project as actions
from leanship.features.projects.actions import writing
from leanship.features.projects.models import Project, Section, SectionRevision
from leanship.features.projects.queries.revisions import compare
from tests.cast import Cast
from tests.features.projects.project_kit import client_of, raised


def write(cast: Cast, project: Project, text: str, *, version: int | None = None) -> Section:
    return writing.write_section(cast.actors["ana"], project=project, key="goal", text=text, version=version)


def test_every_save_keeps_what_stood_there(cast: Cast) -> None:
    project = raised(cast)
    for text in ("Three days", "Two days", "Two days"):
        section = write(cast, project, text)
    assert (section.text, section.version) == ("Two days", 2)
    kept = SectionRevision.objects.filter(section=section).order_by("version")
    assert list(kept.values_list("version", "text")) == [(1, "Three days"), (2, "Two days")]


def test_an_earlier_version_is_written_again_as_a_new_one(cast: Cast) -> None:
    project = raised(cast)
    for text in ("Three days", "Two days"):
        write(cast, project, text)
    section = writing.restore_section(cast.actors["ana"], project=project, key="goal", revision=1, version=2)
    assert (section.text, section.version) == ("Three days", 3)
    with pytest.raises(NotFound):
        writing.restore_section(cast.actors["ana"], project=project, key="goal", revision=9)


@pytest.mark.parametrize("stale", [0, 1, 3])
def test_whoever_read_another_version_overwrites_nothing(cast: Cast, stale: int) -> None:
    project = raised(cast)
    write(cast, project, "Three days", version=0)
    write(cast, project, "Two days", version=1)
    with pytest.raises(Conflict) as error:
        write(cast, project, "One day", version=stale)
    assert error.value.theirs == {"text": "Two days"}
    assert Section.objects.get(project=project, key="goal").text == "Two days"


def test_the_page_shows_both_texts_and_the_next_save_is_meant(cast: Cast) -> None:
    project = raised(cast)
    url = f"/projects/{project.uid}/text/goal/"
    client = client_of(cast, "ana")
    assert client.post(url, {"text": "Three days", "version": 0}).status_code == 303
    answer = client.post(url, {"text": "One day", "version": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Three days" in page and "One day" in page
    assert '<input type="hidden" name="version" value="1"' in page
    assert client.post(url, {"text": "One day", "version": 1}).status_code == 303


def test_in_place_the_block_comes_back_with_the_bar(cast: Cast) -> None:
    project = raised(cast)
    url = f"/projects/{project.uid}/text/goal/"
    client = client_of(cast, "ana")
    htmx = {"HX-Request": "true", "HX-Target": "text-goal"}
    form = client.get(url, headers=htmx).content.decode()
    assert "<html" not in form and 'hx-target="this"' in form
    answer = client.post(url, {"text": "Three days", "version": 0}, headers=htmx)
    assert answer.headers["HX-Retarget"] == "#text-goal"
    body = answer.content.decode()
    assert "Three days" in body and 'hx-swap-oob="true"' in body
    assert client.get(url).content.decode().count("<h1") == 1


def test_words_that_were_put_in_and_taken_out_are_told_apart() -> None:
    pieces = compare("The gate writes it on paper.", "The gate scans it at once.")
    assert "".join(each.text for each in pieces if each.kind != "in") == "The gate writes it on paper."
    assert "".join(each.text for each in pieces if each.kind != "out") == "The gate scans it at once."
    assert next(each.text for each in pieces if each.kind == "out") == "writes"
    assert [each.kind for each in compare("same", "same")] == ["same"]


def test_a_book_is_compared_by_its_lines_and_soon() -> None:
    book = "\n".join(f"line {number} of many words in it" for number in range(2_000))
    pieces = compare(book, book.replace("line 1000 ", "verse 1000 "))
    assert sum(len(each.text) for each in pieces if each.kind == "in") < 60


def test_what_is_written_is_text_and_nothing_else(cast: Cast) -> None:
    project = raised(cast)
    write(cast, project, "<script>alert(1)</script>")
    write(cast, project, "<b>two</b>")
    client = client_of(cast, "dev")
    for path in ("", "text/goal/versions/", "text/goal/versions/?version=1"):
        page = client.get(f"/projects/{project.uid}/{path}").content.decode()
        assert "<script>alert" not in page and "<b>two" not in page


def test_only_those_who_work_on_it_write(cast: Cast) -> None:
    project = raised(cast)
    with pytest.raises(Refused):
        writing.write_section(cast.actors["clara"], project=project, key="goal", text="Sooner")
    actions.add_member(cast.actors["ana"], project=project, person=cast.people["clara"])
    writing.write_section(cast.actors["clara"], project=project, key="goal", text="Sooner")
    actions.remove_member(cast.actors["clara"], project=project, person=cast.people["clara"])
    with pytest.raises(Refused):
        writing.write_section(cast.actors["clara"], project=project, key="goal", text="Later")


def test_what_has_ended_is_reopened_before_it_is_changed(cast: Cast) -> None:
    project = raised(cast)
    project = actions.end_project(cast.actors["ana"], project=project, outcome="standardised")
    assert project.stage == "standard"
    with pytest.raises(Invalid, match="has ended"):
        write(cast, project, "Two days")


def test_what_was_seen_is_found_by_the_search(cast: Cast) -> None:
    project = raised(cast)
    writing.write_section(cast.actors["ana"], project=project, key="seen", text="Straße voller Pakete")
    project.refresh_from_db()
    assert "strasse voller pakete" in project.search
