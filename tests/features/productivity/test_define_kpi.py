"""Defining a KPI, and changing the definition without changing what was."""

from __future__ import annotations

import pytest

from leanship.domain.periods import Cadence
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event
from leanship.features.productivity.actions import (
    Definition,
    archive_kpi,
    create_kpi,
    edit_kpi,
    restore_kpi,
    set_standard,
)
from leanship.features.productivity.models import Correction, Kpi, Measurement, Standard, Thresholds
from leanship.features.productivity.standards import BoundsOf
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month, series_of


def changed(kpi: Kpi, **definition: object) -> Definition:
    from dataclasses import replace

    return replace(Definition.of(kpi), **definition)  # type: ignore[arg-type]


def test_everyone_may_define_one_and_owns_it(cast: Cast) -> None:
    kpi = create_kpi(
        cast.actors["ana"],
        Definition(name=" Orders on time ", unit="%", decimals=1, floor="0", ceiling="100"),
    )
    assert (kpi.name, kpi.floor, kpi.ceiling, kpi.owner) == ("Orders on time", 0, 1000, cast.people["ana"])
    assert Event.objects.filter(kind="kpi.created", subject_id=kpi.pk).count() == 1


def test_every_wrong_field_is_told_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        create_kpi(
            cast.actors["ana"],
            Definition(
                name=" ",
                decimals=7,
                direction="sideways",
                ratio_scale=0,
                exceeds=100,
                meets=100,
            ),
        )
    assert set(caught.value.problems) == {"name", "decimals", "direction", "ratio_scale", "exceeds"}


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"floor": "10", "ceiling": "10"}, "ceiling"),
        ({"ceiling": "99.95"}, "ceiling"),
        ({"on_shortfall": True}, "ceiling"),
        ({"on_shortfall": True, "ceiling": "100", "direction": "lower"}, "on_shortfall"),
        ({"exceeds": 110}, "meets"),
        ({"ceiling": "1e3"}, "ceiling"),
    ],
)
def test_bounds_that_make_no_sense_are_told(cast: Cast, definition: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        create_kpi(cast.actors["ana"], Definition(name="x", decimals=1, **definition))  # type: ignore[arg-type]
    assert field in caught.value.problems


def test_only_owner_and_office_change_it(cast: Cast) -> None:
    kpi = kpi_of(cast, "ben")
    for key in ("ana", "clara", "farid"):
        with pytest.raises(Refused):
            edit_kpi(cast.actors[key], kpi, changed(kpi, name="Other"), version=kpi.version)
    for key in ("ben", "elif", "greta"):
        kpi = edit_kpi(cast.actors[key], kpi, changed(kpi, name=f"By {key}"), version=kpi.version)
    assert kpi.name == "By greta"
    assert kpi.version == 4


def test_a_stale_form_gets_both_texts(cast: Cast) -> None:
    kpi = kpi_of(cast)
    edit_kpi(cast.actors["ben"], kpi, changed(kpi, name="Theirs"), version=1)
    with pytest.raises(Conflict) as caught:
        edit_kpi(cast.actors["ben"], kpi, changed(kpi, name="Mine"), version=1)
    assert caught.value.theirs["name"] == "Theirs"


def test_what_was_measured_fixes_what_it_means(cast: Cast) -> None:
    series = series_of(cast, [9800], standard=9500)
    for field, value in (
        ("cadence", "week"),
        ("aggregation", "sum"),
        ("direction", "lower"),
        ("standards", "peers"),
        ("decimals", 1),
    ):
        with pytest.raises(Invalid) as caught:
            edit_kpi(cast.actors["ben"], series.kpi, changed(series.kpi, **{field: value}), version=1)
        assert list(caught.value.problems) == [field]


def test_before_the_first_figure_everything_may_change(cast: Cast) -> None:
    kpi = kpi_of(cast)
    kpi = edit_kpi(cast.actors["ben"], kpi, changed(kpi, cadence="week", decimals=0), version=1)
    assert (kpi.cadence, kpi.decimals) == ("week", 0)


def test_decimals_grow_and_every_figure_comes_along_exactly(cast: Cast) -> None:
    series = series_of(cast, [9812, 1], standard=9500, ceiling="100")
    Correction.objects.create(series=series, ordinal=month("2025-01"), old_value=7, new_value=9812)
    kpi = edit_kpi(cast.actors["ben"], series.kpi, changed(series.kpi, decimals=6), version=1)
    assert list(Measurement.objects.order_by("ordinal").values_list("value", flat=True)) == [98120000, 10000]
    assert Standard.objects.get().value == 95000000
    assert kpi.ceiling == 100000000
    assert Correction.objects.get().old_value == 70000


def test_decimals_do_not_grow_beyond_what_can_be_kept(cast: Cast) -> None:
    series = series_of(cast, [2**62])
    with pytest.raises(Invalid) as caught:
        edit_kpi(cast.actors["ben"], series.kpi, changed(series.kpi, decimals=3), version=1)
    assert list(caught.value.problems) == ["decimals"]
    assert Measurement.objects.get().value == 2**62


def test_new_thresholds_judge_the_future_and_leave_the_past(cast: Cast) -> None:
    series = series_of(cast, [9800] * 20, first="2025-03", standard=9500, exceeds=110, meets=100)
    kpi = edit_kpi(
        cast.actors["ben"], series.kpi, changed(series.kpi, exceeds=103, meets=99), version=1, reason="Agreed"
    )
    bounds = BoundsOf([kpi.pk])
    before, since = (bounds.at(kpi.pk, Cadence.MONTH, month(code)) for code in ("2026-10", "2026-11"))
    assert (before.exceeds, before.meets) == (110, 100)
    assert (since.exceeds, since.meets) == (103, 99)
    assert Thresholds.objects.count() == 2


def test_archiving_is_undone(cast: Cast) -> None:
    kpi = kpi_of(cast)
    archive_kpi(cast.actors["ben"], kpi)
    archive_kpi(cast.actors["ben"], kpi)
    kpi.refresh_from_db()
    assert kpi.archived_at is not None
    restore_kpi(cast.actors["ben"], kpi)
    kpi.refresh_from_db()
    assert kpi.archived_at is None
    assert Event.objects.filter(subject_kind="kpi", kind__in=["kpi.archived", "kpi.restored"]).count() == 2


class TestStandards:
    def test_a_row_is_added_and_past_periods_keep_theirs(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        set_standard(cast.actors["ben"], kpi=kpi, value="95", period="2025-01")
        set_standard(cast.actors["ben"], kpi=kpi, value="96.5", period="2026-11")
        rows = Standard.objects.order_by("id").values_list("value", "from_ordinal")
        assert list(rows) == [(9500, month("2025-01")), (9650, month("2026-11"))]

    def test_judging_closed_periods_anew_wants_a_reason(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        set_standard(cast.actors["ben"], kpi=kpi, value="95", period="2025-01")
        with pytest.raises(Invalid) as caught:
            set_standard(cast.actors["ben"], kpi=kpi, value="90", period="2026-10")
        assert list(caught.value.problems) == ["reason"]

    def test_one_of_ones_own_for_closed_periods_of_the_kpi_wants_a_reason_too(self, cast: Cast) -> None:
        series = series_of(cast, standard=9500)
        with pytest.raises(Invalid) as caught:
            set_standard(cast.actors["ana"], kpi=series.kpi, series=series, value="80", period="2026-01")
        assert list(caught.value.problems) == ["reason"]

    def test_more_digits_than_the_kpi_has_are_an_error(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        with pytest.raises(Invalid) as caught:
            set_standard(cast.actors["ben"], kpi=kpi, value="95.125", period="soon")
        assert set(caught.value.problems) == {"value", "period"}

    def test_of_a_series_its_subject_may_set_one(self, cast: Cast) -> None:
        series = series_of(cast)
        row = set_standard(cast.actors["ana"], kpi=series.kpi, series=series, value="97", period="2026-11")
        assert (row.set_by_id, row.series) == (cast.people["ana"].pk, series)

    def test_of_a_kpi_only_owner_and_office(self, cast: Cast) -> None:
        kpi = kpi_of(cast, "ben")
        with pytest.raises(Refused):
            set_standard(cast.actors["ana"], kpi=kpi, value="97", period="2026-11")

    def test_peers_and_charts_take_no_target(self, cast: Cast) -> None:
        kpi = kpi_of(cast, standards="peers")
        with pytest.raises(Invalid):
            set_standard(cast.actors["ben"], kpi=kpi, value="97", period="2026-11")
