"""What people do with their calendars: add, read again, put away, delete (M24). All of it is the owner's alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, sealing
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.jobs import queue
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects import classing, fetching, sent_calendars, time_weeks
from leanship.features.projects.models import Calendar
from leanship.features.projects.queries.calendars import job_key

READ: Final = "time.read_calendar"
MOST_CALENDARS: Final = 20
_MOST_ADDRESSES: Final = 20


def limits() -> fetching.Limits:
    """What the administrator allows for addresses of calendars."""
    return fetching.Limits(networks=settings.FEED_NETWORKS, plain_http=settings.FEED_ALLOW_HTTP)


def _record(actor: Actor, kind: str, calendar: Calendar, **params: Any) -> None:
    """Neither name nor address: administrators read what happened."""
    events.record(
        kind,
        actor_id=actor.person_id,
        subject_kind="time",
        subject_id=calendar.person_id,
        calendar=calendar.pk,
        **params,
    )


def _checked(name: str, time_zone: str, addresses: Sequence[str]) -> dict[str, Any]:
    problems: dict[str, list[str]] = {}
    name = " ".join(name.split())
    if not 0 < len(name) <= 200:
        problems["name"] = [_("Give it a name of at most 200 characters.")]
    if time_zone and time_zone not in available_timezones():
        problems["time_zone"] = [_("There is no such time zone. Write it as Europe/Oslo.")]
    kept = list(dict.fromkeys(each.strip().lower() for each in addresses if each.strip()))
    if len(kept) > _MOST_ADDRESSES or any("@" not in each or len(each) > 320 for each in kept):
        problems["addresses"] = [_("Write e-mail addresses, each on a line of its own.")]
    if problems:
        raise Invalid(problems)
    return {"name": name, "time_zone": time_zone, "addresses": kept}


def _room(person: Person) -> None:
    if Calendar.objects.filter(person=person, archived_at=None).count() >= MOST_CALENDARS:
        raise Invalid(
            {"": [_("You have %(most)d calendars. Put one away first.") % {"most": MOST_CALENDARS}]}
        )


def add_calendar_file(
    actor: Actor,
    *,
    person: Person,
    name: str,
    chunks: Iterable[bytes],
    time_zone: str = "",
    addresses: Sequence[str] = (),
) -> Calendar:
    """Add a calendar by a file, which a job reads. Raises NotFound for somebody else's time, Invalid for an empty or
    too large file, a name or zone that will not do, or one calendar too many."""
    access.require(actor, "edit", About("time", person))
    fields = _checked(name, time_zone, addresses)
    _room(person)
    upload = sent_calendars.keep(chunks)
    with transaction.atomic():
        calendar = Calendar.objects.create(person=person, **fields)
        _record(actor, "calendar.added", calendar, by="file")
        _read(calendar, upload)
    return calendar


def add_calendar_address(
    actor: Actor,
    *,
    person: Person,
    name: str,
    address: str,
    time_zone: str = "",
    addresses: Sequence[str] = (),
) -> Calendar:
    """Add a calendar by its address, which is sealed at once and never shown again. Raises as `add_calendar_file`
    does, and Invalid for an address that will never be read."""
    access.require(actor, "edit", About("time", person))
    try:
        host = fetching.host_of(address, limits())
    except fetching.FetchFailed:
        raise Invalid(
            {"address": [_("This is no address of a calendar. It begins with https://.")]}
        ) from None
    fields = _checked(name or host, time_zone, addresses)
    _room(person)
    with transaction.atomic():
        calendar = Calendar.objects.create(
            person=person,
            sealed_address=sealing.seal(address.strip()),
            shown_address=host[:120],
            **fields,
        )
        _record(actor, "calendar.added", calendar, by="address")
        _read(calendar)
    return calendar


def _read(calendar: Calendar, upload: str = "") -> None:
    # without an owner: administrators read who owns a job, and that somebody has a calendar is theirs alone
    # of two files sent before either is read the later one counts
    queue.put(READ, key=job_key(calendar), calendar_id=calendar.pk, upload=upload)


def read_calendar_now(actor: Actor, *, calendar: Calendar) -> None:
    """Read a calendar from its address, without waiting for its hour. Raises Invalid for one that came as a file."""
    access.require(actor, "edit", calendar)
    if calendar.sealed_address is None:
        raise Invalid({"": [_("This calendar came as a file. Send a newer one.")]})
    if calendar.archived_at is None:
        _read(calendar)


def send_calendar_file(actor: Actor, *, calendar: Calendar, chunks: Iterable[bytes]) -> None:
    """Send a newer file of a calendar: what is no longer in it goes, what stays keeps its class."""
    access.require(actor, "edit", calendar)
    if calendar.sealed_address is not None:
        raise Invalid({"": [_("This calendar is read from its address.")]})
    upload = sent_calendars.keep(chunks)
    with transaction.atomic():
        _read(calendar, upload)


def change_calendar(
    actor: Actor, *, calendar: Calendar, name: str, time_zone: str, addresses: Sequence[str], version: int
) -> Calendar:
    """Change a calendar's name, the zone of events that name none, and its owner's addresses.

    Raises Invalid, and Conflict for a stale `version`. The last two hold from the next reading on.
    """
    access.require(actor, "edit", calendar)
    fields = _checked(name, time_zone, addresses)
    with transaction.atomic():
        fresh = Calendar.objects.filter(pk=calendar.pk, version=version)
        if not fresh.update(**fields, digest="", version=F("version") + 1):
            raise Conflict(_("This calendar was changed since you opened it."), {"name": calendar.name})
        _record(actor, "calendar.changed", calendar)
        if calendar.sealed_address is not None and calendar.archived_at is None:
            _read(calendar)
    calendar.refresh_from_db()
    return calendar


def archive_calendar(actor: Actor, *, calendar: Calendar) -> None:
    """Put a calendar away: its events no longer count, and it is not read. Undone by `restore_calendar`."""
    _shelve(actor, calendar, archived=True)


def restore_calendar(actor: Actor, *, calendar: Calendar) -> None:
    """Take a calendar out again; its events count as before."""
    _shelve(actor, calendar, archived=False)


def _shelve(actor: Actor, calendar: Calendar, *, archived: bool) -> None:
    access.require(actor, "edit", calendar)
    if (calendar.archived_at is not None) == archived:
        return
    with transaction.atomic():
        time_weeks.hold(calendar.person_id)
        calendar.archived_at = clock.now() if archived else None
        Calendar.objects.filter(pk=calendar.pk).update(archived_at=calendar.archived_at)
        _record(actor, "calendar.archived" if archived else "calendar.restored", calendar)
        if not archived:
            classing.reclassify(calendar.person_id)
        time_weeks.rewrite(calendar.person_id)


def delete_calendar(actor: Actor, *, calendar: Calendar) -> None:
    """Delete a calendar and every event that was read from it. Not undone."""
    access.require(actor, "edit", calendar)
    with transaction.atomic():
        time_weeks.hold(calendar.person_id)
        _record(actor, "calendar.deleted", calendar)
        calendar.delete()
        time_weeks.rewrite(calendar.person_id)


def zone_of(calendar: Calendar) -> ZoneInfo:
    """Where an event of a calendar takes place that names no zone."""
    return ZoneInfo(calendar.time_zone) if calendar.time_zone else time_weeks.zone()
