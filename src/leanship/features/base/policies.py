"""The organisation and its policies: reading what holds on a day, and changing it by adding a row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Subquery

from leanship.features.base import clock
from leanship.features.base.models import Organisation, Policy

# What holds where nobody chose otherwise. `modules` lists what is switched off.
DEFAULTS: dict[str, Any] = {
    "bands": {"exceeds": 105, "meets": 100},
    "modules": {"off": []},
    "correction_days": {"days": 14},
}


def organisation() -> Organisation | None:
    """The organisation, or None before the first-run setup."""
    return Organisation.objects.filter(pk=1).first()


def today_of(found: Organisation | None) -> date:
    """Today in that organisation's time zone; UTC before the setup."""
    return clock.today(found.time_zone if found else "UTC")


def today() -> date:
    """Today in the organisation's time zone, where no request has the organisation at hand already."""
    return today_of(organisation())


def organisation_and_modules_off() -> tuple[Organisation | None, frozenset[str]]:
    """The organisation, and the modules it has switched off today; what every request asks, in one query."""
    # Somewhere it is tomorrow already; which day it is here is known once the organisation is.
    tomorrow = clock.now().date() + timedelta(days=1)
    rows = Policy.objects.filter(name="modules", valid_from__lte=tomorrow).order_by("-valid_from", "-id")
    found = (
        Organisation.objects.filter(pk=1)
        .annotate(modules=Subquery(rows.values("value")[:1]), since=Subquery(rows.values("valid_from")[:1]))
        .first()
    )
    if found is None or found.since is None:
        return found, frozenset()
    here = today_of(found)
    value = found.modules if found.since <= here else policy("modules", here)
    return found, frozenset(value["off"])


def policy(name: str, on: date) -> Any:
    """The value of policy `name` that holds `on` a day: the latest row valid by then, else the default.

    Raises KeyError for a policy that does not exist.
    """
    default = DEFAULTS[name]
    row = Policy.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from", "-id").first()
    return default if row is None else row.value


def history(name: str) -> list[Policy]:
    """Every version of policy `name`, the oldest first; the one that holds later is last."""
    return list(Policy.objects.filter(name=name).order_by("valid_from", "id"))
