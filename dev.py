#!/usr/bin/env python3
"""Work on Leanship with one command. It needs Python 3.11 or newer, and nothing else.

    python3 dev.py demo       a seeded company in the browser, with sign-in links for its people
    python3 dev.py test       every test, on SQLite, on PostgreSQL and in the browser where they are found
    python3 dev.py lint       style, types, templates, migrations, locks
    python3 dev.py --help     the rest

The first run makes `.venv` and installs what the lock names; later ones see by a stamp that nothing changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from devtools.environment import BIN, LOCKS, PYTHON, VENV, ensure, newer_python, pip
from devtools.processes import ROOT, StopError, clean_environment, run, say
from devtools.serving import choose_port, serve
from devtools.testing import DATABASES, run_tests

STATE = ROOT / ".dev"
OLDEST = (3, 11)


def demo(options: argparse.Namespace, more: list[str]) -> int:
    """Make the seeded company unless it is there, serve it, print sign-in links for its people."""
    ensure("run")
    port = choose_port(options.port)
    home = STATE / ("demo" if options.people is None else f"demo-{options.people}")
    if options.fresh:
        shutil.rmtree(home, ignore_errors=True)
    size = [] if options.people is None else ["--people", str(options.people)]
    code = run([BIN / "leanship", "demo", "--home", home, *size, *more], clean_environment(home))
    return code or serve(home, port, links=True)


def serve_own(options: argparse.Namespace, more: list[str]) -> int:
    """Serve an installation of the reader's own, empty at first, kept in `.dev/home`."""
    ensure("run")
    return serve(STATE / "home", choose_port(options.port), more)


def django(options: argparse.Namespace, more: list[str]) -> int:
    """Run one of Django's own commands on the demo's data, or on `--home`."""
    ensure("dev")
    command = ["shell", *more] if options.command == "shell" else more
    return run([PYTHON, "-m", "django", *command], clean_environment(options.home.absolute()))


# --- tests ---------------------------------------------------------------------------------------------------


def test(options: argparse.Namespace, more: list[str]) -> int:
    """Run the tests and sum them up."""
    ensure("dev")
    return run_tests(options.on or DATABASES, more)


def lint(options: argparse.Namespace, more: list[str]) -> int:
    """Every check of style and form; all of them run, also after one has failed."""
    ensure("dev")
    steps = {
        "ruff check": "ruff check .",
        "ruff format": "ruff format --check .",
        "mypy": "mypy src/leanship dev.py devtools",
        "djlint": "djlint src/leanship --check --lint",
        "migrations": "django makemigrations --check --dry-run",
        "locks": "pytest -q --no-header -k lock tests/test_repository.py",
    }
    failed = []
    with tempfile.TemporaryDirectory(prefix="leanship-lint-") as folder:
        env = clean_environment(Path(folder))
        for name, command in steps.items():
            say(f"--- {name}")
            if run([PYTHON, "-m", *command.split()], env):
                failed.append(name)
    say(f"\nNot clean: {', '.join(failed)}" if failed else "\nAll clean.")
    return 1 if failed else 0


def tidy(options: argparse.Namespace, more: list[str]) -> int:
    """Put the style right where a tool can."""
    ensure("dev")
    run([PYTHON, "-m", "ruff", "check", "--fix", "."])
    run([PYTHON, "-m", "djlint", "src/leanship", "--reformat", "--quiet"])
    return run([PYTHON, "-m", "ruff", "format", "."])


def lock(options: argparse.Namespace, more: list[str]) -> int:
    """Write both locks from the ranges in pyproject.toml; `--upgrade` takes the newest releases."""
    ensure("dev")
    uv = shutil.which("uv", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        pip(["uv"], 1)
        uv = str(BIN / "uv")
    settings = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    settings += ["--no-emit-find-links", "--no-header", "--no-annotate", "--quiet", *more]
    for group, path in (("build", LOCKS["run"]), ("dev", LOCKS["dev"])):
        say(f"Writing {path.name}")
        code = run([uv, "pip", "compile", "pyproject.toml", "--group", group, *settings, "-o", path.name])
        if code:
            return code
    return 0


def install(options: argparse.Namespace, more: list[str]) -> int:
    """Bring `.venv` up to date and do nothing else."""
    ensure("dev")
    say(f"{VENV} is ready.")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line; words that a command does not know go on to the program it runs."""
    top = argparse.ArgumentParser(prog="dev.py", description="Work on Leanship.", allow_abbrev=False)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(
        name: str, function: Callable[[argparse.Namespace, list[str]], int], help_text: str
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        one.set_defaults(function=function)
        return one

    one = add("demo", demo, "serve a seeded company, with sign-in links for its people")
    one.add_argument("--people", type=int, help="how many people the company has (default: 120)")
    one.add_argument("--fresh", action="store_true", help="make the company anew")
    one.add_argument("--port", type=int)
    one = add("test", test, "run the tests; further arguments go to pytest (tests/domain -k rating)")
    one.add_argument("--on", action="append", choices=DATABASES, help="these alone")
    add("lint", lint, "check style, types, templates, migrations and locks")
    add("format", tidy, "put the style right where a tool can")
    one = add("serve", serve_own, "serve your own installation, kept in .dev/home")
    one.add_argument("--port", type=int)
    for name, text in (("shell", "a Python shell on the demo"), ("django", "one of Django's own commands")):
        add(name, django, text).add_argument("--home", type=Path, default=STATE / "demo")
    add("lock", lock, "write both locks anew; --upgrade takes the newest releases")
    add("install", install, "make or update .venv, and stop")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 130 after Ctrl+C, 2 for something the reader can put right."""
    if sys.version_info < OLDEST:
        newer = newer_python()
        if newer is None:
            say(f"Leanship needs Python 3.11 or newer, and finds only {sys.version.split()[0]} here.")
            return 2
        os.execv(newer, [newer, str(ROOT / "dev.py"), *sys.argv[1:]])
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    options, more = parser().parse_known_args(arguments)
    try:
        code: int = options.function(options, more)
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except StopError as reason:
        print(reason, file=sys.stderr, flush=True)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
