"""Who runs on an installation: servers share it, a restore wants it alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from leanship.cli._django import Unusable

try:
    import fcntl
except ImportError:  # Windows has no such locks; there the pid below is all that can be said
    fcntl = None  # type: ignore[assignment]

NAME = "server.lock"


@contextlib.contextmanager
def shared(home: Path, *, told: bool = True) -> Iterator[None]:
    """Hold the installation together with other servers, until the block ends or the process does.

    A restore that is refused names the process, unless `told` is false: then there is a server to be stopped first.
    The lock goes to worker processes as well, so that they hold it should the first process be killed.
    Raises Unusable while a restore holds it.
    """
    with _open(home) as handle:
        if fcntl is not None and not _take(handle, fcntl.LOCK_SH):
            raise Unusable("A restore is under way on this installation. Wait until it is done.")
        if told and hasattr(os, "pwrite"):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the installation alone.

    Raises Unusable while a server, or another restore, runs on it.
    """
    with _open(home) as handle:
        if fcntl is not None and not _take(handle, fcntl.LOCK_EX):
            told = (home / NAME).read_text(encoding="ascii", errors="replace").strip()
            which = f" (process {told})" if told.isdigit() else ""
            raise Unusable(f"A server runs on {home}{which}. Stop it first.")
        yield


@contextlib.contextmanager
def _open(home: Path) -> Iterator[int]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _take(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
