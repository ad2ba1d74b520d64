"""A project of Ana's with a map and feedback, in words that stand nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leanship.features.projects.actions import feedback as giving
from leanship.features.projects.actions import people as mapping
from leanship.features.projects.models import (
    FeedbackRequest,
    PersuasionStep,
    Project,
    Stakeholder,
    StanceEntry,
)
from tests.cast import Cast

CARES = "quincunx mornings"
FIRST = "fantods about the scanner"
THEN = "grommet by the window"
STEP = "zeugma at the desk"
OUTSIDER = "Wilhelmina Oxenstierna"
WORDS = (CARES, FIRST, THEN, STEP, OUTSIDER)


@dataclass(frozen=True)
class Mapped:
    """What was built: Ana leads, Clara reads, Dev, Ben and somebody outside are on the map."""

    project: Project
    dev: Stakeholder
    ben: Stakeholder
    outsider: Stakeholder
    stance: StanceEntry
    step: PersuasionStep
    feedback: FeedbackRequest


def led_by(cast: Cast, key: str, title: str = "Fewer copies of an order") -> Project:
    """A project with a leader, and nothing on its page."""
    person = cast.people[key]
    return Project.objects.create(
        title=title, leader=person, raised_by=person, taken_up_at="2026-01-05T09:00Z", search=title.casefold()
    )


def build_map(cast: Cast, project: Project | None = None, *, reader: str = "clara") -> Mapped:
    """Write it as Ana would."""
    ana, project = cast.actors["ana"], project or led_by(cast, "ana")
    dev = mapping.put_on_map(ana, project=project, person=cast.people["dev"], cares_about=CARES)
    mapping.enter_stance(
        ana, stakeholder=dev, stance="doubtful", influence=2, basis="seen", note=FIRST, on=date(2026, 9, 1)
    )
    stance = mapping.enter_stance(
        ana, stakeholder=dev, stance="for", influence=3, basis="said", note=THEN, on=date(2026, 11, 2)
    )
    step = mapping.note_step(ana, stakeholder=dev, kind="tried_together", note=STEP, on=date(2026, 10, 5))
    ben = mapping.put_on_map(
        ana,
        project=project,
        person=cast.people["ben"],
        stance="neutral",
        influence=3,
        basis="said",
        note="wants a figure first",
        on=date(2026, 9, 3),
    )
    outsider = mapping.put_on_map(ana, project=project, name=OUTSIDER)
    mapping.let_read(ana, project=project, person=cast.people[reader])
    (feedback,) = giving.ask(
        ana, project=project, people=[cast.people["dev"]], question="What does the new order sheet lack?"
    )
    return Mapped(project, dev, ben, outsider, stance, step, feedback)
