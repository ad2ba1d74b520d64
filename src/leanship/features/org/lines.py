"""Today's line of everybody, kept in `Ancestor`; the dated rows of `ReportingLine` are the truth.

Both functions speak SQL that SQLite and PostgreSQL understand alike, so that no pair travels to Python and back:
100,000 people have some 557,000 pairs.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from leanship.features.org.models import Ancestor, Person, ReportingLine

# Of so many moves each is mended by itself; beyond that, everything is rebuilt in one go.
FEW_MOVES = 50

_FIRST = """
INSERT INTO org_ancestor (person_id, ancestor_id, depth)
SELECT person_id, leader_id, 1 FROM org_reportingline WHERE valid_until IS NULL
"""
_NEXT = """
INSERT INTO org_ancestor (person_id, ancestor_id, depth)
SELECT near.person_id, line.leader_id, near.depth + 1
FROM org_ancestor near JOIN org_reportingline line ON line.person_id = near.ancestor_id
WHERE near.depth = %s AND line.valid_until IS NULL
"""
_GRAFT = """
INSERT INTO org_ancestor (person_id, ancestor_id, depth)
SELECT below.person_id, above.ancestor_id, below.depth + above.depth + 1
FROM (SELECT person_id, depth FROM org_ancestor WHERE ancestor_id = %(person)s
      UNION ALL SELECT id, 0 FROM org_person WHERE id = %(person)s) below
CROSS JOIN (SELECT ancestor_id, depth FROM org_ancestor WHERE person_id = %(leader)s
            UNION ALL SELECT id, 0 FROM org_person WHERE id = %(leader)s) above
"""


def rebuild_ancestors() -> int:
    """Write the whole table anew, a level at a time, and return the number of pairs.

    Call it inside a transaction. Raises IntegrityError when the lines hold a loop: somebody would come to
    stand above the same person twice.
    """
    Ancestor.objects.all().delete()
    total = depth = 0
    with connection.cursor() as cursor:
        cursor.execute(_FIRST)
        while cursor.rowcount > 0:
            total += cursor.rowcount
            depth += 1
            cursor.execute(_NEXT, [depth])
    return total


def move_subtree(person_id: int) -> None:
    """Bring the rows of a person and everybody below into step after the person's own line changed.

    Call it inside the transaction that changed the line, which must hold no loop.
    """
    follow_moves([person_id])


def follow_moves(person_ids: Collection[int]) -> None:
    """Bring the table into step after these people's lines changed; the cheaper of the two ways.

    Call it inside the transaction that changed the lines, which must hold no loop. All are detached before any
    is grafted: two people who changed places would else stand above themselves half-way.
    """
    if len(person_ids) > FEW_MOVES:
        rebuild_ancestors()
        return
    for person_id in person_ids:
        _detach(person_id)
    for person_id in person_ids:
        leader = open_leader(person_id)
        if leader is not None:
            with connection.cursor() as cursor:
                cursor.execute(_GRAFT, {"person": person_id, "leader": leader})


def _detach(person_id: int) -> None:
    above = list(Ancestor.objects.filter(person_id=person_id).values_list("ancestor_id", flat=True))
    if above:
        below = Ancestor.objects.filter(ancestor_id=person_id).values("person_id")
        Ancestor.objects.filter(person_id__in=below, ancestor_id__in=above).delete()
        Ancestor.objects.filter(person_id=person_id).delete()


def open_leader(person_id: int) -> int | None:
    """Whom a person reports to today; None for a root."""
    rows = ReportingLine.objects.filter(person_id=person_id, valid_until=None)
    return rows.values_list("leader_id", flat=True).first()


def loop_of(person: Person, leader: Person) -> list[Person]:
    """The people from `leader` up to `person` that a line between the two would close to a loop; else nothing."""
    if person.pk == leader.pk:
        return [leader]
    up = Ancestor.objects.filter(person=leader)
    found = up.filter(ancestor=person).values_list("depth", flat=True).first()
    if found is None:
        return []
    chain = up.filter(depth__lte=found).order_by("depth").select_related("ancestor")
    return [leader, *(row.ancestor for row in chain)]
