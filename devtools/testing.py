"""The test runs: which tests on which database, what is missing, and the sum of it all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import PYTHON
from devtools.postgres import postgres
from devtools.processes import ROOT, clean_environment, run, say

NO_TESTS_SELECTED = 5  # pytest's exit code
USAGE_ERROR = 4  # pytest's exit code
DATABASES = ("sqlite", "browser", "postgres")


@dataclass(frozen=True)
class Run:
    """One run of pytest: which tests by marker, on which database, and whether several at once."""

    name: str
    marker: str
    database: str
    parallel: bool


RUNS = (
    Run("SQLite", "not serial and not browser and not witness", "sqlite", parallel=True),
    Run("SQLite, reference data", "witness and not serial and not browser", "sqlite", parallel=True),
    Run("SQLite, one at a time", "serial and not browser", "sqlite", parallel=False),
    Run("Browser", "browser", "browser", parallel=False),
    Run("PostgreSQL", "not serial and not browser", "postgres", parallel=True),
    Run("PostgreSQL, one at a time", "serial and not browser", "postgres", parallel=False),
)


@dataclass(frozen=True)
class Counts:
    """How many tests passed, failed (errors among them) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_counts(report: Path, code: int) -> Counts:
    """Counts from pytest's JUnit `report`; an exit `code` that the report does not explain is a failure."""
    counts = Counts()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            # a test that fails and then fails again while it is put away counts twice among the failures
            counts += Counts(max(0, total - failed - skipped), failed, skipped)
    if code not in (0, NO_TESTS_SELECTED) and not counts.failed:
        counts += Counts(failed=1)
    return counts


def with_marker(arguments: Sequence[str], marker: str) -> list[str]:
    """Pytest's `arguments` narrowed to `marker`, joined with a -m that the reader gave."""
    kept, given = [], ""
    words = iter(arguments)
    for word in words:
        if word == "-m":
            given = next(words, "")
        else:
            kept.append(word)
    return ["-m", f"({given}) and ({marker})" if given else marker, *kept]


def find_browser() -> str | None:
    """The path of a Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def run_tests(wanted: Sequence[str], more: Sequence[str]) -> int:
    """Run pytest for each of `RUNS` whose database is `wanted`, with the arguments `more`, and sum up.

    Returns 0 when tests ran and none failed.
    """
    required = [word for word in os.environ.get("LEANSHIP_TEST_REQUIRE", "").split(",") if word]
    results: list[tuple[str, Counts, str]] = []
    if "browser" in wanted and not find_browser():
        outcome = Counts(failed=1) if "browser" in required else Counts()
        results.append(("Browser", outcome, "no Chromium was found; its tests are skipped"))
    with tempfile.TemporaryDirectory(prefix="leanship-test-") as folder, contextlib.ExitStack() as stack:
        env = clean_environment(Path(folder, "home"))
        reference = ROOT.parent / "shared" / "data"
        if reference.is_dir():
            env.setdefault("LEANSHIP_WITNESS_DATA", str(reference))
        address = stack.enter_context(postgres()) if "postgres" in wanted else None
        if "postgres" in wanted and address is None:
            outcome = Counts(failed=1) if "postgres" in required else Counts(skipped=1)
            results.append(("PostgreSQL", outcome, "no server was found; the runs on it are left out"))
        for number, one in enumerate(RUNS):
            if one.database not in wanted or (one.database == "postgres" and address is None):
                continue
            say(f"\n--- {one.name}")
            report = Path(folder, f"{number}.xml")
            started = time.monotonic()
            command = [str(PYTHON), "-m", "pytest", "-q", "--no-header", f"--junitxml={report}"]
            command += [*(["-n", "auto"] if one.parallel else []), *with_marker(more, one.marker)]
            on_postgres = {"DATABASE_URL": address} if one.database == "postgres" and address else {}
            code = run(command, {**env, **on_postgres})
            if code == USAGE_ERROR:
                return code
            counts = read_counts(report, code)
            if code != NO_TESTS_SELECTED:
                results.append((one.name, counts, duration(time.monotonic() - started)))
    return summary(results)


def duration(seconds: float) -> str:
    """Seconds in words: 2 min 5 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def summary(results: Sequence[tuple[str, Counts, str]]) -> int:
    """Print a line for each run and the sum alone on the last line; 0 when tests ran and none failed."""
    say()
    for name, counts, note in results:
        say(f"{name:<26} {counts}  ({note})")
    total = sum((counts for _, counts, _ in results), Counts())
    if not total.passed and not total.failed:
        say("No test ran.")
    say(str(total))
    return 0 if total.passed and not total.failed else 1
