"""The first run."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from leanship.features.accounts import actions
from leanship.features.accounts.forms import SetupForm, add_problems, local_time_zone
from leanship.features.accounts.middleware import actor
from leanship.features.accounts.views.pages import BarePage, HubPage, Place
from leanship.features.accounts.views.sign_in import let_in
from leanship.features.base import policies
from leanship.features.base.errors import Invalid, Refused
from leanship.features.org import access
from leanship.web.htmx import render_page


@never_cache
@sensitive_post_parameters("password", "token")
@login_not_required
def setup(request: HttpRequest) -> HttpResponse:
    """Make the organisation and its first person; once that is done, this page leads on."""
    if policies.organisation() is not None:
        return HttpResponseRedirect("/")
    if request.method != "POST":
        form = SetupForm(initial={"time_zone": local_time_zone(), "token": request.GET.get("token", "")})
        return render(request, "accounts/setup.html", {"page": _page(form)})
    form = SetupForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        first = {field: given[field] for field in actions.FirstRun.__dataclass_fields__}
        try:
            user = actions.set_up(token=given["token"], given=actions.FirstRun(**first))
        except Invalid as error:
            add_problems(form, error.problems)
        except Refused:
            return HttpResponseRedirect("/")
        else:
            let_in(request, user)
            return HttpResponseRedirect("/" if given["way"] == "alone" else reverse("accounts:welcome"))
    return render(request, "accounts/setup.html", {"page": _page(form)}, status=422)


def _page(form: SetupForm) -> BarePage:
    return BarePage(
        title=_("Set up Leanship"),
        lede=_("A minute, once. Everything stays on this machine, and everything can be changed later."),
        form=form,
    )


def places(*wanted: tuple[str, str, str]) -> tuple[Place, ...]:
    """The places (url name, label, text) whose pages are there."""
    found = []
    for name, label, text in wanted:
        try:
            found.append(Place(label, reverse(name), text))
        except NoReverseMatch:
            continue
    return tuple(found)


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What to do next when several people will use it."""
    access.require(actor(request), "edit", access.About("organisation"))
    page = HubPage(
        title=_("Leanship is ready"),
        lede=_("Three steps, in this order, when you have time for them."),
        who_sees=access.audience("organisation", act="edit"),
        places=places(
            (
                "connect:imports",
                _("Bring in your people"),
                _("From a table with names and whom each reports to; you see what will happen first."),
            ),
            (
                "accounts:accounts",
                _("Let them in"),
                _("Give each person who shall sign in an account, and hand over the link."),
            ),
            (
                "accounts:policies",
                _("Look at the policies"),
                _("From when a result meets or exceeds its standard, and what is switched on."),
            ),
        ),
    )
    return render_page(request, "accounts/hub.html", page)
