"""The map of people as its leader and their readers see it (M21): the picture, one person, who reads.

Everything here begins with `find_map` or `find_stakeholder`, which answer nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Ancestor
from leanship.features.projects.models import (
    MapReader,
    PersuasionStep,
    ProjectMap,
    Stakeholder,
    StanceEntry,
)
from leanship.features.projects.queries import people_words as words
from leanship.features.projects.reach import reach
from leanship.web import format as fmt
from leanship.web.charts import stances
from leanship.web.charts.svg import Svg
from leanship.web.layout import Audience, Crumb, WhoSees
from leanship.web.words import seen_by

__all__ = ["reach"]

_MOMENTS = 6  # days one can go back to by a link; any other by its date


@dataclass(frozen=True)
class StanceLine:
    """Where somebody stood on a day."""

    uid: str
    stance: str
    stance_says: str
    influence: int
    influence_says: str
    basis_says: str
    note: str
    on: date
    way: int  # towards the project 1, away from it −1, neither 0, against the entry before


@dataclass(frozen=True)
class StepLine:
    """What was done on a day."""

    uid: str
    kind_says: str
    note: str
    on: date


@dataclass(frozen=True)
class PersonLine:
    """One person of the map, as of a day."""

    uid: str
    name: str
    role: str
    reached: bool
    cares_about: str
    stances: tuple[StanceLine, ...]  # oldest first
    steps: tuple[StepLine, ...]

    @property
    def now(self) -> StanceLine | None:
        """The latest stance."""
        return self.stances[-1] if self.stances else None

    @property
    def before(self) -> StanceLine | None:
        """The latest stance that was another one."""
        return next(
            (each for each in reversed(self.stances) if self.now and each.stance != self.now.stance), None
        )

    @property
    def last_step(self) -> StepLine | None:
        """What was done last."""
        return self.steps[-1] if self.steps else None


@dataclass(frozen=True)
class Moment:
    """A day the map can be seen as of."""

    label: str
    year: str
    url: str
    here: bool


@dataclass(frozen=True)
class MapPage:
    """The map of one project."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    ended_on: date | None
    chart: Svg | None
    chart_says: str
    reach_says: str
    people: tuple[PersonLine, ...]
    unplaced: tuple[PersonLine, ...]
    away: tuple[PersonLine, ...]
    moments: tuple[Moment, ...]
    on: date | None  # None: as it is today
    today: date
    may_edit: bool


@dataclass(frozen=True)
class PersonPage:
    """One person of the map."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    project_uid: str
    person: PersonLine
    away: bool
    reach_says: str
    may_edit: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who may read the map."""

    uid: str
    name: str
    title: str
    since: datetime


