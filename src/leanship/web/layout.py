"""What the shell of a page shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Audience:
    """One group that can see a page: its label, why it can, and how many people it is (None: not listed)."""

    label: str
    reason: str
    count: int | None


@dataclass(frozen=True)
class WhoSees:
    """Who can see a page: a few words for the corner, and the list they open to."""

    summary: str
    audience: tuple[Audience, ...]
