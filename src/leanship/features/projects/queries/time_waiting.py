"""What of somebody's time waits for them: hours of last week without a class, and calendars that cannot be read."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.org.access import Actor
from leanship.features.org.waiting import Waiting
from leanship.features.projects import time_weeks, time_words
from leanship.features.projects.models import Calendar, WeekSplit
from leanship.features.projects.queries.calendars import is_broken

_WORTH_SAYING = 3_600  # seconds; less is no reason to call somebody


def waiting(actor: Actor) -> tuple[Waiting, ...]:
    """What waits for the actor. Three queries, and none but one for somebody without calendars."""
    if actor.person_id is None:
        return ()
    calendars = list(Calendar.objects.filter(person_id=actor.person_id, archived_at=None))
    if not calendars:
        return ()
    found = [
        Waiting(
            _("The calendar %(name)s could not be read for three days.") % {"name": each.name},
            reverse("projects:time_calendar", args=[each.uid]),
            None,
            overdue=False,
        )
        for each in calendars
        if is_broken(each)
    ]
    last = time_weeks.this_week(time_weeks.zone()) - 1
    rows = WeekSplit.objects.filter(person_id=actor.person_id, week=last)
    seconds = rows.values_list("unclassified", flat=True).first() or 0
    if seconds >= _WORTH_SAYING:
        text = _("%(hours)s of last week have no class yet.") % {"hours": time_words.hours(seconds)}
        found.append(Waiting(text, f"{reverse('projects:time_queue')}?weeks=last", None, overdue=False))
    return tuple(found)
