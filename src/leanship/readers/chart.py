"""The shape of an organisation chart: roots, depth, spans and loops, in one pass over its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

#: More direct reports than this are counted apart: hardly anybody has time for each of so many.
WIDE_SPAN = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """What a chart looks like as a whole.

    `roots` report to nobody; `max_depth` counts lines from a root downwards, 0 for roots alone; `managers` have
    at least one direct report, and `mean_span` is the mean number of theirs, to two decimals, None without
    managers; `largest_spans` are the three largest, each with its id; `loops` are circles, each once.
    """

    roots: tuple[str, ...]
    max_depth: int
    managers: int
    mean_span: float | None
    largest_spans: tuple[tuple[str, int], ...]
    spans_over_10: int
    spans_of_1: int
    loops: tuple[tuple[str, ...], ...]


def shape(leaders: Mapping[str, str | None], roots: tuple[str, ...] | None = None) -> Shape:
    """The shape of the chart in which each id reports to `leaders[id]`; an unknown leader counts as none.

    `roots` names those that are roots where not everybody without a known leader is one. Linear in the number
    of people: everyone is walked upwards once, until somebody whose depth is known.
    """
    depth: dict[str, int] = {}
    loops: list[tuple[str, ...]] = []
    for start in leaders:
        path: list[str] = []
        places: dict[str, int] = {}
        person: str | None = start
        while person is not None and person in leaders and person not in depth:
            if person in places:
                loop = path[places[person] :]
                loops.append(tuple(loop))
                break
            places[person] = len(path)
            path.append(person)
            person = leaders[person]
        # Below a loop there is no root to count from; such people get a depth that can never be the largest.
        looped = person is not None and person in places
        above = -len(leaders) - 1 if looped else depth.get(person, -1) if person is not None else -1
        for step, walked in enumerate(reversed(path), start=1):
            depth[walked] = above + step
    spans = Counter(leader for leader in leaders.values() if leader is not None and leader in leaders)
    lines = sum(spans.values())
    if roots is None:
        roots = tuple(person for person, leader in leaders.items() if leader is None or leader not in leaders)
    return Shape(
        roots=roots,
        max_depth=max(0, max(depth.values(), default=0)),
        managers=len(spans),
        mean_span=round(lines / len(spans), 2) if spans else None,
        largest_spans=tuple(spans.most_common(3)),
        spans_over_10=sum(1 for span in spans.values() if span > WIDE_SPAN),
        spans_of_1=sum(1 for span in spans.values() if span == 1),
        loops=tuple(loops),
    )
