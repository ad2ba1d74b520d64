"""Finding what fits (M25), outside the web workers: only here the solver is loaded."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from leanship.features.base import clock
from leanship.features.jobs.registry import Run, job
from leanship.features.projects.actions.portfolio import FIT
from leanship.features.projects.models import FitRun
from leanship.features.projects.portfolio_given import Question, read_rows

SECONDS: Final = 240.0  # nobody waits at the keyboard, and a thirtieth of it is for the questions


@job(FIT, label=_("Find what fits"), retries=2, lease_seconds=300, priority=10)
def find_what_fits(run: Run, *, run_id: int) -> None:
    """Find the best set of a portfolio as it stands now, and keep it with what it was found for."""
    asked = FitRun.objects.filter(pk=run_id, done_at=None).select_related("portfolio").first()
    if asked is None:
        return  # asked anew since, or the portfolio is gone
    question = read_rows(asked.portfolio).question()
    asked.given = question.digest
    asked.result, asked.failure = None, ""
    try:
        asked.result = answer(question)
    except ValueError:
        asked.failure = "too_long"
    asked.done_at = clock.now()
    asked.save(update_fields=["given", "result", "failure", "done_at"])


def answer(question: Question, seconds: float = SECONDS) -> dict[str, Any]:
    """The best set with its question, as it is kept. Raises ValueError for figures too long to be added up."""
    from leanship.domain.portfolio import Candidate, fit

    found = fit(
        [
            Candidate(one.name, one.value, one.minutes, frozenset(one.excludes), frozenset(one.requires))
            for one in question.candidates
        ],
        {one.name: one.minutes for one in question.capacities},
        seconds=seconds,
        hour=60,
    )
    return {
        "question": question.as_json(),
        "status": found.status.value,
        "value": found.value,
        "bound": found.bound,
        "chosen": list(found.chosen),
        "fragile": list(found.fragile),
        "undecided": list(found.undecided),
        "used": dict(found.used),
        "one_more": dict(found.one_more),
    }
