"""Standards that are the median of peers: of whom, from how many, when, and never again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from leanship.features.base.models import Standing
from leanship.features.org.models import Person, Position
from leanship.features.productivity import peers, standings
from leanship.features.productivity.models import Kpi, Measurement, PeerStandard, Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month

TODAY = date(2026, 11, 22)


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    return kpi_of(cast, standards="peers", decimals=0)


def people(count: int, *, role: str = "picker", level: str = "contributor") -> list[Person]:
    found = []
    for number in range(count):
        person = Person.objects.create(name=f"Peer {role} {number:02d}", role=role, level=level)
        Position.objects.create(person=person, role=role, level=level, valid_from=date(2024, 1, 1))
        found.append(person)
    return found


def measured(
    kpi: Kpi, whose: Sequence[Person], values: Sequence[int | None], period: str = "2026-09"
) -> list[Series]:
    found = []
    for person, value in zip(whose, values, strict=True):
        series, _made = Series.objects.get_or_create(kpi=kpi, person=person)
        if value is not None:
            Measurement.objects.create(series=series, ordinal=month(period), value=value)
        found.append(series)
    return found


def frozen(period: str = "2026-09") -> dict[str, tuple[int, int]]:
    rows = PeerStandard.objects.filter(ordinal=month(period)).select_related("series__person")
    return {row.series.person.name[-2:]: (row.doubled, row.others) for row in rows if row.series.person}


def test_each_ones_standard_is_the_median_of_the_others(kpi: Kpi) -> None:
    measured(kpi, people(6), [10, 20, 30, 40, 50, 60])
    peers.freeze(TODAY)
    # Of the others of 10 the middle is 40, of those of 40 to 60 it is 30; five others each.
    assert frozen() == {
        "00": (80, 5), "01": (80, 5), "02": (80, 5), "03": (60, 5), "04": (60, 5), "05": (60, 5),
    }  # fmt: skip


def test_a_median_between_two_values_is_kept_whole_by_doubling(kpi: Kpi) -> None:
    measured(kpi, people(7), [1, 2, 3, 4, 5, 6, 7])
    peers.freeze(TODAY)
    assert frozen()["00"] == (9, 6)  # of 2 … 7 the median is 4.5
    assert frozen()["06"] == (7, 6)


def test_four_others_are_too_few(kpi: Kpi) -> None:
    measured(kpi, people(5), [1, 2, 3, 4, 5])
    assert peers.freeze(TODAY) == set()
    assert frozen() == {}


def test_another_role_or_level_is_no_peer(kpi: Kpi) -> None:
    measured(kpi, people(5), [1, 2, 3, 4, 5])
    measured(kpi, people(2, role="packer"), [100, 100])
    measured(kpi, people(2, level="entry_manager"), [200, 200])
    assert peers.freeze(TODAY) == set()


def test_who_moved_belongs_to_the_group_of_that_period(kpi: Kpi) -> None:
    group = people(7)
    measured(kpi, group, [1, 2, 3, 4, 5, 6, 7], "2026-09")
    measured(kpi, group, [1, 2, 3, 4, 5, 6, 7], "2026-10")
    Position.objects.filter(person=group[6]).update(valid_until=date(2026, 10, 10))
    Position.objects.create(
        person=group[6], role="planner", level="contributor", valid_from=date(2026, 10, 10)
    )
    peers.freeze(TODAY)
    assert set(frozen("2026-09")) == {"00", "01", "02", "03", "04", "05", "06"}
    assert set(frozen("2026-10")) == {"00", "01", "02", "03", "04", "05"}
    assert frozen("2026-10")["00"] == (8, 5)


def test_an_open_period_is_not_frozen(kpi: Kpi) -> None:
    measured(kpi, people(6), [1, 2, 3, 4, 5, 6], "2026-11")
    assert peers.freeze(TODAY) == set()


def test_whoever_has_not_entered_yet_is_waited_for_two_weeks(kpi: Kpi) -> None:
    measured(kpi, people(8), [1, 2, 3, 4, 5, 6, 7, None], "2026-10")
    assert peers.freeze(date(2026, 11, 14)) == set()
    assert len(peers.freeze(date(2026, 11, 15))) == 8
    assert frozen("2026-10")["07"] == (8, 7)  # the late one has a standard too: the median of all seven


def test_when_everybody_has_entered_nobody_is_waited_for(kpi: Kpi) -> None:
    measured(kpi, people(6), [1, 2, 3, 4, 5, 6], "2026-10")
    assert len(peers.freeze(date(2026, 11, 1))) == 6


def test_a_later_correction_of_somebody_else_changes_no_frozen_standard(kpi: Kpi) -> None:
    series = measured(kpi, people(6), [10, 20, 30, 40, 50, 60])
    peers.freeze(TODAY)
    before = frozen()
    Measurement.objects.filter(series=series[5]).update(value=1)
    standings.refresh([series[5].pk], reason="corrected")
    assert peers.freeze(TODAY) == set()
    assert frozen() == before


def test_ratings_by_peers_carry_how_many_they_are_of(kpi: Kpi) -> None:
    group = people(6)
    for period in range(12):
        ordinal = month("2025-11") + period
        for place, person in enumerate(group):
            series, _made = Series.objects.get_or_create(kpi=kpi, person=person)
            Measurement.objects.create(series=series, ordinal=ordinal, value=100 + place)
    ids = list(Series.objects.values_list("id", flat=True))
    standings.refresh(ids, reason="imported")
    best = Standing.objects.get(
        subject_kind="series", subject_id=ids[5], ordinal=month("2026-10"), is_current=True
    )
    # The others of 105 have 100 … 104, median 102: 102.9 rounds to 103, and meets.
    assert best.counts["standard"]["kind"] == "peers" and best.counts["standard"]["others"] == 5
    assert best.counts["periods"][-1][1:] == [105, 102, 103, "meets"]
    assert best.raw == "meets"


def test_the_daily_run_freezes_first_and_rates_by_what_it_froze(kpi: Kpi) -> None:
    group = people(7)
    for period in range(13):
        for place, person in enumerate(group):
            series, _made = Series.objects.get_or_create(kpi=kpi, person=person)
            if not (period == 12 and place == 0):  # the last month lacks one figure
                Measurement.objects.create(
                    series=series, ordinal=month("2025-11") + period, value=100 + place
                )
    standings.refresh(list(Series.objects.values_list("id", flat=True)), reason="imported")
    first = standings.refresh_due(date(2026, 12, 1))
    assert first.frozen == 0 and first.written == 14
    later = standings.refresh_due(date(2026, 12, 15))
    assert later.frozen == 7
    told = Standing.objects.get(
        subject_kind="series",
        subject_id=Series.objects.get(person=group[5]).pk,
        ordinal=month("2026-11"),
        is_current=True,
    )
    assert told.counts["missing"] == [] and told.replaces is not None
