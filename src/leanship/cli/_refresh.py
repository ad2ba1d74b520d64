"""Once a day, after midnight where the organisation is, standings are brought up to date and what ran out goes."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from leanship.cli import COMMANDS

MARK = "standings_refreshed"  # in the home: the day of the last refresh
_AFTER_START = 3.0  # seconds; the first pages come first
_AGAIN = 3600.0  # seconds until the next try after one that failed
_log = logging.getLogger("leanship.refresh")


def seconds_to_midnight(now: datetime, time_zone: str) -> float:
    """Seconds from `now` until a minute into the next day of `time_zone`."""
    here = now.astimezone(ZoneInfo(time_zone))
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(0, 1), here.tzinfo)
    # through UTC, since a day on which clocks change has 23 or 25 hours
    return (tomorrow.astimezone(ZoneInfo("UTC")) - now.astimezone(ZoneInfo("UTC"))).total_seconds()


def tidy() -> None:
    """Forget sessions that ran out, and files that were sent and never taken in."""
    from django.contrib.sessions.models import Session
    from django.db import connection
    from django.utils import timezone

    from leanship.connect import uploads

    uploads.sweep()
    try:
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
    finally:
        connection.close()


class Refresher(threading.Thread):
    """Runs `leanship standings refresh` in a process of its own, when it is due."""

    def __init__(self, home: Path) -> None:
        super().__init__(name="leanship-refresh", daemon=True)
        self.home = home
        self.stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Refresh when due, then sleep until the next midnight; until `stop`."""
        wait = _AFTER_START
        while not self.stopping.wait(wait):
            try:
                wait = self.turn()
            except Exception:
                # The database may be away for a while; the thread must outlive that.
                _log.exception("Standings could not be brought up to date; trying again in an hour.")
                wait = _AGAIN

    def turn(self) -> float:
        """Refresh if it has not been done today; the seconds to wait until the next look."""
        from django.db import connection
        from django.utils import timezone

        from leanship.features.base import policies

        try:
            organisation = policies.organisation()
        finally:
            connection.close()
        if organisation is None:
            return 60.0
        today = policies.today_of(organisation).isoformat()
        mark = self.home / MARK
        if not mark.exists() or mark.read_text(encoding="ascii").strip() != today:
            tidy()
            if self.refresh():
                mark.write_text(today, encoding="ascii")
            else:
                return _AGAIN
        return seconds_to_midnight(timezone.now(), organisation.time_zone)

    def refresh(self) -> bool:
        """Run the command; whether it went well. A version without the command has nothing to refresh."""
        if "standings" not in COMMANDS:
            return True
        words = ["-c", "from leanship.cli import main; main(prog_name='leanship')", "standings", "refresh"]
        self._child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)  # noqa: S603
        code = self._child.wait()
        self._child = None
        if code and not self.stopping.is_set():
            _log.error("leanship standings refresh ended with %d.", code)
        return code == 0

    def stop(self) -> None:
        """End, and with it a refresh that is under way; it begins anew at the next start."""
        self.stopping.set()
        if (child := self._child) is not None:
            child.terminate()
