"""Which of many short texts say what somebody is writing just now: words compared whole, else by their trigrams.

Made for titles of a few words in any language, so there is no list of words to leave out: short words count little
by themselves, since each counts as much as it is long.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

SHORTEST = 4  # letters of a word that says something
LIKELY = 0.5
_SAME_WORD = 0.5  # share of trigrams that two words must have in common to be taken for one


@dataclass(frozen=True)
class Like(Generic[K]):
    """A text that resembles: its key, and how much, from 0 to 1."""

    key: K
    score: float


def words(text: str) -> list[str]:
    """The telling words of a text in one case, each once, in their order; all of them where none is long enough."""
    found = list(dict.fromkeys(re.findall(r"[^\W_]+", text.casefold())))
    telling = [word for word in found if len(word) >= SHORTEST]
    return telling or found


@lru_cache(maxsize=20_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def word_likeness(one: str, other: str) -> float:
    """1 for the same word, else Dice's share of common trigrams, or 0 where that is too little to be one word."""
    if one == other:
        return 1.0
    mine, theirs = _trigrams(one), _trigrams(other)
    share = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    return share if share >= _SAME_WORD else 0.0


def likeness(title: str, other: str) -> float:
    """How much of `title` stands in `other` too, from 0 to 1, each word weighing what it is long.

    A title of several words is never like another by a single one of them.
    """
    asked, there = words(title), words(other)
    if not asked or not there:
        return 0.0
    best = [max(word_likeness(word, each) for each in there) for word in asked]
    if len(asked) > 1 and sum(score > 0 for score in best) < 2:
        return 0.0
    weight = sum(len(word) for word in asked)
    return sum(score * len(word) for score, word in zip(best, asked, strict=True)) / weight


def likely(title: str, others: Iterable[tuple[K, str]], most: int = 5) -> list[Like[K]]:
    """The texts that resemble `title` enough, the most alike first; equal ones as they came."""
    found = [Like(key, likeness(title, text)) for key, text in others]
    enough = [each for each in found if each.score >= LIKELY]
    return sorted(enough, key=lambda each: -each.score)[:most]
