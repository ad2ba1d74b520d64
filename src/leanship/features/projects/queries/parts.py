"""What stands on the page of a project: texts, causes, trials, plan, comments, files. One query each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.template.defaultfilters import filesizeformat

from leanship.domain.stages import TrialTimes, order_kept
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.projects import stage_words
from leanship.features.projects.models import (
    PlanItem,
    Project,
    ProjectComment,
    ProjectFile,
    Section,
    Trial,
    Why,
)


@dataclass(frozen=True)
class TextBlock:
    """A text of the page; `question` is what it answers."""

    key: str
    title: str
    question: str
    text: str
    at: datetime | None
    by: str
    version: int
    revisions: int


@dataclass(frozen=True)
class WhyNode:
    """An answer to "why?" and what hangs below it."""

    uid: str
    text: str
    evidence: str
    finding: str
    finding_name: str
    depth: int
    below: tuple[WhyNode, ...]


@dataclass(frozen=True)
class TrialCard:
    """A test or prototype; `against` is what the clock says against it."""

    uid: str
    kind: str
    what: str
    why: str
    prediction: str
    predicted_at: datetime | None
    result: str
    result_at: datetime | None
    outcome: str
    outcome_name: str
    learned: str
    against: str


@dataclass(frozen=True)
class PlanLine:
    """Something to be done."""

    uid: str
    what: str
    owner: str
    owner_uid: str
    due_on: date
    done_at: datetime | None
    overdue: bool
    may_finish: bool


@dataclass(frozen=True)
class Said:
    """A comment."""

    uid: str
    author: str
    at: datetime
    text: str
    mine: bool


@dataclass(frozen=True)
class FileLine:
    """A file."""

    uid: str
    name: str
    size: str
    by: str
    at: datetime


def name_of(field: str) -> Subquery:
    """The name of whoever a plain id points at."""
    return Subquery(Person.objects.filter(pk=OuterRef(field)).values("name")[:1])


def sections_of(project: Project) -> dict[str, Section]:
    """The texts that were written, by key."""
    rows = Section.objects.filter(project=project).annotate(by=name_of("by_id"), kept=Count("revisions"))
    return {row.key: row for row in rows}


def text_blocks(rows: Mapping[str, Section]) -> dict[str, TextBlock]:
    """All texts of the page, also those nobody wrote yet."""
    return {key: text_block(key, rows.get(key)) for key in Section.Key.values}


def text_block(key: str, row: Any) -> TextBlock:
    """One text; `row` comes from `sections_of`, None where it was never written."""
    return TextBlock(
        key=key,
        title=stage_words.section_title(key),
        question=stage_words.section_question(key),
        text=row.text if row else "",
        at=row.at if row else None,
        by=(row.by or "") if row else "",
        version=row.version if row else 0,
        revisions=row.kept if row else 0,
    )


def whys_of(project: Project) -> list[Why]:
    """The answers that hang on the tree: neither archived nor below one that is."""
    rows = list(Why.objects.filter(project=project, archived_at=None).order_by("id"))
    hangs: dict[int, bool] = {}
    for row in rows:  # a parent is older than what hangs below it
        hangs[row.pk] = row.parent_id is None or hangs.get(row.parent_id, False)
    return [row for row in rows if hangs[row.pk]]


def why_tree(rows: Iterable[Why]) -> tuple[WhyNode, ...]:
    """The same as a tree."""
    below: dict[int | None, list[Why]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def node(row: Why, depth: int) -> WhyNode:
        return WhyNode(
            row.uid,
            row.text,
            row.evidence,
            row.finding,
            stage_words.finding_name(row.finding) if row.finding != Why.Finding.OPEN else "",
            depth,
            tuple(node(each, depth + 1) for each in below.get(row.pk, ())),
        )

    return tuple(node(row, 1) for row in below.get(None, ()))


def trials_of(project: Project) -> list[Trial]:
    """The tests and prototypes, in the order they were set up."""
    rows = Trial.objects.filter(project=project, archived_at=None).select_related("why")
    return list(rows.order_by("id"))


def trial_card(row: Trial) -> TrialCard:
    """A trial as its card shows it."""
    kept = order_kept(TrialTimes(row.predicted_at, row.prediction_changed_at, row.result_at))
    return TrialCard(
        uid=row.uid,
        kind=stage_words.trial_name(row.kind),
        what=row.what,
        why=row.why.text if row.why and row.why.archived_at is None else "",
        prediction=row.prediction,
        predicted_at=row.predicted_at,
        result=row.result,
        result_at=row.result_at,
        outcome=row.outcome,
        outcome_name=stage_words.outcome_name(row.outcome),
        learned=row.learned,
        against=stage_words.order_words(kept),
    )


def plan_of(project: Project) -> list[PlanItem]:
    """The plan, by the day things are due."""
    rows = PlanItem.objects.filter(project=project, archived_at=None).select_related("owner")
    return list(rows.order_by("due_on", "id"))


def plan_line(row: PlanItem, actor: Actor, today: date, *, may_edit: bool, ended: bool) -> PlanLine:
    """An item as its line shows it; what has ended is overdue no more."""
    return PlanLine(
        uid=row.uid,
        what=row.what,
        owner=row.owner.name,
        owner_uid=row.owner.uid,
        due_on=row.due_on,
        done_at=row.done_at,
        overdue=row.done_at is None and row.due_on < today and not ended,
        may_finish=not ended and (may_edit or row.owner_id == actor.person_id),
    )


def comments_of(project: Project, actor: Actor) -> tuple[Said, ...]:
    """What was said, the oldest first."""
    rows = ProjectComment.objects.filter(project=project, archived_at=None).select_related("author")
    return tuple(
        Said(row.uid, row.author.name, row.created_at, row.text, row.author_id == actor.person_id)
        for row in rows.order_by("id")
    )


def files_of(project: Project) -> tuple[FileLine, ...]:
    """The files, without their bytes."""
    rows: QuerySet[Any] = ProjectFile.objects.filter(project=project, archived_at=None)
    found = rows.annotate(by=name_of("by_id")).order_by("id")
    return tuple(
        FileLine(row.uid, row.name, filesizeformat(row.size), row.by or "", row.created_at) for row in found
    )
