"""What leaders of the demo company keep for themselves: routines, and a question of what fits into the next months."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from leanship.features.jobs import queue
from leanship.features.projects.actions import portfolio, routines
from leanship.features.projects.portfolio_given import CandidateGiven, CapacityGiven

if TYPE_CHECKING:
    from leanship.demo.living import Living

WEEKS_BACK = 6

# by whom: what, how often, and on how many of ten days it was done
ROUTINES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "ben": (
        ("Stand ten minutes at the desk and look", "day", 8),
        ("Ask one person what gets in the way", "day", 6),
        ("Look at the chart of the lead time", "week", 9),
        ("One to one with somebody of the desk", "week", 10),
    ),
    "clara": (
        ("Walk through the warehouse before nine", "day", 5),
        ("Read one project and comment", "week", 7),
    ),
}

# name, value a year in euros, hours in each of three months, what it requires
COULD: tuple[tuple[str, int, tuple[int, int, int], tuple[str, ...]], ...] = (
    ("Fixed tours again, with the drivers this time", 14_000, (30, 20, 10), ()),
    ("One article number on every label", 9_500, (12, 24, 24), ()),
    ("Half-empty pallets", 16_000, (16, 8, 0), ()),
    ("Returns sorted at the gate", 11_000, (0, 30, 20), ()),
    ("Second dock for express parcels", 21_000, (40, 40, 30), ()),
    ("Time slots for carriers", 8_000, (10, 10, 0), ()),
    ("Night shift picks by zone", 12_500, (0, 20, 30), ()),
    ("Scanner at the packing table", 7_000, (8, 8, 8), ()),
    ("Weigh every parcel", 6_000, (0, 6, 10), ("Scanner at the packing table",)),
)
CAPACITY = (75, 81, 57)  # an hour more of any of them is worth something


def bring(living: Living) -> None:
    """They write down what they keep, tick what they did, and Clara asks what fits."""
    _routines(living)
    _portfolio(living)
    queue.run_all()


def _routines(living: Living) -> None:
    chance = random.Random(f"{living.seed} routines")  # noqa: S311
    today = living.company.today
    for key, rows in ROUTINES.items():
        for text, cadence, often in rows:
            routine = routines.add_routine(living.actors[key], text=text, cadence=cadence)
            for back in range(1, WEEKS_BACK * 7):
                day = today - timedelta(days=back)
                due = day.weekday() < 5 if cadence == "day" else day.weekday() == 4
                if due and chance.randrange(10) < often:
                    routines.tick(living.actors[key], routine=routine, on=day, done=True)


def _portfolio(living: Living) -> None:
    clara = living.actors["clara"]
    first = date(living.company.today.year, living.company.today.month, 1)
    months = []
    for _number in range(3):
        first = (first + timedelta(days=31)).replace(day=1)
        months.append(f"{first:%Y-%m}")
    asked = portfolio.start_portfolio(clara, name="Operations, the next three months")
    asked = portfolio.save_portfolio(
        clara,
        portfolio=asked,
        version=asked.version,
        name=asked.name,
        capacities=[
            CapacityGiven(f"n{at}", month, hours * 60)
            for at, (month, hours) in enumerate(zip(months, CAPACITY, strict=True), 1)
        ],
        candidates=[
            CandidateGiven(
                f"n{at}",
                name,
                value * 100,
                {f"n{place}": each * 60 for place, each in enumerate(hours, 1)},
                requires=requires,
            )
            for at, (name, value, hours, requires) in enumerate(COULD, 1)
        ],
    )
    portfolio.find_what_fits(clara, portfolio=asked)
