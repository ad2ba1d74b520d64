"""Events without a class, grouped so that a keystroke deals with many (M24)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.time_split import Hours, split_time
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import time_weeks, time_words
from leanship.features.projects.classing import group_key, last_classification
from leanship.features.projects.models import Calendar, Occurrence
from leanship.features.projects.queries import time
from leanship.features.projects.time_tabs import Tab, tabs
from leanship.web import format as fmt
from leanship.web.help.library import link as help_link
from leanship.web.layout import Empty, WhoSees

SHOWN: Final = 60  # groups on the page; those with the most hours come first
SCOPES: Final = ("this", "last", "all")


@dataclass(frozen=True)
class Group:
    """Events that are called alike: their title, hours and number in the weeks asked for, and how many others a
    keystroke deals with."""

    uid: str
    title: str
    hours: str
    says: str
    others: str
    rule_url: str


@dataclass(frozen=True)
class Scope:
    """A choice of weeks."""

    label: str
    url: str
    here: bool


@dataclass(frozen=True)
class QueuePage:
    """What is to be classified, how far it is, and whether the last step can be taken back."""

    title: str
    lede: str
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    scopes: tuple[Scope, ...]
    scope: str
    groups: tuple[Group, ...]
    more: int
    percent: int | None
    progress: str
    left: str
    empty: Empty | None
    next_scope: Scope | None
    may_undo: bool
    action: str


@dataclass
class _Heap:
    """Events of one group, while they are counted."""

    uid: str
    title: str
    seconds: int = 0
    count: int = 0
    last: datetime | None = None


def scope_of(query: QueryDict) -> str:
    """Which weeks the address asks for."""
    wanted = query.get("weeks", "")
    return wanted if wanted in SCOPES else "this"


def _weeks(scope: str, now: int) -> tuple[int, int]:
    return {"this": (now, now), "last": (now - 1, now - 1), "all": (now - time.WEEKS, now)}[scope]


def queue_page(actor: Actor, scope: str) -> QueuePage:
    """What the actor has to classify in the weeks asked for. Six queries."""
    person = time.own_person(actor)
    where = time_weeks.zone()
    first, last = _weeks(scope, time_weeks.this_week(where))
    begin, end = time_weeks.begin_of(first, where), time_weeks.begin_of(last + 1, where)
    rows = list(
        Occurrence.objects.filter(
            time.live_events(person.pk), left_out="", starts_at__lt=end, ends_at__gt=begin
        ).values_list("uid", "title", "event_key", "kind", "starts_at", "ends_at")
    )
    (split,) = split_time(
        time_weeks.slots_of((row[4], row[5], row[3]) for row in rows),
        int(begin.timestamp()),
        int(end.timestamp()),
    )
    heaps: dict[str, _Heap] = {}
    for uid, title, key, kind, starts, ends in rows:
        if not kind:
            heap = heaps.setdefault(group_key(title, key), _Heap(uid, title))
            heap.seconds += int((min(ends, end) - max(starts, begin)).total_seconds())
            heap.count += 1
            heap.last = max(heap.last, starts) if heap.last else starts
    everywhere = _everywhere(person.pk) if heaps else {}
    ordered = sorted(heaps.items(), key=lambda item: (-item[1].seconds, item[0]))
    scopes = _scopes(scope)
    any_calendar = bool(rows) or Calendar.objects.filter(person=person, archived_at=None).exists()
    return QueuePage(
        title=_("To classify"),
        lede=_("Strategic is improving, planning and coaching; tactical is the work of the day."),
        who_sees=access.only_self(),
        tabs=tabs("time_queue"),
        scopes=scopes,
        scope=scope,
        groups=tuple(_group(heap, everywhere.get(key, heap.count)) for key, heap in ordered[:SHOWN]),
        more=max(0, len(ordered) - SHOWN),
        percent=int(100 * split.classified / split.total) if split.total else None,
        progress=_progress(scope, split),
        left=_left(split),
        empty=None if any_calendar else _no_calendar(),
        next_scope=scopes[2] if scope != "all" else None,
        may_undo=last_classification(person.pk) is not None,
        action=next(each.url for each in scopes if each.here),
    )


def _everywhere(person_id: int) -> dict[str, int]:
    """How many events without a class there are of each group, on whatever day."""
    counts: dict[str, int] = defaultdict(int)
    rows = Occurrence.objects.filter(time.live_events(person_id), kind="")
    for title, key in rows.values_list("title", "event_key"):
        counts[group_key(title, key)] += 1
    return counts


def _group(heap: _Heap, everywhere: int) -> Group:
    assert heap.last is not None
    others = everywhere - heap.count
    return Group(
        uid=heap.uid,
        title=heap.title or _("(without a title)"),
        hours=time_words.hours(heap.seconds),
        says=_("%(events)s, the last on %(day)s")
        % {"events": time_words.times(heap.count), "day": fmt.day(heap.last)}
        if heap.count > 1
        else fmt.moment(heap.last),
        others=ngettext("and %(n)d more in other weeks", "and %(n)d more in other weeks", others)
        % {"n": others}
        if others > 0
        else "",
        rule_url=f"{reverse('projects:time_rule_new')}?from={heap.uid}",
    )


def _scopes(here: str) -> tuple[Scope, ...]:
    url = reverse("projects:time_queue")
    labels = {"this": _("This week"), "last": _("Last week"), "all": _("Three months")}
    return tuple(
        Scope(label, url if key == "this" else f"{url}?weeks={key}", key == here)
        for key, label in labels.items()
    )


def _progress(scope: str, split: Hours) -> str:
    if not split.total:
        return _("There is no time in your calendars here.")
    told = {"share": time_words.done(Fraction(split.classified, split.total))}
    return {
        "this": _("%(share)s of this week classified") % told,
        "last": _("%(share)s of last week classified") % told,
        "all": _("%(share)s of three months classified") % told,
    }[scope]


def _left(split: Hours) -> str:
    return time_words.hours(split.unclassified) if split.unclassified else ""


def _no_calendar() -> Empty:
    return Empty(
        title=_("Nothing to classify yet"),
        why=_("Once a calendar is there, its events wait here, the longest first, until each has a class."),
        action=_("Add a calendar"),
        url=reverse("projects:time_calendar_new"),
        how_to=help_link("how-to/see-where-time-goes"),
    )
