"""What would go wrong later is refused at the start: Django's system checks of the installation.

E stops `leanship serve`, W is said and passed. A test holds each against an installation that has it wrong.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections
from django.db.utils import NotSupportedError

OLDEST_POSTGRES = 14
# Locks on these come late or not at all, and SQLite then loses what two processes write at once.
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "fuse.sshfs"}
)
MOUNTS = Path("/proc/self/mounts")


class ChecksConfig(AppConfig):
    """Has the checks registered when Django starts."""

    name = "leanship.checks"
    label = "checks"

    def ready(self) -> None:
        """Register every check of this module."""
        for check in (home_is_writable, secret_key_is_private, public_address_fits, clock_and_language_fit):
            register(check)
        register(database_is_on_this_machine, Tags.database)
        register(postgres_is_recent, Tags.database)


def is_local(host: str) -> bool:
    """Whether a host name means this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def home_is_writable(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The folder of the installation is there and takes files."""
    home = Path(settings.LEANSHIP_HOME)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=home):
            return []
    except OSError as error:
        return [
            Error(
                f"LEANSHIP_HOME: nothing can be written in {home} ({error.strerror}).",
                hint="Choose a folder that belongs to the user who runs Leanship.",
                id="leanship.E001",
            )
        ]


def secret_key_is_private(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Nobody else on the machine can read the key that signs sessions."""
    path = Path(settings.LEANSHIP_HOME) / "secret_key"
    if os.name != "posix" or not path.exists() or not path.stat().st_mode & 0o077:
        return []
    return [
        Error(
            f"{path} can be read by other users of this machine; with it they could sign in as anybody.",
            hint=f"chmod 600 {path} – or delete it, which signs everybody out and makes a new one.",
            id="leanship.E002",
        )
    ]


def public_address_fits(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tracebacks never leave the machine; passwords do so only encrypted; the clock runs where others look."""
    parts = urlsplit(settings.PUBLIC_URL)
    found: list[CheckMessage] = []
    if is_local(parts.hostname or ""):
        return found
    if settings.DEBUG:
        found.append(
            Error(
                f"LEANSHIP_DEBUG is yes while others reach Leanship at {settings.PUBLIC_URL}: "
                "its tracebacks would show them what is in the database.",
                hint="Set LEANSHIP_DEBUG to no.",
                id="leanship.E003",
            )
        )
    if parts.scheme == "http":
        found.append(
            checks.Warning(
                f"LEANSHIP_PUBLIC_URL is {settings.PUBLIC_URL}: passwords cross the network in the clear.",
                hint="Put a proxy with a certificate in front, and let the address begin with https://.",
                id="leanship.W001",
            )
        )
    if settings.LEANSHIP_NOW:
        found.append(
            checks.Warning(
                "LEANSHIP_NOW holds the clock still. That is for tests and pictures.",
                hint="Unset LEANSHIP_NOW.",
                id="leanship.W002",
            )
        )
    return found


def clock_and_language_fit(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """LEANSHIP_NOW is an instant with its offset, LEANSHIP_LANGUAGE a language that there is."""
    found: list[CheckMessage] = []
    if settings.LEANSHIP_NOW:
        try:
            aware = datetime.fromisoformat(settings.LEANSHIP_NOW).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            found.append(
                Error(
                    f"LEANSHIP_NOW is {settings.LEANSHIP_NOW!r}; it must look like 2026-11-22T09:00:00+00:00.",
                    id="leanship.E004",
                )
            )
    known = [code for code, _name in settings.LANGUAGES]
    if settings.LANGUAGE_CODE not in known:
        found.append(
            Error(
                f"LEANSHIP_LANGUAGE is {settings.LANGUAGE_CODE!r}; it must be one of {', '.join(known)}.",
                id="leanship.E005",
            )
        )
    return found


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system that holds `path`, by the text of /proc/self/mounts; "" where unknown."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        # the kernel writes a space in a path as \040
        point = fields[1].replace("\\040", " ").rstrip("/")
        inside = str(path) == point or str(path).startswith(f"{point}/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def database_is_on_this_machine(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An SQLite file does not lie on a network file system."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        name = str(connection.settings_dict["NAME"])
        if connection.vendor != "sqlite" or name.startswith((":memory:", "file:")) or not MOUNTS.exists():
            continue
        kind = file_system(Path(name).resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
        if kind in _NETWORK:
            found.append(
                Error(
                    f"The SQLite database {name} lies on a network file system ({kind}), which loses writes.",
                    hint="Choose a LEANSHIP_HOME on a local disk, or PostgreSQL through DATABASE_URL.",
                    id="leanship.E006",
                )
            )
    return found


def postgres_is_recent(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL answers, and is not older than what Leanship is tested on."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_version_num")
                version = int(cursor.fetchone()[0]) // 10000
        except NotSupportedError:
            version = 0  # Django refuses what is far too old by itself
        except OperationalError as error:
            found.append(
                Error(
                    f"The database does not answer: {str(error).strip()}",
                    hint="Look at DATABASE_URL, and whether PostgreSQL runs.",
                    id="leanship.E008",
                )
            )
            continue
        if version < OLDEST_POSTGRES:
            found.append(
                Error(
                    f"PostgreSQL is too old; Leanship needs {OLDEST_POSTGRES} or newer.",
                    hint="Upgrade PostgreSQL, or use SQLite.",
                    id="leanship.E007",
                )
            )
    return found
