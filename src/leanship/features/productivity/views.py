"""Pages of KPIs and of their series."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org import access
from leanship.features.productivity import actions, queries, values
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.forms import KpiForm, StandardForm, SubjectForm, add_problems
from leanship.features.productivity.kpi_form_page import KpiFormPage, form_page, subject_page
from leanship.features.productivity.models import Kpi
from leanship.features.productivity.subjects import find_subject
from leanship.web.htmx import go, render_page
from leanship.web.layout import say
from leanship.web.lists import csv_response, wants_csv

LIST, KPI, FORM, SUBJECT = (
    f"productivity/{name}.html" for name in ("kpi_list", "kpi", "kpi_form", "series_form")
)


@require_GET
def kpis(request: SignedIn) -> HttpResponse:
    """The list of KPIs."""
    if wants_csv(request):
        return csv_response("kpis", queries.KPI_COLUMNS, queries.kpi_table(request.actor, request))
    page = queries.kpi_list(request.actor, request)
    return render_page(request, LIST, page, {"kpi-rows": "productivity/_kpi_rows.html"})


@require_GET
def kpi(request: SignedIn, uid: str) -> HttpResponse:
    """One KPI with its series."""
    if wants_csv(request):
        return csv_response(
            "series", queries.SERIES_COLUMNS, queries.series_table(request.actor, uid, request)
        )
    return _kpi(request, uid, StandardForm())


def _kpi(request: SignedIn, uid: str, form: StandardForm) -> HttpResponse:
    today = policies.today_of(request.organisation)
    page = queries.kpi_page(request.actor, uid, request, today, standard_form=form)
    fragment = {"series-rows": "productivity/_series_rows.html"}
    return render_page(request, KPI, page, fragment, status=422 if form.errors else 200)


def _form(request: SignedIn, page: KpiFormPage) -> HttpResponse:
    fragment = {"says": "productivity/_kpi_says.html"}
    return render_page(
        request, FORM, page, fragment, status=422 if page.form.errors and not page.asked else 200
    )


@require_http_methods(["GET", "POST"])
def kpi_new(request: SignedIn) -> HttpResponse:
    """Define a KPI; "show" says what it would mean without saving it."""
    if request.method == "GET":
        return _form(request, form_page(request, KpiForm(initial={"for_me": True})))
    form = KpiForm(request.POST)
    if "show" in request.POST or request.headers.get("HX-Target") == "says":
        return _form(request, form_page(request, form, asked=True))
    if not form.is_valid():
        return _form(request, form_page(request, form))
    try:
        made = actions.create_kpi(
            request.actor,
            form.definition,
            standard=form.cleaned_data["standard"],
            since=form.cleaned_data["since"],
            sign=values.decimal_sign(),
        )
        if form.cleaned_data["for_me"]:
            actions.add_series(request.actor, kpi=made, person=request.user.person)
    except Invalid as error:
        add_problems(form, error)
        return _form(request, form_page(request, form))
    say(request, _("%(name)s is defined.") % {"name": made.name})
    return go(request, reverse("productivity:kpi", args=[made.uid]))


@require_http_methods(["GET", "POST"])
def kpi_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Change a definition."""
    found, _may = queries.kpi_of(request.actor, uid)
    access.require(request.actor, "edit", found)
    if request.method == "GET":
        initial = vars(Definition.of(found)) | {"version": found.version}
        return _form(request, form_page(request, KpiForm(initial=initial, editing=True), found))
    form = KpiForm(request.POST, editing=True)
    if "show" in request.POST or request.headers.get("HX-Target") == "says":
        return _form(request, form_page(request, form, found, asked=True))
    if not form.is_valid():
        return _form(request, form_page(request, form, found))
    try:
        actions.edit_kpi(
            request.actor,
            found,
            form.definition,
            version=form.cleaned_data["version"] or 0,
            reason=form.cleaned_data["reason"],
            sign=values.decimal_sign(),
        )
    except Invalid as error:
        add_problems(form, error)
        return _form(request, form_page(request, form, found))
    say(request, _("Saved."))
    return go(request, reverse("productivity:kpi", args=[uid]))


def _found(request: SignedIn, uid: str) -> Kpi:
    return queries.kpi_of(request.actor, uid)[0]


@require_POST
def kpi_archive(request: SignedIn, uid: str) -> HttpResponse:
    """Take a KPI out of use."""
    actions.archive_kpi(request.actor, _found(request, uid))
    say(request, _("Archived."), undo=reverse("productivity:kpi_restore", args=[uid]))
    return go(request, reverse("productivity:kpi", args=[uid]))


@require_POST
def kpi_restore(request: SignedIn, uid: str) -> HttpResponse:
    """Take a KPI into use again."""
    actions.restore_kpi(request.actor, _found(request, uid))
    say(request, _("Restored."), undo=reverse("productivity:kpi_archive", args=[uid]))
    return go(request, reverse("productivity:kpi", args=[uid]))


@require_POST
def kpi_standard(request: SignedIn, uid: str) -> HttpResponse:
    """Set the standard of a KPI from a period on."""
    found = _found(request, uid)
    access.require(request.actor, "edit", found)
    form = StandardForm(request.POST)
    if form.is_valid():
        try:
            actions.set_standard(request.actor, kpi=found, sign=values.decimal_sign(), **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("The standard is set; earlier periods keep theirs."))
            return go(request, reverse("productivity:kpi", args=[uid]))
    return _kpi(request, uid, form)


@require_http_methods(["GET", "POST"])
def series_new(request: SignedIn, uid: str) -> HttpResponse:
    """Measure a KPI for somebody."""
    found = _found(request, uid)
    form = SubjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person, team = find_subject(request.actor, form.cleaned_data["subject"])
            made = actions.add_series(
                request.actor,
                kpi=found,
                person=person,
                team=team,
                weight=form.cleaned_data["weight"],
                must_hold=form.cleaned_data["must_hold"],
            )
        except NotFound:
            form.add_error("subject", _("You may not measure this person: that is for them and their line."))
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Added."), undo=reverse("productivity:series_archive", args=[made.uid]))
            return go(request, reverse("productivity:series", args=[made.uid]))
    return render_page(
        request, SUBJECT, subject_page(request, form, found), status=422 if form.errors else 200
    )
