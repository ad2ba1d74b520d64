"""What the tests of projects begin with."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.features.world import World, build_world


@pytest.fixture
def world(cast: Cast) -> World:
    """One of everything, about Ana and about the order desk."""
    return build_world(cast)
