"""What projects add to the page of a person and of a team: what runs, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.org.sections import Section
from leanship.features.projects import stage_words
from leanship.features.projects.models import Member, Project
from leanship.features.projects.queries.stages import age_of

MOST = 10


@dataclass(frozen=True)
class ProjectLine:
    """A running project; `part` says what the person does in it."""

    title: str
    url: str
    part: str
    stage: str
    unchanged: str
    ageing: str


@dataclass(frozen=True)
class ProjectLines:
    """The projects of somebody, and where all of them are."""

    lines: tuple[ProjectLine, ...]
    all_url: str


def of_person(actor: Actor, person: Person) -> Section | None:
    """The running projects that a person leads or works on; one query."""
    works = Member.objects.filter(person=person).values("project_id")
    rows = _running(actor).filter((Q(leader=person) & ~Q(taken_up_at=None)) | Q(pk__in=works))
    leads = Case(When(leader=person, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = rows.order_by(leads, "-touched_at", "-id")
    return _section(found, f"?leader={person.uid}", person)


def of_team(actor: Actor, team: Team) -> Section | None:
    """The running projects in a team; one query."""
    found = _running(actor).filter(team=team).select_related("leader").order_by("-touched_at", "-id")
    return _section(found, f"?team={team.uid}", None)


def _running(actor: Actor) -> Any:
    return access.visible(actor, Project.objects.filter(ended_on=None, archived_at=None))


def _section(rows: Any, query: str, person: Person | None) -> Section | None:
    today = timezone.localtime(clock.now()).date()
    lines = []
    for row in rows[:MOST]:
        age = age_of(row, today)
        lines.append(
            ProjectLine(
                row.title,
                reverse("projects:project", args=[row.uid]),
                _part(row, person),
                stage_words.stage_name(row.stage),
                age.unchanged,
                age.mark,
            )
        )
    if not lines:
        return None
    value = ProjectLines(tuple(lines), reverse("projects:list") + query)
    return Section("projects", _("Projects"), "projects/_project_section.html", value)


def _part(row: Project, person: Person | None) -> str:
    if person is not None:
        return _("leads it") if row.leader_id == person.pk else _("works on it")
    return row.leader.name if row.taken_up_at else _("waits for a leader")
