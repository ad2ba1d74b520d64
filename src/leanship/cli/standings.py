"""`leanship standings`: bring up to date where everyone stands, or work all of it out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from leanship.cli._django import Unusable, home_option, setup_there
from leanship.cli._tables import echo_json


@click.group()
def standings() -> None:
    """Bring up to date where everyone stands, or work all of it out again."""


@standings.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def refresh(home: Path | None, as_json: bool) -> None:
    """What time alone brings: freeze the peers of closed periods, and rate what closed since the last run, KPIs and
    projects.

    `leanship serve` runs this once a day by itself. A second run writes nothing.
    """
    setup_there(home)
    from leanship.features.base import policies
    from leanship.features.productivity.standings import refresh_due
    from leanship.features.projects import standings as of_projects

    with database():
        today = policies.today()
        due = refresh_due(today)
        written = due.written + of_projects.refresh_due(today)
    if as_json:
        echo_json({"frozen": due.frozen, "written": written})
    else:
        click.echo(f"{due.frozen} series got a standard of peers, {written} standings were written.")


@standings.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild(home: Path | None, as_json: bool) -> None:
    """Work every standing out again. Only what comes out otherwise gets a successor; nothing is overwritten.

    Where everything was up to date, nothing is written.
    """
    setup_there(home)
    from leanship.features.productivity import standings as of_figures
    from leanship.features.projects import standings as of_projects

    with database():
        written = of_figures.rebuild() + of_projects.rebuild()
    if as_json:
        echo_json({"written": written})
    else:
        click.echo(f"{written} standings were written.")


@contextmanager
def database() -> Iterator[None]:
    """Turns a database that is not there, or not prepared, into a sentence and exit code 2."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise Unusable(f"The database cannot be used: {error}. Has `leanship serve` prepared it?") from None
