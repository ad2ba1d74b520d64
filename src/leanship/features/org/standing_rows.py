"""Writing standings: rows that are never changed, each with a digest of all it says.

Every category works its own out and hands them over as drafts; which of them differ from what is kept is theirs to
know. It lies here, and not beside the model, since rows in bulk are written by `org.bulk`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from leanship.features.base import clock
from leanship.features.base.fields import new_uid
from leanship.features.base.models import Standing
from leanship.features.org.bulk import insert_rows

_FIELDS = (
    "uid",
    "subject_kind",
    "subject_id",
    "cadence",
    "ordinal",
    "raw",
    "band",
    "counts",
    "digest",
    "replaces",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A row to be written; `replaces` is the id of the current row it takes the place of.

    `subject` is its kind and id. `counts` are JSON already: thousands of drafts wait in memory, and lists in them
    would be walked again and again when it is tidied up.
    """

    subject: tuple[str, int]
    cadence: str
    ordinal: int
    raw: str
    band: str
    counts: str
    digest: str
    replaces: int | None


def digest_of(rule_version: str, raw: str, band: str, counts: dict[str, Any]) -> str:
    """SHA-256 over everything a standing says, and the rule it follows."""
    said = [rule_version, raw, band, counts]
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write(drafts: Sequence[Draft], *, category: str, rule_version: str, reason: str) -> int:
    """Write the drafts as current rows and retire those they replace; how many.

    Called inside a transaction. `reason` is a code, cut at 60 characters.
    """
    same: dict[str, Any] = {
        "category": category,
        "rule_version": rule_version,
        "reason": reason[:60],
        "made_at": clock.now(),
        "is_current": True,
    }
    replaced = [draft.replaces for draft in drafts if draft.replaces is not None]
    for begin in range(0, len(replaced), 5_000):
        Standing.objects.filter(pk__in=replaced[begin : begin + 5_000]).update(is_current=False)
    rows = (
        (
            new_uid(),
            *draft.subject,
            draft.cadence,
            draft.ordinal,
            draft.raw,
            draft.band,
            draft.counts,
            draft.digest,
            draft.replaces,
            *same.values(),
        )
        for draft in drafts
    )
    insert_rows(Standing, (*_FIELDS, *same), rows)
    return len(drafts)
