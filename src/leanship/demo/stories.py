"""The stories in the demo company: which series tells what, and how one knows that it does.

No figure is set by hand. A story names a process and a test; histories of that process are drawn one after the
other until one passes the test, which asks the product's own rating and chart. So whatever the day is, the story
is there, and it is one that chance could have told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from leanship.demo.company import SEED, Company
from leanship.demo.figures import Figures, Plan, Shift, figures, standards
from leanship.demo.kpis import KPIS, Process
from leanship.domain import (
    Bands,
    Better,
    Chart,
    KpiRating,
    Lasting,
    Outcome,
    Rating,
    Rule,
    can_exceed,
    chart,
    proposed_shift,
    rate,
    recheck,
    verify,
)
from leanship.domain.figures import Figure, parse_decimal

MOST_DRAWS = 20_000

BENS_SHIFT = 11  # weeks since the order desk types orders from the telephone straight in
BENS_CHECK = 9  # weeks until that was checked
FARIDS_SHIFT, FARIDS_WEEKS = 38, 13  # since quotes come from one list; weeks until it was accepted
CLARAS_RUN = 8
FARIDS_MONTHS = 5  # since he lowered his own standard
FARIDS_STANDARD = 13  # new customers a month, in place of 15
CHECKED_AFTER = 10  # weeks from a change to its check
AGAIN_AFTER = 13  # weeks from there to the second check, which comes after 90 days
CLARAS_CHANGE, CLARAS_GAIN = (
    30,
    12,
)  # weeks since she changed the tours; weeks until drivers went their old ways
DEVS_CHANGE = 16  # weeks since Dev began to read every order twice


class Look:
    """One drawn history as the product's own method sees it."""

    def __init__(self, plan: Plan, drawn: Figures, marks: Mapping[int, int]) -> None:
        self.plan = plan
        self.drawn = drawn
        self.kpi = KPIS[plan.kpi]
        self.marks = marks
        self.ordinals: list[int] = drawn.ordinals.tolist()
        unit = 10**self.kpi.decimals * self.kpi.ratio_scale
        self.values: list[Figure] = (
            [
                Fraction(part * unit, whole)
                for part, whole in zip(drawn.numerators.tolist(), drawn.denominators.tolist(), strict=True)
            ]
            if len(drawn.numerators)
            else drawn.values.tolist()
        )

    @property
    def better(self) -> Better:
        """The better direction."""
        return Better.HIGHER if self.kpi.higher else Better.LOWER

    @property
    def bands(self) -> Bands:
        """The KPI's own bands, or everybody's."""
        if self.kpi.exceeds is None or self.kpi.meets is None:
            return Bands()
        return Bands(self.kpi.exceeds, self.kpi.meets)

    def standard(self, ordinal: int) -> int:
        """The standard that holds in a period."""
        return self.marks[max(since for since in self.marks if since <= ordinal)]

    def rating(self, back: int = 0) -> KpiRating:
        """M14 for the window that ended `back` periods before the latest."""
        last = self.plan.last - back
        known = {at: value for at, value in zip(self.ordinals, self.values, strict=True) if at <= last}
        held = {at: self.standard(at) for at in known}
        return rate(self.kpi.cadence, last, known, held, self.better, bands=self.bands)

    def raw(self, back: int = 0) -> Rating:
        """The raw rating of that window."""
        return self.rating(back).rating

    def chart(self, points: int | None = None, accepted: Sequence[int] = ()) -> Chart:
        """The chart of the first `points` (all by default), a gap where a period is lost."""
        place = dict(zip(self.ordinals, self.values, strict=True))
        axis = range(self.ordinals[0], self.ordinals[-1] + 1)
        return chart([place.get(at) for at in axis][:points], accepted=[(at, None) for at in accepted])

    @property
    def quiet(self) -> bool:
        """Whether the chart shows routine variation alone."""
        found = self.chart()
        return found.centre is not None and not found.signals


def _shift_begins(found: Chart, periods: int, points: int, side: int) -> bool:
    """Whether a run proposes a new baseline from exactly where the process changed, and nothing came before."""
    shift = proposed_shift(found)
    begin = points - periods
    return (
        shift is not None
        and (shift.first, shift.side) == (begin, side)
        and all(signal.index >= begin for signal in found.signals)
    )


def _around(look: Look, weeks_ago: int, weeks: int) -> tuple[list[Figure | None], list[Figure | None]]:
    """The values before a change so many weeks ago, and those of the weeks after it; None where one is lost."""
    place = dict(zip(look.ordinals, look.values, strict=True))
    change = look.plan.last - weeks_ago + 1
    before = [place.get(at) for at in range(look.ordinals[0], change)]
    return before, [place.get(at) for at in range(change, change + weeks)]


def _verdict(look: Look, weeks_ago: int, checked_after: int) -> Outcome:
    """What the check of a change says that came so many weeks ago."""
    before, after = _around(look, weeks_ago, checked_after)
    return verify(before, after, better=look.better).outcome


def _lasting(look: Look, weeks_ago: int) -> Lasting:
    """What the second check says of it."""
    before, after = _around(look, weeks_ago, CHECKED_AFTER + AGAIN_AFTER)
    return recheck(before, after, judged=CHECKED_AFTER, better=look.better).lasting


def _real_shift(look: Look) -> bool:
    return (
        _shift_begins(look.chart(), BENS_SHIFT, len(look.values), -1)
        and _verdict(look, BENS_SHIFT, BENS_CHECK) is Outcome.IMPROVED
    )


def _faded(look: Look) -> bool:
    return (
        _verdict(look, CLARAS_CHANGE, CHECKED_AFTER) is Outcome.IMPROVED
        and _lasting(look, CLARAS_CHANGE) is Lasting.GONE
        and look.raw() is Rating.MEETS
    )


