"""How a project went through its stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leanship.features.projects import stage_words
from leanship.features.projects.models import Move, Project
from leanship.features.projects.queries.parts import name_of


@dataclass(frozen=True)
class MoveLine:
    """One move from a stage to another, and why."""

    at: datetime
    by: str
    former: str
    to: str
    reason: str


def moves_of(project: Project) -> tuple[MoveLine, ...]:
    """The moves of a project, the newest first; one query."""
    rows: QuerySet[Any] = Move.objects.filter(project=project).annotate(by=name_of("by_id"))
    return tuple(
        MoveLine(
            row.at,
            row.by or "",
            stage_words.stage_short(row.from_stage),
            stage_words.stage_short(row.to_stage),
            row.reason,
        )
        for row in rows.order_by("-id")
    )
