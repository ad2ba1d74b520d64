"""What is written about oneself on maps of people, given to whoever it is about (M2, M21)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.org.sections import Section
from leanship.features.projects.models import Stakeholder
from leanship.features.projects.queries import people_words as words
from leanship.web.layout import Crumb, WhoSees


@dataclass(frozen=True)
class OwnStance:
    """Where somebody says one stood. `taken_back`: the writer no longer holds it, yet it is kept."""

    on: date
    stance: str
    influence: str
    seen_or_said: str
    note: str
    taken_back: bool


@dataclass(frozen=True)
class OwnStep:
    """What somebody did to win one over."""

    on: date
    what: str
    note: str
    taken_back: bool


@dataclass(frozen=True)
class OwnNotes:
    """All that one map holds about the viewer."""

    project: str
    project_uid: str
    written_by: str
    since: datetime
    taken_off: bool
    cares_about: str
    stances: tuple[OwnStance, ...]
    steps: tuple[OwnStep, ...]


@dataclass(frozen=True)
class OwnNotesPage:
    """What there is about the viewer; `asked` False: the page before one asks."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    asked: bool
    notes: tuple[OwnNotes, ...]


def own_notes(actor: Actor) -> tuple[OwnNotes, ...]:
    """Everything that maps hold about the viewer, also what was taken off or back: as long as it is kept it is
    theirs to know. Archived projects included. Three queries.
    """
    if actor.person_id is None:
        return ()
    rows = Stakeholder.objects.filter(person_id=actor.person_id).select_related("project__leader")
    return tuple(
        OwnNotes(
            project=each.project.title,
            project_uid=each.project.uid,
            written_by=each.project.leader.name,
            since=each.created_at,
            taken_off=each.archived_at is not None,
            cares_about=each.cares_about,
            stances=tuple(
                OwnStance(
                    on=entry.on,
                    stance=words.stance(entry.stance),
                    influence=words.influence(entry.influence),
                    seen_or_said=words.basis(entry.basis),
                    note=entry.note,
                    taken_back=entry.archived_at is not None,
                )
                for entry in each.stances.all()
            ),
            steps=tuple(
                OwnStep(entry.on, words.step(entry.kind), entry.note, entry.archived_at is not None)
                for entry in each.steps.all()
            ),
        )
        for each in rows.prefetch_related("stances", "steps")
    )


def own_notes_page(actor: Actor, *, asked: bool) -> OwnNotesPage:
    """The page to ask on, and the answer once one has asked."""
    return OwnNotesPage(
        title=_("What is written about me"),
        lede=_("Leaders of projects may note where people stand. What is noted about you is yours to read."),
        crumbs=(Crumb(_("Projects"), reverse("projects:board")), Crumb(_("What is written about me"))),
        who_sees=access.only_self(),
        asked=asked,
        notes=own_notes(actor) if asked else (),
    )


def section(actor: Actor, person: Person) -> Section | None:
    """The way to it from one's own page. It is there for everybody, so it tells nothing; no query."""
    if actor.person_id != person.pk:
        return None
    return Section(
        "written_about_me", _("What is written about me"), "projects/people/_own_section.html", None
    )


def own_notes_file(actor: Actor) -> bytes:
    """The same as JSON in UTF-8, to take away."""
    everything = {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "written_about": actor.name,
        "maps": [asdict(each) for each in own_notes(actor)],
    }
    return json.dumps(everything, ensure_ascii=False, indent=2, default=str).encode()
