"""The list of teams, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Membership, Team
from leanship.features.org.queries.people import Step, home_crumb
from leanship.features.org.queries.timeline import Happening, events_of
from leanship.features.org.sections import Section, team_sections
from leanship.web.layout import Crumb, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort


@dataclass(frozen=True)
class TeamRow:
    """One line of the list of teams."""

    uid: str
    name: str
    department: str
    lead: str
    lead_uid: str
    members: int


@dataclass(frozen=True)
class TeamsPage:
    """The list of teams, or of archived ones."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    list: ListPage[TeamRow]
    archived: bool
    may_add: bool


@dataclass(frozen=True)
class MemberRow:
    """Somebody who belongs or belonged to a team."""

    uid: str
    name: str
    title: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class TeamPage:
    """Everything the page of a team shows."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    lead: Step | None
    archived: bool
    members: tuple[MemberRow, ...]
    former: tuple[MemberRow, ...]
    sections: tuple[Section, ...]
    happenings: tuple[Happening, ...]
    may_edit: bool
    today: date


def teams_spec(actor: Actor) -> ListSpec:
    """What the list of teams offers; one query for the departments."""
    rows = access.visible(actor, Team.objects.exclude(department="")).order_by("department")
    departments = tuple((name, name) for name in rows.values_list("department", flat=True).distinct()[:300])
    return ListSpec(
        sorts=(
            Sort("name", ("name", "id")),
            Sort("lead", ("lead__name", "name", "id")),
            Sort("members", ("-members", "name", "id")),
        ),
        order="name",
        search_label=_("Name or department"),
        filters=(Filter("department", _("Department"), departments),) if departments else (),
    )


def found_teams(actor: Actor, asked: ListRequest, *, archived: bool) -> QuerySet[Team]:
    """The teams a list asks for; conditions only."""
    rows = access.visible(actor, Team.objects.filter(archived_at__isnull=not archived))
    for word in asked.search.casefold().split():
        rows = rows.filter(search__contains=word)
    if department := asked.filter("department"):
        rows = rows.filter(department=department)
    belong = Count("memberships", filter=Q(memberships__valid_until=None))
    return rows.select_related("lead").annotate(members=belong)


def team_rows(rows: QuerySet[Team] | tuple[Team, ...]) -> list[TeamRow]:
    """Teams as lines of the list."""
    return [
        TeamRow(
            row.uid,
            row.name,
            row.department,
            row.lead.name if row.lead else "",
            row.lead.uid if row.lead else "",
            row.members,  # type: ignore[attr-defined]
        )
        for row in rows
    ]


def teams(actor: Actor, asked: ListRequest, *, archived: bool = False) -> TeamsPage:
    """One page of the list; two queries beside the choices."""
    page: ListPage[Any] = asked.page(found_teams(actor, asked, archived=archived))
    return TeamsPage(
        title=_("Teams"),
        lede=_("Put away, with their members and figures kept.") if archived else "",
        crumbs=(home_crumb(), Crumb(_("Teams"))),
        who_sees=access.audience("team"),
        list=page.with_rows(team_rows(page.rows)),
        archived=archived,
        may_add=bool(access.may(actor, "create", About("team"))),
    )


def find_team(actor: Actor, uid: str) -> Team:
    """One team with its lead; one query. Raises NotFound."""
    team = access.visible(actor, Team.objects.filter(uid=uid)).select_related("lead").first()
    if team is None:
        raise NotFound
    return team


def team_page(actor: Actor, uid: str, today: date, off: frozenset[str] = frozenset()) -> TeamPage:
    """The page of one team; seven queries at most, and what the sections of `team_sections` take.

    Raises NotFound.
    """
    team = find_team(actor, uid)
    edit = bool(access.may(actor, "edit", team))
    rows = Membership.objects.filter(team=team).order_by("person__name", "-valid_from", "id")
    if not edit:
        rows = rows.filter(valid_until=None)
    members = [
        MemberRow(*row)
        for row in rows.values_list(
            "person__uid", "person__name", "person__title", "valid_from", "valid_until"
        )
    ]
    return TeamPage(
        title=team.name,
        lede=team.department,
        crumbs=(home_crumb(), Crumb(_("Teams"), reverse("org:teams")), Crumb(team.name)),
        who_sees=access.audience("team", team),
        uid=team.uid,
        lead=Step(team.lead.uid, team.lead.name, team.lead.title) if team.lead else None,
        archived=team.archived_at is not None,
        members=tuple(row for row in members if row.valid_until is None),
        former=tuple(row for row in members if row.valid_until is not None),
        sections=team_sections.of(actor, team, off),
        happenings=events_of(actor, team) if edit else (),
        may_edit=edit,
        today=today,
    )
