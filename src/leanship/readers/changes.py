"""What an import would change: the one comparison behind preview, command line and web alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leanship.readers.people import PeopleFile, PersonRow

#: The field of `PersonRow` that each column of a file fills.
FIELDS: Final = {"fte": "fte_percent"}
#: Fields whose empty cell says nothing, rather than that there is nothing.
_LEFT_OPEN: Final = frozenset({"fte_percent", "level", "started"})


@dataclass(frozen=True, slots=True)
class Changed:
    """A person with the fields that differ, each as (before, after)."""

    person: PersonRow
    fields: Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What would happen to each person: added, changed field by field, left as they are, or ended."""

    added: tuple[PersonRow, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[str, ...]
    ended: tuple[str, ...]


def diff(current: Mapping[str, PersonRow], incoming: PeopleFile, complete: bool = False) -> Changes:
    """Compares the people known, by id, with those of a file.

    A column that the file has not changes nothing. People absent from the file stay, unless the file is said
    to be `complete`: then they are ended.
    """
    fields = [FIELDS.get(column, column) for column in sorted(incoming.columns - {"id"})]
    added, changed, unchanged = [], [], []
    for person in incoming.people:
        before = current.get(person.id)
        if before is None:
            added.append(person)
            continue
        differing = {
            field: (getattr(before, field), getattr(person, field))
            for field in fields
            if getattr(before, field) != getattr(person, field)
            and not (field in _LEFT_OPEN and getattr(person, field) is None)
        }
        if differing:
            changed.append(Changed(person, differing))
        else:
            unchanged.append(person.id)
    here = {person.id for person in incoming.people}
    ended = tuple(id_ for id_ in current if id_ not in here) if complete else ()
    return Changes(tuple(added), tuple(changed), tuple(unchanged), ended)
