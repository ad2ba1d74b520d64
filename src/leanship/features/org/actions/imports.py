"""Taking a compared file of people in: everything or nothing, in one short transaction with one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.base.fields import new_uid
from leanship.features.base.models import ImportBatch
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import access, lines, signals
from leanship.features.org.access import About, Actor
from leanship.features.org.actions._joining import join_teams
from leanship.features.org.actions._parts import day_in_order, search_of
from leanship.features.org.bulk import insert_rows, update_rows
from leanship.features.org.incoming import Comparison, last_stamp
from leanship.features.org.levels import deduce
from leanship.features.org.models import Level, Membership, Person, Position, ReportingLine, Team
from leanship.readers.people import PersonRow

_OF_POSITION = frozenset({"title", "role", "level", "department", "grade", "fte_percent"})
_CHUNK = 20_000  # ids in one condition: PostgreSQL takes 65,535 parameters, SQLite 250,000


@dataclass
class _Writing:
    """What one import is about to write, and under which day and batch."""

    comparison: Comparison
    day: date
    batch: ImportBatch
    ids: dict[str, int] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def level(self, person: PersonRow) -> str:
        return person.level or self.levels.get(person.id, Level.CONTRIBUTOR.value)


def import_people(
    actor: Actor,
    *,
    comparison: Comparison,
    filename: str,
    digest: str,
    on: date | None = None,
) -> ImportBatch:
    """Write what `incoming.compare` found; new lines and positions hold from `on` (today by default).

    People without a level in the file get the one that `levels` deduces from the new line. The same file again
    changes nothing. `digest` is the file's SHA-256. Raises Refused, Invalid for a file with errors or a day to
    come, Conflict when the organisation changed since the comparison was made.
    """
    access.require(actor, "edit", About("import"))
    if comparison.file.problems.blocking:
        raise Invalid({"": [_("The file has errors. Correct them first; nothing was changed.")]})
    day = on or policies.today()
    day_in_order(day, policies.today())
    changes = comparison.changes
    levels = _levels(comparison)  # worked out before the transaction, which is to be short
    with transaction.atomic():
        one_at_a_time()
        batch = ImportBatch.objects.create(
            kind="people",
            filename=filename[:255],
            digest=digest,
            rows=comparison.file.rows,
            added=len(changes.added),
            changed=len(changes.changed),
            unchanged=len(changes.unchanged),
            ended=len(changes.ended),
            actor_id=actor.person_id,
        )
        # Whoever changes people or lines waits until this is done, so nothing slips in after this look.
        if last_stamp() != comparison.now.stamp:
            raise Conflict(_("The organisation changed while you were looking. Look at the changes again."))
        _write(_Writing(comparison, day, batch, dict(comparison.now.ids), levels))
        events.record(
            "people.imported",
            actor_id=actor.person_id,
            subject_kind="organisation",
            batch=batch,
            added=batch.added,
            changed=batch.changed,
            ended=batch.ended,
        )
    return batch


def _levels(comparison: Comparison) -> dict[str, str]:
    """Levels for the people added without one, from the line as it will be."""
    if all(person.level for person in comparison.changes.added):
        return {}
    gone = set(comparison.changes.ended)
    leaders = {key: person.reports_to for key, person in comparison.now.here.items() if key not in gone}
    if "reports_to" in comparison.file.columns:
        leaders |= {person.id: person.reports_to for person in comparison.file.people}
    else:
        leaders |= {person.id: None for person in comparison.changes.added}
    return deduce(leaders)


def _write(writing: _Writing) -> None:
    changes = writing.comparison.changes
    gone = writing.comparison.now.gone
    back = [person for person in changes.added if person.id in gone]
    new = [person for person in changes.added if person.id not in gone]
    moved = [change.person for change in changes.changed if "reports_to" in change.fields]
    placed = [change.person for change in changes.changed if _OF_POSITION & set(change.fields)]
    ended = [writing.ids[key] for key in changes.ended]
    # Addresses that change hands would for a moment belong to two.
    handed = [writing.ids[each.person.id] for each in changes.changed if "email" in each.fields]
    for ids in _chunks(handed):
        Person.objects.filter(pk__in=ids).update(email=None)
    _end(ended, writing.day)
    _insert_people(writing, new)
    _update_people(writing, [*(change.person for change in changes.changed), *back])
    _adopt(writing)
    _close(Position, [writing.ids[person.id] for person in placed], writing.day)
    _insert_positions(writing, [*new, *back], placed)
    heirs = _orphans(writing)
    _close(ReportingLine, [*(writing.ids[person.id] for person in moved), *heirs], writing.day)
    touched = _insert_lines(writing, [*new, *back], moved, heirs)
    if "team" in writing.comparison.file.columns:
        join_teams(writing.comparison, writing.ids, writing.day)
    everybody = {*touched, *ended}
    if everybody:
        lines.follow_moves(everybody)
    signals.tell(signals.POSITION, frozenset(writing.ids[p.id] for p in (*new, *back, *placed)))
    signals.tell(signals.LINE, frozenset(touched))
    signals.tell(signals.LEFT, frozenset(ended))


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _close(model: type[Position] | type[ReportingLine], person_ids: Sequence[int], day: date) -> None:
    """End the open rows of these people on `day`; one that began on that day or later never held, and goes."""
    for ids in _chunks(person_ids):
        rows = model.objects.filter(person_id__in=ids, valid_until=None)
        rows.filter(valid_from__gte=day).delete()
        rows.filter(valid_from__lt=day).update(valid_until=day)


def _end(person_ids: Sequence[int], day: date) -> None:
    for ids in _chunks(person_ids):
        Person.objects.filter(pk__in=ids).update(left_on=day, version=F("version") + 1)
        for rows in (
            Position.objects.filter(person_id__in=ids, valid_until=None),
            ReportingLine.objects.filter(person_id__in=ids, valid_until=None),
            Membership.objects.filter(person_id__in=ids, valid_until=None),
        ):
            rows.filter(valid_from__gt=day).update(valid_until=F("valid_from"))
            rows.filter(valid_until=None).update(valid_until=day)
        Team.objects.filter(lead_id__in=ids).update(lead=None)


def _insert_people(writing: _Writing, people: Sequence[PersonRow]) -> None:
    if not people:
        return
    source, now = writing.comparison.source, clock.now()
    last = Person.objects.aggregate(last=Max("id"))["last"] or 0
    uids = {new_uid(): person for person in people}
    while len(uids) < len(people):  # two alike: once in a few ten million imports of this size
        uids = {new_uid(): person for person in people}
    fields = (
        "uid", "name", "email", "title", "role", "level", "department", "joined_on", "source", "external_id",
        "search", "created_at", "version",
    )  # fmt: skip
    insert_rows(
        Person,
        fields,
        (
            (
                uid, row.name, row.email or None, row.title, row.role, writing.level(row), row.department, row.started,
                source, row.id, search_of(_unsaved(row)), now, 1,
            )
            for uid, row in uids.items()
        ),
    )  # fmt: skip
    for uid, pk in Person.objects.filter(pk__gt=last).values_list("uid", "pk"):
        if uid in uids:
            writing.ids[uids[uid].id] = pk


def _unsaved(row: PersonRow) -> Person:
    return Person(name=row.name, title=row.title, department=row.department, email=row.email or None)


def _update_people(writing: _Writing, people: Sequence[PersonRow]) -> None:
    """Write the rows of people who change or come back, as the file has them or, where it is silent, as they were."""
    merged = [_merged(writing, person) for person in people]
    rows = [
        (
            row.name, row.email or None, row.title, row.role, writing.level(row), row.department, row.started, None,
            search_of(_unsaved(row)), writing.ids[row.id],
        )
        for row in merged
    ]  # fmt: skip
    if rows:
        fields = ("name", "email", "title", "role", "level", "department", "joined_on", "left_on", "search")
        update_rows(Person, fields, rows)
        ids = [writing.ids[person.id] for person in people]
        for chunk in _chunks(ids):
            Person.objects.filter(pk__in=chunk).update(version=F("version") + 1)


def _adopt(writing: _Writing) -> None:
    """Give the id of this source to those who were known by address or name alone, and had none."""
    now, source = writing.comparison.now, writing.comparison.source
    found = {
        now.ids[p.id]: p.id
        for p in writing.comparison.file.people
        if p.id in now.ids and p.id not in now.of_source
    }
    for ids in _chunks(list(found)):
        rows = Person.objects.filter(pk__in=ids, external_id=None).values_list("pk", "uid")
        update_rows(
            Person,
            ("source", "external_id"),
            [(source, found[pk], pk) for pk, uid in rows if found[pk] != uid],
        )


def _merged(writing: _Writing, person: PersonRow) -> PersonRow:
    """The person's row with what the file has no column for taken from what is known."""
    now = writing.comparison.now
    before = now.here.get(person.id) or now.gone[person.id]
    silent = {name for name in PersonRow._fields if _column(name) not in writing.comparison.file.columns}
    silent |= {name for name in ("level", "fte_percent", "started") if getattr(person, name) is None}
    silent -= {"id", "row"}
    return person._replace(**{name: getattr(before, name) for name in silent})


