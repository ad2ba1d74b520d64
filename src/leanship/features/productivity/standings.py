"""Standings: where a subject stood at a closed period, as rows that are never changed.

`refresh` is what every action calls before it commits, with the series it touched and a short code of why. A row
whose figures come out otherwise than they were gets a successor with that reason; where nothing changed nothing is
written. Which periods have a row is said in docs/decisions/0007-standings.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from leanship.domain import Rating, held
from leanship.domain.periods import WINDOW, Cadence, latest_closed, weekdays
from leanship.features.base import policies
from leanship.features.base.models import Standing
from leanship.features.org.standing_rows import Draft, digest_of, write
from leanship.features.productivity import peers
from leanship.features.productivity.inputs import Subject, load, subjects_of
from leanship.features.productivity.judging import (
    RULE_VERSION,
    Judged,
    SeriesJudge,
    Weights,
    WholeJudge,
)
from leanship.features.productivity.models import Kpi, Measurement, Series

CATEGORY: Final = "productivity"
_CHUNK: Final = 500  # subjects worked on at once: some thousand rows in memory, whatever the organisation
_WAITED_FOR: Final = 200  # a median of more series than this is frozen by the daily run, not inside an action


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is needed of a current row."""

    pk: int
    raw: Rating
    band: Rating
    digest: str
    weights: Weights


_History = dict[int, _Kept]


@dataclass(frozen=True, slots=True)
class Due:
    """What the daily run did: medians of peers frozen (series that got one), and standings written."""

    frozen: int
    written: int


def refresh(series_ids: Collection[int], *, reason: str) -> int:
    """Bring the standings of these series, and of whoever they belong to, up to date; the rows written.

    `reason` is a code of at most 60 characters ("measured", "corrected", "imported", "standard_set" …) that
    the rows carry. Called inside the action's transaction; opens none of its own. Some fifteen queries for
    each 500 subjects.
    """
    today = policies.today()
    ids = set(series_ids)
    if not ids:
        return 0
    rows = _series(ids)
    judged_by_peers = {row["kpi_id"] for row in rows if row["kpi__standards"] == Kpi.Standards.PEERS}
    if judged_by_peers:
        new = peers.freeze(today, kpi_ids=judged_by_peers, most=max(_WAITED_FOR, 2 * len(ids))) - ids
        if new:
            rows += _series(new)
            ids |= new
    return sum(_bring(*chunk, today, reason, touched=ids) for chunk in _chunks(rows))


def rebuild(*, reason: str = "rebuilt") -> int:
    """Work every standing out again; the rows written, which are none where everything was up to date.

    One transaction for each 500 subjects.
    """
    today = policies.today()
    rows = list(Series.objects.values("id", "person_id", "team_id"))
    written = 0
    for people, teams in _chunks(rows):
        with transaction.atomic():
            written += _bring(people, teams, today, reason, touched=None)
    return written


def refresh_due(today: date) -> Due:
    """What time alone brings: freeze the peers of periods that closed, and give each series that closed a period
    since its last standing the rows it lacks.

    Idempotent; run daily and whenever the server starts. One transaction for each 500 subjects.
    """
    with transaction.atomic():
        frozen = peers.freeze(today)
    late = _late(today)
    rows = _series(frozen | late)
    written = 0
    for people, teams in _chunks(rows):
        with transaction.atomic():
            written += _bring(people, teams, today, "period_closed", touched=frozen, only_new=late)
    return Due(len(frozen), written)


def _series(ids: Collection[int]) -> list[Mapping[str, Any]]:
    wanted = sorted(ids)
    rows: list[Mapping[str, Any]] = []
    for begin in range(0, len(wanted), 5_000):
        some = Series.objects.filter(pk__in=wanted[begin : begin + 5_000])
        rows += some.values("id", "kpi_id", "kpi__standards", "person_id", "team_id")
    return rows


