"""What the import pages leave behind."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from leanship.connect import uploads
from leanship.features.jobs.registry import Run, job

SWEEP: Final = "connect.sweep"


@job(SWEEP, label=_("Forget files that were sent and never taken in"), priority=-10)
def sweep(run: Run) -> None:
    """Remove what was sent more than a day ago."""
    uploads.sweep()
