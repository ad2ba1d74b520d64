"""What waits for somebody in projects: their items of plans, the projects they lead, opportunities in their teams."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.base import clock
from leanship.features.org.access import Actor
from leanship.features.org.waiting import Waiting
from leanship.features.projects.models import PlanItem, Project
from leanship.features.projects.queries import choosing
from leanship.features.projects.queries.stages import age_of

MOST = 50


def waiting(actor: Actor) -> tuple[Waiting, ...]:
    """Items of plans due within a week, quiet projects and tests without a result, opportunities; two queries."""
    today = timezone.localtime(clock.now()).date()
    return (*_items(actor, today), *_projects(actor, today))


def _items(actor: Actor, today: date) -> Iterator[Waiting]:
    rows = PlanItem.objects.filter(
        owner=actor.own_id,
        done_at=None,
        archived_at=None,
        due_on__lte=today + timedelta(days=choosing.SOON),
        project__ended_on=None,
        project__archived_at=None,
    ).select_related("project")
    for row in rows.order_by("due_on", "id")[:MOST]:
        yield Waiting(
            text=_("%(what)s: %(project)s") % {"what": row.what, "project": row.project.title},
            url=reverse("projects:project", args=[row.project.uid]) + "#plan",
            due=row.due_on,
            overdue=row.due_on < today,
        )


def _projects(actor: Actor, today: date) -> Iterator[Waiting]:
    led = Q(leader_id=actor.own_id) & ~Q(taken_up_at=None)
    quiet = choosing.unchanged_since(14) | Q(untold__gt=0)
    raised = Q(taken_up_at=None) & choosing.of_my_teams(actor)
    rows: Any = (
        Project.objects.filter(ended_on=None, archived_at=None)
        .annotate(untold=choosing.count_of(choosing.open_trials()))
        .filter((led & quiet) | raised)
    )
    for row in rows.order_by("touched_at", "id")[:MOST]:
        page = reverse("projects:project", args=[row.uid])
        if row.taken_up_at is None:
            text = _("Nobody leads it yet: %(project)s") % {"project": row.title}
            yield Waiting(text, page, None, False)
            continue
        if row.untold:
            text = ngettext(
                "%(n)d test without a result: %(project)s",
                "%(n)d tests without a result: %(project)s",
                row.untold,
            )
            yield Waiting(text % {"n": row.untold, "project": row.title}, f"{page}#trials", None, False)
        age = age_of(row, today)
        if age.unchanged:
            text = _("%(unchanged)s: %(project)s") % {"unchanged": age.unchanged, "project": row.title}
            yield Waiting(text, page, None, False)
