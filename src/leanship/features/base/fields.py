"""The public id of a record."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField

# No vowels and no look-alikes: an id is read aloud, and must not spell a word.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_uid() -> str:
    """Twelve random characters (57 bits): what addresses, API and exports show instead of row numbers."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class UidField(_CharField):
    """A unique, random, unchangeable 12-character id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=12, unique=True, editable=False, default=new_uid)
        super().__init__(*args, **kwargs)
