"""Everything out as files, and back in as it was."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from leanship.cli._exports import WHAT, Table, figures, tables
from leanship.cli._exports.writing import write
from leanship.connect import registry
from leanship.features.accounts.models import User
from leanship.features.org import actions as org
from leanship.features.org.access import SYSTEM
from leanship.features.org.models import Ancestor, Membership, Person, ReportingLine, Team
from leanship.features.productivity import actions
from leanship.features.productivity.actions import Cell, Definition
from leanship.features.productivity.models import Kpi, Measurement, Series
from leanship.features.projects.models import FeedbackRequest, Project
from leanship.features.savings.models import Confirmation, Saving
from leanship.readers.kpis import read_kpis
from leanship.readers.tabular import read_table
from tests.cast import Cast
from tests.features.world import LATEST, World, build_world
from tests.installation import installation


@pytest.fixture
def world(cast: Cast) -> World:
    """One of everything."""
    return build_world(cast)


def export(out: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", "--out", str(out), *words])


def done(out: Path, *words: str) -> None:
    answer = export(out, *words)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.strip() == str(out)


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def looked_at(kind: str, file: Path, **options: str) -> registry.Preview:
    return registry.kind(kind).preview(SYSTEM, read_table(file), options)


def taken_in(kind: str, file: Path, **options: str) -> registry.Preview:
    found = looked_at(kind, file, **options)
    assert not found.problems.blocking, [problem.message for problem in found.problems]
    registry.kind(kind).apply(SYSTEM, found, options, registry.Upload(file.name, "0" * 64))
    return found


# Out and in again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_is_known_again(world: World, tmp_path: Path, form: str) -> None:
    org.edit_person(SYSTEM, person=world.cast.people["ana"], name="=cmd|' /C calc'!A0")
    done(tmp_path, "--format", form)
    for kind, count in (("people", 8), ("measurements", Measurement.objects.count())):
        found = looked_at(kind, tmp_path / f"{kind}.{form}")
        assert not found.problems.blocking, [problem.message for problem in found.problems]
        assert (found.added_count, found.changed_count, found.ended_count) == (0, 0, 0)
        assert found.unchanged_count == count > 0


def test_another_installation_takes_people_and_figures_in(world: World, tmp_path: Path) -> None:
    ratio = actions.create_kpi(
        SYSTEM, Definition(name="Share", unit="%", decimals=1, aggregation="ratio", ratio_scale=100)
    )
    of_ben = actions.add_series(SYSTEM, kpi=ratio, person=world.cast.people["ben"])
    cell = Cell(of_ben.uid, LATEST, numerator="2", denominator="3")
    actions.enter_measurements(SYSTEM, cells=[cell])
    done(tmp_path / "first")
    lines = set(ReportingLine.objects.values_list("person__name", "leader__name"))
    line = set(Ancestor.objects.values_list("person__name", "ancestor__name", "depth"))
    members = set(Membership.objects.values_list("team__name", "person__name"))
    empty()
    taken_in("people", tmp_path / "first" / "people.csv")
    assert set(ReportingLine.objects.values_list("person__name", "leader__name")) == lines
    assert set(Ancestor.objects.values_list("person__name", "ancestor__name", "depth")) == line
    assert set(Membership.objects.values_list("team__name", "person__name")) == members
    # the team's own series is under its id, which a new team does not have
    (team,) = {row["id"]: row["name"] for row in rows(tmp_path / "first" / "teams.csv")}.items() & {
        (world.uids["desk"], "Order desk")
    }
    measured = tmp_path / "first" / "measurements.csv"
    measured.write_text(measured.read_text("utf-8-sig").replace(*team), encoding="utf-8")
    taken_in("measurements", measured)
    done(tmp_path / "second")

    def told(folder: str) -> set[tuple[str, ...]]:
        named = ("subject_name", "kpi", "period", "value", "numerator", "denominator")
        return {tuple(row[key] for key in named) for row in rows(tmp_path / folder / "measurements.csv")}

    assert told("second") == told("first")
    assert ("Ben Okafor", "Share", "2026-10", "66.7", "2", "3") in told("first")


def empty() -> None:
    """Take people, teams and series away and leave the KPIs: another installation, until the test's end."""
    for rows in (Confirmation, Saving, FeedbackRequest, Project, Series):
        rows.objects.all().delete()  # type: ignore[attr-defined]
    Kpi.objects.update(owner=None)
    User.objects.all().delete()
    ReportingLine.objects.all().delete()
    Team.objects.all().delete()
    Person.objects.all().delete()


