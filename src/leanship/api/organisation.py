"""Whose key this is, the organisation it opens, and what each type of problem means."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Router, Schema

from leanship.api.keys import PersonalKey
from leanship.api.parts import Ref, ref
from leanship.api.problems import KINDS, READ, ProblemType, answers
from leanship.features.accounts import queries
from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import NotFound

router = Router(tags=["organisation"], auth=PersonalKey())


class Me(Schema):
    """Whose key this is. `read_only` keys, and a session of the pages, turn every change down."""

    person: Ref
    username: str
    role: str
    read_only: bool


class Bands(Schema):
    """From which whole percent of the standard a period exceeds and meets."""

    exceeds: int
    meets: int


class OrganisationOut(Schema):
    """The organisation, its day, its bands of today, and the parts that are switched off."""

    name: str
    time_zone: str
    currency: str
    is_demo: bool
    today: date
    bands: Bands
    modules_off: list[str]


@router.get("/me", response=answers(Me))
def me(request: SignedIn) -> Any:
    """Whose key this is, and what it may."""
    return {
        "person": ref(request.user.person),
        "username": request.user.username,
        "role": request.user.role,
        "read_only": getattr(request, "read_only", True),
    }


@router.get("/organisation", response=answers(OrganisationOut))
def organisation(request: SignedIn) -> Any:
    """The organisation that this installation is for."""
    found = queries.organisation(request.actor)
    today = policies.today_of(found)
    return {
        "name": found.name,
        "time_zone": found.time_zone,
        "currency": found.currency,
        "is_demo": found.is_demo,
        "today": today,
        "bands": policies.policy("bands", today),
        "modules_off": sorted(request.modules_off),
    }


@router.get("/problems/{slug:code}", response=answers(ProblemType, *READ))
def problem(request: SignedIn, code: str) -> Any:
    """What a type of problem means, and what to do about it."""
    kind = KINDS.get(code)
    if kind is None:
        raise NotFound
    return {"code": code, "status": kind.status, "title": str(kind.title), "remedy": str(kind.remedy)}
