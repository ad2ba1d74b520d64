"""Stages, what they ask for, and the texts of the page, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from leanship.domain.stages import Ageing, Ask, OrderKept, Stage
from leanship.features.projects.models import Project, Section, Trial, Why


def stage_name(stage: str) -> str:
    """A stage in full."""
    return {
        Stage.OPPORTUNITY: _("Opportunity recognised"),
        Stage.CAUSE: _("Current state and cause"),
        Stage.TESTS: _("Tests and prototypes"),
        Stage.PLAN: pgettext("stage", "Plan"),
        Stage.CHANGE: _("Change led"),
        Stage.CHECK: _("Result checked"),
        Stage.STANDARD: _("Standardised"),
    }[Stage(stage)]


def stage_short(stage: str) -> str:
    """A stage in a word or two, for a bar and a column."""
    return {
        Stage.OPPORTUNITY: pgettext("stage", "Opportunity"),
        Stage.CAUSE: pgettext("stage", "Cause"),
        Stage.TESTS: pgettext("stage", "Tests"),
        Stage.PLAN: pgettext("stage", "Plan"),
        Stage.CHANGE: pgettext("stage", "Change"),
        Stage.CHECK: pgettext("stage", "Check"),
        Stage.STANDARD: pgettext("stage", "Standard"),
    }[Stage(stage)]


def honest(stage: str) -> str:
    """What makes a stage honest."""
    return {
        Stage.OPPORTUNITY: _("Something that was seen, by somebody, and whom it would serve to change it."),
        Stage.CAUSE: _("How it is now, by a series, and why: asked until something can be changed."),
        Stage.TESTS: _("What one expects is written before one sees what comes."),
        Stage.PLAN: _("Who does what by when, agreed with those who do it."),
        Stage.CHANGE: _("What was changed in fact, and with whom."),
        Stage.CHECK: _("The series says whether it is better, on a day fixed beforehand."),
        Stage.STANDARD: _("The new way is written down where those who work find it."),
    }[Stage(stage)]


@dataclass(frozen=True)
class Wanted:
    """Something a stage still asks for, and the place of the page where it goes."""

    text: str
    anchor: str


def wanted(ask: Ask) -> Wanted:
    """What is missing, as something to do."""
    text, anchor = {
        Ask.SEEN: (_("Say what was seen"), "text-seen"),
        Ask.SERVES: (_("Name whom it serves"), "people"),
        Ask.LEADER: (_("Somebody takes it up"), "people"),
        Ask.CURRENT_STATE: (_("Describe how it is now"), "text-current_state"),
        Ask.BASELINE: (_("Fix the measure and its baseline"), "results"),
        Ask.GOAL: (_("Say what would be good enough"), "text-goal"),
        Ask.ROOT: (_("Find a root cause"), "causes"),
        Ask.EVIDENCE: (_("Say how one knows each root cause"), "causes"),
        Ask.TRIAL: (_("Try something small"), "trials"),
        Ask.PREDICTION: (_("Write what you expect of each test"), "trials"),
        Ask.RESULT_OF_TRIAL: (_("Write down what came of a test"), "trials"),
        Ask.PLAN_ITEM: (_("Plan who does what by when"), "plan"),
        Ask.CHANGE: (_("Say what was changed"), "text-change"),
        Ask.PLAN_DONE: (_("Do what is planned"), "plan"),
        Ask.CHECKED: (_("The check of its measure"), "results"),
        Ask.RESULT: (_("Say what came of it"), "text-result"),
        Ask.STANDARD: (_("Write down the new standard"), "text-standard"),
    }[ask]
    return Wanted(text, anchor)


def section_title(key: str) -> str:
    """The heading of a text."""
    return {
        Section.Key.SEEN: _("What was seen"),
        Section.Key.CURRENT_STATE: _("Current state"),
        Section.Key.GOAL: _("Goal"),
        Section.Key.CAUSE: _("Cause"),
        Section.Key.PLAN: _("Plan"),
        Section.Key.CHANGE: _("What was changed"),
        Section.Key.RESULT: _("Result"),
        Section.Key.STANDARD: _("The new standard"),
    }[Section.Key(key)]


def section_question(key: str) -> str:
    """The question a text answers; a question makes one think where a template makes one fill in."""
    return {
        Section.Key.SEEN: _("What did you see, where and when? What happened, not who is to blame."),
        Section.Key.CURRENT_STATE: _("How is it done today, how often does it go wrong, and what shows it?"),
        Section.Key.GOAL: _("How would it be if it were good enough, by when, and how would you see it?"),
        Section.Key.CAUSE: _("What did you learn by asking why?"),
        Section.Key.PLAN: _("Why this way and not another? What could get in its way?"),
        Section.Key.CHANGE: _("What is done differently now, since when, and who helped?"),
        Section.Key.RESULT: _("What came of it, against what you expected? What surprised you?"),
        Section.Key.STANDARD: _("How is it done from now on, where is that written, who sees that it stays?"),
    }[Section.Key(key)]


def serves_text(project: Project) -> str:
    """Whom a project serves: "A client: hospitals in the north"; empty where nobody is named."""
    kind = dict(serves_choices()).get(project.serves, "")
    return ": ".join(part for part in (kind, project.serves_whom) if part)


def serves_choices() -> tuple[tuple[str, str], ...]:
    """Whom a project can serve."""
    return (
        (Project.Serves.TEAM.value, _("A team")),
        (Project.Serves.CLIENT.value, _("A client")),
        (Project.Serves.COMMUNITY.value, _("The community")),
    )


def finding_name(finding: str) -> str:
    """What was found about a cause."""
    return {
        Why.Finding.OPEN: _("Not yet known"),
        Why.Finding.ROOT: _("A root cause"),
        Why.Finding.RULED_OUT: _("Ruled out"),
    }[Why.Finding(finding)]


def trial_name(kind: str) -> str:
    """Test or prototype."""
    return _("Test") if kind == Trial.Kind.TEST else _("Prototype")


def outcome_name(outcome: str) -> str:
    """How a trial's result lies to its prediction."""
    return {
        "": "",
        Trial.Outcome.AS_PREDICTED: _("As predicted"),
        Trial.Outcome.OTHERWISE: _("Otherwise than predicted"),
        Trial.Outcome.UNCLEAR: _("Unclear"),
    }[outcome]


def order_words(order: OrderKept) -> str:
    """What the clock says against a trial; empty where there is nothing to say."""
    return {
        OrderKept.OPEN: "",
        OrderKept.KEPT: "",
        OrderKept.NO_PREDICTION: _("There is a result, but nothing was predicted."),
        OrderKept.TOO_LATE: _("The prediction was written when the result was known."),
        OrderKept.CHANGED_AFTER: _("The prediction was changed when the result was known."),
    }[order]


def days_in(stage: str, days: int) -> str:
    """ "12 days in Tests"."""
    if days == 0:
        return _("Since today in %(stage)s") % {"stage": stage_short(stage)}
    text = ngettext("%(days)d day in %(stage)s", "%(days)d days in %(stage)s", days)
    return text % {"days": days, "stage": stage_short(stage)}


def unchanged(mark: Ageing, days: int) -> str:
    """ "No change for 17 days"; empty while a project is fresh."""
    if mark is Ageing.FRESH:
        return ""
    return ngettext("No change for %(days)d day", "No change for %(days)d days", days) % {"days": days}


def outcome_of(project: Project) -> str:
    """How a project ended."""
    return {
        "": "",
        Project.Outcome.STANDARDISED: _("Standardised"),
        Project.Outcome.STOPPED: _("Stopped"),
    }[project.outcome]
