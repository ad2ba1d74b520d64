"""Pages of teams: find, act, answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.base.errors import Invalid
from leanship.features.org import access, actions, queries
from leanship.features.org.access import About
from leanship.features.org.forms import MemberForm, TeamForm, add_problems, written
from leanship.features.org.models import Team
from leanship.features.org.queries.people import home_crumb
from leanship.features.org.views._common import FormPage, asked, sent, today
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say
from leanship.web.lists import ListRequest, csv_response, wants_csv


def _list(request: HttpRequest, *, archived: bool) -> HttpResponse:
    actor = asked(request).actor
    what = ListRequest.of(request, queries.teams_spec(actor))
    if wants_csv(request):
        rows = queries.team_rows(queries.found_teams(actor, what, archived=archived).order_by(*what.order_by))
        lines = [(row.uid, row.name, row.department, row.lead_uid, row.lead, row.members) for row in rows]
        return csv_response("teams", ("id", "name", "department", "lead", "lead_name", "members"), lines)
    page = queries.teams(actor, what, archived=archived)
    return render_page(request, "org/teams.html", page, {"teams": "org/_teams.html"})


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Teams."""
    return _list(request, archived=False)


@require_safe
def teams_archived(request: HttpRequest) -> HttpResponse:
    """Teams that were put away."""
    return _list(request, archived=True)


@require_safe
def team(request: HttpRequest, uid: str) -> HttpResponse:
    """One team."""
    ask = asked(request)
    page = queries.team_page(ask.actor, uid, today(request), ask.modules_off)
    return render_page(request, "org/team.html", page)


def _crumbs(last: str, found: Team | None = None) -> tuple[Crumb, ...]:
    steps = [home_crumb(), Crumb(_("Teams"), reverse("org:teams"))]
    if found is not None:
        steps.append(Crumb(found.name, reverse("org:team", args=[found.uid])))
    return (*steps, Crumb(last))


@require_http_methods(["GET", "HEAD", "POST"])
def add_team(request: HttpRequest) -> HttpResponse:
    """A new team."""
    actor = asked(request).actor
    access.require(actor, "create", About("team"))
    form = TeamForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        try:
            added = actions.add_team(actor, **given)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(
                request,
                _("%(name)s was added.") % {"name": added.name},
                undo=reverse("org:archive_team", args=[added.uid]),
            )
            return go(request, reverse("org:team", args=[added.uid]))
    page = FormPage(
        title=_("Add a team"),
        lede=_("People who share a result."),
        crumbs=_crumbs(_("Add a team")),
        who_sees=access.audience("team", act="create"),
        form=form,
        send=_("Add"),
        cancel=reverse("org:teams"),
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_team(request: HttpRequest, uid: str) -> HttpResponse:
    """A team's name, department or lead, changed."""
    actor = asked(request).actor
    found = queries.find_team(actor, uid)
    access.require(actor, "edit", found)
    initial = {
        "name": found.name,
        "department": found.department,
        "lead": written(found.lead),
        "version": found.version,
    }
    form = TeamForm(sent(request), initial=initial)
    back = reverse("org:team", args=[uid])
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_team(actor, team=found, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Saved."))
            return go(request, back)
    page = FormPage(
        title=_("Edit"),
        lede="",
        crumbs=_crumbs(_("Edit"), found),
        who_sees=access.audience("team", found, "edit"),
        form=form,
        send=_("Save"),
        cancel=back,
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_POST
def archive_team(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a team away."""
    actor = asked(request).actor
    found = actions.archive_team(actor, team=queries.find_team(actor, uid))
    undo = reverse("org:restore_team", args=[uid])
    say(request, _("%(name)s was archived.") % {"name": found.name}, undo=undo)
    return go(request, reverse("org:teams"))


@require_POST
def restore_team(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a team back out."""
    actor = asked(request).actor
    found = actions.restore_team(actor, team=queries.find_team(actor, uid))
    say(request, _("%(name)s is back.") % {"name": found.name})
    return go(request, reverse("org:team", args=[uid]))


@require_http_methods(["GET", "HEAD", "POST"])
def add_member(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody joins a team."""
    actor = asked(request).actor
    found = queries.find_team(actor, uid)
    access.require(actor, "edit", found)
    form = MemberForm(sent(request, "person"))
    back = reverse("org:team", args=[uid])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_member(actor, team=found, **given)
        except Invalid as error:
            add_problems(form, error)
        else:
            undo = f"{reverse('org:remove_member', args=[uid])}?person={given['person'].uid}"
            if given["on"]:
                undo = f"{undo}&on={given['on'].isoformat()}"
            text = _("%(person)s belongs to %(team)s.") % {"person": given["person"].name, "team": found.name}
            say(request, text, undo=undo)
            return go(request, back)
    page = FormPage(
        title=_("Add a member"),
        lede=found.name,
        crumbs=_crumbs(_("Add a member"), found),
        who_sees=access.audience("team", found, "edit"),
        form=form,
        send=_("Add"),
        cancel=back,
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_POST
def remove_member(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody leaves a team."""
    actor = asked(request).actor
    found = queries.find_team(actor, uid)
    access.require(actor, "edit", found)
    form = MemberForm(sent(request, "person"))
    if not form.is_valid():
        raise Invalid({field: [str(each) for each in errors] for field, errors in form.errors.items()})
    given = form.cleaned_data
    actions.remove_member(actor, team=found, **given)
    undo = f"{reverse('org:add_member', args=[uid])}?person={given['person'].uid}"
    if given["on"]:
        undo = f"{undo}&on={given['on'].isoformat()}"
    text = _("%(person)s no longer belongs to %(team)s.") % {
        "person": given["person"].name,
        "team": found.name,
    }
    say(request, text, undo=undo)
    return go(request, reverse("org:team", args=[uid]))
