"""Tests and prototypes. What one expects is written before what came; the clock keeps the order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.actions._writing import by, happened, lines, one_of, open_project, save
from leanship.features.projects.models import Project, Trial, Why

_LONGEST = 5_000
_TICK = timedelta(microseconds=1)


def add_trial(
    actor: Actor,
    *,
    project: Project,
    what: str,
    kind: str = Trial.Kind.TEST,
    prediction: str = "",
    why: Why | None = None,
) -> Trial:
    """Set up a test or a prototype, with what one expects of it. Raises Refused, or Invalid."""
    access.require(actor, "edit", project)
    open_project(project)
    _of_this(project, why)
    prediction = lines("prediction", prediction, most=_LONGEST, required=False)
    with transaction.atomic():
        trial = Trial.objects.create(
            project=project,
            why=why,
            kind=one_of("kind", kind, Trial.Kind.values),
            what=lines("what", what, most=_LONGEST),
            prediction=prediction,
            predicted_at=clock.now() if prediction else None,
            author_id=by(actor),
        )
        happened("project.trial_added", actor, project, trial=trial.pk)
    return trial


def edit_trial(
    actor: Actor,
    *,
    trial: Trial,
    what: str,
    kind: str,
    prediction: str,
    why: Why | None = None,
    version: int | None = None,
) -> Trial:
    """Change what is tried, what it tries, and what one expects. Raises Refused, Invalid, or Conflict."""
    access.require(actor, "edit", trial.project)
    open_project(trial.project)
    _of_this(trial.project, why)
    changes: dict[str, Any] = {
        "what": lines("what", what, most=_LONGEST),
        "kind": one_of("kind", kind, Trial.Kind.values),
        "why": why,
        "prediction": lines("prediction", prediction, most=_LONGEST, required=False),
    }
    changes |= _predicted(trial, changes["prediction"])
    with transaction.atomic():
        save(trial, version, changes, ("what", "prediction"))
        happened("project.trial_edited", actor, trial.project, trial=trial.pk)
    return trial


def predict(actor: Actor, *, trial: Trial, prediction: str, version: int | None = None) -> Trial:
    """Write what one expects. Raises Refused, Invalid, or Conflict."""
    text = lines("prediction", prediction, most=_LONGEST)
    return edit_trial(
        actor,
        trial=trial,
        what=trial.what,
        kind=trial.kind,
        prediction=text,
        why=trial.why,
        version=version,
    )


def _predicted(trial: Trial, text: str) -> dict[str, datetime | None]:
    """When the prediction was made or changed. Whatever clock there is, after a result is after it."""
    if text == trial.prediction:
        return {}
    at = clock.now()
    if trial.result_at is not None:
        at = max(at, trial.result_at + _TICK)
    if trial.predicted_at is None:
        return {"predicted_at": at}
    return {"prediction_changed_at": at}


def record_result(
    actor: Actor, *, trial: Trial, result: str, outcome: str, learned: str = "", version: int | None = None
) -> Trial:
    """Write what came, how it lies to what was expected, and what was learned; the instant of the first time stays.

    Raises Refused, Invalid, or Conflict.
    """
    access.require(actor, "edit", trial.project)
    open_project(trial.project)
    changes: dict[str, Any] = {
        "result": lines("result", result, most=_LONGEST),
        "outcome": one_of("outcome", outcome, Trial.Outcome.values),
        "learned": lines("learned", learned, most=_LONGEST, required=False),
    }
    if trial.result_at is None:
        written = [at for at in (trial.predicted_at, trial.prediction_changed_at) if at is not None]
        changes["result_at"] = max([clock.now(), *written])
    with transaction.atomic():
        save(trial, version, changes, ("result", "learned"))
        happened("project.result_recorded", actor, trial.project, trial=trial.pk, outcome=outcome)
    return trial


def archive_trial(actor: Actor, *, trial: Trial) -> Trial:
    """Take a trial off the page; `restore_trial` is the undo. Raises Refused."""
    return _archived(actor, trial, archived=True)


def restore_trial(actor: Actor, *, trial: Trial) -> Trial:
    """Put a trial back. Raises Refused."""
    return _archived(actor, trial, archived=False)


def _archived(actor: Actor, trial: Trial, *, archived: bool) -> Trial:
    access.require(actor, "edit", trial.project)
    open_project(trial.project)
    if (trial.archived_at is not None) != archived:
        with transaction.atomic():
            save(trial, None, {"archived_at": clock.now() if archived else None})
            kind = "project.trial_archived" if archived else "project.trial_restored"
            happened(kind, actor, trial.project, trial=trial.pk)
    return trial


def _of_this(project: Project, why: Why | None) -> None:
    if why is not None and why.project_id != project.pk:
        raise Invalid({"why": [_("Choose a cause of this project.")]})
