"""People from a file held against the people who are here: who is who, and what would change.

An id in a file means the id of that source, else the one in Leanship's own addresses and exports. Who has neither
is known by e-mail address, else by a name that only one person has, here and in the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from leanship.features.base.models import Event
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Membership, Person, Position, ReportingLine
from leanship.readers.changes import Changes, diff
from leanship.readers.directory import folded
from leanship.readers.people import PeopleFile, PersonRow, read_people
from leanship.readers.tabular import Table

# What a person does not keep: a chart's status says why a post is empty, and the source is the import's own.
_NOT_KEPT = frozenset({"status", "source"})


@dataclass(frozen=True)
class PeopleNow:
    """Everybody by the key under which a file may call them: the id of the source, else the one in addresses.

    `ids` has the row ids of those who are here and those who left, `of_source` the keys of this source's own,
    `teams` the names, folded, of the teams somebody belongs to, `uids` the key of each id in addresses. `stamp` is
    the last change seen: a later one means that this picture may be old.
    """

    here: Mapping[str, PersonRow]
    gone: Mapping[str, PersonRow]
    ids: Mapping[str, int]
    of_source: frozenset[str]
    teams: Mapping[str, frozenset[str]]
    uids: Mapping[str, str]
    stamp: int

    @classmethod
    def nobody(cls) -> PeopleNow:
        """An organisation without anybody in it."""
        return cls({}, {}, {}, frozenset(), {}, {}, 0)


@dataclass(frozen=True)
class Comparison:
    """A file read against the people who are here. `fingerprint` is the same for the same changes."""

    file: PeopleFile
    now: PeopleNow
    changes: Changes
    source: str

    @property
    def fingerprint(self) -> str:
        """A digest of everything that would change, to tell whether it still is what somebody looked at."""
        digest = hashlib.sha256()
        for part in (self.changes.added, self.changes.changed, self.changes.ended):
            digest.update(repr(part).encode())
        return digest.hexdigest()


def last_stamp() -> int:
    """The id of the last event that changed people or teams; 0 before anything did."""
    of_org = Q(kind__startswith="person.") | Q(kind__startswith="team.") | Q(kind__startswith="people.")
    return Event.objects.filter(of_org).order_by("-id").values_list("id", flat=True).first() or 0


def people_now(actor: Actor, source: str) -> PeopleNow:
    """Everybody as a file of `source` may call them; five queries. Raises Refused."""
    access.require(actor, "read", About("import"))
    stamp = last_stamp()
    rows = Person.objects.filter(erased_at=None).order_by("id")
    fields = ("id", "uid", "source", "external_id", "name", "title", "department", "email", "level", "role")
    people = list(rows.values_list(*fields, "joined_on", "left_on"))
    key_of: dict[int, str] = {}
    of_source = set()
    for pk, uid, its_source, external_id, *_rest in people:
        own = external_id is not None and its_source == source
        key_of[pk] = str(external_id) if own else uid
        if own:
            of_source.add(key_of[pk])
    # A foreign id that happens to be somebody's address here keeps the id of the source.
    for pk, uid, *_rest in people:
        if key_of[pk] == uid and uid in of_source:
            key_of[pk] = f"{uid} "
    leader = dict(ReportingLine.objects.filter(valid_until=None).values_list("person_id", "leader_id"))
    posts = {
        pk: (grade, share)
        for pk, grade, share in Position.objects.filter(valid_until=None).values_list(
            "person_id", "grade", "fte_percent"
        )
    }
    members = Membership.objects.filter(valid_until=None, team__archived_at=None).order_by("valid_from", "id")
    teams: dict[int, list[str]] = {}
    for pk, team in members.values_list("person_id", "team__name"):
        teams.setdefault(pk, []).append(team)
    here: dict[str, PersonRow] = {}
    gone: dict[str, PersonRow] = {}
    for pk, _uid, _source, _external, name, title, department, email, level, role, joined, left in people:
        grade, share = posts.get(pk, ("", 100))
        above = leader.get(pk)
        (here if left is None else gone)[key_of[pk]] = PersonRow(
            id=key_of[pk],
            name=name,
            title=title,
            reports_to=None if above is None else key_of[above],
            department=department,
            grade=grade,
            fte_percent=share,
            email=email or "",
            level=level,
            role=role,
            team=teams[pk][0] if pk in teams else "",
            started=joined,
        )
    ids = {key: pk for pk, key in key_of.items()}
    belong = {key_of[pk]: frozenset(map(folded, names)) for pk, names in teams.items()}
    uids = {uid: key_of[pk] for pk, uid, *_rest in people}
    return PeopleNow(here, gone, ids, frozenset(of_source), belong, uids, stamp)


def compare(
    now: PeopleNow,
    table: Table,
    *,
    source: str = "",
    strict: bool = False,
    columns: Mapping[str, str] | None = None,
    complete: bool = False,
) -> Comparison:
    """Read a table of people and say what it would change; nothing is written.

    With `complete`, people of this source whom the file does not name are ended, and so are no leaders for it.
    Problems stand in the result's file; errors among them block the import.
    """
    found = read_people(table, strict=strict, columns=columns, current=_leaders(now, complete))
    again = _known(now, found)
    if again is not now:
        now = again
        found = read_people(table, strict=strict, columns=columns, current=_leaders(now, complete))
    found = _as_kept(found, now)
    _tell_taken_addresses(found, now)
    changes = diff(now.here, found)
    if complete:
        named = {person.id for person in found.people}
        ended = tuple(key for key in now.here if key in now.of_source and key not in named)
        changes = replace(changes, ended=ended)
    return Comparison(found, now, changes, source)


def _leaders(now: PeopleNow, complete: bool) -> Mapping[str, PersonRow]:
    if not complete:
        return now.here
    return {key: person for key, person in now.here.items() if key not in now.of_source}


def _known(now: PeopleNow, found: PeopleFile) -> PeopleNow:
    """The same people, but under the file's ids where an id of Leanship's, an address or a name tells who it is."""
    everybody = {**now.gone, **now.here}
    named = {person.id for person in found.people}
    free = {key: person for key, person in everybody.items() if key not in named}
    by_email = {person.email.casefold(): key for key, person in free.items() if person.email}
    unsourced = [key for key in free if key in now.here and key not in now.of_source]
    counted = Counter(folded(now.here[key].name) for key in unsourced)
    by_name = {name: key for key in unsourced if counted[name := folded(now.here[key].name)] == 1}
    in_file = Counter(folded(person.name) for person in found.people)
    new_key: dict[str, str] = {}
    for person in found.people:
        above = person.reports_to or ""
        if above not in everybody and above not in named and above in now.uids:
            new_key[now.uids[above]] = above
        if person.id in everybody:
            continue
        old = now.uids.get(person.id)
        if old is None and person.email:
            old = by_email.get(person.email.casefold())
        if old is None and in_file[folded(person.name)] == 1:
            old = by_name.get(folded(person.name))
        if old is not None and old not in new_key:
            new_key[old] = person.id
    if not new_key:
        return now
    return PeopleNow(
        here=_renamed(now.here, new_key),
        gone=_renamed(now.gone, new_key),
        ids={new_key.get(key, key): pk for key, pk in now.ids.items()},
        of_source=frozenset(new_key.get(key, key) for key in now.of_source),
        teams={new_key.get(key, key): names for key, names in now.teams.items()},
        uids={uid: new_key.get(key, key) for uid, key in now.uids.items()},
        stamp=now.stamp,
    )


def _renamed(people: Mapping[str, PersonRow], new_key: Mapping[str, str]) -> dict[str, PersonRow]:
    return {
        new_key.get(key, key): person._replace(
            id=new_key.get(key, key),
            reports_to=None
            if person.reports_to is None
            else new_key.get(person.reports_to, person.reports_to),
        )
        for key, person in people.items()
    }


def _as_kept(found: PeopleFile, now: PeopleNow) -> PeopleFile:
    """The file's people as they would be kept, so that what is kept and what comes in can be compared."""
    columns = found.columns - _NOT_KEPT
    people: Sequence[PersonRow] = found.people
    if "role" in columns or "title" in columns:
        people = [_with_role(person, now.here.get(person.id), "role" in columns) for person in people]
        columns |= {"role"}
    if columns & {"team", "email"}:
        people = [_with_open_cells(person, now) for person in people]
    people = [person._replace(name=" ".join(person.name.split())) for person in people]
    return replace(found, people=tuple(people), columns=columns)


