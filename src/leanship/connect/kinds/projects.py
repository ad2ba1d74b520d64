"""Improvement projects from a file: one a row, with their leader, their stage and the first texts of their page."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.connect.kinds.measurements import column_names, subjects
from leanship.connect.registry import LISTED, ColumnHelp, FieldChange, Kind, Line, Options, Preview, Upload
from leanship.domain.stages import Stage
from leanship.features.base import policies
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.projects.actions import importing
from leanship.features.projects.actions.importing import ChangedProject, ProjectPlan, WantedProject
from leanship.features.projects.models import Project, Section
from leanship.readers.directory import Directory, folded
from leanship.readers.problems import Problems
from leanship.readers.projects import ProjectFile, ProjectRow, read_projects
from leanship.readers.tabular import Table
from leanship.web import format as fmt

SAMPLE = """id,title,leader,raised_on,stage,team,serves,serves_whom,what_was_seen,goal,outcome,ended_on
I-1,Fewer wrong picks,Ana Ruiz,2026-03-02,tests,Order desk,client,Hospitals,Nine wrong picks a week.,Two a week,,
I-2,One list of orders,Ben Okafor,2026-01-12,,Order desk,team,,Three lists are kept.,,standardised,2026-06-30
I-3,Lost labels,Dev Patel,2026-10-05,,,,,A label falls off every day.,,,
"""

_TEXTS = {"seen": Section.Key.SEEN.value, "goal": Section.Key.GOAL.value}


def preview(
    actor: Actor, table: Table, options: Options, columns: Mapping[str, str] | None = None
) -> Preview:
    """Hold the table against the projects that are here. Raises Refused."""
    access.require(actor, "edit", About("import"))
    file = read_projects(table, columns=columns or column_names(options), today=policies.today())
    compared = _Compared(file)
    plan = compared.plan
    plan.rows = len(table)
    return Preview(
        rows=len(table),
        problems=file.problems,
        fingerprint=sha256(repr((plan.new, plan.changed)).encode()).hexdigest(),
        added_count=len(plan.new),
        changed_count=len(plan.changed),
        unchanged_count=plan.unchanged,
        added=tuple(Line(one.title, _led(one)) for one in plan.new[:LISTED]),
        changed=tuple(compared.lines[:LISTED]),
        facts=(
            (_("Projects in the file"), fmt.number(len(file.projects))),
            (_("Of them ended"), fmt.number(sum(row.ended_on is not None for row in file.projects))),
        ),
        payload=None if file.problems.blocking else plan,
    )


def _led(one: WantedProject) -> str:
    words = _("led by %(name)s") if one.taken_up else _("raised by %(name)s, led by nobody yet")
    return words % {"name": one.leader.name}


class _Compared:
    """The rows of a file beside what is here; what they would add and change."""

    def __init__(self, file: ProjectFile) -> None:
        self.file, self.problems = file, file.problems
        self.plan = ProjectPlan()
        self.lines: list[Line] = []
        self.directory: Directory[Hashable] = subjects()
        self.people: dict[int, Person] = Person.objects.in_bulk()
        self.teams: dict[int, Team] = Team.objects.in_bulk()
        found = list(Project.objects.filter(archived_at=None).select_related("leader", "team"))
        self.by_uid = {project.uid: project for project in found}
        self.by_id = {one.external_id: one for one in found if one.source == importing.SOURCE}
        self.by_title: dict[str, list[Project]] = {}
        for project in found:
            self.by_title.setdefault(folded(project.title), []).append(project)
        keys = tuple(_TEXTS.values())
        texts = Section.objects.filter(project__in=found, key__in=keys)
        self.texts = {(pk, key): text for pk, key, text in texts.values_list("project_id", "key", "text")}
        self.taken: set[int] = set()
        for row in file.projects:
            self._row(row)

    def _row(self, row: ProjectRow) -> None:
        leader = self._subject(row, "leader", row.leader, "person", "person_wanted")
        team = self._subject(row, "team", row.team, "team", "team_wanted")
        project = self._known(row)
        if (leader is None) or (row.team and team is None):
            return
        person = self.people[leader]
        where = self.teams[team] if team is not None else None
        if project is None:
            self.plan.new.append(_wanted(row, person, where))
        elif project.pk not in self.taken:
            self.taken.add(project.pk)
            self._compare(row, project, person, where)

    def _known(self, row: ProjectRow) -> Project | None:
        """The project a row means: by our id, by the file's own id, without an id by its title."""
        if row.id:
            return self.by_uid.get(row.id) or self.by_id.get(row.id)
        alike = self.by_title.get(folded(row.title), [])
        if len(alike) > 1:
            self._error("project_ambiguous", row, "title", count=len(alike), project=row.title)
        return alike[0] if alike else None

    def _subject(self, row: ProjectRow, column: str, text: str, kind: str, other: str) -> int | None:
        """The row id of the person or team that a cell means; what is unclear or unknown is told."""
        if not text:
            return None
        found: list[Any] = list(self.directory.find(text))
        meant = [pk for one, pk in found if one == kind]
        if len(meant) == 1:
            return int(meant[0])
        if meant:
            self._error("subject_ambiguous", row, column, subject=text, count=len(meant))
        elif found:
            self._error(other, row, column, subject=text)
        elif near := self.directory.similar(text):
            self._error("subject_unknown_near", row, column, subject=text, near=near, rows=1)
        else:
            self._error("subject_unknown", row, column, subject=text, rows=1)
        return None

    def _error(self, code: str, row: ProjectRow, column: str, **values: object) -> None:
        problems: Problems = self.problems
        problems.error(code, row=row.row, column=self.file.columns.get(column, column), **values)

    def _compare(self, row: ProjectRow, project: Project, leader: Person, team: Team | None) -> None:
        """What the row changes; a cell that it leaves empty changes nothing."""
        said = {"title": row.title, "serves": row.serves, "serves_whom": row.serves_whom, "team": team}
        fields = tuple(
            (name, value) for name, value in said.items() if value and value != getattr(project, name)
        )
        texts = tuple(
            (key, text)
            for name, key in _TEXTS.items()
            if (text := getattr(row, name)) and text != self.texts.get((project.pk, key), "")
        )
        takes_up = bool(row.taken_up) and project.taken_up_at is None
        led = leader if takes_up or leader.pk != project.leader_id else None
        ended = (row.outcome, row.ended_on)
        ends = bool(row.outcome) and ended != (project.outcome, project.ended_on)
        stage = row.stage.value if row.stage is not None and row.stage != project.stage else ""
        if row.outcome == Project.Outcome.STANDARDISED:
            stage = ""  # the end brings it to its last stage
        if not (fields or texts or led or ends or stage):
            self.plan.unchanged += 1
            return
        if project.ended_on is not None:
            self._error("project_ended", row, "title", project=project.title)
            return
        change = ChangedProject(
            project, fields, texts, stage, led, row.outcome if ends else "", row.ended_on if ends else None
        )
        self.plan.changed.append(change)
        self.lines.append(Line(project.title, fields=tuple(self._changes(change))))

    def _changes(self, change: ChangedProject) -> list[FieldChange]:
        project = change.project
        told = [
            FieldChange(name, str(getattr(project, name) or ""), str(value)) for name, value in change.fields
        ]
        if change.leader is not None:
            before = project.leader.name if project.taken_up_at else ""
            told.append(FieldChange("leader", before, change.leader.name))
        for name, key in _TEXTS.items():
            for changed, text in change.texts:
                if changed == key:
                    told.append(FieldChange(name, self.texts.get((project.pk, key), ""), text))
        if change.stage:
            told.append(FieldChange("stage", project.stage, change.stage))
        if change.outcome:
            told.append(FieldChange("outcome", "", change.outcome))
        return told


