"""Measurements from a file: by set, once, with corrections kept and standards dated."""

from __future__ import annotations

from typing import Any

import pytest

from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event, ImportBatch
from leanship.features.org.access import SYSTEM, Actor
from leanship.features.org.models import Team
from leanship.features.productivity import standards
from leanship.features.productivity.actions import (
    Definition,
    Imported,
    Rows,
    Target,
    import_measurements,
    importing,
    plan_import,
)
from leanship.features.productivity.models import Correction, Kpi, Measurement, Series, Standard
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month, series_of

WAITING = Definition(name="A&E within 4 hours", unit="%", decimals=4)


def bring(
    actor: Actor, kpis: list[Kpi | Definition], targets: list[Target], rows: Rows, name: str = "file.csv"
) -> Imported:
    return import_measurements(actor, kpis=kpis, targets=targets, rows=rows, filename=name, digest="0" * 64)


def trusts(kpi: Kpi | Definition = WAITING, **more: Any) -> dict[str, Any]:
    """Two teams by three months."""
    given: dict[str, Any] = {
        "kpis": [kpi],
        "targets": [Target(0, new_team="R1F"), Target(0, new_team="R1K")],
        "rows": Rows(
            targets=[0, 0, 0, 1, 1, 1],
            ordinals=[month("2026-08"), month("2026-09"), month("2026-10")] * 2,
            values=[768865, 887729, 900000, 950000, 960000, 970000],
            standards=[950000] * 6,
        ),
    }
    return given | more


def again(kpi: Kpi, rows: Rows) -> dict[str, Any]:
    """The same teams, which exist now."""
    teams = [Team.objects.get(name=name).pk for name in ("R1F", "R1K")]
    return {"kpis": [kpi], "targets": [Target(0, team_id=pk) for pk in teams], "rows": rows}


def test_kpi_teams_series_figures_and_standard_come_in_at_once(cast: Cast) -> None:
    done = bring(cast.actors["elif"], **trusts())
    assert (done.added, done.new_kpis, done.new_teams, done.new_series, done.new_standards) == (6, 1, 2, 2, 1)
    kpi = Kpi.objects.get()
    assert (kpi.name, kpi.owner) == ("A&E within 4 hours", cast.people["elif"])
    assert Series.objects.filter(team__name="R1F").get().measurements.count() == 3
    standard = Standard.objects.get()
    assert (standard.series, standard.value, standard.from_ordinal) == (None, 950000, month("2026-08"))
    assert Event.objects.filter(kind="measurements.imported").count() == 1
    assert set(Measurement.objects.values_list("batch", flat=True)) == {done.batch and done.batch.pk}


def test_the_plan_writes_nothing(cast: Cast) -> None:
    plan = plan_import(cast.actors["elif"], **trusts())
    assert plan.counts == Imported(rows=6, added=6, new_kpis=1, new_series=2, new_teams=2, new_standards=1)
    assert not Kpi.objects.exists()
    assert not ImportBatch.objects.exists()


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first = trusts()
    bring(cast.actors["elif"], **first)
    events = Event.objects.count()
    done = bring(cast.actors["elif"], **again(Kpi.objects.get(), first["rows"]))
    assert done == Imported(rows=6, unchanged=6)
    assert (Event.objects.count(), ImportBatch.objects.count()) == (events, 1)


def test_a_changed_figure_is_a_correction_and_the_others_stay_untouched(cast: Cast) -> None:
    first = trusts()
    bring(cast.actors["elif"], **first)
    before = {row.pk: row.batch_id for row in Measurement.objects.all()}
    rows = Rows(first["rows"].targets, first["rows"].ordinals, [768866, *first["rows"].values[1:]])
    done = bring(cast.actors["elif"], **again(Kpi.objects.get(), rows), name="second.csv")
    assert (done.added, done.changed, done.unchanged, done.new_standards) == (0, 1, 5, 0)
    row = Correction.objects.get()
    assert (row.old_value, row.new_value, row.by_id) == (768865, 768866, cast.people["elif"].pk)
    assert row.reason == "Imported from second.csv"
    assert row.batch == done.batch
    touched = [row for row in Measurement.objects.all() if row.batch_id != before[row.pk]]
    assert [row.value for row in touched] == [768866]


def test_parts_of_a_ratio_come_along(cast: Cast) -> None:
    series = series_of(cast, aggregation="ratio", ratio_scale=100)
    target = [Target(0, person_id=series.person_id)]
    rows = Rows([0], [month("2026-10")], [6667], [200], [300])
    assert bring(SYSTEM, [series.kpi], target, rows).added == 1
    assert bring(SYSTEM, [series.kpi], target, rows).unchanged == 1
    rows = Rows([0], [month("2026-10")], [6667], [400], [600])
    assert bring(SYSTEM, [series.kpi], target, rows).changed == 1
    row = Measurement.objects.get()
    assert (row.numerator, row.denominator, Correction.objects.get().old_denominator) == (400, 600, 300)


