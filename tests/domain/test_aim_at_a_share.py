"""The strategic share: of what, whether there is one, and how it stands to the target (M23)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain import Aim, Hours, NoShare, ShareOf, strategic_share, target_share

HOUR = 3600


def hours(strategic: int = 0, tactical: int = 0, unclassified: int = 0) -> Hours:
    return Hours(*(Fraction(part * HOUR) for part in (strategic, tactical, unclassified)))


@pytest.mark.parametrize(
    ("level", "target"),
    [("contributor", 10), ("entry_manager", 10), ("mid_manager", 50), ("senior_leader", 90), (None, None)],
)
def test_each_level_has_its_target(level: str | None, target: int | None) -> None:
    assert target_share(level) == target
    assert target_share(level, no_target=True) is None


def test_a_level_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no level"):
        target_share("king")


def test_what_no_calendar_holds_is_tactical() -> None:
    found = strategic_share(hours(10, 10), level="mid_manager", working=40 * HOUR)
    assert (found.share, found.of, found.base) == (Fraction(1, 4), ShareOf.WORKING_HOURS, 40 * HOUR)
    assert (found.hours, found.outside) == (hours(10, 30), 20 * HOUR)
    assert (found.aim, found.on_target) == (Aim.UNDER, False)


def test_unless_its_owner_says_otherwise() -> None:
    found = strategic_share(hours(10, 10), level="mid_manager", working=40 * HOUR, outside_strategic=8 * HOUR)
    assert (found.share, found.hours) == (Fraction(18, 40), hours(18, 22))
    assert found.aim is Aim.ON_TARGET
    most = strategic_share(hours(10, 10), working=40 * HOUR, outside_strategic=100 * HOUR)
    assert most.hours == hours(30, 10)


@pytest.mark.parametrize("working", [None, 0])
def test_without_working_hours_the_share_is_of_the_calendars_and_says_so(working: int | None) -> None:
    found = strategic_share(hours(5, 4, 1), level="mid_manager", working=working)
    assert (found.share, found.of, found.outside) == (Fraction(1, 2), ShareOf.CALENDAR_HOURS, 0)


def test_more_in_the_calendar_than_working_hours_stays_a_share_of_these() -> None:
    assert strategic_share(hours(30, 20), working=40 * HOUR).share == Fraction(3, 4)
    assert strategic_share(hours(50, 20), working=40 * HOUR).share == 1


def test_under_80_percent_classified_there_is_no_share() -> None:
    enough = strategic_share(hours(4, 4, 2), level="mid_manager")
    assert (enough.classified, enough.share) == (Fraction(4, 5), Fraction(2, 5))
    short = Hours(Fraction(7999), Fraction(0), Fraction(2001))
    found = strategic_share(short, level="mid_manager", working=10_000)
    assert (found.share, found.missing, found.aim, found.on_target) == (
        None, NoShare.TOO_LITTLE_CLASSIFIED, None, None,
    )  # fmt: skip


def test_empty_calendars_give_no_share() -> None:
    assert strategic_share(hours(), level="mid_manager", working=40 * HOUR).missing is NoShare.NOTHING


@pytest.mark.parametrize(
    ("level", "percent", "aim"),
    [
        ("mid_manager", 45, Aim.ON_TARGET),
        ("mid_manager", 55, Aim.ON_TARGET),
        ("mid_manager", 44, Aim.UNDER),
        ("mid_manager", 56, Aim.OVER),
        ("senior_leader", 85, Aim.ON_TARGET),
        ("senior_leader", 96, Aim.OVER),
        ("entry_manager", 4, Aim.UNDER),
        ("entry_manager", 5, Aim.ON_TARGET),
        ("entry_manager", 70, Aim.ON_TARGET),
        ("contributor", 100, Aim.ON_TARGET),
        (None, 50, None),
    ],
)
def test_five_points_to_either_side_are_on_target(level: str | None, percent: int, aim: Aim | None) -> None:
    assert strategic_share(hours(percent, 100 - percent), level=level).aim is aim


def test_a_hair_beyond_five_points_is_beyond() -> None:
    found = strategic_share(Hours(Fraction(449_999), Fraction(550_001)), level="mid_manager")
    assert found.aim is Aim.UNDER


def test_a_role_that_is_improvement_has_no_target() -> None:
    found = strategic_share(hours(9, 1), level="mid_manager", no_target=True)
    assert (found.target, found.aim, found.share) == (None, None, Fraction(9, 10))


def test_time_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        strategic_share(hours(1), working=-1)
    with pytest.raises(ValueError, match="negative"):
        strategic_share(hours(1), outside_strategic=-1)


@given(*[st.integers(0, 10**6)] * 5)
def test_working_time_is_all_told(s: int, t: int, u: int, working: int, said: int) -> None:
    found = strategic_share(hours(s, t, u), working=working * HOUR, outside_strategic=said * HOUR)
    assert found.hours.total == max(s + t + u, working) * HOUR
    assert found.share is None or 0 <= found.share <= 1
