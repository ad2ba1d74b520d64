"""Verdicts and checks in words (M22)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.improvement import AFTER, BEFORE
from leanship.features.projects import measuring
from leanship.features.projects.models import Check


def verdict_words(verdict: str) -> tuple[str, str]:
    """A verdict in words, and its tone."""
    return {
        Check.Verdict.IMPROVED: (_("Improved"), "better"),
        Check.Verdict.WORSE: (_("Worse"), "worse"),
        Check.Verdict.MIXED: (_("Mixed: signals on both sides"), "look"),
        Check.Verdict.NO_SIGNAL_YET: (_("No signal yet"), "missing"),
        Check.Verdict.NOT_ENOUGH_EVIDENCE: (_("Not enough evidence"), "missing"),
    }[Check.Verdict(verdict)]


def lasting_words(holds: bool | None) -> tuple[str, str]:
    """What the second check says of a gain, and its tone."""
    if holds is None:
        return _("Not enough evidence whether the gain holds"), "missing"
    return (_("The gain holds"), "better") if holds else (_("The gain is gone"), "look")


def evidence(check: Check) -> str:
    """What a verdict rests on: how many points, where they lie."""
    if check.verdict == Check.Verdict.NOT_ENOUGH_EVIDENCE:
        return _(
            "%(before)d of %(least_before)d points before the change, %(after)d of %(least_after)d after it."
        ) % {
            "before": check.before,
            "least_before": BEFORE,
            "after": check.after,
            "least_after": AFTER,
        }
    counts: Mapping[str, Any] = check.counts
    parts = [_run(counts["run_better"], better=True), _run(counts["run_worse"], better=False)]
    parts += [
        _beyond(len(counts["beyond_better"]), better=True),
        _beyond(len(counts["beyond_worse"]), better=False),
    ]
    text = _("%(before)d points before the change, %(after)d judged after it.") % {
        "before": check.before,
        "after": check.after,
    }
    told = ", ".join(part for part in parts if part)
    if told:
        text += " " + _("Of these: %(what)s.") % {"what": told}
    if counts["lower"] is None:
        text += " " + _("The points before give no limits, so only runs of eight were looked for.")
    return text


def _run(length: int, *, better: bool) -> str:
    if length < 8:
        return ""
    text = _("%(count)d in a row on the better side") if better else _("%(count)d in a row on the worse side")
    return text % {"count": length}


def _beyond(count: int, *, better: bool) -> str:
    if not count:
        return ""
    text = (
        ngettext("%(count)d beyond the better limit", "%(count)d beyond the better limit", count)
        if better
        else ngettext("%(count)d beyond the worse limit", "%(count)d beyond the worse limit", count)
    )
    return text % {"count": count}


def warns(*, before: int, after: int) -> tuple[str, ...]:
    """What stands in the way of a sound verdict, by the points there will be."""
    told = []
    if before < BEFORE:
        text = _("Only %(count)d points before the change, %(least)d are needed: begin the baseline earlier.")
        told.append(text % {"count": before, "least": BEFORE})
    if after < AFTER:
        text = _("The check will find %(count)d points after the change, %(least)d are needed: check later.")
        told.append(text % {"count": after, "least": AFTER})
    elif after > measuring.SURE_UP_TO:
        text = _(
            "The check will find %(count)d points after the change. Chance has more tries with more than %(most)d: "
            "an earlier check is surer."
        )
        told.append(text % {"count": after, "most": measuring.SURE_UP_TO})
    return tuple(told)


def fraction(pair: list[int] | None) -> Fraction | None:
    """A figure out of the kept counts."""
    return None if pair is None else Fraction(pair[0], pair[1])
