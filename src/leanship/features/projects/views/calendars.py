"""Pages of one's own calendars."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.projects.actions import calendars as actions
from leanship.features.projects.forms.time import (
    CalendarAddressForm,
    CalendarFileForm,
    CalendarForm,
    NewerFileForm,
    add_problems,
)
from leanship.features.projects.models import Calendar
from leanship.features.projects.queries import calendars as queries
from leanship.features.projects.queries import time
from leanship.web.htmx import go, render_page
from leanship.web.layout import Crumb, say

FORM = "projects/time/calendar_form.html"
AnyForm = CalendarFileForm | CalendarAddressForm | CalendarForm


@require_safe
def calendars(request: SignedIn) -> HttpResponse:
    """All of one's calendars."""
    return render_page(request, "projects/time/calendars.html", queries.calendars_page(request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_new(request: SignedIn) -> HttpResponse:
    """Add a calendar by a file."""
    person = time.own_person(request.actor)
    form = (
        CalendarFileForm(request.POST, request.FILES)
        if request.method == "POST"
        else CalendarFileForm(initial={"addresses": person.email or ""})
    )

    def add() -> Calendar:
        file = form.cleaned_data["file"]
        return actions.add_calendar_file(
            request.actor,
            person=person,
            name=form.cleaned_data["name"] or file.name.removesuffix(".ics")[:200] or _("Calendar"),
            chunks=file.chunks(),
            time_zone=form.cleaned_data["time_zone"],
            addresses=form.cleaned_data["addresses"],
        )

    return _add(request, form, add, _("By its address instead"), reverse("projects:time_calendar_subscribe"))


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_subscribe(request: SignedIn) -> HttpResponse:
    """Add a calendar by its address."""
    person = time.own_person(request.actor)
    form = (
        CalendarAddressForm(request.POST)
        if request.method == "POST"
        else CalendarAddressForm(initial={"addresses": person.email or ""})
    )

    def add() -> Calendar:
        return actions.add_calendar_address(
            request.actor,
            person=person,
            name=form.cleaned_data["name"],
            address=form.cleaned_data["address"],
            time_zone=form.cleaned_data["time_zone"],
            addresses=form.cleaned_data["addresses"],
        )

    return _add(request, form, add, _("As a file instead"), reverse("projects:time_calendar_new"))


def _add(
    request: SignedIn, form: AnyForm, add: Callable[[], Calendar], other_label: str, other_url: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            added = add()
        except Invalid as error:
            add_problems(form, error)
        else:
            return go(request, reverse("projects:time_calendar", args=[added.uid]))
    title = _("Add a calendar")
    page = queries.CalendarFormPage(
        title=title,
        lede=_("Only you ever see its events; your leaders see shares."),
        crumbs=queries.crumbs(Crumb(title)),
        who_sees=access.only_self(),
        form=form,
        send=_("Add"),
        cancel=reverse("projects:time_calendars"),
        other_label=other_label,
        other_url=other_url,
    )
    return render_page(request, FORM, page, status=422 if form.errors else 200)


@require_safe
def calendar(request: SignedIn, uid: str) -> HttpResponse:
    """One calendar, and how far its reading is."""
    page = queries.calendar_page(request.actor, uid, NewerFileForm())
    fragment = {"calendar-state": "projects/time/_calendar_state.html"}
    return render_page(request, "projects/time/calendar.html", page, fragment)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Change a calendar's name, zone and addresses."""
    row = queries.calendar_by_uid(request.actor, uid)
    back = reverse("projects:time_calendar", args=[uid])
    initial = {
        "name": row.name,
        "time_zone": row.time_zone,
        "addresses": "\n".join(row.addresses),
        "version": row.version,
    }
    form = CalendarForm(request.POST) if request.method == "POST" else CalendarForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_calendar(request.actor, calendar=row, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Saved. The zone and the addresses hold from the next reading on."))
            return go(request, back)
    page = queries.CalendarFormPage(
        title=_("Edit a calendar"),
        lede="",
        crumbs=queries.crumbs(Crumb(row.name, back), Crumb(_("Edit"))),
        who_sees=access.only_self(),
        form=form,
        send=_("Save"),
        cancel=back,
    )
    return render_page(request, FORM, page, status=422 if form.errors else 200)


@require_POST
def calendar_read(request: SignedIn, uid: str) -> HttpResponse:
    """Read a calendar again now."""
    row = queries.calendar_by_uid(request.actor, uid)
    actions.read_calendar_now(request.actor, calendar=row)
    return go(request, reverse("projects:time_calendar", args=[uid]))


@require_POST
def calendar_file(request: SignedIn, uid: str) -> HttpResponse:
    """Send a newer file of a calendar."""
    row = queries.calendar_by_uid(request.actor, uid)
    form = NewerFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.send_calendar_file(request.actor, calendar=row, chunks=form.cleaned_data["file"].chunks())
        except Invalid as error:
            add_problems(form, error)
        else:
            return go(request, reverse("projects:time_calendar", args=[uid]))
    page = queries.calendar_page(request.actor, uid, form)
    return render_page(request, "projects/time/calendar.html", page, status=422)


@require_POST
def calendar_archive(request: SignedIn, uid: str) -> HttpResponse:
    """Put a calendar away."""
    row = queries.calendar_by_uid(request.actor, uid)
    actions.archive_calendar(request.actor, calendar=row)
    undo = reverse("projects:time_calendar_restore", args=[uid])
    say(request, _("%(name)s was put away; its events no longer count.") % {"name": row.name}, undo=undo)
    return go(request, reverse("projects:time_calendars"))


@require_POST
def calendar_restore(request: SignedIn, uid: str) -> HttpResponse:
    """Take a calendar out again."""
    row = queries.calendar_by_uid(request.actor, uid)
    actions.restore_calendar(request.actor, calendar=row)
    say(request, _("%(name)s counts again.") % {"name": row.name})
    return go(request, reverse("projects:time_calendars"))


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_delete(request: SignedIn, uid: str) -> HttpResponse:
    """Delete a calendar with all its events, once it was asked whether."""
    page = queries.calendar_page(request.actor, uid)
    if request.method == "POST":
        actions.delete_calendar(request.actor, calendar=queries.calendar_by_uid(request.actor, uid))
        say(request, _("The calendar and its events were deleted."))
        return go(request, reverse("projects:time_calendars"))
    return render_page(request, "projects/time/calendar_delete.html", page)
