"""What people do with savings: claim, set figures, ask a colleague, confirm or decline, look again (M22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from leanship.features.base import clock, events, policies
from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.savings import rules, signals, sources
from leanship.features.savings.models import Confirmation, Saving, SavingFigure

COUNTING = (Saving.State.CONFIRMED, Saving.State.GONE)
"""States in which a colleague has confirmed the figure."""
FIGURES = tuple(SavingFigure.Which.values)


def claim(
    actor: Actor,
    *,
    source_kind: str,
    source_uid: str,
    kind: str,
    per: str,
    unit: str = "",
    figures: Mapping[str, int | None],
) -> Saving:
    """Claim a saving for a source as its claimant; `figures` holds target, forecast and actual as they are kept.

    Raises NotFound for a source the actor may not read, Refused where they may not claim for it, Invalid for a kind
    without its unit or no figure at all.
    """
    access.require(actor, "create", About("saving"))
    source = sources.find(actor, source_kind, source_uid)
    person = Person.objects.filter(pk=actor.own_id).first()
    if person is None:
        raise NotFound
    if not source.may_claim:
        raise Invalid({"": [_("Only whoever works on this may claim what it saves.")]})
    unit = _checked(kind, per, unit)
    given = {which: figures.get(which) for which in FIGURES}
    if all(value is None for value in given.values()):
        raise Invalid({"target": [_("Give at least one figure: what is aimed at, expected, or there.")]})
    saving = Saving(
        claimant=person,
        source_kind=source_kind,
        source_uid=source_uid,
        title=source.title,
        kind=kind,
        unit=unit,
        per=per,
        search=source.title.casefold(),
        **given,
    )
    with transaction.atomic():
        saving.save()
        _keep_figures(actor, saving, {which: value for which, value in given.items() if value is not None})
        _record("saving.claimed", actor, saving)
    return saving


def set_figures(
    actor: Actor, *, saving: Saving, version: int, figures: Mapping[str, int | None], reason: str = ""
) -> Saving:
    """Change target, forecast or actual; what was there before is kept.

    Another actual than the one that was confirmed, or that somebody is asked about, makes the saving a claim again,
    and wants a reason once it was confirmed. Raises Refused, Invalid, Conflict for a stale `version`.
    """
    access.require(actor, "edit", saving)
    _still_claimed(saving)
    changed = {
        which: figures[which]
        for which in FIGURES
        if which in figures and figures[which] != getattr(saving, which)
    }
    if not changed:
        return saving
    after = {which: changed.get(which, getattr(saving, which)) for which in FIGURES}
    if all(value is None for value in after.values()):
        raise Invalid({"target": [_("Give at least one figure: what is aimed at, expected, or there.")]})
    changes: dict[str, Any] = dict(changed)
    reason = _clean(reason)
    if "actual" in changed and saving.state != Saving.State.CLAIMED:
        if saving.state in COUNTING and not reason:
            raise Invalid({"reason": [_("The figure was confirmed. Say why it changes.")]})
        changes |= _UNCONFIRMED
    with transaction.atomic():
        _change(saving, version, changes)
        if "state" in changes:
            _open(saving).update(decision=Confirmation.Decision.WITHDRAWN, decided_at=clock.now())
        _keep_figures(actor, saving, changed, reason)
        _record("saving.figures_set", actor, saving, figures=sorted(changed))
    return saving


_UNCONFIRMED: dict[str, Any] = {
    "state": Saving.State.CLAIMED,
    "confirmed_by": None,
    "confirmed_at": None,
    "again_on": None,
    "again_at": None,
    "again_reason": "",
}


def ask(actor: Actor, *, saving: Saving, asked: Person) -> Confirmation:
    """Ask a colleague to confirm the actual figure.

    Raises Refused, Conflict, or Invalid where `rules.why_not` says so.
    """
    access.require(actor, "edit", saving)
    _still_claimed(saving)
    if saving.actual is None:
        raise Invalid({"": [_("Enter the actual figure first: that is what is confirmed.")]})
    if saving.state != Saving.State.CLAIMED:
        raise Conflict(_("This saving is with a colleague already, or confirmed."))
    with transaction.atomic():
        one_at_a_time()
        made = _ask(actor, "saving", saving.uid, saving.title, saving.claimant, asked, saving.actual)
        _change(saving, saving.version, {"state": Saving.State.ASKED})
    return made


def ask_about(
    actor: Actor, *, what: str, uid: str, title: str, claimant: Person, asked: Person
) -> Confirmation:
    """Ask a colleague to confirm a result that another feature keeps; the caller has checked that `actor` may ask.

    Raises Invalid where `rules.why_not` says so, Conflict while somebody is asked or when it is confirmed.
    """
    with transaction.atomic():
        one_at_a_time()
        return _ask(actor, what, uid, title, claimant, asked, None)


def _ask(
    actor: Actor, what: str, uid: str, title: str, claimant: Person, asked: Person, figure: int | None
) -> Confirmation:
    if reason := rules.why_not(claimant, asked):
        raise Invalid({"asked": [reason]})
    of_it = Confirmation.objects.filter(what=what, what_uid=uid)
    busy = ("",) if what == "saving" else ("", Confirmation.Decision.CONFIRMED)
    if of_it.filter(decision__in=busy).exists():
        raise Conflict(_("A colleague is asked already, or has confirmed it."))
    made = Confirmation.objects.create(
        what=what, what_uid=uid, title=title, figure=figure, claimant=claimant, asked=asked
    )
    _record_confirmation("confirmation.asked", actor, made)
    return made


def take_back(actor: Actor, *, confirmation: Confirmation) -> None:
    """No longer ask; the claimant's own. Raises Conflict when it was decided meanwhile."""
    access.require(actor, "withdraw", confirmation)
    with transaction.atomic():
        _decide(confirmation, Confirmation.Decision.WITHDRAWN, "")
        _saving_of(confirmation).update(state=Saving.State.CLAIMED, version=F("version") + 1)
        _record_confirmation("confirmation.taken_back", actor, confirmation)


