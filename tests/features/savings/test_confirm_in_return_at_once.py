"""Two who confirm each other's savings in the same moment: the second is turned down."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installation import installation

ROUNDS = 8

_MAKE = """
from tests.cast import build_cast
from leanship.features.savings import actions
from leanship.features.savings.models import Saving
from leanship.features.org import actions as org
from leanship.features.org.access import SYSTEM, Actor
build_cast()
for number in range(%d):
    pair = [org.add_person(SYSTEM, name=f"{side}{number}") for side in ("a", "b")]
    for who, whom in (pair, pair[::-1]):
        saving = Saving.objects.create(
            claimant=who, source_kind="project", source_uid="bcdfghjkmnpq", title=who.name, kind="money", actual=5
        )
        actions.ask(Actor(who.pk), saving=saving, asked=whom)
"""
_CONFIRM = """
import sys, time
import django; django.setup()
from leanship.features.base.errors import Invalid
from leanship.features.org.access import Actor
from leanship.features.savings import actions
from leanship.features.savings.models import Confirmation
who, begin, rounds = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
asked = [
    Confirmation.objects.select_related("claimant", "asked").get(asked__name=f"{who}{n}") for n in range(rounds)
]
for number, one in enumerate(asked):
    time.sleep(max(0, begin + number * 0.25 - time.time()))
    try:
        actions.confirm(Actor(one.asked_id), confirmation=one)
        print("confirmed")
    except Invalid:
        print("refused")
"""


@pytest.mark.serial
def test_nobody_confirms_in_return_in_the_same_moment(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        made = place.python(_MAKE % ROUNDS)
        assert made.returncode == 0, made.stderr
        begin = str(time.time() + 6)  # both are ready by then
        words = [[sys.executable, "-c", _CONFIRM, side, begin, str(ROUNDS)] for side in ("a", "b")]
        tries = [
            subprocess.Popen(each, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for each in words
        ]
        told = [each.communicate(timeout=120) for each in tries]
    rounds = list(zip(*(out.split() for out, _ in told), strict=True))
    assert [sorted(each) for each in rounds] == [["confirmed", "refused"]] * ROUNDS, told
