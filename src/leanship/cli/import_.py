"""`leanship import`: take a file in, or only say what it would change."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

KINDS: Final[dict[str, tuple[str, str]]] = {
    "people": ("leanship.cli.import_people:people", "People and their reporting lines."),
    "kpis": ("leanship.cli.import_kpis:kpis", "Definitions of KPIs, for whom, and their standards."),
    "measurements": ("leanship.cli.import_measurements:measurements", "Figures of KPIs."),
    "projects": ("leanship.cli.import_projects:projects", "Improvement projects and how far they have come."),
}
"""Name of the kind → (module:attribute of its command, what `--help` says of it)."""


class Kinds(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all kinds, in the order of `KINDS`."""
        return list(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command of a kind; None where there is none of that name."""
        if cmd_name not in KINDS:
            return None
        module, _, attribute = KINDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the kinds with what `KINDS` says of them, without importing any."""
        with formatter.section("Kinds"):
            formatter.write_dl([(name, says) for name, (_, says) in KINDS.items()])


@click.group(name="import", cls=Kinds, subcommand_metavar="KIND FILE")
def import_() -> None:
    """Take a file in. With --dry-run nothing is written, and no server or database is needed."""
