"""What programs rely on: exact figures, one shape of problem, pages of a list, stale versions, doing it twice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leanship.cli.chart import chart
from leanship.features.base.models import Event
from leanship.features.org.models import Ancestor, Membership, Person, ReportingLine, Team
from leanship.features.productivity.actions import Definition, add_series, create_kpi
from leanship.features.productivity.models import Correction, Measurement, Series
from leanship.readers.writing import csv_bytes
from tests.api.conftest import Caller, caller
from tests.cast import Cast
from tests.features.world import LATEST, World

# Figures -----------------------------------------------------------------------------------------------------


def test_figures_come_as_they_were_entered(world: World, ben: Caller) -> None:
    answer = ben.get(f"/series/{world.uids['series']}/measurements", first="2026-09", last="2026-10").json()
    assert answer["total"] == 2
    september, october = answer["items"]
    assert october == {
        "period": "2026-10",
        "value": "94.0",
        "numerator": None,
        "denominator": None,
        "standard": "95.0",
        "percent": 99,  # 940/950 = 98.9…
        "case": "percent",
        "band": "does_not_meet",
    }
    assert september["period"] == "2026-09"
    assert september["value"] == "94.7"


def test_a_ratio_keeps_its_parts(world: World, ben: Caller) -> None:
    kpi = create_kpi(
        world.cast.actors["ben"],
        Definition(name="On time", unit="%", decimals=2, aggregation="ratio", ratio_scale=100),
    )
    series = add_series(world.cast.actors["ben"], kpi=kpi, person=world.cast.people["ben"])
    cell = {"series": series.uid, "period": "2026-10", "numerator": 3154, "denominator": "3250"}
    assert ben.post("/measurements", {"cells": [cell]}).json()["added"] == 1
    (row,) = ben.get(f"/series/{series.uid}/measurements").json()["items"]
    assert (row["value"], row["numerator"], row["denominator"]) == ("97.05", "3154", "3250")
    assert (row["percent"], row["case"], row["band"]) == (None, "no_standard", None)


def test_the_chart_is_the_one_of_the_command_line(world: World, ben: Caller, tmp_path: Path) -> None:
    kpi = create_kpi(world.cast.actors["ben"], Definition(name="Calls", decimals=1))
    series = add_series(world.cast.actors["ben"], kpi=kpi, person=world.cast.people["ben"])
    figures = [503, 498, 507, 495, 501, 990, None, 502, 499, 505, 497, 503]  # a spike, then a gap
    Measurement.objects.bulk_create(
        Measurement(series=series, ordinal=LATEST - 12 + at, value=value)
        for at, value in enumerate(figures)
        if value is not None
    )
    found = ben.get(f"/series/{series.uid}/chart").json()
    file = tmp_path / "series.csv"
    file.write_bytes(csv_bytes(("period", "value"), [tuple(point.values()) for point in found["points"]]))
    ran = CliRunner().invoke(chart, [str(file), "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["signals"]
    for key, value in told.items():
        ours = found[key]
        if key == "signals":
            ours = [{"index": one["index"], "rule": one["rule"]} for one in ours]
        assert ours == (pytest.approx(value) if isinstance(value, float) else value), key


def test_an_empty_series_has_an_empty_chart(world: World, ben: Caller) -> None:
    kpi = create_kpi(world.cast.actors["ben"], Definition(name="New"))
    series = add_series(world.cast.actors["ben"], kpi=kpi, person=world.cast.people["ben"])
    found = ben.get(f"/series/{series.uid}/chart").json()
    assert (found["n"], found["centre"], found["points"]) == (0, None, [])


def test_a_standing_opens_to_its_window(world: World, ben: Caller) -> None:
    found = ben.get(f"/standings/{world.uids['standing']}").json()
    assert found["subject_uid"] == world.uids["series"]
    assert found["window"][-1] == {
        "period": "2026-10",
        "value": "94.0",
        "standard": "95.0",
        "percent": 99,
        "case": "percent",
        "band": "does_not_meet",
    }
    assert found["versions"][0] == world.uids["standing"]


def test_a_replaced_standing_stays_and_says_why_it_was_replaced(world: World, ben: Caller) -> None:
    cell = {"series": world.uids["series"], "period": "2026-10", "value": "120"}
    done = ben.post("/measurements", {"cells": [cell], "reason": "recounted"})
    assert done.json()["changed"] == 1
    listed = ben.get(f"/series/{world.uids['series']}/standings", current=False).json()["items"]
    assert world.uids["standing"] in {row["uid"] for row in listed}
    held = ben.get(f"/series/{world.uids['series']}/standings", current=True).json()["items"]
    (now,) = [row for row in held if row["period"] == "2026-10"]
    assert now["reason"] == "corrected"
    versions = ben.get(f"/standings/{now['uid']}").json()["versions"]
    assert versions[:2] == [now["uid"], world.uids["standing"]]


def test_where_i_stand_names_what_is_missing_and_who_sees_it(world: World) -> None:
    ana = caller(world.cast, "ana").get("/me/standing").json()
    assert ana["person"]["name"] == "Ana Ruiz"
    assert [one["category"] for one in ana["sectors"]] == ["productivity", "projects", "people"]
    assert ana["sectors"][1]["band"] == "not_enough_evidence"
    assert ana["sectors"][1]["missing"]
    assert "Ben Okafor" in {one["who"] for one in ana["who_sees"]}
    assert [one["series"]["uid"] for one in ana["series"]] == [world.uids["series"]]
    of_others = caller(world.cast, "ben").get(f"/people/{world.uids['ana']}/standing").json()
    assert of_others["next_step"] is None  # only oneself is told the step


# Writing -----------------------------------------------------------------------------------------------------


def test_the_same_figures_again_change_nothing(world: World, ben: Caller) -> None:
    cells = [
        {"series": world.uids["series"], "period": "2026-07", "value": "96.3"},
        {"series": world.uids["series"], "period": "2025-01", "value": 96},
    ]
    first = ben.post("/measurements", {"cells": cells, "reason": "from the till"}).json()
    assert (first["added"], first["changed"]) == (1, 1)
    again = ben.post("/measurements", {"cells": cells}).json()
    assert again == {"added": 0, "changed": 0, "cleared": 0, "unchanged": 2, "batch": None}


def test_every_wrong_cell_is_told_by_its_place_and_nothing_is_written(world: World, ben: Caller) -> None:
    before = Measurement.objects.count()
    uid = world.uids["series"]
    cells = [
        {"series": uid, "period": "2025-01", "value": "96"},
        {"series": uid, "period": "2025-02", "value": "many"},
        {"series": uid, "period": "2027-01", "value": "96"},
    ]
    answer = ben.post("/measurements", {"cells": cells})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"cells.1", "cells.2"}
    answer = ben.post("/measurements", {"cells": [{"series": uid, "period": "soon", "value": "1"}]})
    assert set(answer.json()["errors"]) == {"cells.0"}
    assert Measurement.objects.count() == before


def test_a_figure_is_not_taken_as_a_binary_fraction(world: World, ben: Caller) -> None:
    cell = {"series": world.uids["series"], "period": "2026-10", "value": 96.3}
    answer = ben.post("/measurements", {"cells": [cell]})
    assert answer.status_code == 422
    assert "cells.0.value.str" in answer.json()["errors"]


def test_a_change_of_a_figure_needs_a_reason_and_is_kept(world: World, ben: Caller) -> None:
    cell = {"series": world.uids["series"], "period": "2026-10", "value": "96.3"}
    answer = ben.post("/measurements", {"cells": [cell]})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"reason", "cells.0"}
    ben.post("/measurements", {"cells": [cell], "reason": "two orders were counted twice"})
    assert Correction.objects.get().old_value == 940
    gone = {"series": world.uids["series"], "period": "2026-10", "value": None}
    assert ben.post("/measurements", {"cells": [gone], "reason": "no till"}).json()["cleared"] == 1


def test_a_person_is_added_moved_and_ended(world: World, elif_: Caller) -> None:
    ben, clara = world.uids["ben"], world.uids["clara"]
    made = elif_.post("/people", {"name": "Hanna Lie", "title": "Order specialist", "leader": ben})
    assert made.status_code == 201
    uid = made.json()["uid"]
    assert [step["name"] for step in made.json()["line"]] == [
        "Ingrid Solheim",
        "Clara Lindqvist",
        "Ben Okafor",
    ]
    assert made.json()["role"] == "Order specialist"
    moved = elif_.post(f"/people/{uid}/move", {"leader": clara, "version": 1}).json()
    assert moved["leader"]["uid"] == clara
    ended = elif_.post(f"/people/{uid}/end", {"on": "2026-11-20"}).json()
    assert ended["left_on"] == "2026-11-20"
    assert uid in {one["uid"] for one in elif_.get("/people", left=True).json()["items"]}
    assert elif_.post(f"/people/{uid}/undo-end").json()["left_on"] is None
    kinds = [one["kind"] for one in elif_.get(f"/people/{uid}/events").json()["items"]]
    assert kinds == ["person.came_back", "person.left", "person.moved", "person.added"]


def test_a_stale_version_gets_both_texts(world: World, elif_: Caller) -> None:
    path = f"/people/{world.uids['ana']}"
    assert elif_.patch(path, {"version": 1, "title": "Order lead"}).status_code == 200
    answer = elif_.patch(path, {"version": 1, "title": "Order chief"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/api/v1/problems/conflict"
    assert answer.json()["theirs"]["title"] == "Order lead"


def test_a_loop_is_told_under_its_field(world: World, elif_: Caller) -> None:
    answer = elif_.post(f"/people/{world.uids['ben']}/move", {"leader": world.uids["ana"]})
    assert answer.status_code == 422
    assert "Ana Ruiz" in answer.json()["errors"]["leader"][0]


def test_a_correction_is_asked_for_and_answered(world: World, ben: Caller) -> None:
    ana = caller(world.cast, "ana")
    said = {"text": "September lacks a week.", "standing": world.uids["standing"]}
    asked = ana.post(f"/people/{world.uids['ana']}/corrections", said).json()
    assert asked["answer_by"] == "2026-12-06"  # 14 days
    assert asked["standing"] == world.uids["standing"]
    answer = {"answer": "It was a holiday.", "outcome": "explained", "version": asked["version"]}
    given = ben.post(f"/comments/{asked['uid']}/answer", answer).json()
    assert (given["outcome"], given["answered_by"]["name"]) == ("explained", "Ben Okafor")
    again = ben.post(f"/comments/{asked['uid']}/answer", answer)
    assert again.status_code == 409


def test_what_was_taken_back_is_its_authors_alone(world: World, ben: Caller) -> None:
    ana = caller(world.cast, "ana")
    path = f"/comments/{world.uids['correction']}"
    assert ben.get(path).status_code == 200
    assert ana.post(f"{path}/take-back").json()["taken_back"]
    assert ana.get(path).status_code == 200
    assert ben.get(path).status_code == 404
    assert ana.post(f"{path}/put-back").json()["taken_back"] is False
    assert ben.get(path).status_code == 200


def test_a_comment_cannot_name_the_standing_of_another(world: World) -> None:
    said = {"text": "Look.", "standing": world.uids["standing"]}
    answer = caller(world.cast, "ingrid").post(f"/people/{world.uids['farid']}/comments", said)
    assert answer.status_code == 422
    assert "standing" in answer.json()["errors"]


# Files -------------------------------------------------------------------------------------------------------


def people_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", text.encode())


def test_a_file_is_looked_at_and_taken_in(world: World, elif_: Caller) -> None:
    text = "id,name,reports_to\n77,Hanna Lie,\n78,Jon Berg,77\n"
    looked = elif_.upload("/imports/people/preview", file=people_file(text), options="source=hr").json()
    assert (looked["added"], looked["blocked"]) == (2, False)
    assert not Person.objects.filter(name="Hanna Lie").exists()
    given = {"options": "source=hr", "fingerprint": looked["fingerprint"]}
    taken = elif_.upload("/imports/people", file=people_file(text), **given).json()
    assert taken["added"] == 2
    assert Person.objects.get(name="Jon Berg").source == "hr"
    stale = elif_.upload("/imports/people", file=people_file(text), **given)
    assert stale.status_code == 409
    again = elif_.upload("/imports/people/preview", file=people_file(text), options="source=hr").json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    nothing = elif_.upload("/imports/people", file=people_file(text), options="source=hr").json()
    assert (nothing["uid"], nothing["unchanged"]) == (None, 2)


def test_figures_come_in_from_a_file_too(world: World, elif_: Caller) -> None:
    text = f"subject,kpi,period,value\n{world.uids['ana']},Orders without error,2024-12,95.5\n"
    taken = elif_.upload("/imports/measurements", file=people_file(text)).json()
    assert (taken["added"], taken["changed"]) == (1, 0)
    assert elif_.upload("/imports/measurements", file=people_file(text)).json()["uid"] is None


def test_a_file_with_an_error_is_taken_in_nowhere(world: World, elif_: Caller) -> None:
    text = "id,name,reports_to\n77,Hanna Lie,99\n"
    looked = elif_.upload("/imports/people/preview", file=people_file(text)).json()
    assert looked["blocked"]
    assert (looked["problems"][0]["row"], looked["problems"][0]["column"]) == (2, "reports_to")
    answer = elif_.upload("/imports/people", file=people_file(text))
    assert answer.status_code == 422
    assert "row 2" in answer.json()["errors"]["file"][0]
    assert not Person.objects.filter(name="Hanna Lie").exists()


def test_an_unknown_kind_and_an_unknown_option_are_told(world: World, elif_: Caller) -> None:
    assert elif_.upload("/imports/weather/preview", file=people_file("a\n1\n")).status_code == 404
    answer = elif_.upload("/imports/people/preview", file=people_file("a\n1\n"), options="colour=red")
    assert "colour" in answer.json()["errors"]["options"][0]


# Lists -------------------------------------------------------------------------------------------------------


def test_a_list_is_read_stretch_by_stretch(world: World, ben: Caller) -> None:
    whole = ben.get("/people").json()
    names = [one["name"] for one in whole["items"]]
    assert (whole["total"], names) == (8, sorted(names))
    stretches = [ben.get("/people", limit=3, offset=at).json()["items"] for at in (0, 3, 6, 9)]
    assert [one["name"] for some in stretches for one in some] == names
    assert ben.get("/people", limit=501).status_code == 422


def test_a_list_is_narrowed(world: World, ben: Caller) -> None:
    def found(path: str, **query: Any) -> list[str]:
        return [one["name"] for one in ben.get(path, **query).json()["items"]]

    assert found("/people", q="ruiz") == ["Ana Ruiz"]
    assert found("/people", team=world.uids["desk"]) == ["Ana Ruiz", "Dev Patel"]
    assert found("/people", line="top") == ["Ingrid Solheim"]
    assert found("/teams", q="DESK") == ["Order desk"]
    kpi = create_kpi(world.cast.actors["elif"], Definition(name="Calls answered", cadence="week"))
    assert found("/kpis", q="ANSWERED") == found("/kpis", cadence="week") == [kpi.name]
    assert found("/kpis", mine=True) == []


def test_a_board_says_what_chance_alone_would_give(world: World, ben: Caller) -> None:
    found = ben.get(f"/people/{world.uids['ben']}/board").json()
    assert found["total"] == 2
    assert found["charts"] == 2
    assert 0 < found["expected_by_chance"] < 1
    narrowed = ben.get(f"/people/{world.uids['ben']}/board", q="ruiz").json()
    assert [one["series"] for one in narrowed["items"]] == [world.uids["series"]]


# Who may see what -----------------------------------------------------------------------------------------------


def test_history_is_not_for_everybody(world: World, ben: Caller) -> None:
    path = f"/people/{world.uids['ana']}"
    shown, hidden = ben.get(path).json(), caller(world.cast, "farid").get(path).json()
    assert shown["positions"] and shown["absences"]
    assert hidden["positions"] is hidden["lines"] is hidden["absences"] is None
    for member in ("clara", "greta"):  # who may read what was, and not who was away
        further = caller(world.cast, member).get(path).json()
        assert further["positions"]
        assert further["absences"] is None


def test_events_keep_to_what_one_may_read(world: World) -> None:
    path = f"/people/{world.uids['ana']}/events"

    def kinds(member: str) -> set[str]:
        return {one["kind"] for one in caller(world.cast, member).get(path).json()["items"]}

    assert {"standing.correction_requested", "next_step.put_off"} <= kinds("ana")
    assert "standing.correction_requested" in kinds("ben")
    assert "next_step.put_off" not in kinds("ben")
    assert kinds("greta") == set()  # an administrator runs the machine and does not read standings


def test_no_row_number_leaves_with_an_event(world: World, elif_: Caller) -> None:
    elif_.post(f"/people/{world.uids['ana']}/move", {"leader": world.uids["clara"]})
    event = Event.objects.get(kind="person.moved")
    assert isinstance(event.params["leader"], int)
    (row,) = elif_.get(f"/people/{world.uids['ana']}/events", limit=1).json()["items"]
    assert row["details"]["leader"] == {"uid": world.uids["clara"], "name": "Clara Lindqvist"}
    assert row["details"]["former_leader"]["uid"] == world.uids["ben"]


# Cost -------------------------------------------------------------------------------------------------------------


def grow(cast: Cast, count: int) -> None:
    """More people under Ben, each with a series and a standing."""
    ben, desk = cast.people["ben"], cast.teams["Order desk"]
    kpi = Series.objects.get(person=cast.people["ana"]).kpi
    for number in range(count):
        person = Person.objects.create(name=f"Person {number}", search=f"person {number}")
        ReportingLine.objects.create(person=person, leader=ben, valid_from=date(2026, 1, 1))
        Membership.objects.create(person=person, team=desk, valid_from=date(2026, 1, 1))
        chain = ["ben", "clara", "ingrid"]
        for depth, key in enumerate(chain, start=1):
            Ancestor.objects.create(person=person, ancestor=cast.people[key], depth=depth)
        series = Series.objects.create(kpi=kpi, person=person)
        Measurement.objects.bulk_create(
            Measurement(series=series, ordinal=680 + at, value=900 + at) for at in range(14)
        )
        Team.objects.create(name=f"Team {number}", lead=person, search=f"team {number}")


LISTS = ("/people", "/teams", "/kpis", "/series", "/people/{ben}/board", "/people/{ben}/reports")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_however_long_it_is(world: World, ben: Caller, path: str) -> None:
    address = path.format(**world.uids)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert ben.get(address, limit=200).status_code == 200
        return len(taken)

    cost()  # the key notes its first use of the day
    few = cost()
    grow(world.cast, 12)
    assert cost() == few
    assert few <= 12
