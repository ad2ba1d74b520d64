"""Pages of results: find, act, answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.forms import add_problems
from leanship.features.productivity.models import Series
from leanship.features.projects.actions import results as actions
from leanship.features.projects.forms.results import MeasureForm, written
from leanship.features.projects.models import Measure, Project
from leanship.features.projects.queries import results as queries
from leanship.features.projects.queries.finding import find_project
from leanship.features.savings.forms import AskForm
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, WhoSees, say, warn


@dataclass(frozen=True)
class FormPage:
    """A page that is one form."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    send: str
    cancel: str


@dataclass(frozen=True)
class Suggestion:
    """A series under a field."""

    value: str


def _crumbs(project: Project, last: str) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Projects"), reverse("projects:board")),
        Crumb(project.title, reverse("projects:project", args=[project.uid])),
        Crumb(last),
    )


def _home(project: Project) -> str:
    return reverse("projects:project", args=[project.uid]) + "#results"


@require_safe
def results(request: SignedIn, uid: str) -> HttpResponse:
    """The result on a page of its own."""
    page = queries.results_page(request.actor, uid, request.organisation)
    return render_page(request, "projects/results.html", page)


@require_safe
def suggest_series(request: SignedIn) -> HttpResponse:
    """Series that a text being typed may mean, for the list under a field."""
    text = request.GET.get(request.GET.get("field", "q"), "")
    found = [Suggestion(written(series)) for series in queries.suggest_series(request.actor, text)]
    return render_page(request, "projects/_suggest_series.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: SignedIn, uid: str) -> HttpResponse:
    """Fix beforehand what will be judged, or fix it anew with a reason."""
    project = find_project(request.actor, uid)
    access.require(request.actor, "lead", project)
    former = Measure.objects.filter(project=project, is_current=True).first()
    form = MeasureForm(
        request.POST or None,
        actor=request.actor,
        replaces=former is not None,
        initial=_initial(request, former),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.fix_measure(request.actor, project=project, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("The measure is fixed."))
            _warn(request, project, made)
            return go(request, _home(project))
    title = _("Change the measure") if former else _("Fix the measure")
    page = FormPage(
        title=title,
        lede=_("What the result will be judged by, written down before it can be seen."),
        crumbs=_crumbs(project, title),
        who_sees=access.audience("project", project.leader),
        form=form,
        send=title,
        cancel=_home(project),
    )
    return (invalid if form.errors else render_page)(request, "projects/measure.html", page)


def _initial(request: SignedIn, former: Measure | None) -> dict[str, object]:
    """What the form begins with: a series named in the address, else the measure there is."""
    if uid := request.GET.get("series", ""):
        rows = access.visible(request.actor, Series.objects.select_related("kpi", "person", "team"))
        series = rows.filter(uid=uid).first()
        return {"series": written(series)} if series else {}
    if former is None:
        return {}
    given: dict[str, object] = {
        "better": former.better,
        "change_on": former.change_on,
        "check_on": former.check_on,
    }
    if access.may(request.actor, "read", former.series):
        given["series"] = written(former.series)
    return given


def _warn(request: SignedIn, project: Project, made: Measure) -> None:
    """Say at once what stands in the way of a verdict."""
    part = queries.of_project(request.actor, project, policies.today_of(request.organisation))
    for text in part.warns:
        warn(request, text)


@require_POST
def judge_now(request: SignedIn, uid: str) -> HttpResponse:
    """Judge a check whose day has come."""
    project = find_project(request.actor, uid)
    actions.judge_now(request.actor, project=project)
    say(request, _("The verdict is there."))
    return go(request, _home(project))


@require_http_methods(["GET", "HEAD", "POST"])
def ask_result(request: SignedIn, uid: str) -> HttpResponse:
    """Ask a colleague to confirm a result."""
    check = queries.find_check(request.actor, uid)
    project = check.measure.project
    access.require(request.actor, "lead", project)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_to_confirm(request.actor, check=check, asked=form.cleaned_data["asked"])
        except Invalid as error:
            add_problems(form, error)
        else:
            text = _("%(name)s is asked.") % {"name": made.asked.name}
            say(request, text, undo=reverse("savings:take_back", args=[made.uid]))
            return go(request, _home(project))
    page = FormPage(
        title=_("Ask for confirmation"),
        lede=_("That the change did it, which a series alone cannot know."),
        crumbs=_crumbs(project, _("Ask for confirmation")),
        who_sees=access.audience("confirmation", project.leader),
        form=form,
        send=_("Ask"),
        cancel=_home(project),
    )
    return (invalid if form.errors else render_page)(request, "projects/measure.html", page)
