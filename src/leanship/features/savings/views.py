"""The pages of savings: find, act, answer."""

from __future__ import annotations

from datetime import datetime

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.org import access
from leanship.features.org.forms import add_problems
from leanship.features.savings import actions, amounts, queries, sources
from leanship.features.savings.forms import AgainForm, AskForm, ChangeFiguresForm, ClaimForm, DecideForm
from leanship.features.savings.models import Saving
from leanship.features.savings.page import FormPage
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say
from leanship.web.lists import ListRequest, csv_response, wants_csv

_COLUMNS = (
    *("id", "title", "claimant", "unit", "how_often", "target", "forecast", "actual"),
    *("state", "confirmed_by", "confirmed_on", "claimed_on"),
)


@require_safe
def ledger(request: SignedIn) -> HttpResponse:
    """The ledger of the organisation."""
    asked = ListRequest.of(request, queries.ledger_spec(request.actor))
    if wants_csv(request):
        return _csv(request, asked)
    page = queries.ledger(request.actor, asked, request.organisation)
    return render_page(request, "savings/ledger.html", page, {"savings": "savings/_ledger.html"})


def _csv(request: SignedIn, asked: ListRequest) -> HttpResponse:
    currency = request.organisation.currency
    rows = queries.found_savings(request.actor, asked).order_by(*asked.order_by)
    lines = [
        (
            row.uid,
            row.title,
            row.claimant.name,
            amounts.unit_of(row.kind, row.unit, currency),
            row.per,
            *(amounts.exact(value, row.kind, currency) for value in (row.target, row.forecast, row.actual)),
            row.state,
            row.confirmed_by.name if row.confirmed_by else "",
            _day(row.confirmed_at),
            _day(row.claimed_at),
        )
        for row in rows
    ]
    return csv_response("savings", _COLUMNS, lines)


def _day(at: datetime | None) -> str:
    """The day of an instant where the organisation is."""
    return timezone.localtime(at).date().isoformat() if at else ""


@require_safe
def saving(request: SignedIn, uid: str) -> HttpResponse:
    """One saving."""
    return render_page(
        request, "savings/saving.html", queries.saving_page(request.actor, uid, request.organisation)
    )


def _form(request: SignedIn, form: Form, page: FormPage) -> HttpResponse:
    return (invalid if form.errors else render_page)(request, "savings/form.html", page)


