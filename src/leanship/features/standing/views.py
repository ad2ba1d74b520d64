"""The pages of My standing: find, act, answer."""

from __future__ import annotations

from datetime import date

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.features.org.models import Person
from leanship.features.standing import actions, queries
from leanship.features.standing.forms import AnswerForm, CommentForm, PutOffForm
from leanship.features.standing.page import AnswerPage, PutOffPage, StandingPage
from leanship.features.standing.takeaway import about_me
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say, warn


def _me(request: SignedIn) -> Person:
    return request.user.person


def _today(request: SignedIn) -> date:
    return policies.today_of(request.organisation)


def _problems(form: Form, error: Invalid) -> None:
    for field, messages in error.problems.items():
        form.add_error(field if field in form.fields else None, messages)


@require_GET
def today(request: SignedIn) -> HttpResponse:
    """The first page of the day."""
    page = queries.today_page(request.actor, _me(request), _today(request), request.modules_off)
    return render_page(request, "standing/today.html", page)


@require_GET
def waiting(request: SignedIn) -> HttpResponse:
    """Everything that waits for the viewer."""
    page = queries.waiting_page(request.actor, _me(request), _today(request), request.modules_off)
    return render_page(request, "standing/waiting.html", page)


def _standing(request: SignedIn, person: Person) -> StandingPage:
    return queries.standing_page(
        request.actor, person, _today(request), request.modules_off, request.organisation.currency
    )


@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """My standing."""
    page = _standing(request, _me(request))
    return render_page(request, "standing/standing.html", page)


@require_GET
def standing(request: SignedIn, uid: str) -> HttpResponse:
    """Where somebody stands, for those who may see it."""
    page = _standing(request, queries.person_by_uid(uid))
    return render_page(request, "standing/standing.html", page)


@require_GET
def take_away(request: SignedIn, uid: str) -> HttpResponse:
    """Everything about oneself as a file."""
    person = queries.person_by_uid(uid)
    response = HttpResponse(about_me(request.actor, person), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="leanship-about-me.zip"'
    return response


@require_POST
def comment(request: SignedIn, uid: str) -> HttpResponse:
    """Say something about a standing."""
    person = queries.person_by_uid(uid)
    try:
        made = actions.comment_on_standing(request.actor, person=person, text=_typed(request))
    except Invalid as error:
        warn(request, str(error))
        return go(request, _page_of(request, person))
    undo = reverse("standing:take_back", args=[made.uid])
    say(request, _("Your comment is there."), undo=undo)
    return go(request, _page_of(request, person))


@require_POST
def correction(request: SignedIn, uid: str) -> HttpResponse:
    """Ask that a figure be put right."""
    person = queries.person_by_uid(uid)
    try:
        made = actions.request_correction(request.actor, person=person, text=_typed(request))
    except Invalid as error:
        warn(request, str(error))
        return go(request, _page_of(request, person))
    undo = reverse("standing:take_back", args=[made.uid])
    say(request, _("Your request is there; the answer is owed by a date."), undo=undo)
    return go(request, _page_of(request, person))


def _typed(request: SignedIn) -> str:
    form = CommentForm(request.POST)
    return str(form.cleaned_data["text"]) if form.is_valid() else request.POST.get("text", "")


def _page_of(request: SignedIn, person: Person) -> str:
    if request.actor.person_id == person.pk:
        return reverse("standing:mine") + "#comments"
    return reverse("standing:of", args=[person.uid]) + "#comments"


@require_http_methods(["GET", "POST"])
def answer(request: SignedIn, uid: str) -> HttpResponse:
    """Answer a correction request."""
    asked, person = queries.comment_by_uid(request.actor, uid)
    actions.require_answer(request.actor, person)
    if asked.answered_at is not None or asked.archived_at is not None:
        raise Conflict(_("This request was answered or taken back meanwhile."))
    form = AnswerForm(request.POST or None, initial={"version": asked.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_correction(request.actor, comment=asked, **form.cleaned_data)
        except Invalid as error:
            _problems(form, error)
        else:
            say(request, _("Your answer is there."))
            return go(request, _page_of(request, person))
    names = {asked.author_id: person.name}
    page = AnswerPage(
        title=_("Answer a correction request"),
        crumbs=(Crumb(person.name, reverse("standing:of", args=[person.uid])),),
        who_sees=access.audience("standing", person),
        comment=queries.comment_line(asked, names, request.actor, _today(request), may_answer=False),
        form=form,
    )
    show = invalid if form.errors else render_page
    return show(request, "standing/answer.html", page)


@require_POST
def take_back(request: SignedIn, uid: str) -> HttpResponse:
    """Take a comment of one's own back."""
    found, person = queries.comment_by_uid(request.actor, uid)
    actions.take_back_comment(request.actor, comment=found)
    say(request, _("Taken back."), undo=reverse("standing:put_back", args=[found.uid]))
    return go(request, _page_of(request, person))


@require_POST
def put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Undo taking a comment back."""
    found, person = queries.comment_by_uid(request.actor, uid)
    actions.put_comment_back(request.actor, comment=found)
    say(request, _("It is there again."))
    return go(request, _page_of(request, person))


@require_http_methods(["GET", "POST"])
def put_off(request: SignedIn, uid: str) -> HttpResponse:
    """Put a next step off, with a reason."""
    person = queries.person_by_uid(uid)
    access.require(request.actor, "next_step", About("standing", person))
    initial = {"step": request.GET.get("step", ""), "about_uid": request.GET.get("about", "")}
    form = PutOffForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.put_off_step(request.actor, person=person, **form.cleaned_data)
        except Invalid as error:
            _problems(form, error)
        else:
            say(request, _("It can wait."), undo=reverse("standing:take_up", args=[row.uid]))
            return go(request, reverse("standing:mine"))
    page = PutOffPage(
        title=_("Put this step off"),
        crumbs=(Crumb(_("My standing"), reverse("standing:mine")),),
        who_sees=access.only_self(),
        form=form,
    )
    show = invalid if form.errors else render_page
    return show(request, "standing/put_off.html", page)


@require_POST
def take_up(request: SignedIn, uid: str) -> HttpResponse:
    """Take a put-off step up again."""
    actions.take_step_up_again(request.actor, put_off=queries.put_off_by_uid(request.actor, uid))
    say(request, _("It is proposed again."))
    return go(request, reverse("standing:mine"))
