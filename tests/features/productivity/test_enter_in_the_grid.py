"""The entry grid as a page: what it offers, what it takes, and what it gives back when something is wrong."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from leanship.features.org.access import SYSTEM
from leanship.features.productivity.actions import (
    Cell,
    Rows,
    Target,
    add_series,
    enter_measurements,
    import_measurements,
)
from leanship.features.productivity.models import Correction, Measurement, Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month, series_of
from tests.features.productivity.test_see_kpis import MOST_QUERIES, client_of, text_of

ENTRY = "/productivity/entry/"


def field(series: Series, period: str, value: str, was: str = "") -> dict[str, str]:
    key = f"{series.uid}:{month(period)}"
    return {f"cell:{key}": value, f"was:{key}": was}


def test_rows_are_what_the_viewer_may_enter(cast: Cast) -> None:
    kpi = kpi_of(cast)
    series_of(cast, kpi=kpi)
    series_of(cast, kpi=kpi, key="dev")
    series_of(cast, key="farid", name="Visits")

    def rows(key: str) -> list[str]:
        page = client_of(cast, key).get(ENTRY).context["page"]
        return [row.subject for row in page.list.rows]

    assert rows("ana") == ["Ana Ruiz"]
    assert rows("ben") == ["Ana Ruiz", "Dev Patel"]
    assert rows("elif") == ["Ana Ruiz", "Dev Patel", "Farid Haddad"]
    assert rows("clara") == []


def test_columns_are_the_latest_periods_and_can_be_moved(cast: Cast) -> None:
    series_of(cast, [9800], first="2024-01")
    client = client_of(cast, "ana")
    page = client.get(ENTRY).context["page"]
    assert [column.code for column in page.columns][-2:] == ["2026-10", "2026-11"]
    assert page.columns[-1].open
    assert page.later == ""
    earlier = client.get(page.earlier).context["page"]
    assert earlier.columns[-1].code == "2026-03"
    found = client.get(ENTRY, {"until": "2024-03"}).context["page"]
    assert [cell.value for cell in found.list.rows[0].cells if cell.value] == ["98.00"]
    assert client.get(ENTRY, {"until": "2999-01"}).context["page"].columns[-1].code == "2026-11"
    assert client.get(ENTRY, {"until": "1900-02"}).context["page"].earlier == ""


def test_one_cadence_at_a_time_and_filters_in_the_address(cast: Cast) -> None:
    series_of(cast)
    kpi = kpi_of(cast, name="Calls", cadence="week")
    series_of(cast, kpi=kpi, first="2025-W01")
    add_series(cast.actors["ben"], kpi=kpi, team=cast.teams["Order desk"])
    client = client_of(cast, "ben")
    page = client.get(ENTRY, {"cadence": "week"}).context["page"]
    assert [row.subject for row in page.list.rows] == ["Ana Ruiz", "Order desk"]
    assert [tab.here for tab in page.tabs] == [True, False]
    page = client.get(ENTRY, {"kpi": kpi.uid}).context["page"]
    assert {row.kpi for row in page.list.rows} == {"Calls"}
    page = client.get(ENTRY, {"cadence": "week", "q": "ruiz"}).context["page"]
    assert [row.subject for row in page.list.rows] == ["Ana Ruiz"]


def test_figures_are_saved_and_can_be_taken_back(cast: Cast) -> None:
    series = series_of(cast)
    client = client_of(cast, "ana")
    given = field(series, "2026-09", "98.5") | field(series, "2026-10", "97,25")
    response = client.post(ENTRY, given, follow=True)
    assert "2 figures entered." in text_of(response)
    assert list(series.measurements.values_list("value", flat=True)) == [9850, 9725]
    undo = response.context["page"].undo_url
    assert client_of(cast, "ben").post(undo).status_code == 404
    assert "taken back" in text_of(client.post(undo, follow=True))
    assert not series.measurements.exists()
    assert client.post(undo).status_code == 403


def test_each_wrong_cell_is_marked_and_the_rest_stays_as_typed(cast: Cast) -> None:
    series = series_of(cast)
    given = (
        field(series, "2026-08", "98.123")
        | field(series, "2026-09", "97")
        | field(series, "2026-10", "1,234")
    )
    response = client_of(cast, "ana").post(ENTRY, given)
    assert response.status_code == 422
    cells = {cell.name: cell for cell in response.context["page"].list.rows[0].cells}
    wrong = [name for name, cell in cells.items() if cell.errors]
    assert wrong == [f"{series.uid}:{month(code)}" for code in ("2026-08", "2026-10")]
    assert cells[f"{series.uid}:{month('2026-09')}"].value == "97"
    page = text_of(response)
    assert "Nothing was saved: 2 cells cannot be." in page
    assert "can mean 1234 or 1.234" in page
    assert page.count('aria-invalid="true"') == 2
    assert not Measurement.objects.exists()


def test_a_change_of_what_was_there_asks_why(cast: Cast) -> None:
    series = series_of(cast, [9800], first="2026-10")
    client = client_of(cast, "ana")
    given = field(series, "2026-10", "99", was="98.00")
    response = client.post(ENTRY, given)
    assert response.status_code == 422
    assert response.context["page"].reason_errors
    assert client.post(ENTRY, given | {"reason": "Recount"}).status_code == 303
    assert Correction.objects.get().reason == "Recount"


def test_what_somebody_entered_meanwhile_is_told_and_kept(cast: Cast) -> None:
    series = series_of(cast)
    enter_measurements(cast.actors["ben"], cells=[Cell(series.uid, month("2026-10"), "95")])
    response = client_of(cast, "ana").post(ENTRY, field(series, "2026-10", "99") | {"reason": "Mine"})
    assert response.status_code == 422
    assert "Somebody entered 95.00 meanwhile." in text_of(response)
    assert Measurement.objects.get().value == 9500


def test_a_stale_sheet_does_not_clear_what_it_never_showed(cast: Cast) -> None:
    series = series_of(cast)
    enter_measurements(cast.actors["ben"], cells=[Cell(series.uid, month("2026-10"), "95")])
    client_of(cast, "ana").post(ENTRY, field(series, "2026-10", "") | field(series, "2026-09", "94"))
    assert series.measurements.count() == 2


def test_a_ratio_is_typed_by_its_parts(cast: Cast) -> None:
    series = series_of(cast, aggregation="ratio", ratio_scale=100)
    client = client_of(cast, "ana")
    assert client.post(ENTRY, field(series, "2026-10", "45/60")).status_code == 303
    row = Measurement.objects.get()
    assert (row.value, row.numerator, row.denominator) == (7500, 4500, 6000)
    page = client.get(ENTRY).context["page"]
    assert page.list.rows[0].cells[-2].value == "45/60"
    for typed in ("45/", "/60", "45/0", "1/2/3"):
        assert client.post(ENTRY, field(series, "2026-09", typed)).status_code == 422


def test_what_is_no_cell_is_passed_over(cast: Cast) -> None:
    series = series_of(cast)
    given = {f"cell:{series.uid}:x": "1", f"cell:{series.uid}": "2", "cell::": "3", "other": "4"}
    response = client_of(cast, "ana").post(ENTRY, given, follow=True)
    assert "Nothing was changed." in text_of(response)


def test_anothers_series_is_told_above_the_sheet(cast: Cast) -> None:
    series_of(cast)
    farids = series_of(cast, key="farid", name="Visits")
    response = client_of(cast, "ana").post(ENTRY, field(farids, "2026-10", "5"))
    assert response.status_code == 422
    assert response.context["page"].errors
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("count", [3, 30])
def test_queries_do_not_grow(
    cast: Cast, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = Rows(list(range(count)), [month("2026-10")] * count, [9800] * count)
    targets = [Target(0, new_team=f"Team {place}") for place in range(count)]
    import_measurements(SYSTEM, kpis=[kpi_of(cast)], targets=targets, rows=rows, filename="f.csv", digest="")
    client = client_of(cast, "greta")
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse("productivity:entry"))
    assert len(response.context["page"].list.rows) == count
