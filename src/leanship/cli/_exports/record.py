"""Tables of the record: where everyone stood and stands, what was said about it, and what happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from leanship.cli._exports import Table
from leanship.cli._exports.organisation import AT_ONCE, instant, names_of
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.models import User
from leanship.features.base.models import Comment, Event, Standing
from leanship.features.org.models import Person, Team
from leanship.features.productivity.models import Kpi, Series
from leanship.features.projects.models import PlanItem, Project, Trial, Why
from leanship.features.savings.models import Saving
from leanship.readers.writing import Value


def _uids() -> dict[str, Mapping[int, str]]:
    """The uids by row id of everything that a record can be about."""
    models: dict[str, Any] = {
        "person": Person, "team": Team, "kpi": Kpi, "series": Series, "account": User,
        "project": Project, "saving": Saving, "trial": Trial, "why": Why, "plan_item": PlanItem,
    }  # fmt: skip
    return {kind: dict(model.objects.values_list("pk", "uid")) for kind, model in models.items()}


_COUNTS = ("present", "needed", "exceeds", "meets", "below", "median", "why", "signal")


def _standing_rows() -> Iterator[Sequence[Value]]:
    uids = _uids()
    fields = (
        "uid", "subject_kind", "subject_id", "category", "cadence", "ordinal", "band", "raw", "is_current", "reason",
        "made_at", "rule_version", "replaces__uid",
    )  # fmt: skip
    rows = Standing.objects.order_by("id").values(*fields, *(f"counts__{name}" for name in _COUNTS))
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield (
            row["uid"],
            row["subject_kind"],
            uids[row["subject_kind"]].get(row["subject_id"], ""),
            row["category"],
            code(Cadence(row["cadence"]), row["ordinal"]),
            row["band"],
            row["raw"],
            *(row[f"counts__{name}"] for name in _COUNTS),
            row["is_current"],
            row["reason"],
            instant(row["made_at"]),
            row["rule_version"],
            row["replaces__uid"],
        )


def _comment_rows() -> Iterator[Sequence[Value]]:
    rows = Comment.objects.order_by("id")
    ids = {pk for row in rows.values_list("about_id", "author_id", "answered_by_id") for pk in row}
    people = names_of(ids)
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield (
            row.uid,
            row.kind,
            people.get(row.about_id, ""),
            people.get(row.author_id, ""),
            instant(row.created_at),
            row.text,
            row.answer_by,
            row.answer,
            row.outcome,
            people.get(row.answered_by_id or 0, ""),
            instant(row.answered_at),
            row.archived_at is not None,
        )


# Parameters of events that are row ids; everything else in them are codes, days and exact integers.
_IDS = {
    "leader": "person",
    "former_leader": "person",
    "lead": "person",
    "former_lead": "person",
    "person": "person",
    "owner": "person",
    "asked": "person",
    "trial": "trial",
    "why": "why",
    "item": "plan_item",
}


def _details(params: Mapping[str, Any], uids: Mapping[str, Mapping[int, str]]) -> str:
    told = {
        key: uids[_IDS[key]].get(value) if key in _IDS and isinstance(value, int) else value
        for key, value in params.items()
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def _event_rows() -> Iterator[Sequence[Value]]:
    uids = _uids()
    fields = ("at", "kind", "actor_id", "subject_kind", "subject_id", "params", "batch__filename")
    rows = Event.objects.order_by("id").values_list(*fields)
    for at, kind, actor, subject_kind, subject, params, filename in rows.iterator(chunk_size=AT_ONCE):
        yield (
            instant(at),
            kind,
            uids["person"].get(actor or 0, ""),
            subject_kind,
            uids.get(subject_kind, {}).get(subject or 0, ""),
            _details(params, uids),
            filename,
        )


def _count(model: Any) -> Callable[[], int]:
    return lambda: int(model.objects.count())


TABLES: dict[str, tuple[Table, ...]] = {
    "standings": (
        Table(
            "standings",
            (
                "id", "subject_kind", "subject", "category", "period", "shown", "raw", *_COUNTS, "current",
                "reason", "made_at", "rule_version", "replaces",
            ),
            _standing_rows,
            _count(Standing),
        ),
    ),
    "comments": (
        Table(
            "comments",
            (
                "id", "kind", "about", "author", "at", "text", "answer_by", "answer", "outcome", "answered_by",
                "answered_at", "taken_back",
            ),
            _comment_rows,
            _count(Comment),
        ),
    ),
    "events": (
        Table(
            "events",
            ("at", "kind", "actor", "subject_kind", "subject", "details", "file"),
            _event_rows,
            _count(Event),
        ),
    ),
}  # fmt: skip
