"""Pages of one's own time: by week, what is to be classified, working hours; and the shares that others see."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.projects import time_words
from leanship.features.projects.actions import classifying, working_time
from leanship.features.projects.actions.classifying import Classified
from leanship.features.projects.forms.time import HoursForm, add_problems
from leanship.features.projects.models import WorkingTime
from leanship.features.projects.queries import time, time_pages, time_queue, time_rules, time_tables
from leanship.features.projects.time_tabs import Tab, tabs
from leanship.web import format as fmt
from leanship.web.htmx import go, render_page
from leanship.web.layout import WhoSees, say
from leanship.web.lists import csv_response, wants_csv

QUEUE = "projects/time/_queue.html"


@require_safe
def home(request: SignedIn) -> HttpResponse:
    """Hours by week."""
    if wants_csv(request):
        return csv_response("weeks", time_tables.WEEK_COLUMNS, time_tables.weeks_table(request.actor))
    return render_page(request, "projects/time/home.html", time_pages.home_page(request.actor))


@require_safe
def week(request: SignedIn, week: str) -> HttpResponse:
    """One week with its events."""
    if wants_csv(request):
        return csv_response(week, time_tables.EVENT_COLUMNS, time_tables.events_table(request.actor, week))
    return render_page(request, "projects/time/week.html", time_pages.week_page(request.actor, week))


@require_safe
def of_person(request: SignedIn, uid: str) -> HttpResponse:
    """The shares of somebody."""
    return render_page(request, "projects/time/shares.html", time_pages.share_page(request.actor, uid))


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: SignedIn) -> HttpResponse:
    """What has no class yet; a POST gives one to a group."""
    scope = time_queue.scope_of(request.GET)
    if request.method == "POST":
        if not request.POST.get("event"):
            raise Invalid({"event": [_("Choose what is to be classified.")]})
        event = time_rules.event_by_uid(request.actor, request.POST["event"])
        done = classifying.classify_group(request.actor, occurrence=event, kind=request.POST.get("kind", ""))
        if request.headers.get("HX-Request") != "true":
            _say_done(request, done, request.POST.get("kind", ""))
            return go(request, request.get_full_path())
    page = time_queue.queue_page(request.actor, scope)
    return render_page(request, "projects/time/queue.html", page, {"queue": QUEUE})


def _say_done(request: SignedIn, done: Classified, kind: str) -> None:
    if done.events:
        text = ngettext("%(n)s event is %(kind)s now.", "%(n)s events are %(kind)s now.", done.events) % {
            "n": fmt.number(done.events),
            "kind": str(time_words.KINDS[kind]).lower(),
        }
        say(request, text, undo=reverse("projects:time_undo"))


@require_POST
def event(request: SignedIn, uid: str) -> HttpResponse:
    """Give one event a class, or all repetitions of it."""
    row = time_rules.event_by_uid(request.actor, uid)
    kind = request.POST.get("kind", "")
    if "kind" not in request.POST:
        raise Invalid({"kind": [_("Choose strategic or tactical.")]})
    done = classifying.classify_event(
        request.actor, occurrence=row, kind=kind, series="series" in request.POST
    )
    _say_done(request, done, kind)
    return go(request, _back(request, reverse("projects:time")))


def _back(request: SignedIn, otherwise: str) -> str:
    """Where the form says that it stands, if that is here."""
    wanted = request.POST.get("next", "")
    return wanted if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise


@require_POST
def undo(request: SignedIn) -> HttpResponse:
    """Take the last classification back."""
    done = classifying.undo_classification(request.actor, person=time.own_person(request.actor))
    scope = time_queue.scope_of(request.GET)
    if request.headers.get("HX-Target") == "queue":
        page = time_queue.queue_page(request.actor, scope)
        return render_page(request, "projects/time/queue.html", page, {"queue": QUEUE})
    say(
        request,
        _("Taken back for %(events)s.") % {"events": time_words.times(done.events)}
        if done.events
        else _("There was nothing to take back."),
    )
    back = reverse("projects:time_queue")
    return go(request, _back(request, back if scope == "this" else f"{back}?weeks={scope}"))


@dataclass(frozen=True)
class HeldLine:
    """Working hours as they hold from a day on."""

    pk: int
    since: str
    says: str
    no_target: bool


@dataclass(frozen=True)
class HoursPage:
    """Working hours: what holds, and a form for what will."""

    title: str
    lede: str
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    form: HoursForm
    held: tuple[HeldLine, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: SignedIn) -> HttpResponse:
    """Contracted hours, and whether the whole role is improvement."""
    person = time.own_person(request.actor)
    rows = list(WorkingTime.objects.filter(person=person).order_by("-valid_from", "-pk"))
    today = policies.today_of(request.organisation)
    if request.method == "POST":
        form = HoursForm(request.POST)
    else:
        last = rows[0] if rows else None
        since = today if rows else (person.joined_on or today.replace(year=today.year - 1, month=1, day=1))
        form = HoursForm(
            initial={
                "hours": last.minutes_per_week / 60 if last and last.minutes_per_week else None,
                "no_target": bool(last and last.no_target),
                "valid_from": since,
            }
        )
    if request.method == "POST" and form.is_valid():
        try:
            row = working_time.set_working_time(
                request.actor,
                person=person,
                minutes_per_week=form.minutes,
                no_target=form.cleaned_data["no_target"],
                valid_from=form.cleaned_data["valid_from"],
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Saved."), undo=reverse("projects:time_hours_undo", args=[row.pk]))
            return go(request, reverse("projects:time_hours"))
    page = HoursPage(
        title=_("Working hours"),
        lede=_("What the share of strategic time is a share of."),
        who_sees=access.only_self(),
        tabs=tabs("time_hours"),
        form=form,
        held=tuple(_held_line(row) for row in rows),
    )
    return render_page(request, "projects/time/hours.html", page, status=422 if form.errors else 200)


def _held_line(row: WorkingTime) -> HeldLine:
    known = row.minutes_per_week is not None
    says = (
        _("%(hours)s a week") % {"hours": time_words.hours((row.minutes_per_week or 0) * 60)}
        if known
        else _("not known")
    )
    return HeldLine(row.pk, fmt.day(row.valid_from), says, row.no_target)


@require_POST
def hours_undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back what was said of working hours."""
    working_time.take_back_working_time(request.actor, person=time.own_person(request.actor), pk=pk)
    say(request, _("Taken back."))
    return go(request, reverse("projects:time_hours"))
