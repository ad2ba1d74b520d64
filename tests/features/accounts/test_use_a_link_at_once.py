"""One link, pressed by several processes in the same moment: one of them gets in."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installation import installation

_MAKE = """
from tests.cast import build_cast
from leanship.features.accounts import actions
from leanship.features.org.access import SYSTEM
print(actions.create_sign_in_link(SYSTEM, build_cast().users["ana"]).rstrip("/").rpartition("/")[2])
"""
_USE = """
import sys, time
import django; django.setup()
from django.db import connection
from leanship.features.accounts import actions
connection.ensure_connection()
time.sleep(max(0, float(sys.argv[2]) - time.time()))
try:
    print("in as", actions.use_sign_in_link(sys.argv[1]).username)
except actions.LinkGone as gone:
    print("gone")
"""


@pytest.mark.serial
def test_one_of_many_gets_in(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        made = place.python(_MAKE)
        assert made.returncode == 0, made.stderr
        begin = str(time.time() + 6)  # all of them are ready by then, and go together
        words = [sys.executable, "-c", _USE, made.stdout.strip(), begin]
        tries = [
            subprocess.Popen(words, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(6)
        ]
        told = [each.communicate(timeout=120) for each in tries]
    answers = sorted(out.strip() for out, _ in told)
    assert answers == ["gone"] * 5 + ["in as ana@leanship.example"], told
