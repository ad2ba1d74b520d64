"""The pages of KPIs and series: what is shown, to whom, and with how many queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from leanship.features.productivity.actions import (
    Cell,
    accept_shift,
    add_note,
    archive_kpi,
    enter_measurements,
    set_standard,
)
from leanship.features.productivity.models import Kpi, PointNote, Series, SignalSeen, Standard
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month, series_of
from tests.features.productivity.test_read_a_chart import SHIFTED

MOST_QUERIES = 12


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def shifted(cast: Cast) -> Series:
    return series_of(cast, SHIFTED, first="2024-09", decimals=0, unit="orders", standard=100)


class TestList:
    def test_searched_filtered_and_taken_away(self, cast: Cast) -> None:
        kpi_of(cast, name="Orders on time")
        kpi_of(cast, "farid", name="=Visits", cadence="week")
        archive_kpi(cast.actors["ben"], kpi_of(cast, name="Old one"))
        client = client_of(cast, "ben")
        url = reverse("productivity:kpis")
        assert {"Orders on time", "=Visits"} <= set(names(client.get(url)))
        assert names(client.get(url, {"q": "ORDERS"})) == ["Orders on time"]
        assert names(client.get(url, {"whose": "mine"})) == ["Orders on time"]
        assert names(client.get(url, {"cadence": "week"})) == ["=Visits"]
        assert names(client.get(url, {"state": "archived"})) == ["Old one"]
        file = client.get(url, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
        assert len(file) == 3
        assert any(line.startswith("'=Visits,") for line in file)

    def test_series_are_counted_as_far_as_the_viewer_sees_them(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        series_of(cast, kpi=kpi)
        series_of(cast, kpi=kpi, key="dev")
        seen = {key: listed(cast, key) for key in ("ben", "ana", "farid", "greta", "elif")}
        assert seen == {"ben": 2, "ana": 1, "farid": 0, "greta": 0, "elif": 2}

    def test_one_that_nobody_owns_is_open_too(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        Kpi.objects.update(owner=None)
        assert listed(cast, "farid") == 0
        seen = client_of(cast, "farid").get(reverse("productivity:kpi", args=[kpi.uid]))
        assert (seen.status_code, seen.context["page"].may_edit) == (200, False)
        seen = client_of(cast, "greta").get(reverse("productivity:kpi", args=[kpi.uid]))
        assert seen.context["page"].may_edit

    def test_empty_it_says_what_will_be_here(self, cast: Cast) -> None:
        assert "No KPIs yet" in text_of(client_of(cast, "ana").get(reverse("productivity:kpis")))


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["page"].list.rows]


def listed(cast: Cast, key: str) -> int:
    response = client_of(cast, key).get(reverse("productivity:kpis"))
    return int(response.context["page"].list.rows[0].series)


class TestKpi:
    def test_words_say_how_a_value_becomes_a_band(self, cast: Cast) -> None:
        kpi = kpi_of(cast, ceiling="100", decimals=0)
        set_standard(cast.actors["ben"], kpi=kpi, value="96", period="2026-01")
        page = text_of(client_of(cast, "farid").get(reverse("productivity:kpi", args=[kpi.uid])))
        assert "percent = 100 × value ÷ standard" in page
        assert (
            "105 % cannot be reached: with a standard of 96 % the highest possible value, 100 %, is 104 %"
            in page
        )

    def test_with_a_standard_of_95_it_can_be_reached(self, cast: Cast) -> None:
        kpi = kpi_of(cast, ceiling="100", decimals=0)
        set_standard(cast.actors["ben"], kpi=kpi, value="95", period="2026-01")
        page = text_of(client_of(cast, "ben").get(reverse("productivity:kpi", args=[kpi.uid])))
        assert "cannot be reached" not in page

    def test_the_owner_sets_a_standard_and_strangers_do_not(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        url = reverse("productivity:kpi_standard", args=[kpi.uid])
        given = {"value": "95.5", "period": "2026-11"}
        assert client_of(cast, "farid").post(url, given).status_code == 403
        wrong = client_of(cast, "ben").post(url, given | {"value": "95.555"})
        assert wrong.status_code == 422
        assert "more than the KPI" in text_of(wrong)
        assert client_of(cast, "ben").post(url, given).status_code == 303
        assert Standard.objects.get().value == 9550

    @pytest.mark.parametrize("count", [3, 30])
    def test_queries_do_not_grow_with_its_series(
        self, cast: Cast, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        kpi = many(cast, count)
        client = client_of(cast, "elif")
        with django_assert_max_num_queries(MOST_QUERIES):
            response = client.get(reverse("productivity:kpi", args=[kpi.uid]))
        assert len(response.context["page"].list.rows) == count

    def test_its_series_as_a_file(self, cast: Cast) -> None:
        kpi = many(cast, 2)
        url = reverse("productivity:kpi", args=[kpi.uid])
        file = client_of(cast, "elif").get(url, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
        assert file[1].startswith("Team 0,team,Orders on time,2026-10,98.01,")
        outside = client_of(cast, "farid").get(url, {"format": "csv"}).content.decode("utf-8-sig")
        assert len(outside.splitlines()) == 1


def many(cast: Cast, count: int) -> Kpi:
    from leanship.features.org.access import SYSTEM
    from leanship.features.productivity.actions import Rows, Target, import_measurements

    kpi = kpi_of(cast)
    rows = Rows(
        [place for place in range(count) for _ in range(12)],
        [month("2025-11") + step for _ in range(count) for step in range(12)],
        [9790 + step for _ in range(count) for step in range(12)],
        standards=[9500] * 12 * count,
    )
    targets = [Target(0, new_team=f"Team {place}") for place in range(count)]
    import_measurements(SYSTEM, kpis=[kpi], targets=targets, rows=rows, filename="f.csv", digest="")
    return kpi


class TestDefining:
    def given(self, **changes: str) -> dict[str, str]:
        return {
            "name": "Errors",
            "decimals": "0",
            "cadence": "month",
            "direction": "lower",
            "aggregation": "sum",
            "ratio_scale": "1",
            "standards": "known",
            "limits": "mean",
        } | changes

    def test_with_a_first_standard_and_for_oneself(self, cast: Cast) -> None:
        given = self.given(standard="12", since="2026-01", for_me="on")
        response = client_of(cast, "ana").post(reverse("productivity:kpi_new"), given)
        assert response.status_code == 303
        kpi = Kpi.objects.get()
        assert (kpi.owner, kpi.series.get().person) == (cast.people["ana"], cast.people["ana"])
        assert kpi.known_standards.get().value == 12

    def test_wrong_fields_come_back_with_words(self, cast: Cast) -> None:
        given = self.given(standard="12.5", since="soon", ceiling="x")
        response = client_of(cast, "ana").post(reverse("productivity:kpi_new"), given)
        assert response.status_code == 422
        assert set(response.context["page"].form.errors) == {"ceiling"}
        given = self.given(standard="12.5", since="soon")
        response = client_of(cast, "ana").post(reverse("productivity:kpi_new"), given)
        assert set(response.context["page"].form.errors) == {"standard", "since"}
        assert not Kpi.objects.exists()

    def test_asked_what_it_means_nothing_is_saved(self, cast: Cast) -> None:
        given = self.given(
            name="", direction="higher", standard="96", ceiling="100", since="2026-01", show="1"
        )
        response = client_of(cast, "ana").post(reverse("productivity:kpi_new"), given)
        assert response.status_code == 200
        assert "105 % cannot be reached" in text_of(response)
        assert 'value="96"' in response.content.decode()
        assert not Kpi.objects.exists()

    def test_the_words_alone_for_htmx(self, cast: Cast) -> None:
        response = client_of(cast, "ana").post(
            reverse("productivity:kpi_new"),
            self.given(standards="none"),
            headers={"HX-Request": "true", "HX-Target": "says"},
        )
        assert "net promoter score" in text_of(response)
        assert "<html" not in response.content.decode()

    def test_a_change_keeps_its_version(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        url = reverse("productivity:kpi_edit", args=[kpi.uid])
        client = client_of(cast, "ben")
        assert client.get(url).status_code == 200
        given = self.given(name="On time", direction="higher", decimals="2", aggregation="mean", version="1")
        assert client.post(url, given).status_code == 303
        assert client.post(url, given | {"name": "Stale"}).status_code == 409
        assert client_of(cast, "ana").get(url).status_code == 403

    def test_measured_for_somebody_by_name(self, cast: Cast) -> None:
        kpi = kpi_of(cast)
        url = reverse("productivity:series_new", args=[kpi.uid])
        client = client_of(cast, "ben")
        near = client.post(url, {"subject": "Ana", "weight": "1"})
        assert near.status_code == 422
        assert "Did you mean Ana Ruiz, " in text_of(near)
        assert client.post(url, {"subject": "ana ruiz", "weight": "2"}).status_code == 303
        assert client.post(url, {"subject": "Order desk", "weight": "1"}).status_code == 303
        stranger = client_of(cast, "farid").post(url, {"subject": "Dev Patel", "weight": "1"})
        assert stranger.status_code == 422
        assert kpi.series.count() == 2


class TestSeries:
    @pytest.mark.parametrize("key", ["ana", "ben", "clara", "ingrid", "elif"])
    def test_self_line_and_partner_see_it(self, cast: Cast, shifted: Series, key: str) -> None:
        response = client_of(cast, key).get(reverse("productivity:series", args=[shifted.uid]))
        assert response.status_code == 200

    @pytest.mark.parametrize("key", ["dev", "farid", "greta"])
    @pytest.mark.parametrize("page", ["series", "figures", "standards"])
    def test_for_others_there_is_nothing(self, cast: Cast, shifted: Series, key: str, page: str) -> None:
        assert (
            client_of(cast, key).get(reverse(f"productivity:{page}", args=[shifted.uid])).status_code == 404
        )

    @pytest.mark.parametrize("page", ["series", "figures", "standards"])
    def test_few_queries(
        self,
        cast: Cast,
        shifted: Series,
        page: str,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for place in range(6):
            add_note(cast.actors["ben"], shifted, ordinal=month("2025-01") + place, text="Known")
        client = client_of(cast, "clara")
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(reverse(f"productivity:{page}", args=[shifted.uid]))

    def test_signals_are_told_and_looked_at(self, cast: Cast, shifted: Series) -> None:
        client = client_of(cast, "ben")
        url = reverse("productivity:series", args=[shifted.uid])
        page = client.get(url).context["page"]
        assert page.says.startswith("A signal:")
        assert page.unseen == len(page.signals) > 0
        assert not SignalSeen.objects.exists()
        client.post(reverse("productivity:series_seen", args=[shifted.uid]))
        assert client.get(url).context["page"].unseen == 0
        assert client_of(cast, "clara").get(url).context["page"].unseen > 0

    def test_a_shift_is_offered_accepted_and_taken_back(self, cast: Cast, shifted: Series) -> None:
        client = client_of(cast, "ben")
        url = reverse("productivity:series", args=[shifted.uid])
        offered = client.get(url).context["page"].proposal
        assert offered.since == "2026-01"
        accept = reverse("productivity:shift_accept", args=[shifted.uid])
        assert client.post(accept, {"since": offered.since, "reason": ""}).status_code == 422
        assert client.post(accept, {"since": offered.since, "reason": "A second desk"}).status_code == 303
        page = client.get(url).context["page"]
        assert (page.proposal, page.signals) == (None, ())
        assert page.steps[0].reason == "A second desk"
        back = reverse("productivity:baseline_withdraw", args=[shifted.uid, page.steps[0].pk])
        assert client_of(cast, "farid").post(back).status_code == 404
        assert client.post(back).status_code == 303
        assert client.get(url).context["page"].proposal is not None

    def test_who_may_not_accept_is_not_asked_to(self, cast: Cast, shifted: Series) -> None:
        page = client_of(cast, "elif").get(reverse("productivity:series", args=[shifted.uid])).context["page"]
        assert page.proposal is None
        assert page.head.may.edit

    def test_routine_variation_is_called_so(self, cast: Cast) -> None:
        series = series_of(cast, SHIFTED[:16], first="2025-07", decimals=0, unit="orders")
        page = client_of(cast, "ana").get(reverse("productivity:series", args=[series.uid])).context["page"]
        assert page.says.startswith("Routine variation: figures between")

    def test_the_rating_opens_to_its_evidence(self, cast: Cast, shifted: Series) -> None:
        enter_measurements(
            cast.actors["ana"],
            cells=[Cell(shifted.uid, month("2026-10"), "")],
            reason="Not counted",
        )
        client = client_of(cast, "ana")
        page = client.get(reverse("productivity:series", args=[shifted.uid])).context["page"]
        assert page.rating.excluded == ("No figure: Oct\xa02026",)
        assert client.get(page.rating.url).status_code == 200

    def test_without_figures_it_says_what_to_do(self, cast: Cast) -> None:
        series = series_of(cast)
        page = text_of(client_of(cast, "ana").get(reverse("productivity:series", args=[series.uid])))
        assert "No figures yet" in page
        assert "Enter figures" in page


class TestNotes:
    def test_written_numbered_changed_and_taken_off(self, cast: Cast, shifted: Series) -> None:
        client = client_of(cast, "ana")
        add = reverse("productivity:note_add", args=[shifted.uid])
        assert client.post(add, {"period": "2026-01", "text": ""}).status_code == 422
        assert client.post(add, {"period": "2026-01", "text": "A <b>second</b> desk"}).status_code == 303
        page = client.get(reverse("productivity:series", args=[shifted.uid]))
        assert "A &lt;b&gt;second&lt;/b&gt; desk" in page.content.decode()
        note = PointNote.objects.get()
        edit = reverse("productivity:note_edit", args=[note.uid])
        assert client_of(cast, "ben").get(edit).status_code == 403
        assert client_of(cast, "farid").get(edit).status_code == 404
        assert client.post(edit, {"text": "Two desks", "version": 1}).status_code == 303
        assert client.post(edit, {"text": "Stale", "version": 1}).status_code == 409
        client.post(reverse("productivity:note_archive", args=[note.uid]))
        assert client.get(reverse("productivity:series", args=[shifted.uid])).context["page"].notes == ()
        client.post(reverse("productivity:note_restore", args=[note.uid]))
        note.refresh_from_db()
        assert (note.text, note.archived_at) == ("Two desks", None)


class TestPoint:
    def test_everything_known_of_it(self, cast: Cast) -> None:
        series = series_of(cast, standard=9500, first="2026-01")
        for value, reason in (("98.5", ""), ("98.25", "Late orders came in")):
            cell = Cell(series.uid, month("2026-10"), value)
            enter_measurements(cast.actors["ana"], cells=[cell], reason=reason)
        add_note(cast.actors["ben"], series, ordinal=month("2026-10"), text="Storm week")
        page = text_of(
            client_of(cast, "clara").get(reverse("productivity:point", args=[series.uid, "2026-10"]))
        )
        for said in (
            "98.25 %",
            "103 %",
            "95.00 %",
            "98.50 % → 98.25 %",
            "Late orders came in",
            "Ana Ruiz",
            "entered by hand",
            "Storm week",
            "meets",
        ):
            assert said in page

    def test_the_percent_is_rounded_once_and_a_half_goes_up(self, cast: Cast) -> None:
        series = series_of(cast, [9950], standard=10000, first="2026-10")
        page = text_of(
            client_of(cast, "ana").get(reverse("productivity:point", args=[series.uid, "2026-10"]))
        )
        assert "100 %" in page

    def test_few_queries(
        self, cast: Cast, shifted: Series, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = client_of(cast, "clara")
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(reverse("productivity:point", args=[shifted.uid, "2026-01"]))

    @pytest.mark.parametrize("period", ["2026-W04", "soon", "2026-13", "99999999-01"])
    def test_an_address_of_no_period_is_not_found(self, cast: Cast, shifted: Series, period: str) -> None:
        url = reverse("productivity:point", args=[shifted.uid, period])
        assert client_of(cast, "ana").get(url).status_code == 404

    def test_a_gap_says_so(self, cast: Cast, shifted: Series) -> None:
        page = client_of(cast, "ana").get(reverse("productivity:point", args=[shifted.uid, "2020-01"]))
        assert "No figure" in text_of(page)

    def test_in_the_panel_it_comes_alone(self, cast: Cast, shifted: Series) -> None:
        response = client_of(cast, "ana").get(
            reverse("productivity:point", args=[shifted.uid, "2026-01"]),
            headers={"HX-Request": "true", "HX-Target": "panel"},
        )
        assert "<html" not in response.content.decode()
        assert "panel-head" in response.content.decode()


class TestFigures:
    def test_as_a_table_and_a_file_that_reads_back(self, cast: Cast) -> None:
        series = series_of(cast, [9850, None, 9725], standard=9500, first="2026-08")
        client = client_of(cast, "ana")
        url = reverse("productivity:figures", args=[series.uid])
        page = text_of(client.get(url))
        assert "104 %" in page
        assert "no figure" in page
        file = client.get(url, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
        assert file[1] == "Ana Ruiz,Orders on time,2026-08,98.50,,,95.00,meets,0"
        assert len(file) == 4

    def test_a_long_series_comes_in_parts(self, cast: Cast) -> None:
        series = series_of(cast, [9850] * 130, first="2015-01")
        client = client_of(cast, "ana")
        page = client.get(reverse("productivity:figures", args=[series.uid])).context["page"]
        assert len(page.rows) == 60
        older = client.get(page.older).context["page"]
        assert older.newer
        assert older.rows[0].period != page.rows[0].period


class TestStandards:
    def test_marks_say_who_set_it_and_that_it_changed(self, cast: Cast, shifted: Series) -> None:
        set_standard(
            cast.actors["ana"],
            kpi=shifted.kpi,
            series=shifted,
            value="90",
            period="2026-03",
            reason="Agreed",
        )
        page = text_of(client_of(cast, "ben").get(reverse("productivity:standards", args=[shifted.uid])))
        assert "set by its own subject" in page
        assert "changed inside the window" in page

    def test_set_and_weighed_on_the_page(self, cast: Cast, shifted: Series) -> None:
        client = client_of(cast, "ben")
        weight = reverse("productivity:series_weight", args=[shifted.uid])
        assert client.post(weight, {"weight": "0", "version": "1"}).status_code == 422
        assert client.post(weight, {"weight": "3", "must_hold": "on", "version": "1"}).status_code == 303
        standard = reverse("productivity:series_standard", args=[shifted.uid])
        assert client.post(standard, {"value": "x", "period": "2026-11"}).status_code == 422
        assert client.post(standard, {"value": "110", "period": "2026-11"}).status_code == 303
        shifted.refresh_from_db()
        assert (shifted.weight, shifted.must_hold, shifted.own_standards.get().value) == (3, True, 110)


def test_archive_and_restore_by_post(cast: Cast, shifted: Series) -> None:
    client = client_of(cast, "ana")
    client.post(reverse("productivity:series_archive", args=[shifted.uid]))
    shifted.refresh_from_db()
    assert shifted.archived_at is not None
    assert client.get(reverse("productivity:series_archive", args=[shifted.uid])).status_code == 405
    client.post(reverse("productivity:series_restore", args=[shifted.uid]))
    shifted.refresh_from_db()
    assert shifted.archived_at is None
    ben = client_of(cast, "ben")
    ben.post(reverse("productivity:kpi_archive", args=[shifted.kpi.uid]))
    assert Kpi.objects.get().archived_at is not None
    ben.post(reverse("productivity:kpi_restore", args=[shifted.kpi.uid]))
    assert Kpi.objects.get().archived_at is None


def test_a_step_of_the_limits_is_drawn(cast: Cast, shifted: Series) -> None:
    accept_shift(cast.actors["ben"], shifted, from_ordinal=month("2026-01"), reason="A second desk")
    page = client_of(cast, "ana").get(reverse("productivity:series", args=[shifted.uid])).context["page"]
    assert page.says.startswith("Routine variation")
    assert "provisional" in page.says
