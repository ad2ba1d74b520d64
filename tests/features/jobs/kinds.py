"""Jobs that live as long as a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from leanship.features.jobs import registry


@contextmanager
def registered(
    function: Callable[..., Any], name: str = "test.work", *, retries: int = 2, **more: Any
) -> Iterator[str]:
    """Register `function` as a job inside; the value is its name."""
    registry.job(name, label="Work of a test", retries=retries, **more)(function)
    try:
        yield name
    finally:
        registry.forget(name)
