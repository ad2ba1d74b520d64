"""Pages of boards, of a figure among peers, and of the evidence behind a standing."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.org import access
from leanship.features.org.models import Person, Team
from leanship.features.productivity import board
from leanship.features.productivity.distribution import peers_page
from leanship.features.productivity.evidence import evidence_page
from leanship.features.productivity.models import Series
from leanship.web.htmx import render_page
from leanship.web.lists import ListRequest, csv_response, wants_csv


def _today(request: SignedIn) -> date:
    return policies.today_of(request.organisation)


@require_GET
def my_board(request: SignedIn) -> HttpResponse:
    """The board of those who report to the viewer, and of the teams they lead."""
    return _of_leader(request, request.user.person)


@require_GET
def board_person(request: SignedIn, uid: str) -> HttpResponse:
    """The board of a leader in the viewer's line."""
    return _of_leader(request, get_object_or_404(Person, uid=uid))


@require_GET
def board_team(request: SignedIn, uid: str) -> HttpResponse:
    """The board of one team: its own series and its members'."""
    team = get_object_or_404(Team.objects.select_related("lead"), uid=uid)
    series = board.of_team(request.actor, team)
    head = board.Head(
        title=_("Board of %(name)s") % {"name": team.name},
        who_sees=access.audience("team_series", team),
        empty=board.nothing_measured(),
    )
    return _answer(request, series, head)


@require_GET
def peers(request: SignedIn, uid: str) -> HttpResponse:
    """One figure of a person among those of peers."""
    page = peers_page(request.actor, uid, _today(request))
    return render_page(request, "productivity/distribution.html", page, "productivity/_distribution.html")


@require_GET
def evidence(request: SignedIn, uid: str) -> HttpResponse:
    """What a standing was decided on; beside the page it was opened from, or a page of its own."""
    page = evidence_page(request.actor, uid)
    return render_page(request, "productivity/evidence.html", page, {"panel": "productivity/_evidence.html"})


def _of_leader(request: SignedIn, leader: Person) -> HttpResponse:
    mine = leader.pk == request.actor.person_id
    below = request.GET.get("below") == "1"
    series = board.of_leader(request.actor, leader, below=below)
    head = board.Head(
        title=_("Board") if mine else _("Board of %(name)s") % {"name": leader.name},
        who_sees=access.audience("standing", leader),
        empty=board.nobody() if mine else board.nothing_measured(),
        reach_url=request.path if below else f"{request.path}?below=1",
        reach_label=_("Only who reports directly") if below else _("Everyone below"),
    )
    return _answer(request, series, head)


def _answer(request: SignedIn, series: QuerySet[Series], head: board.Head) -> HttpResponse:
    query = request.GET.dict()
    rows = board.entries(series, query.get("q", ""))
    asked = ListRequest.of(request, board.spec(rows), keep=("below",))
    left = board.chosen(rows, asked)
    if wants_csv(request):
        return csv_response("board", *board.table(left))
    page = board.page(head, rows, left, asked, _today(request))
    return render_page(request, "productivity/board.html", page, {"board": "productivity/_board.html"})
