"""The organisation's own settings and its policies.

They stand here rather than in `base`, because `base` is below `org` and cannot ask who may.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import events, policies
from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.base.models import Organisation, Policy
from leanship.features.base.policy_rules import problems_of
from leanship.features.org import access
from leanship.features.org.access import About, Actor


def organisation_problems(*, name: str, time_zone: str, currency: str) -> dict[str, list[str]]:
    """What is wrong with an organisation's settings, by field."""
    problems: dict[str, list[str]] = {}
    if not name.strip():
        problems["name"] = [_("Give the organisation a name; your own will do if you work alone.")]
    elif len(name) > 200:
        problems["name"] = [_("Keep the name under 200 characters.")]
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems["time_zone"] = [_("Choose a time zone such as Europe/Berlin.")]
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        problems["currency"] = [_("Give the three letters of a currency, such as EUR.")]
    return problems


def edit_organisation(
    actor: Actor, *, name: str, time_zone: str, currency: str, version: int
) -> Organisation:
    """Change the organisation's name, time zone (IANA) and currency (ISO 4217).

    Raises Refused unless an administrator asks, Invalid by field, Conflict for a stale version.
    """
    access.require(actor, "edit", About("organisation"))
    currency = currency.strip().upper()
    if problems := organisation_problems(name=name, time_zone=time_zone, currency=currency):
        raise Invalid(problems)
    fields = {"name": " ".join(name.split()), "time_zone": time_zone, "currency": currency}
    with transaction.atomic():
        found = Organisation.objects.select_for_update().filter(pk=1).first()
        if found is None:
            raise NotFound
        if found.version != version:
            theirs = {field: str(getattr(found, field)) for field in fields}
            raise Conflict(_("Somebody else has changed the organisation meanwhile."), theirs)
        before = {field: getattr(found, field) for field in fields}
        changed = [field for field, value in fields.items() if before[field] != value]
        if changed:
            for field in changed:
                setattr(found, field, fields[field])
            found.version += 1
            found.save(update_fields=[*changed, "version"])
            events.record(
                "organisation.changed",
                actor_id=actor.person_id,
                subject_kind="organisation",
                subject_id=1,
                before={field: before[field] for field in changed},
                after={field: fields[field] for field in changed},
            )
    return found


def check_policy(actor: Actor, *, name: str, value: Any, valid_from: date, reason: str = "") -> None:
    """Whether `set_policy` would take this; raises what it would raise."""
    access.require(actor, "edit", About("policy"))
    problems = problems_of(name, value)
    if valid_from < policies.today():
        problems["valid_from"] = [
            _("Choose today or a later day: what is past stays judged by what held then.")
        ]
    if len(reason) > 2000:
        problems["reason"] = [_("Keep the reason under 2,000 characters.")]
    if not problems and policies.policy(name, valid_from) == value:
        problems[""] = [_("This holds on that day already; there is nothing to change.")]
    if problems:
        raise Invalid(problems)


def set_policy(actor: Actor, *, name: str, value: Any, valid_from: date, reason: str = "") -> Policy:
    """Add a version of a policy. What held before keeps holding for every day before `valid_from`.

    Raises Refused without the right, Invalid for a value that makes no sense or a day that has passed:
    periods that have closed were rated by the thresholds of their time, and stay so. KeyError for a policy
    that there is not.
    """
    check_policy(actor, name=name, value=value, valid_from=valid_from, reason=reason)
    with transaction.atomic():
        row = Policy.objects.create(
            name=name, value=value, valid_from=valid_from, set_by_id=actor.person_id, reason=reason.strip()
        )
        events.record(
            "policy.set", actor_id=actor.person_id, subject_kind="policy", subject_id=row.pk, name=name
        )
    return row