def _wrong_cause(look: Look) -> bool:
    return look.quiet and _verdict(look, DEVS_CHANGE, CHECKED_AFTER) is Outcome.NO_SIGNAL_YET


def _accepted_shift(look: Look) -> bool:
    n = len(look.values)
    at, seen = n - FARIDS_SHIFT, n - FARIDS_SHIFT + FARIDS_WEEKS
    after = look.chart(accepted=[at])
    return (
        _shift_begins(look.chart(seen), FARIDS_WEEKS, seen, -1)
        and not after.signals
        and _verdict(look, FARIDS_SHIFT, CHECKED_AFTER) is Outcome.IMPROVED
        and _lasting(look, FARIDS_SHIFT) is Lasting.HOLDS
    )


def _unseen_run(look: Look) -> bool:
    found = look.chart().signals
    last = len(look.values) - 1
    run = [signal.index for signal in found if signal.rule is Rule.RUN_OF_8 and signal.side == 1]
    return run == list(range(last - CLARAS_RUN + 1, last + 1)) and all(s.index in run for s in found)


def _only_noise(look: Look) -> bool:
    worst = max(look.values)
    recent = look.values[-3:]
    return (
        look.quiet
        and look.values.count(worst) == 1
        and worst in recent
        and look.raw() is Rating.NOT_CONSISTENT
    )


def _luck(look: Look) -> bool:
    found = look.rating()
    latest = found.periods[-3:]
    return (
        found.rating is Rating.NOT_CONSISTENT
        and found.meets >= 9
        and all(period.attainment.meets(look.bands) for period in latest)
    )


def _waits(look: Look) -> bool:
    last = len(look.values) - 1
    return (
        look.raw() is Rating.MEETS
        and all(look.raw(back) is Rating.NOT_CONSISTENT for back in (1, 2, 3))
        and not look.chart().signals_at(last)
    )


def _zero(look: Look) -> bool:
    return not any(look.values)


def _flattered(look: Look) -> bool:
    since = look.plan.last - FARIDS_MONTHS + 1
    first = min(look.marks)
    lowered = Look(look.plan, look.drawn, {first: look.marks[first], since: FARIDS_STANDARD})
    return look.raw() is Rating.NOT_CONSISTENT and lowered.raw() is Rating.MEETS


def _cannot_exceed(look: Look) -> bool:
    best = parse_decimal(look.kpi.ceiling, look.kpi.decimals)
    reachable = can_exceed(look.standard(look.plan.last), look.better, ceiling=best, bands=look.bands)
    return look.quiet and not reachable and look.raw() is Rating.MEETS


def _quiet(look: Look) -> bool:
    return look.quiet


@dataclass(frozen=True)
class Story:
    """A series that tells something: whose, of which KPI, from what process, and how one knows that it does.

    `subject` is one of the cast, or "lead of" a unit. `lost` counts periods back from the latest, 0 being it.
    """

    key: str
    subject: str
    kpi: str
    tells: Callable[[Look], bool]
    shift: Shift | None = None
    process: Process | None = None
    lost: frozenset[int] = frozenset()


STORIES: tuple[Story, ...] = (
    Story("real_shift", "ben", "lead_time", _real_shift, Shift(BENS_SHIFT, 0.87)),
    Story("only_noise", "dev", "order_complaints", _only_noise),
    Story("luck", "lead of Warehouse", "same_day", _luck),
    Story("waits", "lead of Transport", "cost_per_drop", _waits),
    Story("zero", "lead of Night shift", "accidents", _zero, process=Process("count", 0.05)),
    Story("ceiling", "ana", "orders_right", _cannot_exceed),
    Story("own_standard", "farid", "new_customers", _flattered),
    Story("accepted", "farid", "quote_time", _accepted_shift, Shift(FARIDS_SHIFT, 0.84)),
    Story(
        "missing",
        "ana",
        "order_lines",
        _quiet,
        process=Process("measure", 188, 8),
        lost=frozenset({1}),
    ),
    Story("faded", "clara", "on_time", _faded, Shift(CLARAS_CHANGE, 1.024, CLARAS_GAIN)),
    Story("wrong_cause", "dev", "orders_right", _wrong_cause),
    Story("unseen", "clara", "cost_per_order", _unseen_run, Shift(CLARAS_RUN, 1.06)),
)


def subject_of(story: Story, company: Company) -> str:
    """The id of whose series tells the story."""
    unit = story.subject.removeprefix("lead of ")
    return story.subject if unit == story.subject else company.lead_of(unit).id


def tell(company: Company, found: Sequence[Plan], *, seed: int = SEED) -> list[Plan]:
    """The same plans, those of a story drawn so that they tell it.

    Raises RuntimeError when no history of a process does; the tests try many days.
    """
    by_key = {(subject_of(story, company), story.kpi): story for story in STORIES}
    return [
        _drawn(by_key[plan.subject, plan.kpi], plan, company.today, seed)
        if (plan.subject, plan.kpi) in by_key
        else plan
        for plan in found
    ]


def _drawn(story: Story, plan: Plan, today: date, seed: int) -> Plan:
    marks = standards(KPIS[plan.kpi], today)
    lost = plan.lost | {plan.last - back for back in story.lost}
    base = replace(plan, shift=story.shift, process=story.process or plan.process, lost=lost)
    for draw in range(MOST_DRAWS):
        one = replace(base, draw=draw)
        if story.tells(Look(one, figures(one, seed=seed), marks)):
            return one
    raise RuntimeError(f"no history of {MOST_DRAWS} tells the story {story.key}")
