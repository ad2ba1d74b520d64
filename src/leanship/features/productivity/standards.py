"""What a period is judged by: the standard and the thresholds that held in it, for many series at once.

A row of the series itself comes before one of its KPI, the latest `from_ordinal` at or before the period holds,
and of two for the same first period the later id (M10). Peers' medians are frozen rows, see `peers`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence, last_day
from leanship.features.base import policies
from leanship.features.productivity.models import Kpi, PeerStandard, Series, Standard, Thresholds

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """The standard of one period, in the KPI's last decimal; a median of peers may end in a half.

    `kind` is "known" or "peers", `since` the first period it holds for, `by_subject` says that the person it
    judges set it, `own` that it is the series' own and not its KPI's, `others` how many peers it is of.
    """

    value: Figure
    kind: str
    since: int
    by_subject: bool = False
    own: bool = False
    others: int = 0


@dataclass(slots=True)
class Timeline:
    """The standards of one series over time."""

    own: list[tuple[int, Mark]] = field(default_factory=list)
    shared: list[tuple[int, Mark]] = field(default_factory=list)
    peers: dict[int, Mark] = field(default_factory=dict)

    def at(self, ordinal: int) -> Mark | None:
        """The standard that holds in a period; None where none was set, or too few peers had a value."""
        if self.peers:
            return self.peers.get(ordinal)
        return _latest(self.own, ordinal) or _latest(self.shared, ordinal)

    def changed(self, first: int, last: int) -> bool:
        """Whether a known standard changed its value after `first`, up to `last` (marked, M10).

        A median of peers moves by itself every period and is not marked.
        """
        if self.peers:
            return False
        starts = {since for since, _ in (*self.own, *self.shared) if first < since <= last}
        marks = [self.at(ordinal) for ordinal in (first, *sorted(starts))]
        return len({mark.value for mark in marks if mark is not None}) > 1


def _latest(rows: list[tuple[int, Mark]], ordinal: int) -> Mark | None:
    place = bisect_right(rows, ordinal, key=lambda row: row[0])
    return rows[place - 1][1] if place else None


def timelines(series: Iterable[Mapping[str, Any]]) -> dict[int, Timeline]:
    """The standards of series given as rows with `id`, `kpi_id`, `person_id` and `kpi__standards`.

    Two queries however many there are: one more only where a KPI is judged by peers.
    """
    rows = list(series)
    found = {row["id"]: Timeline() for row in rows}
    by_kpi: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_kpi[row["kpi_id"]].append(row)
    known = {row["kpi_id"] for row in rows if row["kpi__standards"] == Kpi.Standards.KNOWN}
    peers = {row["kpi_id"] for row in rows if row["kpi__standards"] == Kpi.Standards.PEERS}
    people = {row["id"]: row["person_id"] for row in rows}
    if known:
        standards = Standard.objects.filter(kpi_id__in=known).order_by("from_ordinal", "id")
        if len(rows) < _FEW:
            standards = standards.filter(series_id__in=list(found)) | standards.filter(series=None)
        columns = ("kpi_id", "series_id", "value", "from_ordinal", "set_by_id")
        known_rows: Iterable[tuple[int, int | None, int, int, int | None]] = standards.values_list(*columns)
        for kpi_id, series_id, value, since, setter in known_rows:
            if series_id is not None:
                if series_id in found:
                    subject = people[series_id]
                    mine = setter is not None and setter == subject
                    found[series_id].own.append((since, Mark(value, "known", since, mine, own=True)))
                continue
            for row in by_kpi[kpi_id]:
                mine = setter is not None and setter == row["person_id"]
                found[row["id"]].shared.append((since, Mark(value, "known", since, mine)))
    if peers:
        medians = PeerStandard.objects.filter(series__kpi_id__in=peers)
        if len(rows) < _FEW:
            medians = medians.filter(series_id__in=list(found))
        for pk, ordinal, doubled, others in medians.values_list("series_id", "ordinal", "doubled", "others"):
            if pk in found:
                median: Figure = doubled // 2 if doubled % 2 == 0 else Fraction(doubled, 2)
                found[pk].peers[ordinal] = Mark(median, "peers", ordinal, others=others)
    return found


# With fewer series than this they are named in the query; with more, their KPIs are, and the rest is left here.
_FEW = 5_000


def resolve(series_ids: Collection[int]) -> dict[int, Timeline]:
    """The standards of each series over time: `resolve([5])[5].at(ordinal)`. Three queries, four with peers."""
    rows = Series.objects.filter(pk__in=series_ids).values("id", "kpi_id", "person_id", "kpi__standards")
    return timelines(rows)


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which whole percent a period exceeds and meets (M13), and whether the KPI has its own."""

    exceeds: int
    meets: int
    own: bool = False


class BoundsOf:
    """The thresholds of KPIs and of the organisation, over time; two queries."""

    def __init__(self, kpi_ids: Collection[int] | None = None) -> None:
        rows = Thresholds.objects.order_by("from_ordinal", "id")
        if kpi_ids is not None:
            rows = rows.filter(kpi_id__in=kpi_ids)
        self._own: dict[int, list[tuple[int, Bounds | None]]] = defaultdict(list)
        for kpi_id, exceeds, meets, since in rows.values_list("kpi_id", "exceeds", "meets", "from_ordinal"):
            bounds = None if exceeds is None or meets is None else Bounds(exceeds, meets, own=True)
            self._own[kpi_id].append((since, bounds))
        default = policies.DEFAULTS["bands"]
        self._policy: list[tuple[date, Bounds]] = [(date.min, Bounds(default["exceeds"], default["meets"]))]
        self._policy += [
            (row.valid_from, Bounds(row.value["exceeds"], row.value["meets"]))
            for row in policies.history("bands")
        ]
        self._known: dict[tuple[Cadence, int], Bounds] = {}

    def of_policy(self, cadence: Cadence, ordinal: int) -> Bounds:
        """The organisation's thresholds on the last day of a period."""
        known = self._known.get((cadence, ordinal))
        if known is None:
            place = bisect_right(self._policy, last_day(cadence, ordinal), key=lambda row: row[0])
            known = self._known[cadence, ordinal] = self._policy[place - 1][1]
        return known

    def at(self, kpi_id: int, cadence: Cadence, ordinal: int) -> Bounds:
        """The thresholds that held for a KPI in a period: its own, else the organisation's."""
        own = self._own.get(kpi_id)
        if own:
            place = bisect_right(own, ordinal, key=lambda row: row[0])
            bounds = own[place - 1][1] if place else None
            if bounds is not None:
                return bounds
        return self.of_policy(cadence, ordinal)
