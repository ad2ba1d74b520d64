"""The words of a standing: its counts as sentences, the marks beside it, and the rule it follows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence
from leanship.features.base.models import Standing
from leanship.web import format as fmt
from leanship.web import words

Counts = dict[str, Any]


def says(standing: Standing) -> str:
    """The raw rating with what it was decided on, or what is missing for one (M3, M14)."""
    counts: Counts = standing.counts
    cadence = Cadence(standing.cadence)
    figures = {
        "present": words.counted(cadence, counts["present"]),
        "n": counts["present"],
        "needed": words.counted(cadence, counts["needed"]),
        "exceeds": counts["exceeds"],
        "meets": counts["meets"],
        "below": counts["below"],
        "high": fmt.percent(counts["bands"]["exceeds"]),
        "enough": fmt.percent(counts["bands"]["meets"]),
    }
    if counts["why"] == "not_rated":
        return _("Charted, not rated.")
    if counts["why"] == "no_standard":
        return _("Not enough evidence: there are figures, but no standard to compare them with.")
    match standing.raw:
        case "exceeds":
            return _("%(exceeds)d of %(present)s at %(high)s of the standard or more.") % figures
        case "meets":
            return _("%(meets)d of %(present)s at %(enough)s of the standard or more.") % figures
        case "does_not_meet":
            return _("%(below)d of %(present)s below %(enough)s of the standard.") % figures
        case "not_consistent":
            text = (
                _("Of %(present)s, %(meets)d reach %(enough)s of the standard, %(exceeds)d of them %(high)s")
                % figures
            )
            if counts["median"] is None:
                return f"{text}."
            return _("%(text)s; the median is %(median)s.") % {
                "text": text,
                "median": fmt.percent(counts["median"]),
            }
    return _("Not enough evidence: %(n)d of %(needed)s.") % figures


def band_text(why: object) -> str:
    """What stands in the place of a band, by the reason in the counts; "" where the band's own word does."""
    return _("charted, not rated") if why == "not_rated" else ""


def held_says(standing: Standing) -> str:
    """Why the rating shown is not the raw one; "" where it is."""
    if standing.raw == standing.band:
        return ""
    return _(
        "This period's figures alone would say “%(raw)s”. A rating changes once the new one has held for two "
        "periods, or at once with a signal, so “%(band)s” stays for now."
    ) % {"raw": words.band_label(standing.raw), "band": words.band_label(standing.band)}


def percent_says(said: int | str | None) -> str:
    """The percent of one period, or the case that has none (M11)."""
    if said is None:
        return ""
    if isinstance(said, int):
        return fmt.percent(said)
    return {
        "above": _("0, better than any percent"),
        "at_or_above": _("standard of 0 kept"),
        "below": _("standard of 0 not kept"),
        "not_rated": _("cannot be rated"),
    }[said]


def left_out_label(code: str) -> str:
    """Why a period is left out, by name (M14)."""
    return {"absent": _("absent"), "new_in_role": _("new in the role")}[code]


def reason_label(code: str) -> str:
    """Why a row was written; a code without words is shown as it is, underscores apart."""
    known = {
        "measured": _("figures were entered"),
        "corrected": _("a figure was corrected"),
        "imported": _("figures were imported"),
        "standard_set": _("a standard was set"),
        "thresholds_set": _("thresholds were set"),
        "kpi_changed": _("the KPI's definition changed"),
        "kpi_archived": _("the KPI was archived"),
        "kpi_restored": _("the KPI was brought back"),
        "series_added": _("the series was added"),
        "series_archived": _("the series was archived"),
        "series_restored": _("the series was brought back"),
        "weight_set": _("weights were set"),
        "absence_changed": _("an absence was entered or taken out"),
        "position_changed": _("a role or level changed"),
        "baseline_set": _("a shift was accepted, or a baseline set"),
        "baseline_withdrawn": _("a baseline was taken back"),
        "period_closed": _("a period closed"),
        "rebuilt": _("everything was worked out again"),
    }
    return known.get(code) or code.replace("_", " ").replace(".", " ")


def marks(counts: Counts) -> tuple[str, ...]:
    """What must be said of the standard itself (M10)."""
    standard = counts.get("standard")
    if not standard:
        return ()
    found = []
    if standard["by_subject"]:
        found.append(_("The standard was set by the person it judges."))
    if standard["changed"]:
        found.append(_("The standard changed inside the window."))
    if standard["kind"] == "peers":
        found.append(
            _(
                "The standard is the median of %(others)d others of the same role and level. By definition half of "
                "them are below it. It was frozen after the period closed; a later correction of somebody "
                "else's figure does not change it."
            )
            % {"others": standard["others"]}
        )
    return tuple(found)


def rule_says(standing: Standing) -> tuple[str, ...]:
    """The rule, in sentences (M12 to M16)."""
    counts: Counts = standing.counts
    cadence = Cadence(standing.cadence)
    if counts["why"] == "not_rated":
        return (
            _(
                "This KPI has no standard to hold its figures to: they are charted, with limits and signals, and not "
                "rated."
            ),
        )
    figures = {
        "window": words.counted(cadence, counts["size"]),
        "needed": counts["needed"],
        "high": fmt.percent(counts["bands"]["exceeds"]),
        "enough": fmt.percent(counts["bands"]["meets"]),
    }
    said = [
        _(
            "The window is %(window)s that have closed. A missing one stays in it; at least %(needed)d must be "
            "there, else there is not enough evidence. Periods of absence and the first three in a role are left "
            "out by name."
        )
        % figures,
        _(
            "Where four fifths of those there are at %(high)s of the standard or more, the rating is exceeds; else "
            "at %(enough)s or more, meets; else where four fifths are below, does not meet yet; else not consistent."
        )
        % figures,
    ]
    if standing.subject_kind == "series":
        said.append(
            _(
                "Each period was judged by the standard and the thresholds that held in it; percents are whole."
            )
        )
    else:
        said.append(
            _(
                "Each KPI's figures are brought to the coarsest cadence, and its percent counts up to 150. The "
                "whole is their mean, weighted; with over a third of the weight missing a period has none. A KPI that "
                "must hold and does not meet keeps the whole from exceeds."
            )
        )
    return tuple(said)
