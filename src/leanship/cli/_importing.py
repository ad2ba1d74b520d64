"""What every `leanship import` has in common: its options, its answer, and when it stops."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from leanship.cli._django import Unusable, home_option, is_there, setup
from leanship.cli._tables import Reading, echo_json, reading_options

if TYPE_CHECKING:
    from leanship.readers.problems import Problems
    from leanship.readers.tabular import Column, Table

Command = TypeVar("Command", bound=Callable[..., Any])


def column_options(columns: Iterable[Column], *, but: Iterable[str] = ()) -> Callable[[Command], Command]:
    """An option for every column a file may have: `--reports-to manager`. They arrive as `column_<name>`."""

    def decorate(command: Command) -> Command:
        for column in reversed([each for each in columns if each.name not in but]):
            flag = f"--{column.name.replace('_', '-')}"
            option = click.option(
                flag, f"column_{column.name}", metavar="COLUMN", help=f"The column with {column.name}."
            )
            command = option(command)
        return command

    return decorate


def import_options(command: Command) -> Command:
    """`--dry-run`, `--json`, `--home` and how the file is written."""
    options: tuple[Callable[[Any], Any], ...] = (
        click.option("--dry-run", is_flag=True, help="Say what would change; write nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    )
    command = home_option(reading_options(command))
    for option in options[::-1]:
        command = option(command)
    return command


def split(options: Mapping[str, Any]) -> tuple[Reading, dict[str, str]]:
    """How the file is written, and which of its columns is which, out of a command's keywords."""
    columns = {
        name.removeprefix("column_"): value
        for name, value in options.items()
        if name.startswith("column_") and value is not None
    }
    return Reading(**{each.name: options[each.name] for each in fields(Reading)}), columns


def read(file: Path, how: Reading) -> tuple[Table, str]:
    """The table in a file, its problems kept for the answer, and the SHA-256 of its bytes; `-` is standard input.

    A file that cannot be opened is a problem of the table too.
    """
    from leanship.readers.tabular import read_table

    source: Path | bytes = file
    if str(file) == "-":
        source = sys.stdin.buffer.read()
    elif file.is_file() and os.access(file, os.R_OK):
        source = file.read_bytes()
    table = read_table(
        source,
        name="standard input" if str(file) == "-" else file.name,
        sheet=how.sheet,
        encoding=how.encoding,
        delimiter=how.delimiter,
        decimal=how.decimal,  # type: ignore[arg-type]
        date_order=how.date_order,  # type: ignore[arg-type]
    )
    return table, hashlib.sha256(source if isinstance(source, bytes) else b"").hexdigest()


def installed(home: Path | None) -> bool:
    """Whether there is an installation to compare with; if so, Django is loaded on it. Nothing is made here."""
    there = is_there(home)
    if there:
        setup(home)
    return there


def require_tables() -> None:
    """Raises Unusable where the database has no tables yet, or cannot be reached."""
    from django.db import DatabaseError, connection

    try:
        missing = "org_person" not in connection.introspection.table_names()
    except DatabaseError as error:
        raise Unusable(f"The database cannot be used: {str(error).splitlines()[0]}") from None
    if missing:
        raise Unusable(
            "The database has no tables yet. Start the server once (leanship serve); it makes them."
        )


def tell_problems(problems: Problems) -> None:
    """Tells all problems on standard error, each with its place."""
    for problem in problems:
        click.echo(f"{problem.level.capitalize()}: {problem.place()}: {problem.message}", err=True)


def listed(problems: Problems) -> list[dict[str, object]]:
    """The problems as the JSON answer has them."""
    return [
        {"level": each.level, "row": each.row, "column": each.column, "message": each.message}
        for each in problems
    ]


def answer(as_json: bool, figures: Mapping[str, object], problems: Problems, say: Callable[[], None]) -> None:
    """Print the answer, tell the problems; raises click's Exit with code 2 where an error is among them."""
    if as_json:
        echo_json({**figures, "problems": listed(problems)})
    elif not problems.blocking:
        say()
    tell_problems(problems)
    if problems.blocking:
        raise click.exceptions.Exit(2)


def take_in(
    kind: str,
    file: Path,
    alone: Callable[[Table, Mapping[str, str]], tuple[Problems, int]],
    *,
    dry_run: bool,
    as_json: bool,
    home: Path | None,
    options: Mapping[str, Any],
) -> None:
    """Take a file of `kind` in, or say what it would change, and answer with the contract's keys.

    `alone` reads it where there is nothing to compare with: its problems and how many things are in it. Raises
    Unusable without an installation, unless it is a dry run.
    """
    how, columns = split(options)
    table, digest = read(file, how)
    if installed(home):
        require_tables()
        problems, rows, counts = _compared(kind, table, columns, None if dry_run else (file.name, digest))
    elif dry_run:
        problems, count = alone(table, columns)
        rows, counts = len(table), (count, 0, 0)
    else:
        raise Unusable("There is no installation here. Start one with leanship serve, or use --dry-run.")
    added, changed, unchanged = counts

    def say() -> None:
        words = f"{added:,} added, {changed:,} changed, {unchanged:,} left alone."
        click.echo(f"Nothing was written. It would be: {words}" if dry_run else words)

    figures = {"rows": rows, "added": added, "changed": changed, "unchanged": unchanged}
    answer(as_json, figures, problems, say)


def _compared(
    key: str, table: Table, columns: Mapping[str, str], upload: tuple[str, str] | None
) -> tuple[Problems, int, tuple[int, int, int]]:
    """Hold the table against the installation; with an `upload` (name and digest) take it in where it changes
    anything."""
    from importlib import import_module

    from leanship.connect.registry import Upload
    from leanship.features.base.errors import Declined
    from leanship.features.org.access import SYSTEM

    kind = import_module(f"leanship.connect.kinds.{key}")
    try:
        found = kind.preview(SYSTEM, table, {}, columns)
        if upload and not found.problems.blocking and found.added_count + found.changed_count:
            kind.apply(SYSTEM, found, {}, Upload(*upload))
    except Declined as error:
        raise Unusable(str(error)) from None
    return found.problems, found.rows, (found.added_count, found.changed_count, found.unchanged_count)
