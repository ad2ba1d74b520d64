"""The board, the list, and raising an opportunity: find, act, answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.features.org.forms import add_problems
from leanship.features.projects.actions.project import raise_opportunity
from leanship.features.projects.forms.project import RaiseForm
from leanship.features.projects.queries import board as boards
from leanship.features.projects.queries import choosing, listing, raising
from leanship.features.projects.queries.similar import similar as find_similar
from leanship.features.projects.views._answers import address, today
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import say
from leanship.web.lists import ListRequest, csv_response, wants_csv


@require_safe
def board(request: SignedIn) -> HttpResponse:
    """Running projects by stage."""
    asked = ListRequest.of(request, choosing.spec(request.actor, board=True))
    page = boards.board_page(request.actor, asked, today(request))
    return render_page(request, "projects/board.html", page, {"board": "projects/_board.html"})


@require_safe
def projects(request: SignedIn) -> HttpResponse:
    """The list of projects, or the same as a file."""
    asked = ListRequest.of(request, choosing.spec(request.actor, board=False))
    if wants_csv(request):
        rows = listing.csv_rows(request.actor, asked, today(request))
        return csv_response("projects", listing.CSV_HEADER, rows)
    page = listing.list_page(request.actor, asked, today(request))
    return render_page(request, "projects/list.html", page, {"projects": "projects/_list.html"})


@require_safe
def similar(request: SignedIn) -> HttpResponse:
    """What resembles a title, while it is typed."""
    page = raising.Resembling(
        access.audience("project"), find_similar(request.actor, request.GET.get("title", ""))
    )
    return render_page(request, "projects/similar.html", page, "projects/_similar.html")


@require_safe
def suggest_team(request: SignedIn) -> HttpResponse:
    """Teams for a field, as one types."""
    typed = request.GET.get(request.GET.get("field", "team"), "")
    page = raising.teams_called(request.actor, typed)
    return render_page(request, "org/_suggest.html", page, "org/_suggest.html")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Raise an opportunity; what resembles it is shown before, once."""
    actor = request.actor
    access.require(actor, "create", About("project"))
    if request.method != "POST":
        given = raising.prefilled(actor, request.GET.get("series", ""))
        form = RaiseForm(initial=given)
        return render_page(request, "projects/raise.html", raising.raise_page(form))
    form = RaiseForm(request.POST)
    if not form.is_valid():
        return invalid(request, "projects/raise.html", raising.raise_page(form))
    found = find_similar(actor, form.cleaned_data["title"])
    looked = set(request.POST.get("looked", "").split(","))
    if any(each.uid not in looked for each in found):
        return render_page(request, "projects/raise.html", raising.raise_page(form, found, second_look=True))
    try:
        project = raise_opportunity(actor, **form.cleaned_data)
    except Invalid as error:
        add_problems(form, error)
        return invalid(request, "projects/raise.html", raising.raise_page(form, found))
    undo = reverse("projects:archive", args=[project.uid])
    say(request, _("Your opportunity is there for everybody to see."), undo=undo)
    return go(request, address(project))
