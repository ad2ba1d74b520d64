"""Nothing about me without me: comment, ask for a correction, and get an answer by a date (M2)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Comment, Event, Policy
from leanship.features.org.access import SYSTEM
from leanship.features.org.actions import move_person
from leanship.features.standing import actions
from tests.cast import Cast

TODAY = date(2026, 11, 22)


def ask(cast: Cast, who: str = "ana") -> Comment:
    return actions.request_correction(
        cast.actors[who], person=cast.people["ana"], text="October lacks two orders."
    )


def test_the_answer_is_owed_in_the_days_the_policy_gives(cast: Cast) -> None:
    assert ask(cast).answer_by == date(2026, 12, 6)
    Policy.objects.create(name="correction_days", value={"days": 5}, valid_from=TODAY)
    assert ask(cast).answer_by == date(2026, 11, 27)


def test_only_the_rated_person_asks(cast: Cast) -> None:
    with pytest.raises(Refused):
        ask(cast, "ben")
    for who in ("dev", "farid", "greta"):
        with pytest.raises(NotFound):
            ask(cast, who)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("who", ["ben", "elif"])
def test_the_leader_or_a_people_partner_answers(cast: Cast, who: str) -> None:
    comment = ask(cast)
    answered = actions.answer_correction(
        cast.actors[who], comment=comment, answer="Both are in now.", outcome="corrected", version=1
    )
    assert (answered.outcome, answered.answered_by_id) == ("corrected", cast.people[who].pk)
    assert list(Event.objects.values_list("kind", "actor_id").order_by("id")) == [
        ("standing.correction_requested", cast.people["ana"].pk),
        ("standing.correction_answered", cast.people[who].pk),
    ]


def test_nobody_answers_their_own_request(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.answer_correction(
            cast.actors["ana"], comment=ask(cast), answer="Fine.", outcome="explained", version=1
        )


def test_a_people_partner_answers_others_and_not_themselves(cast: Cast, client: Client) -> None:
    """The page offers the answer to whoever may give it, and to nobody else."""
    elif_ = cast.people["elif"]
    own = actions.request_correction(cast.actors["elif"], person=elif_, text="October lacks two calls.")
    with pytest.raises(Refused, match="Somebody else"):
        actions.answer_correction(
            cast.actors["elif"], comment=own, answer="Fine.", outcome="explained", version=1
        )
    client.force_login(cast.users["elif"])
    assert client.get(reverse("standing:answer", args=[own.uid])).status_code == 403
    # above Ana in the line as well, Elif still answers as a people partner
    move_person(SYSTEM, person=cast.people["clara"], leader=elif_)
    asked = ask(cast)
    page = client.get(reverse("standing:of", args=[cast.people["ana"].uid])).content.decode()
    assert reverse("standing:answer", args=[asked.uid]) in page


def test_a_second_answer_meets_a_conflict(cast: Cast) -> None:
    comment = ask(cast)
    actions.answer_correction(
        cast.actors["ben"], comment=comment, answer="Corrected.", outcome="corrected", version=1
    )
    with pytest.raises(Conflict):
        actions.answer_correction(
            cast.actors["elif"], comment=comment, answer="It stands.", outcome="explained", version=1
        )
    comment.refresh_from_db()
    assert comment.answer == "Corrected."


@pytest.mark.parametrize(("text", "words"), [("  ", "few words"), ("x" * 5001, "5000")])
def test_a_text_must_be_there_and_fit(cast: Cast, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        actions.comment_on_standing(cast.actors["ben"], person=cast.people["ana"], text=text)
    assert not Event.objects.exists()


def test_a_comment_is_taken_back_and_put_back_by_its_author_alone(cast: Cast) -> None:
    comment = actions.comment_on_standing(cast.actors["ben"], person=cast.people["ana"], text="Well done.")
    with pytest.raises(NotFound):
        actions.take_back_comment(cast.actors["ana"], comment=comment)
    for _twice in range(2):
        actions.take_back_comment(cast.actors["ben"], comment=comment)
    comment.refresh_from_db()
    assert comment.archived_at is not None
    assert Event.objects.filter(kind="standing.comment_taken_back").count() == 1
    actions.put_comment_back(cast.actors["ben"], comment=comment)
    comment.refresh_from_db()
    assert comment.archived_at is None


def test_an_answered_request_stays(cast: Cast) -> None:
    comment = ask(cast)
    stale = Comment.objects.get(pk=comment.pk)
    actions.answer_correction(
        cast.actors["ben"], comment=comment, answer="It stands.", outcome="explained", version=1
    )
    # as Ana's page read it, before the answer was there
    with pytest.raises(Conflict):
        actions.take_back_comment(cast.actors["ana"], comment=stale)
    comment.refresh_from_db()
    assert comment.archived_at is None
    with pytest.raises(Conflict):
        actions.take_back_comment(cast.actors["ana"], comment=comment)
