"""Pages of feedback: find, act, answer."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.forms import add_problems
from leanship.features.org.views._common import FormPage
from leanship.features.projects.actions import feedback as actions
from leanship.features.projects.forms.feedback import AnswerForm, AskForm, TellForm
from leanship.features.projects.models import FeedbackRequest, Project
from leanship.features.projects.queries import feedback as queries
from leanship.features.projects.queries.finding import find_project
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import say
from leanship.web.lists import ListRequest, csv_response, wants_csv

_ONE = "projects/feedback/one.html"
_COLUMNS = (
    "id",
    "project",
    "asked_by",
    "asked_of",
    "asked_at",
    "question",
    "state",
    "answer",
    "deed",
    "deed_text",
)


def _list(request: SignedIn, project: Project | None) -> HttpResponse:
    asked = ListRequest.of(request, queries.feedback_spec())
    if wants_csv(request):
        rows = queries.found_feedback(request.actor, asked, project).order_by(*asked.order_by)
        lines = [
            (
                row.uid,
                row.project.title,
                row.asked_by.name,
                row.asked_of.name,
                row.asked_at.isoformat(timespec="seconds"),
                row.question,
                queries.state_of(row),
                row.answer,
                row.deed,
                row.deed_text,
            )
            for row in rows
        ]
        return csv_response("feedback", _COLUMNS, lines)
    page = queries.feedback_list(request.actor, asked, project)
    return render_page(
        request, "projects/feedback/list.html", page, {"feedback": "projects/feedback/_list.html"}
    )


@require_safe
def mine(request: SignedIn) -> HttpResponse:
    """All feedback I asked for or was asked for."""
    return _list(request, None)


@require_safe
def of_project(request: SignedIn, uid: str) -> HttpResponse:
    """My feedback about one project."""
    return _list(request, find_project(request.actor, uid))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedIn, uid: str) -> HttpResponse:
    """Ask colleagues about a change."""
    project = find_project(request.actor, uid)
    access.require(request.actor, "edit", project)
    form = AskForm(request.POST if request.method == "POST" else None)
    here = reverse("projects:feedback", args=[uid])
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask(
                request.actor,
                project=project,
                people=form.people(),
                question=form.cleaned_data["question"],
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            count = len(asked)
            text = ngettext("%(count)d colleague was asked.", "%(count)d colleagues were asked.", count)
            undo = reverse("projects:feedback_withdraw", args=[asked[0].uid]) if count == 1 else ""
            say(request, text % {"count": count}, undo=undo)
            return go(request, here)
    page = FormPage(
        title=_("Ask for feedback"),
        lede=_(
            "Whoever gives a view that is heard has a share in the change. What came of it is told back to them."
        ),
        crumbs=queries.ask_crumbs(project),
        who_sees=access.only_self(),
        form=form,
        send=_("Ask"),
        cancel=here,
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


def _form_for(request: SignedIn, row: FeedbackRequest) -> Form | None:
    """The form that the viewer's next word goes into."""
    state = queries.state_of(row)
    if row.asked_of_id == request.actor.person_id and state in ("open", "declined", "answered"):
        return AnswerForm(initial={"text": row.answer, "version": row.version})
    if row.asked_by_id == request.actor.person_id and state in ("answered", "told", "disputed"):
        given = {"deed": row.deed, "text": row.deed_text, "version": row.version}
        return TellForm(initial=given)
    return None


@require_safe
def one(request: SignedIn, uid: str) -> HttpResponse:
    """One request."""
    row = queries.find_feedback(request.actor, uid)
    page = queries.feedback_page(request.actor, row, _form_for(request, row))
    return render_page(request, _ONE, page)


def _write(
    request: SignedIn, row: FeedbackRequest, form: Form, act: Callable[[], object], said: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, said)
            return go(request, reverse("projects:feedback_one", args=[row.uid]))
    return invalid(request, _ONE, queries.feedback_page(request.actor, row, form))


@require_POST
def answer(request: SignedIn, uid: str) -> HttpResponse:
    """Answer."""
    row = queries.find_feedback(request.actor, uid)
    access.require(request.actor, "answer", row)
    form = AnswerForm(request.POST)
    said = _("%(name)s has your answer.") % {"name": row.asked_by.name}
    return _write(
        request, row, form, lambda: actions.answer(request.actor, request=row, **form.cleaned_data), said
    )


@require_POST
def tell(request: SignedIn, uid: str) -> HttpResponse:
    """Tell what became of it."""
    row = queries.find_feedback(request.actor, uid)
    access.require(request.actor, "close", row)
    form = TellForm(request.POST)
    said = _("%(name)s is told.") % {"name": row.asked_of.name}
    return _write(
        request, row, form, lambda: actions.tell(request.actor, request=row, **form.cleaned_data), said
    )


def _done(request: SignedIn, uid: str, text: str, undo: str = "") -> HttpResponse:
    say(request, text, undo=undo)
    return go(request, reverse("projects:feedback_one", args=[uid]))


@require_POST
def decline(request: SignedIn, uid: str) -> HttpResponse:
    """Kindly say no."""
    actions.decline(request.actor, request=queries.find_feedback(request.actor, uid))
    return _done(request, uid, _("You said no, kindly."), reverse("projects:feedback_undecline", args=[uid]))


@require_POST
def undecline(request: SignedIn, uid: str) -> HttpResponse:
    """Take a no back."""
    actions.take_up_after_all(request.actor, request=queries.find_feedback(request.actor, uid))
    return _done(request, uid, _("The question stands again."))


@require_POST
def withdraw(request: SignedIn, uid: str) -> HttpResponse:
    """Ask no longer."""
    actions.withdraw(request.actor, request=queries.find_feedback(request.actor, uid))
    return _done(
        request, uid, _("The question was withdrawn."), reverse("projects:feedback_put_back", args=[uid])
    )


@require_POST
def put_back(request: SignedIn, uid: str) -> HttpResponse:
    """Ask after all."""
    actions.ask_after_all(request.actor, request=queries.find_feedback(request.actor, uid))
    return _done(request, uid, _("The question stands again."))


@require_POST
def confirm(request: SignedIn, uid: str) -> HttpResponse:
    """Say whether that is what became of it; without a word, take it back."""
    row = queries.find_feedback(request.actor, uid)
    is_so = {"yes": True, "no": False}.get(request.POST.get("is_so", ""))
    actions.confirm(request.actor, request=row, is_so=is_so)
    if is_so is None:
        return _done(request, uid, _("Taken back."))
    text = _("You confirmed it.") if is_so else _("%(name)s is told that it is not so.")
    undo = reverse("projects:feedback_confirm", args=[uid])
    return _done(request, uid, text % {"name": row.asked_by.name}, undo)
