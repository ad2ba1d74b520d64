"""What a leader shows in projects, as it is today: led projects with their verdicts, the share of time, savings.

The standing of the category is of the latest closed week; this is what it will be made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.periods import WINDOW, Cadence, latest_closed
from leanship.domain.time_split import target_share
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Level, Person
from leanship.features.projects import stage_words
from leanship.features.projects import standing_words as words
from leanship.features.projects.models import Check, Project, WeekSplit
from leanship.features.projects.queries.stages import age_of
from leanship.features.savings import queries as savings
from leanship.web import format as fmt
from leanship.web.charts import spark
from leanship.web.charts.svg import Svg

SHOWN = 12  # projects on the page; the list has them all
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class LedProject:
    """One project that the leader leads, or led within a year."""

    title: str
    url: str
    stage: str
    age: str
    ageing: str
    verdict: str
    verdict_says: str


@dataclass(frozen=True)
class WeeksOfTime:
    """The strategic share week by week, as a small chart, and what the latest weeks say."""

    spark: Svg
    says: str


@dataclass(frozen=True)
class LeaderProjects:
    """The part of My standing that is about projects."""

    projects: tuple[LedProject, ...]
    all_url: str
    more: bool
    time: WeeksOfTime | None
    time_url: str
    confirmed: tuple[str, ...]
    savings_url: str
    raise_url: str


def of_leader(actor: Actor, person: Person, today: date, currency: str) -> LeaderProjects:
    """What `person` leads, where their time goes and what was confirmed, as `actor` may see it; three queries."""
    rows = list(_led(actor, person, today)[: SHOWN + 1])
    mine = actor.person_id == person.pk
    return LeaderProjects(
        projects=tuple(_line(row, today) for row in rows[:SHOWN]),
        all_url=reverse("projects:list") + f"?leader={person.uid}",
        more=len(rows) > SHOWN,
        time=_time(actor, person, today),
        time_url=reverse("projects:time") if mine else reverse("projects:time_of", args=[person.uid]),
        savings_url=reverse("savings:ledger") + "?" + urlencode({"q": person.name, "state": "confirmed"}),
        confirmed=tuple(
            _("%(amount)s, %(per)s") % {"amount": one.confirmed, "per": one.per}
            for one in savings.totals(savings.confirmed_of(person.pk), currency)
        ),
        raise_url=reverse("projects:raise") if mine else "",
    )


def _led(actor: Actor, person: Person, today: date) -> QuerySet[Project]:
    """Running ones first, then those that ended within a year; each with what its checks said."""
    checks = Check.objects.filter(measure__project=OuterRef("pk"), measure__is_current=True)
    said = {
        "verdict": checks.filter(kind=Check.Kind.FIRST).values("verdict")[:1],
        "again": checks.filter(kind=Check.Kind.AGAIN).values("verdict")[:1],
        "holds": checks.filter(kind=Check.Kind.AGAIN).values("holds")[:1],
    }
    recent = Q(ended_on=None) | Q(ended_on__gte=today - _A_YEAR)
    return (
        access.visible(actor, Project.objects.filter(recent, leader=person, archived_at=None))
        .exclude(taken_up_at=None)
        .annotate(**{name: Subquery(found) for name, found in said.items()})
        .order_by(F("ended_on").desc(nulls_first=True), "-touched_at", "-id")
    )


def _line(row: Any, today: date) -> LedProject:
    age = age_of(row, today)
    later = {"again": row.again, "verdict": row.verdict, "holds": row.holds}
    told = [words.verdict_label(row.verdict)] if row.verdict else []
    if row.again and row.verdict == Check.Verdict.IMPROVED:
        told.append(_("after 90 days: %(later)s") % {"later": words.later_label(later)})
    return LedProject(
        title=row.title,
        url=reverse("projects:project", args=[row.uid]),
        stage=stage_words.outcome_of(row) if row.ended_on else stage_words.stage_name(row.stage),
        age=age.in_stage,
        ageing=age.unchanged,
        verdict=row.verdict or "",
        verdict_says="; ".join(told),
    )


def _time(actor: Actor, person: Person, today: date) -> WeeksOfTime | None:
    last = latest_closed(Cadence.WEEK, today)
    weeks = range(last - WINDOW[Cadence.WEEK] + 1, last + 1)
    found = access.visible(
        actor, WeekSplit.objects.filter(person=person, week__gte=weeks[0], week__lte=last).order_by("week")
    )
    rows: dict[int, Mapping[str, Any]] = {
        row["week"]: row for row in found.values("week", "strategic", "tactical", "unclassified", "working")
    }
    shares = [_share(rows.get(week)) for week in weeks]
    known = [share for share in shares if share is not None]
    if not known:
        return None
    target = target_share(person.level or Level.CONTRIBUTOR.value)
    says = _("Strategic share by week, %(first)s to %(last)s: lowest %(low)s, highest %(high)s.") % {
        "first": fmt.period(Cadence.WEEK, weeks[0]),
        "last": fmt.period(Cadence.WEEK, last),
        "low": fmt.percent(round(min(known))),
        "high": fmt.percent(round(max(known))),
    }
    drawn = spark.SparkData(says, tuple(shares), None if target is None else float(target))
    return WeeksOfTime(spark.svg(drawn), says)


def _share(row: Mapping[str, Any] | None) -> float | None:
    """Percent of one week for drawing; a gap where the person was away or nothing is known."""
    if row is None or row["working"] == 0:
        return None
    held: int = row["strategic"] + row["tactical"] + row["unclassified"]
    base: int = row["working"] or held
    return min(100.0, 100 * row["strategic"] / base) if base else None
