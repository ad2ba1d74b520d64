"""`leanship import people`: the nine real charts, bad files, and being killed half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main
from leanship.features.base.models import ImportBatch
from leanship.features.org.models import Ancestor, Person
from tests.installation import Installation, environment, installation

CHARTS = Path(__file__).parents[1] / "data" / "org"
KEYS = [
    *("rows", "distinct_ids", "duplicate_ids", "roots", "max_depth", "managers", "mean_span"),
    *("added", "changed", "unchanged", "problems"),
]
# Computed apart from this code: rows, distinct ids, duplicates, roots, depth, managers, mean span.
EXPECTED = {
    "sourcegraph_2024-06.csv": (175, 175, 0, ["P001"], 4, 39, 4.46),
    "sourcegraph_2022-06.csv": (261, 261, 0, ["P001"], 4, 51, 5.1),
    "sourcegraph_2023-06.csv": (200, 200, 0, ["P001"], 4, 37, 5.38),
    "uk_cabinet_office_2011-03-31.csv": (216, 216, 0, ["1"], 4, 35, 6.14),
    "uk_cabinet_office_2011-09-30.csv": (235, 234, 1, ["CO57", "CO59", "1"], 4, 44, 5.25),
    "uk_cabinet_office_2012-03-31.csv": (228, 228, 0, ["309", "317"], 3, 39, 5.79),
    "uk_home_office_2011-03-31.csv": (125, 124, 1, ["4PO01"], 4, 30, 4.1),
    "uk_home_office_2012-09-30.csv": (201, 190, 11, ["4PO01"], 4, 40, 4.72),
    "uk_uk_sport_2011-03-31.csv": (6, 6, 0, ["J1"], 1, 1, 5.0),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["import", "people", *map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def written(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPECTED)
def test_the_real_charts_come_in_with_the_figures_expected(name: str) -> None:
    found = answer(CHARTS / name)
    assert list(found) == KEYS
    figures = [found[key] for key in KEYS[:7]]
    assert (*figures,) == EXPECTED[name]
    assert (found["added"], found["changed"], found["unchanged"]) == (EXPECTED[name][1], 0, 0)
    assert not [problem for problem in found["problems"] if problem["level"] == "error"]
    assert Person.objects.count() == EXPECTED[name][1]
    # what was written has the same shape
    above = Ancestor.objects.filter(depth=1)
    assert max(Ancestor.objects.values_list("depth", flat=True)) == EXPECTED[name][4]
    assert above.values("ancestor").distinct().count() == EXPECTED[name][5]
    again = answer(CHARTS / name)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, EXPECTED[name][1])


@pytest.mark.django_db
def test_every_oddity_is_told_with_its_place() -> None:
    found = answer(CHARTS / "uk_cabinet_office_2011-09-30.csv", "--dry-run")
    told = [(each["level"], each["row"], each["column"]) for each in found["problems"]]
    assert told == [("warning", 208, "id"), ("warning", 236, "name"), ("warning", None, "reports_to")]
    assert "CO57, CO59, 1" in found["problems"][2]["message"]
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_strict_takes_a_repeated_id_for_an_error() -> None:
    result = run(CHARTS / "uk_home_office_2011-03-31.csv", "--strict", "--json")
    assert result.exit_code == 2
    assert [each["level"] for each in json.loads(result.stdout)["problems"]].count("error") == 1
    assert "Error: " in result.stderr
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_errors_of_a_file_are_told_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name,reports_to\n1,One,2\n2,Two,1\n3,Three,9\n4,Four,\n")
    result = run(path, "--json")
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    assert [(each["row"], each["column"]) for each in problems if each["level"] == "error"] == [
        (4, "reports_to"),
        (2, "reports_to"),
    ]
    assert not Person.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.django_db
def test_columns_are_named_by_options_and_people_end_with_a_complete_file(tmp_path: Path) -> None:
    first = written(tmp_path, "nr;wer;chef\n1;Top;\n2;Low;1\n")
    names = ("--id", "nr", "--name", "wer", "--reports-to", "chef", "--source", "hr")
    assert answer(first, *names, "--on", "2025-01-01")["added"] == 2
    second = written(tmp_path, "nr;wer;chef\n1;Top;\n")
    result = run(second, *names, "--complete")
    assert result.exit_code == 0, result.stderr
    assert "0 added, 0 changed, 1 left alone, 1 ended" in result.stdout
    assert Person.objects.get(external_id="2").left_on is not None
    assert ImportBatch.objects.filter(actor_id=None).count() == 2


def installed_nowhere(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return Installation(home, environment(home)).run(*words)


def test_a_dry_run_needs_no_installation_and_makes_none(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    done = installed_nowhere(
        home, "import", "people", CHARTS / "uk_uk_sport_2011-03-31.csv", "--dry-run", "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert (found["rows"], found["roots"], found["added"]) == (6, ["J1"], 6)
    assert not home.exists()


def test_without_an_installation_nothing_is_taken_in(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    done = installed_nowhere(home, "import", "people", CHARTS / "uk_uk_sport_2011-03-31.csv")
    assert done.returncode == 2
    assert "leanship serve" in done.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no file"),
        (b"", "empty"),
        (b"id,name\n1,\xff\xfe\xff\n", "encoding"),
        (b"PK\x03\x04broken", "workbook"),
        (b'id,name\n1,"Open\n', "quotation mark"),
        (b"id,name\n1," + b"x" * 10_000_000 + b"\n", "row 2"),
    ],
)
@pytest.mark.django_db
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "people.csv"
    if content is not None:
        path.write_bytes(content)
    result = run(path, "--dry-run")
    assert result.exit_code == 2
    assert says in result.stderr
    assert not result.stdout


@pytest.mark.django_db
def test_utf_16_and_a_mark_are_read_as_they_are(tmp_path: Path) -> None:
    text = "id,name\n1,Ómar Þórsson\n"
    for data in (text.encode("utf-16"), text.encode("utf-8-sig")):
        assert answer(written(tmp_path, data), "--dry-run")["added"] == 1
    latin = written(tmp_path, text.replace("Þ", "T").encode("latin-1"))
    assert run(latin, "--dry-run").exit_code == 2
    assert answer(latin, "--dry-run", "--encoding", "latin-1")["added"] == 1


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        made.name("Before")
        yield made


_KILL = """
import os, signal, sys
from leanship.features.base import events
from leanship.features.org import lines
from leanship.features.org.actions import imports
from leanship.cli.import_people import people