def _with_role(person: PersonRow, before: PersonRow | None, given: bool) -> PersonRow:
    """An empty role is the title; a file without the column leaves a role alone that says more than the title."""
    if given:
        return person if person.role else person._replace(role=person.title[:120])
    if before is not None and before.role != before.title[:120]:
        return person._replace(role=before.role)
    return person._replace(role=person.title[:120])


def _with_open_cells(person: PersonRow, now: PeopleNow) -> PersonRow:
    """An empty cell says nothing about address and team; who belongs to the team named stays as they are."""
    before = now.here.get(person.id)
    if before is None:
        return person
    if not person.team or folded(person.team) in now.teams.get(person.id, ()):
        person = person._replace(team=before.team)
    return person if person.email else person._replace(email=before.email)


def _tell_taken_addresses(found: PeopleFile, now: PeopleNow) -> None:
    """An address of somebody whom the file does not change cannot be given to another."""
    if "email" not in found.columns:
        return
    rows = {person.id: person for person in found.people}
    owners = {
        person.email.casefold(): person
        for key, person in {**now.gone, **now.here}.items()
        if person.email and (key not in rows or rows[key].email.casefold() == person.email.casefold())
    }
    for person in found.people:
        owner = owners.get(person.email.casefold()) if person.email else None
        if owner is not None and owner.id != person.id:
            found.problems.error(
                "email_taken", row=person.row, column="email", email=person.email, other=owner.name
            )
