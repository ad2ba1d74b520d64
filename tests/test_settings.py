"""Every setting is read as it says, and nonsense is refused by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leanship import conf
from leanship.conf import SETTINGS, Environment, SettingError
from tests.installation import environment

SETTINGS_FILE = Path(conf.__file__).with_name("settings.py")


def env(**variables: str) -> Environment:
    return Environment(variables)


def test_every_setting_is_read_and_every_one_that_is_read_is_listed() -> None:
    text = SETTINGS_FILE.read_text(encoding="utf-8") + Path(conf.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'\.(?:text|flag|choice|integer)\(\s*"([A-Z_]+)"', text))
    assert read == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_an_unset_or_empty_variable_means_its_default(setting: conf.Setting) -> None:
    assert env().text(setting.name) == setting.default
    assert env(**{setting.name: "  "}).text(setting.name) == setting.default
    assert env(**{setting.name: " x "}).text(setting.name) == "x"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_secrets_and_nothing_else_are_read_from_files(setting: conf.Setting, tmp_path: Path) -> None:
    (tmp_path / "value").write_text("from the file\n", encoding="utf-8")
    read = env(**{f"{setting.name}_FILE": str(tmp_path / "value")}).text(setting.name)
    assert read == ("from the file" if setting.secret else setting.default)
    both = env(**{f"{setting.name}_FILE": str(tmp_path / "value"), setting.name: "given"})
    assert both.text(setting.name) == "given"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"DATABASE_URL_FILE: .*nothing cannot be read"):
        env(DATABASE_URL_FILE=str(tmp_path / "nothing")).text("DATABASE_URL")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(SettingError, match="not text in UTF-8"):
        env(DATABASE_URL_FILE=str(tmp_path / "latin")).text("DATABASE_URL")


def test_flags_are_yes_or_no() -> None:
    assert env(LEANSHIP_DEBUG="yes").flag("LEANSHIP_DEBUG")
    assert not env().flag("LEANSHIP_DEBUG")
    for word in ("true", "1", "Yes", "on"):
        with pytest.raises(SettingError, match=r"LEANSHIP_DEBUG is .*must be one of yes, no"):
            env(LEANSHIP_DEBUG=word).flag("LEANSHIP_DEBUG")


def test_a_log_level_is_one_of_four() -> None:
    with pytest.raises(SettingError, match="LEANSHIP_LOG_LEVEL is 'LOUD'"):
        env(LEANSHIP_LOG_LEVEL="LOUD").choice("LEANSHIP_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))


@pytest.mark.parametrize("value", ["0", "1025", "-1", "ten", "6.4", "²", "1e3"])
def test_numbers_are_whole_and_within_bounds(value: str) -> None:
    with pytest.raises(SettingError, match="whole number from 1 to 1024"):
        env(LEANSHIP_MAX_UPLOAD_MB=value).integer("LEANSHIP_MAX_UPLOAD_MB", 1, 1024)
    assert env(LEANSHIP_MAX_UPLOAD_MB="1024").integer("LEANSHIP_MAX_UPLOAD_MB", 1, 1024) == 1024


def test_home_is_absolute(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert env(LEANSHIP_HOME="here").home() == tmp_path / "here"
    assert env().home() == tmp_path / ".leanship"


@pytest.mark.skipif(os.name != "posix", reason="other systems know no homes of other users")
def test_the_home_of_nobody_is_refused() -> None:
    with pytest.raises(SettingError, match="LEANSHIP_HOME begins with ~"):
        env(LEANSHIP_HOME="~nobody-of-that-name/x").home()


def test_hosts_are_the_public_one_this_machine_and_those_listed() -> None:
    hosts = env(
        LEANSHIP_PUBLIC_URL="https://leanship.example.org", LEANSHIP_ALLOWED_HOSTS=" a.example ,,b.example"
    ).hosts()
    assert hosts == ["leanship.example.org", "127.0.0.1", "localhost", "[::1]", "a.example", "b.example"]


@pytest.mark.parametrize(
    "url",
    [
        "leanship.example.org",
        "ftp://leanship.example.org",
        "https://",
        "https://leanship.example.org/below",
        "https://leanship.example.org?x=1",
        "https://ana@leanship.example.org",
        "https://leanship.example.org:port",
        "https://[::1",
    ],
)
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="LEANSHIP_PUBLIC_URL"):
        env(LEANSHIP_PUBLIC_URL=url).hosts()


def test_without_an_address_the_database_is_sqlite_at_home(tmp_path: Path) -> None:
    found = conf.database("", tmp_path)
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == str(tmp_path / "leanship.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_sqlite_address_names_its_file(tmp_path: Path) -> None:
    assert conf.database("sqlite:////srv/lean%20ship.db", tmp_path)["NAME"] == "/srv/lean ship.db"
    assert conf.database("sqlite:///", tmp_path)["NAME"] == ":memory:"


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    found = conf.database("postgres://ana:p%40ss@db.example:5433/lean?sslmode=require", tmp_path)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    parts = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert [found[part] for part in parts] == [
        "lean", "ana", "p@ss", "db.example", "5433", {"sslmode": "require"},
    ]  # fmt: skip
    assert conf.database("postgresql:///lean?host=/run/postgresql", tmp_path)["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "x", "postgres://host", "postgres://host/", "postgres://host:port/name"]
)
def test_a_database_address_that_cannot_be_used_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="DATABASE_URL"):
        conf.database(url, tmp_path)


def test_mail_goes_where_the_address_says() -> None:
    assert conf.email("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    found = conf.email("smtp://ana:p%40ss@mail.example")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (
        "mail.example",
        587,
        "p@ss",
    )
    assert found["EMAIL_USE_TLS"] and not found["EMAIL_USE_SSL"]
    found = conf.email("smtps://mail.example:4650")
    assert found["EMAIL_PORT"] == 4650 and found["EMAIL_USE_SSL"] and not found["EMAIL_USE_TLS"]
    assert not conf.email("smtp://localhost:25")["EMAIL_USE_TLS"]


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://host:port"])
def test_a_mail_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="LEANSHIP_EMAIL_URL"):
        conf.email(url)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = conf.secret_key("", home)
    assert len(key) >= 64
    assert conf.secret_key("", home) == key
    if os.name == "posix":
        assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
        assert home.stat().st_mode & 0o777 == 0o700


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="LEANSHIP_SECRET_KEY is shorter"):
        conf.secret_key("x" * 31, tmp_path)
    assert conf.secret_key("x" * 32, tmp_path) == "x" * 32


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(SettingError, match=r"LEANSHIP_HOME: .* cannot be used"):
        conf.secret_key("", tmp_path / "home")


def settings_with(home: Path, ask: str, **more: str) -> subprocess.CompletedProcess[str]:
    code = f"from django.conf import settings\nprint({ask})"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home) | more,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("more", "ask", "answer"),
    [
        ({}, "settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS", "False False 0"),
        (
            {"LEANSHIP_PUBLIC_URL": "https://leanship.example.org/"},
            "settings.PUBLIC_URL, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0",
            "https://leanship.example.org True True",
        ),
        ({}, "hasattr(settings, 'AXES_CLIENT_IP_CALLABLE'), settings.SECURE_PROXY_SSL_HEADER", "False None"),
        (
            {"LEANSHIP_TRUST_PROXY": "yes"},
            "hasattr(settings, 'AXES_CLIENT_IP_CALLABLE'), settings.SECURE_PROXY_SSL_HEADER[1]",
            "True https",
        ),
        ({"LEANSHIP_MAX_UPLOAD_MB": "2"}, "settings.MAX_UPLOAD_BYTES", str(2 * 1024 * 1024)),
        (
            {"LEANSHIP_EMAIL_FROM": "lean@leanship.example"},
            "settings.DEFAULT_FROM_EMAIL",
            "lean@leanship.example",
        ),
        ({"LEANSHIP_LANGUAGE": "en"}, "settings.LANGUAGE_CODE", "en"),
        ({"LEANSHIP_LOG_LEVEL": "ERROR"}, "settings.LOGGING['root']['level']", "ERROR"),
        ({"LEANSHIP_NOW": "2026-11-22T09:00:00+00:00"}, "settings.LEANSHIP_NOW", "2026-11-22T09:00:00+00:00"),
    ],
)
def test_the_product_follows_what_is_set(tmp_path: Path, more: dict[str, str], ask: str, answer: str) -> None:
    done = settings_with(tmp_path, ask, **more)
    assert done.stdout.strip() == answer, done.stderr


@pytest.mark.parametrize(
    "more",
    [
        {"LEANSHIP_DEBUG": "maybe"},
        {"LEANSHIP_TRUST_PROXY": "maybe"},
        {"LEANSHIP_PUBLIC_URL": "nowhere"},
        {"LEANSHIP_MAX_UPLOAD_MB": "0"},
        {"LEANSHIP_LOG_LEVEL": "LOUD"},
        {"LEANSHIP_SECRET_KEY": "short"},
        {"LEANSHIP_EMAIL_URL": "nowhere"},
        {"DATABASE_URL": "mysql://x/y"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_the_start_stops_with_a_sentence_that_names_the_variable(
    tmp_path: Path, more: dict[str, str]
) -> None:
    done = settings_with(tmp_path, "settings.DEBUG", **more)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last and next(iter(more)) in last


def test_networks_are_read_and_nonsense_among_them_is_named() -> None:
    assert env().networks() == ()
    found = env(LEANSHIP_FEED_ALLOW_NETWORKS="10.2.0.0/16, fd00::/8,").networks()
    assert [str(each) for each in found] == ["10.2.0.0/16", "fd00::/8"]
    for wrong in ("intranet", "10.2.0.1/16", "10.2.0.0/16;fd00::/8"):
        with pytest.raises(SettingError, match=r"LEANSHIP_FEED_ALLOW_NETWORKS: .* is no network"):
            env(LEANSHIP_FEED_ALLOW_NETWORKS=wrong).networks()
