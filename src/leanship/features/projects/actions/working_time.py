"""Working hours, of which the strategic share is one (M23): contracted hours a week from a day on."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import events
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects import time_weeks
from leanship.features.projects.models import WorkingTime

MOST_HOURS: Final = 80


def set_working_time(
    actor: Actor, *, person: Person, minutes_per_week: int | None, no_target: bool, valid_from: date
) -> WorkingTime:
    """Say how long one works a week from a day on (None: not known), and whether the whole role is improvement.

    The person says it, and whoever may see the share sees it. Earlier days keep what held then; of two from the same
    day the later one counts. Raises NotFound or Refused for somebody else's, Invalid for hours out of 1 to 80.
    """
    access.require(actor, "edit", About("time_share", person))
    if minutes_per_week is not None and not 60 <= minutes_per_week <= MOST_HOURS * 60:
        raise Invalid({"hours": [_("Between 1 and %(most)d hours a week.") % {"most": MOST_HOURS}]})
    with transaction.atomic():
        time_weeks.hold(person.pk)
        row = WorkingTime.objects.create(
            person=person,
            minutes_per_week=minutes_per_week,
            no_target=no_target,
            valid_from=valid_from,
            set_by_id=actor.person_id,
        )
        _record(actor, "working_time.set", row)
        time_weeks.rewrite(person.pk)
    return row


def take_back_working_time(actor: Actor, *, person: Person, pk: int) -> None:
    """Take back what was said of the working time, such as by mistake. Raises NotFound for what there is not."""
    access.require(actor, "edit", About("time_share", person))
    with transaction.atomic():
        time_weeks.hold(person.pk)
        row = WorkingTime.objects.filter(person=person, pk=pk).first()
        if row is None:
            raise NotFound
        _record(actor, "working_time.taken_back", row)
        row.delete()
        time_weeks.rewrite(person.pk)


def _record(actor: Actor, kind: str, row: WorkingTime) -> None:
    events.record(
        kind,
        actor_id=actor.person_id,
        subject_kind="time",
        subject_id=row.person_id,
        minutes=row.minutes_per_week,
        no_target=row.no_target,
        valid_from=row.valid_from.isoformat(),
    )
