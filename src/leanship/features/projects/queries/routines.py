"""Routines as their owner sees them (M26): what is for today and this week, and what was done in the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.models import Routine, RoutineTick
from leanship.web import format as fmt
from leanship.web.help import link as help_link
from leanship.web.layout import Crumb, Empty, WhoSees

WEEKS: Final = 4
"""So many weeks the strip goes back; the one that runs counts."""

_FRIDAY: Final = 4


@dataclass(frozen=True)
class Box:
    """A day or a week of the strip: what it says, and whether it was done, or is still to come."""

    says: str
    done: bool
    now: bool
    gap: bool  # a week begins here


@dataclass(frozen=True)
class RoutineRow:
    """A routine with its last weeks."""

    uid: str
    text: str
    done: bool
    strip: tuple[Box, ...]
    strip_says: str
    first: bool
    last: bool


@dataclass(frozen=True)
class RoutinesPage:
    """All routines of the viewer."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    daily: tuple[RoutineRow, ...]
    weekly: tuple[RoutineRow, ...]
    away: tuple[tuple[str, str], ...]  # uid and text of those that were put away
    day_says: str
    week_says: str
    form: Form
    empty: Empty


@dataclass(frozen=True)
class TodayRoutines:
    """What the page Today shows: what is for today and for this week, and how much of it is done."""

    daily: tuple[RoutineRow, ...]
    weekly: tuple[RoutineRow, ...]
    url: str

    @property
    def open(self) -> tuple[RoutineRow, ...]:
        """What is not done yet."""
        return tuple(row for row in (*self.daily, *self.weekly) if not row.done)


def find_routine(actor: Actor, uid: str, act: str = "edit") -> Routine:
    """A routine of the actor; one query. Raises NotFound for everybody but its owner."""
    found = access.visible(actor, Routine.objects.filter(uid=uid).select_related("person"), act).first()
    if found is None:
        raise NotFound
    return found


def _rows(routines: Sequence[Routine], on: date) -> dict[str, tuple[RoutineRow, ...]]:
    """By cadence; one query for the ticks of all."""
    monday = on - timedelta(days=on.weekday() + 7 * (WEEKS - 1))
    earliest = {each: periods.ordinal(each, monday) for each in (Cadence.DAY, Cadence.WEEK)}
    ticks: dict[int, set[int]] = {}
    found = RoutineTick.objects.filter(routine__in=routines)
    for pk, ordinal in found.values_list("routine_id", "ordinal"):
        ticks.setdefault(pk, set()).add(ordinal)
    rows: dict[str, tuple[RoutineRow, ...]] = {}
    for cadence in (Cadence.DAY, Cadence.WEEK):
        mine = [one for one in routines if one.cadence == cadence.value]
        now = periods.ordinal(cadence, on)
        rows[cadence.value] = tuple(
            _row(
                one,
                ticks.get(one.pk, set()),
                range(earliest[cadence], now + 1),
                place == 0,
                place == len(mine) - 1,
            )
            for place, one in enumerate(mine)
        )
    return rows


def _row(one: Routine, done: set[int], span: range, first: bool, last: bool) -> RoutineRow:
    cadence = Cadence(one.cadence)
    boxes = []
    for ordinal in span:
        day = periods.first_day(cadence, ordinal)
        # nobody is asked for a Saturday; who did it then sees it all the same
        if cadence is Cadence.DAY and day.weekday() > _FRIDAY and ordinal not in done and ordinal != span[-1]:
            continue
        name = fmt.period(cadence, ordinal)
        says = _("%(period)s: done") if ordinal in done else _("%(period)s: not done")
        begins = cadence is Cadence.DAY and day.weekday() == 0
        boxes.append(Box(says % {"period": name}, ordinal in done, ordinal == span[-1], begins))
    count = sum(box.done for box in boxes)
    if cadence is Cadence.DAY:
        says = ngettext(
            "done on %(n)d day of the last four weeks", "done on %(n)d days of the last four weeks", count
        )
    else:
        says = ngettext("done in %(n)d of the last four weeks", "done in %(n)d of the last four weeks", count)
    return RoutineRow(one.uid, one.text, span[-1] in done, tuple(boxes), says % {"n": count}, first, last)


def today(actor: Actor, on: date) -> TodayRoutines:
    """The viewer's routines with what is done today and this week; two queries."""
    mine = list(access.visible(actor, Routine.objects.filter(archived_at=None, person_id=actor.own_id)))
    rows = _rows(mine, on)
    return TodayRoutines(rows["day"], rows["week"], reverse("projects:routines"))


def routines_page(actor: Actor, on: date, form: Form) -> RoutinesPage:
    """The page; two queries."""
    everything = list(access.visible(actor, Routine.objects.filter(person_id=actor.own_id)))
    rows = _rows([one for one in everything if one.archived_at is None], on)
    return RoutinesPage(
        title=_("Standard work"),
        lede=_("What you mean to do every working day and every week, to see how things go and to help."),
        crumbs=(Crumb(_("Projects"), reverse("projects:board")), Crumb(_("Standard work"))),
        who_sees=access.only_self(),
        daily=rows["day"],
        weekly=rows["week"],
        away=tuple((one.uid, one.text) for one in everything if one.archived_at is not None),
        day_says=fmt.day(on),
        week_says=fmt.period(Cadence.WEEK, periods.ordinal(Cadence.WEEK, on)),
        form=form,
        empty=Empty(
            title=_("Your routines will be here"),
            why=_(
                "A few things that are done every day or every week: walk through the department, look at the board, "
                "ask one person what gets in the way. A short list that is kept is worth more than a long one."
            ),
            how_to=help_link("how-to/keep-your-standard-work"),
        ),
    )
