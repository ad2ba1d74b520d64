"""What the ledger holds about one person, as they take it away (M2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from leanship.features.base import policies
from leanship.features.org.models import Person
from leanship.features.org.taking import Table
from leanship.features.savings import amounts
from leanship.features.savings.models import Confirmation, Saving, SavingFigure


def _at(instant: datetime | None) -> str:
    return instant.isoformat(timespec="seconds") if instant else ""


def of_person(person: Person) -> Iterator[Table]:
    """The savings they claimed, each figure as it was set, and what they asked or were asked to confirm."""
    organisation = policies.organisation()
    currency = organisation.currency if organisation else ""

    def typed(saving: Saving, value: int | None) -> str:
        return amounts.exact(value, saving.kind, currency)

    savings = list(Saving.objects.filter(claimant=person).select_related("confirmed_by").order_by("id"))
    yield Table(
        "savings",
        (
            *("id", "title", "kind", "unit", "how_often", "target", "forecast", "actual", "state"),
            *("claimed_at", "confirmed_by", "confirmed_at", "looked_at_again", "what_was_seen"),
        ),
        [
            (
                row.uid,
                row.title,
                row.kind,
                amounts.unit_of(row.kind, row.unit, currency),
                row.per,
                *(typed(row, value) for value in (row.target, row.forecast, row.actual)),
                row.state,
                _at(row.claimed_at),
                row.confirmed_by.name if row.confirmed_by else "",
                _at(row.confirmed_at),
                _at(row.again_at),
                row.again_reason,
            )
            for row in savings
        ],
    )
    figures = SavingFigure.objects.filter(saving__in=savings).select_related("saving").order_by("id")
    yield Table(
        "savings_figures",
        ("saving", "figure", "value", "at", "reason"),
        [
            (row.saving.uid, row.which, typed(row.saving, row.value), _at(row.at), row.reason)
            for row in figures
        ],
    )
    questions = Confirmation.objects.filter(Q(claimant=person) | Q(asked=person))
    yield Table(
        "confirmations",
        ("about", "title", "asked_by", "asked", "asked_at", "answer", "reason", "answered_at"),
        [
            (
                row.what,
                row.title,
                row.claimant.name,
                row.asked.name,
                _at(row.asked_at),
                row.decision,
                row.reason,
                _at(row.decided_at),
            )
            for row in questions.select_related("claimant", "asked").order_by("id")
        ],
    )
