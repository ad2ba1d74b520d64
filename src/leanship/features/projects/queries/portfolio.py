"""Portfolios as their owner sees them (M25): the list, the grid with its answer, and what can be taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.jobs.queries import Progress, progress_of
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.models import Candidate, Portfolio, Project
from leanship.features.projects.portfolio_given import NEW, Rows, named, read_rows
from leanship.features.projects.queries.portfolio_answer import Answer, answer_of
from leanship.features.savings import amounts
from leanship.web.help import link as help_link
from leanship.web.layout import Crumb, Empty, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

_BLANK = 3
_MOST_PROJECTS = 200


@dataclass(frozen=True)
class PortfolioRow:
    """A portfolio in the list."""

    uid: str
    name: str
    candidates: int
    created_at: datetime
    archived: bool


@dataclass(frozen=True)
class PortfoliosPage:
    """All of one's portfolios."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    list: ListPage[PortfolioRow]
    empty: Empty


@dataclass(frozen=True)
class Cell:
    """An input of the grid."""

    name: str
    value: str
    label: str
    errors: tuple[str, ...] = ()
    number: bool = True


@dataclass(frozen=True)
class GridRow:
    """A row of a grid: its key, its cells from left to right, and whether it is there already."""

    key: str
    cells: tuple[Cell, ...]
    name: str
    kept: bool
    url: str = ""


