"""Changing who is here, what they are, and whom they report to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import access, lines, signals
from leanship.features.org.access import About, Actor
from leanship.features.org.actions._parts import cleaned, day_in_order, free_email, save_version, search_of
from leanship.features.org.models import Absence, Level, Membership, Person, Position, ReportingLine, Team

LONGEST_ABSENCE = timedelta(days=3 * 366)
_OF_POSITION = ("title", "role", "level", "department")


def add_person(
    actor: Actor,
    *,
    name: str,
    email: str = "",
    title: str = "",
    role: str = "",
    level: str = Level.CONTRIBUTOR.value,
    department: str = "",
    leader: Person | None = None,
    joined_on: date | None = None,
    source: str = "",
    external_id: str | None = None,
) -> Person:
    """Add somebody, with a first position and, under a `leader`, a first line, both from `joined_on` or today.

    An empty `role` becomes the title. Raises Refused, or Invalid for a name that is empty, an address that is
    taken, a day to come, or a leader who left.
    """
    access.require(actor, "create", About("person"))
    today = policies.today()
    texts = cleaned(
        {
            "name": name,
            "email": email,
            "title": title,
            "role": role,
            "level": level,
            "department": department,
        },
        required=("name", "level"),
    )
    if joined_on is not None:
        day_in_order(joined_on, today, field="joined_on")
    _still_here(leader)
    since = joined_on or today
    with transaction.atomic():
        one_at_a_time()
        free_email(texts["email"])
        person = Person(
            name=texts["name"],
            email=texts["email"] or None,
            title=texts["title"],
            role=texts["role"] or texts["title"][:120],
            level=texts["level"],
            department=texts["department"],
            joined_on=joined_on,
            source=source,
            external_id=external_id,
        )
        person.search = search_of(person)
        person.save()
        Position.objects.create(
            person=person, valid_from=since, **{f: getattr(person, f) for f in _OF_POSITION}
        )
        if leader is not None:
            ReportingLine.objects.create(person=person, leader=leader, valid_from=since)
            lines.move_subtree(person.pk)
        _record("person.added", actor, person, leader=leader.pk if leader else None)
    return person


def edit_person(
    actor: Actor,
    *,
    person: Person,
    version: int | None = None,
    name: str | None = None,
    email: str | None = None,
    title: str | None = None,
    role: str | None = None,
    level: str | None = None,
    department: str | None = None,
    joined_on: date | None = None,
    on: date | None = None,
) -> Person:
    """Change what is given (None leaves a field alone); a new title, role, level or department is a new position.

    The new position holds from `on` (today by default); on the very day the present one began, that one is put
    right instead. Raises Refused, Invalid, or Conflict for a stale `version`.
    """
    access.require(actor, "edit", person)
    _not_erased(person)
    today = policies.today()
    texts = cleaned(
        {
            "name": name,
            "email": email,
            "title": title,
            "role": role,
            "level": level,
            "department": department,
        },
        required=("name", "level"),
    )
    if "role" in texts and not texts["role"]:
        texts["role"] = texts.get("title", person.title)[:120]
    if joined_on is not None:
        day_in_order(joined_on, today, field="joined_on")
    changes = {field: text for field, text in texts.items() if text != (getattr(person, field) or "")}
    if not changes and joined_on in (None, person.joined_on):
        if version is not None and version != person.version:
            raise Conflict(_("Somebody changed this while you were writing."))
        return person
    with transaction.atomic():
        one_at_a_time()
        free_email(changes.get("email", ""), but=person)
        position = {field: changes[field] for field in _OF_POSITION if field in changes}
        if position:
            _new_position(person, position, on or today, today)
        written: dict[str, object] = dict(changes)
        if "email" in written:
            written["email"] = written["email"] or None
        if joined_on is not None:
            written["joined_on"] = joined_on
        for field, value in written.items():
            setattr(person, field, value)
        save_version(person, version, {**written, "search": search_of(person)})
        _record("person.edited", actor, person, fields=sorted(written))
        if position:
            signals.tell(signals.POSITION, frozenset({person.pk}))
    return person


def _new_position(person: Person, changes: dict[str, str], on: date, today: date) -> None:
    present = Position.objects.filter(person=person, valid_until=None).first()
    day_in_order(on, today, present.valid_from if present else None)
    values = {field: changes.get(field, getattr(person, field)) for field in _OF_POSITION}
    if present is not None and present.valid_from == on:
        Position.objects.filter(pk=present.pk).update(**values)
        return
    grade, share = "", 100
    if present is not None:
        grade, share = present.grade, present.fte_percent
        Position.objects.filter(pk=present.pk).update(valid_until=on)
    Position.objects.create(person=person, valid_from=on, grade=grade, fte_percent=share, **values)


def move_person(
    actor: Actor, *, person: Person, leader: Person | None, on: date | None = None, version: int | None = None
) -> Person:
    """Let a person report to somebody else, or to nobody, from `on` (today by default).

    Raises Refused; Invalid when that would close a loop, told by its names, for a day to come or before the
    present line, for a leader who left; Conflict for a stale `version`.
    """
    access.require(actor, "edit", person)
    if person.left_on is not None:
        raise Invalid({"": [_("%(name)s left. Bring them back first.") % {"name": person.name}]})
    _still_here(leader)
    today = policies.today()
    with transaction.atomic():
        one_at_a_time()
        save_version(person, version, {})
        before = lines.open_leader(person.pk)
        if before == (leader.pk if leader else None):
            return person
        _no_loop(person, leader)
        _set_line(person, leader, on or today, today)
        lines.move_subtree(person.pk)
        _record("person.moved", actor, person, leader=leader.pk if leader else None, former_leader=before)
        signals.tell(signals.LINE, frozenset({person.pk}))
    return person


def _no_loop(person: Person, leader: Person | None) -> None:
    if leader is None:
        return
    if leader.pk == person.pk:
        raise Invalid({"leader": [_("Nobody reports to themselves.")]})
    if loop := lines.loop_of(person, leader):
        chain = " → ".join(each.name for each in loop)
        message = _("That would be a loop: %(leader)s already reports to %(name)s (%(chain)s).")
        message += " " + _("Move %(leader)s first.")
        raise Invalid({"leader": [message % {"leader": leader.name, "name": person.name, "chain": chain}]})


def _set_line(person: Person, leader: Person | None, on: date, today: date) -> None:
    present = ReportingLine.objects.filter(person=person, valid_until=None).first()
    day_in_order(on, today, present.valid_from if present else None)
    if present is not None:
        if present.valid_from == on:
            present.delete()  # it would hold for no day
        else:
            ReportingLine.objects.filter(pk=present.pk).update(valid_until=on)
    if leader is not None:
        # Back to whom they left on that very day: the line never broke.
        same = ReportingLine.objects.filter(person=person, leader=leader, valid_until=on)
        if not same.update(valid_until=None):
            ReportingLine.objects.create(person=person, leader=leader, valid_from=on)


def end_person(actor: Actor, *, person: Person, on: date | None = None, version: int | None = None) -> Person:
    """Somebody leaves and is no longer here from `on` (today by default); what was open ends on that day.

    Whoever reported to them reports to their leader from then on, and teams they led have no lead: nobody is
    left under somebody who is gone. All of that can be changed afterwards, and `undo_end_person` takes it back.
    Raises Refused, Invalid for a day to come or somebody who left, Conflict for a stale `version`.
    """
    access.require(actor, "edit", person)
    today = policies.today()
    day = on or today
    if person.left_on is not None:
        raise Invalid({"": [_("%(name)s left already.") % {"name": person.name}]})
    day_in_order(day, today, person.joined_on)
    with transaction.atomic():
        one_at_a_time()
        save_version(person, version, {"left_on": day})
        _end(actor, person, day)
    return person


def _end(actor: Actor, person: Person, day: date) -> None:
    heir = lines.open_leader(person.pk)
    reports = list(ReportingLine.objects.filter(leader=person, valid_until=None))
    for rows in (
        Position.objects.filter(person=person),
        ReportingLine.objects.filter(Q(person=person) | Q(leader=person)),
        Membership.objects.filter(person=person),
    ):
        # what began later than that day holds for no day at all, rather than end before it began
        rows.filter(valid_until=None).update(valid_until=Greatest("valid_from", Value(day)))
    if heir is not None:
        ReportingLine.objects.bulk_create(
            ReportingLine(person_id=row.person_id, leader_id=heir, valid_from=max(day, row.valid_from))
            for row in reports
        )
    led = list(person.teams_led.values_list("pk", flat=True))
    person.teams_led.update(lead=None)
    moved = [row.person_id for row in reports]
    lines.follow_moves([person.pk, *moved])
    _record("person.left", actor, person, day=day.isoformat(), teams=led)
    signals.tell(signals.LEFT, frozenset({person.pk}))
    signals.tell(signals.LINE, frozenset(moved))


def undo_end_person(actor: Actor, *, person: Person) -> Person:
    """Somebody is here after all: what ended on the day they left is open again, where nothing took its place.

    A report who was moved since stays where they are, and so does a team that has a lead again. Raises Refused,
    or Invalid for somebody who is here or was erased.
    """
    access.require(actor, "edit", person)
    _not_erased(person)
    day = person.left_on
    if day is None:
        raise Invalid({"": [_("%(name)s is here.") % {"name": person.name}]})
    with transaction.atomic():
        one_at_a_time()
        save_version(person, None, {"left_on": None})
        ended = Greatest("valid_from", Value(day))  # as `_end` writes it
        last = (
            Position.objects.filter(person=person, valid_until=ended).order_by("-valid_from", "-id").first()
        )
        if last is not None:
            Position.objects.filter(pk=last.pk).update(valid_until=None)
        moved = _reopen_lines(person, ended)
        Membership.objects.filter(person=person, valid_until=ended, team__archived_at=None).update(
            valid_until=None
        )
        left = Event.objects.filter(kind="person.left", subject_kind="person", subject_id=person.pk)
        event = left.order_by("-id").first()
        led = event.params["teams"] if event else []  # none where an import ended them
        Team.objects.filter(pk__in=led, lead=None, archived_at=None).update(lead=person)
        lines.follow_moves([person.pk, *moved])
        _record("person.came_back", actor, person)
        signals.tell(signals.LEFT, frozenset({person.pk}))
        signals.tell(signals.LINE, frozenset(moved))
    return person


def _reopen_lines(person: Person, ended: Greatest) -> list[int]:
    """Open the line above and those below again where that is still true; the reports whose line changed."""
    own = ReportingLine.objects.filter(person=person, valid_until=ended).order_by("-valid_from", "-id")
    up = own.select_related("leader").first()
    heir = up.leader_id if up else None
    if up is not None and up.leader.left_on is None:
        ReportingLine.objects.filter(pk=up.pk).update(valid_until=None)
    moved = []
    for row in ReportingLine.objects.filter(leader=person, valid_until=ended, person__left_on=None):
        present = ReportingLine.objects.filter(person_id=row.person_id, valid_until=None).first()
        if present is not None:
            if present.leader_id != heir or present.valid_from != row.valid_until:
                continue
            present.delete()
        ReportingLine.objects.filter(pk=row.pk).update(valid_until=None)
        moved.append(row.person_id)
    return moved


def erase_person(actor: Actor, *, person: Person) -> Person:
    """Take everything out that says who somebody was; what they did stays under a pseudonym. Not undone.

    Name, addresses and the id in other systems go, a person still here ends today, and the features above do
    the same with what they keep (`signals.people_changed`). Raises Refused; nobody erases themselves.
    """
    access.require(actor, "erase", person)
    if person.pk == actor.person_id:
        raise Refused(_("Ask another people partner or administrator to erase you."))
    if person.erased_at is not None:
        return person
    with transaction.atomic():
        one_at_a_time()
        if person.left_on is None:
            save_version(person, None, {"left_on": policies.today()})
            _end(actor, person, policies.today())
        pseudonym = f"{_('Former colleague')} {person.uid[:4]}"
        save_version(
            person,
            None,
            {
                "name": pseudonym,
                "email": None,
                "source": "",
                "external_id": None,
                "erased_at": clock.now(),
                "search": pseudonym.casefold(),
            },
        )
        _record("person.erased", actor, person)
        signals.tell(signals.ERASED, frozenset({person.pk}))
    return person


def add_absence(actor: Actor, *, person: Person, first_day: date, last_day: date) -> Absence:
    """Note that a person was or will be away, both days counted; periods absent for more than half are not rated.

    Raises Refused, or Invalid for days out of order, a span over three years, or days noted already.
    """
    access.require(actor, "absence", person)
    if last_day < first_day:
        raise Invalid({"last_day": [_("The last day is before the first.")]})
    if last_day - first_day > LONGEST_ABSENCE:
        raise Invalid({"last_day": [_("That is more than three years. Check the days.")]})
    with transaction.atomic():
        one_at_a_time()
        if Absence.objects.filter(person=person, first_day__lte=last_day, last_day__gte=first_day).exists():
            raise Invalid({"first_day": [_("Some of these days are noted already.")]})
        absence = Absence.objects.create(person=person, first_day=first_day, last_day=last_day)
        days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        _record("person.absence_added", actor, person, **days)
        signals.tell(signals.ABSENCE, frozenset({person.pk}))
    return absence


def remove_absence(actor: Actor, *, absence: Absence) -> None:
    """Take an absence back. Adding it again is the undo. Raises Refused."""
    access.require(actor, "absence", absence.person)
    with transaction.atomic():
        days = {"first_day": absence.first_day.isoformat(), "last_day": absence.last_day.isoformat()}
        absence.delete()
        _record("person.absence_removed", actor, absence.person, **days)
        signals.tell(signals.ABSENCE, frozenset({absence.person_id}))


def _still_here(leader: Person | None) -> None:
    if leader is not None and leader.left_on is not None:
        raise Invalid({"leader": [_("%(name)s left. Choose somebody who is here.") % {"name": leader.name}]})


def _not_erased(person: Person) -> None:
    if person.erased_at is not None:
        raise Refused(_("This person was erased; nothing about them can be changed."))


def _record(kind: str, actor: Actor, person: Person, **params: Any) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="person", subject_id=person.pk, **params)