def _column(name: str) -> str:
    return "fte" if name == "fte_percent" else name


def _insert_positions(writing: _Writing, new: Sequence[PersonRow], placed: Sequence[PersonRow]) -> None:
    gone = writing.comparison.now.gone
    known = [*(row for row in new if row.id in gone), *placed]
    rows = [(row, _since(writing, row)) for row in new if row.id not in gone]
    rows += [(_merged(writing, row), writing.day) for row in known]
    fields = (
        "person", "title", "role", "level", "department", "grade", "fte_percent", "valid_from", "batch"
    )  # fmt: skip
    insert_rows(
        Position,
        fields,
        (
            (
                writing.ids[row.id], row.title, row.role, writing.level(row), row.department, row.grade,
                100 if row.fte_percent is None else row.fte_percent, since, writing.batch.pk,
            )
            for row, since in rows
        ),
    )  # fmt: skip


def _since(writing: _Writing, row: PersonRow) -> date:
    """From when a newcomer's first position and line hold: the day they started, where the file says it."""
    return writing.day if row.started is None or row.started > writing.day else row.started


def _orphans(writing: _Writing) -> dict[int, int | None]:
    """Who reports to somebody that ends, and is not moved by the file: to the nearest above who stays."""
    ended = set(writing.comparison.changes.ended)
    if not ended:
        return {}
    here = writing.comparison.now.here
    moved = {
        change.person.id for change in writing.comparison.changes.changed if "reports_to" in change.fields
    }
    heirs: dict[int, int | None] = {}
    for key, person in here.items():
        leader = person.reports_to
        if leader not in ended or key in ended or key in moved:
            continue
        while leader is not None and leader in ended:
            leader = here[leader].reports_to
        heirs[writing.ids[key]] = None if leader is None else writing.ids[leader]
    return heirs


def _insert_lines(
    writing: _Writing, new: Sequence[PersonRow], moved: Sequence[PersonRow], heirs: dict[int, int | None]
) -> set[int]:
    """Write the new lines; returns the people whose line is another than before."""
    gone = writing.comparison.now.gone
    rows: list[tuple[int, int, date, int]] = []
    for person in (*new, *moved):
        if person.reports_to is not None and "reports_to" in writing.comparison.file.columns:
            first = person.id not in gone and person.id not in writing.comparison.now.here
            since = _since(writing, person) if first else writing.day
            rows.append((writing.ids[person.id], writing.ids[person.reports_to], since, writing.batch.pk))
    rows += [(pk, heir, writing.day, writing.batch.pk) for pk, heir in heirs.items() if heir is not None]
    insert_rows(ReportingLine, ("person", "leader", "valid_from", "batch"), rows)
    return {row[0] for row in rows} | {writing.ids[person.id] for person in moved} | set(heirs)
