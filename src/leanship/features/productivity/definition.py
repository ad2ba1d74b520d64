"""A KPI's definition as people write it: what forms show, files say, and actions take."""

from __future__ import annotations

from dataclasses import dataclass, fields

from leanship.features.productivity import values
from leanship.features.productivity.models import Kpi


@dataclass(frozen=True)
class Definition:
    """A KPI as people define it. `floor` and `ceiling` are typed figures in its unit, "" for none; `exceeds`
    and `meets` are whole percents of its own, None for the organisation's."""

    name: str
    description: str = ""
    unit: str = ""
    decimals: int = 0
    direction: str = Kpi.Direction.HIGHER.value
    cadence: str = Kpi.Cadence.MONTH.value
    aggregation: str = Kpi.Aggregation.MEAN.value
    ratio_scale: int = 1
    standards: str = Kpi.Standards.KNOWN.value
    floor: str = ""
    ceiling: str = ""
    on_shortfall: bool = False
    exceeds: int | None = None
    meets: int | None = None
    limits: str = Kpi.Limits.MEAN.value

    @classmethod
    def of(cls, kpi: Kpi) -> Definition:
        """The definition of a KPI as it stands, the figures as they would be typed."""
        named = {field.name: getattr(kpi, field.name) for field in fields(cls)}
        named["floor"] = values.typed(kpi.floor, kpi.decimals)
        named["ceiling"] = values.typed(kpi.ceiling, kpi.decimals)
        return cls(**named)
