"""The list of people, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import (
    Absence,
    Ancestor,
    Level,
    Membership,
    Person,
    Position,
    ReportingLine,
    Team,
)
from leanship.features.org.sections import Section, person_sections
from leanship.readers.chart import WIDE_SPAN
from leanship.readers.writing import Value
from leanship.web.layout import Crumb, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

_MOST_CHOICES = 300  # departments or teams in a filter; beyond that, searching is quicker than choosing
_SUGGESTED = 12


@dataclass(frozen=True)
class PersonRow:
    """One line of the list of people."""

    uid: str
    name: str
    title: str
    level: str
    department: str
    leader: str
    leader_uid: str
    left_on: date | None


@dataclass(frozen=True)
class PeoplePage:
    """The list of those who are here, or of those who left."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    list: ListPage[PersonRow]
    left: bool
    may_add: bool
    may_import: bool


@dataclass(frozen=True)
class Step:
    """Somebody in a line or a list: name, title, address, and how many report to them."""

    uid: str
    name: str
    title: str
    span: int = 0


@dataclass(frozen=True)
class Span:
    """Something dated: what it was, from when, and until before when (None: still). `uid` leads to it."""

    what: str
    note: str
    valid_from: date
    valid_until: date | None
    uid: str = ""


@dataclass(frozen=True)
class AbsenceRow:
    """Days away."""

    uid: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class PersonPage:
    """Everything the page of a person shows. What the viewer may not see is empty, and `may_…` says what is not."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    email: str
    level: str
    role: str
    department: str
    joined_on: date | None
    left_on: date | None
    erased: bool
    leader: Step | None
    reports: tuple[Step, ...]
    teams: tuple[Span, ...]
    led: tuple[Step, ...]
    positions: tuple[Span, ...]
    lines: tuple[Span, ...]
    absences: tuple[AbsenceRow, ...]
    sections: tuple[Section, ...]
    may_edit: bool
    may_erase: bool
    may_absence: bool
    may_history: bool


def home_crumb() -> Crumb:
    """The step that every page of the organisation begins with."""
    return Crumb(_("Organisation"), reverse("org:home"))


def people_spec(actor: Actor) -> ListSpec:
    """What the list of people offers; two queries for the choices."""
    here = access.visible(actor, Person.objects.filter(left_on=None))
    departments = here.exclude(department="").order_by("department").values_list("department", flat=True)
    teams = access.visible(actor, Team.objects.filter(archived_at=None)).values_list("uid", "name")
    return ListSpec(
        sorts=(
            Sort("name", ("name", "id")),
            Sort("title", ("title", "name", "id")),
            Sort("department", ("department", "name", "id")),
            Sort("left", ("left_on", "name", "id")),
        ),
        order="name",
        search_label=_("Name, title, department or e-mail"),
        filters=(
            Filter("level", _("Level"), tuple((value, str(label)) for value, label in Level.choices)),
            Filter(
                "department", _("Department"), tuple((d, d) for d in departments.distinct()[:_MOST_CHOICES])
            ),
            Filter("team", _("Team"), tuple(teams.order_by("name")[:_MOST_CHOICES])),
            Filter(
                "line",
                _("Line"),
                (
                    ("top", _("Reports to nobody")),
                    ("manager", _("Has reports")),
                    ("wide", _("More than %(span)d reports") % {"span": WIDE_SPAN}),
                    ("one", _("One report")),
                    ("vacant", _("Vacant posts")),
                ),
            ),
        ),
    )


def open_lines() -> QuerySet[ReportingLine]:
    """Today's lines."""
    return ReportingLine.objects.filter(valid_until=None)


def vacant() -> Q:
    """Posts that nobody holds: charts write it in place of a name, or leave the name out."""
    return Q(name__iexact="vacant") | Q(name=F("title"))


def _leaders_of(**span: int) -> QuerySet[Any, Any]:
    counted = open_lines().order_by().values("leader_id").annotate(span=Count("id"))
    return counted.filter(**span).values("leader_id")


