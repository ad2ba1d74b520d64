"""A real installation for tests that run the command line: a home of its own, and a database with tables."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
_COMMAND = "from leanship.cli import main; main(prog_name='leanship')"


@dataclass(frozen=True)
class Installation:
    """`home`, and the environment that leads there."""

    home: Path
    env: dict[str, str]

    def run(self, *words: str | Path, answer: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run `leanship` with these words; `more` goes to its environment."""
        return subprocess.run(
            [sys.executable, "-c", _COMMAND, *map(str, words)],
            env=self.env | more,
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def python(self, code: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `code` with Django set up."""
        text = f"import django; django.setup()\n{code}"
        return subprocess.run(
            [sys.executable, "-c", text, *map(str, words)],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def name(self, new: str | None = None) -> str:
        """The name of the organisation in the database, after setting it to `new`."""
        with self.database() as connection:
            if new is not None:
                mark = "%s" if ON_POSTGRES else "?"
                connection.execute(
                    "INSERT INTO base_organisation (id, name, time_zone, currency, is_demo, created_at, version)"
                    f" VALUES (1, {mark}, 'Europe/Oslo', 'EUR', false, CURRENT_TIMESTAMP, 1)"
                    " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                    (new,),
                )
                connection.commit()
            (name,) = connection.execute("SELECT name FROM base_organisation").fetchone()
            return str(name)

    def database(self) -> contextlib.closing[Any]:
        """A connection to the database, without Django."""
        if ON_POSTGRES:
            import psycopg

            return contextlib.closing(psycopg.connect(self.env["DATABASE_URL"]))
        return contextlib.closing(sqlite3.connect(self.home / "leanship.sqlite3"))

    @contextlib.contextmanager
    def serving(self, *words: str, **more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        """A server on a free port, once it answers; ended afterwards."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        child = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "serve", "--port", str(port), *words],
            env=self.env | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, child)
            yield address, child
        finally:
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(20)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
            assert child.stdout is not None
            child.stdout.close()


def wait_for(address: str, child: subprocess.Popen[str], seconds: float = 60) -> None:
    """Wait until a server answers at `address`; fails when it ends before, with what it said."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if child.poll() is not None:
            raise AssertionError(f"the server ended: {child.communicate()[0]}")
        try:
            with urlopen(f"{address}/sign-in/", timeout=5):
                return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the server did not answer")


def environment(home: Path, url: str = "") -> dict[str, str]:
    """This environment with nothing of the reader's own installation in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEANSHIP_", "DATABASE_URL"))}
    return kept | {
        "LEANSHIP_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "leanship.settings",
        **({"DATABASE_URL": url} if url else {}),
    }


@cache
def _sqlite_with_tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        done = Installation(home, environment(home)).python(
            "from django.core.management import call_command as c; c('migrate', verbosity=0)\n"
            "from django.db import connection as d; d.close()"  # which writes the log into the file
        )
        assert done.returncode == 0, done.stderr
        return (home / "leanship.sqlite3").read_bytes()


@contextlib.contextmanager
def installation(folder: Path, *, tables: bool = True) -> Iterator[Installation]:
    """An installation in `folder`, on the database the tests run on; with `tables`, but without an organisation."""
    home = folder / "installation"
    home.mkdir(mode=0o700)
    if not ON_POSTGRES:
        if tables:
            (home / "leanship.sqlite3").write_bytes(_sqlite_with_tables())
        yield Installation(home, environment(home))
        return
    import psycopg

    given, name = os.environ["DATABASE_URL"], f"leanship_test_{secrets.token_hex(6)}"
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        made = Installation(home, environment(home, urlunsplit(urlsplit(given)._replace(path=f"/{name}"))))
        if tables:
            done = made.python(
                "from django.core.management import call_command as c; c('migrate', verbosity=0)"
            )
            assert done.returncode == 0, done.stderr
        yield made
    finally:
        with psycopg.connect(given, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
