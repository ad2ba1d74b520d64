"""Pages of what fits: find, act, answer."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.forms import add_problems
from leanship.features.org.views._common import FormPage
from leanship.features.projects.actions import portfolio as actions
from leanship.features.projects.forms.portfolio import FileForm, NameForm, TakeForm, read_grid
from leanship.features.projects.models import Portfolio
from leanship.features.projects.portfolio_file import read_file
from leanship.features.projects.portfolio_given import CandidateGiven, CapacityGiven, read_rows
from leanship.features.projects.queries import portfolio as queries
from leanship.features.projects.queries.portfolio import Typed, find_portfolio
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say, warn
from leanship.web.lists import ListRequest, csv_response, wants_csv

_PAGE = "projects/fit/portfolio.html"


def _address(portfolio: Portfolio, name: str = "fit") -> str:
    return reverse(f"projects:{name}", args=[portfolio.uid])


@require_safe
def portfolios(request: SignedIn) -> HttpResponse:
    """My portfolios."""
    asked = ListRequest.of(request, queries.portfolios_spec())
    if wants_csv(request):
        rows = queries.all_portfolios(request.actor, asked)
        lines = [(row.uid, row.name, row.candidates, row.created_at.date().isoformat()) for row in rows]
        return csv_response("portfolios", ("id", "name", "candidates", "started"), lines)
    page = queries.portfolios(request.actor, asked)
    return render_page(request, "projects/fit/list.html", page, {"portfolios": "projects/fit/_list.html"})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Start a portfolio."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start_portfolio(request.actor, name=form.cleaned_data["name"])
        except Invalid as error:
            add_problems(form, error)
        else:
            return go(request, _address(made))
    page = FormPage(
        title=_("Start a portfolio"),
        lede=_("A question of what to take on. Only you see it."),
        crumbs=queries.crumbs(queries.list_crumb(), Crumb(_("Start a portfolio"))),
        who_sees=access.only_self(),
        form=form,
        send=_("Start"),
        cancel=reverse("projects:fit_list"),
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def portfolio(request: SignedIn, uid: str) -> HttpResponse:
    """One portfolio; POST writes its grid, and asks what fits where that button sent it."""
    currency = request.organisation.currency
    if request.method != "POST":
        return render_page(request, _PAGE, queries.portfolio_page(request.actor, uid, currency))
    found = find_portfolio(request.actor, uid, "edit")
    grid = read_grid(request.POST, currency)
    typed, status = Typed(request.POST, grid.problems), 422
    try:
        if grid.problems:
            raise Invalid({})
        actions.save_portfolio(
            request.actor,
            portfolio=found,
            version=grid.version,
            name=grid.name,
            capacities=grid.capacities,
            candidates=grid.candidates,
        )
        if "find" in request.POST:
            actions.find_what_fits(request.actor, portfolio=found)
        else:
            say(request, _("Saved."))
        return go(request, _address(found))
    except Invalid as error:
        typed = Typed(request.POST, {**grid.problems, **error.problems})
    except Conflict as error:
        typed, status = Typed(request.POST, conflict=error.reason), 409
    page = queries.portfolio_page(request.actor, uid, currency, typed)
    return render_page(request, _PAGE, page, status=status)


@require_POST
def find(request: SignedIn, uid: str) -> HttpResponse:
    """Ask what fits, for the portfolio as it is kept."""
    found = find_portfolio(request.actor, uid, "edit")
    try:
        actions.find_what_fits(request.actor, portfolio=found)
    except Invalid as error:
        warn(request, str(error))
    return go(request, _address(found))


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: SignedIn, uid: str) -> HttpResponse:
    """Take open projects over as candidates; what each is worth and takes is filled in afterwards."""
    found = find_portfolio(request.actor, uid, "edit")
    projects = {project.uid: project for project in queries.takeable(request.actor, found)}
    choices = [(key, f"{one.title} ({one.leader.name})") for key, one in projects.items()]
    form = TakeForm(choices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = [projects[key] for key in form.cleaned_data["projects"]]
        try:
            count = actions.take_in(
                request.actor,
                portfolio=found,
                capacities=[],
                candidates=[CandidateGiven(one.uid, one.title, 0) for one in chosen],
                project_of={one.title: one for one in chosen},
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            text = ngettext("%(count)d project was taken over.", "%(count)d projects were taken over.", count)
            say(request, text % {"count": count})
            return go(request, _address(found))
    title = _("Take from projects")
    lede = _("They come in with no value and no hours; fill those in afterwards.")
    if not choices:
        lede = _("There is no open opportunity or project that is not in this portfolio already.")
    return _form(request, found, form, title, lede, _("Take over"))


@require_http_methods(["GET", "HEAD", "POST"])
def take_file(request: SignedIn, uid: str) -> HttpResponse:
    """Take candidates in from the file that the command line reads."""
    found = find_portfolio(request.actor, uid, "edit")
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        capacities = {one.name: one for one in form.cleaned_data["capacities"]}
        kept = {one.name: CapacityGiven(one.name, one.name, one.minutes) for one in found.capacities.all()}
        upload = form.cleaned_data["file"]
        problems: list[str] = []
        if upload is not None and upload.size > settings.MAX_UPLOAD_BYTES:
            problems.append(_("The file is too large."))
        else:
            content = upload.read() if upload is not None else form.cleaned_data["text"].encode()
            name = upload.name if upload is not None else _("what was pasted")
            currency = request.organisation.currency
            given, problems = read_file(content, name, {**kept, **capacities}, currency)
        try:
            if problems:
                raise Invalid({"file": problems})
            count = actions.take_in(
                request.actor, portfolio=found, capacities=given.capacities, candidates=given.candidates
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            text = ngettext("%(count)d candidate was taken in.", "%(count)d candidates were taken in.", count)
            say(request, text % {"count": count})
            return go(request, _address(found))
    lede = _("One project a row: project, value, and a column of hours for each capacity.")
    return _form(request, found, form, _("Bring a file"), lede, _("Take in"))


def _form(request: SignedIn, found: Portfolio, form: Form, title: str, lede: str, send: str) -> HttpResponse:
    page = FormPage(
        title=title,
        lede=lede,
        crumbs=queries.crumbs(queries.list_crumb(), Crumb(found.name, _address(found)), Crumb(title)),
        who_sees=access.only_self(),
        form=form,
        send=send,
        cancel=_address(found),
    )
    return (invalid if form.errors else render_page)(request, "projects/fit/form.html", page)


@require_safe
def export(request: SignedIn, uid: str) -> HttpResponse:
    """The portfolio as the file that the command line and this page read."""
    found = find_portfolio(request.actor, uid)
    header, lines = queries.csv_rows(read_rows(found), request.organisation.currency)
    return csv_response(found.name, header, [[_cell(cell) for cell in line] for line in lines])


def _cell(value: object) -> str | int | Decimal:
    return value if isinstance(value, (int, Decimal)) else str(value)


@require_POST
def remove(request: SignedIn, uid: str) -> HttpResponse:
    """Take a capacity or a candidate out."""
    found = find_portfolio(request.actor, uid, "edit")
    which = {
        kind: int(text)
        for kind in ("capacity", "candidate")
        if (text := request.POST.get(kind, "")).isascii() and text.isdigit() and len(text) < 19
    }
    try:
        token = actions.remove(request.actor, portfolio=found, **which)
        say(request, _("Taken out."), undo=f"{_address(found, 'fit_put_back')}?removed={token}")
    except Invalid as error:
        warn(request, str(error))
    return go(request, _address(found))


@require_POST
def put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Undo that."""
    found = find_portfolio(request.actor, uid, "edit")
    try:
        actions.put_back(request.actor, portfolio=found, token=request.GET.get("removed", ""))
        say(request, _("Put back."))
    except Invalid as error:
        warn(request, str(error))
    return go(request, _address(found))


@require_POST
def archive(request: SignedIn, uid: str) -> HttpResponse:
    """Put a portfolio away."""
    found = find_portfolio(request.actor, uid, "edit")
    actions.archive_portfolio(request.actor, portfolio=found)
    say(request, _("Put away."), undo=_address(found, "fit_restore"))
    return go(request, reverse("projects:fit_list"))


@require_POST
def restore(request: SignedIn, uid: str) -> HttpResponse:
    """Take it out again."""
    found = find_portfolio(request.actor, uid, "edit")
    actions.restore_portfolio(request.actor, portfolio=found)
    return go(request, _address(found))
