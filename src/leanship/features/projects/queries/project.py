"""The page of a project, which reads like an A3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects import stage_words
from leanship.features.projects.models import Check, Measure, Project, ProjectMap
from leanship.features.projects.queries import parts
from leanship.features.projects.queries.history import MoveLine, moves_of
from leanship.features.projects.queries.parts import (
    FileLine,
    PlanLine,
    Said,
    TextBlock,
    TrialCard,
    WhyNode,
)
from leanship.features.projects.queries.results import ResultsPart, of_project
from leanship.features.projects.queries.stages import StageBar, stage_bar, what_there_is
from leanship.web.layout import Crumb, WhoSees

# Lines of text above which the printed sheet is set smaller, and smaller again.
_FULL, _FULLER = 84, 108


@dataclass(frozen=True)
class Who:
    """Somebody named on the page."""

    uid: str
    name: str

    @classmethod
    def of(cls, person: Person) -> Who:
        """The same from a row."""
        return cls(person.uid, person.name)


@dataclass(frozen=True)
class May:
    """What the viewer may do here now; what has ended or lies in the archive is only read and talked about."""

    edit: bool
    lead: bool
    hand_over: bool
    take_up: bool
    reopen: bool
    restore: bool


@dataclass(frozen=True)
class ProjectPage:
    """Everything the page of a project shows. `focus` is the block that was just changed."""

    title: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    leader: Who
    taken_up: bool
    raised_by: Who
    raised_at: datetime
    members: tuple[Who, ...]
    team: Who | None
    serves: str
    bar: StageBar
    moves: tuple[MoveLine, ...]
    texts: Mapping[str, TextBlock]
    whys: tuple[WhyNode, ...]
    trials: tuple[TrialCard, ...]
    plan: tuple[PlanLine, ...]
    comments: tuple[Said, ...]
    files: tuple[FileLine, ...]
    results: ResultsPart
    reads_map: bool
    may: May
    outcome: str
    outcome_code: str
    ended_on: date | None
    end_reason: str
    archived: bool
    focus: str = ""

    @property
    def fullness(self) -> str:
        """How small the page must be set to find room on one sheet: "", full or fuller.

        Lines are counted as they come out in half a sheet, some seventy letters each; a heading takes two and a half,
        the chart with what is said about it some twenty.
        """
        texts = [block.text for block in self.texts.values() if block.text]
        headings = len(texts) + sum(map(bool, (self.whys, self.trials, self.plan)))
        for trial in self.trials:
            texts += [trial.what, max(trial.prediction, trial.result, key=len), trial.learned, "when"]
        waiting = list(self.whys)
        while waiting:
            why = waiting.pop()
            texts += [why.text, why.evidence]
            waiting += why.below
        texts += [item.what for item in self.plan]
        lines = sum(min(9, 1 + len(text) // 70 + text.count("\n")) for text in texts if text)
        lines += 5 * headings // 2 + (22 if self.results.measure else 0)
        return "is-fuller" if lines > _FULLER else "is-full" if lines > _FULL else ""


def _rows(actor: Actor) -> Any:
    current = Measure.objects.filter(project=OuterRef("pk"), is_current=True)
    checked = Check.objects.filter(measure__project=OuterRef("pk"), measure__is_current=True)
    map_of = access.visible(actor, ProjectMap.objects.filter(pk=OuterRef("pk")))
    return Project.objects.select_related("leader", "raised_by", "team").annotate(
        has_measure=Exists(current), is_checked=Exists(checked), reads_map=Exists(map_of)
    )


def project_page(actor: Actor, uid: str, today: date, *, currency: str = "", focus: str = "") -> ProjectPage:
    """The page of one project; at most eighteen queries, however much stands on it. Raises NotFound."""
    project = access.visible(actor, _rows(actor).filter(uid=uid)).first()
    if project is None:
        raise NotFound
    sections = parts.sections_of(project)
    whys, trials, plan = parts.whys_of(project), parts.trials_of(project), parts.plan_of(project)
    has = what_there_is(
        project,
        texts=sections,
        whys=whys,
        trials=trials,
        plan=plan,
        has_measure=project.has_measure,
        is_checked=project.is_checked,
    )
    may = _may(actor, project)
    ended = project.ended_on is not None
    members = Person.objects.filter(project_memberships__project=project).order_by("name", "id")
    return ProjectPage(
        title=project.title,
        crumbs=(Crumb(_("Projects"), reverse("projects:board")), Crumb(project.title)),
        who_sees=access.audience("project", project.leader),
        uid=project.uid,
        leader=Who.of(project.leader),
        taken_up=project.taken_up_at is not None,
        raised_by=Who.of(project.raised_by),
        raised_at=project.raised_at,
        members=tuple(Who.of(person) for person in members),
        team=Who(project.team.uid, project.team.name) if project.team else None,
        serves=stage_words.serves_text(project),
        bar=stage_bar(project, has, today),
        moves=moves_of(project),
        texts=parts.text_blocks(sections),
        whys=parts.why_tree(whys),
        trials=tuple(parts.trial_card(row) for row in trials),
        plan=tuple(parts.plan_line(row, actor, today, may_edit=may.edit, ended=ended) for row in plan),
        comments=parts.comments_of(project, actor),
        files=parts.files_of(project),
        results=of_project(actor, project, today, currency=currency),
        reads_map=project.reads_map and not ended,
        may=may,
        outcome=stage_words.outcome_of(project),
        outcome_code=project.outcome,
        ended_on=project.ended_on,
        end_reason=project.end_reason,
        archived=project.archived_at is not None,
        focus=focus,
    )


def _may(actor: Actor, project: Project) -> May:
    running = project.ended_on is None and project.archived_at is None
    lead = bool(access.may(actor, "lead", project))
    return May(
        edit=running and bool(access.may(actor, "edit", project)),
        lead=running and lead,
        hand_over=running and bool(access.may(actor, "hand_over", project)),
        take_up=running and project.taken_up_at is None,
        reopen=lead and project.ended_on is not None and project.archived_at is None,
        restore=lead and project.archived_at is not None,
    )
