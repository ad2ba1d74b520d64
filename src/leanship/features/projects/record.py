"""What somebody takes away of projects (M2): what they led, promised, tried, wrote and said, and their standard work.

What they noted about others on maps is not in it: it is about those others, who get it on request.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from leanship.domain.periods import Cadence, code
from leanship.features.org.models import Person
from leanship.features.org.taking import Table
from leanship.features.projects.models import (
    Candidate,
    Check,
    FeedbackRequest,
    PlanItem,
    Project,
    ProjectComment,
    RoutineTick,
    SectionRevision,
    Trial,
    Why,
)
from leanship.features.projects.models.routines import Routine


def own(person: Person) -> Iterator[Table]:
    """The tables of projects for one person; ten queries."""
    yield from _projects(person)
    yield from _written(person)
    yield _feedback(person)
    yield from _standard_work(person)
    yield Table(
        "what_fits",
        ("portfolio", "candidate", "value"),
        list(
            Candidate.objects.filter(portfolio__owner=person)
            .order_by("portfolio_id", "position", "id")
            .values_list("portfolio__name", "name", "value")
        ),
    )


def _projects(person: Person) -> Iterator[Table]:
    mine = Q(leader=person) | Q(raised_by=person) | Q(members__person=person)
    rows = Project.objects.filter(mine).distinct().order_by("id")
    yield Table(
        "projects",
        (
            "title",
            "as",
            "stage",
            "raised_at",
            "taken_up_at",
            "stage_since",
            "outcome",
            "ended_on",
            "archived_at",
        ),
        [
            (
                row.title,
                "leader"
                if row.leader_id == person.pk
                else "raised"
                if row.raised_by_id == person.pk
                else "member",
                row.stage,
                plain(row.raised_at),
                plain(row.taken_up_at),
                plain(row.stage_since),
                row.outcome,
                plain(row.ended_on),
                plain(row.archived_at),
            )
            for row in rows
        ],
    )
    yield _told(
        "project_results",
        Check.objects.filter(measure__project__leader=person),
        project="measure__project__title",
        kpi="measure__series__kpi__name",
        check="kind",
        due_on="due_on",
        judged_at="judged_at",
        verdict="verdict",
        holds="holds",
        current="measure__is_current",
    )
    yield _told(
        "project_plan",
        PlanItem.objects.filter(owner=person),
        project="project__title",
        what="what",
        due_on="due_on",
        done_at="done_at",
        taken_off_at="archived_at",
    )


def _written(person: Person) -> Iterator[Table]:
    yield _told(
        "project_trials",
        Trial.objects.filter(author_id=person.pk),
        project="project__title",
        kind="kind",
        what="what",
        prediction="prediction",
        predicted_at="predicted_at",
        result="result",
        result_at="result_at",
        outcome="outcome",
        learned="learned",
    )
    yield _told(
        "project_causes",
        Why.objects.filter(author_id=person.pk),
        project="project__title",
        text="text",
        evidence="evidence",
        finding="finding",
        at="created_at",
    )
    yield _told(
        "project_texts",
        SectionRevision.objects.filter(by_id=person.pk),
        project="section__project__title",
        text_of="section__key",
        version="version",
        at="at",
        text="text",
    )
    yield _told(
        "project_comments",
        ProjectComment.objects.filter(author=person),
        project="project__title",
        at="created_at",
        text="text",
        taken_back_at="archived_at",
    )


def _feedback(person: Person) -> Table:
    """Feedback between the person and colleagues, in both directions."""
    rows = FeedbackRequest.objects.filter(Q(asked_by=person) | Q(asked_of=person)).order_by("id")
    return Table(
        "feedback",
        (
            "project", "asked_by", "asked_of", "asked_at", "question", "answer", "answered_at", "declined_at", "became",
            "became_text", "told_at", "confirmed", "withdrawn_at",
        ),
        [
            (
                row.project.title,
                row.asked_by.name,
                row.asked_of.name,
                plain(row.asked_at),
                row.question,
                row.answer,
                plain(row.answered_at),
                plain(row.declined_at),
                row.deed,
                row.deed_text,
                plain(row.deed_at),
                row.confirmed,
                plain(row.withdrawn_at),
            )
            for row in rows.select_related("project", "asked_by", "asked_of")
        ],
    )  # fmt: skip


def _standard_work(person: Person) -> Iterator[Table]:
    yield _told(
        "standard_work",
        Routine.objects.filter(person=person),
        routine="text",
        how_often="cadence",
        since="created_at",
        put_away_at="archived_at",
    )
    ticks = RoutineTick.objects.filter(routine__person=person).order_by("routine_id", "ordinal")
    yield Table(
        "standard_work_done",
        ("routine", "period"),
        [
            (text, code(Cadence(cadence), ordinal))
            for text, cadence, ordinal in ticks.values_list("routine__text", "routine__cadence", "ordinal")
        ],
    )


def _told(name: str, rows: QuerySet[Any], **columns: str) -> Table:
    """A table of fields by column, in the order of the rows' ids."""
    listed = rows.order_by("id").values_list(*columns.values())
    return Table(name, tuple(columns), [tuple(map(plain, row)) for row in listed])


def plain(value: Any) -> Any:
    """A date or instant as ISO text; anything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
