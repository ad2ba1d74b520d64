"""`leanship jobs`: work that runs beside the pages, by hand and on several machines."""

from __future__ import annotations

from pathlib import Path

import click

from leanship.cli._django import home_option, setup_there
from leanship.cli._tables import echo_json
from leanship.cli.standings import database


@click.group()
def jobs() -> None:
    """See the queue of jobs, or work it off."""


@jobs.command()
@home_option
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def work(home: Path | None, once: bool) -> None:
    """Run a worker until Ctrl+C.

    `leanship serve` has one; more of them are of use on PostgreSQL, on other machines too.
    """
    setup_there(home)
    from django.conf import settings

    from leanship.cli import _lock
    from leanship.cli._workers import signals_stop
    from leanship.features.jobs.worker import Worker

    worker = Worker()
    with _lock.shared(Path(settings.LEANSHIP_HOME)), database(), signals_stop(worker.stopping.set):
        if once:
            click.echo(f"{worker.run_once()} jobs were worked on.")
        else:
            click.echo("Working. Ctrl+C stops it.")
            worker.run()
            click.echo("Stopped.")


@jobs.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(home: Path | None, as_json: bool) -> None:
    """What waits, runs and failed, and when schedules come round."""
    setup_there(home)
    from leanship.features.jobs import queries
    from leanship.features.org.access import SYSTEM

    with database():
        found = queries.overview(SYSTEM)
    if as_json:
        echo_json(
            {
                "waiting": found.waiting,
                "running": found.running,
                "failed": found.failed,
                "jobs": [
                    {
                        "uid": row.uid,
                        "job": row.name,
                        "state": row.state,
                        "attempts": row.attempts,
                        "done": row.done,
                        "total": row.total,
                        "due_at": row.due_at.isoformat(),
                        "error": row.error,
                    }
                    for row in found.jobs
                ],
                "schedules": [
                    {
                        "job": row.name,
                        "rule": row.rule,
                        "last_at": row.last_at.isoformat() if row.last_at else None,
                        "next_at": row.next_at.isoformat() if row.next_at else None,
                    }
                    for row in found.schedules
                ],
            }
        )
        return
    click.echo(f"{found.waiting} waiting, {found.running} running, {found.failed} failed.")
    for row in found.jobs:
        far = f" {row.done}/{row.total}" if row.total else ""
        click.echo(f"{row.uid}  {row.state:<9}{far}  {row.name}" + (f"  {row.error}" if row.error else ""))
