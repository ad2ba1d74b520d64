"""Whether a change made things better: the verdict of a series on an improvement (M22).

The limits are those of the process behaviour chart of all points before the change (M16), and the points after it are
held against them once, at the check. Nothing is decided on a float. Why rules and edges are as they are stands in the
decision on results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from leanship.domain.figures import Better, Figure
from leanship.domain.process_behaviour import RUN, chart

BEFORE: Final = 12
"""Points before the change that a verdict needs (M22)."""
AFTER: Final = 8
"""Points after the change that a verdict needs (M22)."""
BEYOND: Final = 2
"""After-points beyond a limit that make a signal of their own; one alone may be an accident."""


class Outcome(StrEnum):
    """What the series says of the change (M22)."""

    IMPROVED = "improved"
    WORSE = "worse"
    MIXED = "mixed"
    NO_SIGNAL_YET = "no_signal_yet"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with what it rests on.

    `before` and `after` count points, gaps left out. Centre and limits are those of the before-period, in the unit of
    the values; the limits are None where M16 gives none. `beyond_better` and `beyond_worse` are positions in the
    values after the change, from 0; `run_better` and `run_worse` the longest runs of after-points on either side of
    the centre.
    """

    outcome: Outcome
    before: int
    after: int
    centre: Fraction | None
    lower_limit: Fraction | None
    upper_limit: Fraction | None
    beyond_better: tuple[int, ...]
    beyond_worse: tuple[int, ...]
    run_better: int
    run_worse: int


class Lasting(StrEnum):
    """What the check after 90 days says of a gain (M22)."""

    HOLDS = "holds"
    GONE = "gone"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


@dataclass(frozen=True, slots=True)
class Recheck:
    """Whether a gain lasts: judged on the values after the change from position `since` on."""

    lasting: Lasting
    since: int
    verdict: Verdict


def verify(before: Sequence[Figure | None], after: Sequence[Figure | None], *, better: Better) -> Verdict:
    """What the values `after` a change say, held against those `before` it, each in the order of its periods (M22).

    None is a gap: it breaks a moving range and a run. With fewer than 12 points before or 8 after there is not enough
    evidence. A side has a signal with eight after-points in a row on it (rule 2), or with two after-points beyond its
    limit. Signals on both sides are *mixed*; a signal on one and no point beyond the other limit is *improved* or
    *worse*; all else is *no signal yet*. A before-period without limits (its moving ranges are all 0, or its points
    have no neighbours) leaves the runs alone to judge by.
    """
    past = chart(before, baseline="all")
    points = sum(value is not None for value in after)
    sign = 1 if better is Better.HIGHER else -1
    above = _beyond(after, past.upper_limit, 1)
    below = _beyond(after, past.lower_limit, -1)
    rising, falling = _longest_run(after, past.centre, 1), _longest_run(after, past.centre, -1)
    if sign > 0:
        good, bad, run_good, run_bad = above, below, rising, falling
    else:
        good, bad, run_good, run_bad = below, above, falling, rising
    if past.n < BEFORE or points < AFTER:
        outcome = Outcome.NOT_ENOUGH_EVIDENCE
    else:
        outcome = _outcome(good, bad, run_good, run_bad)
    return Verdict(
        outcome,
        past.n,
        points,
        past.centre,
        past.lower_limit,
        past.upper_limit,
        good,
        bad,
        run_good,
        run_bad,
    )


def recheck(
    before: Sequence[Figure | None], after: Sequence[Figure | None], *, judged: int, better: Better
) -> Recheck:
    """Whether a gain found at the check still holds, 90 days later (M22).

    `after` holds all values since the change, the first `judged` of which the first check saw. The values since then
    are judged by the same rule against the same limits if they hold at least 8 points, else the latest 8 points of
    all. *Improved* holds; with too few points there is not enough evidence; anything else means the gain is gone.
    Raises ValueError for a `judged` outside `after`.
    """
    if not 0 <= judged <= len(after):
        raise ValueError("the first check saw values that are not there")
    since = judged
    if sum(value is not None for value in after[judged:]) < AFTER:
        there = [place for place, value in enumerate(after) if value is not None]
        since = there[-AFTER] if len(there) >= AFTER else 0
    verdict = verify(before, after[since:], better=better)
    match verdict.outcome:
        case Outcome.IMPROVED:
            lasting = Lasting.HOLDS
        case Outcome.NOT_ENOUGH_EVIDENCE:
            lasting = Lasting.NOT_ENOUGH_EVIDENCE
        case _:
            lasting = Lasting.GONE
    return Recheck(lasting, since, verdict)


def _outcome(good: Sequence[int], bad: Sequence[int], run_good: int, run_bad: int) -> Outcome:
    gained = run_good >= RUN or len(good) >= BEYOND
    lost = run_bad >= RUN or len(bad) >= BEYOND
    if gained and lost:
        return Outcome.MIXED
    if gained and not bad:
        return Outcome.IMPROVED
    if lost and not good:
        return Outcome.WORSE
    return Outcome.NO_SIGNAL_YET


def _beyond(values: Sequence[Figure | None], limit: Fraction | None, side: int) -> tuple[int, ...]:
    """Positions of the values strictly outside the limit of one side; none where there is no limit."""
    if limit is None:
        return ()
    return tuple(
        place for place, value in enumerate(values) if value is not None and side * (value - limit) > 0
    )


def _longest_run(values: Sequence[Figure | None], centre: Fraction | None, side: int) -> int:
    """The most values in a row strictly on one side of the centre; a gap or a value on the centre ends a run."""
    longest = run = 0
    for value in values:
        inside = value is not None and centre is not None and side * (value - centre) > 0
        run = run + 1 if inside else 0
        longest = max(longest, run)
    return longest
