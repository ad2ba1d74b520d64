"""What people of the demo company said and did at their charts: the part of the stories that figures do not tell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING

from leanship.demo.figures import Plan
from leanship.demo.kpis import KPIS
from leanship.demo.stories import (
    BENS_SHIFT,
    FARIDS_MONTHS,
    FARIDS_SHIFT,
    FARIDS_STANDARD,
    FARIDS_WEEKS,
)
from leanship.domain.periods import code, first_day, last_day
from leanship.features.productivity import actions as productivity
from leanship.features.productivity.actions.charting import laid_out
from leanship.features.productivity.series_page import signal_places
from leanship.features.standing import actions as standing

if TYPE_CHECKING:
    from leanship.demo.living import Living

ASKED_DAYS_AGO = 20
Entry = tuple[date, Collection[str], Callable[[], None]]


def agenda(living: Living) -> list[Entry]:
    """Each act with its day, and the ids whose figures must be there by then."""
    company = living.company
    today = company.today
    desk = {"ben", *(one.id for one in company.members_of("Order desk"))}
    ben, dev = _plan(living, "ben", "lead_time"), _plan(living, "dev", "order_complaints")
    quotes, customers = _plan(living, "farid", "quote_time"), _plan(living, "farid", "new_customers")
    shifted = ben.last - BENS_SHIFT + 1
    quotes_shifted = quotes.last - FARIDS_SHIFT + 1
    lowered = customers.last - FARIDS_MONTHS + 1
    figures = living.figures(dev).by_period()
    worst = max(figures, key=lambda at: figures[at])

    def note_on_shift() -> None:
        productivity.add_note(
            living.actors["ben"],
            living.series[ben.key],
            ordinal=shifted,
            text="From this Monday on we type orders from the telephone straight in. The paper slips are gone.",
        )

    def lower_own_standard() -> None:
        productivity.set_standard(
            living.actors["farid"],
            kpi=living.kpis["new_customers"],
            series=living.series[customers.key],
            value=str(FARIDS_STANDARD),
            period=code(KPIS["new_customers"].cadence, lowered),
            reason="Two of my people are away for half a year.",
        )

    def accept_quotes() -> None:
        productivity.accept_shift(
            living.actors["farid"],
            living.series[quotes.key],
            from_ordinal=quotes_shifted,
            reason="Since that week everybody quotes from the one price list. It stays, so the limits may follow.",
        )

    def ask_for_correction() -> None:
        standing.request_correction(
            living.actors["ana"],
            person=living.people["ana"],
            text="The orders checked in the second week of last month came from the returns desk. "
            "Could you take them out of my figures?",
        )

    def blame() -> None:
        productivity.add_note(
            living.actors["clara"],
            living.series[dev.key],
            ordinal=worst,
            text="The worst month ever. Dev, please pull yourself together.",
        )

    asked = today - timedelta(days=ASKED_DAYS_AGO)
    return [
        (first_day(KPIS[ben.kpi].cadence, shifted + 1) + timedelta(days=1), desk, note_on_shift),
        (
            first_day(KPIS["new_customers"].cadence, lowered) + timedelta(days=2),
            {"farid"},
            lower_own_standard,
        ),
        (first_day(KPIS["quote_time"].cadence, quotes_shifted + FARIDS_WEEKS), {"farid"}, accept_quotes),
        (asked, desk, ask_for_correction),
        (min(last_day(KPIS[dev.kpi].cadence, worst) + timedelta(days=6), today), desk, blame),
    ]


def finally_(living: Living) -> None:
    """Everybody of the cast has looked at their own charts, but for Clara at the one of cost per order."""
    for key, actor in living.actors.items():
        for plan in living.plans:
            if plan.subject != key or plan.kpi == "cost_per_order":
                continue
            series = living.series[plan.key]
            productivity.mark_seen(actor, series, signals=signal_places(laid_out(series)))


def _plan(living: Living, subject: str, kpi: str) -> Plan:
    return next(plan for plan in living.plans if plan.key == (kpi, subject))
