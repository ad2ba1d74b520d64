"""The page that changes a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leanship.domain.periods import Cadence
from leanship.features.org.access import Actor
from leanship.features.productivity.models import PointNote
from leanship.features.productivity.opened import Head, head_of, open_series
from leanship.web import format as fmt


@dataclass(frozen=True)
class NotePage:
    """The form of one note."""

    head: Head
    title: str
    lede: str
    uid: str
    form: Any

    @property
    def who_sees(self) -> object:
        """For the shell."""
        return self.head.who_sees

    @property
    def crumbs(self) -> object:
        """For the shell."""
        return self.head.crumbs


def note_page(actor: Actor, note: PointNote, form: Any) -> NotePage:
    """The page of a note: two queries. Raises NotFound where the actor may not see the series."""
    series, may = open_series(actor, note.series.uid)
    head = head_of(series, may, _("Note"))
    period = fmt.period(Cadence(series.kpi.cadence), note.ordinal)
    return NotePage(
        head, _("Note on %(period)s") % {"period": period}, f"{head.title}, {head.subject}", note.uid, form
    )
