"""Files between being sent and being taken in: kept in LEANSHIP_HOME/imports, for their sender alone, for a day."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.fields import new_uid
from leanship.features.org.access import Actor

KEPT = 24 * 3600  # seconds
_UID = re.compile(r"[0-9a-z]{12}")


@dataclass(frozen=True)
class Kept:
    """A file that was sent: what it is for, how it is to be read, and who sent it."""

    uid: str
    kind: str
    filename: str
    digest: str
    options: Mapping[str, str]
    person_id: int | None

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return _folder() / f"{self.uid}.data"


def _folder() -> Path:
    return Path(settings.LEANSHIP_HOME) / "imports"


def keep(
    actor: Actor, *, kind: str, filename: str, chunks: Iterable[bytes], options: Mapping[str, str]
) -> Kept:
    """Write an upload down, readable by the server alone (mode 0600), and clear away what is older than a day.

    Raises Invalid for a file that is empty or larger than the setting allows.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep()
    uid, digest, size = new_uid(), hashlib.sha256(), 0
    path = folder / f"{uid}.data"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.MAX_UPLOAD_BYTES:
                break
            digest.update(chunk)
            file.write(chunk)
    if not 0 < size <= settings.MAX_UPLOAD_BYTES:
        path.unlink()
        most = settings.MAX_UPLOAD_BYTES // 1_048_576
        text = (
            _("The file is larger than %(most)d MB. Split it.") % {"most": most}
            if size
            else _("The file is empty.")
        )
        raise Invalid({"file": [text]})
    kept = Kept(uid, kind, filename, digest.hexdigest(), dict(options), actor.person_id)
    note = folder / f"{uid}.json"
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(kept), file)
    return kept


def find(actor: Actor, kind: str, uid: str) -> Kept:
    """An upload of the actor's own. Raises NotFound for another's, a swept one, or one of another kind."""
    if not _UID.fullmatch(uid):
        raise NotFound
    try:
        kept = Kept(**json.loads((_folder() / f"{uid}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise NotFound from None
    if kept.kind != kind or kept.person_id != actor.person_id or not _is_young(kept.path):
        raise NotFound
    return kept


def content(kept: Kept) -> bytes:
    """The bytes as they were sent. Raises Invalid when they are not those any more."""
    data = kept.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != kept.digest:
        raise Invalid({"": [_("The file on the server is not the one that was sent. Send it again.")]})
    return data


def remove(uid: str) -> None:
    """Forget an upload."""
    for path in (_folder() / f"{uid}.data", _folder() / f"{uid}.json"):
        path.unlink(missing_ok=True)


def _is_young(path: Path) -> bool:
    """Whether a file is there and was sent within a day, by the file system's clock, which dated it."""
    try:
        return path.stat().st_mtime >= time.time() - KEPT
    except FileNotFoundError:
        return False


def sweep() -> None:
    """Forget what was sent more than a day ago; the server does so once a day, and each upload before it begins."""
    for path in _folder().glob("*"):
        if not _is_young(path):
            path.unlink(missing_ok=True)
