"""What people say about a standing, and what they do about the next step (M2, M90)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.domain.next_step import StepKind
from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Comment, Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.standing.models import PutOff

LONGEST_TEXT = 5_000
LONGEST_PUT_OFF = timedelta(days=366)


def _text(text: str, field: str = "text") -> str:
    cleaned = text.strip()
    if not cleaned:
        raise Invalid({field: [_("Write a few words first.")]})
    if len(cleaned) > LONGEST_TEXT:
        raise Invalid({field: [_("Keep it under %(most)d characters.") % {"most": LONGEST_TEXT}]})
    return cleaned


def _said(comment: Comment, kind: str, actor: Actor) -> None:
    events.record(
        kind,
        actor_id=actor.person_id,
        subject_kind="person",
        subject_id=comment.about_id,
        comment=comment.pk,
    )


def comment_on_standing(
    actor: Actor, *, person: Person, text: str, standing: Standing | None = None
) -> Comment:
    """Say something about where a person stands; a particular standing row may be named.

    Raises Refused or NotFound by the access table, Invalid for an empty or overlong text.
    """
    access.require(actor, "comment", About("standing", person))
    cleaned = _text(text)
    with transaction.atomic():
        comment = Comment.objects.create(
            kind=Comment.Kind.COMMENT, text=cleaned, author_id=actor.own_id, **_subject(person, standing)
        )
        _said(comment, "standing.commented", actor)
    return comment


def request_correction(
    actor: Actor, *, person: Person, text: str, standing: Standing | None = None
) -> Comment:
    """Ask that a figure be put right. The answer is owed within the days the policy gives.

    Raises Refused or NotFound by the access table (only the rated person asks), Invalid for the text.
    """
    access.require(actor, "request_correction", About("standing", person))
    cleaned = _text(text)
    on = policies.today()
    days = int(policies.policy("correction_days", on)["days"])
    with transaction.atomic():
        comment = Comment.objects.create(
            kind=Comment.Kind.CORRECTION,
            text=cleaned,
            author_id=actor.own_id,
            answer_by=on + timedelta(days=days),
            **_subject(person, standing),
        )
        _said(comment, "standing.correction_requested", actor)
    return comment


def answer_correction(actor: Actor, *, comment: Comment, answer: str, outcome: str, version: int) -> Comment:
    """Answer a correction request: the figure was corrected, or the answer explains why it stands.

    Raises Refused or NotFound by the access table, and for one's own request; Invalid for the text or outcome,
    Conflict when it was answered or taken back meanwhile.
    """
    person = Person.objects.get(pk=comment.about_id)
    require_answer(actor, person)
    cleaned = _text(answer, "answer")
    if outcome not in Comment.Outcome.values:
        raise Invalid({"outcome": [_("Say whether the figure was corrected or stands as explained.")]})
    with transaction.atomic():
        changed = Comment.objects.filter(
            pk=comment.pk,
            version=version,
            kind=Comment.Kind.CORRECTION,
            answered_at=None,
            archived_at=None,
        ).update(
            answer=cleaned,
            outcome=outcome,
            answered_by_id=actor.own_id,
            answered_at=clock.now(),
            version=version + 1,
        )
        if not changed:
            raise Conflict(_("This request was answered or taken back meanwhile."))
        _said(comment, "standing.correction_answered", actor)
    comment.refresh_from_db()
    return comment


def require_answer(actor: Actor, person: Person) -> None:
    """Raise Refused or NotFound unless the actor may answer the correction requests of `person`.

    A people partner answers those of others alone: an answer to oneself would be none.
    """
    access.require(actor, "answer_correction", About("standing", person))
    if actor.person_id == person.pk:
        raise Refused(_("Somebody else answers your request: your direct leader or another people partner."))


def take_back_comment(actor: Actor, *, comment: Comment) -> None:
    """Take one's own comment or unanswered request back; `put_comment_back` is the undo.

    Raises NotFound for anyone but the author, Conflict for a request that has its answer.
    """
    _own(actor, comment)
    _archive(actor, comment, "standing.comment_taken_back", taken_back=True)


def put_comment_back(actor: Actor, *, comment: Comment) -> None:
    """Undo `take_back_comment`. Raises NotFound for anyone but the author."""
    _own(actor, comment)
    _archive(actor, comment, "standing.comment_put_back", taken_back=False)


def _archive(actor: Actor, comment: Comment, kind: str, *, taken_back: bool) -> None:
    comment.archived_at = clock.now() if taken_back else None
    rows = Comment.objects.filter(pk=comment.pk, archived_at__isnull=taken_back)
    with transaction.atomic():
        # the database looks whether there is an answer as it writes: one may come in at the same moment
        if rows.filter(answered_at=None).update(archived_at=comment.archived_at):
            _said(comment, kind, actor)
        elif rows.exists():
            raise Conflict(_("This request has its answer and stays."))


def _own(actor: Actor, comment: Comment) -> None:
    if comment.author_id != actor.own_id:
        raise NotFound


def put_off_step(
    actor: Actor, *, person: Person, step: str, about_uid: str, reason: str, until: date
) -> PutOff:
    """Put a proposed next step off until a day, with a reason; it does not come back before.

    Raises Refused or NotFound by the access table (only one's own step), Invalid for step, reason or day.
    """
    access.require(actor, "next_step", About("standing", person))
    problems: dict[str, list[str]] = {}
    today = policies.today()
    if step not in {kind.value for kind in StepKind}:
        problems["step"] = [_("There is no such step.")]
    if not reason.strip():
        problems["reason"] = [_("Say in a few words why it can wait.")]
    if not today < until <= today + LONGEST_PUT_OFF:
        problems["until"] = [_("Choose a day after today and within a year.")]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        row = PutOff.objects.create(
            person=person, step=step, about_uid=about_uid[:12], reason=_text(reason, "reason"), until=until
        )
        events.record(
            "next_step.put_off",
            actor_id=actor.person_id,
            subject_kind="person",
            subject_id=person.pk,
            step=step,
        )
    return row


def take_step_up_again(actor: Actor, *, put_off: PutOff) -> None:
    """Undo `put_off_step`. Raises Refused or NotFound by the access table."""
    access.require(actor, "next_step", put_off)
    with transaction.atomic():
        put_off.taken_back_at = clock.now()
        put_off.save(update_fields=["taken_back_at"])
        events.record(
            "next_step.taken_up_again",
            actor_id=actor.person_id,
            subject_kind="person",
            subject_id=put_off.person_id,
            step=put_off.step,
        )


def _subject(person: Person, standing: Standing | None) -> dict[str, object]:
    if standing is None:
        return {"subject_kind": "person", "subject_id": person.pk, "about_id": person.pk}
    return {"subject_kind": "standing", "subject_id": standing.pk, "about_id": person.pk}
