"""What people have shown in the window of the projects category, read for many at once.

One answer a person, as plain counts and ids: what a standing keeps of it can be read when its rows are long gone.
Some nine queries for however many people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from leanship.domain import ProjectsEvidence, ShareStands
from leanship.domain.periods import WINDOW, Cadence, first_day, last_day, latest_closed
from leanship.features.org.models import Ancestor, Level, Person, Position
from leanship.features.projects.models import (
    Check,
    Member,
    Move,
    PlanItem,
    Project,
    Trial,
    WeekSplit,
    WorkingTime,
)
from leanship.features.projects.queries.time import ENOUGH_WEEKS, share_from
from leanship.features.savings.models import Confirmation

Counts = dict[str, Any]

A_YEAR = 52  # weeks for which projects, tests and checks count

# A project stands among these once its result was checked.
_CHECKED = frozenset({Project.Stage.CHECK.value, Project.Stage.STANDARD.value})


@dataclass(frozen=True, slots=True)
class Window:
    """The 52 closed weeks up to `week`, the last 13 of which give the share of time; instants in `zone`."""

    week: int
    zone: ZoneInfo

    @classmethod
    def closed(cls, today: date, time_zone: str) -> Window:
        """The window of the latest closed week."""
        return cls(latest_closed(Cadence.WEEK, today), ZoneInfo(time_zone))

    @property
    def first_day(self) -> date:
        """The first day that counts for projects, tests and checks."""
        return first_day(Cadence.WEEK, self.week - A_YEAR + 1)

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return last_day(Cadence.WEEK, self.week)

    @property
    def begin(self) -> datetime:
        """The instant at which the window begins."""
        return datetime.combine(self.first_day, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The instant before which it ends."""
        return datetime.combine(first_day(Cadence.WEEK, self.week + 1), time(), self.zone)

    @property
    def weeks(self) -> range:
        """The weeks of the share."""
        return range(self.week - WINDOW[Cadence.WEEK] + 1, self.week + 1)

    def day(self, instant: datetime) -> date:
        """The day of an instant in the organisation's zone."""
        return instant.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person has shown: for the rule, and as it is kept. `there` is False where there is nothing at all."""

    evidence: ProjectsEvidence
    counts: Counts
    there: bool


def shown_by(person_ids: Collection[int], window: Window) -> dict[int, Shown]:
    """What each of these people has shown in the window."""
    projects = _projects(person_ids, window)
    weeks = _weeks(person_ids, window)
    levels = _levels(person_ids, window.last_day)
    working = _no_target(person_ids, window.last_day)
    found = {}
    for pk in person_ids:
        led = projects[pk].projects
        level = levels.get(pk) or Level.CONTRIBUTOR.value
        share, stands = _share(pk, weeks[pk], window.weeks, level, no_target=working.get(pk, False))
        checked = [one for one in led if one["checked_on"] is not None]
        tests = sum(one["tests"] for one in led)
        evidence = ProjectsEvidence(
            led=len(led),
            checked=len(checked),
            holding=sum(_holds(one) for one in checked),
            tests=tests,
            share=stands,
        )
        counts = {
            "led": evidence.led,
            "checked": evidence.checked,
            "holding": evidence.holding,
            "tests": evidence.tests,
            "helpers": projects[pk].helpers,
            "outside": projects[pk].outside,
            "needed": projects[pk].needed,
            "needed_outside": projects[pk].needed_outside,
            "projects": led,
            "share": share,
        }
        found[pk] = Shown(evidence, counts, bool(led or weeks[pk]))
    return found


def _holds(project: Mapping[str, Any]) -> bool:
    """Whether its series says *improved*, a colleague confirmed it, and the latest check does not find otherwise."""
    improved = project["verdict"] == Check.Verdict.IMPROVED and project["confirmed"]
    return improved and (project["again"] is None or project["holds"] is True)


@dataclass(slots=True)
class _Led:
    """The projects of one leader, and how far authority reached, as counts: people who worked on them, and those
    outside the leader's line; and whose support ended projects needed, as it was counted when their maps went.
    """

    projects: list[Counts]
    helpers: int = 0
    outside: int = 0
    needed: int = 0
    needed_outside: int = 0


def led_in(window: Window) -> Q:
    """Projects that somebody led in the window: taken up before its end, not over before its beginning."""
    over = Q(ended_on__isnull=False, ended_on__lt=window.first_day)
    return Q(archived_at=None, taken_up_at__lt=window.end) & ~over


def _projects(person_ids: Collection[int], window: Window) -> Mapping[int, _Led]:
    rows = list(
        Project.objects.filter(led_in(window), leader_id__in=person_ids)
        .order_by("id")
        .values(
            "id", "leader_id", "stage", "stage_since", "ended_on", "outcome", "reach_all", "reach_outside"
        )
    )
    ids = [row["id"] for row in rows]
    moves: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    checks: dict[int, dict[str, Any]] = defaultdict(dict)
    tests: dict[int, int] = defaultdict(int)
    if ids:
        for pk, to_stage, at in (
            Move.objects.filter(project_id__in=ids)
            .order_by("at", "id")
            .values_list("project_id", "to_stage", "at")
        ):
            moves[pk].append((to_stage, at))
        confirmed = Confirmation.objects.filter(
            what="result",
            what_uid=OuterRef("uid"),
            decision=Confirmation.Decision.CONFIRMED,
            decided_at__lt=window.end,
        )
        for check in (
            Check.objects.filter(
                measure__project_id__in=ids, measure__is_current=True, judged_at__lt=window.end
            )
            .annotate(confirmed=Exists(confirmed))
            .values("kind", "verdict", "holds", "confirmed", project_id=F("measure__project_id"))
        ):
            checks[check["project_id"]][check["kind"]] = check
        for pk in Trial.objects.filter(
            project_id__in=ids, archived_at=None, result_at__gte=window.begin, result_at__lt=window.end
        ).values_list("project_id", flat=True):
            tests[pk] += 1
    found: dict[int, _Led] = defaultdict(lambda: _Led([]))
    for row in rows:
        pk = row["id"]
        first, again = checks[pk].get(Check.Kind.FIRST), checks[pk].get(Check.Kind.AGAIN)
        reached = _reached(row, moves[pk], window)
        found[row["leader_id"]].projects.append(
            {
                "project": pk,
                "checked_on": None if reached is None else reached.isoformat(),
                "verdict": first["verdict"] if first else None,
                "confirmed": bool(first and first["confirmed"]),
                "again": again["verdict"] if again else None,
                "holds": again["holds"] if again else None,
                "tests": tests[pk],
                "outcome": row["outcome"] if row["ended_on"] and row["ended_on"] <= window.last_day else "",
            }
        )
        found[row["leader_id"]].needed += row["reach_all"] or 0
        found[row["leader_id"]].needed_outside += row["reach_outside"] or 0
    _count_helpers(found, rows)
    return found


def _reached(row: Mapping[str, Any], moves: Iterable[tuple[str, datetime]], window: Window) -> date | None:
    """The day in the window on which the project came to "result checked", where it was not moved back since."""
    past = list(moves) or [(row["stage"], row["stage_since"])]
    came: datetime | None = None
    for to_stage, at in past:
        if at >= window.end:
            break
        came = (came or at) if to_stage in _CHECKED else None
    if came is None or came < window.begin:
        return None
    return window.day(came)


def _count_helpers(found: Mapping[int, _Led], rows: Iterable[Mapping[str, Any]]) -> None:
    """Count who worked on the projects of each leader: members and owners of plan items, whom everyone can see."""
    leader_of = {row["id"]: row["leader_id"] for row in rows}
    if not leader_of:
        return
    helpers: dict[int, set[int]] = defaultdict(set)
    members = Member.objects.filter(project_id__in=leader_of).values_list("project_id", "person_id")
    items = PlanItem.objects.filter(project_id__in=leader_of, archived_at=None).order_by()
    owners = items.values_list("project_id", "owner_id")
    for project_id, person_id in {*members, *owners}:
        if person_id != leader_of[project_id]:
            helpers[leader_of[project_id]].add(person_id)
    everyone = set().union(*helpers.values())
    inside = set(
        Ancestor.objects.filter(ancestor_id__in=list(helpers), person_id__in=everyone).values_list(
            "ancestor_id", "person_id"
        )
        if everyone
        else ()
    )
    for leader, people in helpers.items():
        found[leader].helpers = len(people)
        found[leader].outside = sum((leader, person) not in inside for person in people)


def _weeks(person_ids: Collection[int], window: Window) -> Mapping[int, dict[int, WeekSplit]]:
    found: dict[int, dict[int, WeekSplit]] = defaultdict(dict)
    weeks = window.weeks
    for row in WeekSplit.objects.filter(person_id__in=person_ids, week__gte=weeks[0], week__lte=weeks[-1]):
        found[row.person_id][row.week] = row
    return found


def _levels(person_ids: Collection[int], on: date) -> dict[int, str]:
    """The level that each had on a day; today's where no position is known for then."""
    levels = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "level"))
    held = Position.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), person_id__in=person_ids)
    levels.update(held.filter(valid_from__lte=on).order_by("valid_from").values_list("person_id", "level"))
    return levels


