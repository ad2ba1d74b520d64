"""Projects that may be the same as the one somebody is about to raise."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from leanship.domain.likeness import likely, words
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import stage_words
from leanship.features.projects.models import Project

# A longer title says no more than its first words, and a word is found by how it begins, whatever its ending.
_WORDS = 8
_BEGINNING = 4
_LOOKED_AT = 400


@dataclass(frozen=True)
class Similar:
    """A project that resembles what is being typed."""

    uid: str
    title: str
    leader: str
    stage: str


def similar(actor: Actor, title: str) -> tuple[Similar, ...]:
    """Open projects that resemble a title, the most alike first, at most five; one query.

    The database chooses by how the words begin; of those, the latest changed are compared in full.
    """
    asked = words(title.replace("\x00", "")[:200])[:_WORDS]
    if not asked or max(map(len, asked)) < _BEGINNING:
        return ()
    begins = Q()
    for word in asked:
        begins |= Q(search__contains=word[:_BEGINNING])
    rows = (
        access.visible(actor, Project.objects.filter(begins, ended_on=None, archived_at=None))
        .select_related("leader")
        .order_by("-touched_at", "-id")[:_LOOKED_AT]
    )
    by_uid = {row.uid: row for row in rows}
    found = likely(title[:200], ((uid, f"{row.title} {row.search}") for uid, row in by_uid.items()))
    return tuple(
        Similar(row.uid, row.title, row.leader.name, stage_words.stage_name(row.stage))
        for row in (by_uid[each.key] for each in found)
    )
