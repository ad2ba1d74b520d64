"""What a KPI's definition means, in words: how a value becomes a percent, a band and a rating (M10 to M14)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.domain import STANDARD_POLICY, WINDOW, Better, can_exceed, needed, shortfall
from leanship.domain.figures import Bands, Case, Figure, attainment
from leanship.domain.periods import Cadence
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.models import Kpi
from leanship.web import format as fmt
from leanship.web import words

DIRECTIONS = {"higher": gettext_lazy("Higher is better"), "lower": gettext_lazy("Lower is better")}
CADENCES = {
    "day": gettext_lazy("Daily"),
    "week": gettext_lazy("Weekly"),
    "month": gettext_lazy("Monthly"),
    "quarter": gettext_lazy("Quarterly"),
}
AGGREGATIONS = {
    "mean": gettext_lazy("The mean of its periods"),
    "sum": gettext_lazy("The sum of its periods"),
    "last": gettext_lazy("Its last value"),
    "ratio": gettext_lazy("The ratio of its parts, added up"),
}
STANDARDS = {
    "known": gettext_lazy("A target that is set"),
    "peers": gettext_lazy("The median of peers"),
    "none": gettext_lazy("Nothing: charted, not rated"),
}
LIMITS = {
    "mean": gettext_lazy("The average moving range"),
    "median": gettext_lazy("The median moving range"),
}


@dataclass(frozen=True)
class Meaning:
    """Sentences that say what a definition means, and those that warn of what it cannot do."""

    says: tuple[str, ...]
    warns: tuple[str, ...] = ()


def bounds_of(kpi: Kpi | Definition, exceeds: int, meets: int) -> Bands:
    """The thresholds of the definition, or the organisation's that are given."""
    if kpi.exceeds is None or kpi.meets is None:
        return Bands(exceeds, meets)
    return Bands(kpi.exceeds, kpi.meets)


def meaning(
    definition: Definition,
    bands: Bands,
    *,
    ceiling: Figure | None = None,
    standard: Figure | None = None,
) -> Meaning:
    """What `definition` means with these thresholds; `ceiling` and `standard` in its last decimal, if known."""
    says = [_measured(definition)]
    warns: list[str] = []
    if definition.standards == Kpi.Standards.NONE:
        says.append(
            _(
                "It is charted and not rated: on a scale without a true zero, such as a net promoter score or "
                "degrees, a percent of the standard would mean nothing."
            )
        )
        return Meaning(tuple(says))
    if definition.standards == Kpi.Standards.PEERS:
        says.append(
            _(
                "The standard is the median of the others of the same role and level in the same period, once at "
                "least five others have a figure. Half of them are below it by definition."
            )
        )
    says.append(_formula(definition))
    says.append(
        _(
            "%(exceeds)s and above exceeds, %(meets)s to %(below)s meets, less does not meet yet; percents are "
            "rounded once, a half goes up."
        )
        % {
            "exceeds": fmt.percent(bands.exceeds),
            "meets": fmt.percent(bands.meets),
            "below": fmt.percent(bands.exceeds - 1),
        }
    )
    cadence = Cadence(definition.cadence)
    size = WINDOW[cadence]
    says.append(
        _(
            "One period is no rating. Of the last %(window)s that closed, four in five must be in a band, and at "
            "least %(needed)d must be there."
        )
        % {"window": words.counted(cadence, size), "needed": needed(cadence, size, STANDARD_POLICY)}
    )
    if standard is not None:
        warns += _unreachable(definition, bands, ceiling, standard)
    elif ceiling is not None and definition.direction == Kpi.Direction.HIGHER and not definition.on_shortfall:
        highest = _highest_standard(definition, ceiling, bands)
        warns.append(
            _("With a standard above %(highest)s, %(exceeds)s cannot be reached.")
            % {"highest": highest, "exceeds": fmt.percent(bands.exceeds)}
        )
    return Meaning(tuple(says), tuple(warns))


def _measured(definition: Definition) -> str:
    cadence = words.cadence_label(Cadence(definition.cadence))
    how = {
        "sum": _("a longer period has the sum of its figures"),
        "mean": _("a longer period has the mean of its figures"),
        "last": _("a longer period has its last figure"),
        "ratio": _("a longer period has its first parts over its second parts, both added up"),
    }[definition.aggregation]
    if definition.aggregation == Kpi.Aggregation.RATIO:
        by = _("first part ÷ second part")
        if definition.ratio_scale != 1:
            by += f" × {fmt.number(definition.ratio_scale)}"
        how = f"{by}; {how}"
    return _("Measured %(cadence)s: %(how)s.") % {"cadence": cadence, "how": how}


def _formula(definition: Definition) -> str:
    if definition.on_shortfall:
        ceiling = fmt.with_unit(definition.ceiling or "?", definition.unit)
        return _(
            "What is missing to %(ceiling)s is rated, and less of it is better: percent = 100 × (%(ceiling)s − "
            "standard) ÷ (%(ceiling)s − value). With nothing missing the period exceeds."
        ) % {"ceiling": ceiling}
    if definition.direction == Kpi.Direction.HIGHER:
        return _("Higher is better: percent = 100 × value ÷ standard.")
    return _(
        "Lower is better: percent = 100 × standard ÷ value. A value of 0 with a standard above 0 has no percent "
        "and counts as exceeding: perfection is not a gap."
    )


def _unreachable(definition: Definition, bands: Bands, ceiling: Figure | None, standard: Figure) -> list[str]:
    """Says so where even the best possible value does not exceed (M11)."""
    better = Better(definition.direction)
    if definition.on_shortfall and ceiling is not None:
        if shortfall(standard, ceiling) > 0:
            return []
        return [_("With a standard of the highest possible value nothing can exceed it.")]
    if can_exceed(standard, better, ceiling=ceiling, bands=bands):
        return []
    told = {
        "exceeds": fmt.percent(bands.exceeds),
        "standard": fmt.figure(standard, definition.decimals, definition.unit),
    }
    if ceiling is None or better is Better.LOWER:
        return [_("%(exceeds)s cannot be reached with a standard of %(standard)s.") % told]
    best = attainment(ceiling, standard, better)
    if best.case is not Case.PERCENT or best.percent is None:
        return [_("%(exceeds)s cannot be reached with a standard of %(standard)s.") % told]
    told |= {
        "ceiling": fmt.figure(ceiling, definition.decimals, definition.unit),
        "best": fmt.percent(best.percent),
    }
    return [
        _(
            "%(exceeds)s cannot be reached: with a standard of %(standard)s the highest possible value, "
            "%(ceiling)s, is %(best)s. Rate what is missing to it, or give the KPI thresholds of its own."
        )
        % told
    ]


def _highest_standard(definition: Definition, ceiling: Figure, bands: Bands) -> str:
    """The highest standard with which the ceiling still exceeds: 200·c ≥ (2·exceeds − 1)·s."""
    highest = 200 * ceiling // (2 * bands.exceeds - 1)
    return fmt.figure(highest, definition.decimals, definition.unit)
