"""What ran out goes: sessions that nobody can use any more, and jobs that ended long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from leanship.features.base import clock
from leanship.features.jobs.models import DONE, FAILED
from leanship.features.jobs.registry import Run, job

TIDY: Final = "jobs.tidy"
KEPT_DAYS: Final = 30


@job(TIDY, label=_("Forget old sessions and old jobs"), priority=-10)
def tidy(run: Run) -> None:
    """Forget sessions that ran out, and jobs that ended more than 30 days ago, the failed ones too."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    ended = DBTaskResult.objects.filter(status__in=(DONE, FAILED), job__isnull=False)
    while some := list(
        ended.filter(finished_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).values_list("pk", flat=True)[
            :1000
        ]
    ):
        DBTaskResult.objects.filter(pk__in=some).delete()  # and the jobs with them
        run.check()
