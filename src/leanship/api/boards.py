"""Boards: the charts of a leader's people or of a team, those with a signal first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router, Schema
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Page, Paging, Ref, page
from leanship.api.problems import READ, answers
from leanship.api.standings import StandingRow, standing_row
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.models import Standing
from leanship.features.org.queries.people import find_person
from leanship.features.org.queries.teams import find_team
from leanship.features.productivity import board
from leanship.features.productivity.models import Series

router = Router(tags=["standings"], auth=PersonalKey("productivity"))


class BoardAsked(Paging):
    """How to narrow a board."""

    q: str = Field("", max_length=200, description="Words of a person, a team or a KPI.")
    kpi: str = Field("", description="The uid of a KPI.")
    band: str = ""
    signal: bool | None = None
    below: bool = Field(False, description="Of a leader: everyone below, not only who reports directly.")


class BoardRow(Schema):
    """One chart of a board."""

    series: str
    subject: str
    kpi: Ref
    cadence: str
    band: str
    signal: bool
    autocorrelated: bool
    standing: StandingRow | None


class BoardOut(Page[BoardRow]):
    """Charts with a signal first, then what does not meet, then the rest, each by name: no order of people.

    Of `charts` with limits `signals` show one; `expected_by_chance` of stable ones would too.
    """

    charts: int
    signals: int
    expected_by_chance: float


def _board(series: QuerySet[Series], asked: BoardAsked) -> dict[str, Any]:
    rows = board.entries(series, asked.q)
    charts = [row for row in rows if row.run >= 6]
    left = [
        row
        for row in rows
        if asked.kpi in ("", row.kpi_uid)
        and asked.band in ("", row.band)
        and (asked.signal is None or (row.place == 0) == asked.signal)
    ]

    def turn(some: Sequence[board.Entry]) -> Iterable[dict[str, Any]]:
        standings = Standing.objects.in_bulk([row.standing for row in some if row.standing is not None])
        for row in some:
            standing = standings.get(row.standing or 0)
            yield {
                "series": row.uid,
                "subject": row.name,
                "kpi": {"uid": row.kpi_uid, "name": row.kpi},
                "cadence": row.cadence,
                "band": row.band,
                "signal": row.place == 0,
                "autocorrelated": row.autocorrelated,
                "standing": standing_row(standing, row.uid) if standing else None,
            }

    return page(left, asked, turn) | {
        "charts": len(charts),
        "signals": sum(row.place == 0 for row in charts),
        "expected_by_chance": round(sum(board.chance_of_recent(row.run) for row in charts), 2),
    }


@router.get("/people/{slug:uid}/board", response=answers(BoardOut, *READ))
def person_board(request: SignedIn, uid: str, asked: Query[BoardAsked]) -> Any:
    """The charts of those who report to a leader, and of the teams they lead, as far as you may see them."""
    leader = find_person(request.actor, uid)
    return _board(board.of_leader(request.actor, leader, below=asked.below), asked)


@router.get("/teams/{slug:uid}/board", response=answers(BoardOut, *READ))
def team_board(request: SignedIn, uid: str, asked: Query[BoardAsked]) -> Any:
    """The charts of a team and of its members, as far as you may see them."""
    return _board(board.of_team(request.actor, find_team(request.actor, uid)), asked)
