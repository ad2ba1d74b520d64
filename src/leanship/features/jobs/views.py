"""The administrators' pages of jobs, and how far one job is for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leanship.features.accounts.middleware import actor
from leanship.features.base.errors import Conflict
from leanship.features.jobs import actions, queries
from leanship.features.org import access
from leanship.web import htmx
from leanship.web.layout import Crumb, Fact, WhoSees, say, warn
from leanship.web.lists import ListPage, ListRequest, csv_response, wants_csv


@dataclass(frozen=True)
class JobsPage:
    """The list, the figures above it, and the schedules below."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    counts: queries.Counts
    list: ListPage[queries.JobRow]
    schedules: tuple[queries.ScheduleRow, ...]


@dataclass(frozen=True)
class JobPage:
    """One job with what can be done about it."""

    title: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    progress: queries.Progress
    facts: tuple[Fact, ...]
    happenings: tuple[queries.Happening, ...]


@dataclass(frozen=True)
class ProgressPage:
    """How far one job is, for whoever started it."""

    title: str
    who_sees: WhoSees
    progress: queries.Progress


def _crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(_("Organisation"), reverse("org:home")), *last)


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Every job, and what comes round."""
    who = actor(request)
    asked = ListRequest.of(request, queries.spec())
    if wants_csv(request):
        return _csv(queries.all_jobs(who, asked))
    page = JobsPage(
        title=_("Jobs"),
        lede=_(
            "Work that no page waits for: what is fetched, refreshed and tidied away, and what went wrong."
        ),
        who_sees=access.audience("job"),
        crumbs=_crumbs(Crumb(_("Jobs"))),
        counts=queries.counts(who),
        list=queries.jobs(who, asked),
        schedules=queries.schedules(who),
    )
    context: dict[str, Any] = {"page": page}
    if htmx.wanted(request, "jobs/_jobs.html") is None:
        response = render(request, "jobs/jobs.html", context)
    else:
        # without the messages that a page shows: a list that renews itself must not take them away
        summary = render_to_string("jobs/_summary.html", {**context, "out_of_band": True}, request)
        response = HttpResponse(render_to_string("jobs/_jobs.html", context, request) + summary)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _csv(rows: list[queries.JobRow]) -> HttpResponse:
    header = [
        "id",
        "job",
        "about",
        "state",
        "attempts",
        "done",
        "total",
        "put_at",
        "due_at",
        "ended_at",
        "error",
    ]
    return csv_response(
        "jobs",
        header,
        [
            [
                row.uid,
                row.name,
                row.about,
                row.state,
                row.attempts,
                row.done,
                row.total,
                row.put_at.isoformat(),
                row.due_at.isoformat(),
                row.ended_at.isoformat() if row.ended_at else "",
                row.error,
            ]
            for row in rows
        ],
    )


@require_safe
def job(request: HttpRequest, uid: str) -> HttpResponse:
    """One job."""
    who = actor(request)
    found = queries.detail(who, uid)
    row = found.row
    attempts = _("%(attempts)d of at most %(most)d") % {"attempts": row.attempts, "most": found.retries + 1}
    facts = [
        Fact(_("State"), row.words),
        Fact(_("Name"), row.name),
        Fact(_("About"), row.about or _("everything of its kind")),
        Fact(_("Attempts"), attempts),
        Fact(_("Put into the queue"), queries.moment(row.put_at)),
        Fact(_("Due"), queries.moment(row.due_at)),
        Fact(_("Begun"), queries.moment(row.started_at)),
        Fact(_("Ended"), queries.moment(row.ended_at)),
    ]
    if found.owner:
        facts.append(Fact(_("Started by"), found.owner, url=reverse("org:person", args=[found.owner_uid])))
    if found.worker:
        until = _("until %(moment)s, renewed while the worker lives")
        facts.append(Fact(_("Worker"), found.worker))
        facts.append(Fact(_("Lease"), until % {"moment": queries.moment(found.lease_until)}))
    page = JobPage(
        title=row.label,
        who_sees=access.audience("job"),
        crumbs=_crumbs(Crumb(_("Jobs"), reverse("jobs:list")), Crumb(row.label)),
        progress=found.progress,
        facts=tuple(facts),
        happenings=found.happenings,
    )
    return htmx.render_page(request, "jobs/job.html", page)


@require_safe
def progress(request: HttpRequest, uid: str) -> HttpResponse:
    """How far a job is: the fragment that renews itself; on a page of its own without JavaScript."""
    found, who_sees = queries.followed(actor(request), uid)
    if htmx.wanted(request, "jobs/_progress.html") is None:
        page = ProgressPage(title=found.label, who_sees=who_sees, progress=found)
        response = render(request, "jobs/progress.html", {"page": page})
    else:
        response = render(request, "jobs/_progress.html", {"progress": found, "polled": True})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_POST
def try_again(request: HttpRequest, uid: str) -> HttpResponse:
    """Back into the queue."""
    who = actor(request)
    try:
        actions.try_again(who, queries.find(who, uid, "edit"))
    except Conflict as error:
        warn(request, error.reason)
    else:
        say(request, _("It is in the queue again."))
    return htmx.go(request, reverse("jobs:job", args=[uid]))


@require_POST
def leave(request: HttpRequest, uid: str) -> HttpResponse:
    """Let a failed one be; can be undone."""
    who = actor(request)
    try:
        actions.leave(who, queries.find(who, uid, "edit"))
    except Conflict as error:
        warn(request, error.reason)
    else:
        say(request, _("It is left as it is."), undo=reverse("jobs:take_up", args=[uid]))
    return htmx.go(request, reverse("jobs:list"))


@require_POST
def take_up(request: HttpRequest, uid: str) -> HttpResponse:
    """The undo of leaving it."""
    who = actor(request)
    try:
        actions.take_up(who, queries.find(who, uid, "edit"))
    except Conflict as error:
        warn(request, error.reason)
    else:
        say(request, _("It counts as failed again."))
    return htmx.go(request, reverse("jobs:list"))
