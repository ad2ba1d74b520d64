"""The word that only whoever starts the server can read: without it nobody sets up a new installation.

The console shows it; the folder of the installation keeps its hash, readable by the owner alone.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from django.conf import settings

from leanship.features.accounts import secrets
from leanship.features.base.fields import new_uid


def _path() -> Path:
    return Path(settings.LEANSHIP_HOME) / "setup_token"


def issue() -> str:
    """A new token; the one before is good no more.

    Raises OSError when the folder cannot be written.
    """
    # 94 random bits in groups that one can read aloud and type
    token = "-".join(new_uid()[:4] for _ in range(5))
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name("setup_token.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.digest(token))
    fresh.replace(path)
    return token


def is_right(token: str) -> bool:
    """Whether this is the token that was issued last; False where none was."""
    try:
        kept = _path().read_text(encoding="ascii").strip()
    except OSError:
        return False
    return bool(kept) and hmac.compare_digest(kept, secrets.digest(token.strip().lower()))


def consume() -> None:
    """Make the token useless."""
    _path().unlink(missing_ok=True)
