"""What time alone brings to the projects category: a week closes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from leanship.features.base import policies
from leanship.features.jobs import schedule
from leanship.features.jobs.registry import Run, job
from leanship.features.projects import standings

REFRESH: Final = "projects.refresh_standings"


@job(REFRESH, label=_("Bring the projects category up to date"), priority=-5, lease_seconds=600)
def refresh_standings(run: Run) -> None:
    """Give everyone with evidence their standing of the week that closed. A second run writes nothing."""
    standings.refresh_due(policies.today())


schedule.daily(REFRESH)
