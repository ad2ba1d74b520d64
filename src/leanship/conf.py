"""What can be set from the environment: one list, read by `settings.py` and held against the documentation.

A wrong value stops the start with a sentence that names the variable. `NAME_FILE` may point at a file that
holds the value of a secret, as container platforms do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class SettingError(Exception):
    """A variable of the environment that cannot be used; the message says which, and what would do."""


@dataclass(frozen=True)
class Setting:
    """One variable: its name, its default as text, what it is for, and whether `NAME_FILE` is read too."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("LEANSHIP_HOME", "~/.leanship", "Folder for the database, the secret key and the backups."),
    Setting("DATABASE_URL", "", "Database address. Empty: SQLite in LEANSHIP_HOME.", secret=True),
    Setting("LEANSHIP_SECRET_KEY", "", "Signing key. Empty: made once, kept in LEANSHIP_HOME.", secret=True),
    Setting(
        "LEANSHIP_PUBLIC_URL", "http://127.0.0.1:8000", "The address people type; used in sign-in links."
    ),
    Setting("LEANSHIP_ALLOWED_HOSTS", "", "More host names to answer to, separated by commas."),
    Setting("LEANSHIP_LANGUAGE", "en", "Language of the pages for people who chose none."),
    Setting(
        "LEANSHIP_EMAIL_URL", "", "Mail server, smtp://user:password@host:587. Empty: no mail.", secret=True
    ),
    Setting("LEANSHIP_EMAIL_FROM", "leanship@localhost", "Sender of the mails."),
    Setting("LEANSHIP_TRUST_PROXY", "no", "yes: believe X-Forwarded-Proto and X-Forwarded-For of one proxy."),
    Setting("LEANSHIP_MAX_UPLOAD_MB", "64", "Largest file that a page takes, in megabytes (1 to 1024)."),
    Setting(
        "LEANSHIP_FEED_ALLOW_NETWORKS",
        "",
        "Own networks that calendars may be read from, 10.2.0.0/16, separated by commas.",
    ),
    Setting("LEANSHIP_FEED_ALLOW_HTTP", "no", "yes: read calendars from http:// addresses too."),
    Setting("LEANSHIP_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting("LEANSHIP_NOW", "", "A fixed clock for tests and pictures, 2026-11-22T09:00:00+00:00."),
    Setting("LEANSHIP_DEBUG", "no", "yes: show tracebacks. Never on a machine that others reach."),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Environment:
    """Typed reading of the variables in `SETTINGS`.

    Raises SettingError from every method when a value cannot be used.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str) -> str:
        """The value, else the content of `NAME_FILE` for a secret, else the default."""
        setting = _BY_NAME[name]
        value = self._variables.get(name, "").strip()
        if setting.secret and not value and (path := self._variables.get(f"{name}_FILE", "").strip()):
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingError(f"{name}_FILE: {path} cannot be read ({error.strerror}).") from None
            except UnicodeDecodeError:
                raise SettingError(f"{name}_FILE: {path} is not text in UTF-8.") from None
        return value or setting.default

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """The value, which must be one of `allowed`."""
        value = self.text(name)
        if value not in allowed:
            raise SettingError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def flag(self, name: str) -> bool:
        """yes or no."""
        return self.choice(name, ("yes", "no")) == "yes"

    def integer(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name)
        if not value.isdecimal() or not low <= int(value) <= high:
            raise SettingError(f"{name} is {value!r}; it must be a whole number from {low} to {high}.")
        return int(value)

    def home(self) -> Path:
        """The folder of this installation, absolute; it is not created here."""
        try:
            return Path(self.text("LEANSHIP_HOME")).expanduser().absolute()
        except RuntimeError:
            raise SettingError("LEANSHIP_HOME begins with ~, and there is no such home directory.") from None

    def hosts(self) -> list[str]:
        """Host names to answer to: those of the public address, this machine's own, and the ones listed."""
        public = _parts("LEANSHIP_PUBLIC_URL", self.text("LEANSHIP_PUBLIC_URL"))
        beyond_host = public.path.strip("/") or public.query or public.fragment or public.username
        if public.scheme not in ("http", "https") or not public.hostname or beyond_host:
            raise SettingError("LEANSHIP_PUBLIC_URL must look like https://leanship.example.org.")
        listed = [host.strip() for host in self.text("LEANSHIP_ALLOWED_HOSTS").split(",") if host.strip()]
        return list(dict.fromkeys([public.hostname, "127.0.0.1", "localhost", "[::1]", *listed]))

    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks inside which calendars may be read."""
        found = []
        for each in self.text("LEANSHIP_FEED_ALLOW_NETWORKS").split(","):
            try:
                found += [ip_network(each.strip())] if each.strip() else []
            except ValueError:
                raise SettingError(
                    f"LEANSHIP_FEED_ALLOW_NETWORKS: {each.strip()!r} is no network; write 10.2.0.0/16."
                ) from None
        return tuple(found)


def _parts(name: str, url: str) -> SplitResult:
    """The parts of an address; SettingError where the address, or its port, is none."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 – read only here does it show whether it is a number
    except ValueError as error:
        raise SettingError(f"{name} is not an address ({error}).") from None
    return parts


# SQLite as a server would have it: readers never wait for the writer, a commit survives a power cut, and a
# write transaction takes its lock at the start, so that two of them queue instead of failing half-way. What is deleted
# is overwritten: notes about people must not lie on in the file, nor in a backup of it.
_SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
}


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's description of the database at `url`; empty means SQLite in `home`.

    Raises SettingError for a scheme other than sqlite, postgres and postgresql, or without a name.
    """
    if not url:
        url = f"sqlite:///{home / 'leanship.sqlite3'}"
    parts = _parts("DATABASE_URL", url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or ":memory:",
            # opening one costs more than most queries, and a worker's one thread needs but one
            "CONN_MAX_AGE": 60,
            "OPTIONS": dict(_SQLITE_OPTIONS),
        }
    if parts.scheme in ("postgres", "postgresql"):
        if not parts.path.strip("/"):
            raise SettingError("DATABASE_URL lacks the database's name: postgres://user:password@host/name.")
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            # a socket folder comes as ?host=, since an address has no room for a path there
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise SettingError(f"DATABASE_URL begins with {parts.scheme!r}; use sqlite:// or postgres://.")


def email(url: str) -> dict[str, Any]:
    """Django's mail settings for `url`; empty means that no mail is sent.

    Raises SettingError for a scheme other than smtp and smtps.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = _parts("LEANSHIP_EMAIL_URL", url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingError("LEANSHIP_EMAIL_URL must look like smtp://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }


def secret_key(given: str, home: Path) -> str:
    """The signing key: the one given, else the one kept in `home`, made on first use with mode 0600.

    Raises SettingError for a key under 32 characters, or when `home` cannot be written.
    """
    if given:
        if len(given) < 32:
            raise SettingError("LEANSHIP_SECRET_KEY is shorter than 32 characters.")
        return given
    path = home / "secret_key"
    try:
        if not path.exists():
            import secrets

            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            # O_EXCL: of two servers that start together one writes, and both read the same key
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                pass
            else:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(f"LEANSHIP_HOME: {home} cannot be used ({error.strerror}).") from None
