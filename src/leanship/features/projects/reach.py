"""How far authority reached (M21): of those whose support is needed, how many lie outside the leader's line."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from leanship.features.org.models import Ancestor
from leanship.features.projects.models import Project, Stakeholder


def counted(project_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Project id → (outside the leader's line, all) from the maps as they are; one query. Without a map: not there.

    Below the leader is the line; whoever is above or beside, and everybody outside the organisation, is not.
    """
    below = Ancestor.objects.filter(
        ancestor_id=OuterRef("project__leader_id"), person_id=OuterRef("person_id")
    )
    rows = Stakeholder.objects.filter(project_id__in=project_ids, archived_at=None).annotate(
        within=Exists(below)
    )
    found: dict[int, tuple[int, int]] = {}
    for project_id, within in rows.order_by().values_list("project_id", "within"):
        outside, everybody = found.get(project_id, (0, 0))
        found[project_id] = (outside + (not within), everybody + 1)
    return found


def reach(project_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Project id → (outside the leader's line, all): counts alone, which is all that anybody else gets; two queries.

    For a project that has ended, the two that were kept when its map was deleted. Projects that needed nobody's
    support are not among them.
    """
    kept = Project.objects.filter(pk__in=project_ids).exclude(ended_on=None)
    ended = {
        pk: (outside or 0, everybody)
        for pk, outside, everybody in kept.values_list("pk", "reach_outside", "reach_all")
        if everybody
    }
    return counted([pk for pk in project_ids if pk not in ended]) | ended
