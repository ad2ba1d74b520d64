"""Where people and teams stand, the evidence behind it, and the board of a leader or a team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from ninja import Query, Router, Schema
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.kpis import SeriesRow, series_row
from leanship.api.parts import Page, Paging, Ref, figure, page, ref
from leanship.api.problems import READ, answers
from leanship.domain import round_half_up
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.org.queries.people import find_person
from leanship.features.org.queries.teams import find_team
from leanship.features.productivity.models import Series
from leanship.features.productivity.opened import open_series
from leanship.features.projects.models import Project
from leanship.features.projects.standing_words import share_of
from leanship.features.standing import queries

router = Router(tags=["standings"], auth=PersonalKey())


class StandingsAsked(Paging):
    """How to narrow a list of standings."""

    kind: str = Field("", description="person or team (the whole), or series.")
    category: str = Field("", description="productivity or projects.")
    current: bool | None = Field(None, description="true: those that hold; false: those that were replaced.")


class StandingRow(Schema):
    """Where a subject stood at a closed period. A row is never changed: a changed input adds a successor.

    `raw` is the rating of the window, `band` the one shown, which waits for a second period or a signal.
    """

    uid: str
    subject_kind: str = Field(description="series, person or team.")
    subject_uid: str
    category: str
    cadence: str
    period: str
    band: str
    raw: str
    present: int = Field(description="Periods judged; of projects, weeks in which calendars hold time.")
    needed: int
    exceeds: int | None = Field(description="Null for projects, which are no count of periods.")
    meets: int | None
    below: int | None
    median: int | None
    why: str = Field(description="Why there is not enough evidence; empty where there is.")
    signal: bool
    current: bool
    reason: str
    made_at: datetime


class PeriodRow(Schema):
    """One period of the window as it was judged. A whole has neither value nor standard, only percents."""

    period: str
    value: str | None = None
    standard: str | None = None
    percent: int | None
    case: str | None
    band: str | None


class SignalRow(Schema):
    """A signal among the latest points: its period, the rule, its side of the centre."""

    period: str
    rule: str
    side: int


class KpiOfWhole(Schema):
    """A KPI of a whole, with the weight it had then."""

    series: str
    name: str
    weight: int
    must_hold: bool
    rating: str


class LedRow(Schema):
    """A led project as it counted: the day its result was checked, what its series said, then and after 90 days."""

    uid: str | None = Field(description="Null where the project is gone.")
    title: str | None
    checked_on: date | None
    verdict: str | None
    confirmed: bool
    holds: bool | None
    tests: int
    outcome: str


class ShareOut(Schema):
    """The strategic share over weeks, in percent, and the target (null: none). Seconds are given to oneself alone."""

    first: str
    last: str
    share: str | None
    strategic: int | None
    tactical: int | None
    unclassified: int | None
    base: int | None = Field(description="Seconds that it is a share of.")
    of: str = Field(description="working_hours or calendar_hours.")
    target: int | None
    stands: str = Field(description="unknown, under, reached or no_target.")


class OfProjects(Schema):
    """What a standing in projects rests on. `outside` counts people outside the leader's line."""

    led: int
    checked: int
    holding: int
    tests: int
    helpers: int
    outside: int
    missing: list[str] = Field(description="What lacks: share, more_time, project, test, checked, holding.")
    projects: list[LedRow]
    share: ShareOut


class StandingOut(StandingRow):
    """A standing with its evidence: the window as it was judged, what was left out by name, and the other versions."""

    rule_version: str
    bands: dict[str, Any]
    window: list[PeriodRow]
    missing: list[str]
    left_out: dict[str, list[str]]
    signals: list[SignalRow]
    kpis: list[KpiOfWhole]
    projects: OfProjects | None = Field(description="Of a standing in projects alone.")
    versions: list[str] = Field(description="Every row of this subject and period, the newest first.")


class Sector(Schema):
    """One of the three categories, and what is still missing for it."""

    category: str
    band: str
    says: str
    missing: list[str]


class SeriesStanding(Schema):
    """A series with its newest standing; null until a period has closed with a figure."""

    series: SeriesRow
    standing: StandingRow | None


class Step(Schema):
    """The one next step: what to do, why it comes first; `about` is the uid of a series or a request."""

    kind: str
    title: str
    why: str
    about: str


class AudienceRow(Schema):
    """A group that can see this, why, and how many they are (null: not listed by name)."""

    who: str
    reason: str
    count: int | None


class WhereOut(Schema):
    """Where a person stands. The next step is given to the person alone."""

    person: Ref
    sectors: list[Sector]
    whole: StandingRow | None
    series: list[SeriesStanding]
    next_step: Step | None
    who_sees: list[AudienceRow]


