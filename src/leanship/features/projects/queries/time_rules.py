"""Rules as a page: what each caught, what a new one would catch, and what one might begin with (M24)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.time_split import LONGEST_PATTERN, Classifier, RuleField, TimeClass, TimeRule
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import classing, time_weeks, time_words
from leanship.features.projects.classing import group_key
from leanship.features.projects.models import ClassRule, Occurrence
from leanship.features.projects.queries import time
from leanship.features.projects.time_tabs import Tab, tabs
from leanship.web.layout import Crumb, WhoSees

LOOK_BACK: Final = 4  # weeks, with the running one
_TITLES: Final = 5
_SUGGESTED: Final = 6
_ENOUGH: Final = 2  # events, before a title, an organiser or a category is worth a rule


@dataclass(frozen=True)
class RuleLine:
    """One rule, and what it caught in four weeks."""

    uid: str
    where: str
    pattern: str
    kind: str
    caught: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Suggestion:
    """Something that many of one's own events without a class share."""

    where: str
    pattern: str
    says: str
    url: str


@dataclass(frozen=True)
class RulesPage:
    """All rules in their order, and where one might begin."""

    title: str
    lede: str
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    rules: tuple[RuleLine, ...]
    suggestions: tuple[Suggestion, ...]
    has_events: bool


@dataclass(frozen=True)
class Catches:
    """What a rule would catch in four weeks: events and hours, the longest titles, and what would change by it."""

    asked: bool
    count: int
    events: str
    hours: str
    titles: tuple[str, ...]
    new: int
    new_words: str
    kept_by_hand: int
    kept_by_rules: int


NOTHING: Final = Catches(False, 0, "", "", (), 0, "", 0, 0)


@dataclass(frozen=True)
class RulePage:
    """A rule as a form, with what it catches beside it."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    catches: Catches
    action: str
    cancel: str
    rule_uid: str = ""


def rule_by_uid(actor: Actor, uid: str) -> ClassRule:
    """A rule of the actor's own. Raises NotFound."""
    rule = access.visible(actor, ClassRule.objects.filter(uid=uid)).select_related("person").first()
    if rule is None:
        raise NotFound
    return rule


def event_by_uid(actor: Actor, uid: str) -> Occurrence:
    """An event of the actor's own. Raises NotFound."""
    row = access.visible(actor, Occurrence.objects.filter(uid=uid)).select_related("person").first()
    if row is None:
        raise NotFound
    return row


def _between(person_id: int, weeks: int) -> QuerySet[Occurrence]:
    """Events that count of so many weeks, the running one with them."""
    where = time_weeks.zone()
    now = time_weeks.this_week(where)
    begin, end = time_weeks.begin_of(now - weeks + 1, where), time_weeks.begin_of(now + 1, where)
    return Occurrence.objects.filter(
        time.live_events(person_id), left_out="", starts_at__lt=end, ends_at__gt=begin
    )


def _seconds(row: Occurrence) -> int:
    return int((row.ends_at - row.starts_at).total_seconds())


def rules_page(actor: Actor) -> RulesPage:
    """The rules of the actor. Six queries."""
    person = time.own_person(actor)
    rules = classing.rules_of(person.pk)
    recent = list(_between(person.pk, LOOK_BACK))
    caught: dict[int, list[int]] = defaultdict(list)
    for row in recent:
        if row.rule_id is not None:
            caught[row.rule_id].append(_seconds(row))
    open_ = _between(person.pk, time.WEEKS).filter(kind="")
    return RulesPage(
        title=_("Rules"),
        lede=_("The first rule that catches an event decides. What you said of an event by hand stays."),
        who_sees=access.only_self(),
        tabs=tabs("time_rules"),
        rules=tuple(
            RuleLine(
                uid=rule.uid,
                where=str(time_words.FIELDS[rule.field]),
                pattern=rule.pattern,
                kind=rule.kind,
                caught=_caught(caught[rule.pk]),
                is_first=place == 0,
                is_last=place == len(rules) - 1,
            )
            for place, rule in enumerate(rules)
        ),
        suggestions=_suggestions(open_, rules, person.email or ""),
        has_events=bool(recent),
    )


