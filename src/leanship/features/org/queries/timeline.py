"""What happened to a person or a team, in words that are made at reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from leanship.features.base.models import Event
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.web import format as fmt

MOST = 100

Names = Mapping[int, str]
Words = Callable[[Mapping[str, Any], Names], str]


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, by whom, and what."""

    at: datetime
    who: str
    text: str


def _name(names: Names, pk: int | None) -> str:
    return _("nobody") if pk is None else names.get(pk, _("somebody"))


def _moved(params: Mapping[str, Any], names: Names) -> str:
    values = {"leader": _name(names, params["leader"]), "former": _name(names, params["former_leader"])}
    return _("Now reports to %(leader)s; before, to %(former)s.") % values


def _added(params: Mapping[str, Any], names: Names) -> str:
    if params.get("leader") is None:
        return _("Added.")
    return _("Added, reporting to %(leader)s.") % {"leader": _name(names, params["leader"])}


def _edited(params: Mapping[str, Any], names: Names) -> str:
    labels = {
        "name": _("name"),
        "email": _("e-mail"),
        "title": _("title"),
        "role": _("role"),
        "level": _("level"),
        "department": _("department"),
        "joined_on": _("first day"),
    }
    return _("Changed: %(fields)s.") % {
        "fields": ", ".join(labels.get(each, each) for each in params["fields"])
    }


def _days(params: Mapping[str, Any]) -> dict[str, str]:
    return {key: fmt.day(date.fromisoformat(params[key])) for key in ("first_day", "last_day")}


def _team_edited(params: Mapping[str, Any], names: Names) -> str:
    if params["lead"] == params["former_lead"]:
        return _("Name or department changed.")
    return _("Led by %(lead)s; before, by %(former)s.") % {
        "lead": _name(names, params["lead"]),
        "former": _name(names, params["former_lead"]),
    }


_WORDS: dict[str, Words] = {
    "person.added": _added,
    "person.edited": _edited,
    "person.moved": _moved,
    "person.left": lambda params, names: (
        _("No longer here from %(day)s.") % {"day": fmt.day(date.fromisoformat(params["day"]))}
    ),
    "person.came_back": lambda params, names: _("Here after all."),
    "person.erased": lambda params, names: _("Erased; a pseudonym stands in for the name."),
    "person.absence_added": lambda params, names: (
        _("Absence noted: %(first_day)s to %(last_day)s.") % _days(params)
    ),
    "person.absence_removed": lambda params, names: (
        _("Absence taken back: %(first_day)s to %(last_day)s.") % _days(params)
    ),
    "team.added": lambda params, names: _("Added, led by %(lead)s.") % {"lead": _name(names, params["lead"])},
    "team.edited": _team_edited,
    "team.archived": lambda params, names: _("Archived."),
    "team.restored": lambda params, names: _("Restored."),
    "team.member_added": lambda params, names: (
        _("%(person)s joined.") % {"person": _name(names, params["person"])}
    ),
    "team.member_removed": lambda params, names: (
        _("%(person)s left the team.") % {"person": _name(names, params["person"])}
    ),
}

# Parameters that are row ids of people, whose names the words need.
_PEOPLE = ("leader", "former_leader", "lead", "former_lead", "person")


def register_words(kind: str, words: Words) -> None:
    """Let the features above say their events about people and teams. Raises ValueError for a kind that has words."""
    if kind in _WORDS:
        raise ValueError(f"{kind!r} has its words already")
    _WORDS[kind] = words


def events_of(actor: Actor, thing: Person | Team) -> tuple[Happening, ...]:
    """What happened to a person or a team, the newest first, at most `MOST`; four queries.

    Open to whoever may see a person's history, or edit the team; empty for everybody else. Absences are told to
    those alone who may see them. Kinds without words stay out: a feature that registers none wants them nowhere.
    """
    act = "history" if isinstance(thing, Person) else "edit"
    if not access.may(actor, act, thing):
        return ()
    kind = "person" if isinstance(thing, Person) else "team"
    kinds = set(_WORDS)
    if isinstance(thing, Person) and not access.may(actor, "absence", thing):
        kinds -= {"person.absence_added", "person.absence_removed"}
    found = Event.objects.filter(subject_kind=kind, subject_id=thing.pk, kind__in=sorted(kinds))
    rows = list(found.order_by("-id")[:MOST])
    names = _names(rows)
    return tuple(
        Happening(
            at=row.at,
            who=_("Leanship") if row.actor_id is None else _name(names, row.actor_id),
            text=_WORDS[row.kind](row.params, names),
        )
        for row in rows
    )


def _names(rows: Iterable[Event]) -> Names:
    ids = {row.params.get(key) for row in rows for key in _PEOPLE} | {row.actor_id for row in rows}
    known = [pk for pk in ids if pk is not None]
    return dict(Person.objects.filter(pk__in=known).values_list("pk", "name"))
