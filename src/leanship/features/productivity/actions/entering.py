"""Measurements typed or pasted by hand: all of them or none, every wrong cell told, what was there kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence
from leanship.features.base import events, policies
from leanship.features.base.errors import Invalid, NotFound, Refused
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity import standings, values
from leanship.features.productivity.models import Correction, Kpi, Measurement, Series
from leanship.features.productivity.values import ENTRY, HAND_KINDS, UNDO

Figures = tuple[int, int | None, int | None]  # value, numerator, denominator


@dataclass(frozen=True)
class Cell:
    """One cell as typed: a value, or the two parts of a ratio (also as "45/60"); all empty takes the figure out.

    `was` is what the cell showed when it was typed into; with it, a figure that somebody else changed since is
    told and not overwritten.
    """

    series: str  # uid
    ordinal: int
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    was: str | None = None

    @property
    def key(self) -> str:
        """The field that a problem of this cell is told under."""
        return f"{self.series}:{self.ordinal}"

    @property
    def empty(self) -> bool:
        """Nothing was typed."""
        return not (self.value.strip() or self.numerator.strip() or self.denominator.strip())


@dataclass(frozen=True)
class Entered:
    """What an entry did; `batch` is what `undo_entry` takes back, None where nothing changed."""

    added: int = 0
    changed: int = 0
    cleared: int = 0
    unchanged: int = 0
    batch: ImportBatch | None = None


@dataclass
class Changes:
    """What is to be written: new figures, changed ones beside the row they replace, and rows to take out."""

    added: list[Measurement]
    changed: list[tuple[Measurement, Figures]]
    cleared: list[Measurement]
    unchanged: int = 0


def figures_of(kpi: Kpi, cell: Cell, sign: str) -> Figures:
    """The integers of a cell that is not empty. Raises ValueError in words."""
    first, second = cell.numerator.strip(), cell.denominator.strip()
    if not (first or second) and cell.value.count("/") == 1:
        first, second = (part.strip() for part in cell.value.split("/"))
        first, second = first or " ", second or " "  # one half left out is no plain value
    if not (first or second):
        return values.read(cell.value, kpi.decimals, sign), None, None
    if kpi.aggregation != Kpi.Aggregation.RATIO:
        raise ValueError(_("This KPI takes one value, not two parts."))
    if not (first.strip() and second.strip()):
        raise ValueError(_("Give both parts of the ratio."))
    above = values.read(first, kpi.decimals, sign)
    below = values.read(second, kpi.decimals, sign)
    return values.ratio_value(kpi, above, below), above, below


def enter_measurements(actor: Actor, *, cells: Sequence[Cell], reason: str = "", sign: str = ".") -> Entered:
    """Write the cells: new figures, corrections of others (which need a `reason`), and empty ones cleared.

    `sign` is the decimal sign of the writer's language. Raises Invalid with a message for every wrong cell,
    under its `key`; then nothing was written.
    """
    problems: dict[str, list[str]] = defaultdict(list)
    series = _enterable(actor, {cell.series for cell in cells})
    today = policies.today()
    wanted: dict[tuple[int, int], Figures | None] = {}
    keys: dict[tuple[int, int], str] = {}
    shown: dict[tuple[int, int], tuple[Kpi, str]] = {}
    for cell in cells:
        found = series.get(cell.series)
        if found is None:
            problems[cell.key].append(_("There is no such series that you may enter figures for."))
            continue
        place = found.pk, cell.ordinal
        try:
            values.check_period(Cadence(found.kpi.cadence), cell.ordinal, today)
            figures = None if cell.empty else figures_of(found.kpi, cell, sign)
        except ValueError as error:
            problems[cell.key].append(str(error))
            continue
        if place in wanted:
            problems[cell.key].append(_("This period is given twice."))
        wanted[place], keys[place] = figures, cell.key
        if cell.was is not None:
            shown[place] = found.kpi, cell.was.strip()
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        there = _there(wanted)
        _nobody_else(there, shown, keys)
        changes = _compare(wanted, there)
        if (changes.changed or changes.cleared) and not reason.strip():
            told = {
                keys[row.series_id, row.ordinal]: [_("This was entered before.")]
                for row in [*(row for row, _figures in changes.changed), *changes.cleared]
            }
            raise Invalid({"reason": [_("Say why figures that were entered before change.")], **told})
        return write(actor, changes, kind=ENTRY, reason=reason.strip())


def _enterable(actor: Actor, uids: set[str]) -> dict[str, Series]:
    found: dict[str, Series] = {}
    listed = sorted(uids)
    for start in range(0, len(listed), 500):
        rows = Series.objects.filter(
            uid__in=listed[start : start + 500], archived_at=None, kpi__archived_at=None
        ).select_related("kpi")
        found.update({row.uid: row for row in access.visible(actor, rows, "edit")})
    return found


def _there(wanted: dict[tuple[int, int], Figures | None]) -> dict[tuple[int, int], Measurement]:
    """The rows that are there, locked until the transaction that writes ends."""
    ids = sorted({series_id for series_id, _ordinal in wanted})
    there: dict[tuple[int, int], Measurement] = {}
    if wanted:
        ordinals = [ordinal for _series_id, ordinal in wanted]
        for start in range(0, len(ids), 500):
            rows = Measurement.objects.select_for_update().filter(
                series_id__in=ids[start : start + 500], ordinal__range=(min(ordinals), max(ordinals))
            )
            there.update({(row.series_id, row.ordinal): row for row in rows})
    return there


def _nobody_else(
    there: dict[tuple[int, int], Measurement],
    shown: dict[tuple[int, int], tuple[Kpi, str]],
    keys: dict[tuple[int, int], str],
) -> None:
    """Raises Invalid for cells that say something else now than they did when they were typed into."""
    problems: dict[str, list[str]] = {}
    for place, (kpi, was) in shown.items():
        row = there.get(place)
        now = values.cell_text(kpi, row.value, row.numerator, row.denominator) if row else ""
        if now != was:
            told = _("Somebody entered %(now)s meanwhile.") if now else _("Somebody took this out meanwhile.")
            problems[keys[place]] = [told % {"now": now}]
    if problems:
        raise Invalid(problems)


def _compare(
    wanted: dict[tuple[int, int], Figures | None], there: dict[tuple[int, int], Measurement]
) -> Changes:
    """Set what is wanted against what is there."""
    changes = Changes([], [], [])
    for (series_id, ordinal), figures in wanted.items():
        row = there.get((series_id, ordinal))
        if row is None and figures is not None:
            value, above, below = figures
            changes.added.append(
                Measurement(
                    series_id=series_id, ordinal=ordinal, value=value, numerator=above, denominator=below
                )
            )
        elif row is not None and figures is None:
            changes.cleared.append(row)
        elif row is not None and figures is not None and not _same(row, figures):
            changes.changed.append((row, figures))
        else:
            changes.unchanged += 1
    return changes


def _same(row: Measurement, figures: Figures) -> bool:
    value, above, below = figures
    if (row.numerator, row.denominator) == (above, below):
        return row.value == value
    # The grid sends a ratio's rounded value back; that is no wish to lose its parts.
    return above is None and row.value == value


def write(actor: Actor, changes: Changes, *, kind: str, reason: str) -> Entered:
    """Write changes as one batch with its corrections, its event and the standings they touch.

    Call it inside a transaction.
    """
    touched = {row.series_id for row in changes.added + changes.cleared}
    touched |= {row.series_id for row, _figures in changes.changed}
    if not touched:
        return Entered(unchanged=changes.unchanged)
    batch = ImportBatch.objects.create(
        kind=kind,
        filename="",
        digest="",
        rows=len(changes.added) + len(changes.changed) + len(changes.cleared) + changes.unchanged,
        added=len(changes.added),
        changed=len(changes.changed),
        unchanged=changes.unchanged,
        ended=len(changes.cleared),
        actor_id=actor.person_id,
    )
    corrections = [correction(row, figures, actor, reason, batch) for row, figures in changes.changed]
    corrections += [correction(row, None, actor, reason, batch) for row in changes.cleared]
    for row, (value, above, below) in changes.changed:
        row.value, row.numerator, row.denominator, row.batch = value, above, below, batch
    for row in changes.added:
        row.batch = batch
    Measurement.objects.bulk_create(changes.added, batch_size=500)
    Measurement.objects.bulk_update(
        [row for row, _figures in changes.changed],
        ["value", "numerator", "denominator", "batch"],
        batch_size=200,
    )
    gone = [row.pk for row in changes.cleared]
    for start in range(0, len(gone), 500):
        Measurement.objects.filter(pk__in=gone[start : start + 500]).delete()
    Correction.objects.bulk_create(corrections, batch_size=500)
    only = next(iter(touched)) if len(touched) == 1 else None
    events.record(
        "measurements.undone" if kind == UNDO else "measurements.entered",
        actor_id=actor.person_id,
        subject_kind="series" if only else "productivity",
        subject_id=only,
        batch=batch,
        added=batch.added,
        changed=batch.changed,
        cleared=batch.ended,
    )
    standings.refresh(sorted(touched), reason="corrected" if corrections else "measured")
    return Entered(batch.added, batch.changed, batch.ended, batch.unchanged, batch)


def correction(
    row: Measurement, figures: Figures | None, actor: Actor, reason: str, batch: ImportBatch | None
) -> Correction:
    """The record that a measurement changed, or with `figures` None was taken out; not yet saved."""
    value, above, below = figures or (None, None, None)
    return Correction(
        series_id=row.series_id,
        ordinal=row.ordinal,
        old_value=row.value,
        old_numerator=row.numerator,
        old_denominator=row.denominator,
        new_value=value,
        new_numerator=above,
        new_denominator=below,
        by_id=actor.person_id,
        reason=reason,
        batch=batch,
    )


def last_entry(actor: Actor) -> ImportBatch | None:
    """The actor's latest entry by hand, if it has not been taken back."""
    found = ImportBatch.objects.filter(actor_id=actor.person_id, kind__in=HAND_KINDS)
    latest = found.order_by("-id").first() if actor.person_id is not None else None
    return latest if latest is not None and latest.kind == ENTRY else None


