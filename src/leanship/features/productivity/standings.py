"""Standings: where a subject stood at a closed period, as rows that are never changed.

`refresh` is what every action calls before it commits, with the series it touched and a short code of why.
"""

from __future__ import annotations

from collections.abc import Collection


def refresh(series_ids: Collection[int], *, reason: str) -> int:
    """Bring the standings of these series, and of whoever they belong to, up to date; the rows written.

    `reason` is a code of at most 60 characters ("measured", "corrected", "imported", "standard_set" …) that
    the successor rows carry. Called inside the action's transaction; opens none of its own.
    """
    return 0
