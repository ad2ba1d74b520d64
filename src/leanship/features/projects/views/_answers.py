"""How the pages of a project answer: in place where HTMX asks, else as pages of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.forms import add_problems
from leanship.features.projects.models import Project
from leanship.features.projects.queries.finding import find_project
from leanship.features.projects.queries.project import project_page
from leanship.web.htmx import go, render_page
from leanship.web.layout import Crumb, WhoSees, say

# The pieces of the page that a change redraws, by the name in their address.
BLOCKS = {
    "causes": "projects/_causes.html",
    "trials": "projects/_trials.html",
    "plan": "projects/_plan.html",
    "comments": "projects/_comments.html",
    "files": "projects/_files.html",
    "people": "projects/_people.html",
}


@dataclass(frozen=True)
class FormPage:
    """A form of a project, in its place on the page or on a page of its own.

    `theirs` is what somebody else wrote meanwhile; `grave` warns of what does not come back.
    """

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    send: str
    action: str
    cancel: str
    block: str
    draft: str
    in_place: bool
    notes: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    theirs: Mapping[str, str] = field(default_factory=dict)
    grave: bool = False
    multipart: bool = False


def today(request: SignedIn) -> date:
    """Today where the organisation is."""
    return policies.today_of(request.organisation)


def in_place(request: SignedIn) -> bool:
    """Whether the answer goes into the page that is open."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def address(project: Project, block: str = "") -> str:
    """The page of a project, at one of its blocks."""
    page = reverse("projects:project", args=[project.uid])
    return f"{page}#{block}" if block else page


def shown(request: SignedIn, project: Project, block: str) -> HttpResponse:
    """After a change: the block as it is now with the bar above it, or on to the page."""
    if not in_place(request):
        return go(request, address(project, block))
    page = project_page(
        request.actor, project.uid, today(request), currency=request.organisation.currency, focus=block
    )
    context: dict[str, Any] = {"page": page, "block": BLOCKS.get(block, "projects/_text_block.html")}
    if block.startswith("text-"):
        context["text"] = page.texts[block.removeprefix("text-")]
    text = render_to_string("projects/_changed.html", context, request)
    toasts = render_to_string("web/_toasts.html", {"out_of_band": True}, request)
    response = HttpResponse(text + toasts)
    # the form's own place is what HTMX would replace; the whole block has changed
    response.headers["HX-Retarget"] = f"#{block}"
    response.headers["HX-Reswap"] = "outerHTML"
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def saved(request: SignedIn, project: Project, block: str) -> HttpResponse:
    """The same after a form was sent. A whole page says so too: that is how a browser learns to forget its draft."""
    if not in_place(request):
        say(request, _("Saved."))
    return shown(request, project, block)


def fields_of(form: Form) -> dict[str, Any]:
    """What was sent, by the names of the action's keywords."""
    return dict(form.cleaned_data)


def write(
    request: SignedIn,
    project: Project,
    *,
    form: Callable[[Any], Form],
    act: Callable[[dict[str, Any]], object],
    after: Callable[[], HttpResponse],
    page: Callable[[Form], FormPage],
    version: Callable[[], int] | None = None,
) -> HttpResponse:
    """Show a form, or take what it sent: done, or again with what is wrong (422) or what stands there now (409).

    After a conflict the form holds the writer's own words and the present version: sent again, it is meant.
    """
    if request.method != "POST":
        return _form(request, page(form(None)), 200)
    bound = form(request.POST)
    status, theirs = 422, dict[str, str]()
    if bound.is_valid():
        try:
            act(fields_of(bound))
        except Invalid as error:
            add_problems(bound, error)
        except Conflict as error:
            status, theirs = 409, error.theirs
            again = request.POST.copy()
            again["version"] = str(version() if version else "")
            bound = form(again)
            bound.is_valid()
        else:
            return after()
    made = page(bound)
    return _form(request, replace(made, theirs=theirs), status)


def _form(request: SignedIn, page: FormPage, status: int) -> HttpResponse:
    return render_page(request, "projects/form.html", page, "projects/_form.html", status)


def form_page(
    request: SignedIn,
    project: Project,
    *,
    title: str,
    form: Form,
    send: str,
    block: str,
    draft: str = "",
    **more: Any,
) -> FormPage:
    """A form of `project` that belongs to one of its blocks."""
    return FormPage(
        title=title,
        lede=project.title,
        crumbs=(
            Crumb(_("Projects"), reverse("projects:board")),
            Crumb(project.title, address(project)),
            Crumb(title),
        ),
        who_sees=access.audience("project", project.leader),
        form=form,
        send=send,
        action=request.get_full_path(),
        cancel=address(project, block),
        block=block,
        draft=draft,
        in_place=in_place(request),
        **more,
    )


def editable(actor: Actor, uid: str, act: str = "edit") -> Project:
    """A project on which the actor may do `act`. Raises NotFound, or Refused."""
    project = find_project(actor, uid)
    access.require(actor, act, project)
    return project
