"""The figures of the demo company: which series there are, and what their processes gave, period by period.

Every series has a random generator of its own, seeded by the company's seed, the KPI and the subject: adding a
series changes no other. Values are integers in the KPI's last decimal, as the product keeps them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from leanship.demo.company import SEED, Away, Company, Somebody
from leanship.demo.kpis import KPIS, KpiPlan, Process
from leanship.demo.units import Has
from leanship.domain import mostly_absent
from leanship.domain.figures import parse_decimal
from leanship.domain.periods import Cadence, first_day, latest_closed, ordinal

Ints = NDArray[np.int64]
MONTHS = 18
QUARTERS = 9  # of a quarter 18 months give six figures at most, too few to be told anything by


@dataclass(frozen=True)
class Shift:
    """The process itself changed: from `periods` before the end on, its level is multiplied by `times`.

    With `lasts` the old level came back after so many periods.
    """

    periods: int
    times: float
    lasts: int = 0


@dataclass(frozen=True)
class Plan:
    """One series: a KPI of a person (`subject` is an id) or of a team (`is_team`, a name), and its own process."""

    kpi: str
    subject: str
    process: Process
    weight: int = 1
    must_hold: bool = False
    is_team: bool = False
    first: int = 0
    last: int = 0
    shift: Shift | None = None
    lost: frozenset[int] = frozenset()  # periods without a figure
    draw: int = 0  # which of the many histories that the process could have had

    @property
    def key(self) -> tuple[str, str]:
        """KPI and subject, which no other series shares."""
        return self.kpi, self.subject


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one series as columns; the parts are those of a ratio, else empty."""

    ordinals: Ints
    values: Ints
    numerators: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    denominators: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.ordinals)

    def by_period(self) -> dict[int, int]:
        """Period → value in the last decimal."""
        return dict(zip(self.ordinals.tolist(), self.values.tolist(), strict=True))

    def between(self, after: int, last: int) -> Figures:
        """Those after one period, up to and with another."""
        return self.where((self.ordinals > after) & (self.ordinals <= last))

    def where(self, keep: NDArray[np.bool_]) -> Figures:
        """Those at which `keep` is true."""
        parts = (self.numerators, self.denominators)
        above, below = (part[keep] if len(part) else part for part in parts)
        return Figures(self.ordinals[keep], self.values[keep], above, below)


def span(cadence: Cadence, today: date) -> tuple[int, int]:
    """The first and the last period of the demo's data: 18 months up to the latest one closed."""
    last = latest_closed(cadence, today)
    if cadence is Cadence.QUARTER:
        return last - QUARTERS + 1, last
    begin = ordinal(Cadence.MONTH, today) - MONTHS
    if cadence is Cadence.MONTH:
        return begin, last
    day = first_day(Cadence.MONTH, begin)
    return ordinal(cadence, day + timedelta(days=6) if cadence is Cadence.WEEK else day), last


def plans(company: Company, *, seed: int = SEED) -> list[Plan]:
    """Every series of the company: of each unit's lead, its members, and the team itself."""
    found: list[Plan] = []
    leads = {one.team: one for one in company.people if one.leads}
    members: dict[str, list[Somebody]] = {}
    for one in company.people:
        if not one.leads:
            members.setdefault(one.team, []).append(one)
    began = {row.id: step.day for step in company.steps for row in step.rows}
    left_on = {id_: step.day for step in company.steps for id_ in step.left}
    away = {one.id: one for one in company.absences}
    before = {one.id: one for one in company.at_first}
    gone: dict[str, list[Somebody]] = {}
    for id_ in left_on:
        gone.setdefault(before[id_].team, []).append(before[id_])
    for unit in company.units:
        posts = [(leads[unit.name], unit.lead_has)]
        posts += [(one, unit.member_has) for one in members.get(unit.name, ())]
        posts += [(one, unit.lead_has if one.leads else unit.member_has) for one in gone.get(unit.name, ())]
        for one, has in posts:
            # a new row of the chart is a new post, unless only the leader above is another
            same = one.id in before and before[one.id].post == one.post
            since = None if same else began.get(one.id)
            for each in has:
                plan = _plan(each, one.id, company.today, seed)
                found.append(_here(plan, since, left_on.get(one.id), away.get(one.id)))
        found += [
            replace(_plan(each, unit.name, company.today, seed), is_team=True) for each in unit.team_has
        ]
    return found


