"""The figures of the demo company: exact, reproducible, in the right periods."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from leanship.demo.company import Company, build
from leanship.demo.figures import Plan, Shift, figures, plans, span, standards
from leanship.demo.kpis import KPIS, Process
from leanship.domain.figures import Better, round_half_up
from leanship.domain.periods import Cadence, first_day, latest_closed

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def small() -> Company:
    return build(120, TODAY)


@pytest.fixture(scope="module")
def found(small: Company) -> list[Plan]:
    return plans(small)


def test_eighteen_months_end_with_the_latest_closed_period() -> None:
    first, last = span(Cadence.MONTH, TODAY)
    assert (last - first + 1, last) == (18, latest_closed(Cadence.MONTH, TODAY))
    for cadence in (Cadence.DAY, Cadence.WEEK):
        begin, end = span(cadence, TODAY)
        assert end == latest_closed(cadence, TODAY)
        assert 0 <= (first_day(cadence, begin) - first_day(Cadence.MONTH, first)).days < 7
    assert span(Cadence.QUARTER, TODAY)[1] == latest_closed(Cadence.QUARTER, TODAY)


def test_every_kind_of_kpi_is_measured(found: list[Plan]) -> None:
    used = [KPIS[plan.kpi] for plan in found]
    assert {plan.kpi for plan in found} == set(KPIS)
    assert {kpi.cadence for kpi in used} == set(Cadence)
    assert {kpi.aggregation for kpi in used} == {"sum", "mean", "last", "ratio"}
    assert {kpi.standards for kpi in used} == {"known", "peers", "none"}
    assert {kpi.higher for kpi in used} == {True, False}
    assert any(kpi.on_shortfall for kpi in used)
    assert any(kpi.exceeds for kpi in used)
    assert any(plan.must_hold for plan in found)
    assert any(plan.is_team for plan in found)


def test_no_series_comes_twice(found: list[Plan]) -> None:
    assert len({plan.key for plan in found}) == len(found)


def test_the_same_seed_draws_the_same_and_another_does_not(found: list[Plan]) -> None:
    for plan in found:
        one, again, other = figures(plan), figures(plan), figures(plan, seed=1)
        assert one.values.tolist() == again.values.tolist()
        assert len(one) == len(other)
    assert any(figures(plan).values.tolist() != figures(plan, seed=1).values.tolist() for plan in found)


def test_a_series_does_not_depend_on_the_others(small: Company, found: list[Plan]) -> None:
    larger = {plan.key: plan for plan in plans(build(300, TODAY))}
    mine = next(plan for plan in found if plan.subject == "ben")
    assert figures(mine).values.tolist() == figures(larger[mine.key]).values.tolist()


def test_ratios_keep_both_parts_and_round_half_up(found: list[Plan]) -> None:
    for plan in found:
        kpi, drawn = KPIS[plan.kpi], figures(plan)
        if kpi.aggregation != "ratio":
            assert len(drawn.numerators) == 0
            continue
        for value, part, whole in zip(drawn.values, drawn.numerators, drawn.denominators, strict=True):
            exact = Fraction(int(part) * kpi.ratio_scale * 10**kpi.decimals, int(whole))
            assert value == round_half_up(exact)


def test_figures_stay_within_what_is_possible(found: list[Plan]) -> None:
    for plan in found:
        kpi, values = KPIS[plan.kpi], figures(plan).values
        assert values.min() >= int(kpi.floor) * 10**kpi.decimals
        if kpi.ceiling:
            assert values.max() <= int(kpi.ceiling) * 10**kpi.decimals


def test_daily_figures_are_of_working_days(found: list[Plan]) -> None:
    daily = [figures(plan) for plan in found if KPIS[plan.kpi].cadence is Cadence.DAY]
    assert daily
    assert all((drawn.ordinals - 1).max() and ((drawn.ordinals - 1) % 7).max() == 4 for drawn in daily)


def test_there_are_no_figures_of_those_who_were_away_or_gone(small: Company, found: list[Plan]) -> None:
    away = small.absences[0]
    for plan in (plan for plan in found if plan.subject == away.id):
        cadence = KPIS[plan.kpi].cadence
        inside = [
            n
            for n in figures(plan).ordinals.tolist()
            if away.first_day <= first_day(cadence, n) and first_day(cadence, n + 1) <= away.last_day
        ]
        assert not inside
    for step in small.steps:
        for id_ in step.left:
            mine = [plan for plan in found if plan.subject == id_]
            assert mine
            assert all(first_day(KPIS[p.kpi].cadence, p.last + 1) <= step.day for p in mine)


def test_a_shift_changes_the_level_from_its_period_on() -> None:
    still = Plan("lead_time", "x", Process("measure", 100.0, 1.0), first=1, last=40)
    moved = Plan("lead_time", "x", Process("measure", 100.0, 1.0), first=1, last=40, shift=Shift(10, 0.5))
    before, after = figures(still).values, figures(moved).values
    assert before[:30].tolist() == after[:30].tolist()
    assert np.abs(after[30:] / before[30:] - 0.5).max() < 0.05


def test_a_shift_may_go_again() -> None:
    still = Plan("lead_time", "x", Process("measure", 100.0, 1.0), first=1, last=40)
    faded = Plan("lead_time", "x", Process("measure", 100.0, 1.0), first=1, last=40, shift=Shift(20, 1.5, 12))
    before, after = figures(still).values, figures(faded).values
    changed = [at for at in range(40) if after[at] > 1.3 * before[at]]
    assert changed == list(range(20, 32))
    assert before[32:].tolist() == after[32:].tolist()


def test_standards_change_once_or_not_at_all() -> None:
    for kpi in KPIS.values():
        held = standards(kpi, TODAY)
        assert len(held) == (0 if not kpi.standard else 2 if kpi.standard_then else 1)
        better = Better.HIGHER if kpi.higher else Better.LOWER
        values = [held[since] for since in sorted(held)]
        assert values == sorted(values, reverse=better is Better.LOWER)  # they were raised, never lowered
