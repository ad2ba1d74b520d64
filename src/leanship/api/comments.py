"""What is said about where somebody stands: comments, requests for a correction, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import Comment, Standing
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.features.org.models import Person
from leanship.features.org.queries.people import find_person
from leanship.features.productivity.models import Series
from leanship.features.standing import actions
from leanship.features.standing.queries import comment_by_uid

router = Router(tags=["comments"], auth=PersonalKey())


class CommentRow(Schema):
    """Something said. A correction is owed an answer by a day; `outcome` is corrected or explained."""

    uid: str
    kind: str
    about: Ref
    standing: str | None
    author: Ref | None
    at: datetime
    text: str
    taken_back: bool
    answer_by: date | None
    answer: str
    outcome: str
    answered_by: Ref | None
    answered_at: datetime | None
    version: int


class CommentIn(Given):
    """What to say, and the standing it is about, where it is about a particular one."""

    text: str
    standing: str | None = Field(None, description="The uid of a standing of this person.")


class AnswerIn(Given):
    """An answer to a correction request: the figure was corrected, or it stands as explained."""

    answer: str
    outcome: str = Field(description="corrected or explained.")
    version: int


def _rows(rows: Sequence[Comment]) -> Iterable[dict[str, Any]]:
    ids = {pk for row in rows for pk in (row.author_id, row.answered_by_id, row.about_id) if pk}
    people = Person.objects.in_bulk(list(ids))
    standing_ids = [row.subject_id for row in rows if row.subject_kind == "standing"]
    standings = dict(Standing.objects.filter(pk__in=standing_ids).values_list("pk", "uid"))
    for row in rows:
        plain = ("uid", "kind", "text", "answer_by", "answer", "outcome", "answered_at", "version")
        yield {name: getattr(row, name) for name in plain} | {
            "about": ref(people.get(row.about_id)),
            "standing": standings.get(row.subject_id) if row.subject_kind == "standing" else None,
            "author": ref(people.get(row.author_id)),
            "at": row.created_at,
            "taken_back": row.archived_at is not None,
            "answered_by": ref(people.get(row.answered_by_id or 0)),
        }


def _one(comment: Comment) -> dict[str, Any]:
    (row,) = _rows([comment])
    return row


def _standing_of(person: Person, uid: str | None) -> Standing | None:
    """The standing that a comment names. Raises Invalid unless it is one of this person's."""
    if uid is None:
        return None
    row = Standing.objects.filter(uid=uid).first()
    if row is not None:
        own = Series.objects.filter(pk=row.subject_id, person=person)
        if (row.subject_kind, row.subject_id) == ("person", person.pk):
            return row
        if row.subject_kind == "series" and own.exists():
            return row
    raise Invalid({"standing": [_("This person has no such standing.")]})


@router.get("/people/{slug:uid}/comments", response=answers(Page[CommentRow], *READ))
def comments(request: SignedIn, uid: str, asked: Query[Paging]) -> Any:
    """What was said about where a person stands, the oldest first."""
    person = find_person(request.actor, uid)
    access.require(request.actor, "read", About("standing", person))
    rows = Comment.objects.filter(about_id=person.pk, archived_at=None).order_by("id")
    return page(rows, asked, _rows)


@router.post("/people/{slug:uid}/comments", response=answers(CommentRow, *WRITE, status=201))
def comment(request: SignedIn, uid: str, said: CommentIn) -> Any:
    """Say something about where a person stands."""
    person = find_person(request.actor, uid)
    access.require(request.actor, "comment", About("standing", person))
    about = _standing_of(person, said.standing)
    made = actions.comment_on_standing(request.actor, person=person, text=said.text, standing=about)
    return Status(201, _one(made))


@router.post("/people/{slug:uid}/corrections", response=answers(CommentRow, *WRITE, status=201))
def request_correction(request: SignedIn, uid: str, said: CommentIn) -> Any:
    """Ask that a figure about you be put right; the answer is owed by a day."""
    person = find_person(request.actor, uid)
    access.require(request.actor, "request_correction", About("standing", person))
    about = _standing_of(person, said.standing)
    made = actions.request_correction(request.actor, person=person, text=said.text, standing=about)
    return Status(201, _one(made))


@router.get("/comments/{slug:uid}", response=answers(CommentRow, *READ))
def comment_of(request: SignedIn, uid: str) -> Any:
    """One comment or request."""
    found, _person = comment_by_uid(request.actor, uid)
    if found.archived_at is not None and found.author_id != request.actor.own_id:
        raise NotFound  # what was taken back is its author's alone
    return _one(found)


@router.post("/comments/{slug:uid}/answer", response=answers(CommentRow, *WRITE))
def answer_correction(request: SignedIn, uid: str, given: AnswerIn) -> Any:
    """Answer a correction request of somebody you lead."""
    found, _person = comment_by_uid(request.actor, uid)
    answered = actions.answer_correction(
        request.actor, comment=found, answer=given.answer, outcome=given.outcome, version=given.version
    )
    return _one(answered)


@router.post("/comments/{slug:uid}/take-back", response=answers(CommentRow, *WRITE))
def take_back_comment(request: SignedIn, uid: str) -> Any:
    """Take back your own comment or unanswered request."""
    found, _person = comment_by_uid(request.actor, uid)
    actions.take_back_comment(request.actor, comment=found)
    return _one(found)


@router.post("/comments/{slug:uid}/put-back", response=answers(CommentRow, *WRITE))
def put_comment_back(request: SignedIn, uid: str) -> Any:
    """Undo the taking back."""
    found, _person = comment_by_uid(request.actor, uid)
    actions.put_comment_back(request.actor, comment=found)
    return _one(found)
