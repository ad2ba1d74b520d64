"""The words of the projects category: counts and codes come in, sentences go out, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain import Lack, ProjectsBand, ShareStands, round_half_up
from leanship.domain.periods import Cadence
from leanship.domain.time_split import ENOUGH_CLASSIFIED, TOLERANCE
from leanship.features.base.models import Standing
from leanship.web import format as fmt
from leanship.web import words

Counts = Mapping[str, Any]


def says(standing: Standing) -> str:
    """What the standing rests on, in two short sentences: results, then time."""
    return f"{results_says(standing.counts)} {share_says(standing.counts)}"


def results_says(counts: Counts) -> str:
    """Projects led, checked and holding, as one sentence."""
    if not counts["led"]:
        return _("No project led within a year.")
    led = ngettext("%(count)d project led", "%(count)d projects led", counts["led"]) % {
        "count": counts["led"]
    }
    if not counts["checked"]:
        tests = ngettext("%(count)d test run", "%(count)d tests run", counts["tests"]) % {
            "count": counts["tests"]
        }
        return _("%(led)s, none with its result checked; %(tests)s.") % {"led": led, "tests": tests}
    return _("%(led)s, %(checked)d with the result checked, %(holding)d improved, confirmed and holding.") % {
        "led": led,
        "checked": counts["checked"],
        "holding": counts["holding"],
    }


def share_of(share: Counts) -> Fraction | None:
    """The strategic share in percent, exact; None where there is none."""
    if share["why"] or not share["base"]:
        return None
    return min(Fraction(100), Fraction(100 * share["strategic"], share["base"]))


def share_figure(share: Counts) -> str:
    """The share with one decimal, since a rounded whole may seem to reach a target that it misses; "" without one."""
    found = share_of(share)
    return "" if found is None else fmt.figure(round_half_up(10 * found), 1, "%")


def share_says(counts: Counts) -> str:
    """The strategic share against its target, or why there is none."""
    share = counts["share"]
    figure, target = share_figure(share), share["target"]
    if figure:
        base = (
            _("%(share)s of working hours were strategic") % {"share": figure}
            if share["of"] == "working_hours"
            else _("%(share)s of the hours in calendars were strategic") % {"share": figure}
        )
        if target is None:
            return _("%(share)s; the whole role is improvement, so there is no target.") % {"share": base}
        return _("%(share)s, with a target of %(target)s.") % {"share": base, "target": fmt.percent(target)}
    if target is None:
        return _("The whole role is improvement, so there is no target for strategic time.")
    return {
        "nothing": _("No calendar says where the time went."),
        "too_little_classified": _("Less than %(enough)s of the time in calendars is classified.")
        % {"enough": fmt.percent(int(100 * ENOUGH_CLASSIFIED))},
        "too_few_weeks": _("Calendars hold %(present)s; %(needed)d are needed.")
        % {"present": words.counted(Cadence.WEEK, share["present"]), "needed": share["needed"]},
    }[share["why"]]


def share_base(counts: Counts) -> str:
    """What the share is a share of; why there is none, where there is none."""
    if not share_figure(counts["share"]):
        return share_says(counts)
    return (
        _("of working hours") if counts["share"]["of"] == "working_hours" else _("of the hours in calendars")
    )


def lack_label(code: str) -> str:
    """What is missing, as one item of a list."""
    return {
        Lack.SHARE: _("how the working time is split"),
        Lack.MORE_TIME: _("more strategic time"),
        Lack.PROJECT: _("a led improvement project"),
        Lack.TEST: _("a test that was run"),
        Lack.CHECKED: _("a led project with its result checked"),
        Lack.HOLDING: _(
            "a result that its series calls improved, that a colleague confirmed, and that holds"
        ),
    }[Lack(code)]


def nothing_shown() -> tuple[str, ...]:
    """What is missing where there is no standing at all."""
    return tuple(lack_label(lack) for lack in (Lack.CHECKED, Lack.SHARE))


def why_no_band(counts: Counts) -> str:
    """Why there is no band, where there is none (M3)."""
    if counts["stands"] == ShareStands.UNKNOWN:
        return _("Each band says something about strategic time, so without that share there is none.")
    return _("Without a target for strategic time and without a led project there is nothing to judge.")


def verdict_label(code: str | None) -> str:
    """What the series said at a check; a dash where there was none."""
    return {
        None: "\N{EN DASH}",
        "improved": _("improved"),
        "worse": _("worse"),
        "mixed": _("mixed"),
        "no_signal_yet": _("no signal yet"),
        "not_enough_evidence": _("not enough evidence"),
    }[code]


def later_label(project: Counts) -> str:
    """What the check after 90 days said of a gain; a dash where there was none."""
    if project["again"] is None or project["verdict"] != "improved":
        return "\N{EN DASH}"
    if project["holds"] is None:
        return _("not enough evidence")
    return _("holds") if project["holds"] else _("gone")


def rule_says(standing: Standing) -> tuple[str, ...]:
    """The rule, in sentences (M82)."""
    share = standing.counts["share"]
    weeks = words.counted(Cadence.WEEK, share["last"] - share["first"] + 1)
    sentences = [
        _(
            "A led project that reached “result checked” in the last 52 closed weeks, and a share of strategic "
            "time that is not under its target: meets. A result that its series calls improved, that a colleague "
            "confirmed and that still holds at its latest check, as well: exceeds. A share under its target and no "
            "test run: does not meet yet. Anything else: mixed."
        ),
        _(
            "The share is that of the last %(weeks)s of them; in %(needed)d of them at least, "
            "calendars must hold time. Under its target means more than %(points)d points below it. Without a share "
            "there is no band; somebody without a target is not under it."
        )
        % {"weeks": weeks, "needed": share["needed"], "points": TOLERANCE},
        _("How many there are does not matter: one result that holds is as good as five."),
    ]
    if standing.band == ProjectsBand.NOT_ENOUGH_EVIDENCE:
        sentences.append(why_no_band(standing.counts))
    return tuple(sentences)


def reason_label(code: str) -> str:
    """Why a row was written; a code without words is shown as it is, underscores apart."""
    known = {
        "project_taken_up": _("a project was taken up"),
        "project_put_down": _("a project was put down"),
        "project_handed_over": _("a project changed hands"),
        "project_ended": _("a project ended"),
        "project_reopened": _("a project was reopened"),
        "project_archived": _("a project was archived"),
        "project_restored": _("a project was brought back"),
        "project_member_added": _("somebody joined a project"),
        "project_member_removed": _("somebody left a project"),
        "project_plan_added": _("a plan changed"),
        "project_plan_edited": _("a plan changed"),
        "project_plan_archived": _("a plan changed"),
        "project_plan_restored": _("a plan changed"),
        "project_trial_archived": _("a test was taken away"),
        "project_trial_restored": _("a test was brought back"),
        "measure_fixed": _("how a project is judged was fixed"),
        "checked": _("a result was checked"),
        "result_confirmed": _("a colleague confirmed a result"),
        "time_changed": _("calendars, rules or working hours changed"),
        "position_changed": _("a role or level changed"),
        "imported": _("projects were imported"),
        "period_closed": _("a period closed"),
        "rebuilt": _("everything was worked out again"),
    }
    return known.get(code) or code.replace("_", " ").replace(".", " ")
