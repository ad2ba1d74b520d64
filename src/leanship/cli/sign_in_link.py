"""`leanship sign-in-link`: a way in for whoever may run commands on the machine."""

from __future__ import annotations

from pathlib import Path

import click

from leanship.cli._django import Unusable, home_option, setup_there


@click.command("sign-in-link")
@home_option
@click.argument("name")
def sign_in_link(home: Path | None, name: str) -> None:
    """Print a link that signs in once, within 15 minutes, as the account with the sign-in name NAME."""
    setup_there(home)
    from leanship.features.accounts import actions
    from leanship.features.accounts.models import User
    from leanship.features.base.errors import Refused
    from leanship.features.org.access import SYSTEM

    user = User.objects.filter(username=name.strip().casefold()).first()
    if user is None:
        raise Unusable(f"Nobody signs in as {name}.")
    try:
        click.echo(actions.create_sign_in_link(SYSTEM, user))
    except Refused as error:
        raise Unusable(error.reason) from None
