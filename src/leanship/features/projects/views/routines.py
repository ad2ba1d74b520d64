"""Pages of leader standard work: find, act, answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.forms import add_problems
from leanship.features.org.views._common import FormPage
from leanship.features.projects.actions import routines as actions
from leanship.features.projects.forms.routines import RoutineForm
from leanship.features.projects.queries import routines as queries
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say

_LIST = {"routines": "projects/routines/_routines.html"}


def _page(request: SignedIn, form: RoutineForm | None = None) -> HttpResponse:
    on = policies.today_of(request.organisation)
    page = queries.routines_page(request.actor, on, form or RoutineForm())
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "projects/routines/routines.html", page, _LIST, status)


def _after(request: SignedIn) -> HttpResponse:
    """The list in place for HTMX, else on to the page."""
    if request.headers.get("HX-Request") == "true":
        return _page(request)
    return go(request, reverse("projects:routines"))


@require_http_methods(["GET", "HEAD", "POST"])
def routines(request: SignedIn) -> HttpResponse:
    """My routines; POST adds one."""
    if request.method != "POST":
        return _page(request)
    form = RoutineForm(request.POST)
    if form.is_valid():
        try:
            actions.add_routine(
                request.actor, text=form.cleaned_data["text"], cadence=form.cleaned_data["cadence"]
            )
            return go(request, reverse("projects:routines"))
        except Invalid as error:
            add_problems(form, error)
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, uid: str) -> HttpResponse:
    """Put a routine right."""
    found = queries.find_routine(request.actor, uid)
    kept = {"text": found.text, "cadence": found.cadence, "version": found.version}
    form = RoutineForm(request.POST if request.method == "POST" else None, initial=kept)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_routine(
                request.actor,
                routine=found,
                version=form.cleaned_data["version"] or 0,
                text=form.cleaned_data["text"],
                cadence=form.cleaned_data["cadence"],
            )
            return go(request, reverse("projects:routines"))
        except Invalid as error:
            add_problems(form, error)
        except Conflict as error:
            found.refresh_from_db()
            again = request.POST.copy()
            again["version"] = str(found.version)
            form, status = RoutineForm(again), 409
            form.add_error(None, f"{error.reason} {_('It now says: %(text)s') % {'text': found.text}}")
    page = FormPage(
        title=_("Change a routine"),
        lede=_("With another rhythm, what was ticked begins anew."),
        crumbs=(
            Crumb(_("Projects"), reverse("projects:board")),
            Crumb(_("Standard work"), reverse("projects:routines")),
            Crumb(_("Change")),
        ),
        who_sees=access.only_self(),
        form=form,
        send=_("Save"),
        cancel=reverse("projects:routines"),
    )
    if status == 409:
        return render_page(request, "org/form.html", page, status=409)
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_POST
def tick(request: SignedIn, uid: str) -> HttpResponse:
    """Done today or this week; or not."""
    actions.tick(
        request.actor,
        routine=queries.find_routine(request.actor, uid),
        on=policies.today_of(request.organisation),
        done=request.POST.get("done") == "1",
    )
    if request.POST.get("back") == "today":
        return go(request, reverse("standing:today"))
    return _after(request)


@require_POST
def move(request: SignedIn, uid: str) -> HttpResponse:
    """One place up or down."""
    found = queries.find_routine(request.actor, uid)
    actions.move_routine(request.actor, routine=found, up=request.POST.get("way") == "up")
    return _after(request)


@require_POST
def archive(request: SignedIn, uid: str) -> HttpResponse:
    """Put a routine away."""
    found = queries.find_routine(request.actor, uid)
    actions.archive_routine(request.actor, routine=found)
    say(request, _("Put away."), undo=reverse("projects:routine_restore", args=[uid]))
    return _after(request)


@require_POST
def restore(request: SignedIn, uid: str) -> HttpResponse:
    """Take it out again."""
    actions.restore_routine(request.actor, routine=queries.find_routine(request.actor, uid))
    return _after(request)