def confirm(actor: Actor, *, confirmation: Confirmation, reason: str = "") -> None:
    """It is so, says whoever was asked. The rule is asked again: lines and confirmations may have changed since.

    Raises NotFound for whoever was not asked, Invalid where the rule now forbids it, Conflict when it was decided.
    """
    access.require(actor, "decide", confirmation)
    with transaction.atomic():
        one_at_a_time()
        if forbidden := rules.why_not(confirmation.claimant, confirmation.asked):
            raise Invalid({"": [forbidden]})
        _decide(confirmation, Confirmation.Decision.CONFIRMED, _clean(reason))
        if confirmation.what == "saving":
            changed = _saving_of(confirmation, state=Saving.State.ASKED, actual=confirmation.figure).update(
                state=Saving.State.CONFIRMED,
                confirmed_by=confirmation.asked,
                confirmed_at=confirmation.decided_at,
                again_on=policies.today() + rules.AGAIN_AFTER,
                again_at=None,
                again_reason="",
                version=F("version") + 1,
            )
            if not changed:
                raise Conflict(_("The figure changed meanwhile. Look at it again."))
        _record_confirmation("confirmation.confirmed", actor, confirmation)
        signals.confirmed.send(Confirmation, what=confirmation.what, what_uid=confirmation.what_uid)


def decline(actor: Actor, *, confirmation: Confirmation, reason: str) -> None:
    """It is not so, or not known to be, with a reason that the claimant reads.

    Raises as `confirm`, and Invalid without a reason.
    """
    access.require(actor, "decide", confirmation)
    reason = _clean(reason)
    if not reason:
        raise Invalid({"reason": [_("Say why, so that the claimant can put it right.")]})
    with transaction.atomic():
        _decide(confirmation, Confirmation.Decision.DECLINED, reason)
        _saving_of(confirmation).update(state=Saving.State.CLAIMED, version=F("version") + 1)
        _record_confirmation("confirmation.declined", actor, confirmation)


def withdraw(actor: Actor, *, saving: Saving) -> None:
    """Take a claim back: it leaves the ledger. `restore` is the undo."""
    access.require(actor, "edit", saving)
    if saving.state == Saving.State.WITHDRAWN:
        return
    with transaction.atomic():
        _change(saving, saving.version, {**_UNCONFIRMED, "state": Saving.State.WITHDRAWN})
        _open(saving).update(decision=Confirmation.Decision.WITHDRAWN, decided_at=clock.now())
        _record("saving.withdrawn", actor, saving)


def restore(actor: Actor, *, saving: Saving) -> None:
    """Claim again what was withdrawn; it has to be confirmed anew."""
    access.require(actor, "edit", saving)
    if saving.state == Saving.State.WITHDRAWN:
        with transaction.atomic():
            _change(saving, saving.version, {"state": Saving.State.CLAIMED})
            _record("saving.restored", actor, saving)


