"""The map of people (M21): whose support is needed, where they stand, what was done – and its end.

What is written here is the leader's and their readers'. No event, message or search text repeats any of it: an event
names the project and nobody on its map. `forgetting` deletes it.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects.actions._writing import happened, line, lines, one_of, open_project, save
from leanship.features.projects.actions.forgetting import (
    forget_map,
    forget_people,
    forget_what_was_taken_off,
)
from leanship.features.projects.models import (
    MapReader,
    PersuasionStep,
    Project,
    ProjectMap,
    Stakeholder,
    StanceEntry,
)

__all__ = [
    "ask_for_own_notes",
    "edit_stakeholder",
    "edit_stance",
    "edit_step",
    "enter_stance",
    "forget_map",
    "forget_people",
    "forget_what_was_taken_off",
    "let_read",
    "note_step",
    "put_back_entry",
    "put_back_stakeholder",
    "put_on_map",
    "stop_reading",
    "take_back_entry",
    "take_off_map",
]

INFLUENCES = (1, 2, 3)
_NOTE, _CARES = 2_000, 2_000  # characters: an observation, not a file about somebody

Entry = TypeVar("Entry", bound=StanceEntry | PersuasionStep)


def put_on_map(
    actor: Actor,
    *,
    project: Project,
    person: Person | None = None,
    name: str = "",
    cares_about: str = "",
    stance: str = "",
    influence: int = 0,
    basis: str = "",
    note: str = "",
    on: date | None = None,
) -> Stakeholder:
    """Put somebody on the map: a colleague, or somebody outside by `name`; with where they stand, if that is known.

    Whoever was taken off comes back with what was noted. Raises NotFound for everybody but the project's leader, and
    Invalid for somebody who is on it already, for both or neither, for the leader, for who left, and for a stance
    that `enter_stance` would not take.
    """
    name = line("name", name, required=False)
    cares_about = lines("cares_about", cares_about, most=_CARES, required=False)
    first: dict[str, object] = {}
    if stance or influence or basis or note:
        first = {**_stance(stance, influence, basis, note), "on": _day(on)}
    with transaction.atomic():
        here = _held(actor, project)
        if (person is None) == (not name):
            raise Invalid({"person": [_("Choose a colleague, or write the name of somebody outside.")]})
        if person is None:
            stakeholder = Stakeholder.objects.create(project=here, name=name, cares_about=cares_about)
        else:
            stakeholder = _colleague(here, person, cares_about)
        if first:
            StanceEntry.objects.create(stakeholder=stakeholder, **first)
        _changed(actor, here)
    return stakeholder


def _colleague(here: ProjectMap, person: Person, cares_about: str) -> Stakeholder:
    if person.pk == here.leader_id:
        raise Invalid({"person": [_("You lead this project yourself.")]})
    found = Stakeholder.objects.filter(project=here, person=person).first()
    if found is not None and found.archived_at is None:
        raise Invalid({"person": [_("%(name)s is on the map already.") % {"name": person.name}]})
    if person.left_on is not None:
        raise Invalid({"person": [_("%(name)s is no longer here.") % {"name": person.name}]})
    if found is None:
        return Stakeholder.objects.create(project=here, person=person, cares_about=cares_about)
    changes: dict[str, object] = {"archived_at": None}
    if cares_about:
        changes["cares_about"] = cares_about
    save(found, None, changes)
    return found


def edit_stakeholder(
    actor: Actor, *, stakeholder: Stakeholder, version: int | None = None, cares_about: str, name: str = ""
) -> Stakeholder:
    """Change what somebody cares about, and the name of somebody outside.

    Raises NotFound, Invalid, and Conflict for a stale `version`.
    """
    changes = {"cares_about": lines("cares_about", cares_about, most=_CARES, required=False)}
    if stakeholder.person_id is None:
        changes["name"] = line("name", name)
    with transaction.atomic():
        here = _held(actor, stakeholder.project)
        save(stakeholder, version, changes)
        _changed(actor, here)
    return stakeholder


def take_off_map(actor: Actor, *, stakeholder: Stakeholder) -> Stakeholder:
    """Take somebody off the map; `put_back_stakeholder` is the undo. Raises NotFound or Invalid."""
    with transaction.atomic():
        here = _held(actor, stakeholder.project)
        if stakeholder.archived_at is None:
            save(stakeholder, None, {"archived_at": clock.now()})
            _changed(actor, here)
    return stakeholder


def put_back_stakeholder(actor: Actor, *, stakeholder: Stakeholder) -> Stakeholder:
    """Put somebody back on the map with what was noted. Raises NotFound or Invalid."""
    with transaction.atomic():
        here = _held(actor, stakeholder.project)
        if stakeholder.archived_at is not None:
            save(stakeholder, None, {"archived_at": None})
            _changed(actor, here)
    return stakeholder


def enter_stance(
    actor: Actor,
    *,
    stakeholder: Stakeholder,
    stance: str,
    influence: int,
    basis: str,
    note: str,
    on: date | None = None,
) -> StanceEntry:
    """Enter where somebody stood on a day (today by default), as it was seen or as they said it.

    `note` is what was seen or said, and is wanted: a stance without it would be a guess. Raises NotFound, or Invalid
    for a code that is none, an empty note, or a day to come.
    """
    values = _stance(stance, influence, basis, note)
    with transaction.atomic():
        here = _held(actor, stakeholder.project)
        entry = StanceEntry.objects.create(stakeholder=stakeholder, on=_day(on), **values)
        _changed(actor, here)
    return entry


def edit_stance(
    actor: Actor,
    *,
    entry: StanceEntry,
    version: int | None = None,
    stance: str,
    influence: int,
    basis: str,
    note: str,
    on: date | None = None,
) -> StanceEntry:
    """Put an entry right. Raises NotFound, Invalid, and Conflict for a stale `version`."""
    values: dict[str, object] = {**_stance(stance, influence, basis, note), "on": _day(on)}
    with transaction.atomic():
        here = _held(actor, entry.stakeholder.project)
        save(entry, version, values)
        _changed(actor, here)
    return entry


def note_step(
    actor: Actor, *, stakeholder: Stakeholder, kind: str, note: str = "", on: date | None = None
) -> PersuasionStep:
    """Note what was done to win somebody over, on a day (today by default). Raises NotFound or Invalid."""
    kind = one_of("kind", kind, PersuasionStep.Kind.values)
    note = lines("note", note, most=_NOTE, required=False)
    with transaction.atomic():
        here = _held(actor, stakeholder.project)
        step = PersuasionStep.objects.create(stakeholder=stakeholder, kind=kind, note=note, on=_day(on))
        _changed(actor, here)
    return step


def edit_step(
    actor: Actor,
    *,
    entry: PersuasionStep,
    version: int | None = None,
    kind: str,
    note: str = "",
    on: date | None = None,
) -> PersuasionStep:
    """Put a step right. Raises NotFound, Invalid, and Conflict for a stale `version`."""
    values: dict[str, object] = {
        "kind": one_of("kind", kind, PersuasionStep.Kind.values),
        "note": lines("note", note, most=_NOTE, required=False),
        "on": _day(on),
    }
    with transaction.atomic():
        here = _held(actor, entry.stakeholder.project)
        save(entry, version, values)
        _changed(actor, here)
    return entry


def take_back_entry(actor: Actor, *, entry: Entry) -> Entry:
    """Take a stance or a step back; `put_back_entry` is the undo. Raises NotFound or Invalid."""
    return _switch(actor, entry, away=True)


def put_back_entry(actor: Actor, *, entry: Entry) -> Entry:
    """Let a stance or a step count again. Raises NotFound or Invalid."""
    return _switch(actor, entry, away=False)


def _switch(actor: Actor, entry: Entry, *, away: bool) -> Entry:
    with transaction.atomic():
        here = _held(actor, entry.stakeholder.project)
        if (entry.archived_at is not None) is not away:
            save(entry, None, {"archived_at": clock.now() if away else None})
            _changed(actor, here)
    return entry


def let_read(actor: Actor, *, project: Project, person: Person) -> None:
    """Let somebody read the map. Raises NotFound, or Invalid for the leader and for who left."""
    with transaction.atomic():
        here = _held(actor, project)
        if person.pk == here.leader_id:
            raise Invalid({"person": [_("You lead this project yourself.")]})
        if person.left_on is not None:
            raise Invalid({"person": [_("%(name)s is no longer here.") % {"name": person.name}]})
        _row, made = MapReader.objects.get_or_create(project=here, person=person)
        if made:
            _changed(actor, here)


def stop_reading(actor: Actor, *, project: Project, person: Person) -> None:
    """Let somebody no longer read the map. Raises NotFound or Invalid."""
    with transaction.atomic():
        here = _held(actor, project)
        gone, _each = MapReader.objects.filter(project=here, person=person).delete()
        if gone:
            _changed(actor, here)


def ask_for_own_notes(actor: Actor) -> None:
    """Write down that somebody asked what is written about them; what they are shown is nobody else's to know."""
    events.record(
        "notes.asked", actor_id=actor.person_id, subject_kind="own_notes", subject_id=actor.person_id
    )


