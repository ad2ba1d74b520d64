"""Entering figures by hand: exact, all or nothing, corrected with a reason, taken back whole."""

from __future__ import annotations

import pytest
from django.utils import translation

from leanship.features.base.errors import Invalid, NotFound, Refused
from leanship.features.base.models import Event, ImportBatch
from leanship.features.productivity import values
from leanship.features.productivity.actions import (
    Cell,
    archive_series,
    enter_measurements,
    undo_entry,
)
from leanship.features.productivity.models import Correction, Measurement, Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import month, series_of


def cell(series: Series, period: str, value: str = "", above: str = "", below: str = "") -> Cell:
    return Cell(series.uid, month(period), value, above, below)


def kept(series: Series) -> dict[int, int]:
    return dict(series.measurements.values_list("ordinal", "value"))


def test_figures_are_kept_as_the_integers_that_were_typed(cast: Cast) -> None:
    series = series_of(cast, decimals=1)
    done = enter_measurements(
        cast.actors["ana"],
        cells=[
            cell(series, "2026-08", "0.1"),
            cell(series, "2026-09", "0.2"),
            cell(series, "2026-10", "0.3"),
        ],
    )
    assert (done.added, done.changed, done.cleared, done.unchanged) == (3, 0, 0, 0)
    first, second, third = kept(series).values()
    assert first + second == third  # which 0.1 + 0.2 == 0.3 is not, as floats
    assert Event.objects.filter(kind="measurements.entered", batch=done.batch).count() == 1


def test_six_decimals_and_the_ends_of_what_can_be_kept(cast: Cast) -> None:
    series = series_of(cast, decimals=6)
    largest = "9223372036854.775807"
    enter_measurements(
        cast.actors["ana"],
        cells=[
            cell(series, "2026-08", "0.000001"),
            cell(series, "2026-09", largest),
            cell(series, "2026-10", f"-{largest}"),
        ],
    )
    assert list(kept(series).values()) == [1, 2**63 - 1, -(2**63 - 1)]
    with pytest.raises(Invalid):
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-07", "9223372036854.775808")])


@pytest.mark.parametrize("typed", ["1.005", "1.0001", "12,345,67", "one", "1e3", "=1+1", "--1", "1.2.3"])
def test_what_cannot_be_kept_as_typed_is_told_and_not_rounded(cast: Cast, typed: str) -> None:
    series = series_of(cast)
    with pytest.raises(Invalid) as caught:
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", typed)])
    assert list(caught.value.problems) == [f"{series.uid}:{month('2026-10')}"]
    assert kept(series) == {}


@pytest.mark.parametrize(
    ("typed", "sign", "plain"),
    [
        ("12.5", ".", "12.5"),
        ("12,5", ".", "12.5"),
        ("1,234.5", ".", "1234.5"),
        ("1.234,5", ".", "1234.5"),
        ("1 234,5", ",", "1234.5"),
        ("1.234", ".", "1.234"),
        ("1,234", ",", "1.234"),
        ("1,234,567", ".", "1234567"),
        ("98.5 %", ".", "98.5"),
        ("\u22123", ".", "-3"),
        (" 7 ", ".", "7"),
    ],
)
def test_both_ways_of_writing_are_read(typed: str, sign: str, plain: str) -> None:
    assert values.plain(typed, sign) == plain


@pytest.mark.parametrize(("typed", "sign"), [("1,234", "."), ("1.234", ","), ("-9,999", ".")])
def test_what_may_mean_two_numbers_is_not_guessed(typed: str, sign: str) -> None:
    with pytest.raises(ValueError, match="can mean"):
        values.plain(typed, sign)


def test_the_sign_is_the_languages() -> None:
    assert values.decimal_sign() == "."
    with translation.override("de"):
        assert values.decimal_sign() == ","
        assert values.typed(9812, 2) == "98,12"


def test_one_wrong_cell_and_nothing_is_written(cast: Cast) -> None:
    series = series_of(cast)
    farids = series_of(cast, key="farid", name="Visits")
    with pytest.raises(Invalid) as caught:
        enter_measurements(
            cast.actors["ana"],
            cells=[
                cell(series, "2026-08", "98.5"),
                cell(series, "2026-09", "nearly"),
                cell(series, "2026-12", "98"),
                cell(farids, "2026-08", "3"),
                Cell("nosuchseries", month("2026-08"), "3"),
                cell(series, "2026-08", "98.6"),
            ],
        )
    uid = series.uid
    assert set(caught.value.problems) == {
        f"{uid}:{month('2026-09')}",
        f"{uid}:{month('2026-12')}",
        f"{farids.uid}:{month('2026-08')}",
        f"nosuchseries:{month('2026-08')}",
        f"{uid}:{month('2026-08')}",
    }
    assert Measurement.objects.count() == 0
    assert ImportBatch.objects.count() == 0


def test_a_correction_keeps_old_new_who_and_why(cast: Cast) -> None:
    series = series_of(cast, [9800], first="2026-08")
    with pytest.raises(Invalid) as caught:
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-08", "97")])
    assert set(caught.value.problems) == {"reason", f"{series.uid}:{month('2026-08')}"}
    done = enter_measurements(
        cast.actors["ana"], cells=[cell(series, "2026-08", "97")], reason=" Late orders came in "
    )
    row = Correction.objects.get()
    assert (row.old_value, row.new_value) == (9800, 9700)
    assert (row.by_id, row.reason, row.batch) == (
        cast.people["ana"].pk,
        "Late orders came in",
        done.batch,
    )
    assert kept(series) == {month("2026-08"): 9700}


