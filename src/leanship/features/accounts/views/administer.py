"""Accounts, as administrators see them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from leanship.features.accounts import actions, queries
from leanship.features.accounts.forms import InviteForm, RoleForm, add_problems
from leanship.features.accounts.middleware import actor
from leanship.features.accounts.models import User
from leanship.features.accounts.views.own import crumbs
from leanship.features.accounts.views.pages import AccountPage, AccountsPage, FormPage
from leanship.features.base import clock
from leanship.features.base.errors import Invalid, Refused
from leanship.features.org import access
from leanship.web import format as fmt
from leanship.web import htmx
from leanship.web.layout import Fact, say
from leanship.web.lists import ListRequest, csv_response, wants_csv


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Everyone, and how they get in."""
    who = actor(request)
    asked = ListRequest.of(request, queries.accounts_spec())
    if wants_csv(request):
        header = ["name", "title", "email", "signs_in_as", "role", "account", "last_signed_in"]
        rows = [
            [
                row.name,
                row.title,
                row.email,
                row.username,
                row.role,
                row.state,
                row.last_sign_in.isoformat() if row.last_sign_in else "",
            ]
            for row in queries.all_accounts(who, asked)
        ]
        return csv_response("accounts", header, rows)
    page = AccountsPage(
        title=_("Accounts"),
        lede=_(
            "Who can sign in, and as what. What they may see follows from their place in the organisation."
        ),
        who_sees=access.audience("account"),
        crumbs=crumbs((_("Accounts"), "")),
        list=queries.accounts(who, asked),
    )
    return htmx.render_page(request, "accounts/accounts.html", page, "accounts/_accounts.html")


def _account_page(
    request: HttpRequest, user: User, *, form: RoleForm | None = None, link: str = ""
) -> AccountPage:
    form = form or RoleForm(initial={"role": user.role, "version": user.version})
    return AccountPage(
        title=user.person.name,
        who_sees=access.audience("account"),
        crumbs=crumbs((_("Accounts"), "accounts:accounts"), (user.person.name, "")),
        uid=user.uid,
        name=user.person.name,
        facts=(
            Fact(_("Signs in as"), user.username),
            Fact(_("Account"), _("can sign in") if user.is_active else _("switched off")),
            Fact(_("Password"), _("set") if user.has_usable_password() else _("none yet; signs in by link")),
            Fact(_("Last signed in"), fmt.moment(user.last_login) if user.last_login else _("not yet")),
        ),
        active=user.is_active,
        form=form,
        happenings=queries.happenings(actor(request), user),
        link=link,
        link_until=clock.now() + actions.LIFETIME if link else None,
    )


@require_safe
def account(request: HttpRequest, uid: str) -> HttpResponse:
    """One account."""
    user = queries.account(actor(request), uid)
    return htmx.render_page(request, "accounts/account.html", _account_page(request, user))


@require_POST
def role(request: HttpRequest, uid: str) -> HttpResponse:
    """Another role."""
    user = queries.account(actor(request), uid)
    form = RoleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_role(actor(request), user, role=given["role"], version=given["version"])
        except Invalid as error:
            add_problems(form, error.problems)
        except Refused as error:
            form.add_error("role", error.reason)
        else:
            label = dict(User.Roles.choices)[given["role"]]
            say(request, _("%(name)s: %(role)s.") % {"name": user.person.name, "role": label})
            return htmx.go(request, reverse("accounts:account", args=[uid]))
    return htmx.invalid(request, "accounts/account.html", _account_page(request, user, form=form))


@never_cache
@require_POST
def make_link(request: HttpRequest, uid: str) -> HttpResponse:
    """A sign-in link for somebody, shown this once."""
    user = queries.account(actor(request), uid)
    url = actions.create_sign_in_link(actor(request), user)
    return htmx.render_page(
        request, "accounts/account.html", _account_page(request, user, link=url), status=201
    )


@require_POST
def deactivate(request: HttpRequest, uid: str) -> HttpResponse:
    """Switch an account off."""
    user = actions.deactivate(actor(request), queries.account(actor(request), uid))
    undo = reverse("accounts:reactivate", args=[uid])
    say(request, _("%(name)s can no longer sign in.") % {"name": user.person.name}, undo=undo)
    return htmx.go(request, reverse("accounts:account", args=[uid]))


@require_POST
def reactivate(request: HttpRequest, uid: str) -> HttpResponse:
    """Switch an account on again."""
    user = actions.reactivate(actor(request), queries.account(actor(request), uid))
    say(request, _("%(name)s can sign in again.") % {"name": user.person.name})
    return htmx.go(request, reverse("accounts:account", args=[uid]))


@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Give somebody an account: a person of the organisation (?person=uid), or somebody new."""
    who = actor(request)
    uid = request.GET.get("person", "")
    person = queries.person_to_invite(who, uid) if uid else None
    access.require(who, "edit", access.About("account"))
    initial = {"username": person.email or "" if person else ""}
    form = InviteForm(request.POST or None, initial=initial, known=person is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if person is None:
                made = actions.invite_newcomer(
                    who, name=given["name"], username=given["username"], role=given["role"]
                )
            else:
                made = actions.invite(who, person=person, username=given["username"], role=given["role"])
        except Invalid as error:
            add_problems(form, error.problems, {"email": "username"})
        else:
            shown = _account_page(request, made.user, link=made.url)
            return htmx.render_page(request, "accounts/account.html", shown, status=201)
    page = FormPage(
        title=_("Invite %(name)s") % {"name": person.name} if person else _("Invite somebody"),
        form=form,
        who_sees=access.audience("account"),
        crumbs=crumbs((_("Accounts"), "accounts:accounts"), (_("Invite"), "")),
        send=_("Make the account and its link"),
        lede=_("They get a link that signs them in once, within 15 minutes, and set a password then."),
    )
    return htmx.render_page(request, "accounts/form.html", page, status=422 if form.is_bound else 200)
