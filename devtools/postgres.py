"""A PostgreSQL for the tests: the one that is named, or a private one that vanishes afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.environment import PYTHON
from devtools.processes import HOST, StopError, end, run


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """The address of a PostgreSQL for tests, whose role may create databases; None when there is none.

    LEANSHIP_TEST_POSTGRES names one; else a private server is started from what is installed.
    """
    if given := os.environ.get("LEANSHIP_TEST_POSTGRES"):
        probe = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], connect_timeout=5).close()"
        if run([PYTHON, "-c", probe], {**os.environ, "DATABASE_URL": given}):
            raise StopError("The PostgreSQL that LEANSHIP_TEST_POSTGRES names does not answer.")
        yield given
        return
    programs = postgres_programs()
    if programs is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="leanship-postgres-", ignore_cleanup_errors=True) as folder,
        private_cluster(programs, Path(folder)) as address,
    ):
        yield address


def postgres_programs() -> Path | None:
    """The folder that holds initdb and postgres, the newest version Debian installed first; or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(found), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def private_cluster(programs: Path, folder: Path) -> Iterator[str]:
    """A throw-away server in `folder` on a free port of this machine; yields its address."""
    password, env = secrets.token_hex(16), {**os.environ, "LC_ALL": "C.UTF-8" if os.name == "posix" else "C"}
    secret, data, log = folder / "password", folder / "data", folder / "log"
    secret.write_text(password, encoding="ascii")
    user: str | None = None
    if os.name == "posix" and os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        shutil.chown(folder, user)
        shutil.chown(secret, user)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    options = ["-U", "leanship", "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--no-sync"]
    initdb = [str(programs / "initdb"), "-D", str(data), *options]
    made = subprocess.run(initdb, cwd=folder, env=env, user=user, capture_output=True, text=True)
    if made.returncode:
        raise StopError(f"A private PostgreSQL could not be made:\n{made.stderr}")
    # safe from a crash of the machine it need not be, and tests are twice as fast without
    settings = [f"listen_addresses={HOST}", f"port={port}", "unix_socket_directories=", "fsync=off"]
    settings += ["synchronous_commit=off", "full_page_writes=off"]
    with log.open("wb") as output:
        words = [str(programs / "postgres"), "-D", str(data)]
        for setting in settings:
            words += ["-c", setting]
        # a session of its own: Ctrl+C must not take the server away from tests that are still ending
        server = subprocess.Popen(
            words, cwd=folder, env=env, user=user, stdout=output, stderr=output, start_new_session=True
        )
    try:
        ready = [str(programs / "createdb"), "-h", HOST, "-p", str(port), "-U", "leanship", "-w", "leanship"]
        deadline = time.monotonic() + 60
        while subprocess.run(ready, env={**env, "PGPASSWORD": password}, capture_output=True).returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                raise StopError(
                    f"A private PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.2)
        yield f"postgresql://leanship:{password}@{HOST}:{port}/leanship"
    finally:
        end(server, signal.SIGINT)  # to PostgreSQL: drop the connections and stop
