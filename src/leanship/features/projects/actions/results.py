"""What a project is judged by and what came of it: fix the measure beforehand, judge it once, look again (M22)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from leanship.domain import Better, Lasting
from leanship.domain.periods import Cadence, ordinal
from leanship.features.base import policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import SYSTEM, Actor
from leanship.features.org.models import Person
from leanship.features.productivity.models import Measurement, Series
from leanship.features.projects import measuring, standings
from leanship.features.projects.actions._writing import by, happened, lines, open_project
from leanship.features.projects.models import Check, Measure, Project
from leanship.features.savings import actions as savings
from leanship.features.savings.models import Confirmation

USUAL_BASELINE = 24  # periods before the change, for a series that has no figures yet


def fix_measure(
    actor: Actor,
    *,
    project: Project,
    series: Series,
    change_on: date,
    check_on: date,
    better: str = "",
    baseline_from: date | None = None,
    reason: str = "",
) -> Measure:
    """Fix beforehand what the project will be judged by; the leader does. Another choice replaces it, with a reason.

    `better` is the KPI's own direction and the baseline begins with the first figure, unless said otherwise. Raises
    Refused, NotFound for a series the actor may not read, Invalid for days out of order, a check date that has come
    already (it would be chosen by what one sees), or a replacement without its reason.
    """
    access.require(actor, "lead", project)
    open_project(project)
    access.require(actor, "read", series)
    today = policies.today()
    better = better or series.kpi.direction
    former = Measure.objects.filter(project=project, is_current=True).first()
    problems: dict[str, list[str]] = {}
    if series.archived_at is not None or series.kpi.archived_at is not None:
        problems["series"] = [_("This series is archived. Choose one that runs.")]
    if better not in list(Better):
        problems["better"] = [_("Choose higher or lower.")]
    if check_on <= change_on:
        problems["check_on"] = [_("The check comes after the change.")]
    elif check_on <= today:
        problems["check_on"] = [_("Choose a day to come: what is judged is fixed before it can be seen.")]
    if baseline_from is not None and baseline_from >= change_on:
        problems["baseline_from"] = [_("The baseline begins before the change.")]
    reason = lines("reason", reason, most=2000, required=False)
    if former is not None and not reason:
        problems["reason"] = [_("Say why it changes; the measure before stays to be seen.")]
    if problems:
        raise Invalid(problems)
    measure = Measure(
        project=project,
        series=series,
        better=better,
        change_on=change_on,
        check_on=check_on,
        baseline_from=_baseline(series, change_on, baseline_from),
        reason=reason,
        fixed_by_id=by(actor),
        replaces=former,
    )
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        if former is not None and not Measure.objects.filter(pk=former.pk, is_current=True).update(
            is_current=False
        ):
            raise Conflict(_("Somebody changed the measure meanwhile."))
        if former is None and Measure.objects.filter(project=project, is_current=True).exists():
            raise Conflict(_("Somebody fixed a measure meanwhile."))
        measure.save()
        happened("project.measure_fixed", actor, project, replaced=former is not None)
        standings.touched(project, reason="measure_fixed")
    return measure


def _baseline(series: Series, change_on: date, wanted: date | None) -> int:
    """The first period before the change: the one wanted, else that of the first figure."""
    cadence = Cadence(series.kpi.cadence)
    if wanted is not None:
        return ordinal(cadence, wanted)
    holds = ordinal(cadence, change_on)
    first = Measurement.objects.filter(series=series, ordinal__lt=holds).order_by("ordinal")
    number = first.values_list("ordinal", flat=True).first()
    return holds - USUAL_BASELINE if number is None else number


def judge_due(today: date | None = None) -> int:
    """Give every check whose day has come its verdict, once; how many were given. What the daily job does.

    A check waits a week at most for the figure of its last period.
    """
    today = today or policies.today()
    given = 0
    for kind, rows in ((Check.Kind.FIRST, _first(today)), (Check.Kind.AGAIN, _again(today))):
        for measure in rows:
            points = measuring.figures_of(measure.series, measure.baseline_from)
            if measuring.is_ready(measure, points, due_on(measure, kind), today):
                given += _judge(SYSTEM, measure, kind) is not None
    return given


def due_on(measure: Measure, kind: str) -> date:
    """The day of a check."""
    return measure.check_on if kind == Check.Kind.FIRST else measure.check_on + measuring.AGAIN_AFTER


def _current(today: date) -> QuerySet[Measure]:
    rows = Measure.objects.filter(is_current=True, project__archived_at=None, check_on__lte=today)
    return rows.select_related("project__leader", "series__kpi").order_by("id")


def _first(today: date) -> QuerySet[Measure]:
    """Measures whose first check has come and was not made."""
    return _current(today).filter(~Exists(Check.objects.filter(measure=OuterRef("pk"))))


def _again(today: date) -> QuerySet[Measure]:
    """Measures that improved, 90 days ago or more, and were not checked again."""
    improved = Check.objects.filter(
        measure=OuterRef("pk"), kind=Check.Kind.FIRST, verdict=Check.Verdict.IMPROVED
    )
    again = Check.objects.filter(measure=OuterRef("pk"), kind=Check.Kind.AGAIN)
    return _current(today - measuring.AGAIN_AFTER).filter(Exists(improved), ~Exists(again))


def judge_now(actor: Actor, *, project: Project) -> Check:
    """Judge a check whose day has come without waiting for a late figure; the leader may.

    Raises Refused, Invalid while no check is due, Conflict when it was judged meanwhile.
    """
    access.require(actor, "lead", project)
    today = policies.today()
    for kind, rows in ((Check.Kind.FIRST, _first(today)), (Check.Kind.AGAIN, _again(today))):
        measure = rows.filter(project=project).first()
        if measure is not None:
            check = _judge(actor, measure, kind)
            if check is None:
                raise Conflict(_("This was judged meanwhile."))
            return check
    raise Invalid({"": [_("No check is due: a result is judged once, on the day that was fixed.")]})


def _judge(actor: Actor, measure: Measure, kind: str) -> Check | None:
    """Write the verdict as a row that is never changed; None when somebody was faster."""
    points = measuring.figures_of(measure.series, measure.baseline_from)
    holds = None
    if kind == Check.Kind.FIRST:
        found, verdict = measuring.first_check(measure, points)
        counts = measuring.kept(found, points, verdict)
    else:
        found, again = measuring.second_check(measure, points)
        verdict = again.verdict
        counts = measuring.kept(found, points, verdict, again.since)
        if again.lasting is not Lasting.NOT_ENOUGH_EVIDENCE:
            holds = again.lasting is Lasting.HOLDS
    project = measure.project
    try:
        with transaction.atomic():
            check = Check.objects.create(
                measure=measure,
                kind=kind,
                due_on=due_on(measure, kind),
                verdict=verdict.outcome.value,
                holds=holds,
                before=verdict.before,
                after=verdict.after,
                counts=counts,
                digest=measuring.digest_of(measure, counts),
            )
            happened("project.judged", actor, project, check=kind, verdict=check.verdict, holds=holds)
            if holds is not None:
                savings.follow_result("project", project.uid, holds=holds)
            standings.touched(project, reason="checked")
    except IntegrityError:
        if Check.objects.filter(measure=measure, kind=kind).exists():
            return None
        raise
    return check


def follow_confirmation(sender: object, *, what: str, what_uid: str, **_named: Any) -> None:
    """A result was confirmed: the standing of its project's leader rests on it."""
    if what == "result":
        check = Check.objects.select_related("measure__project").filter(uid=what_uid).first()
        if check is not None:
            standings.touched(check.measure.project, reason="result_confirmed")


def ask_to_confirm(actor: Actor, *, check: Check, asked: Person) -> Confirmation:
    """Ask a colleague to confirm an *improved*: that the change did it, which a series alone cannot know.

    Raises Refused, Invalid for another verdict or where the rule of savings forbids it, Conflict.
    """
    project = check.measure.project
    access.require(actor, "lead", project)
    if check.verdict != Check.Verdict.IMPROVED or check.kind != Check.Kind.FIRST:
        raise Invalid({"": [_("Only an improved result is confirmed.")]})
    with transaction.atomic():
        made = savings.ask_about(
            actor, what="result", uid=check.uid, title=project.title, claimant=project.leader, asked=asked
        )
        happened("project.confirmation_asked", actor, project, asked=asked.pk)
    return made
