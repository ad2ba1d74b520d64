"""Tables of KPIs: their definitions, for whom they are measured, and by what they are judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from leanship.cli._exports import Table
from leanship.cli._exports.organisation import AT_ONCE, instant, names_of
from leanship.domain.figures import format_decimal
from leanship.domain.periods import Cadence, code
from leanship.features.productivity.models import (
    Baseline,
    Kpi,
    PeerStandard,
    PointNote,
    Series,
    Standard,
    Thresholds,
)
from leanship.features.productivity.values import plain_figure
from leanship.readers.writing import Value

#: Series that a file can name again: in use, of somebody who is here or of a team that is.
IN_USE = (
    Q(archived_at=None, kpi__archived_at=None)
    & (Q(person__isnull=False, person__left_on=None) | Q(team__isnull=False, team__archived_at=None))
)  # fmt: skip

# In the columns that definitions are read in; one row a KPI, then one for each subject and each standard.
_KPIS = (
    "name", "description", "unit", "direction", "cadence", "aggregation", "ratio_scale", "decimals", "floor",
    "ceiling", "on_shortfall", "exceeds", "meets", "subject", "standard", "standard_from", "weight", "must_hold",
)  # fmt: skip

Held = Mapping[int, int]  # first period → value; of two for the same period the later one holds


def _held(kpis: Sequence[Kpi]) -> tuple[dict[int, Held], dict[int, Held]]:
    """The known standards of some KPIs: those for all their series, and those of single series."""
    general: dict[int, dict[int, int]] = defaultdict(dict)
    own: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Standard.objects.filter(kpi__in=kpis).order_by("from_ordinal", "id")
    for kpi_id, series_id, since, value in rows.values_list("kpi_id", "series_id", "from_ordinal", "value"):
        (general[kpi_id] if series_id is None else own[series_id])[since] = value
    return dict(general), dict(own)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _definition(kpi: Kpi) -> tuple[Value, ...]:
    return (
        kpi.name, kpi.description, kpi.unit, kpi.direction, kpi.cadence, kpi.aggregation, kpi.ratio_scale,
        kpi.decimals, plain_figure(kpi.floor, kpi.decimals), plain_figure(kpi.ceiling, kpi.decimals),
        _yes(kpi.on_shortfall), kpi.exceeds, kpi.meets,
    )  # fmt: skip


_NOTHING_NEW: tuple[Value, ...] = (None,) * 12


def _standards(kpi: Kpi, held: Held) -> list[tuple[Value, Value]]:
    """Standard and first period of each row; one row without where there is none."""
    if not held:
        return [(None, None)]
    cadence = Cadence(kpi.cadence)
    return [(format_decimal(value, kpi.decimals), code(cadence, since)) for since, value in held.items()]


def _kpi_rows(*, in_use: bool) -> Iterator[Sequence[Value]]:
    kpis = list(_kpis(in_use=in_use))
    for start in range(0, len(kpis), 500):
        some = kpis[start : start + 500]
        general, own = _held(some)
        members: dict[int, list[Any]] = defaultdict(list)
        series = Series.objects.filter(kpi__in=some).order_by("id")
        if in_use:
            series = series.filter(IN_USE)
        named = ("pk", "kpi_id", "person__uid", "team__uid", "weight", "must_hold")
        for pk, kpi_id, person, team, weight, must_hold in series.values_list(*named):
            members[kpi_id].append((pk, person or team, weight, _yes(must_hold)))
        for kpi in some:
            yield from _rows_of(kpi, general.get(kpi.pk, {}), own, members[kpi.pk])


def _rows_of(
    kpi: Kpi, general: Held, own: Mapping[int, Held], members: list[Any]
) -> Iterator[Sequence[Value]]:
    first = _definition(kpi)
    known = kpi.standards == Kpi.Standards.KNOWN
    rows = _standards(kpi, general) if known else [(kpi.standards, None)]
    for place, (standard, since) in enumerate(rows):
        described = first if place == 0 else (kpi.name, *_NOTHING_NEW)
        yield (*described, None, standard, since, None, None)
    for pk, subject, weight, must_hold in members:
        for standard, since in _standards(kpi, own.get(pk, {}) if known else {}):
            yield (kpi.name, *_NOTHING_NEW, subject, standard, since, weight, must_hold)


def _kpis(*, in_use: bool) -> Any:
    return Kpi.objects.filter(archived_at__isnull=in_use).order_by("id")


def _whose(row: Mapping[str, Any], before: str = "") -> str:
    return str(row[f"{before}series__person__uid"] or row[f"{before}series__team__uid"] or "")


def _standard_rows() -> Iterator[Sequence[Value]]:
    fields = (
        "kpi__name",
        "kpi__cadence",
        "kpi__decimals",
        "value",
        "from_ordinal",
        "set_by_id",
        "set_at",
        "reason",
    )
    rows = Standard.objects.order_by("id")
    setters = names_of(rows.values_list("set_by_id", flat=True).distinct().order_by())
    listed = rows.values(*fields, "series__person__uid", "series__team__uid")
    for row in listed.iterator(chunk_size=AT_ONCE):
        yield (
            row["kpi__name"],
            _whose(row),
            format_decimal(row["value"], row["kpi__decimals"]),
            code(Cadence(row["kpi__cadence"]), row["from_ordinal"]),
            setters.get(row["set_by_id"], ""),
            instant(row["set_at"]),
            row["reason"],
        )


def _peer_rows() -> Iterator[Sequence[Value]]:
    fields = (
        "series__kpi__name",
        "series__kpi__cadence",
        "series__kpi__decimals",
        "ordinal",
        "doubled",
        "others",
    )
    rows = PeerStandard.objects.order_by("series_id", "ordinal")
    for row in rows.values(*fields, "series__person__uid", "series__team__uid").iterator(chunk_size=AT_ONCE):
        decimals = row["series__kpi__decimals"]
        # half of a doubled median, exactly: ten halves are five tenths
        median = format_decimal(row["doubled"] * 5, decimals + 1)
        period = code(Cadence(row["series__kpi__cadence"]), row["ordinal"])
        yield row["series__kpi__name"], _whose(row), period, median, row["others"]


def _threshold_rows() -> Iterator[Sequence[Value]]:
    rows = list(Thresholds.objects.order_by("id").select_related("kpi"))
    setters = names_of(row.set_by_id for row in rows)
    for row in rows:
        start = row.from_ordinal <= Thresholds.FROM_THE_START
        since = "" if start else code(Cadence(row.kpi.cadence), row.from_ordinal)
        by = setters.get(row.set_by_id or 0, "")
        yield row.kpi.name, row.exceeds, row.meets, since, by, instant(row.set_at), row.reason


def _baseline_rows() -> Iterator[Sequence[Value]]:
    rows = Baseline.objects.order_by("id").select_related("series__kpi", "series__person", "series__team")
    setters = names_of(rows.values_list("set_by_id", flat=True).distinct().order_by())
    for row in rows.iterator(chunk_size=AT_ONCE):
        cadence = Cadence(row.series.kpi.cadence)
        whose = row.series.person or row.series.team
        yield (
            row.series.kpi.name,
            whose.uid if whose else "",
            code(cadence, row.from_ordinal),
            "" if row.until_ordinal is None else code(cadence, row.until_ordinal),
            row.reason,
            setters.get(row.set_by_id or 0, ""),
            instant(row.set_at),
            instant(row.withdrawn_at),
        )


def _note_rows() -> Iterator[Sequence[Value]]:
    rows = PointNote.objects.order_by("id").select_related("series__kpi", "series__person", "series__team")
    authors = names_of(rows.values_list("author_id", flat=True).distinct().order_by())
    for row in rows.iterator(chunk_size=AT_ONCE):
        whose = row.series.person or row.series.team
        period = code(Cadence(row.series.kpi.cadence), row.ordinal)
        yield (
            row.series.kpi.name,
            whose.uid if whose else "",
            period,
            row.text,
            authors.get(row.author_id, ""),
            instant(row.created_at),
            instant(row.archived_at),
        )


TABLES: dict[str, tuple[Table, ...]] = {
    "kpis": (
        Table("kpis", _KPIS, lambda: _kpi_rows(in_use=True), lambda: _kpis(in_use=True).count()),
        Table("archived_kpis", _KPIS, lambda: _kpi_rows(in_use=False), lambda: _kpis(in_use=False).count()),
    ),
    "standards": (
        Table(
            "standards",
            ("kpi", "subject", "standard", "since", "set_by", "set_at", "reason"),
            _standard_rows,
            Standard.objects.count,
        ),
        Table(
            "peer_medians",
            ("kpi", "subject", "period", "median", "others"),
            _peer_rows,
            PeerStandard.objects.count,
        ),
        Table(
            "thresholds",
            ("kpi", "exceeds", "meets", "since", "set_by", "set_at", "reason"),
            _threshold_rows,
            Thresholds.objects.count,
        ),
        Table(
            "baselines",
            ("kpi", "subject", "since", "until", "reason", "set_by", "set_at", "withdrawn_at"),
            _baseline_rows,
            Baseline.objects.count,
        ),
        Table(
            "notes",
            ("kpi", "subject", "period", "text", "author", "at", "archived_at"),
            _note_rows,
            PointNote.objects.count,
        ),
    ),
}
