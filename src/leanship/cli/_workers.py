"""The job workers of `leanship serve`: processes beside the web workers, started again when they die."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_PROGRAM = "import sys; from leanship.cli import _workers; _workers.child(*sys.argv[1:])"
_AFTER_START = 3.0  # seconds; the first pages come first
_PATIENCE = 10.0  # seconds that a job under way has to come to an end
_SOONEST, _LATEST = 1.0, 60.0  # seconds until a worker that died is started again
_HEALTHY = 60.0  # seconds after which one that dies was not broken from the start
_log = logging.getLogger("leanship.jobs")


class Supervisor(threading.Thread):
    """Keeps one worker process running until `stop`."""

    def __init__(self, command: list[str] | None = None, *, after: float = _AFTER_START) -> None:
        super().__init__(name="leanship-workers", daemon=True)
        self._command = command or [sys.executable, "-c", _PROGRAM]
        self._after = after
        self._stopping = threading.Event()
        self._starting = threading.Lock()  # so that `stop` sees every child, or none is started any more
        self.child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start the worker, wait for its end, and start the next, which takes up what it left."""
        wait, before = self._after, ""
        short = _SOONEST
        while not self._stopping.wait(wait):
            begun, name = time.monotonic(), f"{socket.gethostname()[:40]}-{secrets.token_hex(6)}"
            child = self._start(name, before)
            if child is None:
                return
            code = child.wait()
            if self._stopping.is_set():
                return
            before = name
            short = _SOONEST if time.monotonic() - begun >= _HEALTHY else min(_LATEST, 2 * short)
            wait = short
            _log.error("The job worker ended with %d; the next begins in %d seconds.", code, wait)

    def _start(self, name: str, before: str) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._stopping.is_set():
                return None
            # a session of its own: Ctrl+C reaches the server alone, and the server tells the worker once
            self.child = subprocess.Popen(  # noqa: S603
                [*self._command, str(os.getpid()), name, before],
                stdout=subprocess.DEVNULL,
                start_new_session=os.name == "posix",
            )
            return self.child

    def ask_to_stop(self) -> None:
        """Let the worker finish, or hand back, what is under way, and start no other."""
        self._stopping.set()
        with self._starting:
            if self.child is not None:
                self.child.terminate()

    def stop(self) -> None:
        """End the worker; after ten seconds what is under way is handed back at once, and then cut off."""
        self.ask_to_stop()
        child = self.child
        if child is None:
            return
        for patience, harder in ((_PATIENCE, child.terminate), (2.0, child.kill)):
            try:
                child.wait(patience)
                return
            except subprocess.TimeoutExpired:
                harder()
        child.wait()


def child(parent: str, name: str, before: str = "") -> None:
    """The worker process of the server `parent`: ends with it, and first takes up what the worker `before` left."""
    from leanship.cli._django import setup

    setup()
    from django.conf import settings

    from leanship.cli import _lock
    from leanship.features.jobs import worker

    wanted = int(parent)
    # where a process can be orphaned its parent changes; elsewhere there is nothing to see
    one = worker.Worker(name, still_wanted=lambda: os.name != "posix" or os.getppid() == wanted)
    with signals_stop(one.stopping.set), _lock.shared(Path(settings.LEANSHIP_HOME), told=False):
        if before:
            worker.left_by(before)
        one.run()


@contextmanager
def signals_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM call `stop`, and the second end at once, by SystemExit."""
    told = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal told
        if told:
            raise SystemExit(128 + number)
        told = True
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
