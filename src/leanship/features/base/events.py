"""Writing down what happened."""

from __future__ import annotations

from typing import Any

from leanship.features.base.models import Event, ImportBatch


def record(
    kind: str,
    *,
    actor_id: int | None,
    subject_kind: str,
    subject_id: int | None = None,
    batch: ImportBatch | None = None,
    **params: Any,
) -> Event:
    """Append one event. `params` are ids, codes and exact integers as JSON, never words about people."""
    return Event.objects.create(
        kind=kind,
        actor_id=actor_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        params=params,
        batch=batch,
    )