def found_people(actor: Actor, asked: ListRequest, *, left: bool) -> QuerySet[Person]:
    """The people a list asks for; conditions only."""
    rows = access.visible(actor, Person.objects.filter(left_on__isnull=not left))
    for word in asked.search.casefold().split():
        rows = rows.filter(search__contains=word)
    if level := asked.filter("level"):
        rows = rows.filter(level=level)
    if department := asked.filter("department"):
        rows = rows.filter(department=department)
    if team := asked.filter("team"):
        member = Membership.objects.filter(person=OuterRef("pk"), valid_until=None, team__uid=team)
        rows = rows.filter(Exists(member))
    match asked.filter("line"):
        case "top":
            rows = rows.filter(~Exists(open_lines().filter(person=OuterRef("pk"))))
        case "manager":
            rows = rows.filter(pk__in=_leaders_of())
        case "wide":
            rows = rows.filter(pk__in=_leaders_of(span__gt=WIDE_SPAN))
        case "one":
            rows = rows.filter(pk__in=_leaders_of(span=1))
        case "vacant":
            rows = rows.filter(vacant())
    line = open_lines().filter(person=OuterRef("pk"))
    return rows.annotate(
        leader_name=Subquery(line.values("leader__name")[:1]),
        leader_uid=Subquery(line.values("leader__uid")[:1]),
    )


def people(actor: Actor, asked: ListRequest, *, left: bool = False) -> PeoplePage:
    """One page of the list; two queries beside the choices."""
    page: ListPage[Any] = asked.page(found_people(actor, asked, left=left))
    rows = (
        PersonRow(
            uid=row.uid,
            name=row.name,
            title=row.title,
            level=row.get_level_display(),
            department=row.department,
            leader=row.leader_name or "",
            leader_uid=row.leader_uid or "",
            left_on=row.left_on,
        )
        for row in page.rows
    )
    return PeoplePage(
        title=_("People"),
        lede=_("Those who left. What they did stays.") if left else "",
        crumbs=(home_crumb(), Crumb(_("People"))),
        who_sees=access.audience("person"),
        list=page.with_rows(rows),
        left=left,
        may_add=bool(access.may(actor, "create", About("person"))),
        may_import=bool(access.may(actor, "edit", About("import"))),
    )


def export_people(actor: Actor, asked: ListRequest, *, left: bool) -> list[tuple[Value, ...]]:
    """Every row the list asks for, in columns that an import takes back; two queries."""
    rows: list[Any] = list(found_people(actor, asked, left=left).order_by(*asked.order_by))
    teams: dict[int, str] = {}
    members = Membership.objects.filter(valid_until=None, team__archived_at=None).order_by(
        "-valid_from", "-id"
    )
    teams.update(members.values_list("person_id", "team__name"))
    return [
        (
            row.uid, row.name, row.title, row.leader_uid or "", row.leader_name or "", row.department, row.email or "",
            row.level, row.role, teams.get(row.pk, ""), row.joined_on, row.left_on,
        )
        for row in rows
    ]  # fmt: skip


EXPORT_HEADER = (
    "id", "name", "title", "reports_to", "leader_name", "department", "email", "level", "role", "team", "started",
    "left_on",
)  # fmt: skip


def suggest(actor: Actor, text: str) -> tuple[Step, ...]:
    """A few people whom a typed text may mean; one query."""
    rows = access.visible(actor, Person.objects.filter(left_on=None))
    words = text.replace("\x00", "").casefold().split()[:6]
    for word in words:
        rows = rows.filter(search__contains=word)
    found = rows.order_by("name", "id")[:_SUGGESTED] if words else []
    return tuple(Step(row.uid, row.name, row.title) for row in found)


def find_person(actor: Actor, uid: str) -> Person:
    """One person, with `may_history` and `may_absence` on the row; one query. Raises NotFound."""
    same = Person.objects.filter(pk=OuterRef("pk"))
    rows = access.visible(actor, Person.objects.filter(uid=uid)).annotate(
        may_history=Exists(access.visible(actor, same, "history")),
        may_absence=Exists(access.visible(actor, same, "absence")),
    )
    person = rows.first()
    if person is None:
        raise NotFound
    return person


