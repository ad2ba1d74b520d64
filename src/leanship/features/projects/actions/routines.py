"""What somebody does with their routines (M26): a short list, done or not, that nobody rates.

A routine is its owner's alone, so events name it by id and say nothing of it; ticks leave no event at all.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.features.base import clock, events
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects.actions._writing import line, one_of, save
from leanship.features.projects.models import Routine, RoutineTick

MOST: Final = 20
"""A list that is longer is no standard any more, and nobody keeps it."""


def add_routine(actor: Actor, *, text: str, cadence: str = Routine.Cadence.DAY) -> Routine:
    """A new routine at the end of the actor's list. Raises Invalid for an empty text, or a list that is long enough."""
    text = line("text", text)
    cadence = one_of("cadence", cadence, Routine.Cadence.values)
    person = Person.objects.filter(pk=actor.own_id).first()
    if person is None:
        raise NotFound
    access.require(actor, "edit", About("routine", person))
    with transaction.atomic():
        mine = person.routines.filter(archived_at=None)
        if mine.count() >= MOST:
            raise Invalid({"text": [_("%(most)d are enough; put one away first.") % {"most": MOST}]})
        last = mine.filter(cadence=cadence).aggregate(last=Max("position"))["last"]
        routine = Routine.objects.create(
            person=person, text=text, cadence=cadence, position=0 if last is None else last + 1
        )
        _happened("routine.added", actor, routine)
    return routine


def edit_routine(actor: Actor, *, routine: Routine, version: int, text: str, cadence: str) -> Routine:
    """Put a routine right. With another cadence its ticks begin anew, since a day is no week.

    Raises Invalid, and Conflict for a stale `version`.
    """
    access.require(actor, "edit", routine)
    text = line("text", text)
    cadence = one_of("cadence", cadence, Routine.Cadence.values)
    with transaction.atomic():
        other = routine.cadence != cadence
        save(routine, version, {"text": text, "cadence": cadence})
        if other:
            routine.ticks.all().delete()
        _happened("routine.changed", actor, routine)
    return routine


def move_routine(actor: Actor, *, routine: Routine, up: bool) -> None:
    """Change places with the one above or below; at an end nothing happens."""
    access.require(actor, "edit", routine)
    with transaction.atomic():
        rows = list(Routine.objects.filter(person=routine.person, cadence=routine.cadence, archived_at=None))
        at = next((place for place, row in enumerate(rows) if row.pk == routine.pk), None)
        if at is None:
            return
        to = at - 1 if up else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
            for place, row in enumerate(rows):
                row.position = place
            Routine.objects.bulk_update(rows, ["position"])


def tick(actor: Actor, *, routine: Routine, on: date, done: bool) -> None:
    """Say that a routine is done on the day, or in the week of the day; or that it is not."""
    access.require(actor, "edit", routine)
    ordinal = ordinal_of(routine.cadence, on)
    if done:
        RoutineTick.objects.get_or_create(routine=routine, ordinal=ordinal)
    else:
        routine.ticks.filter(ordinal=ordinal).delete()


def ordinal_of(cadence: str, on: date) -> int:
    """The day, or the week of the day, as `domain.periods` counts them."""
    return periods.ordinal(Cadence(cadence), on)


def archive_routine(actor: Actor, *, routine: Routine) -> None:
    """Put a routine away with its ticks; `restore_routine` is the undo."""
    _put_away(actor, routine, "routine.archived", away=True)


def restore_routine(actor: Actor, *, routine: Routine) -> None:
    """Take it out again."""
    _put_away(actor, routine, "routine.restored", away=False)


def _put_away(actor: Actor, routine: Routine, kind: str, *, away: bool) -> None:
    access.require(actor, "edit", routine)
    if (routine.archived_at is not None) != away:
        with transaction.atomic():
            save(routine, None, {"archived_at": clock.now() if away else None})
            _happened(kind, actor, routine)


def _happened(kind: str, actor: Actor, routine: Routine) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="routine", subject_id=routine.pk)
