"""All about oneself as a file: complete, in the figures as entered, and for oneself alone (M2)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest

from leanship.domain.periods import parse
from leanship.features.accounts.actions import create_sign_in_link, create_token
from leanship.features.base.errors import NotFound, Refused
from leanship.features.org.actions import add_absence, move_person
from leanship.features.org.models import Person
from leanship.features.productivity.actions import Cell, enter_measurements
from leanship.features.productivity.models import (
    Baseline,
    Correction,
    Kpi,
    Measurement,
    PeerStandard,
    PointNote,
    Series,
    Standard,
)
from leanship.features.standing import actions
from leanship.features.standing.takeaway import about_me
from tests.cast import Cast

OCTOBER = parse("2026-10")[1]


@pytest.fixture
def figures(cast: Cast) -> Series:
    kpi = Kpi.objects.create(name="=Orders without error", unit="%", decimals=2)
    Standard.objects.create(kpi=kpi, value=9500, from_ordinal=OCTOBER, set_by_id=cast.people["ben"].pk)
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    Measurement.objects.create(series=series, ordinal=OCTOBER, value=9142)
    Correction.objects.create(
        series=series, ordinal=OCTOBER, old_value=9000, new_value=9142, by_id=cast.people["ben"].pk
    )
    PointNote.objects.create(
        series=series, ordinal=OCTOBER, text="New scanner", author_id=cast.people["ana"].pk
    )
    other = Series.objects.create(kpi=kpi, person=cast.people["dev"])
    Measurement.objects.create(series=other, ordinal=OCTOBER, value=7777)
    actions.comment_on_standing(cast.actors["ben"], person=cast.people["ana"], text="A calm month.")
    return series


def open_file(content: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        everything = json.loads(file.read("everything.json"))
        tables = {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(file.read(name).decode("utf-8-sig"))))
            for name in file.namelist()
            if name.endswith(".csv")
        }
    return everything, tables


def test_it_holds_every_figure_as_entered_and_who_did_what(cast: Cast, figures: Series) -> None:
    everything, tables = open_file(about_me(cast.actors["ana"], cast.people["ana"]))
    assert everything["measurements"] == [
        {
            "kpi": "=Orders without error",
            "period": "2026-10",
            "value": "91.42",
            "unit": "%",
            "numerator": None,
            "denominator": None,
        }
    ]
    assert tables["corrections"][0]["was"] == "90.00"
    assert tables["corrections"][0]["by"] == "Ben Okafor"
    assert tables["standards"][0]["value"] == "95.00"
    assert tables["notes"][0]["text"] == "New scanner"
    assert tables["comments"][0]["by"] == "Ben Okafor"
    assert tables["leaders"][0]["leader"] == "Ben Okafor"
    assert set(tables) == set(everything) - {"made_at"}


def test_the_parts_of_a_ratio_come_as_they_were_entered(cast: Cast) -> None:
    kpi = Kpi.objects.create(
        name="Right first time", unit="%", decimals=1, aggregation="ratio", ratio_scale=100
    )
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    cell = Cell(series.uid, OCTOBER, "137/140")
    enter_measurements(cast.actors["ana"], cells=[cell])
    everything, _tables = open_file(about_me(cast.actors["ana"], cast.people["ana"]))
    (row,) = everything["measurements"]
    assert (row["numerator"], row["denominator"], row["value"]) == ("137", "140", "97.9")


def test_it_holds_the_account_its_keys_and_what_happened_in_names(cast: Cast, figures: Series) -> None:
    ana, elif_ = cast.people["ana"], cast.actors["elif"]
    create_token(cast.actors["ana"], name="notebook")
    create_sign_in_link(cast.actors["greta"], cast.users["ana"])
    move_person(elif_, person=ana, leader=cast.people["farid"])
    add_absence(cast.actors["ana"], person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 2))
    PeerStandard.objects.create(series=figures, ordinal=OCTOBER, doubled=18285, others=6)
    Baseline.objects.create(series=figures, from_ordinal=OCTOBER, reason="A new scanner")
    everything, _tables = open_file(about_me(cast.actors["ana"], Person.objects.get(pk=ana.pk)))
    assert everything["account"][0]["signs_in_as"] == "ana@leanship.example"
    assert everything["api_keys"][0]["name"] == "notebook"
    assert everything["peer_medians"][0]["median"] == "91.425"
    assert everything["baselines"][0]["reason"] == "A new scanner"
    told = {row["kind"]: (row["by"], row["details"]) for row in everything["events"]}
    assert told["account.link_created"][0] == "Greta Novak"
    assert json.loads(told["person.moved"][1]) == {"former_leader": "Ben Okafor", "leader": "Farid Haddad"}
    assert told["standing.commented"] == ("Ben Okafor", "{}")


def test_of_what_one_did_to_others_it_says_no_more_than_that(cast: Cast, figures: Series) -> None:
    add_absence(
        cast.actors["ben"], person=cast.people["dev"], first_day=date(2026, 7, 1), last_day=date(2026, 7, 2)
    )
    everything, _tables = open_file(about_me(cast.actors["ben"], cast.people["ben"]))
    assert "person.absence_added" in {row["kind"] for row in everything["events"]}
    assert "2026-07-01" not in json.dumps(everything)


def test_it_holds_nothing_about_anybody_else(cast: Cast, figures: Series) -> None:
    everything, _tables = open_file(about_me(cast.actors["ana"], cast.people["ana"]))
    assert "77.77" not in json.dumps(everything)
    assert "Dev Patel" not in json.dumps(everything)


def test_a_name_that_looks_like_a_formula_is_guarded_in_the_tables(cast: Cast, figures: Series) -> None:
    _everything, tables = open_file(about_me(cast.actors["ana"], cast.people["ana"]))
    assert tables["measurements"][0]["kpi"] == "'=Orders without error"


def test_nobody_else_takes_it_away(cast: Cast, figures: Series) -> None:
    for who in ("ben", "clara", "elif"):
        with pytest.raises(Refused):
            about_me(cast.actors[who], cast.people["ana"])
    for who in ("dev", "farid", "greta"):
        with pytest.raises(NotFound):
            about_me(cast.actors[who], cast.people["ana"])
