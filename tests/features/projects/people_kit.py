"""A project of Ana's with a map and feedback, in words that stand nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leanship.features.org.models import Person
from leanship.features.projects.actions import feedback as giving
from leanship.features.projects.actions import people as mapping
from leanship.features.projects.models import (
    FeedbackRequest,
    MapReader,
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


def crowd_map(cast: Cast, uid: str, names: range) -> None:
    """Put people called "Anna 1" and so on on Ana's map of a project, each with two stances, a step and a question."""
    project, ana = Project.objects.get(uid=uid), cast.people["ana"]
    found = {person.name: person for person in Person.objects.filter(name__startswith="Anna ")}
    for number in names:
        person = found[f"Anna {number}"]
        row = Stakeholder.objects.create(project=project, person=person)
        for day, stance in ((date(2026, 3, 1), "against"), (date(2026, 4, 1 + number % 28), "active")):
            StanceEntry.objects.create(
                stakeholder=row, stance=stance, influence=1 + number % 3, basis="seen", note="came", on=day
            )
        PersuasionStep.objects.create(stakeholder=row, kind="showed_data", on=date(2026, 3, 5))
        MapReader.objects.create(project=project, person=person)
        FeedbackRequest.objects.create(
            project=project, asked_by=ana, asked_of=person, question="What is missing?"
        )
