"""What time alone brings to figures."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from leanship.features.base import policies
from leanship.features.jobs.registry import Run, job
from leanship.features.productivity import standings

REFRESH: Final = "productivity.refresh_standings"


@job(REFRESH, label=_("Bring standings up to date"), priority=-5, lease_seconds=600)
def refresh_standings(run: Run) -> None:
    """Freeze the peers of closed periods, and rate what closed. A second run writes nothing."""
    standings.refresh_due(policies.today())
