"""The level of somebody for whom nobody said one, worked out from where they stand in the line.

Nobody below: contributor. Everybody directly below without staff of their own: entry-level manager. Somebody
directly below is an entry-level manager, and nobody more: mid-level manager. A mid-level manager or more
directly below, or staff and nobody above: senior leader.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from leanship.features.org.models import Level

K = TypeVar("K", bound=Hashable)


def deduce(leaders: Mapping[K, K | None]) -> dict[K, str]:
    """The level of each key, given whom each reports to (None, or a key that is not there: nobody).

    Linear. Raises ValueError when the lines hold a loop.
    """
    waiting = dict.fromkeys(leaders, 0)
    for leader in leaders.values():
        if leader is not None and leader in waiting:
            waiting[leader] += 1
    height = dict.fromkeys(leaders, 0)
    ready = [key for key, below in waiting.items() if not below]
    done = 0
    while ready:
        key = ready.pop()
        done += 1
        leader = leaders[key]
        if leader is None or leader not in waiting:
            continue
        height[leader] = max(height[leader], height[key] + 1)
        waiting[leader] -= 1
        if not waiting[leader]:
            ready.append(leader)
    if done < len(leaders):
        raise ValueError("the lines hold a loop")
    return {key: _level(height[key], at_the_top=leaders[key] not in waiting) for key in leaders}


def _level(height: int, *, at_the_top: bool) -> str:
    if height == 0:
        return Level.CONTRIBUTOR.value
    if at_the_top or height > 2:
        return Level.SENIOR.value
    return Level.ENTRY.value if height == 1 else Level.MID.value
