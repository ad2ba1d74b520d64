"""The result of a project on its page: the measure, its checks, the chart before and after, savings (M22).

Whoever may read the project reads the verdict in words. The series, its chart and its figures are shown to those
alone who may read the series.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence, latest_closed
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Organisation
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Ancestor, Membership, Person
from leanship.features.org.waiting import Waiting
from leanship.features.productivity.models import Series
from leanship.features.projects import measuring, result_words
from leanship.features.projects.measuring import Split
from leanship.features.projects.models import Check, Measure, Project
from leanship.features.projects.queries.finding import find_project
from leanship.features.projects.result_chart import chart_of
from leanship.features.savings import queries as savings
from leanship.features.savings.models import Confirmation
from leanship.features.savings.page import ConfirmationLine, SavingRow
from leanship.features.savings.sources import Source
from leanship.web import format as fmt
from leanship.web.charts.svg import Svg
from leanship.web.layout import Crumb, WhoSees


@dataclass(frozen=True)
class MeasureLine:
    """A measure as it was fixed. `series` and `series_url` are empty for whoever may not read the series."""

    series: str
    series_url: str
    better: str
    change_on: date
    check_on: date
    baseline: str
    fixed_by: str
    fixed_at: datetime
    late: bool  # fixed when the change had come already
    beyond_scope: bool
    reason: str


@dataclass(frozen=True)
class CheckLine:
    """What a check said. `evidence` is empty for whoever may not read the series."""

    uid: str
    title: str
    due_on: date
    judged_at: datetime
    verdict: str
    says: str
    tone: str
    evidence: str
    lasting: str
    lasting_tone: str


@dataclass(frozen=True)
class ResultsPart:
    """Everything about the result on the page of a project; `next_says` tells what is to come."""

    uid: str
    measure: MeasureLine | None
    checks: tuple[CheckLine, ...]
    older: tuple[tuple[MeasureLine, tuple[CheckLine, ...]], ...]
    next_says: str
    warns: tuple[str, ...]
    chart: Svg | None
    chart_says: str
    hidden: bool  # there is a series that the viewer may not read
    savings: tuple[SavingRow, ...]
    confirmations: tuple[ConfirmationLine, ...]
    confirmed_by: str
    may_fix: bool
    may_judge: bool
    may_ask: str
    may_take_back: str
    may_claim: bool


@dataclass(frozen=True)
class ResultsPage:
    """The result on a page of its own, with what was fixed before."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    results: ResultsPart


def of_project(
    actor: Actor, project: Project, today: date | None = None, *, currency: str = ""
) -> ResultsPart:
    """The result of a project for somebody who may read it: six queries at most, however much was checked.

    `today` and the organisation's `currency` are asked for where the caller has them not at hand.
    """
    today = today or policies.today()
    rows = list(_measures(actor, project))
    current = next((row for row in rows if row.is_current), None)
    checks: dict[int, list[Check]] = {row.pk: list(row.checks.all()) for row in rows}
    own = checks[current.pk] if current else []
    first = next((check for check in own if check.kind == Check.Kind.FIRST), None)
    last = own[-1] if own else None
    running = project.archived_at is None
    lead = running and bool(access.may(actor, "lead", project))
    points = _points(current, last)
    svg, says = (None, "")
    if current is not None and current.readable and points:
        svg, says = chart_of(current, last, points, today)
    asked = savings.confirmations_of("result", first.uid) if first else ()
    by_whom = next((line.asked for line in asked if line.tone == "better"), "")
    open_ = any(line.open for line in asked)
    improved = first is not None and first.verdict == Check.Verdict.IMPROVED
    gone = last is not None and last.holds is False
    split = measuring.parts(current, points, current.check_on) if current else None
    return ResultsPart(
        uid=project.uid,
        measure=_line(current) if current else None,
        checks=tuple(check_line(check, current) for check in own) if current else (),
        older=tuple(
            (_line(row), tuple(check_line(check, row) for check in checks[row.pk]))
            for row in rows
            if not row.is_current
        ),
        next_says=_next(current, first, last, split, points) if current and split else "",
        warns=_warns(current, split, points, today) if current and split and not own else (),
        chart=svg,
        chart_says=says,
        hidden=current is not None and not current.readable,
        savings=savings.of_source("project", project.uid, currency or _currency()),
        confirmations=_for_viewer(asked, actor),
        confirmed_by=by_whom,
        may_fix=lead and project.ended_on is None,
        may_judge=lead and current is not None and _due(current, first, last, today),
        may_ask=first.uid if first and improved and lead and not (gone or by_whom or open_) else "",
        may_take_back=next(
            (line.uid for line in asked if line.open and line.claimant_id == actor.person_id), ""
        ),
        may_claim=_may_claim(actor, project),
    )


