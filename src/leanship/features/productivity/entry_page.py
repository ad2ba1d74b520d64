"""The entry grid: series that the viewer may enter figures for, by the latest periods, one cadence at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain import periods
from leanship.domain.periods import ORDER, Cadence
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Membership, Team
from leanship.features.productivity import values, wording
from leanship.features.productivity.actions import Cell
from leanship.features.productivity.actions.entering import last_entry
from leanship.features.productivity.models import Kpi, Measurement, Series
from leanship.features.productivity.opened import subject_of
from leanship.web import format as fmt
from leanship.web.help import link as help_link
from leanship.web.layout import Audience, Crumb, Empty, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

COLUMNS: Final = {Cadence.DAY: 10, Cadence.WEEK: 8, Cadence.MONTH: 8, Cadence.QUARTER: 6}
_ROWS: Final = 40
_TEAMS: Final = 300


@dataclass(frozen=True)
class GridCell:
    """One cell: its field's name, what it shows, what it showed at first, and what is wrong with it."""

    name: str
    value: str
    was: str
    label: str
    errors: tuple[str, ...] = ()

    @property
    def error_id(self) -> str:
        """The id of its message, for the field to point at."""
        return f"e-{self.name.replace(':', '-')}"


@dataclass(frozen=True)
class GridRow:
    """One series."""

    subject: str
    kpi: str
    unit: str
    url: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Column:
    """One period; `open` says that it has not ended yet."""

    code: str
    label: str
    open: bool


@dataclass(frozen=True)
class Tab:
    """One cadence."""

    label: str
    url: str
    here: bool


@dataclass(frozen=True)
class EntryPage:
    """The grid with its filters."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    list: ListPage[GridRow]
    columns: tuple[Column, ...]
    action: str
    draft: str
    earlier: str
    later: str
    sign: str
    takes_ratio: bool
    reason: str
    errors: tuple[str, ...]
    reason_errors: tuple[str, ...]
    wrong: int
    undo_url: str
    empty: Empty | None


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be taken: cells by their key, problems by key."""

    cells: Mapping[str, str] = field(default_factory=dict)
    was: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    problems: Mapping[str, list[str]] = field(default_factory=dict)

    def wrong(self, problems: Mapping[str, list[str]]) -> Typed:
        """The same with what is wrong with it."""
        return replace(self, problems=problems)


def read_cells(posted: QueryDict) -> tuple[list[Cell], Typed]:
    """The cells that differ from what they showed, and everything typed, to be shown again."""
    cells: list[Cell] = []
    texts: dict[str, str] = {}
    was: dict[str, str] = {}
    for name, value in posted.items():
        if not name.startswith("cell:"):
            continue
        key = name.removeprefix("cell:")
        uid, _colon, number = key.partition(":")
        if not number.lstrip("-").isdecimal() or len(number) > 9:
            continue
        before = posted.get(f"was:{key}", "")
        texts[key], was[key] = str(value), before
        if str(value).strip() != before.strip():
            cells.append(Cell(series=uid, ordinal=int(number), value=str(value)[:60], was=before))
    return cells, Typed(texts, was, posted.get("reason", ""))


def _enterable(actor: Actor) -> QuerySet[Series]:
    return access.visible(actor, Series.objects.filter(archived_at=None, kpi__archived_at=None), "edit")


def entry_page(actor: Actor, request: HttpRequest, today: date, typed: Typed | None = None) -> EntryPage:
    """The grid as the address asks for it: seven queries, however many series there are."""
    typed = typed or Typed()
    kpis = list(
        Kpi.objects.filter(pk__in=_enterable(actor).values("kpi")).values_list(
            "uid", "name", "cadence", "aggregation"
        )
    )
    present = [each for each in ORDER if any(cadence == each.value for _u, _n, cadence, _a in kpis)]
    asked_kpi = request.GET.get("kpi", "")
    of_kpi = next((cadence for uid, _n, cadence, _a in kpis if uid == asked_kpi), "")
    wanted = of_kpi or request.GET.get("cadence", "")
    counted = {each: sum(cadence == each.value for _u, _n, cadence, _a in kpis) for each in present}
    cadence = (
        Cadence(wanted)
        if wanted in present
        else max(present, key=lambda c: counted[c], default=Cadence.MONTH)
    )
    asked = ListRequest.of(request, _spec(actor, kpis, cadence), keep=("cadence", "until"))
    page: ListPage[Any] = asked.page(_rows(actor, asked, cadence))
    running = periods.ordinal(cadence, today)
    last = min(_until(request, cadence) or running, running)
    ordinals = tuple(range(last - COLUMNS[cadence] + 1, last + 1))
    there = _there(page.rows, ordinals)
    entry = reverse("productivity:entry")
    undo = last_entry(actor)
    rows = [_row(row, ordinals, there, typed) for row in page.rows]
    return EntryPage(
        title=_("Enter figures"),
        lede=_("Type or paste from a spreadsheet. Nothing is saved until every cell can be."),
        crumbs=(Crumb(_("KPIs"), reverse("productivity:kpis")), Crumb(_("Enter figures"))),
        who_sees=WhoSees(
            summary=_("whoever may see a figure"),
            audience=(
                Audience(_("each figure"), _("whoever may see the person or team that it is about")),
                Audience(_("what you type before you save it"), _("only you")),
            ),
        ),
        tabs=_tabs(present, cadence, entry),
        list=page.with_rows(rows),
        columns=tuple(
            Column(periods.code(cadence, n), fmt.period(cadence, n), n == running) for n in ordinals
        ),
        action=request.get_full_path(),
        draft=f"entry-{cadence.value}",
        earlier=_shifted(asked, cadence, last - COLUMNS[cadence]),
        later=_shifted(asked, cadence, min(last + COLUMNS[cadence], running)) if last < running else "",
        sign=values.decimal_sign(),
        takes_ratio=any(a == "ratio" and c == cadence.value for _u, _n, c, a in kpis),
        reason=typed.reason,
        errors=_unplaced(typed, rows),
        reason_errors=tuple(typed.problems.get("reason", ())),
        wrong=sum(1 for row in rows for cell in row.cells if cell.errors),
        undo_url=reverse("productivity:entry_undo", args=[undo.uid]) if undo else "",
        empty=None if kpis else _nothing(),
    )


