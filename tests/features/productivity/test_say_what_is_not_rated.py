"""What has no rating, no limits or no percent says so in the same words on every page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leanship.features.base.models import Standing
from leanship.features.productivity import standings
from leanship.features.productivity.models import Series
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, series_of

A_YEAR = [30, 34, 28, 31, 35, 29, 30, 33, 27, 31, 36, 30]


def page_of(cast: Cast, name: str, *args: str, key: str = "ben", **query: str) -> str:
    client = Client()
    client.force_login(cast.users[key])
    response: Any = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def evidence_of(cast: Cast, series: Series) -> str:
    kept = Standing.objects.filter(subject_kind="series", subject_id=series.pk, is_current=True)
    standing = kept.latest("ordinal")
    return page_of(cast, "productivity:standing", standing.uid)


@pytest.fixture
def charted(cast: Cast) -> Series:
    series = series_of(cast, A_YEAR, first="2025-11", decimals=0, unit="points", standards="none")
    standings.refresh([series.pk], reason="imported")
    return series


class TestWithoutStandards:
    def test_it_is_charted_not_rated_wherever_it_stands(self, cast: Cast, charted: Series) -> None:
        ana = cast.people["ana"].uid
        for page in (
            page_of(cast, "productivity:kpi", charted.kpi.uid),
            page_of(cast, "productivity:board"),
            page_of(cast, "org:person", ana),
            page_of(cast, "standing:of", ana),
            page_of(cast, "productivity:series", charted.uid),
            evidence_of(cast, charted),
        ):
            assert "charted, not rated" in page

    def test_none_of_them_calls_it_a_lack_of_evidence(self, cast: Cast, charted: Series) -> None:
        page = page_of(cast, "productivity:kpi", charted.kpi.uid)
        assert "not enough evidence" not in page
        assert "not enough evidence" not in page_of(cast, "productivity:series", charted.uid).casefold()

    def test_its_evidence_misses_no_standard(self, cast: Cast, charted: Series) -> None:
        page = evidence_of(cast, charted)
        assert "No standard" not in page and "no standard</span>" not in page
        assert "Judged" not in page and "Missing" not in page
        series = page_of(cast, "productivity:series", charted.uid)
        assert "No standard" not in series

    def test_its_tile_tells_its_newest_figure(self, cast: Cast, charted: Series) -> None:
        assert "<small>30 points in Oct 2026</small>" in page_of(cast, "productivity:board")

    def test_the_board_finds_it_by_that_name_alone(self, cast: Cast, charted: Series) -> None:
        name = f"<small>{charted.kpi.name}</small>"
        assert name in page_of(cast, "productivity:board", band="not_rated")
        assert name not in page_of(cast, "productivity:board", band="not_enough_evidence")


def test_figures_that_never_change_have_no_limits_for_that_reason(cast: Cast) -> None:
    series = series_of(
        cast, [0] * 12, first="2025-11", decimals=0, unit="accidents", direction="lower", standard=1
    )
    standings.refresh([series.pk], reason="imported")
    page = evidence_of(cast, series)
    assert "no limits: the average moving range that they would rest on is 0" in page
    assert "12 points" not in page


def test_a_figure_of_nothing_is_judged_without_a_percent(cast: Cast) -> None:
    series = series_of(
        cast, [0, 1] * 6, first="2025-11", decimals=0, unit="accidents", direction="lower", standard=1
    )
    standings.refresh([series.pk], reason="imported")
    page = evidence_of(cast, series)
    assert "<dt>Judged</dt> <dd> 12 months" in page
    assert "<dt>Judged without a percent</dt> <dd> 6 months" in page
    assert "With a percent" not in page


def test_a_limit_beyond_what_is_possible_is_told_as_it_is_drawn(cast: Cast) -> None:
    series = series_of(
        cast, [0, 3] * 6, first="2025-11", decimals=0, unit="complaints", direction="lower", standard=4
    )
    series.kpi.floor = 0
    series.kpi.save()
    standings.refresh([series.pk], reason="imported")
    # 1.5 ± 2.66 × 3
    page = page_of(cast, "productivity:series", series.uid)
    assert "Lower limit: worked out as −6.5, beyond what is possible, and drawn at 0.0" in page
    evidence = evidence_of(cast, series)
    assert "0.0–9.5 complaints" in evidence
    assert "the lower limit is worked out as −6.5" in evidence


def test_a_series_says_that_a_band_cannot_be_reached(cast: Cast) -> None:
    kpi = kpi_of(cast, decimals=0, ceiling="100")
    high = series_of(cast, [97, 98] * 6, first="2025-11", kpi=kpi, standard=98)
    standings.refresh([high.pk], reason="imported")
    assert "105 % cannot be reached: with a standard of 98 %" in page_of(
        cast, "productivity:series", high.uid
    )


def test_a_long_list_of_signals_shows_the_newest_five(cast: Cast) -> None:
    values = [50, 52] * 12 + [90, 51, 90, 51, 90, 51, 90, 51, 90, 51, 90, 51, 90]
    series = series_of(cast, values, first="2023-10", decimals=0, unit="orders")
    page = page_of(cast, "productivity:series", series.uid)
    before, after = page.split("earlier ones", 1)
    assert before.count("lies above the upper limit</a>") + before.count("is unusually large</a>") == 5
    assert after.count("lies above the upper limit</a>") > 0
    assert "Oct 2026 lies above the upper limit" in before


def test_units_in_words_head_their_columns_and_symbols_stay_beside_the_figures(cast: Cast) -> None:
    worded = series_of(cast, [1, 2, 3], first="2026-08", decimals=0, unit="accidents", standard=1)
    figures = page_of(cast, "productivity:figures", worded.uid)
    assert "Figure, accidents" in figures and "Standard, accidents" in figures
    assert "1 accidents" not in figures and '<td class="num">1</td>' in figures
    percent = series_of(cast, [9710, 9820], first="2026-09", key="dev")
    figures = page_of(cast, "productivity:figures", percent.uid)
    assert "97.10 %" in figures and "Figure, %" not in figures
