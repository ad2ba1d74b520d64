"""Tables of figures: what was measured, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from leanship.cli._exports import Table
from leanship.cli._exports.kpis import IN_USE
from leanship.cli._exports.organisation import AT_ONCE, instant, names_of
from leanship.domain.figures import format_decimal
from leanship.domain.periods import Cadence, code
from leanship.features.productivity.models import Correction, Measurement, Series
from leanship.readers.writing import Value

# In the columns that `leanship import measurements` reads, and the subject's name for people.
_MEASUREMENTS = ("subject", "subject_name", "kpi", "period", "value", "numerator", "denominator")
_SERIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Of:
    """What the rows of one series repeat."""

    subject: str
    name: str
    kpi: str
    cadence: Cadence
    decimals: int


def _series(*, in_use: bool) -> QuerySet[Series]:
    return (Series.objects.filter(IN_USE) if in_use else Series.objects.exclude(IN_USE)).order_by("id")


def _described(rows: QuerySet[Series]) -> dict[int, _Of]:
    fields = (
        "pk", "person__uid", "team__uid", "person__name", "team__name", "kpi__name", "kpi__cadence", "kpi__decimals",
    )  # fmt: skip
    return {
        pk: _Of(person or team or "", person_name or team_name or "", kpi, Cadence(cadence), decimals)
        for pk, person, team, person_name, team_name, kpi, cadence, decimals in rows.values_list(*fields)
    }


class _Codes(dict[tuple[Cadence, int], str]):
    """The text of a period, worked out once: a million figures lie in some hundred of them."""

    def __missing__(self, key: tuple[Cadence, int]) -> str:
        found = self[key] = code(*key)
        return found


def _part(value: int | None, decimals: int) -> str | None:
    """A part of a ratio as it was entered: without the zeros that its unit of storage adds."""
    if value is None:
        return None
    text = format_decimal(value, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def _measured(*, in_use: bool) -> Iterator[Sequence[Value]]:
    series = _described(_series(in_use=in_use))
    ids, codes = list(series), _Codes()
    for start in range(0, len(ids), _SERIES_AT_ONCE):
        some = ids[start : start + _SERIES_AT_ONCE]
        rows = Measurement.objects.filter(series_id__in=some).order_by("series_id", "ordinal")
        listed = rows.values_list("series_id", "ordinal", "value", "numerator", "denominator")
        for pk, ordinal, value, above, below in listed.iterator(chunk_size=AT_ONCE):
            of = series[pk]
            figure = format_decimal(value, of.decimals)
            whose = of.subject, of.name, of.kpi, codes[of.cadence, ordinal], figure
            yield (*whose, _part(above, of.decimals), _part(below, of.decimals))


def _count(*, in_use: bool) -> int:
    every = Measurement.objects.count()
    former = Measurement.objects.filter(series__in=_series(in_use=False).values("pk")).count()
    return every - former if in_use else former


def _corrected() -> Iterator[Sequence[Value]]:
    rows = Correction.objects.order_by("id")
    series = _described(Series.objects.filter(pk__in=rows.order_by().values("series_id")))
    people = names_of(rows.values_list("by_id", flat=True).distinct().order_by())
    fields = ("series_id", "ordinal", "old_value", "new_value", "by_id", "at", "reason")
    for pk, ordinal, old, new, by, at, reason in rows.values_list(*fields).iterator(chunk_size=AT_ONCE):
        of = series[pk]
        yield (
            of.subject, of.name, of.kpi, code(of.cadence, ordinal), format_decimal(old, of.decimals),
            "" if new is None else format_decimal(new, of.decimals), people.get(by or 0, ""), instant(at), reason,
        )  # fmt: skip


TABLES: dict[str, tuple[Table, ...]] = {
    "measurements": (
        Table("measurements", _MEASUREMENTS, lambda: _measured(in_use=True), lambda: _count(in_use=True)),
        Table(
            "former_measurements",
            _MEASUREMENTS,
            lambda: _measured(in_use=False),
            lambda: _count(in_use=False),
        ),
        Table(
            "corrections",
            ("subject", "subject_name", "kpi", "period", "was", "became", "by", "at", "reason"),
            _corrected,
            Correction.objects.count,
        ),
    )
}
