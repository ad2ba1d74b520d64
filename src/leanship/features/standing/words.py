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
    """The words of one step. `about` names the KPI, project or item, `who` the person or project it has to do with,
    `since` the day in words.
    """
    names = {"kpi": about, "about": about, "who": who, "since": since}
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
            why = _("It does not meet its standard yet, and no project improves it.")
            principle = _("Productivity that stands still moves by improving how the work is done.")
            action = _("Raise an opportunity")
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
        case _:
            return _of_projects(step, names)
    return StepWords(title, why, principle, action)


def _of_projects(step: Step, names: dict[str, str]) -> StepWords:
    """The words of a step that comes from projects or time."""
    match step.kind:
        case StepKind.DO_PLAN_ITEM:
            title = _("Do what is planned: %(about)s") % names
            why = _("It was promised for %(since)s in “%(who)s”.") % names
            principle = _("A plan holds as long as what is promised in it is done, or promised anew.")
            action = _("Open the plan")
        case StepKind.LOOK_AT_SAVING_AGAIN:
            title = _("Look whether the gain is still there: %(about)s") % names
            why = _("You confirmed it, and the second look was due on %(since)s.") % names
            principle = _("A saving is checked again after 90 days, since gains fade.")
            action = _("Look again")
        case StepKind.CONFIRM_RESULT:
            title = _("Say whether it is so: %(about)s") % names
            why = _("%(who)s asked you to confirm it, and waits since %(since)s.") % names
            if step.urgency is Urgency.OVERDUE_PROMISE:
                why = (
                    _("%(who)s asked you to confirm it; an answer by %(since)s would have been fair.") % names
                )
            principle = _("Only what a colleague outside the line has confirmed counts.")
            action = _("Confirm or decline")
        case StepKind.TELL_WHAT_BECAME:
            title = _("Tell %(who)s what became of their feedback") % names
            why = _("They answered your question about “%(about)s”, and have not heard since.") % names
            principle = _("Who is asked for feedback hears what was done about it; else they stop giving it.")
            action = _("Tell them")
        case StepKind.ANSWER_FEEDBACK:
            title = _("Give %(who)s the feedback they asked for") % names
            why = _("They asked about “%(about)s” on %(since)s. It can be declined as well.") % names
            principle = _("A change that asks those it touches meets less resistance.")
            action = _("Answer")
        case StepKind.LOOK_AT_VERDICT:
            title = _("Decide what follows from the result of “%(about)s”") % names
            why = _("The series was judged on %(since)s, and the project stands where it stood.") % names
            principle = _("A result is checked so that something follows: a standard, or another try.")
            action = _("Open the result")
        case StepKind.WRITE_TRIAL_RESULT:
            title = _("Write down what came of the test: %(about)s") % names
            why = _("It was begun on %(since)s in “%(who)s” and has no result.") % names
            principle = _("A test teaches when its result stands beside what was expected.")
            action = _("Open the tests")
        case StepKind.TAKE_UP_OPPORTUNITY:
            title = _("Take up an opportunity: %(about)s") % names
            why = _("Your strategic share is under its target, and %(who)s raised this on %(since)s.") % names
            principle = _("Time for improvement comes with an improvement to lead.")
            action = _("Look at it")
        case StepKind.CLASSIFY_TIME:
            title = _("Say what your meetings were for")
            why = (
                _("Too little of your time since %(since)s is classified to tell its strategic share.")
                % names
            )
            principle = _("What no rule catches is shown as unclassified, never guessed.")
            action = _("Classify it")
        case _:
            raise ValueError(f"no words for {step.kind}")
    return StepWords(title, why, principle, action)


def middle_words(bands: list[str]) -> str:
    """The one line in the middle of the wheel: how much of the whole is known, never a single rating (M81)."""
    known = sum(1 for band in bands if band != "not_enough_evidence")
    if not known:
        return _("Not enough evidence yet")
    return ngettext("%(known)d of 3 sectors has evidence", "%(known)d of 3 sectors have evidence", known) % {
        "known": known
    }
