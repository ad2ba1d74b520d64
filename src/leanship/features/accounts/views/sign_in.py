"""In and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from leanship.features.accounts import actions
from leanship.features.accounts.forms import SendLinkForm, SignInForm
from leanship.features.accounts.models import User
from leanship.features.accounts.views.pages import BarePage
from leanship.features.base.errors import NotFound
from leanship.web import htmx
from leanship.web.layout import say

BY_LINK = "signed_in_by_link"  # in the session: a link has just shown who this is
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def way_on(request: HttpRequest) -> str:
    """Where `next` leads, if that is on this host; else the first page. Never to somebody else's site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL


def let_in(request: HttpRequest, user: User) -> None:
    """Begin a session."""
    login(request, user, backend=_BACKEND)


def _page(request: HttpRequest, form: SignInForm) -> BarePage:
    on = way_on(request)
    return BarePage(
        title=_("Sign in"),
        form=form,
        next="" if on == settings.LOGIN_REDIRECT_URL else on,
        mail=actions.mail_is_on(),
        name=getattr(getattr(request, "organisation", None), "name", ""),
    )


@never_cache
@sensitive_post_parameters("password")
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: in, or the form again with kind words."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(way_on(request))
    if request.method != "POST":
        if request.headers.get("HX-Request") == "true":
            # A session that ended while a page was open: the whole page goes to sign in, not a piece of it.
            return HttpResponse(status=204, headers={"HX-Redirect": request.get_full_path()})
        return render(request, "accounts/sign_in.html", {"page": _page(request, SignInForm())})
    form = SignInForm(request.POST)
    if form.is_valid():
        user = authenticate(
            request,
            # in one spelling, or every capital letter would give six tries more
            username=form.cleaned_data["username"].strip().casefold(),
            password=form.cleaned_data["password"],
        )
        if isinstance(user, User):
            let_in(request, user)
            return htmx.go(request, way_on(request))
        form.add_error(None, _("This name and password do not fit together. Look at both once more."))
    return render(request, "accounts/sign_in.html", {"page": _page(request, form)}, status=422)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """Too many wrong passwords: 429, and the ways that are still open."""
    wait = int(timedelta(hours=settings.AXES_COOLOFF_TIME).total_seconds())
    words = _(
        "There were too many wrong passwords for this name from here. Try again in %(minutes)d minutes."
    )
    page = {"minutes": wait // 60, "text": words % {"minutes": wait // 60}, "mail": actions.mail_is_on()}
    answer = render(request, "accounts/locked_out.html", {"page": page}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


@never_cache
@require_POST
@login_not_required
def send_link(request: HttpRequest) -> HttpResponse:
    """Mail a link, and say the same whether or not there is such an account."""
    if not actions.mail_is_on():
        raise NotFound
    form = SendLinkForm(request.POST)
    if not form.is_valid():
        page = BarePage(title=_("Sign-in link"), form=form)
        return render(request, "accounts/send_link.html", {"page": page}, status=422)
    actions.send_sign_in_link(form.cleaned_data["username"])
    return render(request, "accounts/link_sent.html")


@never_cache
@login_not_required
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whom the link signs in, POST does it: programs that open links in mails use none up."""
    try:
        if request.method != "POST":
            user = actions.look_at_link(token)
            return render(request, "accounts/link.html", {"page": {"name": user.person.name, "token": token}})
        user = actions.use_sign_in_link(token)
    except actions.LinkGone as gone:
        page = {"reason": gone.reason, "mail": actions.mail_is_on()}
        return render(request, "accounts/link_gone.html", {"page": page}, status=410)
    except NotFound:
        page = {
            "reason": _("There is no such link. Perhaps its end is missing."),
            "mail": actions.mail_is_on(),
        }
        return render(request, "accounts/link_gone.html", {"page": page}, status=404)
    let_in(request, user)
    request.session[BY_LINK] = True
    demo = getattr(getattr(request, "organisation", None), "is_demo", False)
    if not user.has_usable_password() and not demo:
        say(request, _("Welcome. Set a password, so that you need no link next time."))
        return HttpResponseRedirect(reverse("accounts:password"))
    return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser forget what it kept of the pages."""
    logout(request)
    response = htmx.go(request, reverse("accounts:sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
