"""The organisation's settings and its policies."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leanship.features.accounts import actions, queries
from leanship.features.accounts.forms import POLICY_FORMS, OrganisationForm, PolicyForm, add_problems
from leanship.features.accounts.middleware import actor
from leanship.features.accounts.views.own import crumbs
from leanship.features.accounts.views.pages import FormPage, PoliciesPage, PolicyPage
from leanship.features.base import policies as base_policies
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.web import htmx
from leanship.web.layout import say


def organisation(request: HttpRequest) -> HttpResponse:
    """Name, time zone and currency."""
    who = actor(request)
    access.require(who, "edit", About("organisation"))
    found = queries.organisation(who)
    fields = ("name", "time_zone", "currency", "version")
    form = OrganisationForm(request.POST or None, initial={field: getattr(found, field) for field in fields})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_organisation(who, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error.problems)
        else:
            say(request, _("The organisation's settings are kept."))
            return htmx.go(request, reverse("accounts:organisation"))
    page = FormPage(
        title=_("Organisation"),
        form=form,
        who_sees=access.audience("organisation", act="edit"),
        crumbs=crumbs((_("Organisation"), "")),
        send=_("Keep"),
    )
    return htmx.render_page(request, "accounts/form.html", page, status=422 if form.is_bound else 200)


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """What the organisation has decided, today."""
    page = PoliciesPage(
        title=_("Policies"),
        lede=_(
            "What holds for everyone. A change is a new version that holds from a day on; nothing past changes."
        ),
        who_sees=access.audience("policy"),
        crumbs=crumbs((_("Policies"), "")),
        policies=queries.policy_overviews(actor(request)),
    )
    return htmx.render_page(request, "accounts/policies.html", page)


def _form(request: HttpRequest, name: str) -> PolicyForm:
    today = base_policies.today()
    if request.method == "POST":
        return POLICY_FORMS[name](request.POST)
    value = base_policies.policy(name, date.max)  # the newest, also one that begins later
    return POLICY_FORMS[name](initial={**POLICY_FORMS[name].initial_of(value), "valid_from": today})


def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy: its history, and the next version – first what it would change, then putting it into force."""
    who = actor(request)
    history = queries.policy_history(who, name)
    editor = bool(access.may(who, "edit", About("policy")))
    if request.method == "POST":
        access.require(who, "edit", About("policy"))
    form = _form(request, name) if editor else None
    preview = None
    if form is not None and form.is_bound and form.is_valid():
        given = {"valid_from": form.cleaned_data["valid_from"], "reason": form.cleaned_data["reason"]}
        try:
            actions.check_policy(who, name=name, value=form.value(), **given)
            if request.POST.get("step") == "keep":
                actions.set_policy(who, name=name, value=form.value(), **given)
                say(request, _("The new version is in the history below."))
                return htmx.go(request, reverse("accounts:policy", args=[name]))
            preview = queries.preview_policy(
                who, name=name, value=form.value(), valid_from=given["valid_from"]
            )
        except Invalid as error:
            add_problems(form, error.problems, {"off": "on"})
    kept = [(key, text) for key, texts in request.POST.lists() for text in texts] if preview else []
    page = PolicyPage(
        title=queries.policy_label(name),
        who_sees=access.audience("policy"),
        crumbs=crumbs((_("Policies"), "accounts:policies"), (queries.policy_label(name), "")),
        name=name,
        history=history,
        form=form,
        preview=preview,
        hidden=tuple((k, v) for k, v in kept if k not in ("step", "csrfmiddlewaretoken")),
    )
    wrong = form is not None and form.is_bound and preview is None
    return htmx.render_page(request, "accounts/policy.html", page, status=422 if wrong else 200)
