"""Pages of the map of people: find, act, answer. None of them is kept in a browser's cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Invalid
from leanship.features.org.forms import add_problems
from leanship.features.projects.actions import people as actions
from leanship.features.projects.forms.people import AddForm, EditForm, ReaderForm, StanceForm, StepForm
from leanship.features.projects.models import PersuasionStep, ProjectMap, Stakeholder, StanceEntry
from leanship.features.projects.queries import own_notes
from leanship.features.projects.queries import people as queries
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, WhoSees, say

_FORM = "projects/people/form.html"


@dataclass(frozen=True)
class NotePage:
    """A form in which something about somebody is written down; `who` is named in the rule above it."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    send: str
    cancel: str
    who: str


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@never_cache
@require_safe
def people_map(request: SignedIn, uid: str) -> HttpResponse:
    """The map, as it is or as it was."""
    today = policies.today_of(request.organisation)
    page = queries.map_page(request.actor, uid, today, _day_of(request.GET.get("on", "")))
    return render_page(request, "projects/people/map.html", page, {"map": "projects/people/_map.html"})


@never_cache
@require_safe
def person(request: SignedIn, uid: str) -> HttpResponse:
    """One person of the map."""
    return render_page(request, "projects/people/person.html", queries.person_page(request.actor, uid))


def _write(
    request: SignedIn, page: NotePage, act: Callable[[], object], *, back: str = "", undo: str = ""
) -> HttpResponse:
    """Show a form, or do what it asks for and say so, without a name: messages pass through the browser."""
    if request.method == "POST" and page.form.is_valid():
        try:
            act()
        except Invalid as error:
            add_problems(page.form, error)
        else:
            say(request, _("Saved."), undo=undo)
            return go(request, back or page.cancel)
    return (invalid if page.form.errors else render_page)(request, _FORM, page)


def _page(title: str, project: ProjectMap, form: Form, about: Stakeholder | None) -> NotePage:
    steps: tuple[Crumb, ...] = (Crumb(title),)
    cancel = reverse("projects:map", args=[project.uid])
    name = ""
    if about is not None:
        name = about.person.name if about.person else about.name
        cancel = reverse("projects:map_person", args=[about.uid])
        steps = (Crumb(name, cancel), Crumb(title))
    return NotePage(
        title=title,
        lede=name,
        crumbs=queries.crumbs(project, *steps),
        who_sees=queries.who_sees(project),
        form=form,
        send=_("Save"),
        cancel=cancel,
        who=name,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedIn, uid: str) -> HttpResponse:
    """Put somebody on the map."""
    project = queries.find_map(request.actor, uid, "edit")
    form = AddForm(_sent(request))
    page = _page(_("Put somebody on the map"), project, form, None)
    return _write(
        request, page, lambda: actions.put_on_map(request.actor, project=project, **form.cleaned_data)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, uid: str) -> HttpResponse:
    """What somebody cares about."""
    found = queries.find_stakeholder(request.actor, uid, "edit")
    initial = {"name": found.name, "cares_about": found.cares_about, "version": found.version}
    form = EditForm(_sent(request), initial=initial, outside=found.person_id is None)
    page = _page(_("What they care about"), _map_of(found), form, found)
    return _write(
        request,
        page,
        lambda: actions.edit_stakeholder(request.actor, stakeholder=found, **form.cleaned_data),
    )


def _map_of(found: Stakeholder) -> ProjectMap:
    """The project of somebody on the map, as the map; no query."""
    project = ProjectMap(pk=found.project_id, uid=found.project.uid, title=found.project.title)
    project.leader = found.project.leader
    return project


@never_cache
@require_POST
def take_off(request: SignedIn, uid: str) -> HttpResponse:
    """Take somebody off the map."""
    found = queries.find_stakeholder(request.actor, uid, "edit")
    actions.take_off_map(request.actor, stakeholder=found)
    say(request, _("Taken off the map."), undo=reverse("projects:map_put_back", args=[uid]))
    return go(request, reverse("projects:map", args=[found.project.uid]))