def _caught(seconds: list[int]) -> str:
    if not seconds:
        return _("nothing in four weeks")
    return _("%(events)s and %(hours)s in four weeks") % {
        "events": time_words.times(len(seconds)),
        "hours": time_words.hours(sum(seconds)),
    }


def _suggestions(
    open_: Iterable[Occurrence], rules: list[ClassRule], own_address: str
) -> tuple[Suggestion, ...]:
    """What most hours without a class have in common: a title, a category, or who called the meeting."""
    seconds: Counter[tuple[str, str]] = Counter()
    events: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], str] = {}
    for row in open_:
        found = [("title", _shortened(row.title)), *(("category", each) for each in row.categories)]
        address = row.organiser.rpartition("<")[2].rstrip(">").strip()
        if address and address != own_address.lower():
            found.append(("organiser", address))
        for field, text in found:
            if text.strip():
                key = (field, group_key(text, ""))
                shown.setdefault(key, text)
                seconds[key] += _seconds(row)
                events[key] += 1
    there = {(rule.field, group_key(rule.pattern, "")) for rule in rules}
    best = [key for key, _n in seconds.most_common() if events[key] >= _ENOUGH and key not in there]
    return tuple(
        Suggestion(
            where=str(time_words.FIELDS[field]),
            pattern=shown[field, key],
            says=_("%(events)s, %(hours)s")
            % {
                "events": time_words.times(events[field, key]),
                "hours": time_words.hours(seconds[field, key]),
            },
            url=f"{reverse('projects:time_rule_new')}?{urlencode({'field': field, 'pattern': shown[field, key]})}",
        )
        for field, key in best[:_SUGGESTED]
    )


def _shortened(title: str) -> str:
    """A title as a pattern may be, cut between words."""
    if len(title) <= LONGEST_PATTERN:
        return title
    return title[:LONGEST_PATTERN].rpartition(" ")[0] or title[:LONGEST_PATTERN]


def starting_values(actor: Actor, query: Any) -> dict[str, str]:
    """What a new rule's form begins with: from an event, or as the address says."""
    if query.get("from"):
        row = event_by_uid(actor, query["from"])
        return {"field": "title", "pattern": _shortened(row.title)}
    return {name: query[name] for name in ("field", "pattern", "kind") if query.get(name)}


def catches(actor: Actor, fields: dict[str, str] | None, rule: ClassRule | None = None) -> Catches:
    """What a rule would catch, added behind the others or put in the place of `rule`; nothing for an incomplete one.

    Without a class the rule counts as tactical: what it catches is the same. Three queries.
    """
    if fields is None:
        return NOTHING
    person = time.own_person(actor)
    kind = TimeClass(fields["kind"]) if fields.get("kind") else TimeClass.TACTICAL
    new = TimeRule(RuleField(fields["field"]), fields["pattern"], kind)
    rows = classing.rules_of(person.pk)
    place = next((at for at, row in enumerate(rows) if rule and row.pk == rule.pk), len(rows))
    alone = Classifier([new])
    all_rules = [classing.domain_rule(row) for row in rows]
    together = Classifier([*all_rules[:place], new, *all_rules[place + 1 :]])
    hit = [row for row in _between(person.pk, LOOK_BACK) if alone.rule_of(classing.said_by(row)) is not None]
    by_hand = sum(1 for row in hit if row.chosen)
    decides = [row for row in hit if not row.chosen and together.rule_of(classing.said_by(row)) == place]
    newly = [row for row in decides if not row.kind]
    length: Counter[str] = Counter()
    for row in hit:
        length[row.title or _("(without a title)")] += _seconds(row)
    return Catches(
        asked=True,
        count=len(hit),
        events=time_words.times(len(hit)),
        hours=time_words.hours(sum(map(_seconds, hit))),
        titles=tuple(title for title, _n in length.most_common(_TITLES)),
        new=len(newly),
        new_words=time_words.times(len(newly)),
        kept_by_hand=by_hand,
        kept_by_rules=len(hit) - by_hand - len(decides),
    )
