"""`leanship serve`: the product on an address."""

from __future__ import annotations

import os
import socket
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from leanship.cli import _lock
from leanship.cli._django import Unusable, home_option, setup

APPLICATION = "leanship.wsgi:application"


@click.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option(
    "--job-workers",
    type=click.IntRange(0, 16),
    default=1,
    show_default=True,
    help="Processes for jobs; 0: they run elsewhere.",
)
def serve(home: Path | None, host: str, port: int, workers: int, job_workers: int) -> None:
    """Run Leanship until Ctrl+C.

    Brings the database up to date first, after a backup where there is something to do, and refuses to start
    on an installation that is not safe.
    """
    os.umask(0o077)  # database, logs and backups are for this user alone
    refuse_taken(host, port)
    name = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 – compared, not bound
    shown = f"[{name}]" if ":" in name else name
    # Links lead to where the server listens, unless somebody says otherwise.
    if not os.environ.get("LEANSHIP_PUBLIC_URL", "").strip():
        os.environ["LEANSHIP_PUBLIC_URL"] = f"http://{shown}:{port}"
    setup(home)
    from django.conf import settings
    from django.db import connection

    if job_workers > 1 and connection.vendor == "sqlite":
        raise Unusable("SQLite writes one at a time, so one process for jobs is all it can use.")
    folder = Path(settings.LEANSHIP_HOME)
    with _lock.shared(folder):
        check()
        migrate(folder)
        welcome()
        run(host, port, workers, job_workers)


def refuse_taken(host: str, port: int) -> None:
    """Raise Unusable when nobody can listen there: better now than from within the workers."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Unusable(f"Cannot listen on {host} port {port}: {error.strerror}. Choose another.") from None


def check() -> None:
    """Say what is unsafe, and raise Unusable when it is an error."""
    from django.core import checks

    messages = [m for m in checks.run_checks(databases=["default"]) if not m.is_silenced()]
    for message in messages:
        if checks.WARNING <= message.level < checks.ERROR:
            click.echo(f"Warning: {_sentence(message)}", err=True)
    errors = [_sentence(message) for message in messages if message.level >= checks.ERROR]
    if errors:
        raise Unusable("\n".join(errors))


def _sentence(message: Any) -> str:
    return " ".join(str(part) for part in (message.msg, message.hint, f"({message.id})") if part)


def migrate(folder: Path) -> None:
    """Bring the tables up to date, after a backup of a database that has something in it."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from leanship.cli import _backups

    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations or ())
    if unknown:
        app, name = sorted(unknown)[0]
        raise Unusable(f"The database was brought up to date by a newer Leanship (it has {app} {name}).")
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        path = _backups.new_path(folder / "backups", "before-migration")
        _backups.make(path)
        click.echo(f"The database is kept in {path} before it is brought up to date.")
    click.echo("Bringing the database up to date …")
    call_command("migrate", interactive=False, verbosity=0)


def welcome() -> None:
    """Print the address and, on a new installation, the token that sets it up."""
    from django.conf import settings

    from leanship import __version__
    from leanship.features.accounts import setup_token
    from leanship.features.base import policies

    click.echo(f"Leanship {__version__}: {settings.PUBLIC_URL}    (Ctrl+C stops it)")
    if policies.organisation() is None:
        token = setup_token.issue()
        click.echo(
            f"\nNot set up yet. Open {settings.PUBLIC_URL}/setup/ and give this token:\n\n    {token}\n"
        )


def run(host: str, port: int, workers: int, job_workers: int) -> None:
    """Serve until a signal says to stop."""
    from django.db import connections
    from django.urls import get_resolver
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from leanship.cli._workers import Supervisor

    import_module(APPLICATION.partition(":")[0])  # loaded here, the workers that are forked share it
    get_resolver().url_patterns  # noqa: B018 – and all addresses with it
    connections.close_all()  # a connection must not be shared with them
    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    supervisors = [Supervisor() for _ in range(job_workers)]
    for supervisor in supervisors:
        supervisor.start()
    try:
        server.serve()
    finally:
        for supervisor in supervisors:
            supervisor.ask_to_stop()
        for supervisor in supervisors:
            supervisor.stop()
    click.echo("Stopped.")
