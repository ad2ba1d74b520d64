"""Saying what events count as: a whole group of them at a keystroke, and taking it back (M24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import events
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects import classing, time_weeks
from leanship.features.projects.classing import CLASSIFIED, UNDONE, group_key
from leanship.features.projects.models import ClassRule, Occurrence

_BATCH: Final = 500


@dataclass(frozen=True)
class Classified:
    """How many events were given a class."""

    events: int


def classify_group(actor: Actor, *, occurrence: Occurrence, kind: str) -> Classified:
    """Give a class to every event without one that is called like `occurrence`, on whatever day, and to all other
    events without one of the series among them. Later repetitions take it over when they are read.

    Raises NotFound for somebody else's event, Invalid for a class that there is not. Where all have one, nothing
    happens.
    """
    access.require(actor, "edit", occurrence)
    _known(kind)
    with transaction.atomic():
        time_weeks.hold(occurrence.person_id)
        open_ = Occurrence.objects.filter(person_id=occurrence.person_id, kind="")
        wanted = group_key(occurrence.title, occurrence.event_key)
        rows = list(open_.values_list("pk", "title", "event_key"))
        series = {key for _pk, title, key in rows if group_key(title, key) == wanted}
        keys = [pk for pk, _title, key in rows if key in series]
        return _choose(actor, occurrence.person_id, {"": keys}, kind)


def classify_event(actor: Actor, *, occurrence: Occurrence, kind: str, series: bool) -> Classified:
    """Give one event a class, or all repetitions of it; "" leaves it to the rules again.

    Raises NotFound for somebody else's event and Invalid for a class that there is not.
    """
    access.require(actor, "edit", occurrence)
    if kind:
        _known(kind)
    with transaction.atomic():
        time_weeks.hold(occurrence.person_id)
        rows = Occurrence.objects.filter(person_id=occurrence.person_id).exclude(chosen=kind)
        same = {"event_key": occurrence.event_key} if series else {"pk": occurrence.pk}
        was: dict[str, list[int]] = {}
        for pk, chosen in rows.filter(**same).values_list("pk", "chosen"):
            was.setdefault(chosen, []).append(pk)
        return _choose(actor, occurrence.person_id, was, kind)


def _known(kind: str) -> None:
    if kind not in ClassRule.Kind.values:
        raise Invalid({"kind": [_("Choose strategic or tactical.")]})


def _choose(actor: Actor, person_id: int, was: dict[str, list[int]], kind: str) -> Classified:
    """Write what the owner says of the events in `was`, which are listed by what they said before."""
    keys = [pk for part in was.values() for pk in part]
    if keys:
        _write(person_id, keys, kind)
        time_weeks.rewrite(person_id)
        events.record(
            CLASSIFIED,
            actor_id=actor.person_id,
            subject_kind="time",
            subject_id=person_id,
            was=was,
            to=kind,
        )
    return Classified(len(keys))


def _write(person_id: int, keys: Sequence[int], kind: str) -> None:
    for begin in range(0, len(keys), _BATCH):
        rows = Occurrence.objects.filter(person_id=person_id, pk__in=keys[begin : begin + _BATCH])
        if kind:
            rows.update(chosen=kind, kind=kind, rule=None)
            continue
        rows.update(chosen="")
        rules = classing.Rules(classing.rules_of(person_id))
        classing.save_classes(rules.apply(rows.all()))


def undo_classification(actor: Actor, *, person: Person) -> Classified:
    """Take the last classification back; done again, the one before it. Nothing happens where there is none.

    Raises NotFound for somebody else's time.
    """
    access.require(actor, "edit", About("time", person))
    with transaction.atomic():
        time_weeks.hold(person.pk)
        last = classing.last_classification(person.pk)
        if last is None:
            return Classified(0)
        was: dict[str, list[int]] = last.params["was"]
        for kind, keys in was.items():
            _write(person.pk, keys, kind)
        time_weeks.rewrite(person.pk)
        events.record(
            UNDONE, actor_id=actor.person_id, subject_kind="time", subject_id=person.pk, event=last.pk
        )
    return Classified(sum(map(len, was.values())))
