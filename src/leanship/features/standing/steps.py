"""The one next step of a leader (M90): the evidence of all parts is gathered, and the first step gets its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.next_step import (
    OpenCorrection,
    SeriesEvidence,
    Step,
    StepKind,
    Urgency,
    not_put_off,
    propose,
)
from leanship.domain.periods import Cadence, first_day
from leanship.features.base.models import Comment, Standing
from leanship.features.org.access import Actor
from leanship.features.org.models import Person
from leanship.features.productivity.models import Kpi, Series, SignalSeen
from leanship.features.projects.queries.steps import Asked, Told, asked_of
from leanship.features.standing.models import PutOff
from leanship.features.standing.page import NextStep, PutOffLine
from leanship.features.standing.words import StepWords, step_words
from leanship.web import format as fmt

# By what a standing is of: a series or the whole of a person (productivity), and "projects".
Rows = Mapping[tuple[str, int], Standing]


def next_step(
    actor: Actor,
    person: Person,
    series: list[Series],
    rows: Rows,
    owed: list[tuple[Comment, str]],
    today: date,
    off: frozenset[str] = frozenset(),
) -> tuple[NextStep | None, tuple[PutOffLine, ...]]:
    """The one step for the person themselves, and the steps that were put off; eight queries at most.

    Nothing is proposed from a module that is `off`.
    """
    asked = Asked() if "projects" in off else asked_of(actor, person, [one.pk for one in series], today)
    seen = set(
        SignalSeen.objects.filter(person=person, series__in=series).values_list(
            "series_id", "ordinal", "rule"
        )
    )
    put_off = list(
        PutOff.objects.filter(person=person, taken_back_at=None, until__gt=today).order_by("until")
    )
    steps = propose(
        today,
        corrections=[
            OpenCorrection(comment.uid, comment.created_at.date(), comment.answer_by or today)
            for comment, _name in owed
        ],
        series=[
            _evidence(one, rows.get(("series", one.pk)), seen, improved=one.pk in asked.improved)
            for one in series
        ],
        started=person.joined_on or person.created_at.date(),
        pending=asked.pending,
        time=asked.time,
    )
    left = not_put_off(steps, {(row.step, row.about_uid) for row in put_off})
    told = dict(asked.told)
    for one in series:
        for kind, url in _of_series(one, off).items():
            told[kind.value, one.uid] = Told(one.kpi.name, "", url)
    for comment, name in owed:
        url = reverse("standing:answer", args=[comment.uid])
        told[StepKind.ANSWER_CORRECTION.value, comment.uid] = Told("", name, url)
    lines = tuple(
        PutOffLine(
            row.uid,
            _words(Step(StepKind(row.step), Urgency.CHEAP_GAIN, row.until, row.about_uid), told).title,
            row.reason,
            row.until,
        )
        for row in put_off
    )
    return _shown(left, told), lines


def _of_series(series: Series, off: frozenset[str]) -> dict[StepKind, str]:
    """Where each step about a series is done."""
    own = reverse("productivity:series", args=[series.uid])
    improve = own if "projects" in off else reverse("projects:raise") + f"?series={series.uid}"
    return {
        StepKind.LOOK_AT_SIGNAL: own,
        StepKind.IMPROVE_KPI: improve,
        StepKind.ENTER_VALUES: reverse("productivity:entry"),
        StepKind.SET_STANDARD: own,
    }


def _evidence(
    series: Series, row: Standing | None, seen: set[tuple[int, int, str]], *, improved: bool
) -> SeriesEvidence:
    cadence = Cadence(series.kpi.cadence)
    rated = series.kpi.standards != Kpi.Standards.NONE
    since = series.created_at.date()
    if row is None:
        return SeriesEvidence(series.uid, since, rated=rated, missing_since=None)
    counts = row.counts
    unseen = [at for at, rule, _side in counts["signals"] if (series.pk, at, rule) not in seen]
    # before the first value nothing is missing: the series had not begun
    begun = [at for at, value, *_rest in counts["periods"] if value is not None]
    gaps = [
        at for at in counts["missing"] if begun and at > begun[0] and at not in counts.get("no_standard", ())
    ]
    return SeriesEvidence(
        uid=series.uid,
        since=first_day(cadence, counts["first"]),
        does_not_meet=row.band == "does_not_meet",
        has_project=improved,
        has_standard=counts.get("standard") is not None,
        rated=rated,
        missing_since=first_day(cadence, gaps[0]) if gaps else None,
        signal_since=first_day(cadence, min(unseen)) if unseen else None,
    )


def _words(step: Step, told: Mapping[tuple[str, str], Told]) -> StepWords:
    # what a put-off step was about may be gone by now
    about = told.get((step.kind.value, step.about_uid), Told("", "", ""))
    return step_words(
        step, about=about.name or _("something"), who=about.who or _("a colleague"), since=fmt.day(step.since)
    )


def _shown(steps: list[Step], told: Mapping[tuple[str, str], Told]) -> NextStep | None:
    if not steps:
        return None
    step = steps[0]
    if step.kind is StepKind.ADD_FIRST_KPI:
        url = reverse("productivity:kpi_new")
    elif step.kind is StepKind.CLASSIFY_TIME:
        url = reverse("projects:time_queue")
    else:
        url = told[step.kind.value, step.about_uid].url
    return NextStep(_words(step, told), url, step.kind.value, step.about_uid, others=len(steps) - 1)
