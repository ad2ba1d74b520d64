"""Adding, weighing, archiving and restoring a series."""

from __future__ import annotations

import pytest

from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.productivity.actions import (
    add_series,
    archive_kpi,
    archive_series,
    restore_series,
    set_weight,
)
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, series_of


def test_self_and_line_may_add_one(cast: Cast) -> None:
    for key in ("ana", "ben", "clara", "ingrid", "elif"):
        series = add_series(cast.actors[key], kpi=kpi_of(cast, name=key), person=cast.people["ana"], weight=3)
        assert (series.person, series.weight) == (cast.people["ana"], 3)


def test_others_may_not(cast: Cast) -> None:
    for key in ("dev", "farid", "greta"):
        with pytest.raises(NotFound):
            add_series(cast.actors[key], kpi=kpi_of(cast), person=cast.people["ana"])


def test_a_team_takes_one_from_its_lead(cast: Cast) -> None:
    series = add_series(cast.actors["ben"], kpi=kpi_of(cast), team=cast.teams["Order desk"])
    assert series.team == cast.teams["Order desk"]
    with pytest.raises(Refused):
        add_series(cast.actors["ana"], kpi=kpi_of(cast), team=cast.teams["Order desk"])


def test_not_twice_and_not_of_an_archived_kpi(cast: Cast) -> None:
    series = series_of(cast)
    with pytest.raises(Invalid):
        add_series(cast.actors["ben"], kpi=series.kpi, person=cast.people["ana"])
    archive_kpi(cast.actors["ben"], series.kpi)
    with pytest.raises(Invalid):
        add_series(cast.actors["ben"], kpi=series.kpi, person=cast.people["dev"])


def test_one_person_or_one_team(cast: Cast) -> None:
    with pytest.raises(Invalid):
        add_series(cast.actors["ben"], kpi=kpi_of(cast))


def test_archived_it_comes_back_with_its_figures(cast: Cast) -> None:
    series = series_of(cast, [9800])
    archive_series(cast.actors["ana"], series)
    again = add_series(cast.actors["ben"], kpi=series.kpi, person=cast.people["ana"])
    assert (again.pk, again.archived_at, again.measurements.count()) == (series.pk, None, 1)
    archive_series(cast.actors["ana"], again)
    restore_series(cast.actors["ana"], again)
    again.refresh_from_db()
    assert again.archived_at is None


def test_a_weight_has_a_version_and_a_history(cast: Cast) -> None:
    series = series_of(cast)
    set_weight(cast.actors["ben"], series, weight=4, must_hold=True, version=1)
    assert (series.weight, series.must_hold, series.version) == (4, True, 2)
    with pytest.raises(Conflict):
        set_weight(cast.actors["ben"], series, weight=5, must_hold=True, version=1)
    with pytest.raises(Invalid):
        set_weight(cast.actors["ben"], series, weight=0, must_hold=True, version=2)
    event = Event.objects.get(kind="series.weight_set")
    assert event.params == {"old": [1, False], "new": [4, True]}