def _held(actor: Actor, project: Project) -> ProjectMap:
    """The map, held until the transaction ends, so that none is written to while its project ends or changes hands.

    Raises NotFound for whoever may not edit it, readers among them Refused, and Invalid for a project that has ended
    or is archived.
    """
    here = ProjectMap.objects.select_for_update(of=("self",)).select_related("leader").filter(pk=project.pk)
    found = here.first()
    if found is None:
        raise NotFound
    access.require(actor, "edit", found)
    open_project(found)
    return found


def _changed(actor: Actor, here: ProjectMap) -> None:
    # no touch: that somebody works on the map is nobody else's to see either
    happened("map.changed", actor, here, touch=False)


def _stance(stance: str, influence: int, basis: str, note: str) -> dict[str, object]:
    if influence not in INFLUENCES:
        raise Invalid({"influence": [_("Choose one of the list.")]})
    return {
        "stance": one_of("stance", stance, StanceEntry.Stance.values),
        "influence": influence,
        "basis": one_of("basis", basis, StanceEntry.Basis.values),
        "note": lines("note", note, most=_NOTE),
    }


def _day(on: date | None) -> date:
    today = policies.today()
    if on is not None and on > today:
        raise Invalid({"on": [_("Choose today or an earlier day.")]})
    return on or today
