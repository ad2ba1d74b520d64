"""What time brings to results: the day of a check."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from leanship.features.jobs import schedule
from leanship.features.jobs.registry import Run, job

JUDGE: Final = "projects.judge_due"


@job(JUDGE, label=_("Judge results whose check has come"), lease_seconds=600)
def judge_due(run: Run) -> None:
    """Give every check whose day has come its verdict. A second run gives none."""
    from leanship.features.projects.actions import results

    results.judge_due()


schedule.daily(JUDGE)
