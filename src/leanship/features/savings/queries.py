"""The ledger, one saving, and what waits for somebody to confirm (M22); already filtered for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Organisation
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team
from leanship.features.org.waiting import Waiting
from leanship.features.savings import amounts, rules, sources
from leanship.features.savings.bars import by_quarter
from leanship.features.savings.models import Confirmation, Saving, SavingFigure
from leanship.features.savings.page import (
    ConfirmationLine,
    DecidePage,
    FigureLine,
    LedgerPage,
    SavingPage,
    SavingRow,
    Totals,
)
from leanship.features.savings.sources import Source
from leanship.web.help import link as help_link
from leanship.web.layout import Crumb, Empty
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

OPEN_STATES = (Saving.State.CLAIMED, Saving.State.ASKED)


def state_words(state: str) -> tuple[str, str]:
    """A state in words, and its tone."""
    return {
        Saving.State.CLAIMED: (_("claimed"), ""),
        Saving.State.ASKED: (_("confirmation asked for"), ""),
        Saving.State.CONFIRMED: (_("confirmed"), "better"),
        Saving.State.GONE: (_("gain gone"), "look"),
        Saving.State.WITHDRAWN: (_("withdrawn"), ""),
    }[Saving.State(state)]


def kind_words(kind: str, unit: str, currency: str) -> str:
    """What is saved: EUR, hours, or the unit of its own."""
    if kind == Saving.Kind.MONEY:
        return currency
    return _("hours") if kind == Saving.Kind.HOURS else unit


def per_words(per: str) -> str:
    """How often: every year, or once."""
    return _("every year") if per == Saving.Per.YEAR else _("once")


def ledger_spec(actor: Actor) -> ListSpec:
    """What the ledger offers; three queries for the departments, teams and years there are."""
    rows = access.visible(actor, Saving.objects.exclude(state=Saving.State.WITHDRAWN)).order_by()
    departments = rows.exclude(claimant__department="").order_by("claimant__department")
    names = departments.values_list("claimant__department", flat=True).distinct()[:300]
    teams = (
        Team.objects.filter(Q(lead__savings__in=rows) | _member_of(rows)).distinct().order_by("name", "id")
    )
    years = rows.annotate(year=ExtractYear("claimed_at")).values_list("year", flat=True).distinct()
    filters = [
        Filter(
            "kind", _("Kind"), (("money", _("Money")), ("hours", _("Hours")), ("other", _("Something else")))
        ),
        Filter(
            "state",
            _("State"),
            tuple((state, state_words(state)[0]) for state in ("confirmed", "claimed", "asked", "gone")),
        ),
        Filter("department", _("Department"), tuple((name, name) for name in names)),
        Filter("team", _("Team"), tuple(teams.values_list("uid", "name")[:300])),
        Filter("year", _("Claimed in"), tuple((str(y), str(y)) for y in sorted(years, reverse=True))),
    ]
    return ListSpec(
        sorts=(
            Sort("claimed", ("-claimed_at", "-id")),
            Sort("title", ("title", "id")),
            Sort("claimant", ("claimant__name", "-claimed_at", "id")),
            Sort("actual", ("-actual", "-id")),
            Sort("state", ("state", "-claimed_at", "id")),
        ),
        order="claimed",
        search_label=_("Title or name"),
        filters=tuple(one for one in filters if one.choices),
    )


def _member_of(rows: QuerySet[Saving]) -> Q:
    return Q(memberships__valid_until=None, memberships__person__savings__in=rows)


def found_savings(actor: Actor, asked: ListRequest) -> QuerySet[Saving]:
    """The savings that the ledger asks for; conditions only."""
    rows = access.visible(actor, Saving.objects.exclude(state=Saving.State.WITHDRAWN))
    for word in asked.search.casefold().split():
        rows = rows.filter(Q(search__contains=word) | Q(claimant__search__contains=word))
    for name, lookup in (("kind", "kind"), ("state", "state"), ("department", "claimant__department")):
        if value := asked.filter(name):
            rows = rows.filter(**{lookup: value})
    if year := asked.filter("year"):
        rows = rows.filter(claimed_at__year=int(year))
    if team := asked.filter("team"):
        belong = Person.objects.filter(
            Q(teams_led__uid=team) | Q(memberships__team__uid=team, memberships__valid_until=None)
        )
        rows = rows.filter(claimant__in=belong.values("pk"))
    return rows.select_related("claimant", "confirmed_by")


def saving_row(saving: Saving, currency: str) -> SavingRow:
    """One saving as a line."""
    says, tone = state_words(saving.state)

    def words(value: int | None) -> str:
        return amounts.words(value, saving.kind, saving.unit, currency)

    return SavingRow(
        saving.uid,
        saving.title,
        saving.claimant.name,
        saving.claimant.uid,
        kind_words(saving.kind, saving.unit, currency),
        per_words(saving.per),
        words(saving.target),
        words(saving.forecast),
        words(saving.actual),
        saving.state,
        says,
        tone,
        saving.confirmed_by.name if saving.confirmed_by else "",
        saving.confirmed_at,
        saving.claimed_at,
    )


def ledger(actor: Actor, asked: ListRequest, organisation: Organisation) -> LedgerPage:
    """The ledger: what is confirmed, and apart from it what is not; four queries beside the choices."""
    found = found_savings(actor, asked)
    page: ListPage[Any] = asked.page(found)
    kind = asked.filter("kind") or Saving.Kind.MONEY
    today = policies.today_of(organisation)
    chart, says = (None, "")
    if kind != Saving.Kind.OTHER:
        chart, says = by_quarter(found, kind, organisation.currency, today)
    return LedgerPage(
        title=_("Savings"),
        lede=_("What improvements save. Only what a colleague outside the line has confirmed counts."),
        who_sees=access.audience("saving"),
        totals=totals(found, organisation.currency),
        chart=chart,
        chart_says=says,
        list=page.with_rows(saving_row(row, organisation.currency) for row in page.rows),
        empty=Empty(
            title=_("Savings will be here"),
            why=_(
                "Money, hours or anything else that an improvement saves: claimed by whoever led it, confirmed by a "
                "colleague, and looked at again after 90 days. They are claimed from the page of a project."
            ),
            how_to=help_link("how-to/verify-a-result"),
        ),
    )


def totals(rows: QuerySet[Saving], currency: str) -> tuple[Totals, ...]:
    """The sums of some savings, by unit and span; one query."""
    sums = (
        rows.order_by()
        .values("kind", "unit", "per")
        .annotate(
            confirmed=Sum("actual", filter=Q(state=Saving.State.CONFIRMED)),
            claimed=Sum("actual", filter=Q(state__in=OPEN_STATES)),
            gone=Sum("actual", filter=Q(state=Saving.State.GONE)),
            to_come=Sum("forecast"),
            aim=Sum("target"),
        )
        .order_by("kind", "unit", "-per")
    )
    order = ["money", "hours", "other"]
    lines = []
    for row in sorted(sums, key=lambda row: order.index(row["kind"])):
        texts = [
            amounts.words(None if row[name] is None else int(row[name]), row["kind"], row["unit"], currency)
            for name in ("confirmed", "claimed", "gone", "to_come", "aim")
        ]
        lines.append(Totals(kind_words(row["kind"], row["unit"], currency), per_words(row["per"]), *texts))
    return tuple(lines)


def saving_by_uid(actor: Actor, uid: str) -> Saving:
    """One saving, for somebody who may read it. Raises NotFound; a withdrawn one is its claimant's alone."""
    rows = access.visible(actor, Saving.objects.filter(uid=uid)).select_related("claimant", "confirmed_by")
    saving = rows.first()
    if saving is None or (saving.state == Saving.State.WITHDRAWN and not access.may(actor, "edit", saving)):
        raise NotFound
    return saving


