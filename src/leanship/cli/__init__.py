"""The command line. Each command lives in a module of its own, loaded when it is called and not before.

So `leanship --help` answers at once: it imports neither Django nor NumPy nor Polars. A new command is one
line in `COMMANDS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from leanship import __version__

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "chart": ("leanship.cli.chart:chart", "Chart one series: routine variation or a signal?"),
    "rate": ("leanship.cli.rate:rate", "Rate every subject of a file against its standard."),
    "projects": ("leanship.cli.projects:projects", "Did a change work, and what fits?"),
    "time": ("leanship.cli.time:time", "How much of the time in calendars is strategic?"),
    "import": ("leanship.cli.import_:import_", "Take a file in, or say what it would change."),
    "export": ("leanship.cli.export:export", "Write everything of the organisation to files."),
    "serve": ("leanship.cli.serve:serve", "Run Leanship on an address."),
    "jobs": ("leanship.cli.jobs:jobs", "See the queue of jobs, or work it off."),
    "standings": ("leanship.cli.standings:standings", "Bring up to date where everyone stands."),
    "sign-in-link": ("leanship.cli.sign_in_link:sign_in_link", "Print a link that signs somebody in once."),
    "backup": ("leanship.cli.backup:backup", "Copy the database to a file, and check the copy."),
    "restore": ("leanship.cli.restore:restore", "Go back to what a backup holds."),
    "demo": ("leanship.cli.demo:demo", "Make a seeded company, or print links that sign its people in."),
}
"""Name of the command → (module:attribute, what `--help` says of it)."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for; their list is read from `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands with what `COMMANDS` says of them, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leanship")
def main() -> None:
    """See where everyone who leads stands, and what to do next.

    `chart`, `rate` and `projects` work on files alone, without server or database.
    """