def test_kpis_read_back_as_they_were_defined(cast: Cast, tmp_path: Path) -> None:
    ben, ana = cast.people["ben"], cast.people["ana"]
    known = actions.create_kpi(
        SYSTEM,
        Definition(
            name="Orders, on time",
            description="=from the till\nand the gate",
            unit="%",
            decimals=2,
            aggregation="ratio",
            ratio_scale=100,
            floor="0",
            ceiling="100",
            exceeds=102,
            meets=98,
        ),
        standard="95.50",
        since="2026-01",
    )
    actions.set_standard(SYSTEM, kpi=known, value="96", period="2026-06", reason="new gate")
    own = actions.add_series(SYSTEM, kpi=known, person=ana, weight=3, must_hold=True)
    actions.set_standard(SYSTEM, kpi=known, series=own, value="94", period="2026-03", reason="new")
    actions.add_series(SYSTEM, kpi=known, person=ben)
    peers = Definition(name="Calls", direction="lower", cadence="week", standards="peers")
    actions.create_kpi(SYSTEM, peers)
    actions.create_kpi(SYSTEM, Definition(name="Mood", standards="none", aggregation="last"))
    gone = actions.create_kpi(SYSTEM, Definition(name="Faxes"))
    actions.archive_kpi(SYSTEM, gone)
    done(tmp_path, "--what", "kpis")
    found = read_kpis(read_table(tmp_path / "kpis.csv"))
    assert list(found.problems) == []
    orders, calls, mood = found.kpis
    assert orders._replace(row=0)._asdict() == {
        "name": "Orders, on time",
        "row": 0,
        "description": "=from the till\nand the gate",
        "unit": "%",
        "better": "higher",
        "cadence": "month",
        "aggregation": "ratio",
        "ratio_scale": 100,
        "decimals": 2,
        "standards": "known",
        "floor": 0,
        "ceiling": 10_000,
        "on_shortfall": False,
        "exceeds": 102,
        "meets": 98,
    }
    assert (calls.better, calls.cadence, calls.standards) == ("lower", "week", "peers")
    assert (mood.aggregation, mood.standards) == ("last", "none")
    june = LATEST - 4
    assert [row[1:2] + row[3:] for row in found.series if row.kpi == orders.name] == [
        ("", 9550, june - 5, None, None),
        ("", 9600, june, None, None),
        (ana.uid, 9400, june - 3, 3, True),
        (ben.uid, None, None, 1, False),
    ]
    assert [row["name"] for row in rows(tmp_path / "archived_kpis.csv")] == ["Faxes"]


def test_what_no_file_can_name_any_more_stands_apart(world: World, tmp_path: Path) -> None:
    org.end_person(SYSTEM, person=world.cast.people["ana"], on=date(2026, 11, 20))
    done(tmp_path)
    assert {row["name"] for row in rows(tmp_path / "former_people.csv")} == {"Ana Ruiz"}
    assert {row["subject_name"] for row in rows(tmp_path / "former_measurements.csv")} == {"Ana Ruiz"}
    in_use = {row["subject_name"] for row in rows(tmp_path / "measurements.csv")}
    assert "Order desk" in in_use
    assert "Ana Ruiz" not in in_use
    assert not looked_at("measurements", tmp_path / "measurements.csv").problems.blocking


# What is in the files ---------------------------------------------------------------------------------------------


