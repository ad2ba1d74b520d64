"""A file of figures, from its preview to the series it becomes, in the browser and from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from leanship.cli.import_measurements import measurements
from leanship.connect.kinds import measurements as kind
from leanship.connect.registry import Preview, Upload
from leanship.features.base.errors import Invalid, Refused
from leanship.features.base.models import ImportBatch
from leanship.features.org.access import SYSTEM
from leanship.features.org.models import Team
from leanship.features.productivity.models import Correction, Kpi, Measurement, Series, Standard
from leanship.readers.tabular import read_table
from tests.cast import Cast
from tests.features.productivity.kpi_kit import kpi_of, month

TRUSTS = (
    "unit,period,value,standard\n"
    "R1F,2026-08,76.8865,95.0\nR1F,2026-09,88.7729,95.0\nR1K,2026-08,90.1,95.0\nR1K,2026-09,95.25,95.0\n"
)
NHS = {"kpi": "A&E within 4 hours", "create_teams": "yes", "unit": "%"}


def look(text: str | bytes, **options: str) -> Preview:
    data = text.encode() if isinstance(text, str) else text
    return kind.preview(SYSTEM, read_table(data, name="figures.csv"), options)


def take_in(text: str, **options: str) -> ImportBatch:
    return kind.apply(SYSTEM, look(text, **options), options, Upload("figures.csv", "0" * 64))


def told(found: Preview) -> list[tuple[str, int | None, str | None]]:
    return [(each.code, each.row, each.column) for each in found.problems]


def test_teams_kpi_figures_and_standard_in_one_go(cast: Cast) -> None:
    found = look(TRUSTS, **NHS)
    assert (found.added_count, found.changed_count, found.problems.blocking) == (4, 0, False)
    assert ("New teams", "2") in found.facts
    assert found.added[0].name == "R1F, A&E within 4 hours"
    batch = take_in(TRUSTS, **NHS)
    assert (batch.added, batch.filename) == (4, "figures.csv")
    kpi = Kpi.objects.get()
    assert (kpi.decimals, kpi.cadence, kpi.unit) == (4, "month", "%")
    assert Measurement.objects.get(series__team__name="R1F", ordinal=month("2026-08")).value == 768865
    assert (Standard.objects.get().value, Standard.objects.get().series) == (950000, None)


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    take_in(TRUSTS, **NHS)
    found = look(TRUSTS, **NHS)
    assert (found.added_count, found.changed_count, found.unchanged_count) == (0, 0, 4)
    with pytest.raises(Invalid):
        kind.apply(SYSTEM, found, NHS, Upload("figures.csv", ""))
    assert (ImportBatch.objects.count(), Team.objects.filter(name__startswith="R1").count()) == (1, 2)


def test_a_correction_is_shown_before_and_kept_after(cast: Cast) -> None:
    take_in(TRUSTS, **NHS)
    text = TRUSTS.replace("76.8865", "76.8866")
    found = look(text, **NHS)
    (line,) = found.changed
    assert [(field.before, field.after) for field in line.fields] == [("76.8865\xa0%", "76.8866\xa0%")]
    take_in(text, reason="Resubmitted", **NHS)
    assert Correction.objects.get().reason == "Resubmitted"


@pytest.mark.parametrize(("who", "before"), [("elif", "76.8\xa0%"), ("greta", "not yours to see")])
def test_a_preview_shows_no_figure_that_whoever_looks_may_not_read(cast: Cast, who: str, before: str) -> None:
    file = "subject,kpi,period,value\nAna Ruiz,Orders on time,2026-08,{}\n"
    take_in(file.format("76.8"), kpi="Orders on time", unit="%")
    table = read_table(file.format("0.0").encode(), name="figures.csv")
    (line,) = kind.preview(cast.actors[who], table, {}).changed
    assert [(field.before, field.after) for field in line.fields] == [(before, "0.0\xa0%")]


def test_the_fingerprint_follows_what_would_change(cast: Cast) -> None:
    first = look(TRUSTS, **NHS).fingerprint
    assert look(TRUSTS, **NHS).fingerprint == first
    take_in(TRUSTS, **NHS)
    assert look(TRUSTS, **NHS).fingerprint != first


def test_a_ratio_keeps_both_parts_and_its_value_follows_them(cast: Cast) -> None:
    text = "subject,kpi,period,numerator,denominator\nana@leanship.example,On time,2026-10,2,3\n"
    kpi = kpi_of(cast, name="On time", aggregation="ratio", ratio_scale=100)
    take_in(text)
    row = Measurement.objects.get()
    assert (row.value, row.numerator, row.denominator) == (6667, 200, 300)
    assert Series.objects.get(kpi=kpi).person == cast.people["ana"]


def test_parts_have_the_decimals_of_their_kpi(cast: Cast) -> None:
    kpi_of(cast, name="Infections", decimals=3, aggregation="ratio", ratio_scale=10_000)
    head = "subject,kpi,period,numerator,denominator\n"
    take_in(head + "Ana Ruiz,Infections,2026-10,17,17233.667\n")
    row = Measurement.objects.get()
    assert (row.value, row.numerator, row.denominator) == (9864, 17_000, 17_233_667)
    assert told(look(head + "Ana Ruiz,Infections,2026-09,17,17233.6675\n")) == [
        ("decimals", 2, "denominator")
    ]


def test_values_beside_their_parts_show_what_a_new_ratio_is_counted_in(cast: Cast) -> None:
    head = "subject,kpi,period,value,numerator,denominator\n"
    take_in(head + "Ana Ruiz,Infections,2026-10,9.8644,17,17233.667\n", kpi="Infections")
    take_in(head + "Ana Ruiz,Late,2026-10,0.25,1,4\nAna Ruiz,Late,2026-09,0,0,4\n", kpi="Late")
    take_in(head + "Ana Ruiz,Held,2026-10,66.7,2,3\nAna Ruiz,Held,2026-09,0.0,0,3\n", kpi="Held")
    scales = dict(Kpi.objects.values_list("name", "ratio_scale"))
    assert scales == {"Infections": 10_000, "Late": 1, "Held": 100}
    assert Measurement.objects.get(series__kpi__name="Infections").value == 98644


@pytest.mark.parametrize(("known", "row"), [(True, 2), (True, 3), (False, 3)])
def test_a_value_that_its_parts_contradict_is_an_error(cast: Cast, known: bool, row: int) -> None:
    if known:
        kpi_of(cast, name="On time", aggregation="ratio", ratio_scale=100)
    values = {2: "66.66", 3: "75.00", row: "76.50"}
    text = f"subject,period,value,numerator,denominator\nAna Ruiz,2026-09,{values[2]},2,3\n"
    text += f"Ana Ruiz,2026-10,{values[3]},3,4\n"
    found = look(text, kpi="On time", unit="%")
    assert told(found) == [("ratio_differs", row, "value")]
    assert found.problems.blocking


def test_one_column_a_period_is_read_too(cast: Cast) -> None:
    kpi_of(cast, name="On time")
    take_in("person,kpi,2026-08,2026-09\nAna Ruiz,on time,98.5,97\nDev Patel,On time,,96\n")
    assert list(Measurement.objects.order_by("value").values_list("value", flat=True)) == [9600, 9700, 9850]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("Ana Ruis,On time,2026-10,98", "subject_unknown_near", "subject"),
        ("Nobody,On time,2026-10,98", "subject_unknown", "subject"),
        ("Ana Ruiz,On tim,2026-10,98", "kpi_unknown_near", "kpi"),
        ("Ana Ruiz,On time,2026-12,98", "period_ahead", "period"),
        ("Ana Ruiz,On time,1899-12,98", "period_old", "period"),
        ("Ana Ruiz,On time,soon,98", "period", "period"),
        ("Ana Ruiz,On time,2026-10,ninety", "number", "value"),
        ("Ana Ruiz,On time,2026-10,98.125", "too_fine", "value"),
        ("Ana Ruiz,On time,2026-10,99999999999999999999", "too_large", "value"),
        ("Ana Ruiz,On time,2026-09,99", "duplicate", "value"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(cast: Cast, row: str, code: str, column: str) -> None:
    kpi_of(cast, name="On time")
    found = look(f"subject,kpi,period,value\nAna Ruiz,On time,2026-09,98\n{row}\n")
    assert found.problems.blocking
    (problem,) = [each for each in found.problems if each.level == "error"]
    assert (problem.row, problem.column) == (3, column), problem
    assert problem.code.startswith(code) or code in ("too_fine", "too_large")
    with pytest.raises(Invalid):
        kind.apply(SYSTEM, found, {}, Upload("figures.csv", ""))
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"subject,kpi,period,value\n",
        b"\xff\xfes\x00",
        "subject;kpi;period;value\nAna Ruíz;On time;2026-10;98".encode("latin-1"),
        b'subject,kpi,period,value\nAna Ruiz,"On time,2026-10,98\n',
        b"subject,kpi,period,value\nAna Ruiz,On time,2026-10,98\nAna Ruiz,On ti",
        b"a,b\n1,2\n",
    ],
)
def test_a_broken_file_is_told_and_nothing_written(cast: Cast, data: bytes) -> None:
    kpi_of(cast, name="On time")
    found = look(data)
    assert found.problems.blocking
    assert found.payload is None


def test_a_new_kpi_is_defined_only_when_asked_for(cast: Cast) -> None:
    text = "subject,kpi,period,value,direction\nAna Ruiz,Errors,2026-10,3,lower\n"
    assert [code for code, _row, _column in told(look(text))] == ["kpi_unknown"]
    take_in(text, create_kpis="yes", aggregation="sum")
    kpi = Kpi.objects.get()
    assert (kpi.direction, kpi.aggregation, kpi.decimals) == ("lower", "sum", 0)
    with pytest.raises(Invalid):
        look(text.replace("Errors", "Faults"), create_kpis="yes", aggregation="some")


def test_a_column_may_be_called_otherwise(cast: Cast) -> None:
    kpi_of(cast, name="On time")
    text = "who,kpi,month,result\nAna Ruiz,On time,2026-10,98\n"
    assert look(text, **{"column.subject": "Who", "column.period": "month"}).added_count == 1


def test_only_the_office_looks(cast: Cast) -> None:
    table = read_table(TRUSTS.encode(), name="figures.csv")
    with pytest.raises(Refused):
        kind.preview(cast.actors["ben"], table, NHS)


def test_in_the_browser_from_the_file_to_the_chart(cast: Cast, tmp_path: Path) -> None:
    client = Client()
    client.force_login(cast.users["elif"])
    file = tmp_path / "nhs.csv"
    file.write_text(TRUSTS, encoding="utf-8")
    with file.open("rb") as stream:
        sent = client.post(
            reverse("connect:upload", args=["measurements"]),
            {"file": stream} | {f"option_{k}": v for k, v in NHS.items()},
        )
    assert sent.status_code == 303, sent.content.decode()
    page: Any = client.get(sent.headers["Location"])
    assert page.status_code == 200
    kept = sent.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    fingerprint = look(TRUSTS, **NHS).fingerprint
    done = client.post(reverse("connect:confirm", args=["measurements", kept]), {"fingerprint": fingerprint})
    assert done.status_code == 303
    assert client.get(done.headers["Location"]).status_code == 200
    series = Series.objects.get(team__name="R1K")
    assert client.get(reverse("productivity:series", args=[series.uid])).status_code == 200


class TestCommandLine:
    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(measurements, list(arguments), catch_exceptions=False)

    def test_the_trusts_come_in_as_teams(self, cast: Cast, tmp_path: Path) -> None:
        file = tmp_path / "nhs.csv"
        file.write_text(TRUSTS, encoding="utf-8")
        given = (str(file), "--kpi", "A&E within 4 hours", "--subject", "unit", "--create-teams", "--json")
        dry = json.loads(self.run(*given, "--dry-run").stdout)
        assert (dry["added"], dry["new_teams"], Measurement.objects.count()) == (4, 2, 0)
        done = json.loads(self.run(*given).stdout)
        assert (done["rows"], done["added"], done["new_standards"]) == (4, 4, 1)
        again = json.loads(self.run(*given).stdout)
        assert (again["added"], again["unchanged"]) == (0, 4)
        assert "left alone" in self.run(*given[:-1]).stdout

    def test_errors_end_with_2_and_their_places(self, cast: Cast, tmp_path: Path) -> None:
        file = tmp_path / "wrong.csv"
        file.write_text("subject,kpi,period,value\nAna Ruiz,None,2026-10,98\n", encoding="utf-8")
        found = self.run(str(file))
        assert found.exit_code == 2
        assert "wrong.csv, row 2, column kpi" in found.stderr
