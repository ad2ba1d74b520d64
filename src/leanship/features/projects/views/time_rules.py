"""Pages of rules that classify events."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.projects.actions import time_rules as actions
from leanship.features.projects.forms.time import RuleForm, add_problems
from leanship.features.projects.models import ClassRule
from leanship.features.projects.queries import time
from leanship.features.projects.queries import time_rules as queries
from leanship.web.htmx import go, render_page
from leanship.web.layout import Crumb, say

CATCHES = {"catches": "projects/time/_catches.html"}


@require_safe
def rules(request: SignedIn) -> HttpResponse:
    """The rules in their order."""
    return render_page(request, "projects/time/rules.html", queries.rules_page(request.actor))


def _fields(form: RuleForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("field", "pattern", "kind")}


def _wants_preview(request: SignedIn) -> bool:
    return "show" in request.POST or request.headers.get("HX-Target") == "catches"


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: SignedIn) -> HttpResponse:
    """A new rule; while it is typed the page says what it would catch."""
    from_queue = bool(request.GET.get("from"))
    back = reverse("projects:time_queue") if from_queue else reverse("projects:time_rules")
    if request.method != "POST":
        form = RuleForm(initial=queries.starting_values(request.actor, request.GET))
        return _page(request, form, back=back)
    form = RuleForm(request.POST)
    if _wants_preview(request):
        return _page(request, form, back=back)
    if form.is_valid():
        try:
            rule = actions.add_rule(request.actor, person=time.own_person(request.actor), **_fields(form))
        except Invalid as error:
            add_problems(form, error)
        else:
            say(
                request, _("The rule was added."), undo=reverse("projects:time_rule_archive", args=[rule.uid])
            )
            return go(request, back)
    return _page(request, form, back=back, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: SignedIn, uid: str) -> HttpResponse:
    """Change a rule."""
    row = queries.rule_by_uid(request.actor, uid)
    back = reverse("projects:time_rules")
    if request.method != "POST":
        initial = {"field": row.field, "pattern": row.pattern, "kind": row.kind, "version": row.version}
        return _page(request, RuleForm(initial=initial), back=back, rule=row)
    form = RuleForm(request.POST)
    if _wants_preview(request):
        return _page(request, form, back=back, rule=row)
    if form.is_valid():
        try:
            actions.change_rule(
                request.actor, rule=row, version=form.cleaned_data["version"] or 0, **_fields(form)
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("The rule was changed."))
            return go(request, back)
    return _page(request, form, back=back, rule=row, status=422)


def _page(
    request: SignedIn, form: RuleForm, *, back: str, rule: ClassRule | None = None, status: int = 200
) -> HttpResponse:
    title = _("Change a rule") if rule else _("A new rule")
    page = queries.RulePage(
        title=title,
        lede="",
        crumbs=(
            Crumb(_("Time"), reverse("projects:time")),
            Crumb(_("Rules"), reverse("projects:time_rules")),
            Crumb(title),
        ),
        who_sees=access.only_self(),
        form=form,
        catches=queries.catches(request.actor, form.so_far(), rule),
        action=request.get_full_path(),
        cancel=back,
        rule_uid=rule.uid if rule else "",
    )
    return render_page(request, "projects/time/rule.html", page, CATCHES, status=status)


@require_POST
def rule_move(request: SignedIn, uid: str) -> HttpResponse:
    """One place up or down."""
    row = queries.rule_by_uid(request.actor, uid)
    actions.move_rule(request.actor, rule=row, up=request.POST.get("to") == "up")
    page = queries.rules_page(request.actor)
    if request.headers.get("HX-Target") == "rules":
        return render_page(request, "projects/time/rules.html", page, {"rules": "projects/time/_rules.html"})
    return go(request, reverse("projects:time_rules"))


@require_POST
def rule_archive(request: SignedIn, uid: str) -> HttpResponse:
    """Put a rule away."""
    actions.archive_rule(request.actor, rule=queries.rule_by_uid(request.actor, uid))
    say(request, _("The rule was put away."), undo=reverse("projects:time_rule_restore", args=[uid]))
    return go(request, reverse("projects:time_rules"))


@require_POST
def rule_restore(request: SignedIn, uid: str) -> HttpResponse:
    """Take a rule out again."""
    actions.restore_rule(request.actor, rule=queries.rule_by_uid(request.actor, uid))
    say(request, _("The rule holds again."))
    return go(request, reverse("projects:time_rules"))
