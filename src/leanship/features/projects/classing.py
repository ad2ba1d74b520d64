"""Giving events their class: the owner's own word first, then the first rule that catches them (M24)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from leanship.domain.time_split import Classifier, RuleField, TimeClass, TimeRule, folded
from leanship.features.base import clock
from leanship.features.base.models import Event
from leanship.features.projects.models import ClassRule, Occurrence

CLASSIFIED: Final = "time.classified"
UNDONE: Final = "time.classification_undone"
_UNDO_FOR: Final = timedelta(hours=1)
_LOOK_BACK: Final = 400  # happenings
_BATCH: Final = 500


@dataclass(frozen=True)
class Said:
    """An event as far as rules look at it."""

    title: str
    categories: tuple[str, ...]
    organiser: str
    attendees: tuple[str, ...]


def said_by(row: Occurrence) -> Said:
    """What an event says."""
    return Said(row.title, tuple(row.categories), row.organiser, tuple(row.attendees))


def rules_of(person_id: int) -> list[ClassRule]:
    """The rules of a person that hold, in their order; one query."""
    return list(ClassRule.objects.filter(person_id=person_id, archived_at=None))


def domain_rule(row: ClassRule) -> TimeRule:
    """A rule as the method knows it."""
    return TimeRule(RuleField(row.field), row.pattern, TimeClass(row.kind))


class Rules:
    """The rules of somebody, ready to be asked about many events."""

    def __init__(self, rows: Sequence[ClassRule]) -> None:
        self._rows = rows
        self._classifier = Classifier([domain_rule(row) for row in rows])

    def of(self, event: Said) -> ClassRule | None:
        """The rule that catches an event."""
        place = self._classifier.rule_of(event)
        return None if place is None else self._rows[place]

    def apply(self, rows: Iterable[Occurrence]) -> list[Occurrence]:
        """Set class and rule on each event by its owner's word or the rules; those whose either changed."""
        changed = []
        for row in rows:
            caught = None if row.chosen else self.of(said_by(row))
            kind = row.chosen or (caught.kind if caught else "")
            rule_id = caught.pk if caught else None
            if (row.kind, row.rule_id) != (kind, rule_id):
                row.kind, row.rule_id = kind, rule_id
                changed.append(row)
        return changed


def reclassify(person_id: int) -> int:
    """Hold every event of a person against their rules again; how many changed. Part of the caller's transaction."""
    changed = Rules(rules_of(person_id)).apply(Occurrence.objects.filter(person_id=person_id))
    save_classes(changed)
    return len(changed)


def save_classes(rows: Sequence[Occurrence]) -> None:
    """Write class and rule of events, with one statement for all that share both."""
    together: dict[tuple[str, int | None], list[int]] = {}
    for row in rows:
        together.setdefault((row.kind, row.rule_id), []).append(row.pk)
    for (kind, rule_id), keys in together.items():
        for begin in range(0, len(keys), _BATCH):
            Occurrence.objects.filter(pk__in=keys[begin : begin + _BATCH]).update(kind=kind, rule_id=rule_id)


def group_key(title: str, event_key: str) -> str:
    """What events of one group share: their title without capitals and accents, else the event they repeat."""
    return folded(" ".join(title.split())) or event_key


def last_classification(person_id: int) -> Event | None:
    """What can be taken back: the last classification of the past hour that was not taken back yet. One query."""
    rows = Event.objects.filter(
        subject_kind="time",
        subject_id=person_id,
        kind__in=[CLASSIFIED, UNDONE],
        at__gte=clock.now() - _UNDO_FOR,
    ).order_by("-pk")[:_LOOK_BACK]
    undone: Collection[int] = {row.params["event"] for row in rows if row.kind == UNDONE}
    return next((row for row in rows if row.kind == CLASSIFIED and row.pk not in undone), None)
