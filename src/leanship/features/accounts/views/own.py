"""One's own settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from leanship.features.accounts import actions, queries
from leanship.features.accounts.forms import PasswordForm, PreferencesForm, TokenForm, add_problems
from leanship.features.accounts.middleware import actor
from leanship.features.accounts.models import User
from leanship.features.accounts.views.pages import FormPage, HubPage, MyPage, TokensPage
from leanship.features.accounts.views.setup import places
from leanship.features.accounts.views.sign_in import BY_LINK
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.web import format as fmt
from leanship.web import htmx
from leanship.web.layout import Crumb, Fact, say


def crumbs(*last: tuple[str, str]) -> tuple[Crumb, ...]:
    """Settings, and the steps below it as (label, url name); the last is the page itself."""
    steps = [Crumb(_("Settings"), reverse("accounts:settings"))]
    steps += [Crumb(label, reverse(name) if name else "") for label, name in last]
    return tuple(steps)


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Settings: where to go."""
    who = actor(request)
    wanted = [
        ("accounts:me", _("My settings"), _("Password, light or dark, where you are signed in.")),
        ("accounts:tokens", _("API keys"), _("Let a program of yours read or write in your name.")),
        (
            "accounts:policies",
            _("Policies"),
            _("Thresholds, switched-on parts, days to answer; with their history."),
        ),
    ]
    if access.may(who, "edit", About("organisation")):
        wanted.append(("accounts:organisation", _("Organisation"), _("Name, time zone and currency.")))
    if access.may(who, "read", About("account")):
        wanted.append(("accounts:accounts", _("Accounts"), _("Who can sign in, as what, and invitations.")))
    if access.may(who, "edit", About("import")):
        wanted.append(("connect:imports", _("Import"), _("Bring in people and figures from tables.")))
    if access.may(who, "read", About("job")):
        wanted.append(("jobs:list", _("Jobs"), _("What runs beside the pages, and what went wrong.")))
    wanted.append(("help:home", _("Help"), _("How Leanship works, and how to do things.")))
    page = HubPage(title=_("Settings"), lede="", places=places(*wanted), who_sees=queries.only_me(who))
    return htmx.render_page(request, "accounts/hub.html", page)


def _my_page(request: HttpRequest, user: User, form: PreferencesForm) -> MyPage:
    who = actor(request)
    last = user.last_login
    return MyPage(
        title=_("My settings"),
        who_sees=queries.me_and_administrators(who),
        crumbs=crumbs((_("My settings"), "")),
        facts=(
            Fact(_("Name"), user.person.name),
            Fact(_("Signs in as"), user.username),
            Fact(_("Role"), str(User.Roles(user.role).label)),
            Fact(_("Last signed in"), fmt.moment(last) if last else _("not yet")),
        ),
        preferences=form,
        has_password=user.has_usable_password(),
        happenings=queries.happenings(who, user),
    )


def me(request: HttpRequest) -> HttpResponse:
    """My settings; POST keeps the preferences."""
    user = queries.own_account(actor(request))
    if request.method != "POST":
        form = PreferencesForm(initial={"theme": user.theme, "language": user.language})
        return htmx.render_page(request, "accounts/me.html", _my_page(request, user, form))
    form = PreferencesForm(request.POST)
    if form.is_valid():
        language = form.cleaned_data.get("language", user.language)
        try:
            actions.change_preferences(actor(request), theme=form.cleaned_data["theme"], language=language)
        except Invalid as error:
            add_problems(form, error.problems)
        else:
            say(request, _("Kept."))
            response = htmx.go(request, reverse("accounts:me"))
            if language:
                response.set_cookie(
                    settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax"
                )
            else:
                response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
            return response
    return htmx.invalid(request, "accounts/me.html", _my_page(request, user, form))


@never_cache
@sensitive_post_parameters("old", "new")
def password(request: HttpRequest) -> HttpResponse:
    """Set or change one's own password; every other session ends."""
    who = actor(request)
    user = queries.own_account(who)
    ask_old = user.has_usable_password() and not request.session.get(BY_LINK)
    form = PasswordForm(request.POST or None, ask_old=ask_old)
    if request.method == "POST" and form.is_valid():
        old = form.cleaned_data["old"] if ask_old else None
        try:
            user = actions.set_password(who, old=old, new=form.cleaned_data["new"])
        except Invalid as error:
            add_problems(form, error.problems)
        else:
            request.session.pop(BY_LINK, None)
            update_session_auth_hash(request, user)
            say(request, _("Your password is set. Everywhere else you are signed out."))
            return htmx.go(request, reverse("accounts:me"))
    page = FormPage(
        title=_("Change password") if user.has_usable_password() else _("Set a password"),
        form=form,
        who_sees=queries.only_me(who),
        crumbs=crumbs((_("My settings"), "accounts:me"), (_("Password"), "")),
        send=_("Set password"),
        lede=_("Everywhere else you are signed in, that ends."),
    )
    return htmx.render_page(request, "accounts/form.html", page, status=422 if form.is_bound else 200)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    user = actions.end_other_sessions(actor(request))
    update_session_auth_hash(request, user)
    say(request, _("Signed out everywhere else."))
    return htmx.go(request, reverse("accounts:me"))


def _tokens_page(request: HttpRequest, form: TokenForm, fresh: str = "") -> TokensPage:
    who = actor(request)
    return TokensPage(
        title=_("API keys"),
        lede=_("With a key a program does in your name what you may do, or only reads."),
        who_sees=queries.only_me(who),
        crumbs=crumbs((_("API keys"), "")),
        tokens=queries.tokens(who),
        form=form,
        fresh=fresh,
    )


@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """One's API keys; POST makes one and shows it this once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            _token, text = actions.create_token(
                actor(request),
                name=given["name"],
                read_only=not given["may_write"],
                expires_on=given["expires_on"],
            )
        except Invalid as error:
            add_problems(form, error.problems)
        else:
            page = _tokens_page(request, TokenForm(), fresh=text)
            return htmx.render_page(request, "accounts/tokens.html", page, status=201)
    status = 422 if form.is_bound else 200
    return htmx.render_page(request, "accounts/tokens.html", _tokens_page(request, form), status=status)


@require_POST
def revoke_token(request: HttpRequest, uid: str) -> HttpResponse:
    """Make a key useless."""
    token = queries.token(actor(request), uid)
    actions.revoke_token(actor(request), token)
    say(request, _("The key “%(name)s” no longer works.") % {"name": token.name})
    return htmx.go(request, reverse("accounts:tokens"))
