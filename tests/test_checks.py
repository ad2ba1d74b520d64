"""The system checks of an installation: each against one that has it wrong, and all on one that is right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import OperationalError

from leanship import checks


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.django_db
def test_an_installation_as_it_comes_has_nothing_wrong(settings: Any) -> None:
    settings.DEBUG = False
    assert [m for m in run_checks(databases=["default"]) if str(m.id).startswith("leanship.")] == []


def test_a_home_that_takes_no_files_is_refused(settings: Any, tmp_path: Path) -> None:
    assert checks.home_is_writable() == []
    (tmp_path / "file").write_text("")
    settings.LEANSHIP_HOME = tmp_path / "file" / "below"
    assert ids(checks.home_is_writable()) == ["leanship.E001"]


@pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")
@pytest.mark.parametrize(
    ("mode", "found"), [(0o600, []), (0o400, []), (0o640, ["leanship.E002"]), (0o604, ["leanship.E002"])]
)
def test_a_key_that_others_can_read_is_refused(
    settings: Any, tmp_path: Path, mode: int, found: list[str]
) -> None:
    settings.LEANSHIP_HOME = tmp_path
    assert checks.secret_key_is_private() == []
    (tmp_path / "secret_key").write_text("x" * 64)
    (tmp_path / "secret_key").chmod(mode)
    assert ids(checks.secret_key_is_private()) == found


@pytest.mark.parametrize(
    ("url", "debug", "now", "found"),
    [
        ("http://127.0.0.1:8000", True, "x", []),
        ("http://localhost:8000", True, "x", []),
        ("http://[::1]:8000", True, "x", []),
        ("http://lean.localhost", True, "x", []),
        ("https://leanship.example.org", False, "", []),
        ("http://leanship.example.org", False, "", ["leanship.W001"]),
        ("http://192.168.1.4", False, "", ["leanship.W001"]),
        ("https://leanship.example.org", True, "", ["leanship.E003"]),
        ("https://leanship.example.org", False, "x", ["leanship.W002"]),
    ],
)
def test_what_others_reach_is_safe(settings: Any, url: str, debug: bool, now: str, found: list[str]) -> None:
    settings.PUBLIC_URL, settings.DEBUG, settings.LEANSHIP_NOW = url, debug, now
    assert ids(checks.public_address_fits()) == found


@pytest.mark.parametrize(
    ("now", "language", "found"),
    [
        ("", "en", []),
        ("2026-11-22T09:00:00+00:00", "en", []),
        ("2026-11-22T09:00:00", "en", ["leanship.E004"]),
        ("yesterday", "en", ["leanship.E004"]),
        ("", "tlh", ["leanship.E005"]),
    ],
)
def test_clock_and_language_are_ones_that_there_are(
    settings: Any, now: str, language: str, found: list[str]
) -> None:
    settings.LEANSHIP_NOW, settings.LANGUAGE_CODE = now, language
    assert ids(checks.clock_and_language_fit()) == found


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/data /net nfs4 rw 0 0
/dev/sdb1 /net/local xfs rw 0 0
//server/share /mnt/our\\040share cifs rw 0 0
tmpfs /net2 tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/leanship.sqlite3", "ext4"),
        ("/net/ana/leanship.sqlite3", "nfs4"),
        ("/net/local/leanship.sqlite3", "xfs"),
        ("/net2/leanship.sqlite3", "tmpfs"),
        ("/mnt/our share/leanship.sqlite3", "cifs"),
    ],
)
def test_the_nearest_mount_tells_the_file_system(path: str, kind: str) -> None:
    assert checks.file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(("name", "found"), [("/net/x.sqlite3", ["leanship.E006"]), ("/srv/x.sqlite3", [])])
def test_sqlite_on_a_network_disk_is_refused(
    monkeypatch: Any, tmp_path: Path, name: str, found: list[str]
) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    monkeypatch.setattr(checks, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(checks, "connections", {"default": Connection("sqlite", name)})
    assert ids(checks.database_is_on_this_machine(databases=["default"])) == found
    assert checks.database_is_on_this_machine(databases=None) == []


class Connection:
    """A database that is as old, or as silent, as the test wants it."""

    def __init__(
        self, vendor: str, name: str = "", version: str = "", error: Exception | None = None
    ) -> None:
        self.vendor, self.settings_dict = vendor, {"NAME": name}
        self.version, self.error = version, error

    def cursor(self) -> Connection:
        if self.error:
            raise self.error
        return self

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def execute(self, sql: str) -> None:
        assert sql == "SHOW server_version_num"

    def fetchone(self) -> tuple[str]:
        return (self.version,)


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        (Connection("postgresql", version="140000"), []),
        (Connection("postgresql", version="170002"), []),
        (Connection("postgresql", version="130014"), ["leanship.E007"]),
        (Connection("postgresql", error=OperationalError("connection refused")), ["leanship.E008"]),
        (Connection("sqlite"), []),
    ],
)
def test_a_postgres_that_is_too_old_or_silent_is_refused(
    monkeypatch: Any, connection: Connection, found: list[str]
) -> None:
    monkeypatch.setattr(checks, "connections", {"default": connection})
    assert ids(checks.postgres_is_recent(databases=["default"])) == found


@pytest.mark.django_db
def test_the_database_of_these_tests_will_do() -> None:
    assert checks.postgres_is_recent(databases=["default"]) == []
