"""Projects from a file: compared first, then made and changed in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.domain.access import Role
from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.projects import standings
from leanship.features.projects.actions._writing import search_of
from leanship.features.projects.actions.project import edit_project, end_project, hand_over, move_stage
from leanship.features.projects.actions.writing import write_section
from leanship.features.projects.models import Move, Project, Section, SectionRevision

SOURCE = "file"
"""Where the external ids of imported projects come from."""


@dataclass(frozen=True, slots=True)
class WantedProject:
    """A project that is new; texts by the key of their section."""

    title: str
    leader: Person
    external_id: str | None
    stage: str
    taken_up: bool
    team: Team | None
    serves: str
    serves_whom: str
    texts: tuple[tuple[str, str], ...]
    raised_on: date | None
    outcome: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class ChangedProject:
    """What a file changes in a project that is here: `fields` of the project, texts, the stage, its leader, its end."""

    project: Project
    fields: tuple[tuple[str, Any], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    stage: str = ""
    leader: Person | None = None
    outcome: str = ""
    ended_on: date | None = None


@dataclass
class ProjectPlan:
    """What a file of projects would do."""

    rows: int = 0
    new: list[WantedProject] = field(default_factory=list)
    changed: list[ChangedProject] = field(default_factory=list)
    unchanged: int = 0


def import_projects(actor: Actor, *, plan: ProjectPlan, filename: str, digest: str) -> ImportBatch:
    """Make and change projects as planned; one batch and one event for what is new, and for each change the events it
    has by hand. A project that gets another leader loses its map of people, which was the former one's.

    Whoever may import may do all of it. Raises Refused, Invalid, and Conflict where a project changed since the plan.
    """
    access.require(actor, "edit", About("import"))
    # The right to import covers every step; the steps still say who did it.
    doer = Actor(person_id=actor.person_id, role=Role.SYSTEM, name=actor.name)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind="projects",
            filename=filename[:255],
            digest=digest,
            rows=plan.rows,
            added=len(plan.new),
            changed=len(plan.changed),
            unchanged=plan.unchanged,
            actor_id=actor.person_id,
        )
        _make(actor, plan.new, batch)
        for wanted in plan.changed:
            _change(doer, wanted)
        events.record(
            "projects.imported",
            actor_id=actor.person_id,
            subject_kind="project",
            batch=batch,
            added=batch.added,
            changed=batch.changed,
        )
        standings.refresh({wanted.leader.pk for wanted in plan.new}, reason="imported")
    return batch


def _make(actor: Actor, new: Sequence[WantedProject], batch: ImportBatch) -> None:
    organisation = policies.organisation()
    zone = ZoneInfo(organisation.time_zone if organisation else "UTC")
    now = clock.now()

    def noon(day: date | None) -> datetime:
        # a day of the file is no instant: noon is that day in the organisation's zone, whatever is done with it
        return now if day is None else min(now, datetime.combine(day, time(12), zone))

    made = []
    for wanted in new:
        raised = noon(wanted.raised_on)
        since = raised if wanted.stage == Project.Stage.OPPORTUNITY else noon(wanted.ended_on)
        project = Project(
            title=wanted.title,
            leader=wanted.leader,
            raised_by=wanted.leader,
            raised_at=raised,
            taken_up_at=raised if wanted.taken_up else None,
            team=wanted.team,
            serves=wanted.serves,
            serves_whom=wanted.serves_whom,
            stage=wanted.stage,
            stage_since=since,
            outcome=wanted.outcome,
            ended_on=wanted.ended_on,
            source=SOURCE if wanted.external_id else "",
            external_id=wanted.external_id,
            batch=batch,
        )
        project.search = search_of(project, dict(wanted.texts).get(Section.Key.SEEN, ""))
        made.append(project)
    Project.objects.bulk_create(made, batch_size=500)
    pairs = list(zip(made, new, strict=True))
    Move.objects.bulk_create(
        [
            Move(
                project=project,
                from_stage=Project.Stage.OPPORTUNITY,
                to_stage=project.stage,
                reason=_("Imported"),
                by_id=actor.person_id,
                at=project.stage_since,
            )
            for project in made
            if project.stage != Project.Stage.OPPORTUNITY
        ],
        batch_size=500,
    )
    sections = Section.objects.bulk_create(
        [
            Section(project=project, key=key, text=text, by_id=actor.person_id)
            for project, wanted in pairs
            for key, text in wanted.texts
        ],
        batch_size=500,
    )
    SectionRevision.objects.bulk_create(
        [
            SectionRevision(section=section, version=1, text=section.text, by_id=actor.person_id)
            for section in sections
        ],
        batch_size=500,
    )


def _change(actor: Actor, wanted: ChangedProject) -> None:
    project = wanted.project
    try:
        if wanted.fields:
            kept = {name: getattr(project, name) for name in ("title", "serves", "serves_whom", "team")}
            version = project.version
            edit_project(actor, project=project, version=version, **(kept | dict(wanted.fields)))
        if wanted.leader is not None:
            project = hand_over(actor, project=project, to=wanted.leader)
        for key, text in wanted.texts:
            write_section(actor, project=project, key=key, text=text)
        if wanted.stage:
            move_stage(actor, project=project, to=wanted.stage, reason=_("Imported"))
        if wanted.outcome:
            end_project(
                actor, project=project, outcome=wanted.outcome, reason=_("Imported"), on=wanted.ended_on
            )
    except Invalid as error:
        messages = [message for found in error.problems.values() for message in found]
        raise Invalid({project.title: [f"{project.title}: {message}" for message in messages]}) from None
