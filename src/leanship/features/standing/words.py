"""The words of My standing: codes of the domain come in, sentences go out, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.next_step import Step, StepKind, Urgency


@dataclass(frozen=True)
class StepWords:
    """A next step for reading: what to do, why it comes first, what the method says, and the button's label."""

    title: str
    why: str
    principle: str
    action: str


def step_words(step: Step, *, about: str, who: str, since: str) -> StepWords:
    """The words of one step. `about` names the KPI, `who` the person who asked, `since` the day in words."""
    names = {"kpi": about, "who": who, "since": since}
    match step.kind:
        case StepKind.ANSWER_CORRECTION:
            title = _("Answer %(who)s's correction request") % names
            why = (
                _("The answer was promised for %(since)s.") % names
                if step.urgency is Urgency.OVERDUE_PROMISE
                else _("It was asked on %(since)s and is owed an answer.") % names
            )
            principle = _("Whoever is rated can ask for a correction, and is answered by a date.")
            action = _("Answer")
        case StepKind.LOOK_AT_SIGNAL:
            title = _("Look at the signal in %(kpi)s") % names
            why = (
                _("The chart shows more than routine variation since %(since)s, and nobody opened it.")
                % names
            )
            principle = _("A signal has a cause that can be found; the sooner one looks, the easier.")
            action = _("Open the chart")
        case StepKind.IMPROVE_KPI:
            title = _("Find out what holds %(kpi)s back") % names
            why = _("It does not meet its standard yet, and no improvement of it is recorded.")
            principle = _("Productivity that stands still moves by improving how the work is done.")
            action = _("Look at it")
        case StepKind.ENTER_VALUES:
            title = _("Enter what is missing in %(kpi)s") % names
            why = _("Its window has a gap since %(since)s.") % names
            principle = _(
                "A missing period stays in the window, so it counts against having enough evidence."
            )
            action = _("Enter values")
        case StepKind.SET_STANDARD:
            title = _("Set a standard for %(kpi)s") % names
            why = _("It has values, but nothing to compare them with.")
            principle = _("A figure becomes a rating only against a known standard or one's peers.")
            action = _("Set the standard")
        case StepKind.ADD_FIRST_KPI:
            title = _("Add your first KPI")
            why = _("Nothing of yours is measured here yet.")
            principle = _("Where one stands begins with one figure that matters.")
            action = _("Add a KPI")
    return StepWords(title, why, principle, action)


def middle_words(bands: list[str]) -> str:
    """The one line in the middle of the wheel: how much of the whole is known, never a single rating (M81)."""
    known = sum(1 for band in bands if band != "not_enough_evidence")
    if not known:
        return _("Not enough evidence yet")
    return ngettext("%(known)d of 3 sectors has evidence", "%(known)d of 3 sectors have evidence", known) % {
        "known": known
    }
