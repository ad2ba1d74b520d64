"""What a text of the page said before, and what changed from one version to another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import stage_words
from leanship.features.projects.models import Project, Section, SectionRevision
from leanship.features.projects.queries.parts import name_of
from leanship.web.layout import Crumb, WhoSees

_MOST_WORDS = 6_000  # above this the comparison is by lines: word by word it would take seconds


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison: the same in both, taken out, or put in."""

    kind: str  # same, out, in
    text: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    version: int
    at: datetime
    by: str
    shown: bool
    present: bool
    url: str


@dataclass(frozen=True)
class VersionsPage:
    """The versions of a text, one of them compared with the one before it."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    uid: str
    key: str
    present: int
    shown: VersionLine
    before: int | None
    pieces: tuple[Piece, ...]
    versions: tuple[VersionLine, ...]
    may_restore: bool


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """What was taken out of a text and what was put in, in the order of reading."""
    split = (
        r"\s+|\w+|[^\w\s]" if len(before.split()) + len(after.split()) <= _MOST_WORDS else r"[^\n]*\n|[^\n]+"
    )
    old, new = re.findall(split, before), re.findall(split, after)

    def pieces() -> Iterator[Piece]:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for _tag, a, b, c, d in matcher.get_opcodes():
            if _tag == "equal":
                yield Piece("same", "".join(old[a:b]))
                continue
            if b > a:
                yield Piece("out", "".join(old[a:b]))
            if d > c:
                yield Piece("in", "".join(new[c:d]))

    return tuple(pieces())


def versions_page(actor: Actor, project: Project, key: str, shown: str = "") -> VersionsPage:
    """The versions of a text of `project`; `shown` is the number of the one to look at, else the newest.

    Raises NotFound where the text was never written, or has no such version.
    """
    rows: QuerySet[Any] = SectionRevision.objects.filter(section__project=project, section__key=key)
    found = list(rows.annotate(by=name_of("by_id")).order_by("-version"))
    wanted = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 9 else None
    if key not in Section.Key.values or not found:
        raise NotFound
    at = next((i for i, row in enumerate(found) if wanted in (None, row.version)), None)
    if at is None:
        raise NotFound
    older = found[at + 1] if at + 1 < len(found) else None
    here = reverse("projects:versions", args=[project.uid, key])
    back = reverse("projects:project", args=[project.uid])
    lines = tuple(
        VersionLine(row.version, row.at, row.by or "", i == at, i == 0, f"{here}?version={row.version}")
        for i, row in enumerate(found)
    )
    running = project.ended_on is None and project.archived_at is None
    return VersionsPage(
        title=_("%(text)s: earlier versions") % {"text": stage_words.section_title(key)},
        lede=project.title,
        crumbs=(
            Crumb(_("Projects"), reverse("projects:board")),
            Crumb(project.title, f"{back}#text-{key}"),
            Crumb(_("Versions")),
        ),
        who_sees=access.audience("project", project.leader),
        uid=project.uid,
        key=key,
        present=found[0].version,
        shown=lines[at],
        before=older.version if older else None,
        pieces=compare(older.text if older else "", found[at].text),
        versions=lines,
        may_restore=running and at > 0 and bool(access.may(actor, "edit", project)),
    )
