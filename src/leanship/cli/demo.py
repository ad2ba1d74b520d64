"""`leanship demo`: a seeded company in a folder of its own, and links that sign its people in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from leanship.cli._django import Unusable, home_option, setup


@dataclass(frozen=True)
class Link:
    """A way in for one of the cast, and what they will find."""

    key: str
    name: str
    title: str
    sees: str
    url: str


# What each of the cast finds, in the order in which a newcomer does best to visit them.
SEES = {
    "ben": "His order desk: a project that worked, a real shift, a request of Ana's that is overdue",
    "ana": "A project without authority, with its map of people; no calendar yet; a week to enter",
    "dev": "A project whose cause was wrong; a 'worst month ever' that is routine variation",
    "clara": "All of operations: a gain that faded, what fits, signals first, luck, zero accidents",
    "farid": "Sales: a result that lasts, a calendar to classify, a standard he lowered himself",
    "elif": "People partner: everybody's standing, and who can see it",
    "greta": "Administrator: imports, accounts, policies, jobs; nobody's figures but her own",
    "ingrid": "The whole company, from the top",
}


@click.command()
@home_option
@click.option(
    "--people", type=click.IntRange(120, 100_000), default=120, show_default=True, help="How many work there."
)
@click.option("--links", is_flag=True, help="Print sign-in links of its people, good for 15 minutes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def demo(home: Path | None, people: int, links: bool, as_json: bool) -> None:
    """Make a seeded company with 18 months of figures, or print links that sign its people in.

    It wants a folder of its own and never touches an installation that holds a real organisation.
    """
    if home is None and not os.environ.get("LEANSHIP_HOME"):
        # the default folder is where somebody's own installation will be
        raise Unusable("Name a folder for the demo: leanship demo --home DIR.")
    setup(home)
    if links:
        _print_links(as_json)
    else:
        _make(people, as_json)


def _make(people: int, as_json: bool) -> None:
    from django.core.management import call_command

    from leanship.demo.living import create
    from leanship.features.org.models import Person
    from leanship.features.productivity.models import Measurement, Series

    def say(line: str) -> None:
        if not as_json:
            click.echo(line)

    new = not _is_there()
    if new:
        say("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        create(people, say=say)
    made = {
        "created": new,
        "people": Person.objects.filter(left_on=None).count(),
        "series": Series.objects.count(),
        "figures": Measurement.objects.count(),
    }
    if as_json:
        click.echo(json.dumps(made))
    elif not new:
        click.echo(f"The demo is there already: {made['people']:,} people, {made['figures']:,} figures.")


def _is_there() -> bool:
    """Whether the demo is in this database. Raises Unusable where a real organisation is."""
    from django.db import connection

    from leanship.features.base.models import Organisation

    if Organisation._meta.db_table not in connection.introspection.table_names():
        return False
    found = Organisation.objects.values_list("name", "is_demo").first()
    if found is not None and not found[1]:
        raise Unusable(f"There is a real organisation here ({found[0]}). The demo wants a folder of its own.")
    return found is not None


def _print_links(as_json: bool) -> None:
    from leanship.demo.cast import CAST
    from leanship.features.accounts.actions import create_sign_in_link
    from leanship.features.accounts.models import User
    from leanship.features.org.access import SYSTEM

    if not _is_there():
        raise Unusable("There is no demo here yet: make it with leanship demo --home DIR.")
    users = {user.username: user for user in User.objects.all()}
    found = [
        Link(key, CAST[key].name, CAST[key].title, sees, create_sign_in_link(SYSTEM, users[CAST[key].email]))
        for key, sees in SEES.items()
        if CAST[key].email in users
    ]
    if as_json:
        click.echo(json.dumps({"links": [asdict(link) for link in found]}))
        return
    click.echo("Sign in as (each link works once, within 15 minutes):\n")
    for link in found:
        # the address stands on a line of its own: terminals make it a link, and none is cut by the width
        click.echo(click.style(f"  {link.name}, {link.title.lower()}", bold=True))
        click.echo(f"    {link.sees}\n    {link.url}\n")
