"""One's own calendars: what was read, what could not be, and how far the reading is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import NotFound
from leanship.features.jobs.queries import Progress, progress_of
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import time_words
from leanship.features.projects.models import Calendar
from leanship.features.projects.queries import time
from leanship.features.projects.time_tabs import Tab, tabs
from leanship.web import format as fmt
from leanship.web.help.library import link as help_link
from leanship.web.layout import Crumb, Empty, WhoSees

_BROKEN_DAYS: Final = 3


def job_key(calendar: Calendar) -> str:
    """The key of the job that reads a calendar."""
    return f"calendar-{calendar.pk}"


@dataclass(frozen=True)
class CalendarLine:
    """One calendar in the list."""

    uid: str
    name: str
    source: str
    events: str
    state: str
    trouble: str
    archived: bool


@dataclass(frozen=True)
class CalendarsPage:
    """All of one's calendars, those that were put away below."""

    title: str
    lede: str
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    calendars: tuple[CalendarLine, ...]
    archived: tuple[CalendarLine, ...]
    empty: Empty | None


@dataclass(frozen=True)
class Problem:
    """Something of a calendar that could not be read."""

    property: str
    message: str
    title: str
    line: int | None
    is_error: bool


@dataclass(frozen=True)
class CalendarPage:
    """One calendar: what was read and when, what could not be, and what one can do."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    uid: str
    version: int
    is_file: bool
    source: str
    archived: bool
    read_at: datetime | None
    tried_at: datetime | None
    progress: Progress | None
    events: str
    span: str
    open: str
    failure: str
    failures: int
    problems: tuple[Problem, ...]
    zone: str
    addresses: tuple[str, ...]
    form: Form | None


@dataclass(frozen=True)
class CalendarFormPage:
    """A form about a calendar."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    send: str
    cancel: str
    other_label: str = ""
    other_url: str = ""
    grave: bool = False


def calendar_by_uid(actor: Actor, uid: str) -> Calendar:
    """A calendar of the actor's own. Raises NotFound."""
    row = access.visible(actor, Calendar.objects.filter(uid=uid)).select_related("person").first()
    if row is None:
        raise NotFound
    return row


def crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    """The way to a page about calendars."""
    return (
        Crumb(_("Time"), reverse("projects:time")),
        Crumb(_("Calendars"), reverse("projects:time_calendars")),
        *last,
    )


def calendars_page(actor: Actor) -> CalendarsPage:
    """The calendars of the actor. Two queries."""
    person = time.own_person(actor)
    rows = (
        Calendar.objects.filter(person=person)
        .defer("sealed_address")
        .annotate(n=Count("occurrences", filter=Q(occurrences__left_out="")))
    )
    lines = [(row, _line(row)) for row in rows]
    live = tuple(line for row, line in lines if row.archived_at is None)
    return CalendarsPage(
        title=_("Calendars"),
        lede=_("What stands in them is yours alone. Your leaders see shares, and nobody an event."),
        who_sees=access.only_self(),
        tabs=tabs("time_calendars"),
        calendars=live,
        archived=tuple(line for row, line in lines if row.archived_at is not None),
        empty=None
        if live
        else Empty(
            title=_("No calendar yet"),
            why=_(
                "Send a file that your calendar exports (.ics), or give the private address under which it can be "
                "read. Thirteen months are read back, and eight weeks ahead."
            ),
            action=_("Add a calendar"),
            url=reverse("projects:time_calendar_new"),
            how_to=help_link("how-to/see-where-time-goes"),
        ),
    )


def _line(row: Any) -> CalendarLine:
    return CalendarLine(
        uid=row.uid,
        name=row.name,
        source=row.shown_address or _("a file"),
        events=time_words.times(row.n),
        state=_("read %(when)s") % {"when": fmt.moment(row.read_at)} if row.read_at else _("not read yet"),
        trouble=time_words.failure(row.failure),
        archived=row.archived_at is not None,
    )


def calendar_page(actor: Actor, uid: str, form: Form | None = None) -> CalendarPage:
    """One calendar of the actor. Three queries."""
    row = calendar_by_uid(actor, uid)
    found = row.occurrences.aggregate(
        n=Count("pk"),
        open=Count("pk", filter=Q(left_out="", kind="")),
        last=Max("ends_at"),
    )
    return CalendarPage(
        title=row.name,
        lede="",
        who_sees=access.only_self(),
        crumbs=crumbs(Crumb(row.name)),
        uid=row.uid,
        version=row.version,
        is_file=row.sealed_address is None,
        source=row.shown_address,
        archived=row.archived_at is not None,
        read_at=row.read_at,
        tried_at=row.tried_at,
        progress=progress_of(job_key(row)),
        events=time_words.times(found["n"]),
        span=_("until %(day)s") % {"day": fmt.day(found["last"])} if found["last"] else "",
        open=time_words.times(found["open"]) if found["open"] else "",
        failure=time_words.failure(row.failure),
        failures=row.failures,
        problems=tuple(
            Problem(
                property=each["property"],
                message=each["message"],
                title=each["title"],
                line=each["line"],
                is_error=each["level"] == "error",
            )
            for each in row.problems
        ),
        zone=row.time_zone or _("as in the organisation"),
        addresses=tuple(row.addresses),
        form=form,
    )


def is_broken(row: Calendar) -> bool:
    """Whether a calendar with an address could not be read for three days."""
    since = row.read_at or row.created_at
    return bool(row.failure) and row.sealed_address is not None and (clock.now() - since).days >= _BROKEN_DAYS