def _plan(has: Has, subject: str, today: date, seed: int) -> Plan:
    kpi = KPIS[has.kpi]
    first, last = span(kpi.cadence, today)
    process = _own(kpi.process, _generator(seed, has.kpi, subject, -1))
    return Plan(has.kpi, subject, process, has.weight, has.must_hold, first=first, last=last)


def _here(plan: Plan, since: date | None, until: date | None, away: Away | None) -> Plan:
    """Keep the periods in which somebody was here: from their first whole one to their last, absences out."""
    cadence = KPIS[plan.kpi].cadence
    first, last = plan.first, plan.last
    if since is not None:
        first = max(first, ordinal(cadence, since - timedelta(days=1)) + 1)
    if until is not None:
        last = min(last, ordinal(cadence, until) - 1)
    lost = frozenset(
        mostly_absent(cadence, range(first, last + 1), [(away.first_day, away.last_day)]) if away else ()
    )
    return replace(plan, first=first, last=last, lost=lost)


def _generator(seed: int, kpi: str, subject: str, draw: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(f"{kpi} {subject}".encode()), draw + 1])


def _own(process: Process, rng: np.random.Generator) -> Process:
    """The process of one subject: people and teams differ, and stay as they are."""
    if not process.between:
        return process
    off = float(np.clip(rng.normal(0.0, process.between), -2 * process.between, 2 * process.between))
    if process.kind == "share":
        return replace(process, level=1 - (1 - process.level) * (1 + off))
    return replace(process, level=process.level * (1 + off))


def figures(plan: Plan, *, seed: int = SEED) -> Figures:
    """What a plan's process gave. Days are working days; periods lost have no figure."""
    kpi = KPIS[plan.kpi]
    ordinals = np.arange(plan.first, plan.last + 1, dtype=np.int64)
    if kpi.cadence is Cadence.DAY:
        ordinals = ordinals[(ordinals - 1) % 7 < 5]
    rng = _generator(seed, plan.kpi, plan.subject, plan.draw)
    level = np.full(len(ordinals), plan.process.level)
    if plan.shift is not None:
        begin = max(len(level) - plan.shift.periods, 0)
        level[begin : begin + plan.shift.lasts if plan.shift.lasts else None] *= plan.shift.times
    drawn = _draw(kpi, plan.process, level, rng, ordinals)
    return drawn.where(~np.isin(ordinals, list(plan.lost))) if plan.lost else drawn


def _draw(
    kpi: KpiPlan, process: Process, level: NDArray[np.float64], rng: np.random.Generator, ordinals: Ints
) -> Figures:
    unit = 10**kpi.decimals
    if process.kind == "count":
        return Figures(ordinals, rng.poisson(level).astype(np.int64) * unit)
    if process.kind == "measure":
        values = _whole(rng.normal(level, process.spread) * unit)
        if kpi.ceiling:
            values = np.minimum(values, parse_decimal(kpi.ceiling, kpi.decimals))
        return Figures(ordinals, values if process.signed else np.maximum(values, 0))
    cases = np.maximum(rng.poisson(process.of, len(ordinals)), 1).astype(np.int64)
    if process.kind == "share":
        good = rng.binomial(cases, np.clip(level, 0.0, 1.0)).astype(np.int64)
    else:
        good = _whole(rng.normal(level, process.spread) * cases)
    # half up in whole numbers, as the product rounds the ratio it shows (M12)
    values = (2 * good * kpi.ratio_scale * unit + cases) // (2 * cases)
    return Figures(ordinals, values, good, cases)


def _whole(values: NDArray[np.float64]) -> Ints:
    return np.floor(values + 0.5).astype(np.int64)


def standards(kpi: KpiPlan, today: date) -> Mapping[int, int]:
    """The KPI's standards by the period from which each holds: one, or two where it changed a year ago."""
    if not kpi.standard:
        return MappingProxyType({})
    first, _last = span(kpi.cadence, today)
    now = parse_decimal(kpi.standard, kpi.decimals)
    if not kpi.standard_then:
        return MappingProxyType({first: now})
    changed = ordinal(kpi.cadence, date(today.year - 1, today.month, 1))
    return MappingProxyType({first: parse_decimal(kpi.standard_then, kpi.decimals), changed: now})


def everything(found: list[Plan], *, seed: int = SEED) -> Iterator[tuple[Plan, Figures]]:
    """Each plan with its figures."""
    for plan in found:
        yield plan, figures(plan, seed=seed)
