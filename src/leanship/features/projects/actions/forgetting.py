"""Deleting maps of people: when the project ends, changes hands, or somebody is erased (M21, M6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from django.db import transaction

from leanship.features.base import clock
from leanship.features.projects.models import (
    MapReader,
    PersuasionStep,
    Project,
    Stakeholder,
    StanceEntry,
)
from leanship.features.projects.reach import counted

ARCHIVED_FOR: Final = timedelta(days=90)  # how long the map of an archived project waits for its return
_PORTION = 500  # a database takes only so many values in one statement


def forget_map(project: Project) -> None:
    """Delete everybody on a project's map, every note, and who could read it; not undone.

    Only two numbers stay with a project that has ended: of how many people the support was needed, and how many of
    them were outside the leader's line. Reopened and ended again without a new map, it keeps those of the first end.
    Call it inside the transaction that ends the project, once `ended_on` is set, or gives it to another leader.
    """
    with transaction.atomic():
        _hold(project)
        outside, everybody = counted([project.pk]).get(project.pk, (0, 0))
        Stakeholder.objects.filter(project_id=project.pk).delete()  # stances and steps go with them
        MapReader.objects.filter(project_id=project.pk).delete()
        if project.ended_on is not None and everybody:
            Project.objects.filter(pk=project.pk).update(reach_outside=outside, reach_all=everybody)
            project.reach_outside, project.reach_all = outside, everybody


def forget_what_was_taken_off(project: Project) -> None:
    """Delete what its leader took off the map or back, before another leader gets it: that was not for them."""
    with transaction.atomic():
        _hold(project)
        Stakeholder.objects.filter(project_id=project.pk).exclude(archived_at=None).delete()
        for entries in (StanceEntry, PersuasionStep):
            rows = entries._default_manager.filter(stakeholder__project_id=project.pk)
            rows.exclude(archived_at=None).delete()


def forget_people(person_ids: Iterable[int]) -> None:
    """Delete what is noted about people who are erased, and the maps of the projects they lead."""
    for portion in _portions(sorted(person_ids)):
        for project in Project.objects.filter(leader_id__in=portion, ended_on=None):
            forget_map(project)
        Stakeholder.objects.filter(person_id__in=portion).delete()
        MapReader.objects.filter(person_id__in=portion).delete()


def forget_maps_of_the_archived() -> int:
    """Delete the maps of projects that have been archived for `ARCHIVED_FOR`; how many there were."""
    old = Project.objects.filter(archived_at__lt=clock.now() - ARCHIVED_FOR, stakeholders__isnull=False)
    found = list(old.distinct())
    for project in found:
        forget_map(project)
    return len(found)


def _hold(project: Project) -> None:
    """Wait for whoever writes on the map just now, and let nobody begin: no note slips in behind the deletion."""
    Project.objects.select_for_update().filter(pk=project.pk).first()


def _portions(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _PORTION):
        yield ids[start : start + _PORTION]
