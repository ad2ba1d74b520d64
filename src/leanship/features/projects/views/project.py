"""The page of a project and what is done with the whole of it: find, act, answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.domain.stages import Stage, Way, way
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.models import Person
from leanship.features.projects import stage_words
from leanship.features.projects.actions import project as actions
from leanship.features.projects.forms.project import AboutForm, EndForm, HandOverForm, MemberForm, StageForm
from leanship.features.projects.models import Project
from leanship.features.projects.queries.finding import find_project
from leanship.features.projects.queries.project import project_page
from leanship.features.projects.views._answers import (
    address,
    editable,
    form_page,
    saved,
    shown,
    today,
    write,
)
from leanship.web.htmx import go, render_page
from leanship.web.layout import say


@require_safe
def project(request: SignedIn, uid: str) -> HttpResponse:
    """One project."""
    page = project_page(request.actor, uid, today(request), currency=request.organisation.currency)
    return render_page(request, "projects/project.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, uid: str) -> HttpResponse:
    """Title, whom it serves, where."""
    found = editable(request.actor, uid)
    names = ("title", "serves", "serves_whom", "team", "version")
    initial = {name: getattr(found, name) for name in names}
    return write(
        request,
        found,
        form=lambda sent: AboutForm(sent, initial=initial),
        act=lambda given: actions.edit_project(request.actor, project=found, **given),
        after=lambda: saved(request, found, "people"),
        page=lambda form: form_page(
            request, found, title=_("Edit"), form=form, send=_("Save"), block="", draft=f"project-{uid}"
        ),
        version=lambda: _again(found).version,
    )


def _again(found: Project) -> Project:
    return Project.objects.get(pk=found.pk)


@require_POST
def take_up(request: SignedIn, uid: str) -> HttpResponse:
    """Lead what somebody raised."""
    found = actions.take_up(request.actor, project=find_project(request.actor, uid))
    say(request, _("You lead it now."), undo=reverse("projects:put_down", args=[uid]))
    return go(request, address(found))


@require_POST
def put_down(request: SignedIn, uid: str) -> HttpResponse:
    """Lead it no longer."""
    found = actions.put_down(request.actor, project=find_project(request.actor, uid))
    say(request, _("It waits for somebody to take it up."))
    return go(request, address(found))


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedIn, uid: str) -> HttpResponse:
    """Give it to another leader."""
    found = editable(request.actor, uid, "hand_over")
    mine = found.leader_id == request.actor.person_id
    note = (
        _("Your map of people goes with it: look through it first, and take out what is not for them.")
        if mine
        else _("The map of people is %(name)s's own. It is deleted, not handed over.")
        % {"name": found.leader.name}
    )

    def done() -> HttpResponse:
        now = _again(found)
        say(request, _("%(name)s leads it from now on.") % {"name": now.leader.name})
        return go(request, address(found))

    return write(
        request,
        found,
        form=HandOverForm,
        act=lambda given: actions.hand_over(request.actor, project=found, **given),
        after=done,
        page=lambda form: form_page(
            request,
            found,
            title=_("Hand over"),
            form=form,
            send=_("Hand over"),
            block="",
            notes=(_("%(name)s stays as somebody who works on it.") % {"name": found.leader.name},),
            warns=(note,),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: SignedIn, uid: str) -> HttpResponse:
    """Name somebody who works on it."""
    found = editable(request.actor, uid, "lead")
    return write(
        request,
        found,
        form=MemberForm,
        act=lambda given: actions.add_member(request.actor, project=found, **given),
        after=lambda: saved(request, found, "people"),
        page=lambda form: form_page(
            request,
            found,
            title=_("Name somebody who works on it"),
            form=form,
            send=_("Add"),
            block="people",
            notes=(_("They may write on this page. The map of people stays yours."),),
        ),
    )


@require_POST
def remove_member(request: SignedIn, uid: str) -> HttpResponse:
    """Take somebody off."""
    found = find_project(request.actor, uid)
    person = Person.objects.filter(uid=request.POST.get("person", "")).first()
    if person is None:
        access.require(request.actor, "lead", found)
        raise Invalid({"person": [_("Choose somebody of the list.")]})
    actions.remove_member(request.actor, project=found, person=person)
    say(request, _("%(name)s no longer works on it.") % {"name": person.name})
    return shown(request, found, "people")


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: SignedIn, uid: str) -> HttpResponse:
    """Move it: forward, back, or past a stage."""
    found = editable(request.actor, uid)
    wanted = request.GET.get("to", "")
    kind = way(Stage(found.stage), Stage(wanted)) if wanted in Project.Stage.values else Way.NEXT
    back = request.POST.get("next") == "board"

    def done() -> HttpResponse:
        now = _again(found)
        say(request, _("Now at “%(stage)s”.") % {"stage": stage_words.stage_name(now.stage)})
        return go(request, reverse("projects:board") if back else address(found))

    notes = {
        Way.NEXT: (),
        Way.HERE: (),
        Way.BACK: (_("Going back is part of learning. Nothing that was written is lost."),),
        Way.AHEAD: (
            _(
                "You can act first and analyse later. What the stages between ask for stays open, and is shown."
            ),
        ),
    }[kind]
    return write(
        request,
        found,
        form=lambda sent: StageForm(sent, initial={"to": wanted}, needs_reason=kind in (Way.BACK, Way.AHEAD)),
        act=lambda given: actions.move_stage(request.actor, project=found, **given),
        after=done,
        page=lambda form: form_page(
            request,
            found,
            title=_("Move to another stage"),
            form=form,
            send=_("Move"),
            block="",
            notes=notes,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedIn, uid: str) -> HttpResponse:
    """Close it."""
    found = editable(request.actor, uid, "lead")

    def done() -> HttpResponse:
        say(request, _("The project has ended."), undo=reverse("projects:reopen", args=[uid]))
        return go(request, address(found))

    return write(
        request,
        found,
        form=EndForm,
        act=lambda given: actions.end_project(request.actor, project=found, **given),
        after=done,
        page=lambda form: form_page(
            request,
            found,
            title=_("End the project"),
            form=form,
            send=_("End it"),
            block="",
            warns=(
                _(
                    "The map of people is deleted with the end: what was noted about anybody's stance is gone "
                    "for good. The page itself stays, and can be reopened."
                ),
            ),
            grave=True,
        ),
    )


@require_POST
def reopen(request: SignedIn, uid: str) -> HttpResponse:
    """Go on with it."""
    found = actions.reopen_project(request.actor, project=find_project(request.actor, uid))
    say(request, _("It goes on."))
    return go(request, address(found))


@require_POST
def archive(request: SignedIn, uid: str) -> HttpResponse:
    """Take it off the board and the lists."""
    found = actions.archive_project(request.actor, project=find_project(request.actor, uid))
    text = _("%(title)s was archived.") % {"title": found.title}
    say(request, text, undo=reverse("projects:restore", args=[uid]))
    return go(request, reverse("projects:board"))


@require_POST
def restore(request: SignedIn, uid: str) -> HttpResponse:
    """Put it back."""
    found = actions.restore_project(request.actor, project=find_project(request.actor, uid))
    say(request, _("It is back."))
    return go(request, address(found))
