"""What a change of people means for standings: absences and roles decide which periods count (M14)."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from leanship.features.org import signals
from leanship.features.productivity import standings
from leanship.features.productivity.models import Series

_COUNTS = {signals.ABSENCE: "absence_changed", signals.POSITION: "position_changed"}


@receiver(signals.people_changed, dispatch_uid="productivity.standings")
def follow(sender: object, *, what: str, person_ids: frozenset[int], **_named: Any) -> None:
    """Bring the standings of these people up to date, inside the transaction of the change."""
    reason = _COUNTS.get(what)
    if reason is None:
        return
    wanted = sorted(person_ids)
    found: list[int] = []
    for begin in range(0, len(wanted), 5_000):
        series = Series.objects.filter(person_id__in=wanted[begin : begin + 5_000])
        found += series.values_list("id", flat=True)
    if found:
        standings.refresh(found, reason=reason)
