"""Texts, causes, trials and plan of a project: find, act, answer in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org import access
from leanship.features.projects import stage_words
from leanship.features.projects.actions import causes, plan, trials, writing
from leanship.features.projects.forms.project import PlanForm, ResultForm, TextForm, TrialForm, WhyForm
from leanship.features.projects.models import PlanItem, Project, Section, Trial, Why
from leanship.features.projects.queries import finding
from leanship.features.projects.queries.parts import whys_of
from leanship.features.projects.queries.revisions import versions_page
from leanship.features.projects.views._answers import editable, form_page, saved, shown, write
from leanship.web.htmx import render_page
from leanship.web.layout import say


def _version(thing: Why | Trial | PlanItem) -> Callable[[], int]:
    return lambda: type(thing)._default_manager.values_list("version", flat=True).get(pk=thing.pk)


# Texts


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: SignedIn, uid: str, key: str) -> HttpResponse:
    """Write one text of the page."""
    project = editable(request.actor, uid)
    if key not in Section.Key.values:
        raise NotFound
    rows = Section.objects.filter(project=project, key=key)
    row = rows.first()
    initial = {"text": row.text if row else "", "version": row.version if row else 0}

    def made(sent: Any) -> Form:
        form = TextForm(sent, initial=initial, auto_id=f"{key}-%s")
        form.fields["text"].label = stage_words.section_title(key)
        form.fields["text"].help_text = stage_words.section_question(key)
        return form

    return write(
        request,
        project,
        form=made,
        act=lambda given: writing.write_section(request.actor, project=project, key=key, **given),
        after=lambda: saved(request, project, f"text-{key}"),
        page=lambda form: form_page(
            request,
            project,
            title=stage_words.section_title(key),
            form=form,
            send=_("Save"),
            block=f"text-{key}",
            draft=f"text-{uid}-{key}",
        ),
        version=lambda: rows.values_list("version", flat=True).first() or 0,
    )


@require_safe
def versions(request: SignedIn, uid: str, key: str) -> HttpResponse:
    """What a text said before."""
    project = finding.find_project(request.actor, uid)
    page = versions_page(request.actor, project, key, request.GET.get("version", ""))
    return render_page(request, "projects/versions.html", page)


@require_POST
def restore_text(request: SignedIn, uid: str, key: str) -> HttpResponse:
    """Write an earlier version again."""
    project = editable(request.actor, uid)
    asked, present = request.POST.get("revision", ""), request.POST.get("version", "")
    if not (asked.isascii() and asked.isdigit() and present.isascii() and present.isdigit()):
        raise Invalid({"revision": [_("Choose a version of the list.")]})
    writing.restore_section(
        request.actor, project=project, key=key, revision=int(asked[:9]), version=int(present[:9])
    )
    say(request, _("Version %(number)s stands there again.") % {"number": asked[:9]})
    return shown(request, project, f"text-{key}")


# Causes


@require_http_methods(["GET", "HEAD", "POST"])
def add_why(request: SignedIn, uid: str) -> HttpResponse:
    """Answer "why?"."""
    project = editable(request.actor, uid)
    asked = request.GET.get("below", "")
    below = Why.objects.filter(project=project, uid=asked, archived_at=None).first() if asked else None
    if asked and below is None:
        raise NotFound

    def act(given: dict[str, Any]) -> object:
        given.pop("version")
        return causes.add_why(request.actor, project=project, below=below, **given)

    def made(sent: Any) -> Form:
        form = WhyForm(sent, auto_id=f"why-{asked or 'new'}-%s")
        if below is not None:
            form.fields["text"].label = _("Why? “%(text)s”") % {"text": below.text[:120]}
        return form

    return write(
        request,
        project,
        form=made,
        act=act,
        after=lambda: saved(request, project, "causes"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Ask why"),
            form=form,
            send=_("Add"),
            block="causes",
            draft=f"why-{uid}-{asked}",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_why(request: SignedIn, uid: str) -> HttpResponse:
    """Change an answer, its evidence and its finding."""
    why = finding.find_why(request.actor, uid)
    access.require(request.actor, "edit", why.project)
    initial = {name: getattr(why, name) for name in ("text", "evidence", "finding", "version")}
    return write(
        request,
        why.project,
        form=lambda sent: WhyForm(sent, initial=initial, auto_id=f"why-{uid}-%s"),
        act=lambda given: causes.edit_why(request.actor, why=why, **given),
        after=lambda: saved(request, why.project, "causes"),
        page=lambda form: form_page(
            request,
            why.project,
            title=_("A cause"),
            form=form,
            send=_("Save"),
            block="causes",
            draft=f"why-{uid}",
        ),
        version=_version(why),
    )


@require_POST
def archive_why(request: SignedIn, uid: str) -> HttpResponse:
    """Take a branch off the tree."""
    why = causes.archive_why(request.actor, why=finding.find_why(request.actor, uid))
    say(request, _("The branch was taken off."), undo=reverse("projects:restore_why", args=[uid]))
    return shown(request, why.project, "causes")


@require_POST
def restore_why(request: SignedIn, uid: str) -> HttpResponse:
    """Put a branch back."""
    why = causes.restore_why(request.actor, why=finding.find_why(request.actor, uid))
    say(request, _("The branch is back."))
    return shown(request, why.project, "causes")


# Tests and prototypes


def _causes(project: Project) -> list[tuple[str, str]]:
    ruled_out = Why.Finding.RULED_OUT
    return [(why.uid, why.text[:100]) for why in whys_of(project) if why.finding != ruled_out]


def _with_cause(project: Project, given: dict[str, Any]) -> dict[str, Any]:
    uid = given.pop("why", "")
    return given | {"why": Why.objects.filter(project=project, uid=uid).first() if uid else None}


@require_http_methods(["GET", "HEAD", "POST"])
def add_trial(request: SignedIn, uid: str) -> HttpResponse:
    """Set up a test or a prototype."""
    project = editable(request.actor, uid)
    options = _causes(project)

    def act(given: dict[str, Any]) -> object:
        given.pop("version")
        return trials.add_trial(request.actor, project=project, **_with_cause(project, given))

    return write(
        request,
        project,
        form=lambda sent: TrialForm(sent, causes=options, auto_id="trial-new-%s"),
        act=act,
        after=lambda: saved(request, project, "trials"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Try something"),
            form=form,
            send=_("Add"),
            block="trials",
            draft=f"trial-new-{uid}",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_trial(request: SignedIn, uid: str) -> HttpResponse:
    """Change what is tried, and what one expects."""
    trial = finding.find_trial(request.actor, uid)
    project = trial.project
    access.require(request.actor, "edit", project)
    options = _causes(project)
    if trial.why is not None and trial.why.uid not in dict(options):
        options.append((trial.why.uid, trial.why.text[:100]))
    initial = {name: getattr(trial, name) for name in ("kind", "what", "prediction", "version")}
    initial["why"] = trial.why.uid if trial.why else ""
    late = (_("The result is known. A prediction written or changed now is marked so."),)
    return write(
        request,
        project,
        form=lambda sent: TrialForm(sent, initial=initial, causes=options, auto_id=f"trial-{uid}-%s"),
        act=lambda given: trials.edit_trial(request.actor, trial=trial, **_with_cause(project, given)),
        after=lambda: saved(request, project, "trials"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Try something"),
            form=form,
            send=_("Save"),
            block="trials",
            draft=f"trial-{uid}",
            warns=late if trial.result_at else (),
        ),
        version=_version(trial),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: SignedIn, uid: str) -> HttpResponse:
    """Write what came of it."""
    trial = finding.find_trial(request.actor, uid)
    access.require(request.actor, "edit", trial.project)
    initial = {name: getattr(trial, name) for name in ("result", "outcome", "learned", "version")}
    first = (
        _("Nothing was predicted. Write what you expect first, or the page will say that it was not done."),
    )
    return write(
        request,
        trial.project,
        form=lambda sent: ResultForm(sent, initial=initial, auto_id=f"result-{uid}-%s"),
        act=lambda given: trials.record_result(request.actor, trial=trial, **given),
        after=lambda: saved(request, trial.project, "trials"),
        page=lambda form: form_page(
            request,
            trial.project,
            title=_("What came of it"),
            form=form,
            send=_("Save"),
            block="trials",
            draft=f"result-{uid}",
            warns=() if trial.prediction else first,
        ),
        version=_version(trial),
    )


@require_POST
def archive_trial(request: SignedIn, uid: str) -> HttpResponse:
    """Take a trial off the page."""
    trial = trials.archive_trial(request.actor, trial=finding.find_trial(request.actor, uid))
    say(request, _("It was taken off."), undo=reverse("projects:restore_trial", args=[uid]))
    return shown(request, trial.project, "trials")


@require_POST
def restore_trial(request: SignedIn, uid: str) -> HttpResponse:
    """Put a trial back."""
    trial = trials.restore_trial(request.actor, trial=finding.find_trial(request.actor, uid))
    say(request, _("It is back."))
    return shown(request, trial.project, "trials")


# Plan


@require_http_methods(["GET", "HEAD", "POST"])
def add_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Plan something."""
    project = editable(request.actor, uid)

    def act(given: dict[str, Any]) -> object:
        given.pop("version")
        return plan.add_plan_item(request.actor, project=project, **given)

    return write(
        request,
        project,
        form=lambda sent: PlanForm(sent, auto_id="plan-new-%s"),
        act=act,
        after=lambda: saved(request, project, "plan"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Plan something"),
            form=form,
            send=_("Add"),
            block="plan",
            draft=f"plan-new-{uid}",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Change what is planned."""
    item = finding.find_plan_item(request.actor, uid)
    access.require(request.actor, "edit", item.project)
    initial = {name: getattr(item, name) for name in ("what", "owner", "due_on", "version")}
    return write(
        request,
        item.project,
        form=lambda sent: PlanForm(sent, initial=initial, auto_id=f"plan-{uid}-%s"),
        act=lambda given: plan.edit_plan_item(request.actor, item=item, **given),
        after=lambda: saved(request, item.project, "plan"),
        page=lambda form: form_page(
            request,
            item.project,
            title=_("Plan"),
            form=form,
            send=_("Save"),
            block="plan",
            draft=f"plan-{uid}",
        ),
        version=_version(item),
    )


@require_POST
def finish_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Done."""
    item = plan.finish_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid))
    say(request, _("Done."), undo=reverse("projects:unfinish_plan_item", args=[uid]))
    return shown(request, item.project, "plan")


@require_POST
def unfinish_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Not done after all."""
    item = plan.unfinish_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid))
    return shown(request, item.project, "plan")


@require_POST
def archive_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Take an item off the plan."""
    item = plan.archive_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid))
    say(request, _("It was taken off the plan."), undo=reverse("projects:restore_plan_item", args=[uid]))
    return shown(request, item.project, "plan")


@require_POST
def restore_plan_item(request: SignedIn, uid: str) -> HttpResponse:
    """Put an item back."""
    item = plan.restore_plan_item(request.actor, item=finding.find_plan_item(request.actor, uid))
    say(request, _("It is back on the plan."))
    return shown(request, item.project, "plan")