def test_a_value_without_parts_takes_no_parts_away(cast: Cast) -> None:
    series = series_of(cast, aggregation="ratio", ratio_scale=100)
    target = [Target(0, person_id=series.person_id)]
    both = [month("2026-09"), month("2026-10")]
    bring(SYSTEM, [series.kpi], target, Rows([0, 0], both, [5000, 6667], [100, 200], [200, 300]))
    rows = Rows([0, 0], both, [5000, 6667], [100, None], [200, None])
    assert bring(SYSTEM, [series.kpi], target, rows).unchanged == 2
    assert Measurement.objects.get(ordinal=both[1]).denominator == 300


def test_an_archived_series_is_taken_back_into_use(cast: Cast) -> None:
    from leanship.features.productivity.actions import archive_series

    series = series_of(cast)
    archive_series(cast.actors["ana"], series)
    rows = Rows([0], [month("2026-10")], [6667])
    bring(SYSTEM, [series.kpi], [Target(0, person_id=series.person_id)], rows)
    series.refresh_from_db()
    assert series.archived_at is None


class TestStandards:
    def line(self, series: Series) -> list[object]:
        timeline = standards.resolve([series.pk])[series.pk]
        marks = [timeline.at(month(code)) for code in ("2026-07", "2026-08", "2026-09", "2026-10")]
        return [mark and mark.value for mark in marks]

    def test_a_row_where_it_changes(self, cast: Cast) -> None:
        given = trusts()
        given["rows"] = Rows(
            given["rows"].targets,
            given["rows"].ordinals,
            given["rows"].values,
            standards=[950000, 950000, 960000] * 2,
        )
        assert bring(SYSTEM, **given).new_standards == 2
        for series in Series.objects.all():
            assert self.line(series) == [None, 950000, 950000, 960000]
        assert bring(SYSTEM, **again(Kpi.objects.get(), given["rows"])).anything is False

    def test_each_series_its_own_where_they_differ(self, cast: Cast) -> None:
        given = trusts()
        given["rows"] = Rows(
            given["rows"].targets,
            given["rows"].ordinals,
            given["rows"].values,
            standards=[950000, None, 960000, 800000, 800000, 800000],
        )
        assert bring(SYSTEM, **given).new_standards == 3
        first, second = Series.objects.order_by("id")
        assert self.line(first) == [None, 950000, 950000, 960000]
        assert self.line(second) == [None, 800000, 800000, 800000]
        assert bring(SYSTEM, **again(Kpi.objects.get(), given["rows"])).anything is False

    def test_other_series_of_the_kpi_keep_theirs(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        ana = series_of(cast, kpi=kpi, standard=9000, first="2026-08")
        dev = series_of(cast, kpi=kpi, key="dev")
        rows = Rows([0], [month("2026-09")], [9100], standards=[9500])
        bring(SYSTEM, [kpi], [Target(0, person_id=dev.person_id)], rows)
        assert self.line(ana) == [None, 9000, 9000, 9000]
        assert self.line(dev) == [None, 9000, 9500, 9500]


class TestRefusals:
    def test_only_the_office_imports(self, cast: Cast) -> None:
        for key in ("ana", "ben", "ingrid"):
            with pytest.raises(Refused):
                bring(cast.actors[key], **trusts())
        bring(cast.actors["greta"], **trusts())

    def test_a_period_twice(self, cast: Cast) -> None:
        rows = Rows([0, 0], [month("2026-08")] * 2, [1, 1])
        with pytest.raises(Invalid, match="twice"):
            bring(SYSTEM, **trusts(rows=rows))

    @pytest.mark.parametrize("code", ["2026-12", "1850-01"])
    def test_a_period_that_cannot_be(self, cast: Cast, code: str) -> None:
        with pytest.raises(Invalid):
            bring(SYSTEM, **trusts(rows=Rows([0], [month(code)], [1])))

    def test_a_figure_that_cannot_be_kept(self, cast: Cast) -> None:
        rows = Rows([0], [month("2026-08")], [2**63])
        with pytest.raises(Invalid, match="larger"):
            bring(SYSTEM, **trusts(rows=rows))
        assert bring(SYSTEM, **trusts(rows=Rows([0], [month("2026-08")], [2**63 - 1]))).added == 1

    def test_what_somebody_entered_meanwhile_is_not_overwritten(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = trusts()
        bring(SYSTEM, **first)
        rows = Rows(first["rows"].targets, first["rows"].ordinals, [1, *first["rows"].values[1:]])
        given = again(Kpi.objects.get(), rows)
        plan = plan_import(SYSTEM, **given)
        Measurement.objects.filter(value=768865).update(value=5)
        monkeypatch.setattr(importing, "plan_import", lambda *_args, **_kwargs: plan)
        with pytest.raises(Conflict):
            bring(SYSTEM, **given)
        assert Measurement.objects.filter(value=5).count() == 1
        assert not Correction.objects.exists()
