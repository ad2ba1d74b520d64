"""Feedback as the two see it who share it: one, those of a project, all of mine, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.org.waiting import Waiting
from leanship.features.projects.models import FeedbackRequest, Project
from leanship.features.projects.queries import people_words as words
from leanship.web.layout import Audience, Crumb, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort
from leanship.web.words import seen_by

_ASKED = Q(withdrawn_at=None, declined_at=None)
STATES: dict[str, Q] = {
    "open": _ASKED & Q(answered_at=None),
    "answered": Q(withdrawn_at=None, deed="") & ~Q(answered_at=None),
    "told": ~Q(deed="") & Q(confirmed=None),
    "confirmed": Q(confirmed=True),
    "disputed": Q(confirmed=False),
    "declined": Q(withdrawn_at=None) & ~Q(declined_at=None),
    "withdrawn": ~Q(withdrawn_at=None),
}


def state_of(row: FeedbackRequest) -> str:
    """Where a request stands; one of `STATES`."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.declined_at is not None:
        return "declined"
    if row.answered_at is None:
        return "open"
    if not row.deed:
        return "answered"
    return {None: "told", True: "confirmed", False: "disputed"}[row.confirmed]


def state_words(state: str) -> str:
    """A state as it is shown."""
    return {
        "open": _("Waits for an answer"),
        "answered": _("Answered"),
        "told": _("Told what became of it"),
        "confirmed": _("Confirmed"),
        "disputed": _("Said not to be so"),
        "declined": _("Kindly declined"),
        "withdrawn": _("Withdrawn"),
    }[state]


@dataclass(frozen=True)
class FeedbackRow:
    """One line of a list."""

    uid: str
    project: str
    project_uid: str
    other: str
    asked_by_me: bool
    question: str
    asked_at: datetime
    state: str
    state_says: str


@dataclass(frozen=True)
class FeedbackListPage:
    """All feedback of the viewer, or that of one project."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    list: ListPage[FeedbackRow]
    project_uid: str  # "" for all
    may_ask: bool


@dataclass(frozen=True)
class FeedbackPage:
    """One request, and what the viewer can do about it now."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    project_uid: str
    asked_by: str
    asked_of: str
    mine: bool  # asked by the viewer
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    deed_says: str
    deed_text: str
    deed_at: datetime | None
    confirmed_at: datetime | None
    state: str
    state_says: str
    may_withdraw: bool
    may_answer: bool
    may_decline: bool
    may_tell: bool
    may_confirm: bool
    form: object


def find_feedback(actor: Actor, uid: str) -> FeedbackRequest:
    """One request with its project and people; one query. Raises NotFound for everybody but the two."""
    rows = FeedbackRequest.objects.filter(uid=uid).select_related("project", "asked_by", "asked_of")
    found = access.visible(actor, rows).first()
    if found is None:
        raise NotFound
    return found


def feedback_spec() -> ListSpec:
    """What the lists of feedback offer."""
    return ListSpec(
        sorts=(
            Sort("asked", ("asked_at", "id")),
            Sort("project", ("project__title", "-asked_at", "id")),
        ),
        order="-asked",
        search_label=_("Words, project or colleague"),
        filters=(
            Filter("side", _("Side"), (("asked", _("Asked by me")), ("given", _("Asked of me")))),
            Filter("state", _("State"), tuple((state, state_words(state)) for state in STATES)),
        ),
    )


def found_feedback(
    actor: Actor, asked: ListRequest, project: Project | None = None
) -> QuerySet[FeedbackRequest]:
    """The requests a list asks for, of those that are the viewer's; conditions only."""
    rows = access.visible(actor, FeedbackRequest.objects.all())
    if project is not None:
        rows = rows.filter(project=project)
    if side := asked.filter("side"):
        rows = rows.filter(**{"asked_by_id" if side == "asked" else "asked_of_id": actor.own_id})
    if state := asked.filter("state"):
        rows = rows.filter(STATES[state])
    for word in asked.search.casefold().split():
        rows = rows.filter(
            Q(project__search__contains=word)
            | Q(asked_by__search__contains=word)
            | Q(asked_of__search__contains=word)
            | Q(question__icontains=word)
            | Q(answer__icontains=word)
        )
    return rows.select_related("project", "asked_by", "asked_of")


def _row(actor: Actor, row: FeedbackRequest) -> FeedbackRow:
    mine = row.asked_by_id == actor.person_id
    state = state_of(row)
    return FeedbackRow(
        uid=row.uid,
        project=row.project.title,
        project_uid=row.project.uid,
        other=row.asked_of.name if mine else row.asked_by.name,
        asked_by_me=mine,
        question=row.question,
        asked_at=row.asked_at,
        state=state,
        state_says=state_words(state),
    )


