"""What happens to calendars by itself: reading them, once an hour those with an address, and forgetting."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from leanship.features.base import clock, policies, sealing
from leanship.features.jobs import queue, schedule
from leanship.features.jobs.registry import Run, job
from leanship.features.projects import fetching, sent_calendars, time_weeks
from leanship.features.projects.actions import calendars, occurrences
from leanship.features.projects.models import Calendar
from leanship.features.projects.queries.calendars import job_key

REFRESH: Final = "time.refresh_feeds"
TIDY: Final = "time.tidy"
_LONGEST_PAUSE: Final = 24  # hours between two tries of an address that fails again and again
_MOST_OCCURRENCES: Final = 20_000  # of one calendar in the window: fifty a day


@job(calendars.READ, label=_("Read a calendar"), retries=3, lease_seconds=300, priority=10)
def read_calendar(run: Run, *, calendar_id: int, upload: str = "") -> None:
    """Read one calendar, from the file `upload` or from its address. Why it cannot be read is its owner's to know: it
    stands at the calendar, and the job is done."""
    calendar = Calendar.objects.filter(pk=calendar_id, archived_at=None).first()
    if calendar is None:
        sent_calendars.remove(upload)
        return
    run.progress(0, 3)
    content = sent_calendars.content(upload) if upload else _fetched(calendar)
    if content is None:
        return
    run.progress(1, 3)
    _take_in(run, calendar, content, is_new=bool(upload))
    sent_calendars.remove(upload)


def _fetched(calendar: Calendar) -> bytes | None:
    if calendar.sealed_address is None:
        return None
    try:
        return fetching.fetch(sealing.unseal(calendar.sealed_address), calendars.limits())
    except fetching.FetchFailed as failed:
        occurrences.fail(calendar, failed.code)
    except sealing.Unreadable:
        occurrences.fail(calendar, "sealed")
    return None


def _take_in(run: Run, calendar: Calendar, content: bytes, *, is_new: bool) -> None:
    from leanship.readers.calendars import CalendarLimits, read_calendar

    digest = hashlib.sha256(content).hexdigest()
    where = time_weeks.zone()
    read_week = time_weeks.week_of(calendar.read_at, where) if calendar.read_at else None
    # the weeks that are kept move on with the week; within one the same content gives the same events
    if not is_new and digest == calendar.digest and read_week == time_weeks.this_week(where):
        occurrences.find_unchanged(calendar)
        return
    kept = time_weeks.window(where)
    limits = CalendarLimits(occurrences=_MOST_OCCURRENCES)
    zone = calendars.zone_of(calendar)
    file = read_calendar(content, begin=kept.begin, end=kept.end, zone=zone, limits=limits)
    run.progress(2, 3)
    if file.readable:
        occurrences.take_in(calendar, file, digest=digest)
    else:
        occurrences.fail(calendar, occurrences.UNREADABLE, file.problems)
    run.progress(3, 3)


@job(REFRESH, label=_("Read calendars from their addresses"), retries=1)
def refresh_feeds(run: Run) -> None:
    """Have each calendar with an address read, those that failed after a pause that doubles with each failure.

    Not of those who left, and of nobody where the part is switched off: what nobody looks at is not fetched.
    """
    _organisation, off = policies.organisation_and_modules_off()
    if "projects" in off:
        return
    now = clock.now()
    feeds = Calendar.objects.filter(
        archived_at=None, sealed_address__isnull=False, person__left_on=None, person__erased_at=None
    )
    for calendar in feeds.defer("sealed_address").order_by("pk").iterator():
        pause = timedelta(hours=min(2**calendar.failures, _LONGEST_PAUSE) if calendar.failures else 0)
        if calendar.tried_at is None or calendar.tried_at + pause <= now:
            queue.put(
                calendars.READ,
                key=job_key(calendar),
                calendar_id=calendar.pk,
                upload="",
            )


@job(TIDY, label=_("Forget old events, and close the week"), retries=3)
def tidy(run: Run) -> None:
    """Delete what is kept no longer, and give everyone with a calendar the weeks that began since."""
    sent_calendars.sweep()
    # found before: somebody whose last calendar goes has no weeks any more
    people = list(Calendar.objects.order_by("person_id").values_list("person_id", flat=True).distinct())
    occurrences.forget_old_events()
    for number, person_id in enumerate(people, 1):
        occurrences.make_weeks(person_id)
        run.progress(number, len(people))


schedule.every(REFRESH, minutes=60)
schedule.daily(TIDY)
