"""The ledger of savings: claimed by whoever led the change, confirmed by a colleague, looked at again after 90 days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router, Schema, Status
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given, Page, Paging, Ref, each, named_person, page, ref
from leanship.api.problems import READ, WRITE, answers
from leanship.features.accounts.requests import SignedIn
from leanship.features.org import access
from leanship.features.savings import actions
from leanship.features.savings.models import Confirmation, Saving
from leanship.features.savings.queries import confirmation_by_uid, saving_by_uid

router = Router(tags=["savings"], auth=PersonalKey())

_UNITS = "Whole numbers: minor units of the organisation's currency, minutes of hours, else the unit itself."


class SavingsAsked(Paging):
    """How to narrow the ledger."""

    q: str = Field("", max_length=200, description="Words of the title or of the claimant's name.")
    state: str = Field("", description="claimed, asked, confirmed or gone.")
    kind: str = Field("", description="money, hours or other.")
    claimant: str = Field("", description="The uid of who claims it.")


class SavingRow(Schema):
    """A saving. Only confirmed ones count; one whose gain is no longer there is gone."""

    uid: str
    title: str
    claimant: Ref
    source_kind: str
    source: str = Field(description="The uid of what saves, such as a project.")
    kind: str
    unit: str
    per: str = Field(description="year or once.")
    target: int | None = Field(description=_UNITS)
    forecast: int | None
    actual: int | None
    state: str
    confirmed_by: Ref | None
    confirmed_at: datetime | None
    again_on: date | None = Field(description="The day of the second look.")
    version: int


class ClaimIn(Given):
    """A saving of a project that you lead or work on."""

    project: str
    kind: str = Field(description="money, hours or other.")
    per: str = Field("year", description="year or once.")
    unit: str = Field("", description="Of the other kind: kg of paper.")
    target: int | None = Field(None, ge=0, description=_UNITS)
    forecast: int | None = Field(None, ge=0)
    actual: int | None = Field(None, ge=0)


class FiguresIn(Given):
    """Figures that change; what is left out stays. A confirmed actual that changes wants a reason."""

    version: int
    target: int | None = Field(None, ge=0, description=_UNITS)
    forecast: int | None = Field(None, ge=0)
    actual: int | None = Field(None, ge=0)
    reason: str = ""


class WhomIn(Given):
    """Whom to ask."""

    person: str


class AgainIn(Given):
    """Whether the gain is still there; a gain that is gone wants a reason."""

    version: int
    holds: bool
    reason: str = ""


class DecisionIn(Given):
    """Why; to decline wants a reason."""

    reason: str = ""


class ConfirmationRow(Schema):
    """A question to a colleague: is this so? Of a saving, `figure` is the actual that was asked about."""

    uid: str
    what: str = Field(description="saving or result.")
    what_uid: str
    title: str
    figure: int | None
    claimant: Ref
    asked: Ref
    asked_at: datetime
    decision: str = Field(description="confirmed, declined, withdrawn, or empty while it is open.")
    reason: str
    decided_at: datetime | None


def saving_row(saving: Saving) -> dict[str, Any]:
    """A saving as the API gives it."""
    plain = (
        "uid", "title", "source_kind", "kind", "unit", "per", "target", "forecast", "actual", "state", "confirmed_at",
        "again_on", "version",
    )  # fmt: skip
    return {name: getattr(saving, name) for name in plain} | {
        "claimant": ref(saving.claimant),
        "source": saving.source_uid,
        "confirmed_by": ref(saving.confirmed_by),
    }


def confirmation_row(row: Confirmation) -> dict[str, Any]:
    """A question as the API gives it."""
    plain = ("uid", "what", "what_uid", "title", "figure", "asked_at", "decision", "reason", "decided_at")
    return {name: getattr(row, name) for name in plain} | {
        "claimant": ref(row.claimant),
        "asked": ref(row.asked),
    }


def _again(request: SignedIn, uid: str) -> dict[str, Any]:
    return saving_row(saving_by_uid(request.actor, uid))


def _decided(request: SignedIn, uid: str) -> dict[str, Any]:
    return confirmation_row(confirmation_by_uid(request.actor, uid))


@router.get("/savings", response=answers(Page[SavingRow]))
def savings(request: SignedIn, asked: Query[SavingsAsked]) -> Any:
    """The ledger, the latest claim first; withdrawn claims are not in it."""
    rows: QuerySet[Saving] = Saving.objects.exclude(state=Saving.State.WITHDRAWN)
    rows = access.visible(request.actor, rows.select_related("claimant", "confirmed_by"))
    for word in asked.q.casefold().split():
        rows = rows.filter(search__contains=word)
    for value, field in ((asked.state, "state"), (asked.kind, "kind"), (asked.claimant, "claimant__uid")):
        if value:
            rows = rows.filter(**{field: value})
    return page(rows.order_by("-claimed_at", "-id"), asked, each(saving_row))


@router.get("/savings/{slug:uid}", response=answers(SavingRow, *READ))
def saving(request: SignedIn, uid: str) -> Any:
    """One saving."""
    return _again(request, uid)


@router.post("/savings", response=answers(SavingRow, *WRITE, status=201))
def claim_saving(request: SignedIn, given: ClaimIn) -> Any:
    """Claim what a project saves."""
    made = actions.claim(
        request.actor,
        source_kind="project",
        source_uid=given.project,
        kind=given.kind,
        per=given.per,
        unit=given.unit,
        figures={"target": given.target, "forecast": given.forecast, "actual": given.actual},
    )
    return Status(201, saving_row(made))


@router.patch("/savings/{slug:uid}", response=answers(SavingRow, *WRITE))
def set_saving_figures(request: SignedIn, uid: str, given: FiguresIn) -> Any:
    """Change target, forecast or actual; what was there is kept. A new actual has to be confirmed anew."""
    found = saving_by_uid(request.actor, uid)
    figures = given.dict(include={"target", "forecast", "actual"}, exclude_unset=True)
    actions.set_figures(
        request.actor, saving=found, version=given.version, figures=figures, reason=given.reason
    )
    return _again(request, uid)


@router.post("/savings/{slug:uid}/ask", response=answers(ConfirmationRow, *WRITE, status=201))
def ask_to_confirm_saving(request: SignedIn, uid: str, whom: WhomIn) -> Any:
    """Ask a colleague outside the line to confirm the actual figure."""
    found = saving_by_uid(request.actor, uid)
    access.require(request.actor, "edit", found)
    asked = named_person(request.actor, whom.person, "person")
    return Status(201, confirmation_row(actions.ask(request.actor, saving=found, asked=asked)))


@router.post("/savings/{slug:uid}/look-again", response=answers(SavingRow, *WRITE))
def look_again_at_saving(request: SignedIn, uid: str, given: AgainIn) -> Any:
    """The second look, 90 days on: whoever confirmed says whether the gain is still there."""
    actions.look_again(request.actor, saving=saving_by_uid(request.actor, uid), **given.dict())
    return _again(request, uid)


@router.post("/savings/{slug:uid}/withdraw", response=answers(SavingRow, *WRITE))
def withdraw_saving(request: SignedIn, uid: str) -> Any:
    """Take a claim back: it leaves the ledger."""
    actions.withdraw(request.actor, saving=saving_by_uid(request.actor, uid))
    return _again(request, uid)


@router.post("/savings/{slug:uid}/restore", response=answers(SavingRow, *WRITE))
def restore_saving(request: SignedIn, uid: str) -> Any:
    """Claim again what was withdrawn."""
    actions.restore(request.actor, saving=saving_by_uid(request.actor, uid))
    return _again(request, uid)


@router.get("/confirmations", response=answers(Page[ConfirmationRow]))
def confirmations(request: SignedIn, asked: Query[Paging]) -> Any:
    """What you asked colleagues to confirm and they asked you, the latest first."""
    rows = access.visible(request.actor, Confirmation.objects.select_related("claimant", "asked"))
    return page(rows.order_by("-id"), asked, each(confirmation_row))


@router.post("/confirmations/{slug:uid}/confirm", response=answers(ConfirmationRow, *WRITE))
def confirm_saving(request: SignedIn, uid: str, given: DecisionIn) -> Any:
    """It is so, says whoever was asked."""
    found = confirmation_by_uid(request.actor, uid)
    actions.confirm(request.actor, confirmation=found, reason=given.reason)
    return _decided(request, uid)


@router.post("/confirmations/{slug:uid}/decline", response=answers(ConfirmationRow, *WRITE))
def decline_saving(request: SignedIn, uid: str, given: DecisionIn) -> Any:
    """It is not so, or not known to be; the claimant reads why."""
    found = confirmation_by_uid(request.actor, uid)
    actions.decline(request.actor, confirmation=found, reason=given.reason)
    return _decided(request, uid)


@router.post("/confirmations/{slug:uid}/take-back", response=answers(ConfirmationRow, *WRITE))
def take_question_back(request: SignedIn, uid: str) -> Any:
    """No longer ask; the claimant's own."""
    actions.take_back(request.actor, confirmation=confirmation_by_uid(request.actor, uid))
    return _decided(request, uid)
