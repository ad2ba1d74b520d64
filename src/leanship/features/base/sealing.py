"""Texts that the database keeps and cannot read: the key lies beside it, and in none of its backups."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_FILE = "sealing.key"


class Unreadable(Exception):
    """What was sealed cannot be opened: it was sealed with another key, or is damaged."""


def _fernet() -> Fernet:
    from cryptography.fernet import Fernet

    path = Path(settings.LEANSHIP_HOME) / KEY_FILE
    if not path.exists():
        # Written aside and linked, so that of two processes that start together one makes the key, whole, and the
        # other reads it.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=path.parent)  # readable by this user alone
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
        with suppress(FileExistsError):
            os.link(aside, path)
        Path(aside).unlink()
    return Fernet(path.read_bytes())


def seal(text: str) -> bytes:
    """`text`, so that only whoever has the key file of this home can read it. The key is made when it is first
    needed; whoever loses it loses what was sealed."""
    return _fernet().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The text that was sealed.

    Raises Unreadable where the key is another one, as after a restore on a new machine.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().decrypt(bytes(sealed)).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error
