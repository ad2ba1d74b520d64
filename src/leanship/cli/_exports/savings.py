"""Tables of the ledger: what was claimed, every figure as it was set, and who confirmed what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leanship.cli._exports import Table
from leanship.cli._exports.organisation import AT_ONCE, instant, names_of
from leanship.features.base import policies
from leanship.features.savings import amounts
from leanship.features.savings.models import Confirmation, Saving, SavingFigure
from leanship.readers.writing import Value


def _currency() -> str:
    organisation = policies.organisation()
    return organisation.currency if organisation else ""


def _saving_rows() -> Iterator[Sequence[Value]]:
    currency = _currency()
    rows = Saving.objects.order_by("id").select_related("claimant", "confirmed_by")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield (
            row.uid,
            row.claimant.uid,
            row.claimant.name,
            row.source_kind,
            row.source_uid,
            row.title,
            row.kind,
            amounts.unit_of(row.kind, row.unit, currency),
            row.per,
            *(amounts.exact(value, row.kind, currency) for value in (row.target, row.forecast, row.actual)),
            row.state,
            instant(row.claimed_at),
            row.confirmed_by.uid if row.confirmed_by else "",
            instant(row.confirmed_at),
            row.again_on,
            instant(row.again_at),
            row.again_reason,
        )


def _figure_rows() -> Iterator[Sequence[Value]]:
    currency = _currency()
    people = names_of(set(SavingFigure.objects.values_list("by_id", flat=True)))
    rows = SavingFigure.objects.order_by("id").select_related("saving")
    for row in rows.iterator(chunk_size=AT_ONCE):
        value = amounts.exact(row.value, row.saving.kind, currency)
        yield row.saving.uid, row.which, value, row.reason, people.get(row.by_id or 0, ""), instant(row.at)


def _confirmation_rows() -> Iterator[Sequence[Value]]:
    rows = Confirmation.objects.order_by("id").select_related("claimant", "asked")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield (
            row.what,
            row.what_uid,
            row.title,
            row.claimant.uid,
            row.asked.uid,
            instant(row.asked_at),
            row.decision,
            row.reason,
            instant(row.decided_at),
        )


TABLES: dict[str, tuple[Table, ...]] = {
    "savings": (
        Table(
            "savings",
            (
                "id", "claimant", "claimant_name", "source", "source_id", "title", "kind", "unit", "how_often",
                "target", "forecast", "actual", "state", "claimed_at", "confirmed_by", "confirmed_at", "again_on",
                "again_at", "again_reason",
            ),
            _saving_rows,
            Saving.objects.count,
        ),
        Table(
            "savings_figures",
            ("saving", "figure", "value", "reason", "by", "at"),
            _figure_rows,
            SavingFigure.objects.count,
        ),
        Table(
            "confirmations",
            (
                "about", "about_id", "title", "claimant", "asked", "asked_at", "answer", "reason", "answered_at",
            ),
            _confirmation_rows,
            Confirmation.objects.count,
        ),
    ),
}  # fmt: skip
