"""Feedback on a change: asked, answered or kindly declined, told what became of it, and confirmed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.org import waiting
from leanship.features.projects.actions import feedback as giving
from leanship.features.projects.actions import project as projects
from leanship.features.projects.models import FeedbackRequest, Project
from leanship.features.projects.queries import feedback as queries
from tests.cast import Cast
from tests.features.projects.people_kit import led_by

QUESTION = "What does the new order sheet lack?"


@pytest.fixture
def project(cast: Cast) -> Project:
    return led_by(cast, "ana")


@pytest.fixture
def asked(cast: Cast, project: Project) -> FeedbackRequest:
    (made,) = giving.ask(
        cast.actors["ana"], project=project, people=[cast.people["farid"]], question=QUESTION
    )
    return made


def signed_in(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def waits_for(cast: Cast, key: str) -> list[str]:
    return [line.text for line in waiting.of(cast.actors[key]) if "/projects/feedback/" in line.url]


def test_a_question_goes_from_one_to_the_other_and_back_until_it_is_confirmed(
    cast: Cast, asked: FeedbackRequest
) -> None:
    ana, farid = cast.actors["ana"], cast.actors["farid"]
    assert waits_for(cast, "farid") == ["Ana Ruiz asks what you think: Fewer copies of an order"]
    giving.answer(farid, request=asked, text="A line for the client's own number.")
    assert waits_for(cast, "farid") == []
    assert waits_for(cast, "ana") == [
        "Tell Farid Haddad what became of their feedback: Fewer copies of an order"
    ]
    giving.tell(ana, request=asked, deed="taken_up", text="It is there since Monday.")
    assert waits_for(cast, "farid") == [
        "Ana Ruiz says what became of your feedback: Fewer copies of an order"
    ]
    giving.confirm(farid, request=asked, is_so=False)
    assert waits_for(cast, "ana") == ["Farid Haddad says it is not so: Fewer copies of an order"]
    giving.tell(ana, request=asked, deed="partly", text="On the sheet, not yet on the screen.")
    done = giving.confirm(farid, request=asked, is_so=True)
    assert queries.state_of(done) == "confirmed"
    assert waits_for(cast, "ana") == waits_for(cast, "farid") == []
    with pytest.raises(Invalid):
        giving.tell(ana, request=asked, deed="taken_up", text="Otherwise after all.")


def test_each_state_is_found_by_its_filter_and_by_no_other(cast: Cast, project: Project) -> None:
    ana, farid = cast.actors["ana"], cast.actors["farid"]
    made = {
        state: giving.ask(ana, project=project, people=[cast.people["farid"]], question=state)[0]
        for state in queries.STATES
    }
    giving.withdraw(ana, request=made["withdrawn"])
    giving.decline(farid, request=made["declined"])
    for state in ("answered", "told", "confirmed", "disputed"):
        giving.answer(farid, request=made[state], text="So.")
    for state in ("told", "confirmed", "disputed"):
        giving.tell(ana, request=made[state], deed="taken_up", text="Done.")
    giving.confirm(farid, request=made["confirmed"], is_so=True)
    giving.confirm(farid, request=made["disputed"], is_so=False)
    for state, condition in queries.STATES.items():
        found = FeedbackRequest.objects.filter(condition)
        assert [row.question for row in found] == [state]
        assert queries.state_of(found[0]) == state


@pytest.mark.parametrize("key", ["ben", "clara", "ingrid", "dev", "elif", "greta"])
def test_it_is_between_the_two_of_them(cast: Cast, asked: FeedbackRequest, key: str) -> None:
    with pytest.raises(NotFound):
        queries.find_feedback(cast.actors[key], asked.uid)
    client = signed_in(cast, key)
    for address in (
        reverse("projects:feedback_mine"),
        reverse("projects:feedback", args=[asked.project.uid]),
        reverse("projects:feedback_mine") + "?format=csv",
        reverse("projects:feedback_mine") + "?q=sheet",
    ):
        assert QUESTION not in client.get(address).content.decode()
    for act in (giving.withdraw, giving.decline, giving.ask_after_all, giving.take_up_after_all):
        with pytest.raises(NotFound):
            act(cast.actors[key], request=asked)


def test_each_writes_their_own_part(cast: Cast, asked: FeedbackRequest) -> None:
    with pytest.raises(Refused):
        giving.answer(cast.actors["ana"], request=asked, text="My own answer.")
    with pytest.raises(Refused):
        giving.withdraw(cast.actors["farid"], request=asked)
    with pytest.raises(Invalid):
        giving.tell(cast.actors["ana"], request=asked, deed="taken_up", text="Before any answer.")
    with pytest.raises(Invalid):
        giving.confirm(cast.actors["farid"], request=asked, is_so=True)


def test_a_no_and_a_withdrawal_can_be_taken_back(cast: Cast, asked: FeedbackRequest) -> None:
    ana, farid = cast.actors["ana"], cast.actors["farid"]
    giving.decline(farid, request=asked)
    assert waits_for(cast, "farid") == []
    giving.take_up_after_all(farid, request=asked)
    giving.withdraw(ana, request=asked)
    assert waits_for(cast, "farid") == []
    with pytest.raises(Invalid):
        giving.answer(farid, request=asked, text="Too late.")
    giving.ask_after_all(ana, request=asked)
    assert len(waits_for(cast, "farid")) == 1
    giving.answer(farid, request=asked, text="In time.")
    with pytest.raises(Invalid):
        giving.withdraw(ana, request=asked)


def test_two_windows_do_not_overwrite_each_other(cast: Cast, asked: FeedbackRequest) -> None:
    farid = cast.actors["farid"]
    giving.answer(farid, request=asked, text="First.", version=1)
    with pytest.raises(Conflict) as caught:
        giving.answer(farid, request=asked, text="Second.", version=1)
    assert caught.value.theirs == {"answer": "First."}


def test_leader_and_members_ask_and_nobody_else(cast: Cast, project: Project) -> None:
    with pytest.raises(Refused):
        giving.ask(cast.actors["ben"], project=project, people=[cast.people["farid"]], question=QUESTION)
    projects.add_member(cast.actors["ana"], project=project, person=cast.people["ben"])
    assert giving.ask(cast.actors["ben"], project=project, people=[cast.people["farid"]], question=QUESTION)
    for people, field in (([], "person"), ([cast.people["ana"]], "person")):
        with pytest.raises(Invalid) as caught:
            giving.ask(cast.actors["ana"], project=project, people=people, question=QUESTION)
        assert field in caught.value.problems
    with pytest.raises(Invalid):
        giving.ask(cast.actors["ana"], project=project, people=[cast.people["farid"]], question=" ")


def test_events_hold_neither_words_nor_the_one_who_was_asked(cast: Cast, asked: FeedbackRequest) -> None:
    giving.answer(cast.actors["farid"], request=asked, text="A line more.")
    events = list(Event.objects.filter(kind__startswith="feedback."))
    assert [event.kind for event in events] == ["feedback.asked", "feedback.answered"]
    assert {(e.subject_kind, e.subject_id, str(e.params)) for e in events} == {("feedback", asked.pk, "{}")}


def test_it_is_asked_answered_and_confirmed_in_the_browser(cast: Cast, project: Project) -> None:
    ana, farid = signed_in(cast, "ana"), signed_in(cast, "farid")
    ask = reverse("projects:feedback_ask", args=[project.uid])
    assert ana.post(ask, {"question": "", "person": "Farid Haddad"}).status_code == 422
    sent = {"question": QUESTION, "person": "Farid Haddad", "person_2": "Dev Patel", "person_3": "Dev Patel"}
    assert ana.post(ask, sent).status_code == 303
    assert FeedbackRequest.objects.count() == 2
    row = FeedbackRequest.objects.get(asked_of=cast.people["farid"])
    one = reverse("projects:feedback_one", args=[row.uid])
    assert "Kindly say no" in farid.get(one).content.decode()
    assert farid.post(one + "answer/", {"text": "", "version": 1}).status_code == 422
    assert farid.post(one + "answer/", {"text": "A line more.", "version": 1}).status_code == 303
    assert "A line more." in ana.get(one).content.decode()
    told = {"deed": "taken_up", "text": "There since Monday.", "version": 2}
    assert ana.post(one + "tell/", told).status_code == 303
    assert farid.post(one + "confirm/", {"is_so": "yes"}).status_code == 303
    assert "Yes, that is what became of it." in ana.get(one).content.decode()
    assert farid.post(one + "confirm/").status_code == 303  # the undo
    assert "Is that what became of your feedback?" in farid.get(one).content.decode()


def test_the_list_searches_filters_and_goes_to_a_file(cast: Cast, asked: FeedbackRequest) -> None:
    ana = signed_in(cast, "ana")
    mine = reverse("projects:feedback_mine")
    for query, there in (
        ("?q=farid", True),
        ("?q=sheet+copies", True),
        ("?q=nothing", False),
        ("?side=asked", True),
        ("?side=given", False),
        ("?state=open", True),
        ("?state=told", False),
    ):
        assert (QUESTION in ana.get(mine + query).content.decode()) is there, query
    file = ana.get(mine + "?format=csv").content.decode()
    assert file.splitlines()[0].lstrip("\ufeff").startswith("id,project,asked_by,asked_of")
    assert QUESTION in file
