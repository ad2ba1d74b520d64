"""What holds for the repository as a whole: its locks, its ranges, its files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
FOLDERS = (".ci", "benchmarks", "devtools", "docs", "src", "tests")
LONGEST = 500

# The one range without an end: it holds the world's time zones, has no interface that could break, and a ceiling
# would one day keep old clocks in place.
UNCAPPED = {"tzdata"}


def written_files() -> Iterator[Path]:
    """Every text file that people write here; data and what tools generate left out."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "data" not in path.parts:
                yield path
    yield from sorted(path for path in ROOT.iterdir() if path.is_file() and path.suffix != ".lock")


def group(name: str) -> list[Requirement]:
    """The requirements of a dependency group, those of the groups it includes among them."""
    found = []
    for entry in PROJECT["dependency-groups"][name]:
        if isinstance(entry, dict):
            found += group(entry["include-group"])
        else:
            found.append(Requirement(entry))
    return found


def wanted(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for in `lock`."""
    own = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    return own + group("dev" if lock == "requirements-dev.lock" else "build")


def entries(lock: str) -> list[str]:
    """The entries of `lock`: a requirement and its hashes, each on one line."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(lock: str) -> dict[str, set[str]]:
    """For each package of `lock` the versions it is pinned to; several where the Python decides."""
    found: dict[str, set[str]] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.split("--hash")[0].strip())
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_of_a_lock_has_hashes_and_no_address(lock: str) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry[:80]
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.findall(r".*(?://| @ |--index|--find-links|--extra|--trusted).*", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_is_within_the_ranges(lock: str) -> None:
    pinned = pins(lock)
    stale = [
        str(requirement)
        for requirement in wanted(lock)
        if not (found := pinned.get(canonicalize_name(requirement.name), set()))
        or not all(requirement.specifier.contains(version) for version in found)
    ]
    assert not stale, "run: python3 dev.py lock"


def test_the_dev_lock_holds_the_other_lock() -> None:
    # dev.py trusts this: an environment for development serves the demo as well
    assert set(entries("requirements.lock")) <= set(entries("requirements-dev.lock"))


def test_every_range_has_an_end() -> None:
    every = [Requirement(text) for text in PROJECT["build-system"]["requires"]] + wanted(
        "requirements-dev.lock"
    )
    open_ended = {
        canonicalize_name(requirement.name)
        for requirement in every
        if not any(part.operator in ("<", "<=", "==", "~=") for part in requirement.specifier)
    }
    assert open_ended == UNCAPPED


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    missing = [one.name for one in wanted("requirements-dev.lock") if f"**{one.name}**" not in reasons]
    assert not missing


def test_no_file_is_longer_than_one_reads_in_a_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in written_files()
        if path.suffix in (".py", ".html", ".css", ".js")
        and path.parent.name != "migrations"  # written by Django, and read by it
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long


def machine_paths(root: Path) -> re.Pattern[str]:
    """Paths that exist on one machine alone: somebody's home, and where this checkout happens to lie."""
    homes = "|".join(("home", "Users"))
    alternatives = [rf"/(?:{homes})/[a-z][\w.-]*/", rf"[A-Z]:\\{'Users'}", "/root" + "/"]
    if len(root.parts) > 2:  # a checkout in /app would find itself in half of all addresses
        alternatives.append(rf"(?<![\w.]){re.escape(str(root))}\b")
    return re.compile("|".join(alternatives))


def test_no_file_names_a_path_of_one_machine() -> None:
    pattern = machine_paths(ROOT)
    found = []
    for path in written_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert not found


def test_a_path_of_one_machine_would_be_found() -> None:
    pattern = machine_paths(Path("/build/leanship"))
    for text in (
        "/" + "home/ana/x.csv",
        "C:\\" + "Users\\ana",
        "/root" + "/.cache",
        "see /build/leanship/src",
    ):
        assert pattern.search(text), text
    assert not pattern.search("https://leanship.example.org/homes/ and /usr/lib/ and /build/leanships")
    assert not machine_paths(Path("/app")).search("served under /app/ here")