def _currency() -> str:
    organisation = policies.organisation()
    return organisation.currency if organisation else "EUR"


def _measures(actor: Actor, project: Project) -> QuerySet[Any]:
    series = Series.objects.filter(pk=OuterRef("series"))
    leader = project.leader_id
    below = Ancestor.objects.filter(ancestor=leader)
    mine = Membership.objects.filter(person=leader, valid_until=None).values("team")
    own = series.filter(
        Q(person=leader)
        | Q(person__in=below.values("person"))
        | Q(person__in=Membership.objects.filter(team__in=mine, valid_until=None).values("person"))
        | Q(team__in=mine)
        | Q(team__lead=leader)
        | Q(team__lead__in=below.values("person"))
    )
    return (
        Measure.objects.filter(project=project)
        .select_related("series__kpi", "series__person", "series__team")
        .prefetch_related("checks")
        .annotate(
            readable=Exists(access.visible(actor, series)),
            own_scope=Exists(own),
            by=Person.objects.filter(pk=OuterRef("fixed_by_id")).values("name")[:1],
        )
        .order_by("-id")
    )


def _points(measure: Any, last: Check | None) -> dict[int, Figure]:
    """The figures a verdict was given on, else those there are by now; nothing without the right to read them."""
    if measure is None:
        return {}
    if last is not None:
        return measuring.points_in(last)
    return measuring.figures_of(measure.series, measure.baseline_from)


def _line(measure: Any) -> MeasureLine:
    kpi, subject = measure.series.kpi, measure.series.person or measure.series.team
    shown = measure.readable
    return MeasureLine(
        series=f"{kpi.name}, {subject.name}" if shown else "",
        series_url=reverse("productivity:series", args=[measure.series.uid]) if shown else "",
        better=_("higher is better") if measure.better == "higher" else _("lower is better"),
        change_on=measure.change_on,
        check_on=measure.check_on,
        baseline=fmt.period(Cadence(kpi.cadence), measure.baseline_from),
        fixed_by=measure.by or "",
        fixed_at=measure.fixed_at,
        late=timezone.localtime(measure.fixed_at).date() >= measure.change_on,
        beyond_scope=not measure.own_scope,
        reason=measure.reason,
    )


def check_line(check: Check, measure: Any) -> CheckLine:
    """A check in words; how many points on which side only for those who may read the series."""
    says, tone = result_words.verdict_words(check.verdict)
    lasting, lasting_tone = (
        result_words.lasting_words(check.holds) if check.kind == Check.Kind.AGAIN else ("", "")
    )
    return CheckLine(
        check.uid,
        _("At the check") if check.kind == Check.Kind.FIRST else _("90 days later"),
        check.due_on,
        check.judged_at,
        check.verdict,
        says,
        tone,
        result_words.evidence(check) if measure.readable else "",
        lasting,
        lasting_tone,
    )


def _due(measure: Measure, first: Check | None, last: Check | None, today: date) -> bool:
    if first is None:
        return measure.check_on <= today
    improved = first.verdict == Check.Verdict.IMPROVED
    return improved and last is first and measure.check_on + measuring.AGAIN_AFTER <= today


def _next(
    measure: Measure, first: Check | None, last: Check | None, split: Split, points: dict[int, Figure]
) -> str:
    """What is to come, in a sentence; nothing once all is judged."""
    if first is None:
        after = len(split.after)
        text = ngettext(
            "Judged once, on %(day)s, by %(count)d point after the change.",
            "Judged once, on %(day)s, by %(count)d points after the change.",
            after,
        )
        return text % {"day": fmt.day(measure.check_on), "count": after}
    if first.verdict == Check.Verdict.IMPROVED and last is first:
        day = fmt.day(measure.check_on + measuring.AGAIN_AFTER)
        return _("On %(day)s it is looked at again: does the gain hold?") % {"day": day}
    return ""


