"""What every test gets: a home of its own, a still clock, Hypothesis without chance, and the cast on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tests.cast import Cast, build_cast

hypothesis_settings.register_profile("leanship", derandomize=True, deadline=None)
hypothesis_settings.load_profile("leanship")

NOW = "2026-11-22T09:00:00+00:00"


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """No test reads or writes the installation of whoever runs it, nor depends on the day it runs."""
    settings.LEANSHIP_HOME = tmp_path / "home"
    settings.LEANSHIP_NOW = NOW


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast in the database."""
    return build_cast()
