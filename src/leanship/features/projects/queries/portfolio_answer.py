"""What was found for a portfolio, in words: the set, its proof, what stays out and why, what an hour more is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.projects.models import Portfolio
from leanship.features.projects.portfolio_given import CandidateGiven, Question
from leanship.features.savings import amounts
from leanship.web.charts import bars
from leanship.web.charts.bars import Bar, BarsData
from leanship.web.charts.svg import Svg


@dataclass(frozen=True)
class AnswerRow:
    """A candidate of the answer: its worth, its hours, and for one that stays out why."""

    name: str
    value: str
    hours: str
    fragile: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class CapacityRow:
    """A capacity of the answer."""

    name: str
    used: str
    limit: str
    left: str
    one_more: str


@dataclass(frozen=True)
class Answer:
    """What a run found, for the portfolio as it stood then."""

    at: datetime
    earlier: bool
    failure: str
    proven: bool
    value: str
    proof: str
    chosen: tuple[AnswerRow, ...] = ()
    out: tuple[AnswerRow, ...] = ()
    capacities: tuple[CapacityRow, ...] = ()
    undecided: tuple[str, ...] = ()
    chart: Svg | None = None
    chart_says: str = ""


def answer_of(portfolio: Portfolio, currency: str, digest: str) -> Answer | None:
    """The last answer; one query. `digest` is of the portfolio as it stands, to say where the two differ."""
    run = portfolio.runs.exclude(done_at=None).first()
    if run is None or run.done_at is None:
        return None
    earlier = run.given != digest
    if run.result is None:
        failure = _("The figures have more digits than can be added up exactly. Round them, and ask again.")
        return Answer(run.done_at, earlier, failure, False, "", "")
    told = _Told(Question.of_json(run.result["question"]), run.result, currency)
    return told.answer(run.done_at, earlier)


@dataclass(frozen=True)
class _Told:
    question: Question
    result: Mapping[str, Any]
    currency: str

    def money(self, value: int) -> str:
        shown = amounts.words(abs(value), "money", "", self.currency)
        return f"\N{MINUS SIGN}{shown}" if value < 0 else shown

    def hours(self, minutes: int) -> str:
        return amounts.words(minutes, "hours", "", "")

    def answer(self, at: datetime, earlier: bool) -> Answer:
        chosen, fragile = set(self.result["chosen"]), set(self.result["fragile"])
        proven = self.result["status"] == "optimal"
        value, bound = self.result["value"], self.result["bound"]
        ordered = sorted(self.question.candidates, key=lambda one: (-one.value, one.name))
        if proven:
            proof = _(
                "Proven: %(value)s is the most there can be. Every other set that fits is worth as much at most."
            ) % {"value": self.money(value)}
        else:
            proof = _(
                "Not proven in the time there was: a better set could be worth %(bound)s at most, %(gap)s more."
            ) % {"bound": self.money(bound), "gap": self.money(bound - value)}
        leaves = _("fragile: worth 30 % less, it would leave")
        enters = _("fragile: worth 30 % more, it would come in")
        chart, says = self.chart()
        return Answer(
            at,
            earlier,
            "",
            proven,
            self.money(value),
            proof,
            tuple(
                self.row(one, leaves if one.name in fragile else "") for one in ordered if one.name in chosen
            ),
            tuple(
                self.row(one, enters if one.name in fragile else "", self.why(one, chosen))
                for one in ordered
                if one.name not in chosen
            ),
            tuple(self.capacities()),
            tuple(self.result["undecided"]),
            chart,
            says,
        )

    def row(self, one: CandidateGiven, fragile: str, why: tuple[str, ...] = ()) -> AnswerRow:
        return AnswerRow(one.name, self.money(one.value), self.hours(sum(one.minutes.values())), fragile, why)

    def left(self) -> dict[str, int]:
        used = self.result["used"]
        return {one.name: one.minutes - used.get(one.name, 0) for one in self.question.capacities}

    def why(self, one: CandidateGiven, chosen: set[str]) -> tuple[str, ...]:
        """Why a candidate stays out beside the chosen, each reason a few words."""
        reasons = []
        limits = {each.name: each.minutes for each in self.question.capacities}
        short = {name: one.minutes.get(name, 0) - left for name, left in self.left().items()}
        for name, lacks in short.items():
            if one.minutes.get(name, 0) > limits[name]:
                reasons.append(
                    _("takes more of %(name)s than there is: %(hours)s")
                    % {"name": name, "hours": self.hours(one.minutes[name])}
                )
            elif lacks > 0:
                reasons.append(
                    _("%(hours)s of %(name)s are missing") % {"hours": self.hours(lacks), "name": name}
                )
        others = [name for name in one.excludes if name in chosen]
        if others:
            reasons.append(_("cannot go with %(names)s") % {"names": ", ".join(others)})
        lacking = [name for name in one.requires if name not in chosen]
        if lacking:
            reasons.append(_("requires %(names)s") % {"names": ", ".join(lacking)})
        if not reasons:
            reasons.append(
                _("would fit, and adds nothing")
                if one.value <= 0
                else _("would fit; the search ended before")
            )
        return tuple(reasons)

    def capacities(self) -> list[CapacityRow]:
        left, more = self.left(), self.result["one_more"]
        rows = []
        for one in self.question.capacities:
            worth = more.get(one.name)
            says = _("not found out") if worth is None else self.money(worth) if worth else _("nothing")
            used = one.minutes - left[one.name]
            rows.append(
                CapacityRow(
                    one.name, self.hours(used), self.hours(one.minutes), self.hours(left[one.name]), says
                )
            )
        return rows

    def chart(self) -> tuple[Svg | None, str]:
        """What one more hour is worth by capacity, where it is worth anything anywhere."""
        more = {one.name: self.result["one_more"].get(one.name) or 0 for one in self.question.capacities}
        worth = [name for name, value in more.items() if value]
        if not worth:
            return None, ""
        unit = 10 ** amounts.minor_digits(self.currency)
        shown = {name: more[name] for name in (more if len(more) <= 12 else worth[:12])}
        data = BarsData(
            title=_("What one more hour is worth"),
            unit=_("%(currency)s for one more hour") % {"currency": self.currency},
            bars=tuple(Bar(name[:24], (value / unit,), self.money(value)) for name, value in shown.items()),
        )
        best = max(worth, key=lambda name: more[name])
        says = ngettext(
            "One more hour of %(name)s is worth %(value)s; of the others nothing.",
            "One more hour is worth most in %(name)s: %(value)s.",
            len(worth),
        ) % {"name": best, "value": self.money(more[best])}
        return bars.svg(data), says
