"""Calendar files between being sent and being read: in LEANSHIP_HOME/calendars, for a day at most."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from leanship.features.base.errors import Invalid
from leanship.features.base.fields import new_uid

LONGEST: Final = 50_000_000  # what the reader of calendars takes at most
_KEPT: Final = 24 * 3600  # seconds, should nobody ever come to read it
_UID: Final = re.compile(r"[0-9a-z]{12}")


def _folder() -> Path:
    return Path(settings.LEANSHIP_HOME) / "calendars"


def keep(chunks: Iterable[bytes]) -> str:
    """Write a file down, readable by the server alone; its uid. Raises Invalid for an empty or too large one."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    most = min(LONGEST, settings.MAX_UPLOAD_BYTES)
    uid, size = new_uid(), 0
    path = folder / f"{uid}.ics"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                break
            file.write(chunk)
    if not 0 < size <= most:
        path.unlink()
        text = _("The file is larger than %(most)d MB.") % {"most": most // 1_000_000}
        raise Invalid({"file": [text if size else _("The file is empty.")]})
    return uid


def content(uid: str) -> bytes | None:
    """The bytes as they were sent; None where they are gone."""
    if not _UID.fullmatch(uid):
        return None
    try:
        return (_folder() / f"{uid}.ics").read_bytes()
    except FileNotFoundError:
        return None


def remove(uid: str) -> None:
    """Forget a file."""
    if _UID.fullmatch(uid):
        (_folder() / f"{uid}.ics").unlink(missing_ok=True)


def sweep() -> None:
    """Forget what was sent more than a day ago, by the file system's clock, which dated it."""
    for path in _folder().glob("*.ics"):
        try:
            if path.stat().st_mtime < time.time() - _KEPT:
                path.unlink()
        except FileNotFoundError:
            continue  # just read, and removed by whoever read it
