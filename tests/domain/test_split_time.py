"""Time by class: every second once, overlaps in equal parts, whatever the order, the zone or the cuts (M24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanship.domain import Hours, Slot, TimeClass, WeekHours, split_by_week, split_time
from leanship.domain.periods import Cadence, ordinal

S, T, U = TimeClass.STRATEGIC, TimeClass.TACTICAL, TimeClass.UNCLASSIFIED
BERLIN = ZoneInfo("Europe/Berlin")
END = 400
slots_of = st.lists(
    st.builds(
        lambda start, length, kind: Slot(start, start + length, kind),
        st.integers(-50, END),
        st.integers(0, 120),
        st.sampled_from(list(TimeClass)),
    ),
    max_size=12,
)


def hours(strategic: object = 0, tactical: object = 0, unclassified: object = 0) -> Hours:
    return Hours(*(Fraction(str(part)) for part in (strategic, tactical, unclassified)))


def split(slots: list[Slot], begin: int = 0, end: int = END) -> Hours:
    (whole,) = split_time(slots, begin, end)
    return whole


def test_each_class_has_its_time() -> None:
    assert split([Slot(0, 60, S), Slot(100, 130, T), Slot(130, 140, U)]) == hours(60, 30, 10)


def test_an_overlap_counts_once_and_is_split_evenly() -> None:
    assert split([Slot(0, 60, S), Slot(30, 90, T)]) == hours(45, 45)
    assert split([Slot(0, 60, S), Slot(0, 60, S), Slot(0, 60, T)]) == hours(40, 20)
    three = split([Slot(0, 1, S), Slot(0, 1, T), Slot(0, 1, U)])
    assert three == hours("1/3", "1/3", "1/3") and three.total == 1


def test_time_outside_the_window_does_not_count() -> None:
    assert split([Slot(-50, 10, S), Slot(390, 500, T), Slot(500, 600, U)]) == hours(10, 10)


def test_what_has_no_length_or_ends_before_it_begins_has_no_time() -> None:
    assert split([Slot(10, 10, S), Slot(30, 20, T)]) == hours()
    assert split([]) == hours()


def test_cuts_that_do_not_rise_are_refused() -> None:
    for cuts in ([0], [END], [50, 50], [60, 50]):
        with pytest.raises(ValueError, match="cuts"):
            split_time([], 0, END, cuts)
    with pytest.raises(ValueError, match="cuts"):
        split_time([], 10, 0)


def test_whole_seconds_add_up() -> None:
    assert hours("1/3", "1/3", "1/3").whole() == (1, 0, 0)
    assert hours("10/3", "20/3", 5).whole() == (3, 7, 5)
    assert hours(7200, 1, 0).whole() == (7200, 1, 0)


def _measure(slots: list[Slot]) -> int:
    """Seconds of the window that some slot covers, counted one by one."""
    return sum(any(slot.start <= second < slot.end for slot in slots) for second in range(END))


@given(slots_of)
def test_overlapping_events_never_count_twice(slots: list[Slot]) -> None:
    found = split(slots)
    assert found.total == _measure(slots)
    assert sum(found.whole()) == found.total


@given(slots_of)
def test_every_second_is_split_among_those_that_cover_it(slots: list[Slot]) -> None:
    wanted = dict.fromkeys(TimeClass, Fraction(0))
    for second in range(END):
        covering = [slot.kind for slot in slots if slot.start <= second < slot.end]
        for kind in covering:
            wanted[kind] += Fraction(1, len(covering))
    assert split(slots) == Hours(*wanted.values())


@given(slots_of.flatmap(lambda slots: st.tuples(st.just(slots), st.permutations(slots))))
def test_the_order_of_events_does_not_matter(pair: tuple[list[Slot], list[Slot]]) -> None:
    assert split(pair[0]) == split(pair[1])


@given(slots_of, st.data())
def test_splitting_a_meeting_in_two_changes_no_hours(slots: list[Slot], data: st.DataObject) -> None:
    parts = []
    for slot in slots:
        middle = data.draw(st.integers(slot.start, slot.end))
        parts += [Slot(slot.start, middle, slot.kind), Slot(middle, slot.end, slot.kind)]
    assert split(parts) == split(slots)


@given(slots_of, st.sets(st.integers(1, END - 1), max_size=6))
def test_the_parts_add_up_to_the_whole(slots: list[Slot], cuts: set[int]) -> None:
    parts = split_time(slots, 0, END, sorted(cuts))
    assert len(parts) == len(cuts) + 1
    assert sum(parts, Hours()) == split(slots)


@given(slots_of, st.integers(-14, 14))
def test_a_time_zone_change_moves_no_hour(slots: list[Slot], offset: int) -> None:
    """The same instants told in another zone give the same hours."""
    zone = timezone(timedelta(hours=offset))
    told = [
        Slot(*(int(datetime.fromtimestamp(s, UTC).astimezone(zone).timestamp()) for s in (slot.start, slot.end)),
             slot.kind)
        for slot in slots
    ]  # fmt: skip
    begin, end = (datetime.fromtimestamp(second, UTC) for second in (0, END))
    here = split_by_week(told, begin.astimezone(zone), end.astimezone(zone), zone)
    assert sum((week.hours for week in here), Hours()) == split(slots)


def test_weeks_begin_on_monday_in_the_zone() -> None:
    sunday = datetime(2026, 1, 4, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, half an hour before the new week
    begin, end = datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2026, 1, 19, tzinfo=BERLIN)
    slot = Slot(int(sunday.timestamp()), int(sunday.timestamp()) + 3600, S)
    first = ordinal(Cadence.WEEK, begin.date())
    assert split_by_week([slot], begin, end, BERLIN) == (
        WeekHours(first, hours(1800)),
        WeekHours(first + 1, hours(1800)),
        WeekHours(first + 2, hours()),
    )
    assert split_by_week([slot], begin, end, ZoneInfo("UTC"))[0].hours == hours(3600)


def test_the_week_in_which_the_clocks_change_has_an_hour_less() -> None:
    begin, end = datetime(2026, 3, 23, tzinfo=BERLIN), datetime(2026, 3, 30, tzinfo=BERLIN)
    always = Slot(0, 2**40, T)
    (week,) = split_by_week([always], begin, end, BERLIN)
    assert week.hours == hours(0, 167 * 3600)
