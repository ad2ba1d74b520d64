"""The virtual environment: made once, brought up to its lock when that changed, trusted by a stamp else."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

from devtools.processes import ROOT, StopError, run, say

VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "leanship-dev.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


def newer_python() -> str | None:
    """The path of a Python on this machine that is new enough, or None."""
    return next((found for minor in range(19, 10, -1) if (found := shutil.which(f"python3.{minor}"))), None)


def digest(profile: str) -> str:
    """What an installed `profile` depends on, as a hash: its lock and the package's own description."""
    content = LOCKS[profile].read_bytes() + b"\0" + (ROOT / "pyproject.toml").read_bytes()
    return hashlib.sha256(content).hexdigest()


def read_stamp() -> dict[str, str]:
    """What the last installation noted; empty when there was none, or when it cannot be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def python_version() -> str:
    """The version of the Python in `.venv`; empty when it does not start."""
    try:
        asked = [str(PYTHON), "-I", "-c", "import sys; print(sys.version)"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def make_venv() -> None:
    """Make `.venv` anew."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise StopError(
            "This Python cannot make virtual environments: its venv module is missing.\n"
            "On Debian or Ubuntu: apt install python3-venv. Then run the same command again."
        )
    say("Making .venv")
    # the base interpreter: called with the Python inside .venv, --clear would remove what is running
    base = getattr(sys, "_base_executable", None) or sys.executable
    if run([base, "-m", "venv", "--clear", VENV]):
        raise StopError(f"{base} -m venv failed; its message stands above.")


def ensure(profile: str) -> None:
    """Bring `.venv` to the lock of `profile` ("run" or "dev"); at once when it is there already."""
    wanted, stamp, version = digest(profile), read_stamp(), python_version()
    place = str(VENV)
    moved = bool(stamp) and (stamp.get("place"), stamp.get("python")) != (place, version)
    if version and not moved and wanted in (stamp.get(profile), stamp.get(f"{profile} within dev")):
        return
    usable = bool(version) and not moved
    if not usable or subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True).returncode:
        make_venv()
        stamp, version = {}, python_version()
    lock = LOCKS[profile]
    count = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"Installing {count} packages from {lock.name}; the first time takes a minute or two")
    pip(["--require-hashes", "-r", str(lock)], count)
    pip(["--no-deps", "--no-build-isolation", "-e", str(ROOT)], 1)
    stamp.update({"place": place, "python": version, profile: wanted})
    if profile == "dev":  # the dev lock holds all of the other with the same versions (a test says so)
        stamp["run within dev"] = digest("run")
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def pip(arguments: Sequence[str], count: int) -> None:
    """Install with pip, showing one line of progress; on failure show pip's own last lines."""
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *arguments]
    lines: list[str] = []
    done, shown = 0, sys.stdout.isatty()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line.rstrip())
            word = ""
            if match := re.match(r"(?:Collecting|Requirement already satisfied:|Obtaining) ([\w.-]+)", line):
                done += 1
                word = f"{min(done, count)} of {count}  {match[1]}"
            elif line.startswith("Installing collected"):
                word = "unpacking"
            elif "Retrying" in line:
                word = "the package index does not answer, trying again"
            if word and shown:
                print(f"\r\033[K  {word}", end="", flush=True)
    if shown:
        print("\r\033[K", end="", flush=True)
    if child.returncode:
        raise StopError(pip_failure(lines))


def pip_failure(lines: Sequence[str]) -> str:
    """What to tell the reader about a failed installation whose output was `lines`."""
    output = "\n".join(lines)
    tail = "\n".join(f"  {line}" for line in lines[-12:])
    if re.search(
        r"NewConnectionError|NameResolution|Temporary failure|timed out|ProxyError|Retrying", output
    ):
        return f"The package index cannot be reached. Check the network, then try again.\n{tail}"
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        return f"A package differs from the one the lock names, and was not installed.\n{tail}"
    return f"pip could not install the locked packages.\n{tail}"
