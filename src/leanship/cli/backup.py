"""`leanship backup`: a copy of everything, made while the product runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from leanship.cli._django import Unusable, home_option, setup


@click.command()
@home_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it (default: a new file in HOME/backups).",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Keep the newest N backups in HOME/backups, delete the older ones.",
)
@click.option(
    "--with-secret-key",
    is_flag=True,
    help="Copy the signing key beside it too, as FILE.secret_key. Whoever has it can sign in as anybody.",
)
def backup(home: Path | None, out: Path | None, keep: int | None, with_secret_key: bool) -> None:
    """Copy the database to a file and check the copy; nobody has to stop working.

    SQLite gives a database file, PostgreSQL a dump of pg_dump. Neither holds the signing key.
    """
    setup(home)
    from django.conf import settings

    from leanship.cli import _backups

    folder = Path(settings.LEANSHIP_HOME) / "backups"
    target = out.absolute() if out else _backups.new_path(folder)
    try:
        _backups.make(target)
        click.echo(str(target))
        if with_secret_key:
            _copy_key(Path(settings.LEANSHIP_HOME) / "secret_key", target)
        if keep:
            for path in _backups.prune(folder, keep):
                click.echo(f"deleted {path}", err=True)
    except OSError as error:
        raise Unusable(f"{error.filename or target}: {error.strerror}") from None


def _copy_key(key: Path, target: Path) -> None:
    if not key.exists():
        raise Unusable("The signing key is not in a file; it comes from LEANSHIP_SECRET_KEY. Keep that safe.")
    beside = target.with_name(f"{target.name}.secret_key")
    beside.touch(mode=0o600, exist_ok=False)
    shutil.copyfile(key, beside)
    click.echo(str(beside))
