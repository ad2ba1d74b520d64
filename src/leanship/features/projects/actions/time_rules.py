"""Rules that classify events: their owner adds, changes, orders and puts them away (M24)."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from leanship.domain.time_split import LONGEST_PATTERN
from leanship.features.base import clock, events
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects import classing, time_weeks
from leanship.features.projects.models import ClassRule

MOST_RULES: Final = 200


def check_rule(field: str, pattern: str, kind: str) -> dict[str, str]:
    """The parts of a rule, tidied. Raises Invalid, saying beside each what would do."""
    problems: dict[str, list[str]] = {}
    pattern = " ".join(pattern.replace("\0", "").split())
    if field not in ClassRule.Field.values:
        problems["field"] = [_("Choose where the rule looks.")]
    if not pattern:
        problems["pattern"] = [_("Write the words that the rule looks for.")]
    if len(pattern) > LONGEST_PATTERN:
        problems["pattern"] = [_("At most %(most)d characters.") % {"most": LONGEST_PATTERN}]
    if kind not in ClassRule.Kind.values:
        problems["kind"] = [_("Choose strategic or tactical.")]
    if problems:
        raise Invalid(problems)
    return {"field": field, "pattern": pattern, "kind": kind}


def add_rule(actor: Actor, *, person: Person, field: str, pattern: str, kind: str) -> ClassRule:
    """Add a rule behind those that there are, and hold all events against it.

    Raises NotFound for somebody else's time, Invalid for a rule that will not do or that is there already.
    """
    access.require(actor, "edit", About("time", person))
    fields = check_rule(field, pattern, kind)
    with transaction.atomic():
        time_weeks.hold(person.pk)
        mine = ClassRule.objects.filter(person=person)
        live = mine.filter(archived_at=None)
        if live.filter(field=field, pattern__iexact=fields["pattern"]).exists():
            raise Invalid({"pattern": [_("You have a rule for this already.")]})
        if live.count() >= MOST_RULES:
            raise Invalid({"": [_("You have %(most)d rules. Put one away first.") % {"most": MOST_RULES}]})
        last = mine.aggregate(last=Max("position"))["last"] or 0
        rule = ClassRule.objects.create(person=person, position=last + 1, **fields)
        _follow(actor, person.pk, "time.rule_added", rule)
    return rule


def change_rule(
    actor: Actor, *, rule: ClassRule, field: str, pattern: str, kind: str, version: int
) -> ClassRule:
    """Change what a rule looks for or makes of it. Raises Invalid, and Conflict for a stale `version`."""
    access.require(actor, "edit", rule)
    fields = check_rule(field, pattern, kind)
    with transaction.atomic():
        time_weeks.hold(rule.person_id)
        fresh = ClassRule.objects.filter(pk=rule.pk, version=version)
        if not fresh.update(**fields, version=F("version") + 1):
            raise Conflict(_("This rule was changed since you opened it."), {"pattern": rule.pattern})
        rule.refresh_from_db()
        _follow(actor, rule.person_id, "time.rule_changed", rule)
    return rule


def move_rule(actor: Actor, *, rule: ClassRule, up: bool) -> None:
    """Have a rule decide before the one above it, or after the one below; at the end of the list nothing happens."""
    access.require(actor, "edit", rule)
    with transaction.atomic():
        time_weeks.hold(rule.person_id)
        rows = classing.rules_of(rule.person_id)
        at = next((place for place, row in enumerate(rows) if row.pk == rule.pk), None)
        to = None if at is None else at + (-1 if up else 1)
        if at is None or to is None or not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for place, row in enumerate(rows, 1):
            row.position = place
        ClassRule.objects.bulk_update(rows, ["position"])
        _follow(actor, rule.person_id, "time.rule_moved", rule)


def archive_rule(actor: Actor, *, rule: ClassRule) -> None:
    """Put a rule away; what it caught goes to the rules after it. Undone by `restore_rule`."""
    _shelve(actor, rule, archived=True)


def restore_rule(actor: Actor, *, rule: ClassRule) -> None:
    """Take a rule out again, at its old place."""
    _shelve(actor, rule, archived=False)


def _shelve(actor: Actor, rule: ClassRule, *, archived: bool) -> None:
    access.require(actor, "edit", rule)
    if (rule.archived_at is not None) == archived:
        return
    with transaction.atomic():
        time_weeks.hold(rule.person_id)
        rule.archived_at = clock.now() if archived else None
        ClassRule.objects.filter(pk=rule.pk).update(archived_at=rule.archived_at)
        _follow(actor, rule.person_id, "time.rule_archived" if archived else "time.rule_restored", rule)


def _follow(actor: Actor, person_id: int, kind: str, rule: ClassRule, **params: Any) -> None:
    """What follows a change of rules: events and weeks anew. The words of the rule are not recorded."""
    classing.reclassify(person_id)
    time_weeks.rewrite(person_id)
    events.record(
        kind, actor_id=actor.person_id, subject_kind="time", subject_id=person_id, rule=rule.pk, **params
    )
