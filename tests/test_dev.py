"""The command that people meet first: dev.py and what it is made of."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import dev
import pytest
from devtools import environment, postgres, processes, serving, testing
from devtools.testing import Counts

ROOT = Path(__file__).parent.parent


def call(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """dev.py as a person would call it, from the folder `cwd`."""
    command = [sys.executable, str(ROOT / "dev.py"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


def test_help_names_every_command_from_any_folder(tmp_path: Path) -> None:
    done = call("--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("demo", "test", "lint", "format", "serve", "shell", "django", "lock", "install"):
        assert f"    {name} " in done.stdout


def test_dev_py_needs_the_standard_library_alone() -> None:
    program = (
        "import sys; sys.path.insert(0, '.'); import dev; print(*{n.split('.')[0] for n in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    ours = {"dev", "devtools", "__main__", "sitecustomize"}
    assert {
        name for name in done.stdout.split() if not name.startswith("__")
    } - ours <= sys.stdlib_module_names


def test_an_unknown_command_is_refused() -> None:
    done = call("tset")
    assert done.returncode == 2
    assert "invalid choice: 'tset'" in done.stderr


def test_the_makefile_has_the_same_names() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (names,) = (line.split("=")[1].split() for line in text.splitlines() if line.startswith("COMMANDS"))
    in_help = re.findall(r"^ {4}(\w+) {2}", dev.parser().format_help(), re.MULTILINE)
    assert sorted(names) == sorted(in_help)


def test_an_old_python_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "OLDEST", (99, 0))
    monkeypatch.setattr(dev, "newer_python", lambda: None)
    assert dev.main(["install"]) == 2
    assert "Leanship needs Python" in capsys.readouterr().out


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[list[str]] = []

    def hand_over(path: str, words: list[str]) -> None:
        handed.append([path, *words])
        raise SystemExit

    monkeypatch.setattr(dev, "OLDEST", (99, 0))
    monkeypatch.setattr(dev, "newer_python", lambda: "/opt/python3.14")
    monkeypatch.setattr(os, "execv", hand_over)
    monkeypatch.setattr(sys, "argv", ["dev.py", "test", "-x"])
    with pytest.raises(SystemExit):
        dev.main()
    assert handed == [["/opt/python3.14", "/opt/python3.14", str(ROOT / "dev.py"), "test", "-x"]]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with small locks, whose installations are noted in `installed` instead of made."""
    for name, text in (
        ("run.lock", "a==1\n"),
        ("dev.lock", "a==1\nb==2\n"),
        ("pyproject.toml", "[project]\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    installed = tmp_path / "installed"
    installed.touch()

    def note(arguments: list[str], count: int) -> None:
        with installed.open("a", encoding="utf-8") as file:
            file.write(f"{Path(arguments[-1]).name}\n")

    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "LOCKS", {"run": tmp_path / "run.lock", "dev": tmp_path / "dev.lock"})
    monkeypatch.setattr(environment, "pip", note)
    monkeypatch.setattr(environment, "make_venv", lambda: note(["venv"], 0))
    return tmp_path


def installed(checkout: Path) -> list[str]:
    """What was installed since the last time this was asked."""
    path = checkout / "installed"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("", encoding="utf-8")
    return lines


def test_a_second_run_installs_nothing(checkout: Path) -> None:
    environment.ensure("run")
    assert installed(checkout) == ["run.lock", checkout.name]
    environment.ensure("run")
    assert installed(checkout) == []


def test_development_holds_the_product_but_not_the_reverse(checkout: Path) -> None:
    environment.ensure("run")
    environment.ensure("dev")
    assert installed(checkout) == ["run.lock", checkout.name, "dev.lock", checkout.name]
    environment.ensure("run")
    environment.ensure("dev")
    assert installed(checkout) == []


@pytest.mark.parametrize("name", ["dev.lock", "pyproject.toml"])
def test_a_changed_description_installs_again(checkout: Path, name: str) -> None:
    environment.ensure("dev")
    installed(checkout)
    (checkout / name).write_text("changed==2\n", encoding="utf-8")
    environment.ensure("dev")
    assert installed(checkout) == ["dev.lock", checkout.name]


def test_a_moved_or_upgraded_environment_is_made_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure("dev")
    installed(checkout)
    monkeypatch.setattr(environment, "python_version", lambda: "3.99")
    environment.ensure("dev")
    assert installed(checkout) == ["venv", "dev.lock", checkout.name]


def test_a_broken_stamp_counts_as_none(checkout: Path) -> None:
    environment.STAMP.write_text("{", encoding="utf-8")
    environment.ensure("run")
    assert installed(checkout) == ["run.lock", checkout.name]


def test_a_failed_installation_says_what_to_do() -> None:
    offline = [
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'",
        "ERROR: none",
    ]
    assert environment.pip_failure(offline).startswith("The package index cannot be reached.")
    tampered = ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."]
    assert environment.pip_failure(tampered).startswith("A package differs")
    assert "  last words" in environment.pip_failure(["first", "last words"])


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(processes.StopError, match="apt install python3-venv"):
        environment.make_venv()


def test_a_taken_port_is_passed_over_unless_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "port_is_free", lambda port: port not in (8000, 8001))
    assert serving.choose_port(None) == 8002
    assert serving.choose_port(9000) == 9000
    with pytest.raises(processes.StopError, match="Port 8000 is taken"):
        serving.choose_port(8000)
    monkeypatch.setattr(serving, "port_is_free", lambda port: False)
    with pytest.raises(processes.StopError, match="all taken"):
        serving.choose_port(None)


def test_a_port_where_somebody_listens_is_not_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not serving.port_is_free(port)
    assert serving.port_is_free(port)


