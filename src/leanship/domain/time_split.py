"""Where time goes: which hours are strategic, each counted once, and their share against the target (M23, M24).

Time is counted in whole seconds of UTC. Where several events overlap each gets an equal part, so a class may come out
with a fraction of a second; `Fraction` keeps that exact, and `Hours.whole` brings it to whole seconds that add up.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Protocol

from leanship.domain.periods import Cadence, first_day, ordinal

LONGEST_PATTERN: Final = 200
TOLERANCE: Final = 5  # points to either side that are still on target
ENOUGH_CLASSIFIED: Final = Fraction(80, 100)

#: The strategic share in percent that each level aims at (M23).
TARGET_SHARES: Final[Mapping[str, int]] = MappingProxyType(
    {"contributor": 10, "entry_manager": 10, "mid_manager": 50, "senior_leader": 90}
)
_MORE_IS_FINE: Final = frozenset({"contributor", "entry_manager"})


class TimeClass(StrEnum):
    """What time was spent on: improvement, planning and coaching, or the work of the day; or nobody has said."""

    STRATEGIC = "strategic"
    TACTICAL = "tactical"
    UNCLASSIFIED = "unclassified"


_CLASSES: Final = tuple(TimeClass)


class RuleField(StrEnum):
    """Where a rule looks."""

    CATEGORY = "category"
    TITLE = "title"
    ATTENDEE = "attendee"
    ORGANISER = "organiser"


class Described(Protocol):
    """An event as far as rules look at it."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def categories(self) -> Sequence[str]:
        """Its categories."""

    @property
    def organiser(self) -> str:
        """Name and address of who called it; empty where nobody is named."""

    @property
    def attendees(self) -> Sequence[str]:
        """Names and addresses of those who take part."""


