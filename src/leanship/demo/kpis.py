"""What the demo company measures: each KPI's definition, its standard, and how its figures come about."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from leanship.domain.periods import Cadence


@dataclass(frozen=True)
class Process:
    """How the figures of a KPI come about: period by period, at random around a level that stays.

    `kind` "measure": normal around `level` with standard deviation `spread`, never below 0 unless `signed`.
    "count": Poisson with mean `level`. "share": of about `of` cases each one is good with chance `level`.
    "rate": for about `of` cases what one case costs is normal around `level`, `spread`. Subjects differ: each
    one's own level is off by `between`, as a share of it (for shares: of what is missing to 1).
    """

    kind: str
    level: float
    spread: float = 0.0
    of: int = 0
    between: float = 0.0
    signed: bool = False


@dataclass(frozen=True)
class KpiPlan:
    """One KPI. `standard` is the target in plain numbers; `standard_then` the one it replaced a year ago."""

    name: str
    unit: str
    description: str
    cadence: Cadence
    aggregation: str
    process: Process
    standard: str = ""
    standard_then: str = ""
    decimals: int = 0
    higher: bool = True
    standards: str = "known"
    ratio_scale: int = 1
    floor: str = "0"
    ceiling: str = ""
    on_shortfall: bool = False
    exceeds: int | None = None
    meets: int | None = None
    median_limits: bool = False
    owner: str = "clara"


DAY, WEEK, MONTH, QUARTER = Cadence.DAY, Cadence.WEEK, Cadence.MONTH, Cadence.QUARTER

KPIS: MappingProxyType[str, KpiPlan] = MappingProxyType(
    {
        # the order desk
        "lead_time": KpiPlan(
            "Order lead time",
            "hours",
            "From the order's arrival to its release to the warehouse.",
            WEEK,
            "mean",
            Process("measure", 25.4, 1.2, between=0.04),
            "24",
            "26",
            decimals=1,
            higher=False,
        ),
        "orders_right": KpiPlan(
            "Orders entered right first time",
            "%",
            "Of the orders checked, those that needed no correction.",
            WEEK,
            "ratio",
            Process("share", 0.972, of=320, between=0.2),
            "96",
            "95",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
        ),
        "order_lines": KpiPlan(
            "Order lines entered",
            "lines a day",
            "On days at the desk. Judged by the median of one's peers.",
            WEEK,
            "mean",
            Process("measure", 182, 9, between=0.06),
            decimals=1,
            standards="peers",
        ),
        "order_complaints": KpiPlan(
            "Complaints about orders",
            "complaints",
            "What customers complain about after an order was entered.",
            MONTH,
            "sum",
            Process("count", 6.0, between=0.12),
            "7",
            higher=False,
        ),
        "open_orders": KpiPlan(
            "Orders open at closing",
            "orders",
            "Still to be entered when the desk closes at five.",
            DAY,
            "last",
            Process("measure", 34, 5, between=0.0),
            "40",
            higher=False,
        ),
        "cost_per_order": KpiPlan(
            "Cost per order",
            "EUR",
            "What operations cost in the week, divided by the orders that went out.",
            WEEK,
            "ratio",
            Process("rate", 7.6, 0.22, of=2_400),
            "8.00",
            decimals=2,
            higher=False,
            owner="ingrid",
        ),
        "overtime": KpiPlan(
            "Overtime",
            "hours",
            "Hours worked beyond the roster, of the whole team.",
            MONTH,
            "sum",
            Process("measure", 31, 5, between=0.15),
            "34",
            higher=False,
        ),
        # customers
        "answer_time": KpiPlan(
            "Time to answer",
            "seconds",
            "How long a caller waits, on average over the day.",
            DAY,
            "mean",
            Process("measure", 35, 4, between=0.08),
            "40",
            higher=False,
            median_limits=True,
        ),
        "first_contact": KpiPlan(
            "Solved at first contact",
            "%",
            "Of the cases closed, those that needed no second contact.",
            WEEK,
            "ratio",
            Process("share", 0.83, of=160, between=0.16),
            "78",
            "76",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
        ),
        "returns_time": KpiPlan(
            "Time to settle a return",
            "days",
            "From the parcel's arrival to the credit note.",
            WEEK,
            "mean",
            Process("measure", 3.6, 0.3, between=0.1),
            "4.0",
            decimals=1,
            higher=False,
        ),
        "complaints": KpiPlan(
            "Complaints",
            "complaints",
            "Complaints of any kind about what the team did.",
            MONTH,
            "sum",
            Process("count", 24, between=0.15),
            "28",
            higher=False,
        ),
        "nps": KpiPlan(
            "Would recommend us (NPS)",
            "points",
            "Share of promoters less share of detractors, in points.",
            MONTH,
            "mean",
            Process("measure", 31, 6, between=0.2, signed=True),
            standards="none",
            floor="-100",
            ceiling="100",
            owner="ingrid",
        ),
        # warehouse and transport
        "same_day": KpiPlan(
            "Shipped the same day",
            "%",
            "Of the orders in by two o'clock, those that left before six.",
            WEEK,
            "ratio",
            Process("share", 0.925, of=420),
            "92",
            "90",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
        ),
        "dock_time": KpiPlan(
            "Dock to shelf",
            "hours",
            "From the truck's arrival until the goods can be picked.",
            WEEK,
            "mean",
            Process("measure", 5.3, 0.45, between=0.07),
            "6.0",
            decimals=1,
            higher=False,
        ),
        "pick_rate": KpiPlan(
            "Picking rate",
            "lines an hour",
            "Lines picked an hour, on average over the week.",
            WEEK,
            "mean",
            Process("measure", 64, 2.6, between=0.07),
            "60",
            decimals=1,
        ),
        "pick_accuracy": KpiPlan(
            "Picking accuracy",
            "%",
            "Lines picked right. Rated on what is missing to 100 %.",
            WEEK,
            "ratio",
            Process("share", 0.9966, of=1_900, between=0.2),
            "99.50",
            decimals=2,
            ratio_scale=100,
            ceiling="100",
            on_shortfall=True,
        ),
        "pack_rate": KpiPlan(
            "Parcels packed",
            "parcels an hour",
            "Parcels closed an hour, on average over the week.",
            WEEK,
            "mean",
            Process("measure", 21.5, 1.1, between=0.07),
            "20.0",
            decimals=1,
        ),
        "accidents": KpiPlan(
            "Lost-time accidents",
            "accidents",
            "Accidents after which somebody could not work the next day.",
            MONTH,
            "sum",
            Process("count", 0.3, between=0.3),
            "1",
            higher=False,
            owner="ingrid",
        ),
        "on_time": KpiPlan(
            "Delivered on time",
            "%",
            "Of the drops planned, those within the hour promised.",
            WEEK,
            "ratio",
            Process("share", 0.958, of=190, between=0.25),
            "94",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
            exceeds=103,
            meets=100,
            owner="ingrid",
        ),
        "cost_per_drop": KpiPlan(
            "Cost per drop",
            "EUR",
            "What transport cost in the month, divided by the drops made.",
            MONTH,
            "ratio",
            Process("rate", 11.9, 0.5, of=3_100, between=0.03),
            "12.00",
            decimals=2,
            higher=False,
        ),
        "damages": KpiPlan(
            "Damaged parcels",
            "per 1,000",
            "Parcels refused or returned since they arrived broken.",
            MONTH,
            "ratio",
            Process("share", 0.0026, of=2_600, between=0.0),
            "3.0",
            decimals=1,
            higher=False,
            ratio_scale=1_000,
        ),
        "fuel": KpiPlan(
            "Fuel used",
            "litres per 100 km",
            "Of all vans and lorries planned for, by distance driven.",
            MONTH,
            "mean",
            Process("measure", 21.6, 0.8, between=0.04),
            "22.5",
            decimals=1,
            higher=False,
        ),
        # sales
        "sales": KpiPlan(
            "Sales",
            "thousand EUR",
            "Invoiced in the month, returns taken off.",
            MONTH,
            "sum",
            Process("measure", 226, 15, between=0.08),
            "210",
            "200",
            owner="farid",
        ),
        "visits": KpiPlan(
            "Customer visits",
            "visits",
            "Visits with a person who decides.",
            WEEK,
            "sum",
            Process("count", 17.5, between=0.08),
            "14",
            owner="farid",
        ),
        "new_customers": KpiPlan(
            "New customers",
            "customers",
            "First orders of customers we did not have.",
            MONTH,
            "sum",
            Process("count", 14.5),
            "15",
            owner="ingrid",
        ),
        "quote_time": KpiPlan(
            "Time to quote",
            "hours",
            "From the request to the offer, in working hours.",
            WEEK,
            "mean",
            Process("measure", 9.4, 0.8, between=0.08),
            "10.0",
            decimals=1,
            higher=False,
            owner="ingrid",
        ),
        "retention": KpiPlan(
            "Customers kept",
            "%",
            "Of last year's customers, those who ordered again in the quarter.",
            QUARTER,
            "ratio",
            Process("share", 0.925, of=640, between=0.1),
            "91",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
            owner="farid",
        ),
        # the house
        "margin": KpiPlan(
            "Operating margin",
            "%",
            "Operating result by sales.",
            QUARTER,
            "ratio",
            Process("rate", 0.086, 0.004, of=19_800, between=0.03),
            "8.0",
            decimals=1,
            ratio_scale=100,
            owner="ingrid",
        ),
        "days_to_close": KpiPlan(
            "Days to close the books",
            "working days",
            "From the month's end until its result stands.",
            MONTH,
            "last",
            Process("measure", 5.6, 0.5),
            "6.0",
            "7.0",
            decimals=1,
            higher=False,
            owner="ingrid",
        ),
        "paid_on_time": KpiPlan(
            "Suppliers paid on time",
            "%",
            "Of the invoices due, those paid by their day.",
            MONTH,
            "ratio",
            Process("share", 0.972, of=310, between=0.2),
            "95",
            decimals=1,
            ratio_scale=100,
            ceiling="100",
            owner="ingrid",
        ),
        "purchase_savings": KpiPlan(
            "Savings in purchasing",
            "thousand EUR",
            "Against last year's price for what was bought.",
            QUARTER,
            "sum",
            Process("measure", 44, 5, between=0.1),
            "38",
            owner="ingrid",
        ),
        "time_to_fill": KpiPlan(
            "Time to fill a post",
            "days",
            "From the request to the signature, of posts filled in the month.",
            MONTH,
            "mean",
            Process("measure", 41, 5),
            "45",
            higher=False,
            owner="ingrid",
        ),
        "availability": KpiPlan(
            "Systems available",
            "%",
            "Of the opening hours. Rated on what is missing to 100 %.",
            MONTH,
            "mean",
            Process("measure", 99.62, 0.09),
            "99.50",
            decimals=2,
            ceiling="100",
            on_shortfall=True,
            owner="ingrid",
        ),
    }
)