@dataclass(frozen=True)
class PortfolioPage:
    """One portfolio: its grid, and what was found last."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    name: Cell
    version: int
    archived: bool
    currency: str
    columns: tuple[str, ...]
    capacities: tuple[GridRow, ...]
    candidates: tuple[GridRow, ...]
    can_ask: bool
    answer: Answer | None
    progress: Progress | None
    errors: tuple[str, ...] = ()
    wrong: tuple[Cell, ...] = ()
    conflict: str = ""


@dataclass(frozen=True)
class Typed:
    """What was sent and could not be taken: the texts as typed, with what is wrong by the names of the inputs."""

    sent: QueryDict
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conflict: str = ""


def crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    """The way to a page of what fits."""
    return (Crumb(_("Projects"), reverse("projects:board")), *last)


def list_crumb(url: bool = True) -> Crumb:
    """The list of portfolios."""
    return Crumb(_("What fits"), reverse("projects:fit_list") if url else "")


def find_portfolio(actor: Actor, uid: str, act: str = "read") -> Portfolio:
    """A portfolio of the actor; one query. Raises NotFound for everybody but its owner."""
    found = access.visible(actor, Portfolio.objects.filter(uid=uid).select_related("owner"), act).first()
    if found is None:
        raise NotFound
    return found


def portfolios_spec() -> ListSpec:
    """How the list can be searched, narrowed and put in order."""
    return ListSpec(
        sorts=(Sort("name", ("name", "pk")), Sort("started", ("pk",))),
        order="-started",
        filters=(Filter("state", _("State"), (("archived", _("put away")),), unchosen=_("in use")),),
        search_label=_("Search by name"),
    )


def _found(actor: Actor, asked: ListRequest) -> QuerySet[Any]:
    rows = access.visible(actor, Portfolio.objects.filter(archived_at__isnull=asked.filter("state") == ""))
    for word in asked.search.split():
        rows = rows.filter(name__icontains=word)
    return rows.annotate(size=Count("candidates"))


def _row(row: Any) -> PortfolioRow:
    return PortfolioRow(row.uid, row.name, row.size, row.created_at, row.archived_at is not None)


def all_portfolios(actor: Actor, asked: ListRequest) -> list[PortfolioRow]:
    """The whole list, for a file."""
    return [_row(row) for row in _found(actor, asked).order_by(*asked.order_by)]


def portfolios(actor: Actor, asked: ListRequest) -> PortfoliosPage:
    """The list; two queries."""
    found: ListPage[Any] = asked.page(_found(actor, asked))
    return PortfoliosPage(
        title=_("What fits"),
        lede=_("Of all that could be done, what is worth most within the hours there are."),
        crumbs=crumbs(list_crumb(url=False)),
        who_sees=access.only_self(),
        list=found.with_rows(_row(row) for row in found.rows),
        empty=Empty(
            title=_("Your portfolios will be here"),
            why=_(
                "More could be done than there are hours for. Write down what each is worth and what it takes, and see "
                "which of them fit together best, with the proof. Only you see it."
            ),
            action=_("Start a portfolio"),
            url=reverse("projects:fit_new"),
            how_to=help_link("how-to/choose-what-fits"),
        ),
    )


def portfolio_page(actor: Actor, uid: str, currency: str, typed: Typed | None = None) -> PortfolioPage:
    """One portfolio; eight queries however many rows it has."""
    portfolio = find_portfolio(actor, uid)
    rows = read_rows(portfolio)
    cells = _Cells(rows, currency, typed)
    last = portfolio.runs.first()
    asked = progress_of(f"fit-{portfolio.pk}", actor) if last is not None else None
    answer = answer_of(portfolio, currency, rows.question().digest)
    capacities, candidates = cells.capacities(), cells.candidates()
    problems = dict(typed.problems) if typed else {}
    name = cells.cell("name", portfolio.name, _("Name"), number=False)
    inputs = [name, *(cell for row in (*capacities, *candidates) for cell in row.cells)]
    shown = {cell.name for cell in inputs}
    return PortfolioPage(
        title=portfolio.name,
        lede="",
        crumbs=crumbs(list_crumb(), Crumb(portfolio.name)),
        who_sees=access.only_self(),
        uid=portfolio.uid,
        name=name,
        version=portfolio.version,
        archived=portfolio.archived_at is not None,
        currency=currency,
        columns=tuple(one.name for one in rows.capacities),
        capacities=capacities,
        candidates=candidates,
        can_ask=bool(rows.capacities and rows.candidates),
        answer=answer,
        progress=asked if asked is not None and asked.state != "done" else None,
        errors=tuple(text for key, texts in problems.items() if key not in shown for text in texts),
        wrong=tuple(cell for cell in inputs if cell.errors),
        conflict=typed.conflict if typed else "",
    )


@dataclass(frozen=True)
class _Cells:
    """The inputs of the grid: with what was typed where something was sent, else with what is kept."""

    rows: Rows
    currency: str
    typed: Typed | None

    def cell(self, name: str, kept: str, label: str, *, number: bool = True) -> Cell:
        sent = self.typed.sent if self.typed else None
        value = str(sent[name]) if sent is not None and name in sent else kept
        problems = self.typed.problems.get(name, ()) if self.typed else ()
        return Cell(name, value, label, tuple(problems), number)

    def hours(self, minutes: int) -> str:
        """Minutes as they would be typed: 7:30, and 8 where they are whole hours."""
        text = amounts.typed(minutes, "hours", "")
        return text.removesuffix(":00")

    def capacities(self) -> tuple[GridRow, ...]:
        found = [
            self._capacity(str(one.pk), one.name, self.hours(one.minutes)) for one in self.rows.capacities
        ]
        new = (self._capacity(f"{NEW}{place}", "", "") for place in range(1, _BLANK + 1))
        return (*found, *new)

    def _capacity(self, key: str, name: str, hours: str) -> GridRow:
        shown = name or _("new capacity")
        return GridRow(
            key,
            (
                self.cell(f"capacity_{key}", name, _("Name of %(row)s") % {"row": shown}, number=False),
                self.cell(f"hours_{key}", hours, _("Hours of %(row)s") % {"row": shown}),
            ),
            name,
            bool(name),
        )

    def candidates(self) -> tuple[GridRow, ...]:
        order = {one.pk: place for place, one in enumerate(self.rows.candidates)}
        found = [self._candidate(str(one.pk), one, order) for one in self.rows.candidates]
        new = (self._candidate(f"{NEW}{place}", None, order) for place in range(1, _BLANK + 1))
        return (*found, *new)

    def _candidate(self, key: str, one: Candidate | None, order: Mapping[int, int]) -> GridRow:
        shown = one.name if one else _("new candidate")
        pk = one.pk if one else 0
        minutes = self.rows.minutes.get(pk, {})
        # what excludes each other is written once, at the one above: taken out there, it is out
        excluded = [other for other in self.rows.excludes.get(pk, ()) if order[other] > order[pk]]
        taken = (
            self.cell(
                f"h_{key}_{capacity.pk}",
                self.hours(minutes[capacity.pk]) if minutes.get(capacity.pk) else "",
                _("%(row)s, hours of %(capacity)s") % {"row": shown, "capacity": capacity.name},
            )
            for capacity in self.rows.capacities
        )
        others = (
            (f"excludes_{key}", _("%(row)s excludes"), excluded),
            (f"requires_{key}", _("%(row)s requires"), self.rows.requires.get(pk, ())),
        )
        return GridRow(
            key,
            (
                self.cell(
                    f"candidate_{key}",
                    one.name if one else "",
                    _("Name of %(row)s") % {"row": shown},
                    number=False,
                ),
                self.cell(
                    f"value_{key}",
                    typed_value(one.value, self.currency) if one else "",
                    _("%(row)s, yearly value") % {"row": shown},
                ),
                *taken,
                *(
                    self.cell(
                        name,
                        "; ".join(named(self.rows.candidates, pks)),
                        label % {"row": shown},
                        number=False,
                    )
                    for name, label, pks in others
                ),
            ),
            one.name if one else "",
            one is not None,
            reverse("projects:project", args=[one.project.uid]) if one and one.project else "",
        )


def typed_value(value: int, currency: str) -> str:
    """A value as it would be typed, without cents where there are none."""
    text = amounts.typed(abs(value), "money", currency)
    whole, _point, cents = text.replace(",", ".").partition(".")
    return ("-" if value < 0 else "") + (text if cents.strip("0") else whole)


def csv_rows(rows: Rows, currency: str) -> tuple[list[str], list[list[object]]]:
    """The portfolio as the file that the command line reads: its header, and a row a candidate."""
    from decimal import Decimal

    decimals = amounts.minor_digits(currency)
    order = {one.pk: place for place, one in enumerate(rows.candidates)}
    header = ["project", "value", *(one.name for one in rows.capacities), "excludes", "requires"]
    lines: list[list[object]] = []
    for one in rows.candidates:
        minutes = rows.minutes.get(one.pk, {})
        excluded = [other for other in rows.excludes.get(one.pk, ()) if order[other] > order[one.pk]]
        lines.append(
            [
                one.name,
                Decimal(one.value).scaleb(-decimals),
                *(_hours_exact(minutes.get(each.pk, 0)) for each in rows.capacities),
                "; ".join(named(rows.candidates, excluded)),
                "; ".join(named(rows.candidates, rows.requires.get(one.pk, ()))),
            ]
        )
    return header, lines


def _hours_exact(minutes: int) -> object:
    """Hours as a number that reads back to the minute: six decimals do where sixtieths have no end."""
    from decimal import Decimal

    return minutes // 60 if minutes % 60 == 0 else (Decimal(minutes) / 60).quantize(Decimal("1.000000"))


def takeable(actor: Actor, portfolio: Portfolio) -> list[Project]:
    """Open projects that the actor may see and that the portfolio has not; one query, the newest first."""
    rows = Project.objects.filter(ended_on=None, archived_at=None)
    there = portfolio.candidates.exclude(project=None).values("project_id")
    return list(
        access.visible(actor, rows)
        .exclude(pk__in=there)
        .select_related("leader")
        .order_by("-pk")[:_MOST_PROJECTS]
    )
