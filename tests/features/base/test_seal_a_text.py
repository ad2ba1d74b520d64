"""What is sealed is read with this home's key, and with no other."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from leanship.features.base import sealing

ADDRESS = "https://calendar.example/private/über.ics"


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.LEANSHIP_HOME = tmp_path
    return tmp_path


def test_it_comes_back_as_it_was_and_is_not_to_be_seen(home: Path) -> None:
    sealed = sealing.seal(ADDRESS)
    assert sealing.unseal(memoryview(sealed)) == ADDRESS
    assert b"calendar" not in sealed
    assert sealing.seal(ADDRESS) != sealed


def test_the_key_is_for_this_user_alone(home: Path) -> None:
    sealing.seal(ADDRESS)
    assert stat.S_IMODE((home / sealing.KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [sealing.KEY_FILE]


def test_another_key_opens_nothing(home: Path) -> None:
    sealed = sealing.seal(ADDRESS)
    (home / sealing.KEY_FILE).unlink()
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)


def test_two_that_begin_together_share_one_key(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(sealing.seal, [ADDRESS] * 16))
    assert {sealing.unseal(one) for one in sealed} == {ADDRESS}
