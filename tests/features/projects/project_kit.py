"""A project of Ana's with something of everything on its page, made through the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.test import Client

from leanship.features.projects.actions import causes, plan, talk, trials, writing
from leanship.features.projects.actions import project as actions
from leanship.features.projects.models import (
    PlanItem,
    Project,
    ProjectComment,
    ProjectFile,
    Trial,
    Why,
)
from tests.cast import Cast

TITLE = "Returned orders wait a week for their refund"


@dataclass(frozen=True)
class Kit:
    """The project, and the last thing of each kind on its page."""

    project: Project
    why: Why
    trial: Trial
    item: PlanItem
    comment: ProjectComment
    file: ProjectFile

    @property
    def uids(self) -> dict[str, str]:
        """Their ids, as the sweep names them."""
        return {
            "project": self.project.uid,
            "why": self.why.uid,
            "trial": self.trial.uid,
            "plan_item": self.item.uid,
            "said": self.comment.uid,
            "file": self.file.uid,
        }


def client_of(cast: Cast, key: str) -> Client:
    """A browser in which somebody of the cast is signed in."""
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    return client


def raised(cast: Cast, *, by: str = "ana", title: str = TITLE, take_up: bool = True) -> Project:
    """An opportunity at the order desk."""
    return actions.raise_opportunity(
        cast.actors[by],
        title=title,
        seen="On Monday nine parcels stood at the gate, the oldest for six days.",
        serves="client",
        serves_whom="Clients who send goods back",
        team=cast.teams["Order desk"],
        take_up=take_up,
    )


def build_project(cast: Cast) -> Kit:
    """Ana leads, Dev works on it, Ben has something to do and said something."""
    ana = cast.actors["ana"]
    project = raised(cast)
    actions.add_member(ana, project=project, person=cast.people["dev"])
    text = "Refunds take 6.2 days on average; the longest took 19."
    writing.write_section(ana, project=project, key="current_state", text=text)
    text = "Refunds take 6.2 days on average since May; the longest took 19 days."
    writing.write_section(ana, project=project, key="current_state", text=text)
    first = causes.add_why(ana, project=project, text="Nobody knows that a parcel has come back.")
    why = causes.add_why(
        ana,
        project=project,
        text="The gate writes returns on paper.",
        below=first,
        evidence="Seen on Monday: the list hangs at the gate.",
        finding="root",
    )
    trial = trials.add_trial(
        ana,
        project=project,
        what="A photograph of the list to the desk every day at three",
        prediction="Refunds take three days at most.",
        why=why,
    )
    item = plan.add_plan_item(
        ana,
        project=project,
        what="A scanner for the gate",
        owner=cast.people["ben"],
        due_on=date(2026, 12, 4),
    )
    comment = talk.comment(ana, project=project, text="The gate likes the idea.")
    file = talk.add_file(ana, project=project, name="gate.txt", content=b"nine parcels")
    return Kit(project, why, trial, item, comment, file)


def crowd(cast: Cast, uid: str, names: range) -> None:
    """More of everything: projects of Ben's and of nobody's, and things on the page of the project `uid`."""
    ana = cast.actors["ana"]
    project = Project.objects.get(uid=uid)
    below = None
    for number in names:
        raised(cast, by="ben", title=f"Order {number} was packed twice", take_up=bool(number % 2))
        below = causes.add_why(ana, project=project, text=f"Because of {number}", below=below)
        trial = trials.add_trial(ana, project=project, what=f"Try {number}", prediction="Two days", why=below)
        trials.record_result(ana, trial=trial, result="Three days", outcome="otherwise")
        due = date(2026, 11, 1 + number % 28)
        plan.add_plan_item(ana, project=project, what=f"Do {number}", owner=cast.people["ben"], due_on=due)
        talk.comment(cast.actors["ben"], project=project, text=f"Said {number}")
        talk.add_file(ana, project=project, name=f"{number}.txt", content=b"%d" % number)
