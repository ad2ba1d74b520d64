"""Child processes: started in the checkout, and never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


class StopError(Exception):
    """Something the reader can put right; the message says what and how."""


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> int:
    """Run `command` in the checkout and return its exit code.

    On Ctrl+C the child has had the signal too, and gets ten seconds to end by itself.
    """
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env)
    return wait_for(child)


def wait_for(child: subprocess.Popen[bytes]) -> int:
    """Wait for `child`; whatever ends the waiting ends the child as well."""
    try:
        return child.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        raise
    finally:
        end(child)


def end(child: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """End `child` with the signal `number`, by force after ten seconds."""
    if child.poll() is None:
        child.send_signal(number)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def clean_environment(home: Path) -> dict[str, str]:
    """This environment without the reader's own installation, which a demo or a test must never touch."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_URL_FILE")
        and (not name.startswith("LEANSHIP_") or name.startswith(("LEANSHIP_TEST_", "LEANSHIP_WITNESS_")))
    }
    return {**kept, "LEANSHIP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "leanship.settings"}