def standing_row(row: Standing, subject_uid: str) -> dict[str, Any]:
    """One standing as the API lists it."""
    counts = row.counts
    if row.category == "projects":
        share = counts["share"]
        figures: dict[str, Any] = dict.fromkeys(("exceeds", "meets", "below", "median"))
        figures |= {"present": share["present"], "needed": share["needed"], "why": share["why"]}
    else:
        plain = ("present", "needed", "exceeds", "meets", "below", "median", "why")
        figures = {name: counts[name] for name in plain}
    return figures | {
        "uid": row.uid,
        "subject_kind": row.subject_kind,
        "subject_uid": subject_uid,
        "category": row.category,
        "cadence": row.cadence,
        "period": code(Cadence(row.cadence), row.ordinal),
        "band": row.band,
        "raw": row.raw,
        "signal": bool(counts.get("signal")),
        "current": row.is_current,
        "reason": row.reason,
        "made_at": row.made_at,
    }


def _listed(
    rows: QuerySet[Standing], asked: StandingsAsked, uids: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    if asked.kind:
        rows = rows.filter(subject_kind=asked.kind)
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.current is not None:
        rows = rows.filter(is_current=asked.current)

    def turn(some: Sequence[Standing]) -> Iterable[dict[str, Any]]:
        return [standing_row(row, uids[row.subject_kind, row.subject_id]) for row in some]

    return page(rows.order_by("-id"), asked, turn)


@router.get("/people/{slug:uid}/standings", response=answers(Page[StandingRow], *READ))
def person_standings(request: SignedIn, uid: str, asked: Query[StandingsAsked]) -> Any:
    """The standings of a person and of their series, the latest made first, those that were replaced too."""
    person = find_person(request.actor, uid)
    access.require(request.actor, "read", About("standing", person))
    series = dict(Series.objects.filter(person=person).values_list("pk", "uid"))
    own = Q(subject_kind="person", subject_id=person.pk)
    rows = Standing.objects.filter(own | Q(subject_kind="series", subject_id__in=list(series)))
    uids = {("series", pk): uid_ for pk, uid_ in series.items()} | {("person", person.pk): person.uid}
    return _listed(rows, asked, uids)


@router.get("/teams/{slug:uid}/standings", response=answers(Page[StandingRow], *READ))
def team_standings(request: SignedIn, uid: str, asked: Query[StandingsAsked]) -> Any:
    """The standings of a team and of its series, the latest made first."""
    team = find_team(request.actor, uid)
    access.require(request.actor, "read", About("team_series", team))
    series = dict(Series.objects.filter(team=team).values_list("pk", "uid"))
    own = Q(subject_kind="team", subject_id=team.pk)
    rows = Standing.objects.filter(own | Q(subject_kind="series", subject_id__in=list(series)))
    uids = {("series", pk): uid_ for pk, uid_ in series.items()} | {("team", team.pk): team.uid}
    return _listed(rows, asked, uids)


@router.get("/series/{slug:uid}/standings", response=answers(Page[StandingRow], *READ))
def series_standings(request: SignedIn, uid: str, asked: Query[StandingsAsked]) -> Any:
    """The standings of one series, the latest made first."""
    series, _may = open_series(request.actor, uid)
    rows = Standing.objects.filter(subject_kind="series", subject_id=series.pk)
    return _listed(rows, asked, {("series", series.pk): series.uid})


def _found(actor: Actor, uid: str) -> tuple[Standing, str, int]:
    """A standing, the uid of its subject, and the decimals of its figures. Raises NotFound."""
    row = Standing.objects.filter(uid=uid).first()
    if row is None:
        raise NotFound
    if row.subject_kind == "series":
        rows = access.visible(actor, Series.objects.filter(pk=row.subject_id)).select_related("kpi")
        series = rows.first()
        if series is None:
            raise NotFound
        return row, series.uid, series.kpi.decimals
    thing: Person | Team | None
    if row.subject_kind == "person":
        kind, thing = "standing", Person.objects.filter(pk=row.subject_id).first()
    else:
        kind, thing = "team_series", Team.objects.select_related("lead").filter(pk=row.subject_id).first()
    if thing is None:
        raise NotFound
    access.require(actor, "read", About(kind, thing))
    return row, thing.uid, 0


_SECONDS = ("strategic", "tactical", "unclassified", "base")


def _of_projects(actor: Actor, row: Standing) -> dict[str, Any] | None:
    if row.category != "projects":
        return None
    counts = row.counts
    ids = [one["project"] for one in counts["projects"]]
    found = access.visible(actor, Project.objects.filter(pk__in=ids)).in_bulk()
    share, own = counts["share"], row.subject_id == actor.person_id
    percent = share_of(share)
    plain = ("led", "checked", "holding", "tests", "helpers", "outside")
    return {name: counts[name] for name in plain} | {
        "missing": counts["lacks"],
        "projects": [
            {name: one[name] for name in ("checked_on", "verdict", "confirmed", "holds", "tests", "outcome")}
            | {
                "uid": found[one["project"]].uid if one["project"] in found else None,
                "title": found[one["project"]].title if one["project"] in found else None,
            }
            for one in counts["projects"]
        ],
        "share": {name: share[name] if own else None for name in _SECONDS}
        | {name: share[name] for name in ("of", "target")}
        | {
            "first": code(Cadence.WEEK, share["first"]),
            "last": code(Cadence.WEEK, share["last"]),
            "share": None if percent is None else figure(round_half_up(10 * percent), 1),
            "stands": counts["stands"],
        },
    }


def _outcome(said: int | str | None) -> dict[str, Any]:
    """The percent of a period, or the case of M11 that has none."""
    if isinstance(said, int):
        return {"percent": said, "case": "percent"}
    return {"percent": None, "case": said}


def _period(row: Standing, period: Sequence[Any], decimals: int) -> dict[str, Any]:
    named = {"period": code(Cadence(row.cadence), period[0])}
    if row.subject_kind == "series":
        _at, value, standard, said, band = period
        shown = {"value": figure(value, decimals), "standard": figure(standard, decimals)}
        return named | shown | _outcome(said) | {"band": band}
    _at, said, band, _parts = period
    return named | _outcome(said) | {"band": band}


@router.get("/standings/{slug:uid}", response=answers(StandingOut, *READ))
def standing(request: SignedIn, uid: str) -> Any:
    """One standing with everything it was decided on."""
    row, subject_uid, decimals = _found(request.actor, uid)
    counts, cadence = row.counts, Cadence(row.cadence)
    members = counts.get("kpis", [])
    series = Series.objects.select_related("kpi").in_bulk([one["series"] for one in members])
    same = {
        name: getattr(row, name) for name in ("subject_kind", "subject_id", "category", "cadence", "ordinal")
    }
    return standing_row(row, subject_uid) | {
        "rule_version": row.rule_version,
        "bands": counts.get("bands", {}),
        "window": [_period(row, period, decimals) for period in counts.get("periods", ())],
        "missing": [
            code(cadence, at) for at in counts.get("missing", counts.get("share", {}).get("missing", ()))
        ],
        "left_out": {name: [code(cadence, at) for at in ats] for name, ats in _left_out(counts).items()},
        "projects": _of_projects(request.actor, row),
        "signals": [
            {"period": code(cadence, at), "rule": rule, "side": side}
            for at, rule, side in counts.get("signals", [])
        ],
        "kpis": [
            {
                "series": series[one["series"]].uid,
                "name": series[one["series"]].kpi.name,
                "weight": one["weight"],
                "must_hold": one["must_hold"],
                "rating": one["rating"],
            }
            for one in members
            if one["series"] in series
        ],
        "versions": list(Standing.objects.filter(**same).order_by("-id").values_list("uid", flat=True)),
    }


def _left_out(counts: Mapping[str, Any]) -> Mapping[str, Sequence[int]]:
    away = counts["share"]["away"] if "share" in counts else ()
    found: Mapping[str, Sequence[int]] = counts.get("left_out", {"absent": away} if away else {})
    return found


def _where(request: SignedIn, person: Person) -> dict[str, Any]:
    shown = queries.standing_page(
        request.actor,
        person,
        policies.today_of(request.organisation),
        request.modules_off,
        request.organisation.currency,
    )
    series = list(
        Series.objects.filter(person=person, archived_at=None, kpi__archived_at=None)
        .select_related("kpi", "person", "team")
        .order_by("kpi__name", "id")
    )
    mine = Q(subject_kind="person", subject_id=person.pk)
    rows = queries.newest(
        Standing.objects.filter(mine | Q(subject_kind="series", subject_id__in=[one.pk for one in series]))
    )
    rows = rows.filter(category="productivity")
    found = {(row.subject_kind, row.subject_id): row for row in rows.order_by("made_at", "id")}
    whole, step = found.get(("person", person.pk)), shown.next_step
    return {
        "person": ref(person),
        "sectors": [
            {"category": one.key, "band": one.band, "says": one.says, "missing": list(one.missing)}
            for one in shown.sectors
        ],
        "whole": standing_row(whole, person.uid) if whole else None,
        "series": [
            {
                "series": series_row(one),
                "standing": standing_row(row, one.uid) if (row := found.get(("series", one.pk))) else None,
            }
            for one in series
        ],
        "next_step": step
        and {
            "kind": step.kind,
            "title": step.words.title,
            "why": step.words.why,
            "about": step.about_uid,
        },
        "who_sees": [
            {"who": one.label, "reason": one.reason, "count": one.count} for one in shown.who_sees.audience
        ],
    }


@router.get("/me/standing", response=answers(WhereOut))
def my_standing(request: SignedIn) -> Any:
    """Where you stand, what is missing, who else can see it, and the one next step."""
    return _where(request, request.user.person)


@router.get("/people/{slug:uid}/standing", response=answers(WhereOut, *READ))
def person_standing(request: SignedIn, uid: str) -> Any:
    """Where a person stands today; for the person, the line and people partners."""
    return _where(request, find_person(request.actor, uid))
