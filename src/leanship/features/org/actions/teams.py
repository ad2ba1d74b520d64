"""Changing teams and who belongs to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Invalid
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.actions._parts import cleaned, day_in_order, save_version, search_of_team
from leanship.features.org.models import Membership, Person, Team


def add_team(actor: Actor, *, name: str, lead: Person | None = None, department: str = "") -> Team:
    """Add a team. Raises Refused, or Invalid for a name that is empty or taken, or a lead who left."""
    access.require(actor, "create", About("team"))
    texts = cleaned({"name": name, "department": department}, required=("name",))
    _can_lead(lead)
    with transaction.atomic():
        one_at_a_time()
        _free_name(texts["name"])
        team = Team(name=texts["name"], lead=lead, department=texts["department"])
        team.search = search_of_team(team)
        team.save()
        _record("team.added", actor, team, lead=lead.pk if lead else None)
    return team


def edit_team(
    actor: Actor,
    *,
    team: Team,
    version: int | None = None,
    name: str | None = None,
    department: str | None = None,
    lead: Person | None,
) -> Team:
    """Change a team's name, department (None leaves them alone) and lead (None: it has none).

    Raises Refused, Invalid as `add_team`, Conflict for a stale `version`.
    """
    access.require(actor, "edit", team)
    texts = cleaned({"name": name, "department": department}, required=("name",))
    if lead is None or lead.pk != team.lead_id:
        _can_lead(lead)
    with transaction.atomic():
        one_at_a_time()
        if "name" in texts:
            _free_name(texts["name"], but=team)
        former = team.lead_id
        for field, text in texts.items():
            setattr(team, field, text)
        save_version(team, version, {**texts, "lead": lead, "search": search_of_team(team)})
        _record("team.edited", actor, team, lead=team.lead_id, former_lead=former)
    return team


def archive_team(actor: Actor, *, team: Team) -> Team:
    """Put a team away: it leaves the lists, its members and figures stay. `restore_team` is the undo."""
    access.require(actor, "edit", team)
    if team.archived_at is None:
        with transaction.atomic():
            save_version(team, None, {"archived_at": clock.now()})
            _record("team.archived", actor, team)
    return team


def restore_team(actor: Actor, *, team: Team) -> Team:
    """Take a team back out. Raises Refused, or Invalid when another team bears its name now."""
    access.require(actor, "edit", team)
    if team.archived_at is not None:
        with transaction.atomic():
            one_at_a_time()
            _free_name(team.name, but=team)
            save_version(team, None, {"archived_at": None})
            _record("team.restored", actor, team)
    return team


def add_member(actor: Actor, *, team: Team, person: Person, on: date | None = None) -> Membership:
    """Let a person belong to a team from `on` (today by default); one who left it on that day never left.

    Raises Refused, or Invalid for a member, somebody who left, an archived team, or a day to come.
    """
    access.require(actor, "edit", team)
    today = policies.today()
    day = on or today
    day_in_order(day, today)
    if person.left_on is not None:
        raise Invalid({"person": [_("%(name)s left. Choose somebody who is here.") % {"name": person.name}]})
    if team.archived_at is not None:
        raise Invalid({"": [_("This team is archived. Restore it first.")]})
    with transaction.atomic():
        one_at_a_time()
        of_both = Membership.objects.filter(team=team, person=person)
        if of_both.filter(valid_until=None).exists():
            raise Invalid({"person": [_("%(name)s belongs to this team already.") % {"name": person.name}]})
        last = of_both.order_by("-valid_until").first()
        if last is not None and last.valid_until is not None and last.valid_until > day:
            raise Invalid(
                {"on": [_("They belonged to it until a later day. Choose that day or one after it.")]}
            )
        if last is not None and last.valid_until == day:
            of_both.filter(pk=last.pk).update(valid_until=None)
            membership = last
        else:
            membership = Membership.objects.create(team=team, person=person, valid_from=day)
        _record("team.member_added", actor, team, person=person.pk, day=day.isoformat())
    return membership


def remove_member(actor: Actor, *, team: Team, person: Person, on: date | None = None) -> None:
    """A person no longer belongs to a team from `on` (today by default). `add_member` on that day is the undo.

    Raises Refused, or Invalid for somebody who does not belong to it, or a day before they joined or to come.
    """
    access.require(actor, "edit", team)
    today = policies.today()
    day = on or today
    with transaction.atomic():
        membership = Membership.objects.filter(team=team, person=person, valid_until=None).first()
        if membership is None:
            raise Invalid({"person": [_("%(name)s does not belong to this team.") % {"name": person.name}]})
        day_in_order(day, today, membership.valid_from)
        if membership.valid_from == day:
            membership.delete()  # it would have held for no day
        else:
            Membership.objects.filter(pk=membership.pk).update(valid_until=day)
        _record("team.member_removed", actor, team, person=person.pk, day=day.isoformat())


def _free_name(name: str, but: Team | None = None) -> None:
    others = Team.objects.filter(name__iexact=name, archived_at=None)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise Invalid({"name": [_("There is a team of this name already.")]})


def _can_lead(lead: Person | None) -> None:
    if lead is not None and lead.left_on is not None:
        raise Invalid({"lead": [_("%(name)s left. Choose somebody who is here.") % {"name": lead.name}]})


def _record(kind: str, actor: Actor, team: Team, **params: Any) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="team", subject_id=team.pk, **params)
