"""The board of a leader: many small charts at once, signals first, and how many of them are chance (M17).

A page reads standings as they are kept. It is no ranking of people: within those that show a signal, those that do
not meet yet and the rest, charts stand by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain import chance_of_signal
from leanship.domain.periods import Cadence, latest_closed, weekdays
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Ancestor, Membership, Person, Team
from leanship.features.productivity import telling
from leanship.features.productivity.judging import SHOWN_POINTS
from leanship.features.productivity.models import Measurement, Series
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.charts import spark
from leanship.web.charts.svg import Svg
from leanship.web.charts.xmr_data import Signal
from leanship.web.help import link as help_link
from leanship.web.layout import Empty, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

PER_PAGE = 48
NOT_RATED = "not_rated"  # the filter's word for a KPI without standards
NO_FIGURES = 3  # a series that no period was judged of yet stands last


@dataclass(frozen=True)
class Tile:
    """One small chart: whose, of what, its band, and what it says."""

    name: str
    kpi: str
    url: str
    evidence_url: str
    band: str
    band_text: str
    says: str
    latest: str
    chart: Svg | None
    signal: bool
    autocorrelated: bool


@dataclass(frozen=True)
class Head:
    """What differs between boards: whose it is, what it says when empty, and the way to a wider or narrower one."""

    title: str
    who_sees: WhoSees
    empty: Empty
    reach_url: str = ""
    reach_label: str = ""


@dataclass(frozen=True)
class BoardPage:
    """A board. `chance` says how many signals luck alone would give beside how many there are."""

    title: str
    lede: str
    who_sees: WhoSees
    reach_url: str
    reach_label: str
    chance: tuple[str, ...]
    tiles: ListPage[Tile]
    empty: Empty | None


@dataclass(frozen=True)
class Entry:
    """A series of the board with what decides its place; figures come for one page only."""

    pk: int
    uid: str
    name: str
    kpi: str
    kpi_uid: str
    unit: str
    decimals: int
    direction: str
    cadence: str
    rated: bool
    standing: int | None = None
    band: str = "not_enough_evidence"
    place: int = NO_FIGURES
    run: int = 0
    autocorrelated: bool = False


# Series to show -------------------------------------------------------------------------------------------


def of_leader(actor: Actor, leader: Person, *, below: bool) -> QuerySet[Series]:
    """Series of those who report to `leader` (or of everyone below) and of the teams they lead, as far as the
    actor may see them.

    Raises NotFound for somebody who may not read where `leader` stands.
    """
    access.require(actor, "read", About("standing", leader))
    line = Ancestor.objects.filter(ancestor=leader)
    if not below:
        line = line.filter(depth=1)
    led = Team.objects.filter(lead=leader, archived_at=None)
    # lists of ids, which lead a database to the few series by their index; conditions on each row would not
    wanted = Q(person__in=line.values("person_id")) | Q(team__in=led.values("pk"))
    return _running(access.visible(actor, Series.objects.filter(wanted)))


def of_team(actor: Actor, team: Team) -> QuerySet[Series]:
    """Series of a team and of its members, as far as the actor may see them: a member sees the team's and their own.

    Raises NotFound for somebody who may see none of them.
    """
    access.require(actor, "read", About("team_series", team))
    members = Membership.objects.filter(team=team, valid_until=None)
    wanted = Q(person__in=members.values("person_id")) | Q(team=team)
    return _running(access.visible(actor, Series.objects.filter(wanted)))


def _running(rows: QuerySet[Series]) -> QuerySet[Series]:
    return rows.filter(Q(person=None) | Q(person__left_on=None), archived_at=None, kpi__archived_at=None)


# Entries: one row a series, without its figures --------------------------------------------------------------


def entries(series: QuerySet[Series], search: str = "") -> list[Entry]:
    """The series of a board in its order, with their latest standings; two queries."""
    if search:
        for word in search.casefold().split():
            series = series.filter(
                Q(person__search__contains=word)
                | Q(team__search__contains=word)
                | Q(kpi__search__contains=word)
            )
    rows = {
        pk: Entry(
            pk,
            uid,
            person or team or "",
            kpi,
            kpi_uid,
            unit,
            decimals,
            direction,
            cadence,
            standards != "none",
        )
        for pk, uid, person, team, kpi, kpi_uid, unit, decimals, direction, cadence, standards in series.values_list(
            "id",
            "uid",
            "person__name",
            "team__name",
            "kpi__name",
            "kpi__uid",
            "kpi__unit",
            "kpi__decimals",
            "kpi__direction",
            "kpi__cadence",
            "kpi__standards",
        )
    }
    for standing in _latest(series):
        pk = standing["subject_id"]
        rows[pk] = replace(
            rows[pk],
            standing=standing["id"],
            band=standing["band"],
            place=standing["counts__place"],
            run=standing["counts__chart__run"],
            autocorrelated=bool(standing["counts__chart__autocorrelated"]),
        )
    return sorted(rows.values(), key=lambda row: (row.place, row.name.casefold(), row.kpi.casefold(), row.pk))


def _latest(series: QuerySet[Series]) -> Iterable[Mapping[str, Any]]:
    rows = Standing.objects.filter(
        subject_kind="series", category="productivity", is_current=True, subject_id__in=series.values("pk")
    )
    newer = Standing.objects.filter(
        subject_kind="series",
        category="productivity",
        is_current=True,
        subject_id=OuterRef("subject_id"),
        cadence=OuterRef("cadence"),
        ordinal__gt=OuterRef("ordinal"),
    )
    return rows.filter(~Exists(newer)).values(
        "id", "subject_id", "band", "counts__place", "counts__chart__run", "counts__chart__autocorrelated"
    )


def chance_of_recent(points: int) -> float:
    """The chance that a stable series shows a signal among the points a small chart shows.

    Up to 24 it is the chance of the whole chart; beyond, that of the latest 24 given none before them.
    """
    if points <= SHOWN_POINTS:
        return chance_of_signal(points)
    return 1 - (1 - chance_of_signal(points)) / (1 - chance_of_signal(points - SHOWN_POINTS))


def chance_says(rows: Sequence[Entry]) -> tuple[str, ...]:
    """How many charts show a signal, how many would by luck, and which limits are too narrow (M17)."""
    charts = [row for row in rows if row.run >= 6]
    if not charts:
        return ()
    found = sum(row.place == 0 for row in charts)
    expected = sum(chance_of_recent(row.run) for row in charts)
    said = [
        ngettext("%(count)d chart shows a signal.", "%(count)d charts show a signal.", found)
        % {"count": found},
        words.chance_says(len(charts), expected),
    ]
    followed = sum(row.autocorrelated for row in charts)
    if followed:
        said.append(
            ngettext(
                "In %(count)d of them each figure strongly follows the one before: its limits come out too narrow, "
                "and signals come easily.",
                "In %(count)d of them each figure strongly follows the one before: their limits come out too narrow, "
                "and signals come easily.",
                followed,
            )
            % {"count": followed}
        )
    return tuple(said)


# Tiles: the figures of one page -------------------------------------------------------------------------------


def tiles(rows: Sequence[Entry], today: date) -> list[Tile]:
    """The small charts of one page; two queries."""
    standings = Standing.objects.in_bulk([row.standing for row in rows if row.standing is not None])
    points = _points(rows, today)
    return [_tile(row, standings.get(row.standing or 0), points.get(row.pk, {})) for row in rows]


def _points(rows: Sequence[Entry], today: date) -> dict[int, dict[int, int]]:
    """The figures of the closed periods a small chart can show, by series and period."""
    recent = Q(pk__in=[])
    for cadence in {Cadence(row.cadence) for row in rows}:
        last = latest_closed(cadence, today)
        reach = SHOWN_POINTS * (7 if cadence is Cadence.DAY else 1)
        ids = [row.pk for row in rows if row.cadence == cadence.value]
        recent |= Q(series_id__in=ids, ordinal__range=(last - reach + 1, last))
    found: dict[int, dict[int, int]] = {}
    for pk, at, value in Measurement.objects.filter(recent).values_list("series_id", "ordinal", "value"):
        found.setdefault(pk, {})[at] = value
    return found


def _tile(row: Entry, standing: Standing | None, points: Mapping[int, int]) -> Tile:
    url = reverse("productivity:series", args=[row.uid])
    if standing is None:
        return Tile(
            row.name,
            row.kpi,
            url,
            "",
            row.band,
            _band_text(row),
            _("No closed period has a figure yet."),
            "",
            None,
            False,
            False,
        )
    counts = standing.counts
    latest = counts["latest"]
    return Tile(
        name=row.name,
        kpi=row.kpi,
        url=url,
        evidence_url=reverse("productivity:standing", args=[standing.uid]),
        band=row.band,
        band_text=_band_text(row),
        says=telling.says(standing),
        latest=_latest_says(row, standing, latest),
        chart=_spark(row, standing, points),
        signal=row.place == 0,
        autocorrelated=row.autocorrelated,
    )


def _band_text(row: Entry) -> str:
    return telling.band_text("" if row.rated else NOT_RATED)


def _latest_says(row: Entry, standing: Standing, latest: Mapping[str, Any] | None) -> str:
    if latest is None:
        return "" if row.rated else _last_figure(row, standing)
    value = next((value for at, value, *_rest in standing.counts["periods"] if at == latest["ordinal"]), None)
    when = fmt.period(Cadence(row.cadence), latest["ordinal"])
    shown = "" if value is None else fmt.figure(value, row.decimals, row.unit)
    said = telling.percent_says(latest["percent"])
    return (
        _("%(value)s in %(period)s, %(percent)s of standard")
        % {
            "value": shown,
            "period": when,
            "percent": said,
        }
        if isinstance(latest["percent"], int)
        else f"{shown}, {when}"
    )


def _last_figure(row: Entry, standing: Standing) -> str:
    """The newest figure of a KPI without standards, of which no period is judged."""
    found = [(at, value) for at, value, *_rest in standing.counts["periods"] if value is not None]
    if not found:
        return ""
    at, value = max(found)
    shown = {
        "value": fmt.figure(value, row.decimals, row.unit),
        "period": fmt.period(Cadence(row.cadence), at),
    }
    return _("%(value)s in %(period)s") % shown


def _spark(row: Entry, standing: Standing, points: Mapping[int, int]) -> Svg | None:
    cadence, last = Cadence(row.cadence), standing.ordinal
    known = {at: value for at, value in points.items() if at <= last}
    if not known:
        return None
    axis = range(min(known), max(known) + 1)
    on = weekdays(known) if cadence is Cadence.DAY else frozenset()
    shown = [at for at in axis if not on or (at - 1) % 7 in on][-SHOWN_POINTS:]
    scale = 10**row.decimals
    places = {at: index for index, at in enumerate(shown)}
    signals = tuple(
        Signal(places[at], rule, side)
        for at, rule, side in standing.counts["signals"]
        if at in places and at in known
    )
    centre = standing.counts["chart"].get("centre")
    names = {"name": row.name, "kpi": row.kpi, "points": words.counted(cadence, len(shown))}
    said = (
        _("%(name)s, %(kpi)s, %(points)s: a signal")
        if signals
        else _("%(name)s, %(kpi)s, %(points)s: routine variation")
    )
    return spark.svg(
        spark.SparkData(
            said % names,
            tuple(known[at] / scale if at in known else None for at in shown),
            None if centre is None else centre / scale,
            signals,
            row.direction,
        )
    )


# The page ------------------------------------------------------------------------------------------------------


def spec(rows: Sequence[Entry]) -> ListSpec:
    """Search, and filters by KPI, rating and signal."""
    kpis = sorted({(row.kpi_uid, row.kpi) for row in rows}, key=lambda pair: (pair[1].casefold(), pair[0]))
    bands = ("exceeds", "meets", "does_not_meet", "not_consistent", "not_enough_evidence")
    return ListSpec(
        sorts=(Sort("board", ()),),
        order="board",
        filters=(
            Filter("kpi", _("KPI"), tuple(kpis)),
            Filter(
                "band",
                _("Rating"),
                (
                    *((code, words.band_label(code)) for code in bands),
                    (NOT_RATED, telling.band_text(NOT_RATED)),
                ),
            ),
            Filter("signal", _("Signal"), (("yes", _("With a signal")), ("no", _("Without")))),
        ),
        search_label=_("Search people, teams and KPIs"),
        per_page=PER_PAGE,
    )


def chosen(rows: Sequence[Entry], asked: ListRequest) -> list[Entry]:
    """The entries that the filters leave."""
    signal = asked.filter("signal")
    return [
        row
        for row in rows
        if asked.filter("kpi") in ("", row.kpi_uid)
        and asked.filter("band") in ("", row.band if row.rated else NOT_RATED)
        and (not signal or (row.place == 0) == (signal == "yes"))
    ]


def page(
    head: Head, rows: Sequence[Entry], left: Sequence[Entry], asked: ListRequest, today: date
) -> BoardPage:
    """The board as it is shown; what chance would give is said of every chart, whatever the filters leave."""
    shown: ListPage[Entry] = asked.page(left)
    return BoardPage(
        title=head.title,
        lede=_(
            "Charts with a signal first, then what does not meet yet, then the rest, each by name: a board of charts, "
            "not an order of people."
        ),
        who_sees=head.who_sees,
        reach_url=head.reach_url,
        reach_label=head.reach_label,
        chance=chance_says(rows),
        tiles=shown.with_rows(tiles(shown.rows, today)),
        empty=head.empty if not rows and not asked.narrowed else None,
    )


def table(rows: Sequence[Entry]) -> tuple[tuple[str, ...], Iterator[tuple[str | int | None, ...]]]:
    """The whole board as a table to take away: header and rows; one query."""
    standings = Standing.objects.in_bulk([row.standing for row in rows if row.standing is not None])
    header = (
        "subject",
        "kpi",
        "period",
        "rating",
        "rating_of_period",
        "present",
        "exceeds",
        "meets",
        "below",
        "median_percent",
        "signals",
    )

    def lines() -> Iterator[tuple[str | int | None, ...]]:
        for row in rows:
            standing = standings.get(row.standing or 0)
            if standing is None:
                yield (row.name, row.kpi, "", row.band, *(None,) * 7)
                continue
            counts = standing.counts
            yield (
                row.name,
                row.kpi,
                fmt.period(Cadence(row.cadence), standing.ordinal).replace(fmt.NBSP, " "),
                standing.band,
                standing.raw,
                counts["present"],
                counts["exceeds"],
                counts["meets"],
                counts["below"],
                counts["median"],
                len(counts["signals"]),
            )

    return header, lines()


def nothing_measured() -> Empty:
    """What the board of people without figures says."""
    return Empty(
        title=_("Nothing is measured here yet"),
        why=_("Once people or teams have KPIs with figures, all their charts stand here side by side."),
        action=_("See the KPIs"),
        url=reverse("productivity:kpis"),
        how_to=help_link("how-to/define-a-kpi#for-whom"),
    )


def nobody() -> Empty:
    """What one's own board says while nobody one leads has a KPI."""
    return Empty(
        title=_("No charts of people or teams you lead"),
        why=_(
            "A board shows the charts of those who report to you, and of the teams you lead, side by side. Your own "
            "stand in My standing."
        ),
        action=_("My standing"),
        url=reverse("standing:mine"),
        how_to=help_link("how-to/read-the-board"),
    )
