"""The teams of the demo company: who leads each, what its people do, and what is measured of them.

Headquarters is a table; beyond its 120 people the company has branches of 62, one like the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

SMALLEST = 120
LARGEST = 100_000
AREA = 10  # branches under one area director


class Has(NamedTuple):
    """A KPI that somebody in a post answers for: its key in `figures.KPIS`, its weight, whether it must hold."""

    kpi: str
    weight: int = 1
    must_hold: bool = False


class Post(NamedTuple):
    """A kind of work: its title, the role within which peers are compared, and the level of the method."""

    title: str
    job: str
    level: str = "contributor"


@dataclass(frozen=True)
class Unit:
    """A team: who leads it, under which other team, and what its people do. `lead` is a post, or one of the cast."""

    name: str
    under: str
    lead: Post | str
    lead_has: tuple[Has, ...] = ()
    members: Post | None = None
    size: int = 0
    member_has: tuple[Has, ...] = ()
    cast: tuple[str, ...] = ()
    team_has: tuple[Has, ...] = ()


def _lead(title: str) -> Post:
    return Post(title, title.lower(), "entry_manager")


def _manager(title: str) -> Post:
    return Post(title, title.lower(), "mid_manager")


_SAFE = Has("accidents")
_PICKS = (Has("pick_rate"), Has("pick_accuracy", 2, True))
_ORDERS = (Has("order_lines"), Has("orders_right", 2, True))
_CARE = (Has("first_contact"),)
_DRIVES = (Has("on_time", 2), Has("damages"))
_SELLS = (Has("sales", 2), Has("visits"))

HEADQUARTERS: tuple[Unit, ...] = (
    Unit("Board", "", "ingrid", (Has("margin", 2), Has("retention"))),
    Unit("People office", "Board", "elif", (Has("time_to_fill"),)),
    Unit("Systems", "Board", "greta", (Has("availability"),)),
    Unit(
        "Operations",
        "Board",
        "clara",
        (Has("cost_per_order", 2), Has("on_time", 2), _SAFE),
        members=Post("Quality engineer", "quality engineer"),
        size=1,
        member_has=(Has("damages"),),
    ),
    Unit(
        "Order desk",
        "Operations",
        "ben",
        (Has("lead_time", 3), Has("orders_right", 2, True), Has("overtime")),
        members=Post("Order specialist", "specialist"),
        size=8,
        member_has=(*_ORDERS, Has("order_complaints")),
        cast=("ana", "dev"),
        team_has=(Has("open_orders"),),
    ),
    Unit(
        "Customer service",
        "Operations",
        _manager("Customer service manager"),
        (Has("complaints"), Has("nps")),
    ),
    Unit(
        "Customer care",
        "Customer service",
        _lead("Care desk lead"),
        (Has("answer_time"), *_CARE),
        members=Post("Care agent", "agent"),
        size=7,
        member_has=_CARE,
    ),
    Unit(
        "Returns desk",
        "Customer service",
        _lead("Returns desk lead"),
        (Has("returns_time"), Has("complaints")),
        members=Post("Returns agent", "agent"),
        size=6,
        member_has=_CARE,
    ),
    Unit("Warehouse", "Operations", _manager("Warehouse manager"), (Has("same_day", 2), Has("overtime"))),
    Unit(
        "Inbound",
        "Warehouse",
        _lead("Inbound lead"),
        (Has("dock_time"), _SAFE),
        members=Post("Inbound operator", "operator"),
        size=8,
        member_has=(Has("dock_time"),),
    ),
    Unit(
        "Picking",
        "Warehouse",
        _lead("Picking lead"),
        _PICKS,
        members=Post("Picker", "picker"),
        size=9,
        member_has=_PICKS,
    ),
    Unit(
        "Packing",
        "Warehouse",
        _lead("Packing lead"),
        (Has("pack_rate"),),
        members=Post("Packer", "packer"),
        size=8,
        member_has=(Has("pack_rate"),),
    ),
    Unit(
        "Night shift",
        "Warehouse",
        _lead("Night shift lead"),
        (_SAFE,),
        members=Post("Picker, nights", "picker"),
        size=7,
        member_has=_PICKS,
    ),
    Unit("Transport", "Operations", _manager("Transport manager"), (Has("cost_per_drop"),)),
    Unit(
        "Route planning",
        "Transport",
        _lead("Planning lead"),
        (Has("fuel"),),
        members=Post("Route planner", "planner"),
        size=5,
        member_has=(Has("fuel"),),
    ),
    Unit(
        "Drivers",
        "Transport",
        _lead("Drivers' lead"),
        (*_DRIVES, _SAFE),
        members=Post("Driver", "driver"),
        size=7,
        member_has=_DRIVES,
    ),
    Unit("Sales", "Board", "farid", (Has("new_customers"), Has("quote_time"), Has("nps"))),
    Unit("Sales North", "Sales", _manager("Regional sales manager"), (Has("sales", 2), Has("retention"))),
    Unit(
        "Field sales",
        "Sales North",
        _lead("Field sales lead"),
        _SELLS,
        members=Post("Sales representative", "representative"),
        size=6,
        member_has=_SELLS,
    ),
    Unit(
        "Inside sales",
        "Sales North",
        _lead("Inside sales lead"),
        (Has("quote_time"),),
        members=Post("Inside sales agent", "inside sales"),
        size=6,
        member_has=(Has("quote_time"),),
    ),
    Unit(
        "Sales South",
        "Sales",
        _lead("Regional sales lead"),
        _SELLS,
        members=Post("Sales representative", "representative"),
        size=7,
        member_has=_SELLS,
    ),
    Unit("Finance", "Board", Post("Head of finance", "head", "senior_leader"), (Has("margin"),)),
    Unit(
        "Accounting",
        "Finance",
        _lead("Accounting lead"),
        (Has("days_to_close"),),
        members=Post("Accountant", "accountant"),
        size=5,
        member_has=(Has("paid_on_time"),),
    ),
    Unit(
        "Purchasing",
        "Finance",
        _lead("Purchasing lead"),
        (Has("purchase_savings"),),
        members=Post("Buyer", "buyer"),
        size=6,
        member_has=(Has("purchase_savings"),),
    ),
)

# One KPI a contributor and one or two a leader: a branch is there for its size, not for its stories.
BRANCH: tuple[Unit, ...] = (
    Unit("Branch", "", Post("Branch director", "branch director", "senior_leader"), (Has("sales"),)),
    Unit(
        "Order desk",
        "Branch",
        _lead("Desk lead"),
        (Has("lead_time"),),
        members=Post("Order specialist", "specialist"),
        size=8,
        member_has=(Has("orders_right"),),
    ),
    Unit(
        "Customer care",
        "Branch",
        _lead("Care desk lead"),
        _CARE,
        members=Post("Care agent", "agent"),
        size=7,
        member_has=_CARE,
    ),
    Unit("Warehouse", "Branch", _manager("Warehouse manager"), (_SAFE, Has("overtime"))),
    Unit(
        "Picking",
        "Warehouse",
        _lead("Picking lead"),
        (Has("pick_rate"),),
        members=Post("Picker", "picker"),
        size=9,
        member_has=(Has("pick_rate"),),
    ),
    Unit(
        "Packing",
        "Warehouse",
        _lead("Packing lead"),
        (Has("pack_rate"),),
        members=Post("Packer", "packer"),
        size=8,
        member_has=(Has("pack_rate"),),
    ),
    Unit("Transport", "Branch", _manager("Transport manager"), (Has("cost_per_drop"),)),
    Unit(
        "Drivers",
        "Transport",
        _lead("Drivers' lead"),
        (Has("on_time"),),
        members=Post("Driver", "driver"),
        size=7,
        member_has=(Has("on_time"),),
    ),
    Unit("Sales", "Branch", _manager("Sales manager"), (Has("sales"),)),
    Unit(
        "Field sales",
        "Sales",
        _lead("Field sales lead"),
        (Has("sales"),),
        members=Post("Sales representative", "representative"),
        size=6,
        member_has=(Has("visits"),),
    ),
    Unit(
        "Inside sales",
        "Sales",
        _lead("Inside sales lead"),
        (Has("quote_time"),),
        members=Post("Inside sales agent", "inside sales"),
        size=6,
        member_has=(Has("quote_time"),),
    ),
)

CITIES = """
    Aarhus Antwerp Arendal Bergen Bilbao Bodø Bordeaux Bremen Brno Cork Delft Drammen Dundee Gdańsk
    Ghent Gothenburg Graz Hamar Kaunas Kiel Košice Kraków Larvik Leeds Liège Linz Lübeck Lyon Malmö
    Molde Murcia Nantes Narvik Odense Örebro Ostrava Oulu Pécs Porto Poznań Riga Rostock Split Stavanger
    Szeged Tallinn Tampere Tartu Trento Trieste Tromsø Turku Umeå Utrecht Varna Vigo Vilnius Wrocław
    Zadar Zwolle