def _wanted(row: ProjectRow, leader: Person, team: Team | None) -> WantedProject:
    stage = row.stage or Stage.OPPORTUNITY
    if row.outcome == Project.Outcome.STANDARDISED:
        stage = Stage.STANDARD
    led = bool(row.outcome) or stage is not Stage.OPPORTUNITY
    return WantedProject(
        title=row.title,
        leader=leader,
        external_id=row.id or None,
        stage=stage.value,
        taken_up=led if row.taken_up is None else row.taken_up,
        team=team,
        serves=row.serves,
        serves_whom=row.serves_whom,
        texts=tuple((key, text) for name, key in _TEXTS.items() if (text := getattr(row, name))),
        raised_on=row.raised_on,
        outcome=row.outcome,
        ended_on=row.ended_on,
    )


def apply(actor: Actor, found: Preview, options: Options, upload: Upload) -> ImportBatch:
    """Take the projects in. Raises Refused, Invalid for errors in the file, Conflict."""
    plan: ProjectPlan | None = found.payload
    if plan is None:
        raise Invalid({"": [_("The file has errors; nothing was taken in.")]})
    return importing.import_projects(actor, plan=plan, filename=upload.filename, digest=upload.digest)


KIND = Kind(
    key="projects",
    label=gettext_lazy("Projects"),
    about=gettext_lazy(
        "Improvement projects: one a row, with leader, stage and the first texts of the page."
    ),
    columns=(
        ColumnHelp(
            "id", gettext_lazy("what your own list calls it; without it the title tells projects apart")
        ),
        ColumnHelp("title", gettext_lazy("what it is about, in a line"), True),
        ColumnHelp("leader", gettext_lazy("id, e-mail address or name of who leads it"), True),
        ColumnHelp("raised_on", gettext_lazy("the day it was raised; empty: today")),
        ColumnHelp("stage", gettext_lazy("opportunity, cause, tests, plan, change, check or standard")),
        ColumnHelp("taken_up", gettext_lazy("yes or no; empty: yes from the second stage on")),
        ColumnHelp("team", gettext_lazy("id or name of the team where the change happens")),
        ColumnHelp("serves", gettext_lazy("team, client or community")),
        ColumnHelp("serves_whom", gettext_lazy("whom exactly")),
        ColumnHelp("what_was_seen", gettext_lazy("the first text of the page")),
        ColumnHelp("goal", gettext_lazy("what would be good enough")),
        ColumnHelp("outcome", gettext_lazy("standardised or stopped, for one that ended")),
        ColumnHelp("ended_on", gettext_lazy("the day it ended")),
    ),
    sample=SAMPLE,
    preview=preview,
    apply=apply,
    done_url_name="projects:list",
    done_label=gettext_lazy("Look at the projects"),
)