def find_absence(actor: Actor, uid: str) -> Absence:
    """An absence the actor may take back. Raises NotFound."""
    absence = (
        access.visible(actor, Absence.objects.filter(uid=uid), "absence").select_related("person").first()
    )
    if absence is None:
        raise NotFound
    return absence


def line_above(person: Person) -> tuple[Step, ...]:
    """Everybody above a person, the topmost first; one query."""
    rows = Ancestor.objects.filter(person=person).order_by("-depth")
    return tuple(Step(*row) for row in rows.values_list("ancestor__uid", "ancestor__name", "ancestor__title"))


def direct_reports(person: Person) -> tuple[Step, ...]:
    """Those who report to a person today, with their own spans; one query."""
    below = open_lines().filter(leader=OuterRef("person")).order_by().values("leader")
    rows = open_lines().filter(leader=person).order_by("person__name", "person_id")
    counted = rows.annotate(span=Subquery(below.annotate(n=Count("id")).values("n")))
    return tuple(
        Step(uid, name, title, span or 0)
        for uid, name, title, span in counted.values_list(
            "person__uid", "person__name", "person__title", "span"
        )
    )


def person_page(actor: Actor, uid: str, off: frozenset[str] = frozenset()) -> PersonPage:
    """The page of one person; eight queries at most, and what the sections of `person_sections` take.

    `off` are the modules switched off. Raises NotFound.
    """
    person = find_person(actor, uid)
    above = line_above(person)
    memberships = Membership.objects.filter(person=person, team__archived_at=None).order_by(
        "team__name", "id"
    )
    led = Team.objects.filter(lead=person, archived_at=None).order_by("name", "id")
    history: bool = person.may_history  # type: ignore[attr-defined]
    absence: bool = person.may_absence  # type: ignore[attr-defined]
    return PersonPage(
        title=person.name,
        lede=", ".join(filter(None, (person.title, person.department))),
        crumbs=(
            home_crumb(),
            *(Crumb(step.name, reverse("org:person", args=[step.uid])) for step in above),
            Crumb(person.name),
        ),
        who_sees=access.audience("person", person),
        uid=person.uid,
        email=person.email or "",
        level=person.get_level_display(),
        role=person.role,
        department=person.department,
        joined_on=person.joined_on,
        left_on=person.left_on,
        erased=person.erased_at is not None,
        leader=above[-1] if above else None,
        reports=direct_reports(person),
        teams=tuple(
            Span(name, "", since, until, team_uid)
            for name, since, until, team_uid in memberships.filter(valid_until=None).values_list(
                "team__name", "valid_from", "valid_until", "team__uid"
            )
        ),
        led=tuple(Step(team_uid, name, "") for team_uid, name in led.values_list("uid", "name")),
        positions=_positions(person) if history else (),
        lines=_lines(person) if history else (),
        absences=_absences(person) if absence else (),
        sections=person_sections.of(actor, person, off),
        may_edit=person.erased_at is None and bool(access.may(actor, "edit", person)),
        may_erase=person.erased_at is None
        and person.pk != actor.person_id
        and bool(access.may(actor, "erase", person)),
        may_absence=absence and person.left_on is None,
        may_history=history,
    )


def _positions(person: Person) -> tuple[Span, ...]:
    return tuple(
        Span(
            row.title or row.get_level_display(),
            ", ".join(
                filter(None, (row.get_level_display() if row.title else "", row.department, row.grade))
            ),
            row.valid_from,
            row.valid_until,
        )
        for row in Position.objects.filter(person=person).order_by("-valid_from", "-id")
    )


def _lines(person: Person) -> tuple[Span, ...]:
    rows = ReportingLine.objects.filter(person=person).order_by("-valid_from", "-id").select_related("leader")
    return tuple(
        Span(row.leader.name, row.leader.title, row.valid_from, row.valid_until, row.leader.uid)
        for row in rows
    )


def _absences(person: Person) -> tuple[AbsenceRow, ...]:
    rows = Absence.objects.filter(person=person).order_by("-first_day")
    return tuple(AbsenceRow(row.uid, row.first_day, row.last_day) for row in rows)
