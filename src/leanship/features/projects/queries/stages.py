"""Where a project stands: its stage, what each asks for and lacks, and for how long nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from leanship.domain.stages import ORDER, Ageing, Ask, Stage, ageing, missing
from leanship.features.projects import stage_words
from leanship.features.projects.models import PlanItem, Project, Section, Trial, Why
from leanship.features.projects.stage_words import Wanted


@dataclass(frozen=True)
class Step:
    """One stage in the bar: where it lies, and what it still asks for."""

    code: str
    name: str
    short: str
    place: str  # before, here or after
    open: tuple[Wanted, ...]
    url: str

    @property
    def is_open(self) -> bool:
        """Whether a stage that was passed or is the present one still asks for something."""
        return bool(self.open) and self.place != "after"


@dataclass(frozen=True)
class StageBar:
    """The bar at the top of the page, and what the present stage says."""

    steps: tuple[Step, ...]
    here: Step
    following: Step | None
    honest: str
    age: str
    unchanged: str
    ageing: str
    skipped: tuple[Step, ...]  # stages before this one that still ask for something


@dataclass(frozen=True)
class Age:
    """Days in the stage and days without a change, in words."""

    in_stage: str
    unchanged: str
    mark: str


def days_since(at: datetime, today: date) -> int:
    """Whole days of the organisation from an instant to a day; never less than none."""
    return max(0, (today - timezone.localtime(at).date()).days)


def age_of(project: Project, today: date) -> Age:
    """How long a project is at its stage, and how long nothing changed; what has ended does not age."""
    if project.ended_on is not None:
        return Age("", "", Ageing.FRESH)
    quiet = days_since(project.touched_at, today)
    mark = ageing(quiet)
    in_stage = stage_words.days_in(project.stage, days_since(project.stage_since, today))
    return Age(in_stage, stage_words.unchanged(mark, quiet), mark)


def what_there_is(
    project: Project,
    *,
    texts: Mapping[str, Section],
    whys: Iterable[Why],
    trials: Iterable[Trial],
    plan: Iterable[PlanItem],
    has_measure: bool,
    is_checked: bool,
) -> dict[Ask, bool]:
    """For each thing that a stage can ask for, whether it is there."""
    roots = [why for why in whys if why.finding == Why.Finding.ROOT]
    trials, plan = list(trials), list(plan)

    def written(key: str) -> bool:
        return key in texts and bool(texts[key].text)

    return {
        Ask.SEEN: written("seen"),
        Ask.SERVES: bool(project.serves or project.serves_whom),
        Ask.LEADER: project.taken_up_at is not None,
        Ask.CURRENT_STATE: written("current_state"),
        Ask.BASELINE: has_measure,
        Ask.GOAL: written("goal"),
        Ask.ROOT: bool(roots),
        Ask.EVIDENCE: bool(roots) and all(why.evidence for why in roots),
        Ask.TRIAL: bool(trials),
        Ask.PREDICTION: bool(trials) and all(trial.prediction for trial in trials),
        Ask.RESULT_OF_TRIAL: any(trial.result for trial in trials),
        Ask.PLAN_ITEM: bool(plan),
        Ask.CHANGE: written("change"),
        Ask.PLAN_DONE: bool(plan) and all(item.done_at for item in plan),
        Ask.CHECKED: is_checked,
        Ask.RESULT: written("result"),
        Ask.STANDARD: written("standard"),
    }


def stage_bar(project: Project, has: Mapping[Ask, bool], today: date) -> StageBar:
    """The bar for a project, by what there is."""
    now = ORDER.index(Stage(project.stage))
    left = missing(has)
    move = reverse("projects:stage", args=[project.uid])
    steps = tuple(
        Step(
            code=stage.value,
            name=stage_words.stage_name(stage),
            short=stage_words.stage_short(stage),
            place="before" if at < now else "here" if at == now else "after",
            open=tuple(stage_words.wanted(ask) for ask in left[stage]),
            url=f"{move}?to={stage.value}",
        )
        for at, stage in enumerate(ORDER)
    )
    age = age_of(project, today)
    return StageBar(
        steps=steps,
        here=steps[now],
        following=steps[now + 1] if now + 1 < len(steps) else None,
        honest=stage_words.honest(project.stage),
        age=age.in_stage,
        unchanged=age.unchanged,
        ageing=age.mark,
        skipped=tuple(step for step in steps[:now] if step.open),
    )