def test_taking_a_figure_out_is_a_correction(cast: Cast) -> None:
    series = series_of(cast, [9800], first="2026-08")
    done = enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-08")], reason="Counted twice")
    assert (done.cleared, kept(series)) == (1, {})
    row = Correction.objects.get()
    assert (row.old_value, row.new_value) == (9800, None)


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    series = series_of(cast, [9800], first="2026-08")
    done = enter_measurements(
        cast.actors["ana"], cells=[cell(series, "2026-08", "98.00"), cell(series, "2026-09")]
    )
    assert (done.unchanged, done.batch) == (2, None)
    assert Event.objects.filter(kind="measurements.entered").count() == 0


class TestRatios:
    def test_both_parts_are_kept_and_the_value_follows(self, cast: Cast) -> None:
        series = series_of(cast, aggregation="ratio", ratio_scale=100, decimals=2)
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", above="2", below="3")])
        row = Measurement.objects.get()
        assert (row.value, row.numerator, row.denominator) == (6667, 200, 300)
        assert values.exact(series.kpi, row.value, row.numerator, row.denominator) * 3 == 20000

    def test_a_half_goes_up(self, cast: Cast) -> None:
        series = series_of(cast, aggregation="ratio", ratio_scale=1, decimals=0)
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", above="5", below="2")])
        assert Measurement.objects.get().value == 3

    @pytest.mark.parametrize(("above", "below"), [("1", "0"), ("1", "-2"), ("1", ""), ("", "3")])
    def test_parts_that_give_no_ratio_are_told(self, cast: Cast, above: str, below: str) -> None:
        series = series_of(cast, aggregation="ratio")
        with pytest.raises(Invalid):
            enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", above=above, below=below)])

    def test_the_value_sent_back_by_the_grid_does_not_lose_the_parts(self, cast: Cast) -> None:
        series = series_of(cast, aggregation="ratio", ratio_scale=100, decimals=2)
        enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", above="2", below="3")])
        done = enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", "66.67")])
        assert done.unchanged == 1
        assert Measurement.objects.get().denominator == 300

    def test_other_kpis_take_no_parts(self, cast: Cast) -> None:
        series = series_of(cast)
        with pytest.raises(Invalid):
            enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", above="1", below="2")])


class TestWhoMay:
    def test_self_direct_leader_and_people_partner(self, cast: Cast) -> None:
        series = series_of(cast)
        for count, key in enumerate(("ana", "ben", "elif"), start=1):
            enter_measurements(cast.actors[key], cells=[cell(series, f"2026-0{count}", "98")])
        assert len(kept(series)) == 3

    @pytest.mark.parametrize("key", ["clara", "dev", "farid", "greta", "ingrid"])
    def test_nobody_else(self, cast: Cast, key: str) -> None:
        series = series_of(cast)
        with pytest.raises(Invalid):
            enter_measurements(cast.actors[key], cells=[cell(series, "2026-10", "98")])
        assert kept(series) == {}

    def test_nobody_in_an_archived_series(self, cast: Cast) -> None:
        series = series_of(cast)
        archive_series(cast.actors["ben"], series)
        with pytest.raises(Invalid):
            enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", "98")])


class TestUndo:
    def test_added_changed_and_cleared_all_return(self, cast: Cast) -> None:
        series = series_of(cast, [9100, 9200], first="2026-08")
        before = kept(series)
        done = enter_measurements(
            cast.actors["ana"],
            cells=[
                cell(series, "2026-08", "90"),
                cell(series, "2026-09"),
                cell(series, "2026-10", "93"),
            ],
            reason="New count",
        )
        assert done.batch is not None
        undo_entry(cast.actors["ana"], done.batch)
        assert kept(series) == before
        # three undone changes: one changed back, one taken out, and the one that returned leaves no correction
        assert Correction.objects.count() == 4

    def test_only_once(self, cast: Cast) -> None:
        series = series_of(cast)
        done = enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", "93")])
        assert done.batch is not None
        undo_entry(cast.actors["ana"], done.batch)
        with pytest.raises(Refused):
            undo_entry(cast.actors["ana"], done.batch)

    def test_not_anothers(self, cast: Cast) -> None:
        series = series_of(cast)
        done = enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", "93")])
        assert done.batch is not None
        with pytest.raises(NotFound):
            undo_entry(cast.actors["ben"], done.batch)

    def test_not_what_somebody_changed_since(self, cast: Cast) -> None:
        series = series_of(cast)
        done = enter_measurements(cast.actors["ana"], cells=[cell(series, "2026-10", "93")])
        enter_measurements(cast.actors["ben"], cells=[cell(series, "2026-10", "94")], reason="Recount")
        assert done.batch is not None
        with pytest.raises(Refused):
            undo_entry(cast.actors["ana"], done.batch)
        assert kept(series) == {month("2026-10"): 9400}
