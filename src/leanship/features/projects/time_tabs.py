"""The five pages of one's own time, as tabs."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Tab:
    """One of them."""

    label: str
    url: str
    here: bool


def tabs(here: str) -> tuple[Tab, ...]:
    """All of them; `here` is the name of the address of the one that is open."""
    places = (
        ("time", _("By week")),
        ("time_queue", _("To classify")),
        ("time_rules", _("Rules")),
        ("time_calendars", _("Calendars")),
        ("time_hours", _("Working hours")),
    )
    return tuple(Tab(label, reverse(f"projects:{name}"), name == here) for name, label in places)
