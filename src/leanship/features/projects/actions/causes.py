"""The tree of causes: each answer to "why?" below the one it explains, as deep and as wide as it goes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.actions._writing import by, happened, lines, one_of, open_project, save
from leanship.features.projects.models import Project, Why

_LONGEST = 2_000
DEEPEST = 30  # whys below each other: a page is drawn branch in branch, and nobody asks thirty times


def add_why(
    actor: Actor,
    *,
    project: Project,
    text: str,
    below: Why | None = None,
    evidence: str = "",
    finding: str = Why.Finding.OPEN,
) -> Why:
    """Answer "why?", below another answer or as a new root. Raises Refused, or Invalid."""
    access.require(actor, "edit", project)
    open_project(project)
    if below is not None and (below.project_id != project.pk or below.archived_at is not None):
        raise Invalid({"below": [_("The answer it should stand below is not there.")]})
    if below is not None and _depth(below) >= DEEPEST:
        raise Invalid({"text": [_("This branch is %(most)d answers deep.") % {"most": DEEPEST}]})
    with transaction.atomic():
        why = Why.objects.create(
            project=project,
            parent=below,
            text=lines("text", text, most=_LONGEST),
            evidence=lines("evidence", evidence, most=_LONGEST, required=False),
            finding=one_of("finding", finding, Why.Finding.values),
            author_id=by(actor),
        )
        happened("project.why_added", actor, project, why=why.pk)
    return why


def _depth(why: Why) -> int:
    """How many answers a branch has down to this one, itself counted; one query."""
    above: dict[int, int | None] = dict(
        Why.objects.filter(project=why.project_id).values_list("pk", "parent_id")
    )
    depth, at = 1, above[why.pk]
    while at is not None:
        depth, at = depth + 1, above[at]
    return depth


def edit_why(
    actor: Actor, *, why: Why, text: str, evidence: str, finding: str, version: int | None = None
) -> Why:
    """Change an answer, how one knows, and what was found about it. Raises Refused, Invalid, or Conflict."""
    access.require(actor, "edit", why.project)
    open_project(why.project)
    changes = {
        "text": lines("text", text, most=_LONGEST),
        "evidence": lines("evidence", evidence, most=_LONGEST, required=False),
        "finding": one_of("finding", finding, Why.Finding.values),
    }
    with transaction.atomic():
        save(why, version, changes)
        happened("project.why_edited", actor, why.project, why=why.pk, finding=finding)
    return why


def find_why(actor: Actor, *, why: Why, finding: str) -> Why:
    """Mark an answer as a root cause, as ruled out, or as not yet known. Raises Refused, or Invalid."""
    return edit_why(actor, why=why, text=why.text, evidence=why.evidence, finding=finding)


def archive_why(actor: Actor, *, why: Why) -> Why:
    """Take an answer off the tree with all that hangs below it; `restore_why` is the undo. Raises Refused."""
    access.require(actor, "edit", why.project)
    open_project(why.project)
    if why.archived_at is None:
        with transaction.atomic():
            save(why, None, {"archived_at": clock.now()})
            happened("project.why_archived", actor, why.project, why=why.pk)
    return why


def restore_why(actor: Actor, *, why: Why) -> Why:
    """Put a branch back. Raises Refused."""
    access.require(actor, "edit", why.project)
    open_project(why.project)
    if why.archived_at is not None:
        with transaction.atomic():
            save(why, None, {"archived_at": None})
            happened("project.why_restored", actor, why.project, why=why.pk)
    return why
