"""The public id of a record."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField

# No vowels and no look-alikes: an id is read aloud, and must not spell a word.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"

_SYSTEM = secrets.SystemRandom()
_chance: ContextVar[random.Random | None] = ContextVar("chance", default=None)


@contextmanager
def uids_from(generator: random.Random) -> Iterator[None]:
    """Draw the ids made inside from `generator`, so that a seeded company has the same ids every time."""
    token = _chance.set(generator)
    try:
        yield
    finally:
        _chance.reset(token)


def new_uid() -> str:
    """Twelve random characters (57 bits): what addresses, API and exports show instead of row numbers."""
    return "".join((_chance.get() or _SYSTEM).choices(_ALPHABET, k=12))


class UidField(_CharField):
    """A unique, random, unchangeable 12-character id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=12, unique=True, editable=False, default=new_uid)
        super().__init__(*args, **kwargs)
