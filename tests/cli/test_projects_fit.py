"""`leanship projects fit` on files as people have them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanship.cli import main

Write = Callable[[str], Path]
FEW = """project,value,May,June
Setup times,8000.1,40,20
Labels,706,5,
Store,7000,30,40
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["projects", "fit", *map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "could.csv"
        path.write_text(text)
        return path

    return write


def test_the_best_set_with_its_proof(written: Write) -> None:
    assert answer(written(FEW), "--capacity", "May=45", "--capacity", "June=100") == {
        "status": "optimal",
        "value": 8706.1,
        "bound": 8706.1,
        "chosen": ["Labels", "Setup times"],
        "fragile": ["Setup times", "Store"],
        "undecided": [],
        "hours": {"May": 45, "June": 20},
        "worth_of_one_more_hour": {"May": 0, "June": 0},
    }


def test_whole_numbers_stay_whole(written: Write) -> None:
    result = run(written(FEW), "--capacity", "May=35", "--capacity", "June=40.0", "--json")
    assert '"value": 7706, "bound": 7706' in result.stdout
    assert '"hours": {"May": 35, "June": 40}' in result.stdout


def test_one_hour_more_can_be_worth_a_project(written: Write) -> None:
    capacities = ["--capacity", "May=74", "--capacity", "June=60"]
    found = answer(written(FEW), *capacities)
    assert found["chosen"] == ["Setup times", "Store"]
    assert found["worth_of_one_more_hour"] == {"May": 706, "June": 0}
    bare = answer(written(FEW), *capacities, "--plain")
    assert (bare["chosen"], bare["fragile"], bare["worth_of_one_more_hour"]) == (found["chosen"], [], {})


def test_what_excludes_and_requires_is_kept(written: Write) -> None:
    file = written("Name;Benefit;May;Not with;Needs\nA;9;1;;\nB;8;1;A;\nC;5;1;;d, a\nD;1;1;;\n")
    assert answer(file, "--capacity", "may=2")["chosen"] == ["A", "D"]
    assert answer(file, "--capacity", "may=3")["chosen"] == ["A", "C", "D"]


def test_columns_of_other_names(written: Write) -> None:
    file = written("idea,gain,h\nA,2,3\nB,5,3\n")
    options = ["--project", "idea", "--value", "gain", "--capacity", "h=4"]
    assert answer(file, *options)["chosen"] == ["B"]


def test_a_column_that_is_no_capacity_is_told(written: Write) -> None:
    result = run(written(FEW), "--capacity", "May=45", "--json")
    assert json.loads(result.stdout)["chosen"] == ["Labels", "Setup times"]
    assert "These columns are no capacity and are left out: June." in result.stderr


def test_it_is_told_in_words(written: Write) -> None:
    told = run(written(FEW), "--capacity", "May=45", "--capacity", "June=100").output
    assert "Proven: no other set that fits is worth more." in told
    assert "Would come in if it alone were worth 30 % more: Store." in told


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("project,value,May\nA,1,-2\n", "row 2, column May", "fewer than none"),
        ("project,value,May\nA,,2\n", "row 2, column value", "must not be empty"),
        ("project,value,May\n,1,2\n", "row 2, column project", "must not be empty"),
        ("project,value,May\nA,1,2\nA,3,4\n", "row 3, column project", "is in row 2 already"),
        ("project,value,May\nA,much,2\n", "row 2, column value", "is not a number"),
        ("project,value,May\nA,1,long\n", "row 2, column May", "is not a number"),
        ("project,value,June\nA,1,2\n", "could.csv", "no column with the hours for May"),
        ("project,May\nA,1\n", "could.csv", "column value is missing"),
        ("project,value,May,excludes\nA,1,2,B\n", "row 2, column excludes", "no project called B"),
        (
            "project,value,May,requires\nA,1,2,A\n",
            "row 2, column requires",
            "cannot exclude or require itself",
        ),
        ("project,value,May\nA,90071992547409920,2\nB,1,1\n", "could.csv", "more digits"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_with_its_place(
    written: Write, text: str, place: str, message: str
) -> None:
    result = run(written(text), "--capacity", "May=10", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert place in result.stderr
    assert message in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Say with --capacity NAME=N"),
        (["--capacity", "May"], "write it as NAME=N"),
        (["--capacity", "May=ten"], "ten is not a number"),
        (["--capacity", "May=NaN"], "NaN is not a number"),
        (["--capacity", "May=-1"], "fewer hours than none"),
        (["--capacity", "May=1", "--capacity", "may=2"], "given twice"),
    ],
)
def test_a_capacity_that_is_not_clear_is_refused(written: Write, options: list[str], message: str) -> None:
    result = run(written(FEW), *options, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_nothing_but_the_answer_goes_to_the_output(written: Write) -> None:
    """What the solver prints by itself goes straight to the process's output, past Python."""
    program = (
        "import ctypes, sys\n"
        "from leanship.domain import portfolio\n"
        "def noisy(*given, **named):\n"
        "    ctypes.CDLL(None).puts(b'a line of the solver')\n"
        "    return real(*given, **named)\n"
        "real, portfolio.fit = portfolio.fit, noisy\n"
        "from leanship.cli import main\n"
        "main(sys.argv[1:])"
    )
    words = ["projects", "fit", str(written(FEW)), "--capacity", "May=45", "--capacity", "June=9", "--json"]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["status"] == "optimal"
