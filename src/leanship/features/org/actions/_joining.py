"""The column `team` of an import: people join the teams that a file names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from leanship.features.org.actions._parts import search_of_team
from leanship.features.org.bulk import insert_rows
from leanship.features.org.incoming import Comparison
from leanship.features.org.models import Membership, Team
from leanship.readers.directory import folded

_CHUNK = 20_000


def join_teams(comparison: Comparison, ids: Mapping[str, int], day: date) -> None:
    """Put people into the teams that the file names, from `day`; `ids` has the row id of every key.

    A team nobody knows is added, led by whoever leads most of its members. Who belonged to one team alone leaves
    it for the new one; who belonged to several stays in them. Part of the import's transaction.
    """
    now = comparison.now
    named = [person for person in comparison.file.people if person.team]
    joining = [each for each in named if folded(each.team) not in now.teams.get(each.id, frozenset())]
    if not joining:
        return
    leaders: dict[str, Counter[str]] = defaultdict(Counter)
    for person in named:
        if person.reports_to is not None:
            leaders[folded(person.team)][person.reports_to] += 1
    known = {folded(team.name): team.pk for team in Team.objects.filter(archived_at=None)}
    for person in joining:
        name = folded(person.team)
        if name not in known:
            most = leaders[name].most_common(1)
            team = Team(name=person.team, lead_id=ids[most[0][0]] if most else None, source=comparison.source)
            team.search = search_of_team(team)
            team.save()
            known[name] = team.pk
    leaving = [ids[person.id] for person in joining if len(now.teams.get(person.id, ())) == 1]
    for start in range(0, len(leaving), _CHUNK):
        some = leaving[start : start + _CHUNK]
        rows = Membership.objects.filter(person_id__in=some, valid_until=None, team__archived_at=None)
        rows.filter(valid_from__gte=day).delete()
        rows.update(valid_until=day)
    insert_rows(
        Membership,
        ("team", "person", "valid_from"),
        ((known[folded(person.team)], ids[person.id], day) for person in joining),
    )