def undo_entry(actor: Actor, batch: ImportBatch) -> Entered:
    """Take the actor's last entry back: what it added goes, what it changed or cleared returns, all recorded.

    Raises NotFound for another's entry, Refused where it is not the last or its figures changed since.
    """
    if batch.kind != ENTRY or batch.actor_id != actor.person_id:
        raise NotFound
    with transaction.atomic():
        if last_entry(actor) != batch:
            raise Refused(_("Only your last entry can be taken back."))
        past = list(Correction.objects.filter(batch=batch))
        now = {
            (row.series_id, row.ordinal): row
            for row in Measurement.objects.select_for_update().filter(batch=batch)
        }
        changed = [row for row in past if row.new_value is not None]
        cleared = [row for row in past if row.new_value is None]
        mine = {(row.series_id, row.ordinal) for row in changed}
        added = [row for place, row in now.items() if place not in mine]
        untouched = len(added) == batch.added and mine <= now.keys() and not _present(cleared)
        if not untouched:
            raise Refused(_("Some of these figures were changed since, so the entry stays."))
        series_ids = {row.series_id for row in past} | {row.series_id for row in now.values()}
        allowed = access.visible(actor, Series.objects.filter(pk__in=series_ids), "edit").count()
        if allowed < len(series_ids):
            raise Refused(_("You may no longer enter figures for all of these."))
        changes = Changes(
            added=[
                Measurement(
                    series_id=row.series_id,
                    ordinal=row.ordinal,
                    value=row.old_value,
                    numerator=row.old_numerator,
                    denominator=row.old_denominator,
                )
                for row in cleared
            ],
            changed=[
                (
                    now[row.series_id, row.ordinal],
                    (row.old_value, row.old_numerator, row.old_denominator),
                )
                for row in changed
            ],
            cleared=added,
        )
        return write(actor, changes, kind=UNDO, reason=_("The entry was taken back."))


def _present(cleared: Iterable[Correction]) -> bool:
    """Whether a figure that was taken out has come back since."""
    places = {(row.series_id, row.ordinal) for row in cleared}
    if not places:
        return False
    there = Measurement.objects.filter(series_id__in={series_id for series_id, _ordinal in places})
    return any(place in places for place in there.values_list("series_id", "ordinal"))
