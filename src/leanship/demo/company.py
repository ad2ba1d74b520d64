"""Who works at the demo company, where, and what changed: plain data from a seed, a day and a size.

Fjordline Supply sells what workshops and offices use up. 120 people work at headquarters; beyond that it has
branches of 62. The cast of `leanship.demo.cast` holds the posts that everybody knows.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leanship.demo.cast import CAST
from leanship.demo.names import address, names
from leanship.demo.units import Post, Unit, units_for

SEED = 20


@dataclass(frozen=True)
class Somebody:
    """One person as the chart of a day has them. `reports_to` is an id, None for the top."""

    id: str
    name: str
    email: str
    post: Post
    reports_to: str | None
    team: str
    department: str
    started: date
    leads: bool = False


@dataclass(frozen=True)
class Step:
    """What changed on a day: who left, and the new rows of those who joined, moved or were promoted."""

    day: date
    left: tuple[str, ...]
    rows: tuple[Somebody, ...]


@dataclass(frozen=True)
class Away:
    """Days on which somebody was absent, both counted."""

    id: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Company:
    """The chart on the first day, what changed since, and the chart of today; `units` say what is measured."""

    founded: date
    today: date
    units: tuple[Unit, ...]
    at_first: tuple[Somebody, ...]
    steps: tuple[Step, ...]
    people: tuple[Somebody, ...]
    absences: tuple[Away, ...]

    def lead_of(self, unit: str) -> Somebody:
        """Who leads a team today."""
        return next(one for one in self.people if one.team == unit and one.leads)

    def members_of(self, unit: str) -> list[Somebody]:
        """Who works in a team today, its lead not counted."""
        return [one for one in self.people if one.team == unit and not one.leads]


def build(people: int, today: date, *, seed: int = SEED) -> Company:
    """The company with `people` of them today. The same arguments give the same company."""
    units = units_for(people)
    founded = date(today.year - 2, today.month, 1)
    rng = random.Random(f"{seed} company")  # noqa: S311
    today_chart = _chart(units, founded, rng)
    return _with_history(units, tuple(today_chart), founded, today, rng)


def _chart(units: tuple[Unit, ...], founded: date, rng: random.Random) -> list[Somebody]:
    supply = names(rng, frozenset(member.name for member in CAST.values()))
    lead_ids: dict[str, str] = {}
    departments: dict[str, str] = {}
    chart: list[Somebody] = []

    def add(post: Post, key: str | None, unit: Unit, leads: bool) -> None:
        above = lead_ids.get(unit.under) if leads else lead_ids[unit.name]
        started = founded - timedelta(days=rng.randrange(60, 4_000))
        if key is None:
            name = next(supply)
            one = (f"p{len(chart):05d}", name, address(name), post)
        else:
            member = CAST[key]
            one = (key, member.name, member.email, Post(member.title, member.job, member.level))
        chart.append(Somebody(*one, above, unit.name, departments[unit.name], started, leads))
        if leads:
            lead_ids[unit.name] = chart[-1].id

    for unit in units:
        # a department is what stands directly under the board, as far down as it goes
        departments[unit.name] = unit.name if unit.under in ("", "Board") else departments[unit.under]
        if isinstance(unit.lead, str):
            add(Post("", ""), unit.lead, unit, True)
        else:
            add(unit.lead, None, unit, True)
        for number in range(unit.size):
            assert unit.members is not None
            add(unit.members, unit.cast[number] if number < len(unit.cast) else None, unit, False)
    return chart


def _with_history(
    units: tuple[Unit, ...],
    chart: tuple[Somebody, ...],
    founded: date,
    today: date,
    rng: random.Random,
) -> Company:
    """Undo, from today's chart backwards, what happened since the first day."""
    by_id = {one.id: one for one in chart}
    of = Company(founded, today, units, (), (), chart, ())
    supply = names(rng, frozenset(one.name for one in chart))
    earlier = dict(by_id)
    steps: list[Step] = []

    def gone(id_: str, like: Somebody) -> Somebody:
        name = next(supply)
        return replace(like, id=id_, name=name, email=address(name))

    # Seven weeks ago: the packing lead left, and one of the packers took over.
    lead = of.lead_of("Packing")
    former = gone("q00001", lead)
    packers = of.members_of("Packing")
    steps.append(Step(today - timedelta(days=49), (former.id,), (lead, *packers)))
    earlier[former.id] = former
    earlier[lead.id] = replace(packers[0], id=lead.id, name=lead.name, email=lead.email, reports_to=former.id)
    for one in packers:
        earlier[one.id] = replace(one, reports_to=former.id)
    # Three months ago somebody left inside sales and was not replaced.
    leaver = gone("q00002", of.members_of("Inside sales")[-1])
    earlier[leaver.id] = leaver
    steps.append(Step(today - timedelta(days=100), (leaver.id,), ()))
    # Four months ago somebody joined customer care.
    joined = today - timedelta(days=130)
    newcomer = replace(of.members_of("Customer care")[-1], started=joined)
    del earlier[newcomer.id]
    steps.append(Step(joined, (), (newcomer,)))
    # Seven months ago a returns agent moved to the order desk.
    mover, agent = of.members_of("Order desk")[-1], of.members_of("Returns desk")[0]
    steps.append(Step(today - timedelta(days=210), (), (mover,)))
    earlier[mover.id] = replace(agent, id=mover.id, name=mover.name, email=mover.email, started=mover.started)
    absences = (
        Away(of.members_of("Field sales")[1].id, today - timedelta(days=200), today - timedelta(days=80)),
        Away(of.members_of("Picking")[2].id, today - timedelta(days=58), today - timedelta(days=38)),
        Away("dev", today - timedelta(days=62), today - timedelta(days=49)),
    )
    people = tuple(newcomer if one.id == newcomer.id else one for one in chart)
    return Company(founded, today, units, tuple(earlier.values()), tuple(reversed(steps)), people, absences)
