"""Standings of the projects category: where a leader stood in it at the latest closed week (M82).

`refresh` is what every action calls before it commits, with the people it touched and a short code of why; `touched`
does so for whoever leads a project. A row whose evidence comes out otherwise gets a successor with that reason. What
counts and when is said in docs/decisions/0014-projects-band.md.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.dispatch import receiver

from leanship.domain import rate_projects
from leanship.domain.periods import Cadence
from leanship.features.base import policies
from leanship.features.base.models import Organisation, Standing
from leanship.features.org import signals
from leanship.features.org.models import Person
from leanship.features.org.standing_rows import Draft, digest_of, write
from leanship.features.projects.evidence import Shown, Window, people_with_evidence, shown_by
from leanship.features.projects.models import Project

CATEGORY: Final = "projects"
RULE_VERSION: Final = "projects-1"
_LATELY: Final = 13  # weeks back in which a row is looked for, should the daily run have been away
_CHUNK: Final = 500  # people worked on at once


# What happens to a project and may change what closed weeks say of its leader. A text or a comment does not, and what
# the clock dates (a move, a result, a verdict) counts once its week has closed.
_CHANGES: Final = frozenset(
    f"project.{what}"
    for what in (
        *("taken_up", "put_down", "handed_over", "ended", "reopened", "archived", "restored"),
        *("member_added", "member_removed", "plan_added", "plan_edited", "plan_archived", "plan_restored"),
        *("trial_archived", "trial_restored"),
    )
)


def follow_event(kind: str, project: Project, *, former_leader: int | None = None, **_params: Any) -> int:
    """Bring up to date whom something that happened to a project concerns; the rows written. Called after what
    happened is written, inside its transaction."""
    if kind not in _CHANGES:
        return 0
    return refresh(
        [pk for pk in (project.leader_id, former_leader) if pk is not None], reason=kind.replace(".", "_")
    )


def touched(project: Project, *, reason: str) -> int:
    """Bring the standing of whoever leads the project up to date; the rows written (0 or 1)."""
    return refresh([project.leader_id], reason=reason)


def refresh(person_ids: Collection[int], *, reason: str) -> int:
    """Bring the projects standing of these people up to date; the rows written.

    `reason` is a code of at most 60 characters ("project_moved", "checked", "time_changed" …) that the rows carry.
    Called inside the action's transaction; opens none of its own. Some fourteen queries for each 500 people.
    """
    window = _window()
    if window is None:
        return 0
    return sum(_bring(some, window, reason) for some in _chunks(sorted(set(person_ids))))


def rebuild(*, reason: str = "rebuilt") -> int:
    """Work the standings of the latest closed week out again; the rows written, none where all was up to date.

    One transaction for each 500 people.
    """
    window = _window()
    if window is None:
        return 0
    kept = Standing.objects.filter(subject_kind="person", category=CATEGORY, is_current=True)
    everyone = set(people_with_evidence(window)) | set(kept.values_list("subject_id", flat=True))
    return _each(sorted(everyone), window, reason)


def refresh_due(today: date) -> int:
    """What time alone brings: a row of the week that closed for everyone who has evidence and none yet.

    Idempotent; run daily. The rows written; one transaction for each 500 people.
    """
    window = _window(today)
    if window is None:
        return 0
    rows = Standing.objects.filter(subject_kind="person", category=CATEGORY, is_current=True)
    done = set(rows.filter(ordinal=window.week).values_list("subject_id", flat=True))
    # also whoever had something to show lately and has nothing left for this one
    lately = rows.filter(ordinal__gte=window.week - _LATELY, ordinal__lt=window.week, counts__there=True)
    before = set(lately.values_list("subject_id", flat=True))
    wanted = (before | set(people_with_evidence(window))) - done
    gone = (
        set(Person.objects.filter(left_on__lte=window.last_day).values_list("pk", flat=True))
        if wanted
        else set()
    )
    return _each(sorted(wanted - gone), window, "period_closed")


@receiver(signals.people_changed, dispatch_uid="projects.standings")
def follow(sender: object, *, what: str, person_ids: frozenset[int], **_named: Any) -> None:
    """A level has a target of its own: bring those up to date whose position changed."""
    if what == signals.POSITION:
        refresh(person_ids, reason="position_changed")


def _window(today: date | None = None) -> Window | None:
    organisation: Organisation | None = policies.organisation()
    if organisation is None:
        return None
    return Window.closed(today or policies.today_of(organisation), organisation.time_zone)


def _chunks(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(people), _CHUNK):
        yield people[begin : begin + _CHUNK]


def _each(people: Sequence[int], window: Window, reason: str) -> int:
    written = 0
    for some in _chunks(people):
        with transaction.atomic():
            written += _bring(some, window, reason)
    return written


def _bring(people: Sequence[int], window: Window, reason: str) -> int:
    if connection.features.has_select_for_update:
        # Two actions that touch one person at once would both write their next current row. Rows that point at the
        # person may be written meanwhile, so nobody waits who need not.
        list(
            Person.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
            .filter(pk__in=people)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    shown = shown_by(people, window)
    rows = Standing.objects.filter(
        subject_kind="person",
        subject_id__in=people,
        category=CATEGORY,
        is_current=True,
        ordinal__gte=window.week - _LATELY,
        ordinal__lte=window.week,
    ).order_by("ordinal")
    kept: dict[int, tuple[int, str]] = {}
    showed: dict[int, bool] = {}  # whether there was anything at the latest week before
    for person, week, pk, digest, there in rows.values_list(
        "subject_id", "ordinal", "id", "digest", "counts__there"
    ):
        if week == window.week:
            kept[person] = (pk, digest)
        else:
            showed[person] = there
    drafts: list[Draft] = []
    for person in people:
        row = kept.get(person)
        if row is None and not shown[person].there and not showed.get(person):
            continue  # nothing was shown, or that was said before: the page says so without a row
        draft = _draft(person, window.week, shown[person], None if row is None else row[0])
        if row is None or row[1] != draft.digest:
            drafts.append(draft)
    return write(drafts, category=CATEGORY, rule_version=RULE_VERSION, reason=reason)


def _draft(person: int, week: int, shown: Shown, replaces: int | None) -> Draft:
    rating = rate_projects(shown.evidence)
    band = rating.band.value
    counts = shown.counts | {
        "stands": shown.evidence.share.value,
        "lacks": [lack.value for lack in rating.missing],
        "there": shown.there,
    }
    digest = digest_of(RULE_VERSION, band, band, counts)
    return Draft(
        ("person", person), Cadence.WEEK.value, week, band, band, json.dumps(counts), digest, replaces
    )