def confirmation_by_uid(actor: Actor, uid: str) -> Confirmation:
    """A question to a colleague, for the one who asked and the one who was asked. Raises NotFound."""
    rows = access.visible(actor, Confirmation.objects.filter(uid=uid)).select_related("claimant", "asked")
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def ledger_crumb() -> Crumb:
    """The way back to the ledger."""
    return Crumb(_("Savings"), reverse("savings:ledger"))


def saving_page(actor: Actor, uid: str, organisation: Organisation) -> SavingPage:
    """One saving with its history; eight queries at most. Raises NotFound."""
    saving = saving_by_uid(actor, uid)
    edit = bool(access.may(actor, "edit", saving))
    row = saving_row(saving, organisation.currency)
    lines = list(
        access.visible(actor, Confirmation.objects.filter(what="saving", what_uid=uid)).select_related(
            "asked"
        )
    )
    pending = next((line for line in lines if not line.decision), None)
    try:
        source_url = sources.find(actor, saving.source_kind, saving.source_uid).url
    except NotFound:
        source_url = ""
    withdrawn = saving.state == Saving.State.WITHDRAWN
    today = policies.today_of(organisation)
    return SavingPage(
        title=saving.title,
        lede=_("%(what)s, %(per)s, claimed by %(name)s")
        % {"what": row.kind, "per": row.per, "name": row.claimant},
        crumbs=(ledger_crumb(), Crumb(saving.title)),
        who_sees=access.audience("saving"),
        row=row,
        source_url=source_url,
        figures=_figures(saving, organisation.currency),
        confirmations=tuple(confirmation_line(line) for line in lines),
        again_on=saving.again_on,
        again_at=saving.again_at,
        again_reason=saving.again_reason,
        may_edit=edit and not withdrawn,
        may_ask=edit and saving.state == Saving.State.CLAIMED and saving.actual is not None,
        may_take_back=pending.uid if pending and edit else "",
        may_decide=pending.uid if pending and pending.asked_id == actor.person_id else "",
        may_look_again=(
            saving.state == Saving.State.CONFIRMED
            and saving.again_on is not None
            and saving.again_on <= today
            and not edit
            and bool(access.may(actor, "again", saving))
        ),
    )