def _late(today: date) -> set[int]:
    """Running series with figures whose latest closed period has no standing yet."""
    found: set[int] = set()
    for cadence in Cadence:
        there = Standing.objects.filter(
            subject_kind="series",
            subject_id=OuterRef("pk"),
            category=CATEGORY,
            is_current=True,
            cadence=cadence.value,
            ordinal__gte=latest_closed(cadence, today),
        )
        running = Series.objects.filter(
            archived_at=None, kpi__archived_at=None, kpi__cadence=cadence.value, person__left_on=None
        )
        figures = Measurement.objects.filter(series_id=OuterRef("pk"))
        found.update(running.filter(~Exists(there), Exists(figures)).values_list("id", flat=True))
    return found


def _chunks(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[list[int], list[int]]]:
    people, teams = (sorted(found) for found in subjects_of(rows))
    for begin in range(0, len(people), _CHUNK):
        yield people[begin : begin + _CHUNK], []
    for begin in range(0, len(teams), _CHUNK):
        yield [], teams[begin : begin + _CHUNK]


def _bring(
    people: Sequence[int],
    teams: Sequence[int],
    today: date,
    reason: str,
    *,
    touched: Collection[int] | None,
    only_new: Collection[int] = (),
) -> int:
    """Bring some subjects up to date: of their series those `touched` (None: all) wholly, those in `only_new`
    where a period has closed; and the whole of each subject. The rows written.
    """
    if connection.features.has_select_for_update:
        # Two people entering figures of one series at once would both write its next current row.
        whose = Q(person_id__in=people) | Q(team_id__in=teams)
        list(Series.objects.select_for_update().filter(whose).order_by("id").values_list("id", flat=True))
    batch = load(people, teams)
    of_series = _history(["series"], list(batch.series))
    of_whole = _history(["person"], people) | _history(["team"], teams)
    drafts: list[Draft] = []
    for subject, members in batch.subjects.items():
        away = batch.away_of(subject)
        judges = [SeriesJudge(one, away, batch.bounds) for one in members]
        afresh = touched is None or any(one.pk in touched for one in members)
        for judge in judges:
            pk, cadence = judge.inputs.pk, judge.inputs.cadence
            all_of_it = touched is None or pk in touched
            if judge.inputs.runs and judge.inputs.points and (all_of_it or pk in only_new):
                kept = of_series.get(("series", pk, cadence), {})
                drafts += _of_series(judge, kept, today, only_new=not all_of_it)
        whole = WholeJudge(judges, away, batch.bounds)
        coarsest = whole.cadence()
        if coarsest is not None:
            kept = of_whole.get((*subject, coarsest), {})
            drafts += _of_whole(subject, whole, coarsest, kept, today, only_new=not afresh)
    return write(drafts, category=CATEGORY, rule_version=RULE_VERSION, reason=reason)


def _of_series(judge: SeriesJudge, kept: _History, today: date, *, only_new: bool) -> Iterator[Draft]:
    one = judge.inputs
    wanted = _wanted(one.cadence, kept, today)
    if one.cadence is Cadence.DAY:
        on = weekdays(one.points)  # a figure of working days has no Sunday to stand at
        wanted = [at for at in wanted if (at - 1) % 7 in on or at in kept]
    if only_new and kept:
        wanted = [at for at in wanted if at > max(kept)]

    def at_period(at: int, _row: _Kept | None) -> Judged:
        return judge.judge(at)

    wanted = _from_first_evidence(wanted, kept, judge.too_little)
    return _chain(("series", one.pk), one.cadence, wanted, kept, at_period)


def _of_whole(
    subject: Subject, whole: WholeJudge, cadence: Cadence, kept: _History, today: date, *, only_new: bool
) -> Iterator[Draft]:
    wanted = _wanted(cadence, kept, today)
    latest = wanted[-1]
    if only_new and kept:
        # the last one too: a month may have been judged before its last week was over
        wanted = [at for at in wanted if at >= max(kept)]

    def at_period(at: int, row: _Kept | None) -> Judged | None:
        # What counted in a past period keeps the weight it had; the latest takes today's.
        return whole.judge(cadence, at, row.weights if row is not None and at != latest else None)

    wanted = _from_first_evidence(wanted, kept, lambda at: whole.too_little(cadence, at))
    return _chain(subject, cadence, wanted, kept, at_period)


