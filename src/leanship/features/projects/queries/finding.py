"""A project, or something on its page, by its public id; whoever may not read the project finds nothing."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.models import PlanItem, Project, ProjectComment, ProjectFile, Trial, Why

M = TypeVar("M", bound=Model)


def find_project(actor: Actor, uid: str) -> Project:
    """A project with its leader, who raised it, and its team; one query. Raises NotFound."""
    rows = Project.objects.filter(uid=uid).select_related("leader", "raised_by", "team")
    project = access.visible(actor, rows).first()
    if project is None:
        raise NotFound
    return project


def _on_page(actor: Actor, rows: QuerySet[M], uid: str) -> M:
    found: Any = rows.filter(uid=uid).select_related("project__leader", "project__team").first()
    if found is None or not access.may(actor, "read", found.project):
        raise NotFound
    return found  # type: ignore[no-any-return]


def find_why(actor: Actor, uid: str) -> Why:
    """An answer of a tree of causes. Raises NotFound."""
    return _on_page(actor, Why.objects.all(), uid)


def find_trial(actor: Actor, uid: str) -> Trial:
    """A test or prototype. Raises NotFound."""
    return _on_page(actor, Trial.objects.all(), uid)


def find_plan_item(actor: Actor, uid: str) -> PlanItem:
    """An item of a plan. Raises NotFound."""
    return _on_page(actor, PlanItem.objects.select_related("owner"), uid)


def find_comment(actor: Actor, uid: str) -> ProjectComment:
    """Something that was said. Raises NotFound."""
    return _on_page(actor, ProjectComment.objects.all(), uid)


def find_file(actor: Actor, uid: str) -> ProjectFile:
    """A file. Raises NotFound."""
    return _on_page(actor, ProjectFile.objects.all(), uid)
