"""docs/reference/cli.md names every command with its options as the code has them, and the keys of its JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from leanship.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
DATA = ROOT / "tests" / "data"


def commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, under its whole name: `standings refresh`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def synopsis(name: str, command: click.Command) -> str:
    """How the command is called: `leanship chart FILE [options]`."""
    arguments = [a for a in command.params if isinstance(a, click.Argument)]
    words = [f"{a.make_metavar(click.Context(command))}" for a in arguments]
    options = ["[options]"] if any(isinstance(p, click.Option) for p in command.params) else []
    return " ".join(["leanship", name, *words, *options])


def option_row(option: click.Option) -> str:
    """The row of the table that an option must have."""
    names = ", ".join(f"`{name}`" for name in option.opts)
    if isinstance(option.type, click.Choice):
        takes = " " + " or ".join(f"`{choice}`" for choice in option.type.choices)
    elif option.is_flag:
        takes = ""
    else:
        takes = f" {option.metavar or option.type.name.split(' ')[0].upper()}".replace("|", " or ")
    meaning = option.help or ""
    if option.show_default and option.default not in (None, False):
        meaning = f"{meaning} Default: {option.default}.".strip()
    cells = (f"{names}{takes}", meaning.replace("|", "\\|"))
    return f"| {cells[0]} | {cells[1]} |"


def names_a_column(option: click.Option) -> bool:
    """Whether an option says under which name a column of the file goes; the page lists these in a sentence."""
    return re.fullmatch(r"The column with \w+\.", option.help or "") is not None


def section(name: str) -> str:
    """What the page says under the heading of a command."""
    assert f"\n## {name}\n" in PAGE, f"no section on {name}"
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


ALL = dict(commands())


def test_the_page_has_every_command_and_no_other() -> None:
    told = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert [name for name in told if name.split()[0] in COMMANDS] == list(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_command_is_told_with_its_options(name: str) -> None:
    command, told = ALL[name], section(name)
    assert f"    {synopsis(name, command)}\n" in told
    options = [p for p in command.params if isinstance(p, click.Option)]
    wanted = [option_row(option) for option in options if not names_a_column(option)]
    for option in filter(names_a_column, options):
        assert f"`{option.opts[0]}`" in told
    rows = [line for line in told.splitlines() if line.startswith("| `--")]
    # the long lists of how a file is written are told once, under their own heading
    shared = [line for line in section("Reading files").splitlines() if line.startswith("| `--")]
    assert shared
    if set(shared) <= set(wanted):
        assert "[reading](#reading-files)" in told
        wanted = [row for row in wanted if row not in shared]
    assert rows == wanted


def keys(name: str) -> list[str]:
    """The keys of a command's JSON as the page lists them."""
    return re.findall(r"^- `(\w+)`", section(name), re.MULTILINE)


def run(*words: object) -> dict[str, object]:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exit_code == 0, answer.output
    found: dict[str, object] = json.loads(answer.stdout)
    return found


def test_the_keys_of_chart_are_those_it_prints() -> None:
    assert keys("chart") == list(run("chart", DATA / "xmr" / "nist_flowrate.csv", "--json"))


def test_the_keys_of_a_verdict_are_those_it_prints() -> None:
    file = DATA / "xmr" / "nist_flowrate.csv"
    assert keys("projects verify") == list(run("projects", "verify", file, "--change", "5", "--json"))


def test_the_keys_of_rate_are_those_it_prints() -> None:
    file = DATA / "kpi" / "nhs_ae_type1_4h_by_trust_monthly.csv"
    found = run("rate", file, "--subject", "unit", "--json")
    rows = found["rows"]
    assert isinstance(rows, list)
    assert keys("rate") == [*found, *rows[0]]


def test_the_keys_of_time_are_those_it_prints() -> None:
    file = DATA / "ics" / "ic_empty.ics"
    found = run("time", file, "--from", "2026-01-01", "--to", "2027-01-01", "--json")
    assert keys("time") == list(found)
    (told,) = found["files"]  # type: ignore[misc,attr-defined]
    listed = ", ".join(f'"{key}"' for key in told)
    assert f"`{{{listed}}}`" in section("time")


def test_the_keys_of_what_fits_are_those_it_prints(tmp_path: Path) -> None:
    file = tmp_path / "could.csv"
    file.write_text("project,value,May\nA,1,2\n", encoding="utf-8")
    assert keys("projects fit") == list(run("projects", "fit", file, "--capacity", "May=2", "--json"))


def test_the_keys_of_imports_are_those_they_print(db: None) -> None:
    file = DATA / "org" / "uk_uk_sport_2011-03-31.csv"
    assert keys("import people") == list(run("import", "people", file, "--dry-run", "--json"))
    file = ROOT / "docs" / "tutorial" / "data" / "one-trust.csv"
    words = ["--subject", "unit", "--kpi", "Seen", "--create-teams", "--dry-run", "--json"]
    assert keys("import measurements") == list(run("import", "measurements", file, *words))


def test_bad_input_ends_with_2_as_the_page_says(tmp_path: Path) -> None:
    assert "| 2 | the input or a setting cannot be used" in PAGE
    file = tmp_path / "empty.csv"
    file.touch()
    answer = CliRunner().invoke(main, ["chart", str(file), "--json"])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "empty.csv" in answer.stderr
