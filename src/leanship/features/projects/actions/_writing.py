"""What the changes of a project share: clean texts, a version that is written once, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext as _

from leanship.features.base import clock, events
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org.access import Actor
from leanship.features.projects import standings
from leanship.features.projects.models import Project

LONGEST = 20_000  # characters of a text on the page


def line(field: str, text: str, *, most: int = 200, required: bool = True) -> str:
    """One line without blanks at either end. Raises Invalid for one that is empty or too long."""
    value = " ".join(text.replace("\x00", "").split())
    return _checked(field, value, most, required)


def lines(field: str, text: str, *, most: int = LONGEST, required: bool = True) -> str:
    """A text of several lines. Raises Invalid for one that is empty or too long."""
    value = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return _checked(field, value, most, required)


def _checked(field: str, value: str, most: int, required: bool) -> str:
    if required and not value:
        raise Invalid({field: [_("This cannot be empty.")]})
    if len(value) > most:
        raise Invalid({field: [_("Keep it under %(most)d characters.") % {"most": most}]})
    return value


def one_of(field: str, value: str, allowed: tuple[str, ...] | list[str], *, empty: bool = False) -> str:
    """A code among those allowed. Raises Invalid."""
    if value in allowed or (empty and not value):
        return value
    raise Invalid({field: [_("Choose one of the list.")]})


def save(
    thing: Model, version: int | None, changes: Mapping[str, Any], shown: tuple[str, ...] | None = None
) -> None:
    """Write `changes` to a row that still has `version` (None: whatever it has) and count the version up.

    Raises Conflict with the present texts of `shown` (all that were to change, if not said) when somebody was faster.
    """
    rows = type(thing)._default_manager.filter(pk=thing.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(**changes, version=F("version") + 1):
        present = type(thing)._default_manager.get(pk=thing.pk)
        theirs = {name: str(getattr(present, name) or "") for name in (shown or tuple(changes))}
        raise Conflict(_("Somebody changed this while you were writing."), theirs)
    thing.refresh_from_db()


def open_project(project: Project) -> None:
    """Raise Invalid for a project that has ended or lies in the archive: it is reopened first."""
    if project.ended_on is not None:
        raise Invalid({"": [_("This project has ended. Reopen it to change it.")]})
    if project.archived_at is not None:
        raise Invalid({"": [_("This project is archived. Restore it to change it.")]})


def happened(kind: str, actor: Actor, project: Project, *, touch: bool = True, **params: Any) -> None:
    """Write down what happened, by ids and codes alone; whatever happens keeps a project from ageing."""
    if touch:
        project.touched_at = clock.now()
        Project.objects.filter(pk=project.pk).update(touched_at=project.touched_at)
    events.record(kind, actor_id=actor.person_id, subject_kind="project", subject_id=project.pk, **params)
    standings.follow_event(kind, project, **params)


def by(actor: Actor) -> int | None:
    """Who wrote something; None for the command line."""
    return actor.person_id


def search_of(project: Project, seen: str | None = None) -> str:
    """What finding a project compares with, in one case: title, whom it serves and what was seen.

    Names of people and teams are not repeated here: they are found where they are kept, and erased there.
    """
    if seen is None:
        section = project.sections.filter(key="seen").first() if project.pk else None
        seen = section.text if section else ""
    return " ".join(part for part in (project.title, project.serves_whom, seen[:2000]) if part).casefold()
