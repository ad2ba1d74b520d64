"""The board: running projects in a column for each stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.domain.stages import ORDER
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects import stage_words
from leanship.features.projects.models import Project
from leanship.features.projects.queries.choosing import Row, chosen, rows_of
from leanship.web.help import link as help_link
from leanship.web.layout import Empty, WhoSees
from leanship.web.lists import ListRequest

# A board with more is no board; the rest is a click away in the list.
MOST = 300


@dataclass(frozen=True)
class Column:
    """A stage and its projects."""

    code: str
    name: str
    short: str
    honest: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class BoardPage:
    """The board, or why it is empty; `left_off` counts the projects that found no room."""

    title: str
    lede: str
    who_sees: WhoSees
    request: ListRequest
    columns: tuple[Column, ...]
    stages: tuple[tuple[str, str], ...]
    left_off: int
    list_url: str
    empty: Empty | None


def board_page(actor: Actor, asked: ListRequest, today: date) -> BoardPage:
    """The board; two queries beside the choices."""
    found = chosen(actor, asked, today)
    rows = rows_of(found.order_by("-touched_at", "-id")[: MOST + 1], today)
    left_off = found.count() - MOST if len(rows) > MOST else 0
    columns = tuple(
        Column(
            stage.value,
            stage_words.stage_name(stage),
            stage_words.stage_short(stage),
            stage_words.honest(stage),
            tuple(row for row in rows[:MOST] if row.stage == stage),
        )
        for stage in ORDER
    )
    query = asked.url().partition("?")[2]
    to_list = reverse("projects:list")
    return BoardPage(
        title=_("Projects"),
        lede=_("What is being improved, by whom, and how far it has come."),
        who_sees=access.audience("project"),
        request=asked,
        columns=columns,
        stages=tuple((stage.value, stage_words.stage_name(stage)) for stage in ORDER),
        left_off=left_off,
        list_url=f"{to_list}?{query}" if query else to_list,
        empty=None if rows or asked.narrowed else nothing_yet(actor),
    )


def nothing_yet(actor: Actor) -> Empty:
    """The empty place where no project runs; one query, since ended ones are then named."""
    ended = access.visible(actor, Project.objects.exclude(ended_on=None)).exists()
    why = _(
        "Anybody can say what they saw and whom it would serve to change it. Somebody takes it up and leads it."
    )
    if ended:
        why = _("Those that ended are in the list.") + " " + why
    return Empty(
        title=_("Improvements will be here"),
        why=why,
        action=_("Raise an opportunity"),
        url=reverse("projects:raise"),
        how_to=help_link("how-to/lead-an-improvement"),
    )
