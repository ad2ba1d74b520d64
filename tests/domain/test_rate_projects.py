"""The band of the projects category: every case of M82, and what must hold in all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.projects_band import (
    Lack,
    ProjectsBand,
    ProjectsEvidence,
    ShareStands,
    rate_projects,
)

UNKNOWN, UNDER, REACHED, NO_TARGET = ShareStands
EXCEEDS, MEETS, DOES_NOT_MEET, MIXED, NOT_ENOUGH = ProjectsBand

# led, checked, holding, tests, and the band with the share unknown, under target, on target or above, without target
CASES = (
    ((0, 0, 0, 0), (NOT_ENOUGH, DOES_NOT_MEET, MIXED, NOT_ENOUGH)),
    ((1, 0, 0, 0), (NOT_ENOUGH, DOES_NOT_MEET, MIXED, MIXED)),
    ((1, 0, 0, 1), (NOT_ENOUGH, MIXED, MIXED, MIXED)),
    ((1, 1, 0, 0), (NOT_ENOUGH, DOES_NOT_MEET, MEETS, MEETS)),
    ((1, 1, 0, 1), (NOT_ENOUGH, MIXED, MEETS, MEETS)),
    ((1, 1, 1, 0), (NOT_ENOUGH, DOES_NOT_MEET, EXCEEDS, EXCEEDS)),
    ((1, 1, 1, 1), (NOT_ENOUGH, MIXED, EXCEEDS, EXCEEDS)),
)


@pytest.mark.parametrize(("counts", "bands"), CASES)
def test_every_case_has_its_band(counts: tuple[int, int, int, int], bands: tuple[ProjectsBand, ...]) -> None:
    found = tuple(rate_projects(ProjectsEvidence(*counts, share)).band for share in ShareStands)
    assert found == bands


@pytest.mark.parametrize(
    ("counts", "share", "missing"),
    [
        ((0, 0, 0, 0), UNKNOWN, (Lack.SHARE, Lack.PROJECT, Lack.CHECKED)),
        ((0, 0, 0, 0), NO_TARGET, (Lack.PROJECT, Lack.CHECKED)),
        ((2, 0, 0, 0), UNDER, (Lack.MORE_TIME, Lack.TEST, Lack.CHECKED)),
        ((2, 0, 0, 3), REACHED, (Lack.CHECKED,)),
        ((2, 1, 0, 3), REACHED, (Lack.HOLDING,)),
        ((2, 1, 1, 3), UNDER, (Lack.MORE_TIME,)),
        ((2, 1, 1, 3), REACHED, ()),
    ],
)
def test_what_is_missing_is_said(
    counts: tuple[int, int, int, int], share: ShareStands, missing: tuple[Lack, ...]
) -> None:
    assert rate_projects(ProjectsEvidence(*counts, share)).missing == missing


@pytest.mark.parametrize("counts", [(0, 1, 0, 0), (1, 1, 2, 0), (1, 0, 0, -1), (0, 0, 0, 1), (-1, -1, -1, 0)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="led"):
        ProjectsEvidence(*counts, REACHED)


@st.composite
def evidence(draw: st.DrawFn) -> ProjectsEvidence:
    led = draw(st.integers(0, 6))
    checked = draw(st.integers(0, led))
    holding = draw(st.integers(0, checked))
    tests = draw(st.integers(0, 9 if led else 0))
    return ProjectsEvidence(led, checked, holding, tests, draw(st.sampled_from(ShareStands)))


# Mixed lies between the two: something is there and something lacks.
HEIGHT = {DOES_NOT_MEET: 0, MIXED: 1, MEETS: 2, EXCEEDS: 3}


@given(evidence())
def test_doing_more_never_lowers_the_band(before: ProjectsEvidence) -> None:
    band = rate_projects(before).band
    more = [
        replace(before, led=before.led + 1),
        replace(before, led=before.led + 1, checked=before.checked + 1),
    ]
    if before.led:
        more.append(replace(before, tests=before.tests + 1))
    if before.holding < before.checked:
        more.append(replace(before, holding=before.holding + 1))
    if before.share is UNDER:
        more.append(replace(before, share=REACHED))
    for after in more:
        found = rate_projects(after).band
        if band is not NOT_ENOUGH:
            assert HEIGHT[found] >= HEIGHT[band]


@given(evidence())
def test_no_band_rests_on_a_share_that_nobody_knows(given_: ProjectsEvidence) -> None:
    found = rate_projects(replace(given_, share=UNKNOWN))
    assert found.band is NOT_ENOUGH and Lack.SHARE in found.missing


@given(evidence())
def test_whoever_has_all_lacks_nothing_and_nobody_else_does(given_: ProjectsEvidence) -> None:
    found = rate_projects(given_)
    assert (found.band is EXCEEDS) == (not found.missing)


@given(evidence())
def test_how_many_does_not_matter_once_there_is_one(given_: ProjectsEvidence) -> None:
    """Ten small projects are not better than one that holds: the band counts none against another."""
    one = ProjectsEvidence(
        min(given_.led, 1), min(given_.checked, 1), min(given_.holding, 1), min(given_.tests, 1), given_.share
    )
    assert rate_projects(one) == rate_projects(given_)
