"""Loading Django for a command, on the installation that it names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """Give a command the option `--home DIR`; hand its value to `setup`."""
    option = click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Folder of the installation (default: LEANSHIP_HOME, else ~/.leanship).",
    )
    return option(command)


class Unusable(click.ClickException):
    """A setting or an input that cannot be used: a sentence on standard error, and exit code 2."""

    exit_code = 2


def is_there(home: Path | None = None) -> bool:
    """Whether there is an installation: a database that is named, Django loaded already, or the SQLite file in the
    home folder. Nothing is made.
    """
    named = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    folder = home or Path(os.environ.get("LEANSHIP_HOME") or "~/.leanship")
    loaded = "django" in sys.modules and _loaded()
    return bool(named) or loaded or (folder.expanduser() / "leanship.sqlite3").is_file()


def setup_there(home: Path | None = None) -> None:
    """Load Django on an installation that is there; nothing is made in a folder that was mistyped.

    Raises Unusable where there is none, or for a setting that cannot be used.
    """
    if not is_there(home):
        raise Unusable("There is no installation here. Name its folder with --home.")
    setup(home)


def _loaded() -> bool:
    from django.apps import apps

    return apps.ready


def setup(home: Path | None = None) -> None:
    """Load Django on the installation in `home`; None leaves LEANSHIP_HOME as it is.

    Raises Unusable when a setting cannot be used, or when Django runs on another folder already.
    """
    if home is not None:
        os.environ["LEANSHIP_HOME"] = str(home.expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leanship.settings")

    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    if apps.ready:
        # The settings are read once: to go on would quietly work on the wrong installation.
        if home is not None and Path(settings.LEANSHIP_HOME) != home.expanduser().absolute():
            raise Unusable(f"Leanship runs on {settings.LEANSHIP_HOME} already; it cannot change to {home}.")
        return
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Unusable(str(error)) from None