def folded(text: str) -> str:
    """Text as rules compare it: without accents and without upper and lower case."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


@dataclass(frozen=True, slots=True)
class TimeRule:
    """An event with the words of `pattern` in its `field` is of the class `kind`.

    Words are whole words, one after the other, whatever stands between them; accents and capitals do not count. A word
    that ends in `*` stands for all that begin so, and `*` alone for any. An address is words too: `example.org` finds
    everybody there. A pattern without letters and digits is looked for as it stands. Raises ValueError for an empty
    pattern or one longer than `LONGEST_PATTERN`, and for a rule that would make time unclassified.
    """

    field: RuleField
    pattern: str
    kind: TimeClass

    def __post_init__(self) -> None:
        if not self.pattern.strip() or len(self.pattern) > LONGEST_PATTERN:
            raise ValueError(f"a pattern has 1 to {LONGEST_PATTERN} characters")
        if self.kind is TimeClass.UNCLASSIFIED:
            raise ValueError("a rule makes time strategic or tactical")


def _expression(pattern: str) -> re.Pattern[str]:
    text = folded(pattern).strip()
    words = re.findall(r"\w+\*?|\*", text)
    if not words:
        return re.compile(re.escape(text))
    parts = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words]
    return re.compile(r"(?<!\w)" + r"\W+".join(parts) + r"(?!\w)")


class Classifier:
    """Rules in their order: the first that catches an event decides (M24)."""

    def __init__(self, rules: Iterable[TimeRule]) -> None:
        self.rules: Final = tuple(rules)
        self._expressions = tuple(_expression(rule.pattern) for rule in self.rules)
        # Most events of a calendar are repetitions that say the same.
        self._seen: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], int | None] = {}

    def rule_of(self, event: Described) -> int | None:
        """The place of the rule that catches an event; None where none does."""
        key = (event.title, tuple(event.categories), event.organiser, tuple(event.attendees))
        if key not in self._seen:
            texts = {
                RuleField.TITLE: (folded(key[0]),),
                RuleField.CATEGORY: tuple(map(folded, key[1])),
                RuleField.ORGANISER: (folded(key[2]),),
                RuleField.ATTENDEE: tuple(map(folded, key[3])),
            }
            self._seen[key] = next(
                (
                    place
                    for place, (rule, sought) in enumerate(zip(self.rules, self._expressions, strict=True))
                    if any(text and sought.search(text) for text in texts[rule.field])
                ),
                None,
            )
        return self._seen[key]

    def class_of(self, event: Described) -> TimeClass:
        """The class of an event; unclassified where no rule catches it."""
        place = self.rule_of(event)
        return TimeClass.UNCLASSIFIED if place is None else self.rules[place].kind


@dataclass(frozen=True, slots=True)
class Slot:
    """Time that counts: from `start` until before `end`, in whole seconds since 1970 in UTC."""

    start: int
    end: int
    kind: TimeClass


@dataclass(frozen=True, slots=True)
class Hours:
    """Time by class, in seconds, exact; no second is in it twice."""

    strategic: Fraction = Fraction(0)
    tactical: Fraction = Fraction(0)
    unclassified: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        """All of it."""
        return self.strategic + self.tactical + self.unclassified

    @property
    def classified(self) -> Fraction:
        """What rules or its owner have given a class."""
        return self.strategic + self.tactical

    def __add__(self, other: Hours) -> Hours:
        return Hours(
            self.strategic + other.strategic,
            self.tactical + other.tactical,
            self.unclassified + other.unclassified,
        )

    def whole(self) -> tuple[int, int, int]:
        """Strategic, tactical and unclassified in whole seconds, which add up to the total rounded down.

        The seconds that rounding down leaves over go to the largest fractions.
        """
        exact = (self.strategic, self.tactical, self.unclassified)
        parts = [int(part) for part in exact]
        order = sorted(range(3), key=lambda place: (parts[place] - exact[place], place))
        for place in order[: int(self.total) - sum(parts)]:
            parts[place] += 1
        return parts[0], parts[1], parts[2]


def split_time(slots: Iterable[Slot], begin: int, end: int, cuts: Sequence[int] = ()) -> tuple[Hours, ...]:
    """Time by class from `begin` until before `end`, one for each part between `cuts` (M24).

    A stretch covered by `k` slots is counted once and gives each of them a `k`-th. Slots are clipped to the window; one
    that ends before it begins has no time. `cuts` are seconds inside the window, rising. Raises ValueError for others.
    """
    edges = [begin, *cuts, end]
    if begin > end or any(late <= early for early, late in pairwise(edges) if cuts):
        raise ValueError("cuts lie in the window and rise")
    changes: dict[int, list[int]] = {}
    for slot in slots:
        first, last = max(slot.start, begin), min(slot.end, end)
        if first < last:
            place = _CLASSES.index(slot.kind)
            changes.setdefault(first, [0, 0, 0])[place] += 1
            changes.setdefault(last, [0, 0, 0])[place] -= 1
    for cut in cuts:
        changes.setdefault(cut, [0, 0, 0])
    # For each part and each number of overlapping slots, the seconds times slots of each class: whole numbers.
    sums: list[dict[int, list[int]]] = [{} for _ in edges[1:]]
    moments = sorted(changes)
    open_ = [0, 0, 0]
    for moment, following in pairwise(moments):
        for place, change in enumerate(changes[moment]):
            open_[place] += change
        if overlap := sum(open_):
            into = sums[bisect_right(edges, moment) - 1].setdefault(overlap, [0, 0, 0])
            for place, count in enumerate(open_):
                into[place] += count * (following - moment)
    return tuple(_hours(part) for part in sums)


def _hours(part: Mapping[int, Sequence[int]]) -> Hours:
    strategic, tactical, unclassified = (
        sum((Fraction(sums[place], overlap) for overlap, sums in part.items()), Fraction(0))
        for place in range(3)
    )
    return Hours(strategic, tactical, unclassified)


@dataclass(frozen=True, slots=True)
class WeekHours:
    """One week, by its number (`periods`), and the time in as much of it as the window holds."""

    week: int
    hours: Hours


def split_by_week(
    slots: Iterable[Slot], begin: datetime, end: datetime, zone: tzinfo
) -> tuple[WeekHours, ...]:
    """Time by class in each week that begins on Monday in `zone`, from `begin` until before `end`, two instants.

    Weeks without any time are there too. The sum is what `split_time` gives of the whole window.
    """
    first = ordinal(Cadence.WEEK, begin.astimezone(zone).date())
    last = ordinal(Cadence.WEEK, (end - timedelta(microseconds=1)).astimezone(zone).date())
    weeks = range(first, last + 1)
    cuts = [midnight(first_day(Cadence.WEEK, week), zone) for week in weeks[1:]]
    parts = split_time(slots, int(begin.timestamp()), int(end.timestamp()), cuts)
    return tuple(WeekHours(week, hours) for week, hours in zip(weeks, parts, strict=True))


def midnight(day: date, zone: tzinfo) -> int:
    """The second since 1970 in UTC at which a day begins in a zone."""
    return int(datetime.combine(day, time(), zone).timestamp())


class ShareOf(StrEnum):
    """What a strategic share is a share of."""

    WORKING_HOURS = "working_hours"
    CALENDAR_HOURS = "calendar_hours"


class NoShare(StrEnum):
    """Why there is no share."""

    NOTHING = "nothing"  # the calendars hold no time
    TOO_LITTLE_CLASSIFIED = "too_little_classified"


class Aim(StrEnum):
    """How a share stands to its target."""

    UNDER = "under"
    ON_TARGET = "on_target"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class StrategicShare:
    """The strategic share of somebody's time against the target (M23).

    `hours` are those of the calendars with what no calendar holds among the tactical ones; `outside` is how much that
    is, in seconds. `share` is of `base` seconds, None where `missing` says why. `target` is in percent, None where
    there is none; `aim` is None without a share or a target. `classified` is the share of the calendars' time that has
    a class.
    """

    hours: Hours
    outside: Fraction
    of: ShareOf
    base: Fraction
    share: Fraction | None
    missing: NoShare | None
    target: int | None
    aim: Aim | None
    classified: Fraction | None

    @property
    def on_target(self) -> bool | None:
        """Whether the share is on target; None where that cannot be told."""
        return None if self.aim is None else self.aim is Aim.ON_TARGET


def target_share(level: str | None, *, no_target: bool = False) -> int | None:
    """The strategic share in percent that a level aims at; None for a role that is improvement as a whole (M23).

    Raises ValueError for a level that there is not.
    """
    if level is not None and level not in TARGET_SHARES:
        raise ValueError(f"there is no level {level}")
    return None if level is None or no_target else TARGET_SHARES[level]


def strategic_share(
    hours: Hours,
    *,
    level: str | None = None,
    working: Fraction | int | None = None,
    no_target: bool = False,
    outside_strategic: Fraction | int = 0,
) -> StrategicShare:
    """The share of strategic time, and how it stands to the target of the level (M23).

    `hours` is what the calendars hold and `working` contracted time less absence, in seconds. Where that is not known
    (None), or there was none, the share is of the calendars' time. What no calendar holds of working time is tactical
    but for the `outside_strategic` seconds that its owner says were not; more than there are of those do not count.
    Calendars may hold more than working time; the share then stays one of working time, up to all of it. With less than
    80 % of the calendars' time classified, or none at all, there is no share. Raises ValueError for negative time.
    """
    if outside_strategic < 0 or (working is not None and working < 0):
        raise ValueError("time is not negative")
    total = hours.total
    of = ShareOf.CALENDAR_HOURS if not working else ShareOf.WORKING_HOURS
    base = Fraction(working) if working else total
    outside = max(Fraction(0), base - total)
    said = min(Fraction(outside_strategic), outside)
    whole = hours + Hours(strategic=said, tactical=outside - said)
    classified = hours.classified / total if total else None
    share: Fraction | None = None
    missing: NoShare | None = None
    if classified is None:
        missing = NoShare.NOTHING
    elif classified < ENOUGH_CLASSIFIED:
        missing = NoShare.TOO_LITTLE_CLASSIFIED
    else:
        share = min(Fraction(1), whole.strategic / base)
    target = target_share(level, no_target=no_target)
    aim = None if share is None or target is None else _aim(share, target, level in _MORE_IS_FINE)
    return StrategicShare(whole, outside, of, base, share, missing, target, aim, classified)


def _aim(share: Fraction, target: int, more_is_fine: bool) -> Aim:
    distance = 100 * share - target
    if distance < -TOLERANCE:
        return Aim.UNDER
    return Aim.OVER if distance > TOLERANCE and not more_is_fine else Aim.ON_TARGET
