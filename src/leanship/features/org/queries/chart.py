"""The chart of the organisation as a tree, and its figures as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Ancestor, Person, Team
from leanship.features.org.queries.people import (
    find_person,
    home_crumb,
    line_above,
    open_lines,
    vacant,
)
from leanship.readers.chart import WIDE_SPAN
from leanship.web import format as fmt
from leanship.web.layout import Crumb, Fact, TreeNode, WhoSees

MOST_BRANCHES = 300  # below one node; the list of people has the rest


@dataclass(frozen=True)
class ChartPage:
    """The tree, from the top or from one person, with the way to somebody open; `found` is that somebody."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    nodes: tuple[TreeNode, ...]
    search: str
    matches: tuple[tuple[str, str, str], ...]
    found: str
    left_out: int


@dataclass(frozen=True)
class Oddity:
    """Something about the chart that is worth a look, said plainly; `url` lists whom it is about."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class HomePage:
    """The organisation at a glance."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    figures: tuple[Fact, ...]
    oddities: tuple[Oddity, ...]
    empty: bool
    may_import: bool
    may_see_jobs: bool
    may_add: bool


def _span(outer: str) -> Subquery:
    below = open_lines().filter(leader=OuterRef(outer)).order_by().values("leader")
    return Subquery(below.annotate(n=Count("id")).values("n"))


def _roots(actor: Actor) -> QuerySet[Person]:
    above = open_lines().filter(person=OuterRef("pk"))
    return access.visible(actor, Person.objects.filter(left_on=None)).filter(~Exists(above))


def _node(uid: str, name: str, title: str, span: int, children: Iterable[TreeNode] = ()) -> TreeNode:
    reports = ngettext("%(count)d report", "%(count)d reports", span) % {"count": span}
    return TreeNode(
        name=name,
        url=reverse("org:person", args=[uid]),
        note=title,
        count=reports if span else "",
        children_url=reverse("org:branch", args=[uid]) if span else None,
        children=tuple(children),
    )


def branch(actor: Actor, uid: str) -> tuple[TreeNode, ...]:
    """Those who report to a person, as they appear when the node is opened; two queries. Raises NotFound."""
    person = find_person(actor, uid)
    rows = (
        open_lines()
        .filter(leader=person)
        .annotate(span=_span("person"))
        .order_by("person__name", "person_id")
    )
    fields = ("person__uid", "person__name", "person__title", "span")
    return tuple(
        _node(uid_, name, title, span or 0)
        for uid_, name, title, span in rows.values_list(*fields)[:MOST_BRANCHES]
    )


def chart(actor: Actor, *, search: str = "", at: str = "") -> ChartPage:
    """The tree from its tops, open down to the person `at`, else to whom `search` finds; six queries at most.

    Several found are listed, to choose from. Raises NotFound for an unknown `at`.
    """
    matches: list[Person] = []
    person = find_person(actor, at) if at else None
    if person is None and search:
        matches = _search(actor, search)
        if len(matches) == 1:
            person, matches = matches[0], []
    way = [step.uid for step in line_above(person)] if person else []
    roots = list(
        _roots(actor)
        .annotate(span=_span("pk"))
        .order_by("-span", "name", "id")
        .values_list("uid", "name", "title", "span")[: MOST_BRANCHES + 1]
    )
    left_out = max(0, len(roots) - MOST_BRANCHES)
    shown = roots[:MOST_BRANCHES]
    opened = set(way)
    if not opened and len(shown) == 1:
        opened = {shown[0][0]}  # a single top is opened at once: there is nothing else to look at
    below = _children(opened | ({person.uid} if person else set()))

    def build(uid: str, name: str, title: str, span: int | None) -> TreeNode:
        return _node(uid, name, title, span or 0, (build(*child) for child in below.get(uid, ())))

    return ChartPage(
        title=_("Organisation chart"),
        lede=_("Who reports to whom today."),
        crumbs=(home_crumb(), Crumb(_("Chart"))),
        who_sees=access.audience("person"),
        nodes=tuple(build(*root) for root in shown),
        search=search or (person.name if person else ""),
        matches=tuple((each.uid, each.name, each.title) for each in matches),
        found=person.name if person else "",
        left_out=left_out,
    )


