"""`leanship projects fit`: of what could be done, the set that is worth most within the hours there are (M25)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanship.cli._django import Unusable
from leanship.cli._tables import Reading, echo_json, listed, open_table, reading_options, stop_on

if TYPE_CHECKING:
    from leanship.domain.portfolio import Candidate, Fit, Number


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--capacity",
    metavar="NAME=N",
    multiple=True,
    help="The hours there are of the column NAME, such as 2027-03=120. Once for each.",
)
@click.option("--project", metavar="COLUMN", help="The column with the names of the projects.")
@click.option("--value", metavar="COLUMN", help="The column with their yearly value.")
@click.option("--excludes", metavar="COLUMN", help="The column with what a project cannot go with.")
@click.option("--requires", metavar="COLUMN", help="The column with what a project cannot go without.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="N",
    help="Stop the search about then, and say how far from the best the set can be.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="Only the best set: not which choices are fragile, nor what an hour more is worth.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reading_options
def fit(
    file: Path,
    capacity: tuple[str, ...],
    project: str | None,
    value: str | None,
    excludes: str | None,
    requires: str | None,
    seconds: float,
    plain: bool,
    as_json: bool,
    **reading: str | None,
) -> None:
    """Find which projects of FILE are worth most together within the hours there are, and prove it.

    FILE is CSV, XLSX or Parquet with one project a row: project, value, and a column of hours for each capacity,
    named as in --capacity. Columns excludes and requires may name other projects, with a semicolon between. Of sets
    worth the same the one of fewer hours is taken, then the one whose names come first.
    """
    from leanship.domain import portfolio
    from leanship.readers.candidates import read_candidates

    capacities = _capacities(capacity)
    table = open_table(file, Reading(**reading))
    given = {"project": project, "value": value, "excludes": excludes, "requires": requires}
    columns = {name: column for name, column in given.items() if column is not None}
    read = read_candidates(table, list(capacities), columns=columns)
    stop_on(read.problems)
    try:
        with _solver_kept_quiet():
            found = portfolio.fit(read.candidates, capacities, seconds=seconds, questions=not plain)
    except ValueError as trouble:
        raise Unusable(f"{table.name}: {trouble}.") from None
    if as_json:
        echo_json(_answer(found))
    else:
        _tell(found, read.candidates, capacities)


def _capacities(options: tuple[str, ...]) -> dict[str, Number]:
    """Hours by name. Raises Unusable for what is no NAME=N, or is given twice."""
    from leanship.readers.candidates import figure

    capacities: dict[str, Number] = {}
    for option in options:
        name, equals, hours = option.rpartition("=")
        name, hours = name.strip(), hours.strip()
        if not equals or not name:
            raise Unusable(f"--capacity {option}: write it as NAME=N, such as 2027-03=120.")
        try:
            exact = Decimal(hours)
        except InvalidOperation:
            exact = Decimal("NaN")
        if not exact.is_finite() or "_" in hours:
            raise Unusable(f"--capacity {option}: {hours} is not a number.")
        if exact < 0:
            raise Unusable(f"--capacity {option}: there cannot be fewer hours than none.")
        if name.casefold() in map(str.casefold, capacities):
            raise Unusable(f"--capacity {option}: {name} is given twice.")
        capacities[name] = figure(hours)
    if not capacities:
        raise Unusable("Say with --capacity NAME=N how many hours there are, once for each column of hours.")
    return capacities


@contextmanager
def _solver_kept_quiet() -> Iterator[None]:
    """HiGHS prints a line of its own now and then, straight to the process's output; the answer must stand alone there.

    What it printed may still lie in the C library's buffer, so that is emptied before output is let through again.
    """
    try:
        kept = os.dup(1)
    except OSError:  # there is no output that could be spoilt
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stdout.flush()
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        with suppress(OSError, AttributeError, TypeError):  # where the C library cannot be reached this way
            import ctypes

            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _json(number: Number | None) -> int | float | None:
    """A number as JSON has it: 8706.1 as it was entered, since a float prints the shortest digits that mean it."""
    return float(number) if isinstance(number, Decimal) else number


def _answer(found: Fit) -> dict[str, object]:
    return {
        "status": found.status.value,
        "value": _json(found.value),
        "bound": _json(found.bound),
        "chosen": list(found.chosen),
        "fragile": list(found.fragile),
        "undecided": list(found.undecided),
        "hours": {name: _json(hours) for name, hours in found.used.items()},
        "worth_of_one_more_hour": {name: _json(worth) for name, worth in found.one_more.items()},
    }


def _tell(found: Fit, candidates: tuple[Candidate, ...], capacities: Mapping[str, Number]) -> None:
    """The set in words, for a person at a terminal."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    values = {one.id: one.value for one in candidates}
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("Chosen", overflow="fold")
    table.add_column("Value", justify="right", no_wrap=True)
    table.add_column("")
    for name in found.chosen:
        table.add_row(name, f"{values[name]:,}", "fragile" if name in found.fragile else "")
    console.print(table)
    hours = Table(box=SIMPLE, pad_edge=False)
    for name in ("Hours", "used", "of", "one more is worth"):
        hours.add_column(name, justify="left" if name == "Hours" else "right", overflow="fold")
    for name, used in found.used.items():
        worth = found.one_more.get(name)
        hours.add_row(name, f"{used:,}", f"{capacities[name]:,}", "" if worth is None else f"{worth:,}")
    console.print(hours)
    if found.status.value == "optimal":
        console.print(f"Worth {found.value:,}. Proven: no other set that fits is worth more.")
    else:
        console.print(
            f"Worth {found.value:,}. Not proven in the time: no set is worth more than {found.bound:,}."
        )
    enter = [name for name in found.fragile if name not in found.chosen]
    if enter:
        console.print(f"Would come in if it alone were worth 30 % more: {listed(enter)}.")
    if found.undecided:
        console.print(f"Not found out in the time whether it is fragile: {listed(found.undecided)}.")
