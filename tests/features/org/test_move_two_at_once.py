"""Two moves in the same moment that together would be a loop: one of them is turned down."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installation import installation

ROUNDS = 12

_MAKE = """
from tests.cast import build_cast
from leanship.features.org import actions
from leanship.features.org.access import SYSTEM
build_cast()
for number in range(%d):
    for side in ("a", "b"):
        actions.add_person(SYSTEM, name=f"{side}{number}")
"""
_MOVE = """
import sys, time
import django; django.setup()
from django.db import connection
from leanship.features.base.errors import Invalid
from leanship.features.org import actions
from leanship.features.org.access import SYSTEM
from leanship.features.org.models import Person
who, whom, begin, rounds = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
pairs = [(Person.objects.get(name=f"{who}{n}"), Person.objects.get(name=f"{whom}{n}")) for n in range(rounds)]
for number, (person, leader) in enumerate(pairs):
    time.sleep(max(0, begin + number * 0.25 - time.time()))
    try:
        actions.move_person(SYSTEM, person=person, leader=leader)
        print("moved")
    except Invalid as error:
        print("loop" if "leader" in error.problems else error)
"""


@pytest.mark.serial
def test_no_two_moves_make_a_loop(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        made = place.python(_MAKE % ROUNDS)
        assert made.returncode == 0, made.stderr
        begin = str(time.time() + 6)  # both are ready by then
        words = [
            [sys.executable, "-c", _MOVE, *pair, begin, str(ROUNDS)] for pair in (("a", "b"), ("b", "a"))
        ]
        tries = [
            subprocess.Popen(each, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for each in words
        ]
        told = [each.communicate(timeout=120) for each in tries]
    rounds = list(zip(*(out.split() for out, _ in told), strict=True))
    assert [sorted(each) for each in rounds] == [["loop", "moved"]] * ROUNDS, told