path, step, when = sys.argv[1:]
home = {"record": events, "follow_moves": lines}.get(step, imports)
real = getattr(home, step)

def killed(*args, **more):
    if when == "after":
        real(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(home, step, killed)
people.main([path], standalone_mode=False)
"""


def counted(place: Installation) -> list[int]:
    tables = (
        "org_person",
        "org_position",
        "org_reportingline",
        "org_ancestor",
        "base_importbatch",
        "base_event",
    )
    with place.database() as connection:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="there are no such signals on this system")
@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("_insert_people", "after"),
        ("_insert_positions", "after"),
        ("_insert_lines", "after"),
        ("follow_moves", "before"),
        ("follow_moves", "after"),
        ("record", "after"),
    ],
)
def test_an_import_killed_at_any_step_leaves_what_was_there(
    place: Installation, tmp_path: Path, step: str, when: str
) -> None:
    small = written(tmp_path, "id,name,reports_to\n1,One,\n2,Two,1\n", "small.csv")
    assert place.run("import", "people", small).returncode == 0
    before = counted(place)
    killed = place.python(_KILL, CHARTS / "sourcegraph_2022-06.csv", step, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert counted(place) == before
    # and it is not in the way of the next one
    done = place.run("import", "people", CHARTS / "sourcegraph_2022-06.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 261
    assert counted(place)[0] == before[0] + 261


def test_help_of_import_loads_nothing_heavy() -> None:
    code = (
        "import contextlib, sys\nfrom leanship.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['import', '--help'])\n"
        "print([n for n in ('django', 'numpy', 'polars', 'openpyxl') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "people" in done.stdout