def _history(kinds: Sequence[str], ids: Sequence[int]) -> dict[tuple[str, int, Cadence], _History]:
    """The current rows of subjects, by subject and cadence, then period."""
    found: dict[tuple[str, int, Cadence], _History] = defaultdict(dict)
    if not ids:
        return found
    rows = Standing.objects.filter(
        subject_kind__in=kinds, subject_id__in=ids, category=CATEGORY, is_current=True
    ).order_by("ordinal")
    fields = ["id", "subject_kind", "subject_id", "cadence", "ordinal", "raw", "band", "digest"]
    if "series" not in kinds:
        fields.append("counts__kpis")
    for pk, kind, subject_id, cadence, at, raw, band, digest, *kpis in rows.values_list(*fields):
        weights = {kpi["series"]: (kpi["weight"], kpi["must_hold"]) for kpi in (kpis[0] if kpis else [])}
        found[kind, subject_id, Cadence(cadence)][at] = _Kept(pk, Rating(raw), Rating(band), digest, weights)
    return found


def _wanted(cadence: Cadence, kept: _History, today: date) -> list[int]:
    """The closed periods to work out: from the first row there is, or one window back, to the latest."""
    last = latest_closed(cadence, today)
    return list(range(min([last - WINDOW[cadence] + 1, *kept]), last + 1))


def _from_first_evidence(
    wanted: Sequence[int], kept: _History, too_little: Callable[[int], bool]
) -> list[int]:
    """Without the leading periods that would get no row anyway; most of a young series, and not worth the work."""
    return [*dropwhile(lambda at: at not in kept and too_little(at), wanted[:-1]), *wanted[-1:]]


def _chain(
    subject: Subject,
    cadence: Cadence,
    wanted: Sequence[int],
    kept: _History,
    judge: Callable[[int, _Kept | None], Judged | None],
) -> Iterator[Draft]:
    """The rows that must be written for one subject, in the order of their periods.

    What a page shows depends on the period before (M14), so each row hands its rating on to the next. Leading
    periods without enough evidence get no row: they say nothing that the first real one does not.
    """
    earlier = max((at for at in kept if wanted and at < wanted[0]), default=None)
    before = (kept[earlier].raw, kept[earlier].band) if earlier is not None else None
    for at in wanted:
        row = kept.get(at)
        found = judge(at, row)
        if found is None:
            continue
        unknown = found.raw is Rating.NOT_ENOUGH_EVIDENCE
        if before is None and unknown and row is None and at != wanted[-1]:
            continue
        history = [found.raw] if before is None else [before[0], found.raw]
        band = held(before[1] if before else None, history, signal=found.signal)
        if row is not None and found.raw is row.raw is row.band:
            # A change that was shown stays shown: accepting the shift that let it come at once takes its signal
            # away, and must not take the rating back.
            band = found.raw
        counts = found.counts | {
            "before": None if before is None else [before[0].value, before[1].value],
            "place": _place(found, band),
        }
        digest = digest_of(RULE_VERSION, found.raw.value, band.value, counts)
        before = (found.raw, band)
        if row is not None and row.digest == digest:
            continue
        replaces = row.pk if row is not None else None
        yield Draft(
            subject, cadence.value, at, found.raw.value, band.value, json.dumps(counts), digest, replaces
        )


def _place(found: Judged, band: Rating) -> int:
    """Where a board puts the chart: those with a signal first, then what does not meet, then the rest."""
    if found.counts.get("signals"):
        return 0
    return 1 if band is Rating.DOES_NOT_MEET else 2
