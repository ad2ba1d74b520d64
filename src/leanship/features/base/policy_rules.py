"""Which values a policy can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from leanship.features.base.middleware import SWITCHABLE


def installed_modules() -> tuple[str, ...]:
    """The parts that can be switched off and are there."""
    return tuple(sorted(name for name in SWITCHABLE if apps.is_installed(f"leanship.features.{name}")))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bands(value: Any) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    for field in ("meets", "exceeds"):
        if not _whole(value.get(field)) or not 1 <= value[field] <= 1000:
            problems[field] = [_("Give a whole percent from 1 to 1,000.")]
    if not problems and value["exceeds"] <= value["meets"]:
        problems["exceeds"] = [_("To exceed must take more than to meet.")]
    return problems


def _modules(value: Any) -> dict[str, list[str]]:
    off = value.get("off")
    if not isinstance(off, list) or not set(off) <= set(installed_modules()) or off != sorted(set(off)):
        return {"off": [_("Choose among the parts that there are.")]}
    return {}


def _correction_days(value: Any) -> dict[str, list[str]]:
    if not _whole(value.get("days")) or not 1 <= value["days"] <= 90:
        return {"days": [_("Give a number of days from 1 to 90.")]}
    return {}


_RULES: dict[str, tuple[frozenset[str], Callable[[Any], dict[str, list[str]]]]] = {
    "bands": (frozenset({"exceeds", "meets"}), _bands),
    "modules": (frozenset({"off"}), _modules),
    "correction_days": (frozenset({"days"}), _correction_days),
}


def problems_of(name: str, value: Any) -> dict[str, list[str]]:
    """What is wrong with `value` as a version of policy `name`, by field; empty when it will do.

    Raises KeyError for a policy that there is not.
    """
    keys, rule = _RULES[name]
    if not isinstance(value, dict) or frozenset(value) != keys:
        return {"": [_("This is not a value of that policy.")]}
    return rule(value)
