"""What a change of people means for their time: absences take working hours away, and who is erased leaves nothing."""

from __future__ import annotations

from typing import Any

from leanship.features.org import signals
from leanship.features.projects.actions import occurrences
from leanship.features.projects.models import Calendar


def follow(sender: object, *, what: str, person_ids: frozenset[int], **_named: Any) -> None:
    """Bring the weeks of these people up to date, inside the transaction of the change."""
    if what == signals.ERASED:
        for person_id in person_ids:
            occurrences.forget_person(person_id)
    elif what == signals.ABSENCE:
        timed = Calendar.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True)
        for person_id in sorted(set(timed)):
            occurrences.make_weeks(person_id)
