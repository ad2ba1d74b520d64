"""Raising an opportunity: what the form begins with, and what it shows beside itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Team
from leanship.features.productivity.models import Series
from leanship.features.projects.queries.similar import Similar
from leanship.web.layout import Crumb, WhoSees


@dataclass(frozen=True)
class RaisePage:
    """The form, and what resembles what is being raised."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    similar: tuple[Similar, ...]
    second_look: bool

    @property
    def looked(self) -> str:
        """Which projects were shown, for the form to send along."""
        return ",".join(each.uid for each in self.similar)


@dataclass(frozen=True)
class Resembling:
    """What resembles a title that is being typed."""

    who_sees: WhoSees
    similar: tuple[Similar, ...]

    @property
    def looked(self) -> str:
        """Which projects were shown."""
        return ",".join(each.uid for each in self.similar)


@dataclass(frozen=True)
class Called:
    """A team for a field to suggest."""

    uid: str
    name: str
    title: str


def raise_page(form: Form, similar: tuple[Similar, ...] = (), *, second_look: bool = False) -> RaisePage:
    """The page that the form stands on."""
    return RaisePage(
        title=_("Raise an opportunity"),
        lede=_("Something you saw that could be better. Three lines will do; the rest comes later."),
        crumbs=(Crumb(_("Projects"), reverse("projects:board")), Crumb(_("Raise an opportunity"))),
        who_sees=access.audience("project"),
        form=form,
        similar=similar,
        second_look=second_look,
    )


def prefilled(actor: Actor, series: str) -> dict[str, Any]:
    """What the form begins with where somebody comes from a series they may see: the KPI's name, and the team.

    No figure is taken over: a project is open to everyone, figures about a person are not.
    """
    rows = (
        Series.objects.filter(uid=series).select_related("kpi", "team") if series else Series.objects.none()
    )
    found = access.visible(actor, rows).first()
    if found is None:
        return {}
    return {
        "title": _("%(kpi)s does not meet its standard yet") % {"kpi": found.kpi.name},
        "team": found.team,
        "take_up": True,
    }


def teams_called(actor: Actor, typed: str) -> tuple[Called, ...]:
    """A few teams that hold every word that was typed; one query."""
    words = typed.replace("\x00", "").casefold().split()
    if not words:
        return ()
    rows = access.visible(actor, Team.objects.filter(archived_at=None))
    for word in words[:8]:
        rows = rows.filter(search__contains=word)
    return tuple(Called(team.uid, team.name, team.department) for team in rows[:10])
