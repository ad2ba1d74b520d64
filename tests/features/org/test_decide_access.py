"""One table, asked two ways: `may` for one thing, `visible` for many. They must agree, and as the table says."""

from __future__ import annotations

import pytest

from leanship.domain.access import EVERYONE, TABLE, Relation, Role
from leanship.features.base.errors import NotFound, Refused
from leanship.features.org.access import SYSTEM, About, Actor, audience, may, require, visible
from leanship.features.org.models import Absence, Person, Team
from leanship.features.productivity.models import Kpi, Series
from leanship.features.projects.models import (
    FeedbackRequest,
    MapReader,
    Member,
    Project,
    Stakeholder,
    WeekSplit,
)
from tests.cast import Cast

# Who may read Ana's figures, and through which relation.
ANAS_FIGURES = {
    "ana": Relation.SELF,
    "ben": Relation.DIRECT_LEADER,
    "clara": Relation.FURTHER_UP,
    "ingrid": Relation.FURTHER_UP,
    "elif": Relation.PEOPLE_PARTNER,
    "dev": None,
    "farid": None,
    "greta": None,
}
# Who may read the figures of the order desk, which Ben leads.
TEAM_FIGURES = {
    "ana": Relation.TEAMMATE,
    "dev": Relation.TEAMMATE,
    "ben": Relation.DIRECT_LEADER,
    "clara": Relation.FURTHER_UP,
    "ingrid": Relation.FURTHER_UP,
    "elif": Relation.PEOPLE_PARTNER,
    "greta": Relation.ADMINISTRATOR,
    "farid": None,
}


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    return Kpi.objects.create(name="Orders without error", owner=cast.people["ana"])


@pytest.mark.parametrize("key", ANAS_FIGURES)
def test_a_persons_series_is_open_to_self_line_and_partner(cast: Cast, kpi: Kpi, key: str) -> None:
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    assert may(cast.actors[key], "read", series).relation == ANAS_FIGURES[key]


@pytest.mark.parametrize("key", TEAM_FIGURES)
def test_a_teams_series_is_open_to_members_line_and_office(cast: Cast, kpi: Kpi, key: str) -> None:
    series = Series.objects.create(kpi=kpi, team=cast.teams["Order desk"])
    assert may(cast.actors[key], "read", series).relation == TEAM_FIGURES[key]


def test_may_and_visible_agree_on_every_row_and_act(cast: Cast, kpi: Kpi) -> None:
    for person in cast.people.values():
        Series.objects.create(kpi=kpi, person=person)
        Absence.objects.create(person=person, first_day="2026-01-01", last_day="2026-01-02")
    for team in cast.teams.values():
        Series.objects.create(kpi=kpi, team=team)
    project = Project.objects.create(
        title="Fewer slips", leader=cast.people["ana"], raised_by=cast.people["dev"]
    )
    Member.objects.create(project=project, person=cast.people["farid"])
    Member.objects.create(project=project, person=cast.people["dev"])
    MapReader.objects.create(project=project, person=cast.people["dev"])
    Stakeholder.objects.create(project=project, person=cast.people["clara"])
    FeedbackRequest.objects.create(
        project=project, asked_by=cast.people["ana"], asked_of=cast.people["clara"], question="Does it help?"
    )
    WeekSplit.objects.create(person=cast.people["ana"], week=2900, strategic=0, tactical=0, unclassified=0)
    acts = {
        Project: {a for k, a in TABLE if k == "project"},
        Stakeholder: {a for k, a in TABLE if k == "stakeholders"},
        FeedbackRequest: {a for k, a in TABLE if k == "feedback"},
        WeekSplit: {a for k, a in TABLE if k == "time_share"},
        Series: {a for k, a in TABLE if k in ("person_series", "team_series")},
        Person: {a for k, a in TABLE if k == "person"},
        Absence: {a for k, a in TABLE if k == "person"},
        Team: {a for k, a in TABLE if k == "team"},
        Kpi: {a for k, a in TABLE if k == "kpi"},
    }
    seen = 0
    for model, model_acts in acts.items():
        for act in model_acts:
            for actor in [*cast.actors.values(), SYSTEM, Actor(None)]:
                rows = set(visible(actor, model._default_manager.all(), act))
                for row in model._default_manager.all():
                    assert (row in rows) == bool(may(actor, act, row)), (model, act, actor, row)
                    seen += 1
    assert seen > 1000


# Who may read the map of Ana's project, on which Clara stands and which Dev was let see.
ANAS_MAP = {"ana": Relation.SELF, "dev": Relation.PROJECT_PEER}


def test_a_map_is_for_its_leader_and_those_they_name(cast: Cast) -> None:
    project = Project.objects.create(
        title="Fewer slips", leader=cast.people["ana"], raised_by=cast.people["ana"]
    )
    MapReader.objects.create(project=project, person=cast.people["dev"])
    row = Stakeholder.objects.create(project=project, person=cast.people["clara"])
    for key, actor in cast.actors.items():
        assert may(actor, "read", row).relation == ANAS_MAP.get(key)
        assert may(actor, "edit", row).relation == (Relation.SELF if key == "ana" else None)
        assert list(visible(actor, Stakeholder.objects.all())) == ([row] if key in ANAS_MAP else [])


def test_whoever_is_named_twice_sees_a_row_once(cast: Cast) -> None:
    project = Project.objects.create(
        title="Fewer slips", leader=cast.people["ana"], raised_by=cast.people["ana"]
    )
    for key in ("dev", "farid"):
        Member.objects.create(project=project, person=cast.people[key])
    assert list(visible(cast.actors["dev"], Project.objects.all(), "edit")) == [project]
    assert not visible(cast.actors["elif"], Project.objects.all(), "edit").exists()


def test_a_private_thing_is_not_found_and_an_open_one_refused(cast: Cast, kpi: Kpi) -> None:
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    with pytest.raises(NotFound):
        require(cast.actors["farid"], "read", series)
    with pytest.raises(NotFound):
        require(cast.actors["farid"], "edit", series)
    with pytest.raises(Refused, match="the direct leader"):
        require(cast.actors["clara"], "edit", series)  # she may read it, so a plain no tells nothing new
    with pytest.raises(Refused):
        require(cast.actors["ana"], "edit", cast.people["ana"])


def test_someone_not_signed_in_may_nothing(cast: Cast) -> None:
    nobody = Actor(person_id=None)
    assert not any(may(nobody, act, About(kind)) for kind, act in TABLE)


def test_an_act_the_table_lacks_is_an_error_and_not_a_yes(cast: Cast) -> None:
    with pytest.raises(KeyError):
        may(cast.actors["greta"], "frobnicate", cast.people["ana"])


def test_the_reason_is_said_to_the_actor(cast: Cast, kpi: Kpi) -> None:
    series = Series.objects.create(kpi=kpi, person=cast.people["ana"])
    assert may(cast.actors["ben"], "read", series).reason == "you lead Ana Ruiz"


def test_the_corner_of_the_page_names_the_line(cast: Cast) -> None:
    who = audience("person_series", cast.people["ana"])
    assert [entry.label for entry in who.audience] == [
        "Ana Ruiz",
        "Ben Okafor",
        "Clara Lindqvist, Ingrid Solheim",
        "people partners",
    ]


def test_roles_are_only_the_four(cast: Cast) -> None:
    assert {Role(user.role) for user in cast.users.values()} < set(Role)
    assert Relation.STRANGER in EVERYONE
