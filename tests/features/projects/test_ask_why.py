"""The tree of causes: it branches, goes deep, and a branch comes off with all below it, and back."""

from __future__ import annotations

import pytest

from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.projects.actions import causes
from leanship.features.projects.models import Project, Why
from leanship.features.projects.queries.parts import WhyNode, why_tree, whys_of
from tests.cast import Cast
from tests.features.projects.project_kit import client_of, raised


def tree(project: Project) -> list[object]:
    def texts(node: WhyNode) -> list[object]:
        return [node.text, *(texts(each) for each in node.below)]

    return [texts(node) for node in why_tree(whys_of(project))]


def ask(cast: Cast, project: Project, text: str, below: Why | None = None) -> Why:
    return causes.add_why(cast.actors["ana"], project=project, text=text, below=below)


def test_it_branches(cast: Cast) -> None:
    project = raised(cast)
    one = ask(cast, project, "one")
    two = ask(cast, project, "two", one)
    ask(cast, project, "other")
    ask(cast, project, "three", one)
    ask(cast, project, "four", two)
    assert tree(project) == [["one", ["two", ["four"]], ["three"]], ["other"]]


def test_a_branch_comes_off_whole_and_back_whole(cast: Cast) -> None:
    project, ana = raised(cast), cast.actors["ana"]
    one = ask(cast, project, "one")
    two = ask(cast, project, "two", one)
    ask(cast, project, "three", two)
    causes.archive_why(ana, why=two)
    assert tree(project) == [["one"]]
    with pytest.raises(Invalid):
        ask(cast, project, "four", two)
    causes.restore_why(ana, why=two)
    assert tree(project) == [["one", ["two", ["three"]]]]


def test_five_are_no_bound_but_a_page_has_one(cast: Cast) -> None:
    project = raised(cast)
    below = None
    for number in range(causes.DEEPEST):
        below = ask(cast, project, f"why {number}", below)
    with pytest.raises(Invalid) as error:
        ask(cast, project, "one more", below)
    assert list(error.value.problems) == ["text"]
    page = client_of(cast, "ana").get(f"/projects/{project.uid}/")
    assert f"why {causes.DEEPEST - 1}" in page.content.decode()


def test_what_was_found_and_how_one_knows_stand_beside_it(cast: Cast) -> None:
    project, ana = raised(cast), cast.actors["ana"]
    why = ask(cast, project, "one")
    causes.edit_why(ana, why=why, text="first", evidence="Counted on Monday.", finding="root", version=1)
    causes.find_why(ana, why=why, finding="ruled_out")
    assert (why.text, why.evidence, why.finding, why.version) == (
        "first",
        "Counted on Monday.",
        "ruled_out",
        3,
    )
    with pytest.raises(Invalid):
        causes.find_why(ana, why=why, finding="guilty")
    with pytest.raises(Conflict) as error:
        causes.edit_why(ana, why=why, text="late", evidence="", finding="open", version=1)
    assert error.value.theirs["text"] == "first"


def test_a_cause_of_another_project_is_no_place_to_hang_from(cast: Cast) -> None:
    elsewhere = ask(cast, raised(cast), "one")
    with pytest.raises(Invalid):
        ask(cast, raised(cast, title="Another"), "two", elsewhere)
    with pytest.raises(Refused):
        causes.edit_why(cast.actors["farid"], why=elsewhere, text="x", evidence="", finding="open")


def test_without_scripts_it_is_asked_on_a_page_of_its_own(cast: Cast) -> None:
    project = raised(cast)
    one = ask(cast, project, "one")
    client = client_of(cast, "ana")
    url = f"/projects/{project.uid}/why/?below={one.uid}"
    assert "Why? “one”" in client.get(url).content.decode()
    answer = client.post(url, {"text": "two", "evidence": "", "finding": "open"})
    assert answer.headers["Location"] == f"/projects/{project.uid}/#causes"
    assert tree(project) == [["one", ["two"]]]
    empty = client.post(url, {"text": " ", "finding": "open"})
    assert empty.status_code == 422
