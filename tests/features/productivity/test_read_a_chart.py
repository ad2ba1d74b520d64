"""Notes, accepted shifts, named baselines, and having looked."""

from __future__ import annotations

from fractions import Fraction

import pytest

from leanship.domain.process_behaviour import Rule
from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.productivity.actions import (
    accept_shift,
    add_note,
    archive_note,
    edit_note,
    mark_seen,
    restore_note,
    set_baseline,
    withdraw_baseline,
)
from leanship.features.productivity.actions.charting import laid_out
from leanship.features.productivity.models import Baseline, Series, SignalSeen
from tests.cast import Cast
from tests.features.productivity.kpi_kit import month, series_of

# Sixteen about 100, then ten about 110: a run of eight or more above the centre of the first 24.
BEFORE = (100, 103, 98, 101, 97, 102, 99, 100, 103, 98, 101, 97, 102, 99, 100, 98)
AFTER = (110, 112, 109, 111, 113, 110, 108, 112, 111, 110)
SHIFTED = (*BEFORE, *AFTER)


@pytest.fixture
def shifted(cast: Cast) -> Series:
    return series_of(cast, SHIFTED, first="2024-08", decimals=0)


def begins(series: Series) -> int:
    laid = laid_out(series)
    return next(laid.ordinals[s.index] for s in laid.chart.signals if s.rule is Rule.RUN_OF_8 and s.side > 0)


def test_an_accepted_shift_begins_new_limits(cast: Cast, shifted: Series) -> None:
    since = begins(shifted)
    assert since == month("2025-12")
    accept_shift(cast.actors["ben"], shifted, from_ordinal=since, reason="A second desk opened")
    laid = laid_out(shifted)
    assert [segment.start for segment in laid.chart.segments] == [0, 16]
    assert not laid.chart.signals
    assert laid.rows[1] is not None
    assert laid.rows[1].reason == "A second desk opened"


def test_a_shift_wants_a_reason_and_a_run(cast: Cast, shifted: Series) -> None:
    with pytest.raises(Invalid) as caught:
        accept_shift(cast.actors["ben"], shifted, from_ordinal=begins(shifted), reason=" ")
    assert list(caught.value.problems) == ["reason"]
    with pytest.raises(Invalid):
        accept_shift(cast.actors["ben"], shifted, from_ordinal=begins(shifted) + 1, reason="Because")
    assert Baseline.objects.count() == 0


def test_withdrawn_the_old_limits_return_and_the_row_stays(cast: Cast, shifted: Series) -> None:
    before = laid_out(shifted).chart
    row = accept_shift(cast.actors["ana"], shifted, from_ordinal=begins(shifted), reason="A second desk")
    withdraw_baseline(cast.actors["ana"], row)
    assert laid_out(shifted).chart == before
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert Event.objects.filter(kind="shift.withdrawn").count() == 1


def test_only_self_and_direct_leader_accept(cast: Cast, shifted: Series) -> None:
    since = begins(shifted)
    for key in ("clara", "elif", "ingrid"):
        with pytest.raises(Refused):
            accept_shift(cast.actors[key], shifted, from_ordinal=since, reason="Because")
    for key in ("dev", "farid", "greta"):
        with pytest.raises(NotFound):
            accept_shift(cast.actors[key], shifted, from_ordinal=since, reason="Because")


def test_a_named_range_sets_the_limits(cast: Cast, shifted: Series) -> None:
    set_baseline(
        cast.actors["ben"], shifted, first="2024-08", last="2025-07", reason="The year before the desk"
    )
    segment = laid_out(shifted).chart.current
    assert segment.points == 12
    assert segment.centre is not None
    assert segment.centre == sum(SHIFTED[:12], start=Fraction(0)) / 12
    assert not segment.provisional


@pytest.mark.parametrize(
    ("first", "last", "reason", "field"),
    [
        ("2025-01", "2024-01", "x", "last"),
        ("2024-08", "2024-12", "x", "last"),
        ("soon", "2024-12", "x", "first"),
        ("2024-08", "2025-08", "", "reason"),
    ],
)
def test_a_range_that_carries_no_limits_is_told(
    cast: Cast, shifted: Series, first: str, last: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        set_baseline(cast.actors["ben"], shifted, first=first, last=last, reason=reason)
    assert list(caught.value.problems) == [field]


def test_a_baseline_before_or_after_every_point_is_passed_over(cast: Cast, shifted: Series) -> None:
    before = laid_out(shifted).chart
    Baseline.objects.create(series=shifted, from_ordinal=month("2030-01"), reason="later")
    assert laid_out(shifted).chart == before
    Baseline.objects.create(
        series=shifted, from_ordinal=month("2010-01"), until_ordinal=month("2010-06"), reason="earlier"
    )
    assert laid_out(shifted).chart.current.centre == before.current.centre


def test_a_series_without_figures_has_a_chart_too(cast: Cast) -> None:
    assert laid_out(series_of(cast)).chart.n == 0


class TestNotes:
    def test_written_changed_taken_off_and_put_back(self, cast: Cast, shifted: Series) -> None:
        note = add_note(cast.actors["ana"], shifted, ordinal=month("2025-12"), text=" Second desk ")
        assert note.text == "Second desk"
        note = edit_note(cast.actors["ana"], note, text="A second desk", version=1)
        with pytest.raises(Conflict):
            edit_note(cast.actors["ana"], note, text="Other", version=1)
        archive_note(cast.actors["ana"], note)
        restore_note(cast.actors["ana"], note)
        note.refresh_from_db()
        assert (note.text, note.archived_at, note.version) == ("A second desk", None, 2)

    def test_the_line_may_write_and_only_the_author_changes(self, cast: Cast, shifted: Series) -> None:
        note = add_note(cast.actors["clara"], shifted, ordinal=month("2025-12"), text="Seen from above")
        with pytest.raises(Refused):
            edit_note(cast.actors["ana"], note, text="Mine now", version=1)
        with pytest.raises(NotFound):
            add_note(cast.actors["dev"], shifted, ordinal=month("2025-12"), text="x")
        with pytest.raises(Refused):
            add_note(cast.actors["elif"], shifted, ordinal=month("2025-12"), text="x")

    def test_empty_or_without_a_point_is_told(self, cast: Cast, shifted: Series) -> None:
        with pytest.raises(Invalid):
            add_note(cast.actors["ana"], shifted, ordinal=month("2025-12"), text="  ")
        with pytest.raises(Invalid):
            add_note(cast.actors["ana"], shifted, ordinal=month("2020-01"), text="x")


def test_having_looked_is_noted_once(cast: Cast, shifted: Series) -> None:
    signals = [(month("2025-12"), "run_of_8"), (month("2026-01"), "run_of_8")]
    mark_seen(cast.actors["ben"], shifted, signals=signals)
    mark_seen(cast.actors["ben"], shifted, signals=signals)
    assert SignalSeen.objects.count() == 2
    with pytest.raises(NotFound):
        mark_seen(cast.actors["farid"], shifted, signals=signals)
