"""A rating in one sentence, with the counts it was decided on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leanship.domain.figures import STANDARD_BANDS, Bands, Better, attainment
from leanship.domain.periods import Cadence
from leanship.domain.rating import KpiRating, Measured, Rating
from leanship.web.words import rating_says

NBSP = "\N{NO-BREAK SPACE}"


def rating(
    kind: Rating,
    exceeds: int,
    meets: int,
    present: int,
    median: int | None = None,
    bands: Bands = STANDARD_BANDS,
) -> KpiRating:
    """A monthly rating with so many periods; only what the sentence uses is filled."""
    periods = [Measured(i, attainment(100, 100, Better.HIGHER), bands) for i in range(present)]
    return KpiRating(
        rating=kind,
        cadence=Cadence.MONTH,
        first=0,
        last=11,
        periods=tuple(periods),
        missing=(),
        unrated=(),
        left_out=(),
        exceeds=exceeds,
        meets=meets,
        needed=9,
        median=median,
        standard_changed=False,
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (rating(Rating.EXCEEDS, 10, 11, 12), "Exceeds: 10 of 12 months at 105 % of the standard or more."),
        (rating(Rating.MEETS, 3, 11, 12), "Meets: 11 of 12 months at 100 % of the standard or more."),
        (rating(Rating.DOES_NOT_MEET, 0, 1, 12), "Does not meet yet: 11 of 12 months below the standard."),
        (
            rating(Rating.NOT_CONSISTENT, 2, 7, 12, 101),
            f"Not consistent: of 12 months, 7 meet the standard, 2 of them exceed it; the median is 101{NBSP}%.",
        ),
        (
            rating(Rating.NOT_CONSISTENT, 2, 7, 12),
            "Not consistent: of 12 months, 7 meet the standard, 2 of them exceed it.",
        ),
        (rating(Rating.NOT_ENOUGH_EVIDENCE, 0, 0, 4), "Not enough evidence: 4 of 9 months."),
    ],
)
def test_the_sentence_gives_the_counts(given: KpiRating, said: str) -> None:
    assert rating_says(given) == said


def test_own_thresholds_are_named() -> None:
    given = rating(Rating.EXCEEDS, 10, 11, 12, bands=Bands(exceeds=102, meets=98))
    assert rating_says(given) == "Exceeds: 10 of 12 months at 102 % of the standard or more."


def test_thresholds_that_changed_within_the_window_are_not_named() -> None:
    old, new = rating(Rating.MEETS, 0, 6, 6), rating(Rating.MEETS, 0, 6, 6, bands=Bands(102, 98))
    given = replace(old, periods=old.periods + new.periods, meets=12)
    assert rating_says(given) == "Meets: 12 of 12 months meet the standard."