def feedback_list(actor: Actor, asked: ListRequest, project: Project | None = None) -> FeedbackListPage:
    """One page of the viewer's feedback, of one project or of all; four queries."""
    page: ListPage[Any] = asked.page(found_feedback(actor, asked, project))
    may_ask = (
        project is not None
        and project.ended_on is None
        and project.archived_at is None
        and bool(access.may(actor, "edit", project))
    )
    return FeedbackListPage(
        title=_("Feedback") if project else _("My feedback"),
        lede=_("What you asked of colleagues and what they asked of you. Each is between the two of you."),
        crumbs=_crumbs(project, Crumb(_("Feedback") if project else _("My feedback"))),
        who_sees=access.only_self(),
        list=page.with_rows([_row(actor, row) for row in page.rows]),
        project_uid=project.uid if project else "",
        may_ask=may_ask,
    )


def _crumbs(project: Project | None, *more: Crumb) -> tuple[Crumb, ...]:
    steps = [Crumb(_("Projects"), reverse("projects:board"))]
    if project is not None:
        steps.append(Crumb(project.title, reverse("projects:project", args=[project.uid])))
    return (*steps, *more)


def ask_crumbs(project: Project) -> tuple[Crumb, ...]:
    """The way to the form that asks."""
    return _crumbs(
        project,
        Crumb(_("Feedback"), reverse("projects:feedback", args=[project.uid])),
        Crumb(_("Ask for feedback")),
    )


def between(*people: Person) -> WhoSees:
    """The two who share it."""
    audience = tuple(Audience(each.name, reason, 1) for each, reason in zip(people, _parts(), strict=True))
    return WhoSees(summary=seen_by(len(people)), audience=audience)


def _parts() -> tuple[str, str]:
    return _("asked"), _("was asked")


def feedback_page(actor: Actor, row: FeedbackRequest, form: object = None) -> FeedbackPage:
    """The page of one request that `find_feedback` found; no query."""
    mine = row.asked_by_id == actor.person_id
    theirs = row.asked_of_id == actor.person_id
    state = state_of(row)
    return FeedbackPage(
        title=_("Feedback on a change"),
        lede="",
        crumbs=_crumbs(
            row.project,
            Crumb(_("Feedback"), reverse("projects:feedback", args=[row.project.uid])),
            Crumb(row.asked_of.name if mine else row.asked_by.name),
        ),
        who_sees=between(row.asked_by, row.asked_of),
        uid=row.uid,
        project_uid=row.project.uid,
        asked_by=row.asked_by.name,
        asked_of=row.asked_of.name,
        mine=mine,
        question=row.question,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_at=row.answered_at,
        deed_says=words.deed(row.deed) if row.deed else "",
        deed_text=row.deed_text,
        deed_at=row.deed_at,
        confirmed_at=row.confirmed_at,
        state=state,
        state_says=state_words(state),
        may_withdraw=mine and state in ("open", "declined"),
        may_answer=theirs and state in ("open", "declined", "answered"),
        may_decline=theirs and state == "open",
        may_tell=mine and state in ("answered", "told", "disputed"),
        may_confirm=theirs and state == "told",
        form=form,
    )


def waiting(actor: Actor) -> tuple[Waiting, ...]:
    """Questions to answer, answers to do something about, and words to confirm; one query."""
    mine, theirs = Q(asked_by_id=actor.own_id), Q(asked_of_id=actor.own_id)
    rows = FeedbackRequest.objects.filter(
        (theirs & Q(asked_by__left_on=None) & (STATES["open"] | STATES["told"]))
        | (mine & (STATES["answered"] | STATES["disputed"])),
        project__archived_at=None,
    ).select_related("project", "asked_by", "asked_of")
    found = []
    for row in rows.order_by("asked_at", "id")[:50]:
        text = {
            "open": _("%(name)s asks what you think: %(project)s"),
            "told": _("%(name)s says what became of your feedback: %(project)s"),
            "answered": _("Tell %(name)s what became of their feedback: %(project)s"),
            "disputed": _("%(name)s says it is not so: %(project)s"),
        }[state_of(row)]
        other = row.asked_of if row.asked_by_id == actor.person_id else row.asked_by
        values = {"name": other.name, "project": row.project.title}
        found.append(Waiting(text % values, reverse("projects:feedback_one", args=[row.uid]), None, False))
    return tuple(found)