def look_again(actor: Actor, *, saving: Saving, version: int, holds: bool, reason: str = "") -> Saving:
    """The second look, 90 days on: whoever confirmed says whether the gain is still there.

    Raises Refused, Invalid before the day, for the claimant, or for a gain gone without a reason, Conflict.
    """
    access.require(actor, "again", saving)
    if actor.person_id == saving.claimant_id:
        raise Invalid({"": [_("Nobody confirms what is their own. Ask a colleague.")]})
    if saving.state != Saving.State.CONFIRMED:
        raise Conflict(_("This saving is not a confirmed one."))
    if saving.again_on is None or policies.today() < saving.again_on:
        raise Invalid({"": [_("The second look is taken 90 days after the confirmation.")]})
    reason = _clean(reason)
    if not holds and not reason:
        raise Invalid({"reason": [_("Say what became of the gain.")]})
    state = Saving.State.CONFIRMED if holds else Saving.State.GONE
    with transaction.atomic():
        _change(saving, version, {"state": state, "again_at": clock.now(), "again_reason": reason})
        _record("saving.looked_again", actor, saving, holds=holds)
    return saving


def follow_result(source_kind: str, source_uid: str, *, holds: bool) -> int:
    """The series of a source was checked again: its confirmed savings hold, or are gone. Returns how many changed.

    Call it in the transaction that writes the check.
    """
    rows = Saving.objects.filter(source_kind=source_kind, source_uid=source_uid, state=Saving.State.CONFIRMED)
    ids = list(rows.values_list("pk", flat=True))
    state = Saving.State.CONFIRMED if holds else Saving.State.GONE
    Saving.objects.filter(pk__in=ids).update(
        state=state, again_at=clock.now(), again_reason="", version=F("version") + 1
    )
    for pk in ids:
        events.record("saving.looked_again", actor_id=None, subject_kind="saving", subject_id=pk, holds=holds)
    return len(ids)


def _checked(kind: str, per: str, unit: str) -> str:
    """The unit, cleaned. Raises Invalid for a kind or span there is not, or another kind without its unit."""
    problems: dict[str, list[str]] = {}
    unit = _clean(unit)
    if kind not in Saving.Kind.values:
        problems["kind"] = [_("Choose money, hours or other.")]
    if per not in Saving.Per.values:
        problems["per"] = [_("Choose once or a year.")]
    if kind == Saving.Kind.OTHER and not unit:
        problems["unit"] = [_("Say what is counted, such as kg of paper.")]
    if len(unit) > 40:
        problems["unit"] = [_("Keep it under %(most)d characters.") % {"most": 40}]
    if problems:
        raise Invalid(problems)
    return unit if kind == Saving.Kind.OTHER else ""


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()


def _still_claimed(saving: Saving) -> None:
    if saving.state == Saving.State.WITHDRAWN:
        raise Conflict(_("This claim was withdrawn. Put it back first."))


def _keep_figures(actor: Actor, saving: Saving, figures: Mapping[str, int | None], reason: str = "") -> None:
    SavingFigure.objects.bulk_create(
        SavingFigure(saving=saving, which=which, value=value, reason=reason, by_id=actor.person_id)
        for which, value in figures.items()
    )


def _change(saving: Saving, version: int, changes: Mapping[str, Any]) -> None:
    """Write `changes` to a row that still has `version`. Raises Conflict when somebody was faster."""
    rows = Saving.objects.filter(pk=saving.pk, version=version)
    if not rows.update(**changes, version=F("version") + 1):
        raise Conflict(_("Somebody changed this saving meanwhile."))
    saving.refresh_from_db()


def _open(saving: Saving) -> Any:
    return Confirmation.objects.filter(what="saving", what_uid=saving.uid, decision="")


def _saving_of(confirmation: Confirmation, **having: Any) -> Any:
    """The saving that a confirmation is about; nothing for results of other features."""
    if confirmation.what != "saving":
        return Saving.objects.none()
    return Saving.objects.filter(uid=confirmation.what_uid, **(having or {"state": Saving.State.ASKED}))


def _decide(confirmation: Confirmation, decision: str, reason: str) -> None:
    now = clock.now()
    rows = Confirmation.objects.filter(pk=confirmation.pk, decision="")
    if not rows.update(decision=decision, reason=reason, decided_at=now):
        raise Conflict(_("This was decided or taken back meanwhile."))
    confirmation.decision, confirmation.reason, confirmation.decided_at = decision, reason, now


def _record(kind: str, actor: Actor, saving: Saving, **params: Any) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="saving", subject_id=saving.pk, **params)


def _record_confirmation(kind: str, actor: Actor, confirmation: Confirmation) -> None:
    events.record(
        kind,
        actor_id=actor.person_id,
        subject_kind="confirmation",
        subject_id=confirmation.pk,
        what=confirmation.what,
        asked=confirmation.asked_id,
    )
