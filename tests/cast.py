"""The smallest organisation with every relation of the access table in it; see `leanship.demo.cast`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leanship.demo.cast import CAST
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base.models import Organisation
from leanship.features.org.access import Actor
from leanship.features.org.models import Ancestor, Membership, Person, Position, ReportingLine, Team

STARTED = date(2024, 1, 1)


@dataclass(frozen=True)
class Cast:
    """The people, teams, users and actors by key: `cast.people["ana"]`, `cast.actors["ben"]`."""

    organisation: Organisation
    people: dict[str, Person]
    teams: dict[str, Team]
    users: dict[str, User]
    actors: dict[str, Actor]


def build_cast() -> Cast:
    """Write the cast with today's lines, positions, teams and users (without passwords)."""
    organisation = Organisation.objects.create(pk=1, name="Fjordline Supply", time_zone="Europe/Oslo")
    people = {
        key: Person.objects.create(
            name=member.name,
            email=member.email,
            title=member.title,
            role=member.job,
            level=member.level,
            department=member.team,
            joined_on=STARTED,
            source="test",
            external_id=key,
            search=f"{member.name} {member.title} {member.team} {member.email}".casefold(),
        )
        for key, member in CAST.items()
    }
    teams: dict[str, Team] = {}
    users: dict[str, User] = {}
    for key, member in CAST.items():
        person = people[key]
        Position.objects.create(
            person=person, title=member.title, role=member.job, level=member.level, valid_from=STARTED
        )
        if member.team not in teams:
            teams[member.team] = Team.objects.create(
                name=member.team, lead=person, search=member.team.casefold()
            )
        else:
            Membership.objects.create(team=teams[member.team], person=person, valid_from=STARTED)
        above, depth = member.reports_to, 1
        if above is not None:
            ReportingLine.objects.create(person=person, leader=people[above], valid_from=STARTED)
        while above is not None:
            Ancestor.objects.create(person=person, ancestor=people[above], depth=depth)
            above, depth = CAST[above].reports_to, depth + 1
        users[key] = User.objects.create(username=member.email, person=person, role=member.role.value)
    actors = {key: actor_of(user) for key, user in users.items()}
    return Cast(organisation, people, teams, users, actors)
