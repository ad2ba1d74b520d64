"""The server while one works: a free port, an address in the terminal, a clean end."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from devtools.environment import BIN
from devtools.processes import HOST, ROOT, StopError, clean_environment, end, run, say, wait_for


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine now."""
    with socket.socket() as probe:
        if os.name != "nt":  # elsewhere a port that was just left would look taken for a minute
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(asked: int | None) -> int:
    """The port asked for, else the first free one from 8000.

    Raises StopError when the port asked for is taken: whoever names one relies on it.
    """
    if asked is not None:
        if not port_is_free(asked):
            raise StopError(f"Port {asked} is taken. Choose another with --port, or leave it out.")
        return asked
    for port in range(8000, 8020):
        if port_is_free(port):
            if port != 8000:
                say(f"Port 8000 is taken; using {port}")
            return port
    raise StopError("The ports 8000 to 8019 are all taken. Choose one with --port.")


def serve(home: Path, port: int, more: Sequence[str] = (), links: bool = False) -> int:
    """Run the server on `home` until Ctrl+C; with `links`, print the sign-in links once it answers."""
    env = {**clean_environment(home), "LEANSHIP_PUBLIC_URL": f"http://{HOST}:{port}"}
    leanship = BIN / "leanship"
    command = [leanship, "serve", "--home", home, "--host", HOST, "--port", str(port), *more]
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env)
    try:
        deadline = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                break
            time.sleep(0.1)
        if child.poll() is None:
            say(f"\nLeanship: http://{HOST}:{port}    (Ctrl+C stops it)")
            if links:
                run([leanship, "demo", "--home", home, "--links"], env)
        return wait_for(child)
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0
    finally:
        end(child)
