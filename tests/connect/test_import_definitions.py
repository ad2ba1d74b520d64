"""A file of KPI definitions: defined, assigned and held to standards in one go, and once."""

from __future__ import annotations

import pytest

from leanship.connect.kinds import kpis as kind
from leanship.connect.registry import Preview, Upload
from leanship.features.base.errors import Invalid, Refused
from leanship.features.base.models import ImportBatch
from leanship.features.org.access import SYSTEM
from leanship.features.productivity.models import Kpi, Series, Standard, Thresholds
from leanship.readers.tabular import read_table
from tests.cast import Cast
from tests.features.productivity.kpi_kit import month, series_of

FILE = (
    "name,unit,direction,cadence,aggregation,decimals,ceiling,subject,standard,standard_from,weight,must_hold\n"
    "Orders on time,%,higher,month,mean,1,100,Ana Ruiz,96,2026-01,2,yes\n"
    "Orders on time,%,higher,month,mean,1,100,Order desk,95.5,,1,\n"
    "Errors,errors,lower,month,sum,0,,,12,2026-01,,\n"
)


def look(text: str) -> Preview:
    return kind.preview(SYSTEM, read_table(text.encode(), name="kpis.csv"), {})


def take_in(text: str) -> ImportBatch:
    return kind.apply(SYSTEM, look(text), {}, Upload("kpis.csv", "0" * 64))


def test_kpis_series_and_standards_come_in(cast: Cast) -> None:
    found = look(FILE)
    assert not Kpi.objects.exists()
    assert (found.added_count, found.changed_count) == (2 + 2 + 3, 0)
    batch = take_in(FILE)
    assert (batch.kind, batch.added) == ("kpis", 7)
    kpi = Kpi.objects.get(name="Orders on time")
    assert (kpi.unit, kpi.decimals, kpi.ceiling, kpi.direction) == ("%", 1, 1000, "higher")
    ana = Series.objects.get(kpi=kpi, person=cast.people["ana"])
    assert (ana.weight, ana.must_hold) == (2, True)
    assert (ana.own_standards.get().value, ana.own_standards.get().from_ordinal) == (960, month("2026-01"))
    team = Series.objects.get(kpi=kpi, team=cast.teams["Order desk"])
    assert team.own_standards.get().from_ordinal == Thresholds.FROM_THE_START
    errors = Standard.objects.get(kpi__name="Errors")
    assert (errors.series, errors.value) == (None, 12)


def test_the_same_file_again_would_change_nothing(cast: Cast) -> None:
    take_in(FILE)
    found = look(FILE)
    assert (found.added_count, found.changed_count) == (0, 0)
    assert found.unchanged_count == 2 + 2 + 3


def test_what_differs_changes_and_the_rest_stays(cast: Cast) -> None:
    take_in(FILE)
    found = look("name,unit,subject,weight\nerrors,faults,,\nOrders on time,%,Ana Ruiz,5\n")
    assert (found.added_count, found.changed_count) == (0, 2)
    kind.apply(SYSTEM, found, {}, Upload("kpis.csv", ""))
    assert Kpi.objects.get(name="Errors").unit == "faults"
    ana = Series.objects.get(person=cast.people["ana"])
    assert (ana.weight, ana.must_hold) == (5, True)


def test_a_later_standard_is_added_beside_the_first(cast: Cast) -> None:
    take_in(FILE)
    take_in("name,cadence,standard,standard_from\nErrors,month,10,2026-11\n")
    rows = Standard.objects.filter(kpi__name="Errors").order_by("id")
    assert list(rows.values_list("value", "from_ordinal")) == [
        (12, month("2026-01")),
        (10, month("2026-11")),
    ]


def test_a_standard_with_fewer_decimals_means_the_same(cast: Cast) -> None:
    series = series_of(cast, [9800], standard=9500, name="On time")
    take_in("name,cadence,standard,standard_from\nOn time,month,96,2026-11\n")
    assert Standard.objects.latest("id").value == 9600
    series.kpi.refresh_from_db()
    assert series.kpi.decimals == 2


def test_what_figures_were_measured_by_stays_and_nothing_is_half_written(cast: Cast) -> None:
    series_of(cast, [9800], standard=9500, name="On time")
    text = "name,direction\nOn time,lower\nNew one,higher\n"
    with pytest.raises(Invalid, match="On time: This is fixed"):
        take_in(text)
    assert not Kpi.objects.filter(name="New one").exists()
    assert not ImportBatch.objects.exists()


def test_an_unknown_subject_is_told_with_its_row(cast: Cast) -> None:
    found = look("name,subject\nErrors,Ana Ruis\nErrors,Nobody\n")
    told = [(each.code, each.row, each.column) for each in found.problems]
    assert told == [("subject_unknown_near", 2, "subject"), ("subject_unknown", 3, "subject")]
    with pytest.raises(Invalid):
        kind.apply(SYSTEM, found, {}, Upload("kpis.csv", ""))
    assert not Kpi.objects.exists()


def test_only_the_office_imports(cast: Cast) -> None:
    with pytest.raises(Refused):
        kind.preview(cast.actors["ben"], read_table(FILE.encode(), name="kpis.csv"), {})
    for key in ("elif", "greta"):
        found = kind.preview(cast.actors[key], read_table(FILE.encode(), name="kpis.csv"), {})
        assert not found.problems.blocking
    batch = kind.apply(cast.actors["greta"], found, {}, Upload("kpis.csv", ""))
    assert batch.actor_id == cast.people["greta"].pk
    assert Kpi.objects.get(name="Errors").owner == cast.people["greta"]


@pytest.mark.parametrize(("who", "before"), [("elif", "2"), ("greta", "not yours to see")])
def test_a_preview_shows_no_weight_that_whoever_looks_may_not_read(cast: Cast, who: str, before: str) -> None:
    take_in(FILE)
    table = read_table(b"name,subject,weight\nOrders on time,Ana Ruiz,5\n", name="kpis.csv")
    (line,) = kind.preview(cast.actors[who], table, {}).changed
    assert [(field.before, field.after) for field in line.fields] == [(before, "5")]
