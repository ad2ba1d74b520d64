"""What people do at a chart: note what they know of a point, accept a shift, name a baseline, look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from leanship.domain import periods, process_behaviour
from leanship.domain.periods import Cadence
from leanship.features.base import clock, events
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity import standings, values
from leanship.features.productivity.charts import Laid, lay_out
from leanship.features.productivity.models import Baseline, Kpi, PointNote, Series, SignalSeen

LONGEST_NOTE = 2000


def laid_out(series: Series) -> Laid:
    """The chart of a series as it stands; two queries."""
    rows = series.measurements.values_list("ordinal", "value", "numerator", "denominator")
    return lay_out(
        Cadence(series.kpi.cadence),
        {ordinal: values.exact(series.kpi, value, above, below) for ordinal, value, above, below in rows},
        series.baselines.filter(withdrawn_at=None),
        use_median=series.kpi.limits == Kpi.Limits.MEDIAN,
    )


def _record(actor: Actor, kind: str, series: Series, **params: Any) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="series", subject_id=series.pk, **params)


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({"text": [_("Write what you know of this point.")]})
    if len(text) > LONGEST_NOTE:
        raise Invalid({"text": [_("At most %(count)d characters.") % {"count": LONGEST_NOTE}]})
    return text


def add_note(actor: Actor, series: Series, *, ordinal: int, text: str) -> PointNote:
    """Write down what is known of one point. Raises Invalid for an empty text or a period without a point."""
    access.require(actor, "note", series)
    text = _text(text)
    if actor.person_id is None:
        raise Refused(_("A note needs somebody who wrote it."))
    if not series.measurements.filter(ordinal=ordinal).exists():
        raise Invalid({"period": [_("There is no figure in this period.")]})
    with transaction.atomic():
        note = PointNote.objects.create(series=series, ordinal=ordinal, text=text, author_id=actor.person_id)
        _record(actor, "note.added", series, note=note.pk, ordinal=ordinal)
    return note


def edit_note(actor: Actor, note: PointNote, *, text: str, version: int) -> PointNote:
    """Change the words of one's own note. Raises Conflict for a stale `version`."""
    require_own_note(actor, note)
    text = _text(text)
    with transaction.atomic():
        fresh = PointNote.objects.filter(pk=note.pk, version=version)
        if not fresh.update(text=text, version=F("version") + 1):
            raise Conflict(_("This note was changed since you opened it."), {"text": note.text})
        _record(actor, "note.changed", note.series, note=note.pk, ordinal=note.ordinal)
    note.refresh_from_db()
    return note


def archive_note(actor: Actor, note: PointNote) -> None:
    """Take one's own note off the chart; undone by `restore_note`."""
    _shelve_note(actor, note, archived=True)


def restore_note(actor: Actor, note: PointNote) -> None:
    """Put one's own note back."""
    _shelve_note(actor, note, archived=False)


def _shelve_note(actor: Actor, note: PointNote, *, archived: bool) -> None:
    require_own_note(actor, note)
    if (note.archived_at is not None) == archived:
        return
    with transaction.atomic():
        note.archived_at = clock.now() if archived else None
        PointNote.objects.filter(pk=note.pk).update(archived_at=note.archived_at)
        kind = "note.archived" if archived else "note.restored"
        _record(actor, kind, note.series, note=note.pk, ordinal=note.ordinal)


def require_own_note(actor: Actor, note: PointNote) -> None:
    """Raises Refused, or NotFound, unless the actor wrote the note and may still note on its series."""
    access.require(actor, "note", note.series)
    if note.author_id != actor.person_id:
        raise Refused(_("Only who wrote a note changes it."))


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": [_("Say what changed: the limits will rest on your reason.")]})
    return reason


def accept_shift(actor: Actor, series: Series, *, from_ordinal: int, reason: str) -> Baseline:
    """Begin new limits at the first point of a run of eight or more (M18).

    Raises Invalid without a reason, or where no run of rule 2 begins at that period.
    """
    access.require(actor, "baseline", series)
    reason = _reason(reason)
    with transaction.atomic():
        laid = laid_out(series)
        shift = process_behaviour.proposed_shift(laid.chart)
        if shift is None or laid.ordinals[shift.first] != from_ordinal:
            raise Invalid(
                {"": [_("No sustained shift begins in this period any more. Look at the chart again.")]}
            )
        row = Baseline.objects.create(
            series=series, from_ordinal=from_ordinal, reason=reason, set_by_id=actor.person_id
        )
        _record(actor, "shift.accepted", series, baseline=row.pk, since=from_ordinal)
        standings.refresh([series.pk], reason="baseline_set")
    return row


def set_baseline(actor: Actor, series: Series, *, first: str, last: str, reason: str) -> Baseline:
    """Limits from the period `first` on rest on the periods from `first` to `last`.

    Raises Invalid for periods that cannot be read, are out of order, or hold fewer than 6 points.
    """
    access.require(actor, "baseline", series)
    cadence = Cadence(series.kpi.cadence)
    problems: dict[str, list[str]] = {}
    found: dict[str, int] = {}
    for name, text in (("first", first), ("last", last)):
        try:
            found[name] = periods.parse(text, cadence)[1]
        except ValueError as error:
            problems[name] = [str(error)]
    if not reason.strip():
        problems["reason"] = [_("Say why the limits are to rest on these periods.")]
    if not problems and found["first"] > found["last"]:
        problems["last"] = [_("The last period lies before the first.")]
    if not problems:
        inside = series.measurements.filter(ordinal__range=(found["first"], found["last"])).count()
        if inside < process_behaviour.MINIMUM_POINTS:
            least = process_behaviour.MINIMUM_POINTS
            problems["last"] = [
                _("These periods hold %(found)d points; limits need at least %(least)d.")
                % {"found": inside, "least": least}
            ]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        row = Baseline.objects.create(
            series=series,
            from_ordinal=found["first"],
            until_ordinal=found["last"],
            reason=reason.strip(),
            set_by_id=actor.person_id,
        )
        _record(
            actor, "baseline.set", series, baseline=row.pk, since=row.from_ordinal, until=row.until_ordinal
        )
        standings.refresh([series.pk], reason="baseline_set")
    return row


def withdraw_baseline(actor: Actor, baseline: Baseline) -> None:
    """Take an accepted shift or a named baseline back; the row and its reason stay."""
    access.require(actor, "baseline", baseline.series)
    if baseline.withdrawn_at is not None:
        return
    with transaction.atomic():
        baseline.withdrawn_at = clock.now()
        Baseline.objects.filter(pk=baseline.pk).update(withdrawn_at=baseline.withdrawn_at)
        _record(actor, "shift.withdrawn", baseline.series, baseline=baseline.pk, since=baseline.from_ordinal)
        standings.refresh([baseline.series_id], reason="baseline_withdrawn")


def mark_seen(actor: Actor, series: Series, *, signals: Iterable[tuple[int, str]]) -> int:
    """Note that the actor looked at these signals (ordinal, rule) of the chart; how many there are now.

    No event: looking changes nothing. Raises NotFound where the actor may not see the series.
    """
    access.require(actor, "read", series)
    if actor.person_id is None:
        return 0
    rows = [
        SignalSeen(series=series, person_id=actor.person_id, ordinal=ordinal, rule=rule)
        for ordinal, rule in signals
    ]
    SignalSeen.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
