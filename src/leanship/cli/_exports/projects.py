"""Tables of projects: what stands on their pages with all versions, and what their series said.

Maps of people, feedback between two, calendars and standard work are not here: they are their owners' alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery

from leanship.cli._exports import Table
from leanship.cli._exports.organisation import AT_ONCE, instant, names_of
from leanship.domain.periods import Cadence, code
from leanship.features.base import policies
from leanship.features.projects.models import (
    Check,
    Measure,
    Member,
    Move,
    PlanItem,
    Project,
    ProjectComment,
    Section,
    SectionRevision,
    Trial,
    Why,
)
from leanship.readers.writing import Value

# In the columns that `leanship import projects` reads, and below what it passes over.
_PROJECTS = (
    "id", "title", "leader", "raised_on", "stage", "taken_up", "team", "serves", "serves_whom", "what_was_seen", "goal",
    "outcome", "ended_on",
)  # fmt: skip
_ALSO = ("leader_name", "raised_by", "end_reason", "stage_since", "changed_at", "source", "external_id")


def _zone() -> ZoneInfo:
    organisation = policies.organisation()
    return ZoneInfo(organisation.time_zone if organisation else "UTC")


def _projects(*, archived: bool) -> QuerySet[Any]:
    texts = Section.objects.filter(project=OuterRef("pk"))
    rows = Project.objects.filter(archived_at__isnull=not archived).select_related(
        "leader", "raised_by", "team"
    )
    return rows.order_by("id").annotate(
        seen=Subquery(texts.filter(key="seen").values("text")[:1]),
        aim=Subquery(texts.filter(key="goal").values("text")[:1]),
    )


def _project_rows(*, archived: bool) -> Callable[[], Iterator[Sequence[Value]]]:
    def rows() -> Iterator[Sequence[Value]]:
        zone = _zone()
        for row in _projects(archived=archived).iterator(chunk_size=AT_ONCE):
            yield (
                row.uid,
                row.title,
                row.leader.uid,
                row.raised_at.astimezone(zone).date(),
                row.stage,
                "yes" if row.taken_up_at else "no",
                row.team.name if row.team else "",
                row.serves,
                row.serves_whom,
                row.seen or "",
                row.aim or "",
                row.outcome,
                row.ended_on,
                row.leader.name,
                row.raised_by.uid,
                row.end_reason,
                instant(row.stage_since),
                instant(row.touched_at),
                row.source,
                row.external_id or "",
            )

    return rows


def _told(
    rows: QuerySet[Any], *fields: str, by: str = "", at: tuple[str, ...] = ()
) -> Callable[[], Iterator[Sequence[Value]]]:
    """The fields of rows in the order of their ids; `by` holds the row id of a person, `at` are instants."""

    def told() -> Iterator[Sequence[Value]]:
        listed = rows.order_by("id")
        people = names_of(set(listed.order_by().values_list(by, flat=True))) if by else {}
        for row in listed.values_list(*fields).iterator(chunk_size=AT_ONCE):
            yield tuple(
                instant(value) if name in at else people.get(value or 0, "") if name == by else value
                for name, value in zip(fields, row, strict=True)
            )

    return told


def _measure_rows() -> Iterator[Sequence[Value]]:
    people = names_of(set(Measure.objects.values_list("fixed_by_id", flat=True)))
    rows = Measure.objects.order_by("id").select_related("project", "series__kpi", "replaces")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield (
            row.uid,
            row.project.uid,
            row.series.uid,
            row.series.kpi.name,
            row.better,
            row.change_on,
            code(Cadence(row.series.kpi.cadence), row.baseline_from),
            row.check_on,
            row.reason,
            people.get(row.fixed_by_id or 0, ""),
            instant(row.fixed_at),
            row.replaces.uid if row.replaces else "",
            row.is_current,
        )


def _table(name: str, header: tuple[str, ...], rows: Any, model: Any, only: Q | None = None) -> Table:
    return Table(name, header, rows, lambda: int(model.objects.filter(only or Q()).count()))


TABLES: dict[str, tuple[Table, ...]] = {
    "projects": (
        _table(
            "projects", (*_PROJECTS, *_ALSO), _project_rows(archived=False), Project, Q(archived_at__isnull=True)
        ),
        _table(
            "archived_projects", (*_PROJECTS, *_ALSO), _project_rows(archived=True), Project,
            Q(archived_at__isnull=False),
        ),
        _table(
            "project_members",
            ("project", "person"),
            _told(Member.objects.all(), "project__uid", "person__uid"),
            Member,
        ),
        _table(
            "project_moves",
            ("project", "at", "from", "to", "reason", "by"),
            _told(
                Move.objects.all(), "project__uid", "at", "from_stage", "to_stage", "reason", "by_id",
                by="by_id", at=("at",),
            ),
            Move,
        ),
        _table(
            "project_texts",
            ("project", "text_of", "version", "at", "by", "text"),
            _told(
                SectionRevision.objects.all(), "section__project__uid", "section__key", "version", "at", "by_id",
                "text", by="by_id", at=("at",),
            ),
            SectionRevision,
        ),
        _table(
            "project_causes",
            ("id", "project", "below", "text", "evidence", "finding", "by", "at", "taken_off"),
            _told(
                Why.objects.all(), "uid", "project__uid", "parent__uid", "text", "evidence", "finding", "author_id",
                "created_at", "archived_at", by="author_id", at=("created_at", "archived_at"),
            ),
            Why,
        ),
        _table(
            "project_trials",
            (
                "id", "project", "kind", "cause", "what", "prediction", "predicted_at", "prediction_changed_at",
                "result", "result_at", "outcome", "learned", "by", "taken_off",
            ),
            _told(
                Trial.objects.all(), "uid", "project__uid", "kind", "why__uid", "what", "prediction", "predicted_at",
                "prediction_changed_at", "result", "result_at", "outcome", "learned", "author_id", "archived_at",
                by="author_id", at=("predicted_at", "prediction_changed_at", "result_at", "archived_at"),
            ),
            Trial,
        ),
        _table(
            "project_plan",
            ("id", "project", "what", "owner", "due_on", "done_at", "taken_off"),
            _told(
                PlanItem.objects.all(), "uid", "project__uid", "what", "owner__uid", "due_on", "done_at", "archived_at",
                at=("done_at", "archived_at"),
            ),
            PlanItem,
        ),
        _table(
            "project_comments",
            ("project", "author", "at", "text", "taken_back"),
            _told(
                ProjectComment.objects.all(), "project__uid", "author__uid", "created_at", "text", "archived_at",
                at=("created_at", "archived_at"),
            ),
            ProjectComment,
        ),
        _table(
            "measures",
            (
                "id", "project", "series", "kpi", "better", "change_on", "baseline_from", "check_on", "reason",
                "fixed_by", "fixed_at", "replaces", "current",
            ),
            _measure_rows,
            Measure,
        ),
        _table(
            "checks",
            ("id", "measure", "kind", "due_on", "judged_at", "verdict", "holds", "before", "after"),
            _told(
                Check.objects.all(), "uid", "measure__uid", "kind", "due_on", "judged_at", "verdict", "holds",
                "before", "after", at=("judged_at",),
            ),
            Check,
        ),
    ),
}  # fmt: skip