def _children(uids: set[str]) -> dict[str, list[tuple[str, str, str, int | None]]]:
    """Those directly below these people; one query."""
    found: dict[str, list[tuple[str, str, str, int | None]]] = defaultdict(list)
    rows = (
        open_lines()
        .filter(leader__uid__in=uids)
        .annotate(span=_span("person"))
        .order_by("person__name", "person_id")
    )
    fields = ("leader__uid", "person__uid", "person__name", "person__title", "span")
    for leader, *child in rows.values_list(*fields):
        uid, name, title, span = child
        found[leader].append((uid, name, title, span))
    return found


def _search(actor: Actor, text: str) -> list[Person]:
    rows = access.visible(actor, Person.objects.filter(left_on=None))
    for word in text.replace("\x00", "").casefold().split()[:6]:
        rows = rows.filter(search__contains=word)
    return list(rows.order_by("name", "id")[:20])


def home(actor: Actor, organisation: str) -> HomePage:
    """The organisation at a glance; six queries, however large it is."""
    people = access.visible(actor, Person.objects.filter(left_on=None))
    counted = people.aggregate(n=Count("id"), vacant=Count("id", filter=vacant()))
    roots = (
        _roots(actor)
        .annotate(has=Exists(open_lines().filter(leader=OuterRef("pk"))))
        .aggregate(tops=Count("id", filter=Q(has=True)), alone=Count("id", filter=Q(has=False)))
    )
    depth = Ancestor.objects.aggregate(depth=Max("depth"))["depth"] or 0
    spans = list(
        open_lines().order_by().values("leader_id").annotate(n=Count("id")).values_list("n", flat=True)
    )
    teams = access.visible(actor, Team.objects.filter(archived_at=None)).aggregate(
        n=Count("id"), leaderless=Count("id", filter=Q(lead=None))
    )
    listed = reverse("org:people")
    figures = [
        Fact(_("People"), fmt.number(counted["n"]), listed),
        Fact(_("Teams"), fmt.number(teams["n"]), reverse("org:teams")),
        Fact(_("Depth"), fmt.number(depth), reverse("org:chart"), _("steps from the top to the furthest")),
        Fact(_("Managers"), fmt.number(len(spans)), f"{listed}?line=manager"),
    ]
    if spans:
        mean = fmt.number(sum(spans) / len(spans), 2)
        figures.append(Fact(_("Mean span"), mean, f"{listed}?line=manager", _("reports of each manager")))
    return HomePage(
        title=_("Organisation"),
        lede=organisation,
        crumbs=(),
        who_sees=access.audience("organisation"),
        figures=tuple(figures),
        oddities=_oddities(roots["tops"], roots["alone"], spans, counted["vacant"], teams["leaderless"]),
        empty=counted["n"] < 2,
        may_import=bool(access.may(actor, "edit", About("import"))),
        may_see_jobs=bool(access.may(actor, "read", About("job"))),
        may_add=bool(access.may(actor, "create", About("person"))),
    )


def _oddities(tops: int, alone: int, spans: list[int], vacancies: int, leaderless: int) -> tuple[Oddity, ...]:
    people, wide, single = reverse("org:people"), sum(n > WIDE_SPAN for n in spans), spans.count(1)
    found = []
    if tops > 1:
        text = _("%(count)d people lead others and report to nobody: the chart has several tops.") % {
            "count": tops
        }
        found.append(Oddity(text, f"{people}?line=top"))
    if alone and (tops or alone > 1):
        text = ngettext(
            "%(count)d person has nobody above and nobody below.",
            "%(count)d people have nobody above and nobody below.",
            alone,
        )
        found.append(Oddity(text % {"count": alone}, f"{people}?line=top"))
    if wide:
        text = ngettext(
            "%(count)d manager has more than %(span)d reports.",
            "%(count)d managers have more than %(span)d reports.",
            wide,
        )
        found.append(Oddity(text % {"count": wide, "span": WIDE_SPAN}, f"{people}?line=wide"))
    if single:
        text = ngettext(
            "%(count)d manager has a single report.", "%(count)d managers have a single report.", single
        )
        found.append(Oddity(text % {"count": single}, f"{people}?line=one"))
    if vacancies:
        text = ngettext("%(count)d post is vacant.", "%(count)d posts are vacant.", vacancies)
        found.append(Oddity(text % {"count": vacancies}, f"{people}?line=vacant"))
    if leaderless:
        text = ngettext("%(count)d team has no lead.", "%(count)d teams have no lead.", leaderless)
        found.append(Oddity(text % {"count": leaderless}, reverse("org:teams")))
    return tuple(found)
