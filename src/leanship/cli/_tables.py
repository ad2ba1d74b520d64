"""Reading a file for a command: the options that say how it is written, and what happens when it is wrong."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from leanship.cli._django import Unusable

if TYPE_CHECKING:
    from leanship.readers.problems import Problems
    from leanship.readers.tabular import Table

_MONTH = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(_MONTH.pattern + r"(0[1-9]|[12]\d|3[01])", re.ASCII)

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reading:
    """How the file is written, where it does not show it by itself."""

    encoding: str | None
    delimiter: str | None
    decimal: str | None
    date_order: str | None
    sheet: str | None


def reading_options(command: Command) -> Command:
    """Adds the options of `Reading`; the command takes them as keywords and passes them on to `Reading`."""
    options: tuple[Callable[[Any], Any], ...] = (
        click.option("--encoding", metavar="NAME", help="Encoding of a text file, such as windows-1252."),
        click.option("--delimiter", metavar="SIGN", help="What separates the columns: , ; tab or |."),
        click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of the numbers."),
        click.option("--date-order", type=click.Choice(["ymd", "dmy", "mdy"]), help="The order in dates."),
        click.option("--sheet", metavar="NAME", help="The sheet of a workbook."),
    )
    for option in options[::-1]:
        command = option(command)
    return command


def open_table(file: Path, how: Reading) -> Table:
    """The table in a CSV, XLSX or Parquet file, or from standard input for `-`. Raises Unusable for a bad file."""
    from leanship.readers.tabular import read_table

    if file.suffix.lower() == ".parquet":
        return _parquet(file)
    table = read_table(
        sys.stdin.buffer.read() if str(file) == "-" else file,
        name="standard input" if str(file) == "-" else None,
        sheet=how.sheet,
        encoding=how.encoding,
        delimiter=how.delimiter,
        decimal=how.decimal,  # type: ignore[arg-type]
        date_order=how.date_order,  # type: ignore[arg-type]
    )
    stop_on(table.problems)
    if not len(table):
        raise Unusable(f"{table.name}: the file names its columns but has no rows below them.")
    return table


def _parquet(file: Path) -> Table:
    import polars

    from leanship.readers.tabular import Table

    try:
        frame = polars.read_parquet(file)
    except (OSError, polars.exceptions.PolarsError) as trouble:
        raise Unusable(f"{file.name}: it cannot be read as Parquet: {str(trouble).splitlines()[0]}") from None
    if not len(frame):
        raise Unusable(f"{file.name}: the file has no rows.")
    columns = tuple(
        ["" if cell is None else cell for cell in frame[name].to_list()] for name in frame.columns
    )
    return Table(file.name, header=tuple(frame.columns), columns=columns, rows=range(1, len(frame) + 1))


def stop_on(problems: Problems) -> None:
    """Tells all warnings on standard error; raises Unusable with all errors when there is one."""
    errors = []
    for problem in problems:
        line = f"{problem.place()}: {problem.message}"
        if problem.level == "error":
            errors.append(line)
        else:
            click.echo(f"Warning: {line}", err=True)
    if errors:
        raise Unusable("\n".join(errors))


def refuse(table: Table, row: int | None, column: str | None, message: str) -> NoReturn:
    """Raises Unusable with the place in the file."""
    place = [table.name]
    if row is not None:
        place.append(f"row {row}")
    if column is not None:
        place.append(f"column {column}")
    raise Unusable(f"{', '.join(place)}: {message}")


def find(table: Table, name: str) -> int:
    """The place of the column called `name`, exactly or but for upper and lower case. Raises Unusable."""
    names = [header.strip() for header in table.header]
    if name in names:
        return names.index(name)
    alike = [place for place, header in enumerate(names) if header.lower() == name.strip().lower()]
    if len(alike) == 1:
        return alike[0]
    raise Unusable(f"{table.name}: there is no column {name}. The file has: {', '.join(names)}.")


def compact(texts: Sequence[str]) -> list[str] | None:
    """A column of months or days in digits alone, 201604 or 20160401, as 2016-04 or 2016-04-01; None for any other.

    An empty cell stays empty.
    """
    filled = [text for text in texts if text]
    if not filled:
        return None
    if all(_MONTH.fullmatch(text) for text in filled):
        return [f"{text[:4]}-{text[4:]}" if text else "" for text in texts]
    if all(_DAY.fullmatch(text) for text in filled):
        return [f"{text[:4]}-{text[4:6]}-{text[6:]}" if text else "" for text in texts]
    return None


def echo_json(answer: dict[str, object]) -> None:
    """Prints one JSON object to standard output; a figure that is not there is null."""
    click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def write_file(file: Path, content: bytes) -> None:
    """Writes a file whole. Raises Unusable where it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as trouble:
        raise Unusable(f"{file}: it cannot be written: {trouble.strerror}.") from None