def _no_target(person_ids: Collection[int], on: date) -> dict[int, bool]:
    rows = WorkingTime.objects.filter(person_id__in=person_ids, valid_from__lte=on).order_by(
        "valid_from", "id"
    )
    return dict(rows.values_list("person_id", "no_target"))  # the latest overwrites those before it


def _share(
    person: int, rows: Mapping[int, WeekSplit], weeks: range, level: str, *, no_target: bool
) -> tuple[Counts, ShareStands]:
    """The share over the weeks that are there, as it is kept, and how it stands (M23)."""
    found = share_from(person, rows.values(), level, no_target)
    why = "" if found.verdict.missing is None else found.verdict.missing.value
    if not why and found.weeks < ENOUGH_WEEKS:
        why = "too_few_weeks"
    counts = {
        "first": weeks[0],
        "last": weeks[-1],
        "present": found.weeks,
        "needed": ENOUGH_WEEKS,
        "away": sorted(week for week, row in rows.items() if row.working == 0),
        "missing": [week for week in weeks if week not in rows],
        "strategic": found.strategic,
        "tactical": found.tactical,
        "unclassified": found.unclassified,
        "base": int(found.verdict.base),
        "of": found.verdict.of.value,
        "level": level,
        "target": found.verdict.target,
        "why": why,
    }
    return counts, found.stands


def people_with_evidence(window: Window) -> Iterator[int]:
    """Everyone who led a project or has weeks of calendars in the window, once each; two queries."""
    leaders = set(Project.objects.filter(led_in(window)).values_list("leader_id", flat=True))
    weeks = window.weeks
    timed = WeekSplit.objects.filter(week__gte=weeks[0], week__lte=weeks[-1])
    yield from sorted(leaders | set(timed.values_list("person_id", flat=True)))
