"""The list of projects, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.queries.board import nothing_yet
from leanship.features.projects.queries.choosing import Row, chosen, rows_of
from leanship.readers.writing import Value
from leanship.web.layout import Crumb, Empty, WhoSees
from leanship.web.lists import ListPage, ListRequest

CSV_HEADER = (
    "id",
    "title",
    "stage",
    "leader",
    "leader_name",
    "taken_up",
    "team",
    "serves",
    "serves_whom",
    "raised_on",
    "stage_since",
    "changed_on",
    "outcome",
    "ended_on",
)


@dataclass(frozen=True)
class ListOfProjects:
    """One page of the list."""

    title: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    list: ListPage[Row]
    ended: bool
    empty: Empty | None


def list_page(actor: Actor, asked: ListRequest, today: date) -> ListOfProjects:
    """One page of the list; two queries beside the choices."""
    page: ListPage[Any] = asked.page(chosen(actor, asked, today))
    return ListOfProjects(
        title=_("Projects"),
        crumbs=(Crumb(_("Projects"), reverse("projects:board")), Crumb(_("List"))),
        who_sees=access.audience("project"),
        list=page.with_rows(rows_of(page.rows, today)),
        ended=asked.filter("state") == "ended",
        empty=None if page.total or asked.narrowed else nothing_yet(actor),
    )


def csv_rows(actor: Actor, asked: ListRequest, today: date) -> Iterator[tuple[Value, ...]]:
    """The whole list, one line a project; one query."""
    for project in chosen(actor, asked, today).order_by(*asked.order_by):
        yield (
            project.uid,
            project.title,
            project.stage,
            project.leader.uid,
            project.leader.name,
            "yes" if project.taken_up_at else "no",
            project.team.name if project.team else "",
            project.serves,
            project.serves_whom,
            project.raised_at.date().isoformat(),
            project.stage_since.date().isoformat(),
            project.touched_at.date().isoformat(),
            project.outcome,
            project.ended_on.isoformat() if project.ended_on else "",
        )