@never_cache
@require_POST
def put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Put somebody back on the map."""
    found = queries.find_stakeholder(request.actor, uid, "edit")
    actions.put_back_stakeholder(request.actor, stakeholder=found)
    say(request, _("Back on the map."))
    return go(request, reverse("projects:map_person", args=[uid]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stance_add(request: SignedIn, uid: str) -> HttpResponse:
    """Enter where somebody stood."""
    found = queries.find_stakeholder(request.actor, uid, "edit")
    form = StanceForm(_sent(request))
    page = _page(_("What you saw or heard"), _map_of(found), form, found)

    def act() -> object:
        given = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        return actions.enter_stance(request.actor, stakeholder=found, **given)

    return _write(request, page, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stance_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Put a stance right."""
    entry = queries.find_stance(request.actor, uid)
    fields = ("stance", "influence", "basis", "note", "on", "version")
    form = StanceForm(_sent(request), initial={name: getattr(entry, name) for name in fields})
    page = _page(_("What you saw or heard"), _map_of(entry.stakeholder), form, entry.stakeholder)
    return _write(request, page, lambda: actions.edit_stance(request.actor, entry=entry, **form.cleaned_data))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_add(request: SignedIn, uid: str) -> HttpResponse:
    """Note what was done."""
    found = queries.find_stakeholder(request.actor, uid, "edit")
    form = StepForm(_sent(request))
    page = _page(_("What you did"), _map_of(found), form, found)

    def act() -> object:
        given = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        return actions.note_step(request.actor, stakeholder=found, **given)

    return _write(request, page, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Put a step right."""
    entry = queries.find_step(request.actor, uid)
    fields = ("kind", "note", "on", "version")
    form = StepForm(_sent(request), initial={name: getattr(entry, name) for name in fields})
    page = _page(_("What you did"), _map_of(entry.stakeholder), form, entry.stakeholder)
    return _write(request, page, lambda: actions.edit_step(request.actor, entry=entry, **form.cleaned_data))


def _take_back(request: SignedIn, entry: StanceEntry | PersuasionStep, undo: str) -> HttpResponse:
    actions.take_back_entry(request.actor, entry=entry)
    say(request, _("Taken back."), undo=reverse(undo, args=[entry.uid]))
    return go(request, reverse("projects:map_person", args=[entry.stakeholder.uid]))


def _put_back(request: SignedIn, entry: StanceEntry | PersuasionStep) -> HttpResponse:
    actions.put_back_entry(request.actor, entry=entry)
    say(request, _("It counts again."))
    return go(request, reverse("projects:map_person", args=[entry.stakeholder.uid]))


@never_cache
@require_POST
def stance_take_back(request: SignedIn, uid: str) -> HttpResponse:
    """Take a stance back."""
    return _take_back(request, queries.find_stance(request.actor, uid), "projects:map_stance_put_back")


@never_cache
@require_POST
def stance_put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Let a stance count again."""
    return _put_back(request, queries.find_stance(request.actor, uid))


@never_cache
@require_POST
def step_take_back(request: SignedIn, uid: str) -> HttpResponse:
    """Take a step back."""
    return _take_back(request, queries.find_step(request.actor, uid), "projects:map_step_put_back")


@never_cache
@require_POST
def step_put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Let a step count again."""
    return _put_back(request, queries.find_step(request.actor, uid))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: SignedIn, uid: str) -> HttpResponse:
    """Who may read the map; a colleague more."""
    project = queries.find_map(request.actor, uid, "edit")
    asked = (
        "person" in request.GET and request.method == "POST"
    )  # the undo carries the colleague in its address
    form = ReaderForm(request.GET if asked else _sent(request))
    here = reverse("projects:map_readers", args=[uid])
    if request.method == "POST" and form.is_valid():
        named = form.cleaned_data["person"]
        try:
            actions.let_read(request.actor, project=project, person=named)
        except Invalid as error:
            add_problems(form, error)
        else:
            undo = f"{reverse('projects:map_reader_remove', args=[uid])}?person={named.uid}"
            say(request, _("%(name)s may read the map.") % {"name": named.name}, undo=undo)
            return go(request, here)
    page = queries.readers_page(request.actor, uid, form)
    return (invalid if form.errors else render_page)(request, "projects/people/readers.html", page)


@never_cache
@require_POST
def reader_remove(request: SignedIn, uid: str) -> HttpResponse:
    """A reader reads no more."""
    project = queries.find_map(request.actor, uid, "edit")
    row = project.map_readers.filter(person__uid=request.POST.get("person") or request.GET.get("person"))
    reader = row.select_related("person").first()
    if reader is None:
        raise Invalid({"person": [_("They do not read the map.")]})
    actions.stop_reading(request.actor, project=project, person=reader.person)
    here = reverse("projects:map_readers", args=[uid])
    text = _("%(name)s no longer reads the map.") % {"name": reader.person.name}
    say(request, text, undo=f"{here}?person={reader.person.uid}")
    return go(request, here)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notes_about_me(request: SignedIn) -> HttpResponse:
    """What is written about me: asked for by POST, since it is written down that it was asked."""
    asked = request.method == "POST"
    if asked:
        actions.ask_for_own_notes(request.actor)
        if request.POST.get("format") == "json":
            answer = HttpResponse(own_notes.own_notes_file(request.actor), content_type="application/json")
            answer["Content-Disposition"] = 'attachment; filename="written-about-me.json"'
            return answer
    page = own_notes.own_notes_page(request.actor, asked=asked)
    return render_page(request, "projects/people/about_me.html", page)
