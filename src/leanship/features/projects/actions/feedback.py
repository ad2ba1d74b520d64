"""Feedback on a change: ask a colleague, answer or kindly say no, tell what became of it, and confirm that (M21).

Between the two of them alone: an event names the row, not the people or their words.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock, events
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects.actions._writing import lines, one_of, open_project, save
from leanship.features.projects.models import FeedbackRequest, Project

_QUESTION, _ANSWER = 2_000, 5_000  # characters


def ask(
    actor: Actor, *, project: Project, people: Sequence[Person], question: str
) -> tuple[FeedbackRequest, ...]:
    """Ask colleagues one question about a project's change; each answers on their own.

    Open to the leader and the members. Raises Refused, or Invalid: for nobody, oneself, who left, an empty question,
    and a project that has ended.
    """
    access.require(actor, "edit", project)
    open_project(project)
    question = lines("question", question, most=_QUESTION)
    if not people:
        raise Invalid({"person": [_("Choose at least one colleague.")]})
    for person in people:
        if person.pk == actor.person_id:
            raise Invalid({"person": [_("Choose somebody else than yourself.")]})
        if person.left_on is not None:
            raise Invalid({"person": [_("%(name)s is no longer here.") % {"name": person.name}]})
    with transaction.atomic():
        asked = tuple(
            FeedbackRequest.objects.create(
                project=project, asked_by_id=actor.own_id, asked_of=person, question=question
            )
            for person in dict.fromkeys(people)
        )
        for each in asked:
            _record("feedback.asked", actor, each)
    return asked


def withdraw(actor: Actor, *, request: FeedbackRequest) -> FeedbackRequest:
    """Ask no longer; `ask_after_all` is the undo. Raises NotFound, Refused, or Invalid once there is an answer."""
    access.require(actor, "close", request)
    with transaction.atomic():
        here = _held(request)
        if here.answered_at is not None:
            raise Invalid({"": [_("There is an answer already. Tell what became of it.")]})
        save(here, None, {"withdrawn_at": clock.now()})
        _record("feedback.withdrawn", actor, here)
    return here


def ask_after_all(actor: Actor, *, request: FeedbackRequest) -> FeedbackRequest:
    """Let a question that was withdrawn stand again. Raises NotFound or Refused."""
    access.require(actor, "close", request)
    with transaction.atomic():
        here = _held(request)
        save(here, None, {"withdrawn_at": None})
        _record("feedback.asked_again", actor, here)
    return here


def answer(
    actor: Actor, *, request: FeedbackRequest, text: str, version: int | None = None
) -> FeedbackRequest:
    """Answer, or put one's answer right until it was told what became of it.

    Raises NotFound, Refused, Invalid, and Conflict for a stale `version`.
    """
    access.require(actor, "answer", request)
    text = lines("text", text, most=_ANSWER)
    with transaction.atomic():
        here = _held(request)
        _still_asked(here)
        if here.deed:
            raise Invalid({"": [_("It was told already what became of your answer.")]})
        first = here.answered_at or clock.now()
        save(here, version, {"answer": text, "answered_at": first, "declined_at": None}, ("answer",))
        _record("feedback.answered", actor, here)
    return here


def decline(actor: Actor, *, request: FeedbackRequest) -> FeedbackRequest:
    """Kindly say no: to answer is a favour. `take_up_after_all` is the undo.

    Raises NotFound, Refused, or Invalid where there is an answer.
    """
    access.require(actor, "answer", request)
    with transaction.atomic():
        here = _held(request)
        _still_asked(here)
        if here.answered_at is not None:
            raise Invalid({"": [_("You have answered already.")]})
        save(here, None, {"declined_at": clock.now()})
        _record("feedback.declined", actor, here)
    return here


def take_up_after_all(actor: Actor, *, request: FeedbackRequest) -> FeedbackRequest:
    """Take a no back. Raises NotFound or Refused."""
    access.require(actor, "answer", request)
    with transaction.atomic():
        here = _held(request)
        save(here, None, {"declined_at": None})
        _record("feedback.taken_up", actor, here)
    return here


def tell(
    actor: Actor, *, request: FeedbackRequest, deed: str, text: str, version: int | None = None
) -> FeedbackRequest:
    """Tell the giver what became of their feedback; they say whether that is so. Told anew, it is asked anew.

    Raises NotFound, Refused, Invalid before there is an answer, and Conflict for a stale `version`.
    """
    access.require(actor, "close", request)
    deed = one_of("deed", deed, FeedbackRequest.Deed.values)
    text = lines("text", text, most=_ANSWER)
    with transaction.atomic():
        here = _held(request)
        if here.answered_at is None:
            raise Invalid({"": [_("There is no answer yet.")]})
        if here.confirmed:
            raise Invalid({"": [_("It is confirmed already.")]})
        told = {"deed": deed, "deed_text": text, "deed_at": clock.now()}
        save(here, version, {**told, "confirmed": None, "confirmed_at": None}, ("answer", "deed_text"))
        _record("feedback.told", actor, here)
    return here


def confirm(actor: Actor, *, request: FeedbackRequest, is_so: bool | None) -> FeedbackRequest:
    """Say whether that is what became of one's feedback; None takes one's word back, as the undo does.

    Raises NotFound, Refused, or Invalid before it was told.
    """
    access.require(actor, "confirm", request)
    with transaction.atomic():
        here = _held(request)
        if not here.deed:
            raise Invalid({"": [_("It was not told yet what became of it.")]})
        at = None if is_so is None else clock.now()
        save(here, None, {"confirmed": is_so, "confirmed_at": at})
        _record("feedback.confirmed", actor, here)
    return here


def _held(request: FeedbackRequest) -> FeedbackRequest:
    """The row as it is now, held until the transaction ends: of an answer and a withdrawal at once, one is second."""
    return FeedbackRequest.objects.select_for_update().get(pk=request.pk)


def _still_asked(request: FeedbackRequest) -> None:
    if request.withdrawn_at is not None:
        raise Invalid({"": [_("The question was withdrawn meanwhile.")]})


def _record(kind: str, actor: Actor, request: FeedbackRequest) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="feedback", subject_id=request.pk)