def _warns(measure: Any, split: Split, points: dict[int, Figure], today: date) -> tuple[str, ...]:
    """What stands in the way of a verdict, told while it can still be changed."""
    return result_words.warns(
        before=expected(split.before, points, Cadence(measure.series.kpi.cadence), today),
        after=len(split.after),
    )


def expected(periods: tuple[int, ...], points: dict[int, Figure], cadence: Cadence, today: date) -> int:
    """How many of these periods have a figure, or may still get one since they are not over."""
    closed = latest_closed(cadence, today)
    return sum(number in points or number > closed for number in periods)


def _for_viewer(lines: tuple[ConfirmationLine, ...], actor: Actor) -> tuple[ConfirmationLine, ...]:
    """Questions and answers, for the two concerned; others read only by whom a result is confirmed."""
    return tuple(line for line in lines if actor.own_id in (line.claimant_id, line.asked_id))


def _may_claim(actor: Actor, project: Project) -> bool:
    return (
        project.archived_at is None
        and actor.person_id is not None
        and bool(access.may(actor, "edit", project))
    )


def results_page(actor: Actor, uid: str, organisation: Organisation) -> ResultsPage:
    """The result on a page of its own; eight queries at most. Raises NotFound."""
    project = find_project(actor, uid)
    return ResultsPage(
        title=_("Result"),
        lede=project.title,
        crumbs=(*_crumbs(project), Crumb(_("Result"))),
        who_sees=access.audience("project", project.leader),
        results=of_project(actor, project, policies.today_of(organisation), currency=organisation.currency),
    )


def _crumbs(project: Project) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Projects"), reverse("projects:board")),
        Crumb(project.title, reverse("projects:project", args=[project.uid])),
    )


def find_check(actor: Actor, uid: str) -> Check:
    """A check of a project the actor may read. Raises NotFound."""
    rows = Check.objects.select_related("measure__project__leader", "measure__series")
    check = rows.filter(uid=uid).first()
    if check is None or not access.may(actor, "read", check.measure.project):
        raise NotFound
    return check


def suggest_series(actor: Actor, text: str) -> tuple[Series, ...]:
    """A few series that a typed text may mean, among those the actor may see; one query."""
    rows = access.visible(actor, Series.objects.filter(archived_at=None, kpi__archived_at=None))
    words = text.replace("\x00", "").casefold().split()[:6]
    for word in words:
        rows = rows.filter(
            Q(kpi__search__contains=word)
            | Q(kpi__name__icontains=word)
            | Q(person__search__contains=word)
            | Q(team__search__contains=word)
        )
    found = rows.select_related("kpi", "person", "team").order_by("kpi__name", "id")
    return tuple(found[:12])


def project_as_source(actor: Actor, uid: str) -> Source:
    """A project as something that saves."""
    project = find_project(actor, uid)
    return Source(
        project.title, reverse("projects:project", args=[uid]), may_claim=_may_claim(actor, project)
    )


def result_as_source(actor: Actor, uid: str) -> Source:
    """A verdict as something that is confirmed."""
    project = find_check(actor, uid).measure.project
    return Source(project.title, reverse("projects:results", args=[project.uid]), may_claim=False)


def what_waits(actor: Actor) -> tuple[Waiting, ...]:
    """Results of one's own projects that improved, still hold, and were not yet put to a colleague; one query."""
    asked = Confirmation.objects.filter(what="result", what_uid=OuterRef("uid"))
    gone = Check.objects.filter(measure=OuterRef("measure"), holds=False)
    rows = Check.objects.filter(
        ~Exists(asked),
        ~Exists(gone),
        kind=Check.Kind.FIRST,
        verdict=Check.Verdict.IMPROVED,
        measure__is_current=True,
        measure__project__leader_id=actor.own_id,
        measure__project__archived_at=None,
    ).select_related("measure__project")
    return tuple(
        Waiting(
            text=_("%(title)s improved: ask a colleague to confirm it")
            % {"title": row.measure.project.title},
            url=reverse("projects:ask_result", args=[row.uid]),
            due=None,
            overdue=False,
        )
        for row in rows
    )
