"""What is measured and how it is judged. Once something is measured, what it meant stays what it meant."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence, ordinal
from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.productivity import standings, values
from leanship.features.productivity.actions.series import set_standard
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.models import (
    Correction,
    Kpi,
    Measurement,
    PeerStandard,
    Standard,
    Thresholds,
)

# What a value, once measured, was measured as …
_FIXED_WHEN_MEASURED = ("cadence", "aggregation", "ratio_scale")
# … and what it was judged by, once there is a standard to judge it.
_FIXED_WHEN_JUDGED = ("direction", "standards", "on_shortfall")


def _checked(definition: Definition, sign: str) -> dict[str, Any]:
    """The columns of a definition. Raises Invalid with every field that cannot be used."""
    problems: dict[str, list[str]] = {}
    columns: dict[str, Any] = {
        field.name: getattr(definition, field.name)
        for field in fields(definition)
        if field.name not in ("floor", "ceiling")
    }
    for name in ("name", "description", "unit"):
        columns[name] = columns[name].strip()
    if not columns["name"]:
        problems["name"] = [_("Give the KPI a name.")]
    for name, longest in (("name", 200), ("unit", 40)):
        if len(columns[name]) > longest:
            problems[name] = [_("At most %(count)d characters.") % {"count": longest}]
    for name, choices in (
        ("direction", Kpi.Direction),
        ("cadence", Kpi.Cadence),
        ("aggregation", Kpi.Aggregation),
        ("standards", Kpi.Standards),
        ("limits", Kpi.Limits),
    ):
        if columns[name] not in choices.values:
            problems[name] = [_("Choose one of: %(names)s.") % {"names": ", ".join(choices.values)}]
    if not 0 <= definition.decimals <= 6:
        problems["decimals"] = [_("Between 0 and 6 decimals.")]
    if not 1 <= definition.ratio_scale <= 1_000_000_000:
        problems["ratio_scale"] = [_("A whole number from 1 to 1,000,000,000; 100 gives a percentage.")]
    for name in ("floor", "ceiling"):
        typed = getattr(definition, name).strip()
        columns[name] = None
        if typed and "decimals" not in problems:
            try:
                columns[name] = values.read(typed, definition.decimals, sign)
            except ValueError as error:
                problems[name] = [str(error)]
    floor, ceiling = columns["floor"], columns["ceiling"]
    if floor is not None and ceiling is not None and floor >= ceiling:
        problems["ceiling"] = [_("The highest possible value must be above the lowest.")]
    if definition.on_shortfall and ceiling is None and "ceiling" not in problems:
        problems["ceiling"] = [_("To rate what is missing, say what the highest possible value is.")]
    if definition.on_shortfall and definition.direction != Kpi.Direction.HIGHER:
        problems["on_shortfall"] = [_("Only where higher is better is there something missing to the top.")]
    exceeds, meets = definition.exceeds, definition.meets
    if (exceeds is None) != (meets is None):
        problems["exceeds" if exceeds is None else "meets"] = [_("Give both thresholds, or neither.")]
    elif exceeds is not None and meets is not None and not 0 < meets < exceeds <= 1000:
        problems["exceeds"] = [_("“Exceeds” must be above “meets”, both from 1 to 1000 percent.")]
    if problems:
        raise Invalid(problems)
    return columns


def create_kpi(
    actor: Actor,
    definition: Definition,
    *,
    owner: Person | None = None,
    standard: str = "",
    since: str = "",
    sign: str = ".",
    source: str = "",
    external_id: str | None = None,
) -> Kpi:
    """Add a KPI, owned by `owner` or else by the actor; with a first known `standard`, from the period `since`.

    `sign` is the decimal sign of its typed figures. Raises Invalid naming each field that cannot be used
    (the standard's are "standard" and "since"), Refused without the right.
    """
    access.require(actor, "create", About("kpi"))
    columns = _checked(definition, sign)
    with transaction.atomic():
        kpi = Kpi.objects.create(
            **columns,
            owner_id=owner.pk if owner else actor.person_id,
            source=source,
            external_id=external_id,
            search=f"{columns['name']} {columns['unit']} {columns['description']}".casefold(),
        )
        if kpi.exceeds is not None:
            _set_thresholds(actor, kpi, Thresholds.FROM_THE_START, "")
        events.record("kpi.created", actor_id=actor.person_id, subject_kind="kpi", subject_id=kpi.pk)
        if standard.strip():
            try:
                set_standard(actor, kpi=kpi, value=standard, period=since, sign=sign)
            except Invalid as error:
                fields_ = {"value": "standard", "period": "since", "reason": "since"}
                raise Invalid({fields_.get(k, k): v for k, v in error.problems.items()}) from None
    return kpi


def edit_kpi(
    actor: Actor, kpi: Kpi, definition: Definition, *, version: int, reason: str = "", sign: str = "."
) -> Kpi:
    """Change a definition. New thresholds hold from the period that is running; past periods keep theirs.

    Decimals may grow: every figure is carried over exactly. What would change the meaning of figures already
    measured or judged is turned down with Invalid. Raises Conflict for a stale `version`.
    """
    access.require(actor, "edit", kpi)
    columns = _checked(definition, sign)
    measured = Measurement.objects.filter(series__kpi=kpi).exists()
    judged = measured and (
        Standard.objects.filter(kpi=kpi).exists() or PeerStandard.objects.filter(series__kpi=kpi).exists()
    )
    fixed = (_FIXED_WHEN_MEASURED if measured else ()) + (_FIXED_WHEN_JUDGED if judged else ())
    problems = {
        name: [_("This is fixed, since figures were measured by it. Archive this KPI and define another.")]
        for name in fixed
        if columns[name] != getattr(kpi, name)
    }
    step = columns["decimals"] - kpi.decimals
    kept = Kpi.objects.filter(pk=kpi.pk)
    if step < 0 and (measured or Standard.objects.filter(kpi=kpi).exists()):
        problems["decimals"] = [_("Fewer decimals would drop digits of figures already kept.")]
    elif step > 0 and _largest(kpi) * 10**step > values.LARGEST:
        problems["decimals"] = [_("With that many decimals the largest figure could not be kept.")]
    ceiling_then = None if kpi.ceiling is None else kpi.ceiling * 10 ** max(step, 0)
    if judged and kpi.on_shortfall and columns["ceiling"] != ceiling_then:
        problems["ceiling"] = [_("Past periods were rated on what was missing to this value.")]
    if problems:
        raise Invalid(problems)
    before = Definition.of(kpi)
    rejudged = (columns["exceeds"], columns["meets"]) != (kpi.exceeds, kpi.meets)
    with transaction.atomic():
        written = kept.filter(version=version).update(
            **columns,
            search=f"{columns['name']} {columns['unit']} {columns['description']}".casefold(),
            version=F("version") + 1,
        )
        if not written:
            kpi.refresh_from_db()
            now = Definition.of(kpi)
            raise Conflict(
                _("Somebody else changed this KPI since you opened it."),
                {
                    field.name: "" if (stands := getattr(now, field.name)) is None else str(stands)
                    for field in fields(now)
                },
            )
        kpi.refresh_from_db()
        if step > 0:
            _rescale(kpi, step)
        if rejudged:
            today = ordinal(Cadence(kpi.cadence), policies.today())
            _set_thresholds(actor, kpi, today if measured else Thresholds.FROM_THE_START, reason)
        changed = [
            field.name
            for field in fields(before)
            if getattr(before, field.name) != getattr(Definition.of(kpi), field.name)
        ]
        events.record(
            "kpi.changed",
            actor_id=actor.person_id,
            subject_kind="kpi",
            subject_id=kpi.pk,
            fields=changed,
            reason=reason,
        )
        if set(changed) - {"name", "description", "unit"}:
            why = "thresholds_set" if rejudged else "kpi_changed"
            standings.refresh(list(kpi.series.values_list("pk", flat=True)), reason=why)
    return kpi


def _set_thresholds(actor: Actor, kpi: Kpi, since: int, reason: str) -> None:
    Thresholds.objects.create(
        kpi=kpi,
        exceeds=kpi.exceeds,
        meets=kpi.meets,
        from_ordinal=since,
        set_by_id=actor.person_id,
        reason=reason,
    )


_FIGURES: tuple[tuple[type[Any], str, tuple[str, ...]], ...] = (
    (Measurement, "series__kpi", ("value", "numerator", "denominator")),
    (Standard, "kpi", ("value",)),
    (PeerStandard, "series__kpi", ("doubled",)),
    (
        Correction,
        "series__kpi",
        (
            "old_value",
            "old_numerator",
            "old_denominator",
            "new_value",
            "new_numerator",
            "new_denominator",
        ),
    ),
)


def _largest(kpi: Kpi) -> int:
    """The largest figure, without its sign, that is kept for a KPI."""
    found = [0]
    for model, to_kpi, names in _FIGURES:
        ends = model.objects.filter(**{to_kpi: kpi}).aggregate(
            **{f"least_{name}": Min(name) for name in names}, **{f"most_{name}": Max(name) for name in names}
        )
        found += [abs(value) for value in ends.values() if value is not None]
    return max(found)


def _rescale(kpi: Kpi, step: int) -> None:
    """Carry every figure of a KPI over to `step` more decimals; floor and ceiling came with the definition."""
    for model, to_kpi, names in _FIGURES:
        # a join cannot be updated on every database; the condition by id can
        rows = model.objects.filter(pk__in=model.objects.filter(**{to_kpi: kpi}).values("pk"))
        rows.update(**{name: F(name) * 10**step for name in names})


def archive_kpi(actor: Actor, kpi: Kpi) -> None:
    """Take a KPI out of use; its figures and past ratings stay. Undone by `restore_kpi`."""
    _shelve(actor, kpi, archived=True)


def restore_kpi(actor: Actor, kpi: Kpi) -> None:
    """Take an archived KPI into use again."""
    _shelve(actor, kpi, archived=False)


def _shelve(actor: Actor, kpi: Kpi, *, archived: bool) -> None:
    access.require(actor, "edit", kpi)
    if (kpi.archived_at is not None) == archived:
        return
    with transaction.atomic():
        kpi.archived_at = clock.now() if archived else None
        Kpi.objects.filter(pk=kpi.pk).update(archived_at=kpi.archived_at)
        kind = "kpi.archived" if archived else "kpi.restored"
        events.record(kind, actor_id=actor.person_id, subject_kind="kpi", subject_id=kpi.pk)
        standings.refresh(list(kpi.series.values_list("pk", flat=True)), reason=kind.replace(".", "_"))