def test_every_table_has_its_rows_and_no_row_number(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(out)
    names = {table.name for table in tables(list(WHAT))}
    assert {file.stem for file in out.iterdir()} == names
    uids = {person.uid for person in world.cast.people.values()}
    for name, column in (("reporting_lines", "leader"), ("memberships", "person"), ("comments", "author")):
        found = rows(out / f"{name}.csv")
        assert found, name
        assert {row[column] for row in found} <= uids, name
    (standing,) = [row for row in rows(out / "standings.csv") if row["id"] == world.uids["standing"]]
    assert (standing["subject"], standing["period"]) == (world.uids["series"], "2026-10")
    asked = [row for row in rows(out / "events.csv") if row["kind"] == "standing.correction_requested"]
    assert {row["actor"] for row in asked} == {world.uids["ana"]}


def test_savings_leave_as_they_were_entered(world: World, tmp_path: Path) -> None:
    done(tmp_path / "out", "--what", "savings")
    found = {row["id"]: row for row in rows(tmp_path / "out" / "savings.csv")}
    assert found[world.uids["confirmed"]]["actual"] == "12000.00"
    assert found[world.uids["confirmed"]]["confirmed_by"] == world.uids["farid"]
    assert found[world.uids["saving"]]["state"] == "asked"
    answers = [row["answer"] for row in rows(tmp_path / "out" / "confirmations.csv")]
    assert answers == ["confirmed", ""]


def test_no_password_and_no_key_leaves(world: World, tmp_path: Path) -> None:
    ana = world.cast.users["ana"]
    ana.set_password("a long and secret password")
    ana.save()
    done(tmp_path / "out")
    everything = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert ana.password.encode() not in everything
    assert b"0" * 64 not in everything  # the digest of Ana's key


def test_a_formula_is_defused(world: World, tmp_path: Path) -> None:
    org.edit_person(SYSTEM, person=world.cast.people["ana"], name="=1+1")
    done(tmp_path / "csv", "--what", "people")
    assert ",'=1+1," in (tmp_path / "csv" / "people.csv").read_text("utf-8-sig")
    done(tmp_path / "xlsx", "--what", "people", "--format", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "xlsx" / "people.xlsx").active
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["'=1+1"] == "s"


def test_json_holds_the_same(world: World, tmp_path: Path) -> None:
    done(tmp_path, "--what", "people,measurements", "--format", "json")
    people = json.loads((tmp_path / "people.json").read_text("utf-8"))
    assert {"Ana Ruiz", "Ben Okafor"} <= {row["name"] for row in people}
    assert json.loads((tmp_path / "corrections.json").read_text("utf-8")) == []
    measured = json.loads((tmp_path / "measurements.json").read_text("utf-8"))
    assert {row["value"] for row in measured if row["period"] == "2026-10"} == {"94.0"}


def test_the_same_organisation_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    done(tmp_path / "one.zip")
    done(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert {f"{table.name}.csv" for table in tables(list(WHAT))} == set(archive.namelist())


def test_only_the_owner_can_read_the_files(world: World, tmp_path: Path) -> None:
    done(tmp_path / "out", "--what", "people")
    done(tmp_path / "out.zip", "--what", "people")
    for file in (*(tmp_path / "out").iterdir(), tmp_path / "out.zip"):
        assert file.stat().st_mode & 0o077 == 0, file


# What cannot be done ----------------------------------------------------------------------------------------------


def test_what_is_unknown_is_told(world: World, tmp_path: Path) -> None:
    answer = export(tmp_path / "out", "--what", "people,weather")
    assert answer.exit_code == 2
    assert "measurements" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_without_an_organisation_there_is_nothing_to_export(db: None, tmp_path: Path) -> None:
    answer = export(tmp_path / "out")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "no organisation" in answer.stderr


def test_a_place_that_cannot_be_written_is_told(world: World, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    answer = export(tmp_path / "out")
    assert answer.exit_code == 2
    assert "cannot be written" in answer.stderr


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_stopped_midway_the_file_from_before_stays(tmp_path: Path, name: str) -> None:
    def broken() -> Iterator[tuple[str]]:
        yield ("Ana Ruiz",)
        raise KeyboardInterrupt

    table = Table("people", ("name",), lambda: [("Ben Okafor",)], lambda: 1)
    write([table], tmp_path / name, "csv", lambda one: one.rows())
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    again = Table("people", ("name",), broken, lambda: 2)
    with pytest.raises(KeyboardInterrupt):
        write([again], tmp_path / name, "csv", lambda one: one.rows())
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_workbook_that_cannot_hold_it_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Table("measurements", ("value",), lambda: [("x" * 40_000,)], lambda: 1)
    monkeypatch.setitem(figures.TABLES, "measurements", (long,))
    answer = export(tmp_path / "out", "--what", "measurements", "--format", "xlsx")
    assert answer.exit_code == 2
    assert "Choose --format csv" in answer.stderr


# For real ---------------------------------------------------------------------------------------------------------


def test_an_installation_is_read_as_it_is_at_one_moment(tmp_path: Path) -> None:
    with installation(tmp_path) as made:
        made.name("Fjordline Supply")
        answer = made.run("export", "--out", tmp_path / "out", "--what", "organisation")
        assert answer.returncode == 0, answer.stderr
        assert [row["name"] for row in rows(tmp_path / "out" / "organisation.csv")] == ["Fjordline Supply"]
        assert "organisation.csv: 1 rows" in answer.stderr
        # the name changes while the tables are read; what is written is of the moment at which reading began
        code = """
import sys
from pathlib import Path
from leanship.cli.export import _as_it_is_now
from leanship.features.base.models import Organisation
with _as_it_is_now():
    first = Organisation.objects.get().name
    print(first, flush=True)
    sys.stdin.readline()
    print(Organisation.objects.get().name)
print(Organisation.objects.get().name)
"""
        child = subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=made.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "Fjordline Supply"
        made.name("Fjordline Trade")  # nobody has to wait
        told, _errors = child.communicate("\n", timeout=60)
        assert told.split("\n")[:2] == ["Fjordline Supply", "Fjordline Trade"]


def test_no_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanship.cli.export.installed", lambda home: False)
    answer = export(tmp_path / "out", "--home", str(tmp_path / "nowhere"))
    assert answer.exit_code == 2
    assert "no installation" in answer.stderr
