"""What a project of the demo company is told with: one class, whose acts go through the product's own actions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from leanship.domain.periods import Cadence, first_day, latest_closed
from leanship.features.org.access import Actor
from leanship.features.projects.actions import causes, feedback, people, plan, project, results, writing
from leanship.features.projects.models import Check, FeedbackRequest, Project, Trial, Why
from leanship.features.savings import actions as savings
from leanship.features.savings.models import Confirmation

if TYPE_CHECKING:
    from leanship.demo.living import Living

WEEK = timedelta(weeks=1)
AGAIN = timedelta(days=90)
HOUR = 60  # savings of time are kept in minutes
EURO = 100  # and those of money in cents

Entry = tuple[date, Collection[str], Callable[[], None]]


class Told:
    """One project being told; `at` puts an act on a day."""

    title = ""
    leader = ""

    def __init__(self, living: Living) -> None:
        self.living = living
        self.acts: list[Entry] = []
        self.found: Project | None = None
        self.whys: dict[str, Why] = {}
        self.trial: Trial | None = None

    def entries(self) -> list[Entry]:
        """The acts with their days, in the order of the story."""
        self.tell()
        return self.acts

    def tell(self) -> None:
        """Put the acts on their days."""
        raise NotImplementedError

    def at(self, day: date, act: Callable[[], Any], *subjects: str) -> None:
        """Do `act` on a day, with the figures of `subjects` there."""
        self.acts.append((day, set(subjects), lambda: (act(), None)[1]))

    # What the acts are made of.

    @property
    def lead(self) -> Actor:
        """The actor who leads it."""
        return self.living.actors[self.leader]

    @property
    def project(self) -> Project:
        """The project as it stands now."""
        assert self.found is not None
        return Project.objects.select_related("leader", "team").get(pk=self.found.pk)

    def change_on(self, weeks_ago: int) -> date:
        """The Monday on which something changed that many weeks before the last closed one ended."""
        return first_day(Cadence.WEEK, latest_closed(Cadence.WEEK, self.living.company.today) - weeks_ago + 1)

    def raised(self, by: str, seen: str, *, serves: str, whom: str, team: str, take_up: bool = False) -> None:
        """Somebody raises it."""
        self.found = project.raise_opportunity(
            self.living.actor(by),
            title=self.title,
            seen=seen,
            serves=serves,
            serves_whom=whom,
            team=self.living.teams[team],
            take_up=take_up,
        )

    def write(self, **texts: str) -> None:
        """Its leader writes on the page."""
        for key, text in texts.items():
            writing.write_section(self.lead, project=self.project, key=key, text=text)

    def move(self, to: str, reason: str = "") -> None:
        """Its leader moves it to another stage."""
        project.move_stage(self.lead, project=self.project, to=to, reason=reason)

    def why(self, key: str, text: str, *, below: str = "", finding: str = "open", evidence: str = "") -> None:
        """One more answer to why, below another."""
        above = self.whys[below] if below else None
        self.whys[key] = causes.add_why(
            self.lead, project=self.project, text=text, below=above, finding=finding, evidence=evidence
        )

    def item(self, what: str, owner: str, due: date, *, done: bool = True) -> None:
        """One line of the plan."""
        made = plan.add_plan_item(
            self.lead, project=self.project, what=what, owner=self.living.people[owner], due_on=due
        )
        if done:
            plan.finish_plan_item(self.lead, item=made)

    def measured(self, kpi: str, changed: date, check: date) -> None:
        """Its leader fixes beforehand what it will be judged by."""
        series = self.living.series[kpi, self.leader]
        results.fix_measure(self.lead, project=self.project, series=series, change_on=changed, check_on=check)

    def judged(self) -> None:
        """The day of a check has come."""
        results.judge_due()

    def saves(self, confirmed_by: str, *, kind: str, target: int, forecast: int, actual: int) -> None:
        """A saving is claimed, and a colleague confirms it and the verdict behind it."""
        saving = savings.claim(
            self.lead,
            source_kind="project",
            source_uid=self.project.uid,
            kind=kind,
            per="year",
            figures={"target": target, "forecast": forecast, "actual": actual},
        )
        asked = self.living.people[confirmed_by]
        check = Check.objects.get(measure__project=self.project, kind=Check.Kind.FIRST)
        results.ask_to_confirm(self.lead, check=check, asked=asked)
        savings.ask(self.lead, saving=saving, asked=asked)

    def confirmed(self, by: str) -> None:
        """Whoever was asked has looked, and says that it is so."""
        who = self.living.actors[by]
        for one in Confirmation.objects.filter(asked_id=who.own_id, decision=""):
            savings.confirm(who, confirmation=one)

    def on_map(
        self,
        who: str,
        cares: str,
        *stances: tuple[date, str, int, str, str],
        did: tuple[str, str] | None = None,
    ) -> None:
        """Somebody on the map of people: what they care about, where they stood when, and what was done."""
        person = self.living.people[who]
        row = people.put_on_map(self.lead, project=self.project, person=person, cares_about=cares)
        for on, stance, influence, basis, note in stances:
            people.enter_stance(
                self.lead, stakeholder=row, stance=stance, influence=influence, basis=basis, note=note, on=on
            )
        if did is not None:
            people.note_step(self.lead, stakeholder=row, kind=did[0], note=did[1], on=stances[0][0])

    def ask_for(self, who: str, question: str) -> FeedbackRequest:
        """Ask a colleague for feedback on the change."""
        (request,) = feedback.ask(
            self.lead, project=self.project, people=[self.living.people[who]], question=question
        )
        return request
