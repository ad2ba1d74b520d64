"""Tables of the organisation itself: its rules, its people over time, its teams, who can sign in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from leanship.cli._exports import Table
from leanship.features.accounts.models import User
from leanship.features.base.models import Organisation, Policy
from leanship.features.org.models import Absence, Membership, Person, Position, ReportingLine, Team
from leanship.readers.writing import Value

AT_ONCE = 5_000


def instant(at: datetime | None) -> str:
    """An instant in UTC as ISO text, to the second."""
    return "" if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """The uids of people by row id; one query for each 5,000."""
    wanted = sorted({pk for pk in ids if pk is not None})
    found: dict[int, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = Person.objects.filter(pk__in=wanted[start : start + AT_ONCE])
        found.update(rows.values_list("pk", "uid"))
    return found


def _plain(rows: QuerySet[Any], *fields: str) -> Iterator[Sequence[Value]]:
    yield from rows.values_list(*fields).iterator(chunk_size=AT_ONCE)


# In the columns that `leanship import people` reads; ids are those of Leanship, which it knows again.
_PEOPLE = (
    "id", "name", "title", "reports_to", "department", "grade", "fte", "email", "level", "role", "team", "started",
)  # fmt: skip


def _people() -> QuerySet[Person]:
    return Person.objects.filter(left_on=None, erased_at=None).order_by("id")


def _person_rows() -> Iterator[Sequence[Value]]:
    line = ReportingLine.objects.filter(person=OuterRef("pk"), valid_until=None)
    post = Position.objects.filter(person=OuterRef("pk"), valid_until=None)
    member = Membership.objects.filter(person=OuterRef("pk"), valid_until=None, team__archived_at=None)
    rows = _people().annotate(
        leader=Subquery(line.values("leader__uid")[:1]),
        grade=Subquery(post.values("grade")[:1]),
        fte=Subquery(post.values("fte_percent")[:1]),
        team=Subquery(member.order_by("valid_from", "id").values("team__name")[:1]),
    )
    yield from _plain(
        rows, "uid", "name", "title", "leader", "department", "grade", "fte", "email", "level", "role", "team",
        "joined_on",
    )  # fmt: skip


def _former() -> QuerySet[Person]:
    return Person.objects.exclude(left_on=None, erased_at=None).order_by("id")


def _former_rows() -> Iterator[Sequence[Value]]:
    fields = ("uid", "name", "title", "department", "email", "level", "role", "joined_on", "left_on")
    for *row, erased in _former().values_list(*fields, "erased_at").iterator(chunk_size=AT_ONCE):
        yield (*row, erased is not None)


def _positions() -> QuerySet[Position]:
    return Position.objects.order_by("person_id", "valid_from", "id")


def _lines() -> QuerySet[ReportingLine]:
    return ReportingLine.objects.order_by("person_id", "valid_from", "id")


def _absences() -> QuerySet[Absence]:
    return Absence.objects.order_by("person_id", "first_day", "id")


def _teams() -> QuerySet[Team]:
    return Team.objects.order_by("id")


def _team_rows() -> Iterator[Sequence[Value]]:
    fields = ("uid", "name", "lead__uid", "department", "source", "external_id", "archived_at")
    for *row, archived in _teams().values_list(*fields).iterator(chunk_size=AT_ONCE):
        yield (*row, archived is not None)


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.order_by("team_id", "valid_from", "id")


def _accounts() -> QuerySet[User]:
    return User.objects.order_by("id")


def _account_rows() -> Iterator[Sequence[Value]]:
    fields = ("uid", "person__uid", "username", "role", "is_active", "created_at")
    for *row, made in _accounts().values_list(*fields).iterator(chunk_size=AT_ONCE):
        yield (*row, instant(made))


def _policies() -> QuerySet[Policy]:
    return Policy.objects.order_by("name", "valid_from", "id")


def _policy_rows() -> Iterator[Sequence[Value]]:
    rows = list(_policies())
    setters = names_of(row.set_by_id for row in rows)
    for row in rows:
        value = json.dumps(row.value, sort_keys=True, ensure_ascii=False)
        by = setters.get(row.set_by_id or 0, "")
        yield row.name, value, row.valid_from, by, instant(row.set_at), row.reason


TABLES: dict[str, tuple[Table, ...]] = {
    "organisation": (
        Table(
            "organisation",
            ("name", "time_zone", "currency", "is_demo"),
            lambda: _plain(Organisation.objects.order_by("pk"), "name", "time_zone", "currency", "is_demo"),
            Organisation.objects.count,
        ),
        Table(
            "policies",
            ("policy", "value", "valid_from", "set_by", "set_at", "reason"),
            _policy_rows,
            lambda: _policies().count(),
        ),
        Table(
            "accounts",
            ("id", "person", "username", "role", "is_active", "created_at"),
            _account_rows,
            lambda: _accounts().count(),
        ),
    ),
    "people": (
        Table("people", _PEOPLE, _person_rows, lambda: _people().count()),
        Table(
            "former_people",
            (
                "id", "name", "title", "department", "email", "level", "role", "started", "left_on", "erased",
            ),
            _former_rows,
            lambda: _former().count(),
        ),
        Table(
            "positions",
            (
                "person", "title", "role", "level", "department", "grade", "fte", "valid_from", "valid_until",
            ),
            lambda: _plain(
                _positions(), "person__uid", "title", "role", "level", "department", "grade", "fte_percent",
                "valid_from", "valid_until",
            ),
            lambda: _positions().count(),
        ),
        Table(
            "reporting_lines",
            ("person", "leader", "valid_from", "valid_until"),
            lambda: _plain(_lines(), "person__uid", "leader__uid", "valid_from", "valid_until"),
            lambda: _lines().count(),
        ),
        Table(
            "absences",
            ("person", "first_day", "last_day"),
            lambda: _plain(_absences(), "person__uid", "first_day", "last_day"),
            lambda: _absences().count(),
        ),
    ),
    "teams": (
        Table(
            "teams",
            ("id", "name", "lead", "department", "source", "external_id", "archived"),
            _team_rows,
            lambda: _teams().count(),
        ),
        Table(
            "memberships",
            ("team", "person", "valid_from", "valid_until"),
            lambda: _plain(_memberships(), "team__uid", "person__uid", "valid_from", "valid_until"),
            lambda: _memberships().count(),
        ),
    ),
}  # fmt: skip