"""


def _heads(units: tuple[Unit, ...]) -> int:
    return sum(1 + unit.size for unit in units)


def _branches(count: int) -> Iterator[Unit]:
    """The units of `count` branches under their area directors, one after the other."""
    director = Post("Area director", "area director", "senior_leader")
    cities = CITIES.split()
    for number in range(count):
        area = f"Area {number // AREA + 1}"
        if number % AREA == 0:
            yield Unit(area, "Board", director, (Has("margin"),))
        again = number // len(cities)
        city = cities[number % len(cities)] + (f" {again + 1}" if again else "")
        for unit in BRANCH:
            name = f"{city} {unit.name.lower()}"
            under = f"{city} {unit.under.lower()}" if unit.under else area
            yield replace(unit, name=name, under=under)


def units_for(people: int) -> tuple[Unit, ...]:
    """Headquarters, as many branches as fit, and the rest spread over the teams: `people` in all.

    Raises ValueError below 120 or above 100,000.
    """
    if not SMALLEST <= people <= LARGEST:
        raise ValueError(f"the demo company has {SMALLEST} to {LARGEST} people")
    left, count = people - _heads(HEADQUARTERS), 0
    of_branch = _heads(BRANCH)
    while left >= of_branch + (count % AREA == 0):
        left -= of_branch + (count % AREA == 0)
        count += 1
    units = [*HEADQUARTERS, *_branches(count)]
    grow = [place for place, unit in enumerate(units) if unit.size >= 5][::-1]
    for extra in range(left):
        place = grow[extra % len(grow)]
        units[place] = replace(units[place], size=units[place].size + 1)
    return tuple(units)
