"""Standards that are the median of peers: frozen once, when a period has closed (M10).

Nobody has the month's figure on the last of the month. So a period is frozen as soon as everyone whose series of
the KPI runs has a value, at the latest some days after it closed, and never before five others have one. What was
frozen stays: a later correction of somebody else's value changes nothing for anybody.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from django.db.models import Count, Q

from leanship.domain.periods import WINDOW, Cadence, last_day, latest_closed
from leanship.features.base import clock
from leanship.features.org.models import Position
from leanship.features.productivity.models import Kpi, Measurement, PeerStandard, Series

AT_LEAST: Final = 5
"""Others that must have a value before there is a median (M10)."""
GRACE: Final = MappingProxyType({Cadence.DAY: 3, Cadence.WEEK: 7, Cadence.MONTH: 14, Cadence.QUARTER: 21})
"""Days after the end of a period in which those who have not entered their figure are still waited for."""

Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """A position: from which day, the group of peers it belongs to, and the role that counts as one (M14)."""

    since: date
    group: Group


def group_of(role: str, title: str, level: str) -> Group:
    """Who are peers: the same role (the title, where no role was given) and the same level."""
    return ((role or title).strip().casefold(), level)


def positions(person_ids: Collection[int] | None) -> dict[int, list[Held]]:
    """The positions of people in the order of their days; of everyone for None. One query."""
    rows = Position.objects.order_by("valid_from", "id")
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    found: dict[int, list[Held]] = defaultdict(list)
    for person_id, role, title, level, since in rows.values_list(
        "person_id", "role", "title", "level", "valid_from"
    ):
        found[person_id].append(Held(since, group_of(role, title, level)))
    return dict(found)


def group_on(held: Sequence[Held], day: date) -> Group | None:
    """The group somebody belonged to on a day; before their first known position, the one of that position."""
    if not held:
        return None
    return held[max(bisect_right(held, day, key=lambda one: one.since) - 1, 0)].group


def doubled_median(ordered: Sequence[int], without: int | None) -> int:
    """Twice the median of sorted values, of which the one at place `without` is left out."""
    n = len(ordered) - (without is not None)

    def at(place: int) -> int:
        return ordered[place + 1 if without is not None and place >= without else place]

    return 2 * at(n // 2) if n % 2 else at(n // 2 - 1) + at(n // 2)


def freeze(today: date, *, kpi_ids: Collection[int] | None = None, most: int | None = None) -> set[int]:
    """Freeze the medians of every closed period that is ready; the series that got one.

    `kpi_ids` limits it to some KPIs, `most` to KPIs with at most so many running series: what is more than an
    action should wait for is left to the daily run. It looks as far back as two windows.
    """
    kpis = Kpi.objects.filter(standards=Kpi.Standards.PEERS, archived_at=None)
    if kpi_ids is not None:
        kpis = kpis.filter(pk__in=kpi_ids)
    running = Count("series", filter=Q(series__archived_at=None, series__person__isnull=False))
    cadences = {
        pk: (Cadence(cadence), count)
        for pk, cadence, count in kpis.annotate(n=running).values_list("id", "cadence", "n")
        if count and (most is None or count <= most)
    }
    if not cadences:
        return set()
    ready = _ready(cadences, today)
    return _freeze(cadences, ready) if ready else set()


def _ready(cadences: Mapping[int, tuple[Cadence, int]], today: date) -> dict[int, set[int]]:
    """The closed periods of each KPI that lack a median somebody could have, and need not be waited for."""
    within = Q(pk__in=[])
    for cadence in {cadence for cadence, _ in cadences.values()}:
        last = latest_closed(cadence, today)
        within |= Q(series__kpi__cadence=cadence.value, ordinal__range=(last - 2 * WINDOW[cadence] + 1, last))
    among = Q(series__kpi_id__in=list(cadences), series__archived_at=None, series__person__isnull=False)
    by_period = ("series__kpi_id", "ordinal")
    measured = Measurement.objects.filter(among & within).values_list(*by_period).annotate(n=Count("id"))
    frozen = PeerStandard.objects.filter(among & within).values_list(*by_period).annotate(n=Count("id"))
    done = {(kpi_id, ordinal): n for kpi_id, ordinal, n in frozen}
    ready: dict[int, set[int]] = defaultdict(set)
    for kpi_id, ordinal, n in measured:
        cadence, running = cadences[kpi_id]
        waited = today > last_day(cadence, ordinal) + timedelta(days=GRACE[cadence])
        # with fewer values than five others and oneself some might still have their median: those without a value
        if done.get((kpi_id, ordinal), 0) < running and n >= AT_LEAST and (n >= running or waited):
            ready[kpi_id].add(ordinal)
    return ready


def _freeze(cadences: Mapping[int, tuple[Cadence, int]], ready: Mapping[int, set[int]]) -> set[int]:
    wanted = list(ready)
    ordinals = {ordinal for found in ready.values() for ordinal in found}
    span = (min(ordinals), max(ordinals))
    series = Series.objects.filter(kpi_id__in=wanted, archived_at=None, person__isnull=False)
    running: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pk, kpi_id, person_id in series.values_list("id", "kpi_id", "person_id"):
        running[kpi_id].append((pk, person_id or 0))
    values: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    measured = Measurement.objects.filter(
        series__kpi_id__in=wanted, series__archived_at=None, series__person__isnull=False, ordinal__range=span
    )
    for kpi_id, pk, ordinal, value in measured.values_list("series__kpi_id", "series_id", "ordinal", "value"):
        if ordinal in ready[kpi_id]:
            values[kpi_id, ordinal][pk] = value
    there = set(
        PeerStandard.objects.filter(series__kpi_id__in=wanted, ordinal__range=span).values_list(
            "series_id", "ordinal"
        )
    )
    held = positions(None)
    now = clock.now()
    rows: list[PeerStandard] = []
    for (kpi_id, ordinal), of_period in values.items():
        day = last_day(cadences[kpi_id][0], ordinal)
        groups = {pk: group_on(held.get(person_id, ()), day) for pk, person_id in running[kpi_id]}
        rows += [
            PeerStandard(series_id=pk, ordinal=ordinal, doubled=doubled, others=others, frozen_at=now)
            for pk, doubled, others in _medians(groups, of_period)
            if (pk, ordinal) not in there
        ]
    PeerStandard.objects.bulk_create(rows, batch_size=2_000)
    return {row.series_id for row in rows}


def _medians(groups: Mapping[int, Group | None], values: Mapping[int, int]) -> Iterable[tuple[int, int, int]]:
    """For each series in a group with enough others: twice the median of the others, and how many they are."""
    sizes: Counter[Group] = Counter()
    ranked: dict[Group, list[tuple[int, int]]] = defaultdict(list)
    for pk, group in groups.items():
        if group is not None:
            sizes[group] += 1
            if pk in values:
                ranked[group].append((values[pk], pk))
    for found in ranked.values():
        found.sort()
    places = {pk: place for found in ranked.values() for place, (_, pk) in enumerate(found)}
    ordered = {group: [value for value, _ in found] for group, found in ranked.items()}
    for pk, group in groups.items():
        if group is None or group not in ordered:
            continue
        place = places.get(pk)
        others = len(ordered[group]) - (place is not None)
        if others >= AT_LEAST:
            yield pk, doubled_median(ordered[group], place), others