@dataclass(frozen=True)
class ReadersPage:
    """Who may read the map; `form` adds one."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    project_uid: str
    leader: str
    readers: tuple[Reader, ...]
    form: object


def find_map(actor: Actor, uid: str, act: str = "read") -> ProjectMap:
    """The map of a project, with its leader; one query. Raises NotFound for whoever may not do `act`.

    The map of an archived project is closed to everybody until the project is restored.
    """
    rows = ProjectMap.objects.filter(uid=uid, archived_at=None).select_related("leader")
    found = access.visible(actor, rows, act).first()
    if found is None:
        raise NotFound
    return found


def find_stakeholder(actor: Actor, uid: str, act: str = "read") -> Stakeholder:
    """Somebody on a map, with the project and its leader; one query. Raises NotFound."""
    rows = Stakeholder.objects.filter(uid=uid, project__archived_at=None)
    found = access.visible(actor, rows.select_related("project__leader", "person"), act).first()
    if found is None:
        raise NotFound
    return found


def find_stance(actor: Actor, uid: str) -> StanceEntry:
    """A stance entry for its editor; two queries. Raises NotFound."""
    entry = StanceEntry.objects.filter(uid=uid).select_related("stakeholder").first()
    if entry is None:
        raise NotFound
    entry.stakeholder = find_stakeholder(actor, entry.stakeholder.uid, "edit")
    return entry


def find_step(actor: Actor, uid: str) -> PersuasionStep:
    """A step for its editor; two queries. Raises NotFound."""
    entry = PersuasionStep.objects.filter(uid=uid).select_related("stakeholder").first()
    if entry is None:
        raise NotFound
    entry.stakeholder = find_stakeholder(actor, entry.stakeholder.uid, "edit")
    return entry


def crumbs(project: ProjectMap, *more: Crumb) -> tuple[Crumb, ...]:
    """The way from all projects to the map and on."""
    here = Crumb(_("Map of people"), reverse("projects:map", args=[project.uid]) if more else "")
    return (
        Crumb(_("Projects"), reverse("projects:board")),
        Crumb(project.title, reverse("projects:project", args=[project.uid])),
        here,
        *more,
    )


def who_sees(project: ProjectMap) -> WhoSees:
    """The leader, and whom they let read; one query."""
    names = list(
        MapReader.objects.filter(project_id=project.pk)
        .order_by("person__name")
        .values_list("person__name", flat=True)
    )
    audience = [Audience(label=project.leader.name, reason=_("leads the project"), count=1)]
    if names:
        audience.append(Audience(label=", ".join(names), reason=_("named by the leader"), count=len(names)))
    return WhoSees(summary=seen_by(1 + len(names)), audience=tuple(audience))


def _lines(people: Iterable[Stakeholder], below: set[int], on: date | None) -> list[PersonLine]:
    """People with their entries up to a day; the entries are prefetched."""
    return [
        PersonLine(
            uid=each.uid,
            name=each.person.name if each.person else each.name,
            role=each.person.title if each.person else _("outside the organisation"),
            reached=each.person_id in below,
            cares_about=each.cares_about,
            stances=_stance_lines(s for s in each.stances.all() if on is None or s.on <= on),
            steps=tuple(
                StepLine(s.uid, words.step(s.kind), s.note, s.on)
                for s in each.steps.all()
                if on is None or s.on <= on
            ),
        )
        for each in people
    ]


def _stance_lines(entries: Iterable[StanceEntry]) -> tuple[StanceLine, ...]:
    found: list[StanceLine] = []
    last: int | None = None
    for each in entries:
        place = words.STANCES.index(each.stance)
        way = 0 if last is None else (place > last) - (place < last)
        found.append(
            StanceLine(
                uid=each.uid,
                stance=each.stance,
                stance_says=words.stance(each.stance),
                influence=each.influence,
                influence_says=words.influence(each.influence),
                basis_says=words.basis(each.basis),
                note=each.note,
                on=each.on,
                way=way,
            )
        )
        last = place
    return tuple(found)


def _with_entries() -> tuple[Prefetch[str], Prefetch[str]]:
    return (
        Prefetch("stances", StanceEntry.objects.filter(archived_at=None)),
        Prefetch("steps", PersuasionStep.objects.filter(archived_at=None)),
    )


def _below(leader_id: int, people: Sequence[Stakeholder]) -> set[int]:
    ids = [each.person_id for each in people if each.person_id is not None]
    rows = Ancestor.objects.filter(ancestor_id=leader_id, person_id__in=ids)
    return set(rows.values_list("person_id", flat=True))


def map_page(actor: Actor, uid: str, today: date, on: date | None = None) -> MapPage:
    """The map as of a day (None: today); six queries. Raises NotFound."""
    project = find_map(actor, uid)
    own = actor.person_id == project.leader_id
    rows = Stakeholder.objects.filter(project_id=project.pk).select_related("person")
    all_people = list(rows.prefetch_related(*_with_entries()))
    here = [each for each in all_people if each.archived_at is None]
    below = _below(project.leader_id, all_people)
    as_of = on if on is not None and on < today else None
    lines = sorted(_lines(here, below, as_of), key=_order)
    placed = tuple(line for line in lines if line.now)
    outside = sum(not line.reached for line in lines)
    address = reverse("projects:map", args=[uid])
    return MapPage(
        title=_("Map of people"),
        lede=_("Whose support this needs, where they stand, and what was done to win them."),
        crumbs=crumbs(project),
        who_sees=who_sees(project),
        uid=uid,
        ended_on=project.ended_on,
        chart=_chart(placed, own) if placed else None,
        chart_says=_moves_say(placed),
        reach_says=words.reach(outside, len(lines), own=own),
        people=placed,
        unplaced=tuple(line for line in lines if not line.now),
        away=tuple(_lines((p for p in all_people if p.archived_at is not None), below, None)) if own else (),
        moments=_moments(here, address, as_of, today),
        on=as_of,
        today=today,
        may_edit=own and project.ended_on is None,
    )


def _order(line: PersonLine) -> tuple[int, int, str]:
    """Much influence first, then from against to active."""
    if line.now is None:
        return (0, 0, line.name)
    return (-line.now.influence, words.STANCES.index(line.now.stance), line.name)


def _chart(people: Sequence[PersonLine], own: bool) -> Svg:
    bands = tuple(
        stances.Band(
            label=words.influence(influence),
            lanes=tuple(_lane(line, own) for line in people if line.now and line.now.influence == influence),
        )
        for influence in (3, 2, 1)
    )
    data = stances.StanceData(
        title=_("Where people stand, by influence"),
        stances=tuple(words.stance(code) for code in words.STANCES),
        bands=bands,
    )
    return stances.svg(data)


def _lane(line: PersonLine, own: bool) -> stances.Lane:
    places: list[int] = []
    for each in line.stances:
        place = words.STANCES.index(each.stance)
        if not places or places[-1] != place:
            places.append(place)
    return stances.Lane(
        name=line.name,
        initials=words.initials(line.name),
        note=line.role,
        says=words.lane(line.name, [words.stance(words.STANCES[p]) for p in places], line.reached, own=own),
        href=reverse("projects:map_person", args=[line.uid]),
        places=tuple(places),
        reached=line.reached,
    )


def _moves_say(people: Sequence[PersonLine]) -> str:
    """Who moved between the first entry and the last, in a sentence."""
    ends = [
        words.STANCES.index(line.stances[-1].stance) - words.STANCES.index(line.stances[0].stance)
        for line in people
        if line.stances
    ]
    towards, away = sum(end > 0 for end in ends), sum(end < 0 for end in ends)
    if not towards and not away:
        return _("Nobody has moved yet.") if ends else ""
    parts = []
    if towards:
        text = ngettext("%(count)d moved towards it", "%(count)d moved towards it", towards)
        parts.append(text % {"count": towards})
    if away:
        parts.append(ngettext("%(count)d moved away", "%(count)d moved away", away) % {"count": away})
    return _("Since they were first seen or heard, %(moves)s.") % {"moves": ", ".join(parts)}


def _moments(people: Iterable[Stakeholder], address: str, on: date | None, today: date) -> tuple[Moment, ...]:
    """Today, and some days on which something was entered, spread over the time there is."""
    days = sorted({entry.on for each in people for entry in each.stances.all() if entry.on < today})
    if len(days) > _MOMENTS:
        step = (len(days) - 1) / (_MOMENTS - 1)
        days = [days[round(position * step)] for position in range(_MOMENTS)]
    if on is not None and on not in days:
        days = sorted([*days, on])
    found = [
        Moment(fmt.day_of_year(day), str(day.year), f"{address}?on={day.isoformat()}", day == on)
        for day in days
    ]
    return (*found, Moment(_("Today"), "", address, on is None)) if found else ()


def person_page(actor: Actor, uid: str) -> PersonPage:
    """One person of a map; six queries. Raises NotFound."""
    stakeholder = find_stakeholder(actor, uid)
    project = find_map(actor, stakeholder.project.uid)
    own = actor.person_id == project.leader_id
    if stakeholder.archived_at is not None and not own:
        raise NotFound
    rows = Stakeholder.objects.filter(pk=stakeholder.pk).select_related("person")
    found = list(rows.prefetch_related(*_with_entries()))
    (line,) = _lines(found, _below(project.leader_id, found), None)
    return PersonPage(
        title=line.name,
        lede=line.role,
        crumbs=crumbs(project, Crumb(line.name)),
        who_sees=who_sees(project),
        project_uid=project.uid,
        person=line,
        away=stakeholder.archived_at is not None,
        reach_says=words.reached(line.reached, own=own),
        may_edit=own and project.ended_on is None,
    )


def readers_page(actor: Actor, uid: str, form: object) -> ReadersPage:
    """Who may read the map, for its leader; three queries. Raises NotFound."""
    project = find_map(actor, uid, "edit")
    rows = MapReader.objects.filter(project_id=project.pk).select_related("person").order_by("person__name")
    return ReadersPage(
        title=_("Who may read the map"),
        lede=_("Nobody above you, no people partner and no administrator sees it unless you name them here."),
        crumbs=crumbs(project, Crumb(_("Who may read it"))),
        who_sees=who_sees(project),
        project_uid=uid,
        leader=project.leader.name,
        readers=tuple(
            Reader(row.person.uid, row.person.name, row.person.title, row.added_at) for row in rows
        ),
        form=form,
    )
