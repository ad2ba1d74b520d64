"""A served installation for the browser: the demo company made once, copied for whoever changes it, and empty ones."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.installation import Installation, environment, wait_for

NOW = "2026-11-22T09:00:00+00:00"
ZONE = "Europe/Oslo"

# A session for each of the cast, and one of everything that an address can name: about Ana and her order desk, as
# in tests.features.world. What the company's stories do not hold is added, by whoever would do it.
PREPARE = Path(__file__).with_name("prepare.py")


@dataclass(frozen=True)
class Company:
    """The demo in a folder: sessions by key of the cast, and uids by the keys of tests.features.world."""

    home: Path
    sessions: dict[str, str]
    uids: dict[str, str]

    def copied(self, folder: Path) -> Company:
        """The same company in `folder`, to be changed at will."""
        shutil.copytree(self.home, folder)
        return Company(folder, self.sessions, self.uids)

    @cached_property
    def installation(self) -> Installation:
        """Its command line, at the time of the tests."""
        return installed(self.home)


def installed(home: Path, now: str = NOW) -> Installation:
    """An installation on SQLite in `home` whose clock stands still."""
    return Installation(home, environment(home) | {"LEANSHIP_NOW": now})


def build(home: Path) -> Company:
    """Make the demo with the product's own command."""
    made = installed(home)
    done = made.run("demo", "--home", home)
    assert done.returncode == 0, done.stderr
    prepared = made.python(PREPARE.read_text(encoding="utf-8"))
    assert prepared.returncode == 0, prepared.stderr
    told = json.loads(prepared.stdout)
    return Company(home, told["sessions"], told["uids"])


@dataclass(frozen=True)
class Served:
    """A server that answers at `address`."""

    address: str
    log: Path

    @property
    def said(self) -> str:
        """What the server printed so far."""
        return self.log.read_text(encoding="utf-8")

    @property
    def token(self) -> str:
        """The token of a first run, as it stands on the console."""
        found = re.search(r"give this token:\s+(\S+)", self.said)
        assert found, self.said
        return found[1]


@contextlib.contextmanager
def served(made: Installation) -> Iterator[Served]:
    """`leanship serve` on a free port, ended afterwards; an exception in the server fails whoever asked."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = made.home.with_name(f"{made.home.name}.log")
    command = "from leanship.cli import main; main(prog_name='leanship')"
    with log.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(
            [sys.executable, "-u", "-c", command, "serve", "--port", str(port), "--workers", "1"],
            env=made.env,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
        answered = Served(f"http://127.0.0.1:{port}", log)
        try:
            try:
                wait_for(answered.address, child)
            except AssertionError:
                raise AssertionError(f"the server did not start: {answered.said}") from None
            yield answered
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    assert "Traceback" not in answered.said, answered.said
