"""The plan: what is to be done, by whom and by when."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects.actions._writing import happened, line, open_project, save
from leanship.features.projects.models import PlanItem, Project

_LONGEST = 300


def add_plan_item(actor: Actor, *, project: Project, what: str, owner: Person, due_on: date) -> PlanItem:
    """Plan something for somebody by a day. Raises Refused, or Invalid."""
    access.require(actor, "edit", project)
    open_project(project)
    _here(owner)
    with transaction.atomic():
        item = PlanItem.objects.create(
            project=project, what=line("what", what, most=_LONGEST), owner=owner, due_on=due_on
        )
        happened("project.plan_added", actor, project, item=item.pk, owner=owner.pk)
    return item


def edit_plan_item(
    actor: Actor, *, item: PlanItem, what: str, owner: Person, due_on: date, version: int | None = None
) -> PlanItem:
    """Change what is to be done, by whom or by when. Raises Refused, Invalid, or Conflict."""
    access.require(actor, "edit", item.project)
    open_project(item.project)
    if owner.pk != item.owner_id:
        _here(owner)
    changes = {"what": line("what", what, most=_LONGEST), "owner": owner, "due_on": due_on}
    with transaction.atomic():
        save(item, version, changes)
        happened("project.plan_edited", actor, item.project, item=item.pk, owner=owner.pk)
    return item


def finish_plan_item(actor: Actor, *, item: PlanItem) -> PlanItem:
    """Done: said by its owner, or by those who work on the project. Raises Refused."""
    return _done(actor, item, done=True)


def unfinish_plan_item(actor: Actor, *, item: PlanItem) -> PlanItem:
    """Not done after all. Raises Refused."""
    return _done(actor, item, done=False)


def _done(actor: Actor, item: PlanItem, *, done: bool) -> PlanItem:
    if item.owner_id != actor.person_id:
        access.require(actor, "edit", item.project)
    open_project(item.project)
    if (item.done_at is not None) != done:
        with transaction.atomic():
            save(item, None, {"done_at": clock.now() if done else None})
            kind = "project.plan_done" if done else "project.plan_undone"
            happened(kind, actor, item.project, item=item.pk)
    return item


def archive_plan_item(actor: Actor, *, item: PlanItem) -> PlanItem:
    """Take an item off the plan; `restore_plan_item` is the undo. Raises Refused."""
    return _archived(actor, item, archived=True)


def restore_plan_item(actor: Actor, *, item: PlanItem) -> PlanItem:
    """Put an item back. Raises Refused."""
    return _archived(actor, item, archived=False)


def _archived(actor: Actor, item: PlanItem, *, archived: bool) -> PlanItem:
    access.require(actor, "edit", item.project)
    open_project(item.project)
    if (item.archived_at is not None) != archived:
        with transaction.atomic():
            save(item, None, {"archived_at": clock.now() if archived else None})
            kind = "project.plan_archived" if archived else "project.plan_restored"
            happened(kind, actor, item.project, item=item.pk)
    return item


def _here(owner: Person) -> None:
    if owner.left_on is not None:
        raise Invalid({"owner": [_("%(name)s is no longer here.") % {"name": owner.name}]})
