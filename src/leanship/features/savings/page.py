"""The pages of savings as values: everything their templates may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leanship.web.charts.svg import Svg
from leanship.web.layout import Crumb, Empty, WhoSees
from leanship.web.lists import ListPage


@dataclass(frozen=True)
class Totals:
    """What the ledger adds up to in one unit and span; only `confirmed` counts, the others stand apart."""

    unit: str
    per: str
    confirmed: str
    claimed: str
    gone: str
    forecast: str
    target: str


@dataclass(frozen=True)
class SavingRow:
    """One line of the ledger."""

    uid: str
    title: str
    claimant: str
    claimant_uid: str
    kind: str
    per: str
    target: str
    forecast: str
    actual: str
    state: str
    state_says: str
    tone: str
    confirmed_by: str
    confirmed_at: datetime | None
    claimed_at: datetime


@dataclass(frozen=True)
class LedgerPage:
    """The ledger of the organisation."""

    title: str
    lede: str
    who_sees: WhoSees
    totals: tuple[Totals, ...]
    chart: Svg | None
    chart_says: str
    list: ListPage[SavingRow]
    empty: Empty


@dataclass(frozen=True)
class FigureLine:
    """A figure as somebody set it."""

    which: str
    value: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ConfirmationLine:
    """One question to a colleague and what came of it."""

    uid: str
    asked: str
    asked_at: datetime
    says: str
    tone: str
    reason: str
    decided_at: datetime | None
    open: bool
    claimant_id: int
    asked_id: int


@dataclass(frozen=True)
class SavingPage:
    """One saving, with what the viewer may do."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    row: SavingRow
    source_url: str
    figures: tuple[FigureLine, ...]
    confirmations: tuple[ConfirmationLine, ...]
    again_on: date | None
    again_at: datetime | None
    again_reason: str
    may_edit: bool
    may_ask: bool
    may_take_back: str
    may_decide: str
    may_look_again: bool


@dataclass(frozen=True)
class DecidePage:
    """What the viewer is asked to confirm."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    claimant: str
    figure: str
    url: str
    asked_at: datetime
    forbidden: str
    form: object


@dataclass(frozen=True)
class FormPage:
    """A page that is one form."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: object
    send: str
    cancel: str
