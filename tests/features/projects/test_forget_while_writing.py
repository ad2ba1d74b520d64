"""A note that is written in the very moment its map is deleted: it is turned down or deleted, and never left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installation import installation

ROUNDS = 10
ROOT = Path(__file__).parents[3]

_MAKE = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from tests.cast import build_cast
from tests.features.projects.people_kit import led_by
cast = build_cast()
for number in range({ROUNDS}):
    led_by(cast, "ana", f"Ends {{number}}")
    led_by(cast, "ana", f"Goes {{number}}")
"""
_BEGIN = """
import sys, time
import django; django.setup()
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base.errors import Declined
from leanship.features.projects.actions import people, project as acts
from leanship.features.projects.models import Project
ana, elif_ = (actor_of(User.objects.get(username=f"{key}@leanship.example")) for key in ("ana", "elif"))
farid = User.objects.get(username="farid@leanship.example").person
begin, rounds = float(sys.argv[1]), int(sys.argv[2])
projects = {each.title: each for each in Project.objects.select_related("leader", "team")}
def turn(number):
    time.sleep(max(0, begin + number * 0.3 - time.time()))
    return projects[f"Ends {number}"], projects[f"Goes {number}"]
"""
_FORGET = """
for number in range(rounds):
    ends, goes = turn(number)
    acts.end_project(ana, project=ends, outcome="standardised")
    acts.hand_over(elif_, project=goes, to=farid)
    print("forgot")
"""
_WRITE = """
for number in range(rounds):
    ends, goes = turn(number)
    for go in range(8):
        for project in (ends, goes):
            try:
                people.put_on_map(ana, project=project, name=f"Somebody {go}")
                print("wrote")
            except Declined:
                print("declined")
"""
_LEFT = """
from leanship.features.projects.models import Stakeholder
print(Stakeholder.objects.count())
"""


@pytest.mark.serial
def test_no_note_is_left_behind(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        made = place.python(_MAKE)
        assert made.returncode == 0, made.stderr
        begin = str(time.time() + 8)  # both are ready by then
        tries = [
            subprocess.Popen(
                [sys.executable, "-c", _BEGIN + code, begin, str(ROUNDS)],
                env=place.env,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for code in (_FORGET, _WRITE)
        ]
        told = [each.communicate(timeout=120) for each in tries]
        left = place.python(_LEFT)
    assert told[0][0].split() == ["forgot"] * ROUNDS, told
    assert len(told[1][0].split()) == 16 * ROUNDS, told
    assert {"wrote", "declined"} == set(told[1][0].split()), "the two never met"
    assert left.stdout.strip() == "0", left.stderr