def _figures(saving: Saving, currency: str) -> tuple[FigureLine, ...]:
    rows = list(SavingFigure.objects.filter(saving=saving).order_by("-id"))
    names = dict(Person.objects.filter(pk__in={row.by_id for row in rows}).values_list("pk", "name"))
    which = {"target": _("Target"), "forecast": _("Forecast"), "actual": _("Actual")}
    return tuple(
        FigureLine(
            which[row.which],
            amounts.words(row.value, saving.kind, saving.unit, currency) or _("taken out"),
            names.get(row.by_id or 0, ""),
            row.at,
            row.reason,
        )
        for row in rows
    )


def confirmation_line(row: Confirmation) -> ConfirmationLine:
    """One question and its answer, for whoever may read both."""
    says, tone = {
        "": (_("asked"), ""),
        Confirmation.Decision.CONFIRMED: (_("confirmed"), "better"),
        Confirmation.Decision.DECLINED: (_("not confirmed"), "look"),
        Confirmation.Decision.WITHDRAWN: (_("taken back"), ""),
    }[row.decision]
    return ConfirmationLine(
        row.uid,
        row.asked.name,
        row.asked_at,
        says,
        tone,
        row.reason,
        row.decided_at,
        not row.decision,
        row.claimant_id,
        row.asked_id,
    )


def decide_page(actor: Actor, row: Confirmation, form: object, organisation: Organisation) -> DecidePage:
    """What the viewer is asked; six queries at most. Raises NotFound for whoever was not asked."""
    access.require(actor, "decide", row)
    figure = ""
    if row.what == "saving" and (saving := Saving.objects.filter(uid=row.what_uid).first()):
        amount = amounts.words(row.figure, saving.kind, saving.unit, organisation.currency)
        figure = f"{amount}, {per_words(saving.per)}"
    return DecidePage(
        title=_("Is it so?"),
        lede=row.title,
        crumbs=(ledger_crumb(), Crumb(row.title, sources.find(actor, row.what, row.what_uid).url)),
        who_sees=access.audience("confirmation", row.claimant),
        claimant=row.claimant.name,
        figure=figure,
        url=sources.find(actor, row.what, row.what_uid).url,
        asked_at=row.asked_at,
        forbidden=rules.why_not(row.claimant, row.asked),
        form=form,
    )


def source_of_saving(actor: Actor, uid: str) -> Source:
    """A saving as something that is confirmed."""
    saving = saving_by_uid(actor, uid)
    return Source(saving.title, reverse("savings:saving", args=[uid]), may_claim=False)


def of_source(kind: str, uid: str, currency: str) -> tuple[SavingRow, ...]:
    """What was claimed for one source, in its order; one query. Savings are open to all, so no viewer is asked for."""
    rows = Saving.objects.filter(source_kind=kind, source_uid=uid).exclude(state=Saving.State.WITHDRAWN)
    return tuple(
        saving_row(row, currency) for row in rows.select_related("claimant", "confirmed_by").order_by("id")
    )


def confirmed_of(person_id: int) -> QuerySet[Saving]:
    """The savings of a person that count: confirmed, and not gone since."""
    return Saving.objects.filter(claimant_id=person_id, state=Saving.State.CONFIRMED)


def confirmed_uids(what: str, uids: Iterable[str]) -> frozenset[str]:
    """Of some results of another feature, those that a colleague has confirmed; one query."""
    rows = Confirmation.objects.filter(
        what=what, what_uid__in=list(uids), decision=Confirmation.Decision.CONFIRMED
    )
    return frozenset(rows.values_list("what_uid", flat=True))


def confirmations_of(what: str, uid: str) -> tuple[ConfirmationLine, ...]:
    """All questions about one result, the latest last; what they say is for the two concerned. One query."""
    rows = Confirmation.objects.filter(what=what, what_uid=uid).select_related("asked")
    return tuple(confirmation_line(row) for row in rows)


def what_waits(actor: Actor) -> tuple[Waiting, ...]:
    """What the actor is asked to confirm, and what they confirmed and have to look at again; three queries."""
    today = policies.today()
    asked = Confirmation.objects.filter(asked_id=actor.own_id, decision="").select_related("claimant")
    lines = [
        Waiting(
            text=_("%(name)s asks you to confirm: %(title)s")
            % {"name": row.claimant.name, "title": row.title},
            url=reverse("savings:decide", args=[row.uid]),
            due=None,
            overdue=False,
        )
        for row in asked.order_by("asked_at", "id")
    ]
    again = Saving.objects.filter(
        confirmed_by_id=actor.own_id, state=Saving.State.CONFIRMED, again_at=None, again_on__lte=today
    )
    lines += [
        Waiting(
            text=_("Is the gain still there? %(title)s") % {"title": row.title},
            url=reverse("savings:again", args=[row.uid]),
            due=row.again_on,
            overdue=_is_late(row.again_on, today),
        )
        for row in again.order_by("again_on", "id")
    ]
    return tuple(lines)


def _is_late(day: date | None, today: date) -> bool:
    return day is not None and day < today
