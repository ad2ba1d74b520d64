"""For whom a KPI is measured, how much it weighs, and by which standard it is judged."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils.translation import gettext as _

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.productivity import standings, values
from leanship.features.productivity.models import Kpi, Measurement, Series, Standard


def add_series(
    actor: Actor,
    *,
    kpi: Kpi,
    person: Person | None = None,
    team: Team | None = None,
    weight: int = 1,
    must_hold: bool = False,
) -> Series:
    """Measure a KPI for one person or one team; an archived series of the same pair comes back.

    Raises Invalid where it is measured already, or the KPI or subject is no longer in use.
    """
    if (person is None) == (team is None):
        raise Invalid({"subject": [_("Choose one person or one team.")]})
    subject = person or team
    access.require(actor, "create", Series(kpi=kpi, person=person, team=team))
    if kpi.archived_at is not None:
        raise Invalid({"": [_("This KPI is archived. Restore it first.")]})
    gone = (person is not None and person.left_on is not None) or (team is not None and team.archived_at)
    if gone:
        raise Invalid({"subject": [_("%(name)s is no longer here.") % {"name": subject}]})
    _check_weight(weight)
    with transaction.atomic():
        found = Series.objects.filter(kpi=kpi, person=person, team=team).first()
        if found is not None and found.archived_at is None:
            raise Invalid({"subject": [_("%(name)s has this KPI already.") % {"name": subject}]})
        if found is None:
            found = Series(kpi=kpi, person=person, team=team)
        found.archived_at = None
        found.weight, found.must_hold = weight, must_hold
        found.save()
        _record(actor, "series.added", found, weight=weight, must_hold=must_hold)
        standings.refresh([found.pk], reason="series_added")
    return found


def archive_series(actor: Actor, series: Series) -> None:
    """Stop measuring a KPI for this subject; what was measured stays. Undone by `restore_series`."""
    _shelve(actor, series, archived=True)


def restore_series(actor: Actor, series: Series) -> None:
    """Measure an archived series again."""
    _shelve(actor, series, archived=False)


def _shelve(actor: Actor, series: Series, *, archived: bool) -> None:
    access.require(actor, "edit", series)
    if (series.archived_at is not None) == archived:
        return
    with transaction.atomic():
        series.archived_at = clock.now() if archived else None
        Series.objects.filter(pk=series.pk).update(archived_at=series.archived_at)
        kind = "series.archived" if archived else "series.restored"
        _record(actor, kind, series)
        standings.refresh([series.pk], reason=kind.replace(".", "_"))


def set_weight(actor: Actor, series: Series, *, weight: int, must_hold: bool, version: int) -> Series:
    """How much the KPI counts among those of its subject, and whether missing it caps the whole (M15).

    Raises Conflict for a stale `version`, Invalid for a weight outside 1 to 1000.
    """
    access.require(actor, "edit", series)
    _check_weight(weight)
    if (weight, must_hold) == (series.weight, series.must_hold):
        return series
    with transaction.atomic():
        fresh = Series.objects.filter(pk=series.pk, version=version)
        if not fresh.update(weight=weight, must_hold=must_hold, version=F("version") + 1):
            raise Conflict(_("Somebody else changed the weight since you opened it."))
        _record(
            actor,
            "series.weight_set",
            series,
            old=[series.weight, series.must_hold],
            new=[weight, must_hold],
        )
        series.refresh_from_db(fields=["weight", "must_hold", "version"])
        standings.refresh([series.pk], reason="weight_set")
    return series


def _check_weight(weight: int) -> None:
    if not 1 <= weight <= 1000:
        raise Invalid({"weight": [_("A whole number from 1 to 1000.")]})


def _from_the_start(kpi: Kpi, cadence: Cadence, running: int) -> int:
    """The first period a first standard is asked for: the window's, or that of the oldest figure."""
    oldest = Measurement.objects.filter(series__kpi=kpi).aggregate(first=Min("ordinal"))["first"]
    window = running - periods.WINDOW[cadence]
    return window if oldest is None else min(window, int(oldest))


def set_standard(
    actor: Actor,
    *,
    kpi: Kpi,
    value: str,
    period: str,
    series: Series | None = None,
    reason: str = "",
    sign: str = ".",
) -> Standard:
    """A known standard that holds from `period` (2026-11, 2026-W47 …) on: of one series, or of the KPI's others.

    A row is added, never updated: earlier periods keep what held. One that replaces another for closed periods
    needs a reason, since they are judged anew. Raises Invalid with the field that cannot be used.
    """
    if series is None:
        access.require(actor, "edit", kpi)
    else:
        access.require(actor, "standard", series)
    problems: dict[str, list[str]] = {}
    amount = since = 0
    cadence = Cadence(kpi.cadence)
    if kpi.standards != Kpi.Standards.KNOWN:
        problems[""] = [_("This KPI is not judged by a target that is set.")]
    try:
        amount = values.read(value, kpi.decimals, sign)
        if amount < 0:
            problems["value"] = [_("A standard below 0 has no percent. Chart the KPI without rating it.")]
    except ValueError as error:
        problems["value"] = [str(error)]
    running = periods.ordinal(cadence, policies.today())
    # one of its own takes the place of the KPI's in closed periods too
    replaces = Standard.objects.filter(Q(series=series) | Q(series=None), kpi=kpi).exists()
    try:
        if period.strip():
            _found, since = periods.parse(period, cadence)
        else:
            since = running if replaces else _from_the_start(kpi, cadence, running)
        if replaces and since < running and not reason.strip():
            problems["reason"] = [_("Say why closed periods are to be judged by another standard.")]
    except ValueError as error:
        problems["period"] = [str(error)]
    if kpi.on_shortfall and kpi.ceiling is not None and amount > kpi.ceiling:
        problems.setdefault("value", [_("The standard lies above the highest possible value.")])
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        row = Standard.objects.create(
            kpi=kpi,
            series=series,
            value=amount,
            from_ordinal=since,
            set_by_id=actor.person_id,
            reason=reason.strip(),
        )
        if series is None:
            touched = list(kpi.series.values_list("pk", flat=True))
            events.record(
                "standard.set",
                actor_id=actor.person_id,
                subject_kind="kpi",
                subject_id=kpi.pk,
                value=amount,
                since=since,
            )
        else:
            touched = [series.pk]
            _record(actor, "standard.set", series, value=amount, since=since)
        standings.refresh(touched, reason="standard_set")
    return row


def _record(actor: Actor, kind: str, series: Series, **params: Any) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="series", subject_id=series.pk, **params)
