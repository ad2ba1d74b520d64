"""Everything the tables hold about one person, as a file they can take away (M2).

A ZIP of one table a subject: CSV for spreadsheets, and all of it again as one JSON for programs. Figures are
written as they were entered (8192 with two decimals is 81.92), ids of others as their names.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from django.db.models import Q

from leanship.domain.figures import format_decimal
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.models import ApiToken, User
from leanship.features.base import clock
from leanship.features.base.models import Comment, Event, Standing
from leanship.features.org import access, taking
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.org.taking import Table
from leanship.features.productivity.models import (
    Baseline,
    Correction,
    Measurement,
    PeerStandard,
    PointNote,
    Series,
    Standard,
)
from leanship.features.projects.queries import time
from leanship.readers.writing import csv_bytes


def about_me(actor: Actor, person: Person) -> bytes:
    """The ZIP file about `person`.

    Raises Refused or NotFound by the access table: only the person takes it away.
    """
    access.require(actor, "export", About("standing", person))
    tables = list(_tables(person))
    everything = {
        "made_at": clock.now().isoformat(timespec="seconds"),
        **{
            table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables
        },
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("everything.json", json.dumps(everything, ensure_ascii=False, indent=2))
        for table in tables:
            file.writestr(f"{table.name}.csv", csv_bytes(table.columns, table.rows))
    return buffer.getvalue()


def _tables(person: Person) -> Iterator[Table]:
    # the names of everyone who may have acted: one narrow query instead of one for each table
    names = dict(Person.objects.values_list("pk", "name"))

    def name(person_id: int | None) -> str:
        return names.get(person_id, "") if person_id else ""

    yield Table(
        "person",
        ("id", "name", "email", "title", "role", "level", "department", "joined_on", "left_on"),
        [
            (
                person.uid,
                person.name,
                person.email,
                person.title,
                person.role,
                person.level,
                person.department,
                _plain(person.joined_on),
                _plain(person.left_on),
            )
        ],
    )
    yield Table(
        "positions",
        ("title", "role", "level", "department", "from", "until"),
        [
            (p.title, p.role, p.level, p.department, _plain(p.valid_from), _plain(p.valid_until))
            for p in person.positions.all()
        ],
    )
    yield Table(
        "leaders",
        ("leader", "from", "until"),
        [
            (line.leader.name, _plain(line.valid_from), _plain(line.valid_until))
            for line in person.lines_up.select_related("leader")
        ],
    )
    yield Table(
        "teams",
        ("team", "from", "until"),
        [
            (m.team.name, _plain(m.valid_from), _plain(m.valid_until))
            for m in person.memberships.select_related("team").order_by("valid_from", "id")
        ],
    )
    yield Table(
        "absences",
        ("first_day", "last_day"),
        [(_plain(absence.first_day), _plain(absence.last_day)) for absence in person.absences.all()],
    )
    yield from _figures(person, name)
    yield from _standings(person, name)
    yield from taking.of(person)
    yield from _time(person)
    yield from _account(person)
    yield _events(person, name)


def _time(person: Person) -> Iterator[Table]:
    for table, rows in time.takeaway(person).items():
        columns = time.TAKEN[table]
        yield Table(table, columns, [tuple(row[column] for column in columns) for row in rows])


# Row ids of people in an event's parameters, which become names; other row ids mean nothing outside and stay inside.
_PEOPLE = ("leader", "former_leader")
_ROWS = ("comment", "token", "teams")


def _events(person: Person, name: Callable[[int | None], str]) -> Table:
    """What happened to the person and their account, and what they did; of what they did to others that they did it."""
    accounts = list(User.objects.filter(person=person).values_list("pk", flat=True))
    mine = Q(subject_kind="person", subject_id=person.pk) | Q(subject_kind="account", subject_id__in=accounts)

    def details(event: Event) -> str:
        about_me = (event.subject_kind, event.subject_id) == ("person", person.pk)
        if not about_me and not (event.subject_kind == "account" and event.subject_id in accounts):
            return ""
        told = {
            key: name(value) if key in _PEOPLE else value
            for key, value in event.params.items()
            if key not in _ROWS
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False)

    rows = Event.objects.filter(Q(actor_id=person.pk) | mine).order_by("id")
    return Table(
        "events",
        ("at", "kind", "by", "details"),
        [(_plain(event.at), event.kind, name(event.actor_id), details(event)) for event in rows],
    )


def _account(person: Person) -> Iterator[Table]:
    """How the person gets in; no password, key or link is kept that could be given."""
    yield Table(
        "account",
        ("signs_in_as", "role", "active", "made_at", "last_signed_in", "theme", "language"),
        [
            (
                user.username,
                user.role,
                user.is_active,
                _plain(user.created_at),
                _plain(user.last_login),
                user.theme,
                user.language,
            )
            for user in User.objects.filter(person=person)
        ],
    )
    yield Table(
        "api_keys",
        ("name", "begins_with", "read_only", "made_at", "last_used_on", "good_until", "revoked_at"),
        [
            (
                key.name,
                key.hint,
                key.read_only,
                _plain(key.created_at),
                _plain(key.last_used_on),
                _plain(key.expires_on),
                _plain(key.revoked_at),
            )
            for key in ApiToken.objects.filter(user__person=person).order_by("id")
        ],
    )


def _figures(person: Person, name: Callable[[int | None], str]) -> Iterator[Table]:
    series = Series.objects.filter(person=person).select_related("kpi").in_bulk()

    def kpi_and_period(series_id: int, ordinal: int) -> tuple[str, str]:
        kpi = series[series_id].kpi
        return kpi.name, code(Cadence(kpi.cadence), ordinal)

    def figure(series_id: int, value: int | None) -> str | None:
        return None if value is None else format_decimal(value, series[series_id].kpi.decimals)

    def part(series_id: int, value: int | None) -> str | None:
        """A part of a ratio as it was entered: without the zeros that its unit of storage adds."""
        text = figure(series_id, value)
        return text.rstrip("0").rstrip(".") if text and "." in text else text

    yield Table(
        "measurements",
        ("kpi", "period", "value", "unit", "numerator", "denominator"),
        [
            (
                *kpi_and_period(m.series_id, m.ordinal),
                figure(m.series_id, m.value),
                series[m.series_id].kpi.unit,
                part(m.series_id, m.numerator),
                part(m.series_id, m.denominator),
            )
            for m in Measurement.objects.filter(series__in=series).order_by("series_id", "ordinal")
        ],
    )
    yield Table(
        "corrections",
        ("kpi", "period", "was", "is", "by", "at", "reason"),
        [
            (
                *kpi_and_period(c.series_id, c.ordinal),
                figure(c.series_id, c.old_value),
                figure(c.series_id, c.new_value),
                name(c.by_id),
                _plain(c.at),
                c.reason,
            )
            for c in Correction.objects.filter(series__in=series).order_by("id")
        ],
    )
    yield Table(
        "standards",
        ("kpi", "from", "value", "set_by", "set_at", "reason"),
        [
            (
                row.kpi.name,
                code(Cadence(row.kpi.cadence), row.from_ordinal),
                format_decimal(row.value, row.kpi.decimals),
                name(row.set_by_id),
                _plain(row.set_at),
                row.reason,
            )
            for row in Standard.objects.filter(
                Q(series__in=series) | Q(series=None, kpi__in={one.kpi_id for one in series.values()})
            )
            .select_related("kpi")
            .order_by("kpi_id", "from_ordinal", "id")
        ],
    )
    yield Table(
        "peer_medians",
        ("kpi", "period", "median", "others"),
        [
            # half of a doubled median, exactly: ten halves are five tenths
            (
                *kpi_and_period(p.series_id, p.ordinal),
                format_decimal(p.doubled * 5, series[p.series_id].kpi.decimals + 1),
                p.others,
            )
            for p in PeerStandard.objects.filter(series__in=series).order_by("series_id", "ordinal")
        ],
    )
    yield Table(
        "baselines",
        ("kpi", "from", "until", "reason", "by", "at", "withdrawn_at"),
        [
            (
                *kpi_and_period(b.series_id, b.from_ordinal),
                None if b.until_ordinal is None else kpi_and_period(b.series_id, b.until_ordinal)[1],
                b.reason,
                name(b.set_by_id),
                _plain(b.set_at),
                _plain(b.withdrawn_at),
            )
            for b in Baseline.objects.filter(series__in=series).order_by("series_id", "id")
        ],
    )
    yield Table(
        "notes",
        ("kpi", "period", "text", "by", "at"),
        [
            (*kpi_and_period(n.series_id, n.ordinal), n.text, name(n.author_id), _plain(n.created_at))
            for n in PointNote.objects.filter(series__in=series, archived_at=None)
        ],
    )


def _standings(person: Person, name: Callable[[int | None], str]) -> Iterator[Table]:
    own = Series.objects.filter(person=person).values("pk")
    rows = Standing.objects.filter(
        Q(subject_kind="person", subject_id=person.pk) | Q(subject_kind="series", subject_id__in=own)
    ).order_by("subject_kind", "subject_id", "ordinal", "id")
    kpis = dict(Series.objects.filter(person=person).values_list("pk", "kpi__name"))
    yield Table(
        "standings",
        ("of", "category", "period", "shown", "raw", "counts", "current", "reason", "made_at"),
        [
            (
                kpis.get(row.subject_id, "") if row.subject_kind == "series" else person.name,
                row.category,
                code(Cadence(row.cadence), row.ordinal),
                row.band,
                row.raw,
                json.dumps(row.counts, sort_keys=True),
                row.is_current,
                row.reason,
                _plain(row.made_at),
            )
            for row in rows
        ],
    )
    yield Table(
        "comments",
        ("at", "by", "kind", "text", "answer_by", "answer", "outcome", "answered_by", "answered_at"),
        [
            (
                _plain(c.created_at),
                name(c.author_id),
                c.kind,
                c.text,
                _plain(c.answer_by),
                c.answer,
                c.outcome,
                name(c.answered_by_id),
                _plain(c.answered_at),
            )
            for c in Comment.objects.filter(about_id=person.pk, archived_at=None).order_by("id")
        ],
    )
    yield Table(
        "put_off",
        ("step", "reason", "until", "at"),
        [
            (row.step, row.reason, _plain(row.until), _plain(row.created_at))
            for row in person.put_off.filter(taken_back_at=None).order_by("id")
        ],
    )


def _plain(value: date | None) -> str | None:
    """A date or instant as ISO text, in UTC."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat()
