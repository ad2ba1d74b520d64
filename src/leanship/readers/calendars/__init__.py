"""Calendars: the bytes of one iCalendar file in, what takes place in a window out, with what cannot be read (M24).

`read_calendar` is all that others need. The libraries that know recurrences and time zones are heavy; they are loaded
when it is called and not before.
"""

from leanship.readers.calendars.model import (
    CalendarFile,
    CalendarLimits,
    CalendarProblem,
    LeftOut,
    Occurrence,
    day_start,
)
from leanship.readers.calendars.reading import read_calendar

__all__ = [
    "CalendarFile",
    "CalendarLimits",
    "CalendarProblem",
    "LeftOut",
    "Occurrence",
    "day_start",
    "read_calendar",
]
