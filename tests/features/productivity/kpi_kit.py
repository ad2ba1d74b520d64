"""What the tests of productivity begin with: KPIs of the cast and series with figures in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leanship.domain.periods import Cadence, parse
from leanship.features.productivity.actions import Definition, add_series, create_kpi
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard
from tests.cast import Cast


def month(code: str) -> int:
    """The ordinal of "2026-10"."""
    return parse(code, Cadence.MONTH)[1]


def kpi_of(cast: Cast, key: str = "ben", **definition: Any) -> Kpi:
    """A monthly KPI with two decimals owned by one of the cast; keywords change its definition."""
    given = {"name": "Orders on time", "unit": "%", "decimals": 2} | definition
    return create_kpi(cast.actors[key], Definition(**given))


def series_of(
    cast: Cast,
    values: Sequence[int | None] = (),
    *,
    key: str = "ana",
    first: str = "2025-01",
    standard: int | None = None,
    kpi: Kpi | None = None,
    **definition: Any,
) -> Series:
    """Somebody's series with these integers from a month on; None leaves a gap. A standard holds throughout."""
    kpi = kpi or kpi_of(cast, **definition)
    series = add_series(
        cast.actors["ben" if key in ("ana", "dev") else key], kpi=kpi, person=cast.people[key]
    )
    begins = parse(first, Cadence(kpi.cadence))[1]
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=begins + place, value=value)
        for place, value in enumerate(values)
        if value is not None
    )
    if standard is not None:
        Standard.objects.create(kpi=kpi, value=standard, from_ordinal=begins)
    return series