def _crumbs(found: Saving, last: str) -> tuple[Crumb, ...]:
    own = Crumb(found.title, reverse("savings:saving", args=[found.uid]))
    return (queries.ledger_crumb(), own, Crumb(last))


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedIn, kind: str, uid: str) -> HttpResponse:
    """Claim what something saves."""
    source = sources.find(request.actor, kind, uid)
    if not source.may_claim:
        raise Refused(_("only whoever works on this may claim what it saves"))
    form = ClaimForm(request.POST or None, currency=request.organisation.currency)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.claim(
                request.actor,
                source_kind=kind,
                source_uid=uid,
                kind=given["kind"],
                per=given["per"],
                unit=given["unit"],
                figures=form.figures(),
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Your claim is there."), undo=reverse("savings:withdraw", args=[made.uid]))
            return go(request, reverse("savings:saving", args=[made.uid]))
    page = FormPage(
        title=_("Claim a saving"),
        lede=source.title,
        crumbs=(Crumb(source.title, source.url), Crumb(_("Claim a saving"))),
        who_sees=access.audience("saving"),
        form=form,
        send=_("Claim"),
        cancel=source.url,
    )
    return _form(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: SignedIn, uid: str) -> HttpResponse:
    """Other figures."""
    found = queries.saving_by_uid(request.actor, uid)
    access.require(request.actor, "edit", found)
    currency = request.organisation.currency
    initial = {which: amounts.typed(getattr(found, which), found.kind, currency) for which in actions.FIGURES}
    form = ChangeFiguresForm(
        request.POST or None,
        initial=initial | {"version": found.version},
        kind=found.kind,
        currency=currency,
    )
    back = reverse("savings:saving", args=[uid])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_figures(
                request.actor,
                saving=found,
                version=given["version"],
                figures=form.figures(),
                reason=given["reason"],
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Saved."))
            return go(request, back)
    page = FormPage(
        title=_("Target, forecast and actual"),
        lede=_("%(title)s, in %(unit)s %(per)s")
        % {
            "title": found.title,
            "unit": queries.kind_words(found.kind, found.unit, currency),
            "per": queries.per_words(found.per),
        },
        crumbs=_crumbs(found, _("Figures")),
        who_sees=access.audience("saving"),
        form=form,
        send=_("Save"),
        cancel=back,
    )
    return _form(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedIn, uid: str) -> HttpResponse:
    """Ask a colleague to confirm."""
    found = queries.saving_by_uid(request.actor, uid)
    access.require(request.actor, "edit", found)
    form = AskForm(request.POST or None)
    back = reverse("savings:saving", args=[uid])
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(request.actor, saving=found, asked=form.cleaned_data["asked"])
        except Invalid as error:
            add_problems(form, error)
        else:
            text = _("%(name)s is asked.") % {"name": made.asked.name}
            say(request, text, undo=reverse("savings:take_back", args=[made.uid]))
            return go(request, back)
    page = FormPage(
        title=_("Ask for confirmation"),
        lede=found.title,
        crumbs=_crumbs(found, _("Ask for confirmation")),
        who_sees=access.audience("confirmation", found.claimant),
        form=form,
        send=_("Ask"),
        cancel=back,
    )
    return _form(request, form, page)


@require_POST
def take_back(request: SignedIn, uid: str) -> HttpResponse:
    """No longer ask."""
    found = queries.confirmation_by_uid(request.actor, uid)
    actions.take_back(request.actor, confirmation=found)
    say(request, _("%(name)s is no longer asked.") % {"name": found.asked.name})
    return go(request, sources.find(request.actor, found.what, found.what_uid).url)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedIn, uid: str) -> HttpResponse:
    """Confirm or decline what one was asked."""
    found = queries.confirmation_by_uid(request.actor, uid)
    access.require(request.actor, "decide", found)
    if found.decision:
        raise Conflict(_("This was decided or taken back meanwhile."))
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = actions.confirm if form.cleaned_data["decision"] == "confirmed" else actions.decline
        try:
            act(request.actor, confirmation=found, reason=form.cleaned_data["reason"])
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Your answer is there."))
            return go(request, sources.find(request.actor, found.what, found.what_uid).url)
    page = queries.decide_page(request.actor, found, form, request.organisation)
    return (invalid if form.errors else render_page)(request, "savings/decide.html", page)


@require_POST
def withdraw(request: SignedIn, uid: str) -> HttpResponse:
    """Take a claim back."""
    found = queries.saving_by_uid(request.actor, uid)
    actions.withdraw(request.actor, saving=found)
    say(request, _("The claim is withdrawn."), undo=reverse("savings:restore", args=[uid]))
    return go(request, reverse("savings:ledger"))


@require_POST
def restore(request: SignedIn, uid: str) -> HttpResponse:
    """Claim again what was withdrawn."""
    found = queries.saving_by_uid(request.actor, uid)
    actions.restore(request.actor, saving=found)
    say(request, _("The claim is there again."))
    return go(request, reverse("savings:saving", args=[uid]))


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: SignedIn, uid: str) -> HttpResponse:
    """The second look, 90 days on."""
    found = queries.saving_by_uid(request.actor, uid)
    access.require(request.actor, "again", found)
    form = AgainForm(request.POST or None, initial={"version": found.version})
    back = reverse("savings:saving", args=[uid])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.look_again(
                request.actor,
                saving=found,
                version=given["version"],
                holds=given["holds"] == "yes",
                reason=given["reason"],
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Your answer is there."))
            return go(request, back)
    row = queries.saving_row(found, request.organisation.currency)
    page = FormPage(
        title=_("Is the gain still there?"),
        lede=_("%(title)s: %(actual)s, %(per)s, confirmed by %(name)s")
        % {"title": row.title, "actual": row.actual, "per": row.per, "name": row.confirmed_by},
        crumbs=_crumbs(found, _("Second look")),
        who_sees=access.audience("saving"),
        form=form,
        send=_("Answer"),
        cancel=back,
    )
    return _form(request, form, page)
