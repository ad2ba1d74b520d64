"""`leanship projects`: what a project needs, worked out from files."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

TASKS: Final[dict[str, tuple[str, str]]] = {
    "verify": ("leanship.cli.projects_verify:verify", "Did a change make a series better?"),
    "fit": ("leanship.cli.projects_fit:fit", "What to take on within the hours there are."),
}
"""Name of the task → (module:attribute of its command, what `--help` says of it)."""


class Tasks(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all tasks, in the order of `TASKS`."""
        return list(TASKS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command of a task; None where there is none of that name."""
        if cmd_name not in TASKS:
            return None
        module, _, attribute = TASKS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the tasks with what `TASKS` says of them, without importing any."""
        with formatter.section("Tasks"):
            formatter.write_dl([(name, says) for name, (_, says) in TASKS.items()])


@click.group(cls=Tasks, subcommand_metavar="TASK FILE")
def projects() -> None:
    """Work out what a project needs from files, without server or database."""