def _nothing() -> Empty:
    return Empty(
        title=_("Nothing to enter yet"),
        why=_(
            "Here stand the series whose figures you may enter: your own, and those of the people you lead."
        ),
        action=_("Define a KPI"),
        url=reverse("productivity:kpi_new"),
        how_to=help_link("how-to/enter-figures"),
    )


def _spec(actor: Actor, kpis: list[tuple[str, str, str, str]], cadence: Cadence) -> ListSpec:
    own = _enterable(actor).filter(kpi__cadence=cadence.value)
    members = Membership.objects.filter(valid_until=None, person__in=own.values("person"))
    found = Team.objects.filter(Q(pk__in=own.values("team")) | Q(pk__in=members.values("team")))
    teams = tuple(found.distinct().values_list("uid", "name")[:_TEAMS])
    names = tuple((uid, name) for uid, name, each, _a in kpis if each == cadence.value)
    filters = []
    if len(names) > 1:
        filters.append(Filter("kpi", _("KPI"), names))
    if len(teams) > 1:
        filters.append(Filter("team", _("Team"), teams))
    return ListSpec(
        sorts=(
            Sort("subject", ("subject_name", "kpi__name", "id")),
            Sort("kpi", ("kpi__name", "subject_name", "id")),
        ),
        order="subject",
        filters=tuple(filters),
        search_label=_("Search people, teams, KPIs"),
        per_page=_ROWS,
    )


def _rows(actor: Actor, asked: ListRequest, cadence: Cadence) -> QuerySet[Any]:
    rows = _enterable(actor).filter(kpi__cadence=cadence.value)
    if kpi := asked.filter("kpi"):
        rows = rows.filter(kpi__uid=kpi)
    if team := asked.filter("team"):
        members = Membership.objects.filter(team__uid=team, valid_until=None)
        rows = rows.filter(Q(team__uid=team) | Q(person__in=members.values("person")))
    for word in asked.search.casefold().split():
        rows = rows.filter(
            Q(person__search__contains=word) | Q(team__search__contains=word) | Q(kpi__search__contains=word)
        )
    named: QuerySet[Any] = rows.select_related("kpi", "person", "team").annotate(
        subject_name=Coalesce("person__name", "team__name")
    )
    return named


def _there(rows: tuple[Any, ...], ordinals: tuple[int, ...]) -> dict[tuple[int, int], tuple[Any, ...]]:
    found = Measurement.objects.filter(series__in=rows, ordinal__range=(ordinals[0], ordinals[-1]))
    listed = found.values_list("series_id", "ordinal", "value", "numerator", "denominator")
    return {(series_id, ordinal): tuple(figures) for series_id, ordinal, *figures in listed}


def _row(
    series: Series,
    ordinals: tuple[int, ...],
    there: dict[tuple[int, int], tuple[Any, ...]],
    typed: Typed,
) -> GridRow:
    kpi, subject = series.kpi, subject_of(series).name
    cadence = Cadence(kpi.cadence)
    cells = []
    for ordinal in ordinals:
        key = f"{series.uid}:{ordinal}"
        figures = there.get((series.pk, ordinal))
        shown = values.cell_text(kpi, *figures) if figures else ""
        cells.append(
            GridCell(
                name=key,
                value=typed.cells.get(key, shown),
                was=shown,
                label=f"{subject}, {kpi.name}, {fmt.period(cadence, ordinal)}",
                errors=tuple(typed.problems.get(key, ())),
            )
        )
    return GridRow(
        subject=subject,
        kpi=kpi.name,
        unit=kpi.unit,
        url=reverse("productivity:series", args=[series.uid]),
        cells=tuple(cells),
    )


def _unplaced(typed: Typed, rows: list[GridRow]) -> tuple[str, ...]:
    """Problems of cells that the grid no longer shows: said above it, so that none is lost."""
    placed = {cell.name for row in rows for cell in row.cells} | {"reason"}
    return tuple(
        message for key, messages in typed.problems.items() if key not in placed for message in messages
    )


def _until(request: HttpRequest, cadence: Cadence) -> int | None:
    """The last period that the address asks for; None where it names none of this cadence."""
    try:
        found, ordinal = periods.parse(request.GET.get("until", ""))
    except ValueError:
        return None
    return ordinal if found is cadence else None


def _shifted(asked: ListRequest, cadence: Cadence, ordinal: int) -> str:
    """The address with other periods; "" before 1900, where no figure can be."""
    if periods.last_day(cadence, ordinal) < values.EARLIEST:
        return ""
    return asked.url(until=periods.code(cadence, ordinal))


def _tabs(present: list[Cadence], cadence: Cadence, entry: str) -> tuple[Tab, ...]:
    if len(present) < 2:
        return ()
    return tuple(
        Tab(
            str(wording.CADENCES[each.value]),
            f"{entry}?{urlencode({'cadence': each.value})}",
            each is cadence,
        )
        for each in present
    )
