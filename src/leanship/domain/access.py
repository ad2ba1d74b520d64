"""Who may do what: one literal table, and nothing else decides.

A *thing* is about a person or a team. The *relation* of the one who asks to that person or team decides:
`TABLE[kind, act]` lists the relations that are enough. Translation to rows of the database is in
`features/org/access.py`; here are only words that a newcomer can read aloud.

For a team, its lead counts as its direct leader, those above the lead as further up, its members as teammates.
For a KPI, its owner counts as self; for a project, its leader. Who is named in a thing – a member of a project, a
reader of its map, the colleague who is asked for feedback – is a project peer. `EVERYONE` is every signed-in person
of the organisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a user is for the whole organisation; SYSTEM is the command line and the demo."""

    MEMBER = "member"
    PEOPLE_PARTNER = "people_partner"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Relation(StrEnum):
    """How the one who asks stands to the person or team a thing is about; the nearest come first."""

    SELF = "self"
    DIRECT_LEADER = "direct_leader"
    FURTHER_UP = "further_up"
    TEAMMATE = "teammate"
    PROJECT_PEER = "project_peer"
    PEOPLE_PARTNER = "people_partner"
    ADMINISTRATOR = "administrator"
    STRANGER = "stranger"


@dataclass(frozen=True)
class AccessPaths:
    """How a model's rows reach the person or team they are about.

    `person` and `team` are lookups from the model to `org.Person` and `org.Team` ("" = the row itself,
    None = never about one); the kinds name the rows of `TABLE` that apply in either case. `named` is the lookup to
    the people who are named in the row, its project peers.
    """

    person_kind: str | None = None
    person: str | None = None
    team_kind: str | None = None
    team: str | None = None
    named: str | None = None


_SELF = frozenset({Relation.SELF})
_LEADER = frozenset({Relation.DIRECT_LEADER})
_LINE = frozenset({Relation.DIRECT_LEADER, Relation.FURTHER_UP})
_NAMED = frozenset({Relation.PROJECT_PEER})
_PARTNER = frozenset({Relation.PEOPLE_PARTNER})
_ADMIN = frozenset({Relation.ADMINISTRATOR})
_OFFICE = _PARTNER | _ADMIN
EVERYONE = frozenset(Relation)

TABLE: MappingProxyType[tuple[str, str], frozenset[Relation]] = MappingProxyType(
    {
        # the organisation itself: thing is None
        ("organisation", "read"): EVERYONE,
        ("organisation", "edit"): _ADMIN,
        ("policy", "read"): EVERYONE,
        ("policy", "edit"): _OFFICE,
        ("account", "read"): _ADMIN,
        ("account", "edit"): _ADMIN,
        ("token", "read"): _SELF,
        ("token", "edit"): _SELF,
        ("event", "read"): _ADMIN,
        ("import", "read"): _OFFICE,
        ("import", "edit"): _OFFICE,
        ("job", "read"): _ADMIN,
        ("job", "edit"): _ADMIN,
        ("job", "follow"): _SELF | _ADMIN,
        # people and teams: who is who is open to colleagues, what was is not
        ("person", "read"): EVERYONE,
        ("person", "history"): _SELF | _LINE | _OFFICE,
        ("person", "create"): _OFFICE,
        ("person", "edit"): _OFFICE,
        ("person", "absence"): _SELF | _LEADER | _PARTNER,
        ("person", "export"): _SELF,
        ("person", "erase"): _OFFICE,
        ("team", "read"): EVERYONE,
        ("team", "create"): _OFFICE,
        ("team", "edit"): _LEADER | _OFFICE,
        # KPIs: definitions are open, figures about a person stay in the line
        ("kpi", "read"): EVERYONE,
        ("kpi", "create"): EVERYONE,
        ("kpi", "edit"): _SELF | _OFFICE,
        ("person_series", "read"): _SELF | _LINE | _PARTNER,
        ("person_series", "create"): _SELF | _LINE | _PARTNER,
        ("person_series", "edit"): _SELF | _LEADER | _PARTNER,
        ("person_series", "standard"): _SELF | _LINE | _PARTNER,
        ("person_series", "baseline"): _SELF | _LEADER,
        ("person_series", "note"): _SELF | _LINE,
        ("team_series", "read"): frozenset({Relation.TEAMMATE}) | _LINE | _OFFICE,
        ("team_series", "create"): _LINE | _OFFICE,
        ("team_series", "edit"): _LINE | _OFFICE,
        ("team_series", "standard"): _LINE | _OFFICE,
        ("team_series", "baseline"): _LINE | _ADMIN,
        ("team_series", "note"): frozenset({Relation.TEAMMATE}) | _LINE | _ADMIN,
        # projects are open, so that others can help and learn; who stands how towards one is not
        ("project", "read"): EVERYONE,
        ("project", "create"): EVERYONE,
        ("project", "comment"): EVERYONE,
        ("project", "edit"): _SELF | _NAMED,
        ("project", "lead"): _SELF,
        ("project", "hand_over"): _SELF | _LINE | _OFFICE,
        ("stakeholders", "read"): _SELF | _NAMED,
        ("stakeholders", "edit"): _SELF,
        ("feedback", "read"): _SELF | _NAMED,
        ("feedback", "answer"): _NAMED,
        ("feedback", "close"): _SELF,
        ("feedback", "confirm"): _NAMED,
        # savings: the ledger is open; what was asked of a colleague, and a no, is between the two
        ("saving", "read"): EVERYONE,
        ("saving", "create"): EVERYONE,
        ("saving", "edit"): _SELF,
        ("saving", "again"): _NAMED | _PARTNER,
        ("confirmation", "read"): _SELF | _NAMED,
        ("confirmation", "decide"): _NAMED,
        ("confirmation", "withdraw"): _SELF,
        # time: events are the owner's alone, others see what share of a week was what
        ("time", "read"): _SELF,
        ("time", "edit"): _SELF,
        ("time_share", "read"): _SELF | _LINE | _PARTNER,
        ("time_share", "edit"): _SELF,
        ("portfolio", "read"): _SELF,
        ("portfolio", "edit"): _SELF,
        ("routine", "read"): _SELF,
        ("routine", "edit"): _SELF,
        # where a leader stands: an administrator runs the machine and does not read it
        ("standing", "read"): _SELF | _LINE | _PARTNER,
        ("standing", "comment"): _SELF | _LINE | _PARTNER,
        ("standing", "request_correction"): _SELF,
        ("standing", "answer_correction"): _LEADER | _PARTNER,
        ("standing", "export"): _SELF,
        ("standing", "next_step"): _SELF,
    }
)

# Of these even the existence is private: whoever may not read them is told that there is nothing.
PRIVATE_KINDS = frozenset(
    {
        "person_series",
        "team_series",
        "standing",
        "token",
        "stakeholders",
        "feedback",
        "confirmation",
        "time",
        "time_share",
        "portfolio",
        "routine",
    }
)


def allowed(kind: str, act: str) -> frozenset[Relation]:
    """The relations that are enough for `act` on a thing of `kind`.

    Raises KeyError for a pair that the table lacks: an act nobody thought about must not pass.
    """
    return TABLE[kind, act]