def test_demo_and_tests_never_see_the_readers_own_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://live")
    monkeypatch.setenv("LEANSHIP_SECRET_KEY", "mine")
    monkeypatch.setenv("LEANSHIP_HOME", "/var/lib/leanship")
    monkeypatch.setenv("LEANSHIP_TEST_REQUIRE", "browser")
    env = processes.clean_environment(tmp_path)
    assert "DATABASE_URL" not in env
    assert "LEANSHIP_SECRET_KEY" not in env
    assert env["LEANSHIP_HOME"] == str(tmp_path)
    assert env["LEANSHIP_TEST_REQUIRE"] == "browser"


def test_every_test_belongs_to_some_run_on_sqlite_and_serial_ones_run_alone() -> None:
    markers = ("serial", "browser", "witness")
    for bits in range(8):
        truth = {name: bool(bits >> place & 1) for place, name in enumerate(markers)}
        chosen = [one for one in testing.RUNS if eval(one.marker, {}, truth)]
        on_sqlite = [one for one in chosen if one.database != "postgres"]
        assert len(on_sqlite) == 1
        assert not (truth["serial"] and any(one.parallel for one in chosen))
        assert len(chosen) - 1 == (not truth["browser"])


def test_a_marker_of_the_readers_own_narrows_the_run() -> None:
    assert testing.with_marker(["tests/domain", "-k", "x"], "browser") == [
        "-m", "browser", "tests/domain", "-k", "x",
    ]  # fmt: skip
    assert testing.with_marker(["-m", "slow or quick", "-x"], "not browser") == [
        "-m", "(slow or quick) and (not browser)", "-x",
    ]  # fmt: skip


def test_counts_come_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="2" skipped="1"/></testsuites>')
    assert testing.read_counts(report, 1) == Counts(passed=5, failed=3, skipped=1)
    assert testing.read_counts(tmp_path / "none.xml", testing.NO_TESTS_SELECTED) == Counts()


def test_a_run_that_died_without_a_report_has_failed(tmp_path: Path) -> None:
    assert testing.read_counts(tmp_path / "none.xml", 3) == Counts(failed=1)
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="4" failures="0" errors="0" skipped="0"/></testsuites>')
    assert testing.read_counts(report, 1) == Counts(passed=4, failed=1)


def test_the_summary_ends_in_the_sum_of_all_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runs = [("SQLite", Counts(5, 0, 1), "2 s"), ("PostgreSQL", Counts(4, 0, 2), "1 min 5 s")]
    assert testing.summary(runs) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "9 passed, 0 failed, 3 skipped"
    assert testing.summary([("SQLite", Counts(5, 1), "")]) == 1
    assert testing.summary([("PostgreSQL", Counts(skipped=1), "")]) == 1


def test_what_is_required_and_missing_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LEANSHIP_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(postgres, "postgres_programs", lambda: None)
    monkeypatch.setattr(testing, "find_browser", lambda: None)
    monkeypatch.setattr(testing, "run", lambda command, env: testing.NO_TESTS_SELECTED)
    monkeypatch.setenv("LEANSHIP_TEST_REQUIRE", "")
    testing.run_tests(testing.DATABASES, [])
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed, 1 skipped"
    monkeypatch.setenv("LEANSHIP_TEST_REQUIRE", "browser,postgres")
    assert testing.run_tests(testing.DATABASES, []) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("PostgreSQL ") and "no server was found" in line for line in lines)
    assert lines[-1] == "0 passed, 2 failed, 0 skipped"


def test_a_private_server_comes_up_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    if postgres.postgres_programs() is None:
        pytest.skip("PostgreSQL's binaries are not installed")
    import psycopg

    monkeypatch.delenv("LEANSHIP_TEST_POSTGRES", raising=False)
    with postgres.postgres() as address:
        assert address is not None
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE another")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=5)


def test_a_named_server_that_is_away_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANSHIP_TEST_POSTGRES", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(postgres, "PYTHON", Path(sys.executable))
    with pytest.raises(processes.StopError, match="does not answer"), postgres.postgres():
        raise AssertionError("nothing to run on")


def test_ctrl_c_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    real_wait, calls = child.wait, []

    def interrupted(timeout: float | None = None) -> int:
        calls.append(timeout)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return real_wait(0.1 if len(calls) == 2 else timeout)

    monkeypatch.setattr(child, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        processes.wait_for(child)
    assert child.poll() is not None


# Stands in for the product: `serve` answers until it is told to end, `demo --links` prints a link.
STAND_IN = """#!{python}
import os, socket, sys, time
if sys.argv[1] == "demo":
    print("link for", sys.argv[sys.argv.index("--home") + 1], os.environ["LEANSHIP_PUBLIC_URL"], flush=True)
elif "--broken" in sys.argv:
    sys.exit(3)
else:
    with socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]))):
        time.sleep(60)
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A `leanship` that only stands in for the real one, and a free port for it."""
    program = tmp_path / "leanship"
    program.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(serving, "BIN", tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_demo_prints_links_once_it_answers_and_ends_with_ctrl_c(
    stand_in: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    servers: list[subprocess.Popen[bytes]] = []

    def ctrl_c(child: subprocess.Popen[bytes]) -> int:
        servers.append(child)
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "wait_for", ctrl_c)
    assert serving.serve(tmp_path / "home", stand_in, links=True) == 0
    printed = capfd.readouterr().out
    assert f"Leanship: http://127.0.0.1:{stand_in} " in printed
    assert f"link for {tmp_path / 'home'} http://127.0.0.1:{stand_in}" in printed
    assert servers[0].poll() is not None


def test_a_server_that_does_not_start_passes_its_exit_code_on(
    stand_in: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert serving.serve(tmp_path / "home", stand_in, ["--broken"], links=True) == 3
    assert "http://" not in capfd.readouterr().out
