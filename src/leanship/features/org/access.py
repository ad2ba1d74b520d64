"""The table of `domain.access` put to rows: may this actor do this to this thing, and which rows may they see.

Access follows today's line. `may` and `visible` read the same table, so they cannot disagree; a test asks both
about every pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from leanship.domain.access import EVERYONE, PRIVATE_KINDS, AccessPaths, Relation, Role, allowed
from leanship.features.base.errors import NotFound, Refused
from leanship.features.org.models import Ancestor, Membership, Person, Team
from leanship.web.layout import Audience, WhoSees

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Actor:
    """Who asks. `person_id` is None only for the command line, which may do everything."""

    person_id: int | None
    role: Role = Role.MEMBER
    name: str = ""

    @property
    def own_id(self) -> int:
        """The person's id for lookups; 0, which is nobody's, where there is none."""
        return self.person_id or 0


SYSTEM = Actor(person_id=None, role=Role.SYSTEM, name="Leanship")


@dataclass(frozen=True)
class About:
    """A thing of some kind about a person or team that has no row of its own, such as "standing"."""

    kind: str
    subject: Person | Team | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer to `may`: the relation that was enough (None: none was), and the reason in words."""

    allowed: bool
    relation: Relation | None
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


def _office(actor: Actor) -> Iterator[Relation]:
    if actor.role is Role.PEOPLE_PARTNER:
        yield Relation.PEOPLE_PARTNER
    if actor.role is Role.ADMINISTRATOR:
        yield Relation.ADMINISTRATOR


def _relations_to_person(actor: Actor, person_id: int, asked: frozenset[Relation]) -> Iterator[Relation]:
    """The actor's relations to a person, of those asked for, the nearest first; one query each at most."""
    if actor.person_id == person_id:
        yield Relation.SELF
    if asked & {Relation.DIRECT_LEADER, Relation.FURTHER_UP}:
        above = Ancestor.objects.filter(person_id=person_id, ancestor_id=actor.own_id)
        depth = above.values_list("depth", flat=True).first()
        if depth is not None:
            yield Relation.DIRECT_LEADER if depth == 1 else Relation.FURTHER_UP
    if Relation.TEAMMATE in asked:
        mine = Membership.objects.filter(person_id=actor.own_id, valid_until=None).values("team_id")
        if Membership.objects.filter(person_id=person_id, valid_until=None, team_id__in=mine).exists():
            yield Relation.TEAMMATE


def _relations_to_team(actor: Actor, team: Team, asked: frozenset[Relation]) -> Iterator[Relation]:
    if team.lead_id is not None and asked & {Relation.DIRECT_LEADER, Relation.FURTHER_UP}:
        if team.lead_id == actor.person_id:
            yield Relation.DIRECT_LEADER
        elif Ancestor.objects.filter(person_id=team.lead_id, ancestor_id=actor.own_id).exists():
            yield Relation.FURTHER_UP
    if (
        Relation.TEAMMATE in asked
        and Membership.objects.filter(team=team, person_id=actor.own_id, valid_until=None).exists()
    ):
        yield Relation.TEAMMATE


def _is_named(actor: Actor, thing: Model | About) -> bool:
    """Whether the actor is named in a row, which only a row that is kept can say."""
    paths: AccessPaths | None = getattr(thing, "access", None)
    if not isinstance(thing, Model) or paths is None or paths.named is None or thing.pk is None:
        return False
    rows = type(thing)._default_manager.filter(pk=thing.pk, **{paths.named: actor.own_id})
    return rows.exists()


def _follow(thing: Any, path: str) -> Any:
    for step in path.split("__") if path else ():
        thing = getattr(thing, step)
    return thing


def subject_of(thing: Model | About) -> tuple[str, Person | Team | None]:
    """The kind of a thing in the table, and the person or team it is about.

    Raises TypeError for a model that declares no `access`.
    """
    if isinstance(thing, About):
        return thing.kind, thing.subject
    paths: AccessPaths | None = getattr(thing, "access", None)
    if paths is None:
        raise TypeError(f"{type(thing).__name__} declares no access")
    if paths.team is not None and paths.team_kind:
        team = _follow(thing, paths.team)
        if team is not None:
            return paths.team_kind, team
    if paths.person is not None and paths.person_kind:
        return paths.person_kind, _follow(thing, paths.person)
    return paths.team_kind or "", None


def may(actor: Actor, act: str, thing: Model | About) -> Verdict:
    """May the actor do `act` to `thing`? `About("organisation")` asks about what is about nobody.

    Raises KeyError for a (kind, act) that the table lacks.
    """
    kind, subject = subject_of(thing)
    enough = allowed(kind, act)
    if actor.role is Role.SYSTEM:
        return Verdict(True, None, _("done from the command line"))
    if actor.person_id is None:
        return Verdict(False, None, _("sign in first"))
    if isinstance(subject, Person):
        held = _relations_to_person(actor, subject.pk, enough)
    elif isinstance(subject, Team):
        held = _relations_to_team(actor, subject, enough)
    else:
        held = iter(())
    peer = (Relation.PROJECT_PEER,) if Relation.PROJECT_PEER in enough and _is_named(actor, thing) else ()
    for relation in (*held, *peer, *_office(actor), Relation.STRANGER):
        if relation in enough:
            return Verdict(True, relation, reason(relation, subject))
    return Verdict(False, None, _("this is open to: %(who)s") % {"who": _listed(enough)})


def require(actor: Actor, act: str, thing: Model | About) -> Verdict:
    """Like `may`, but a no is raised: NotFound where even the existence is private, else Refused."""
    verdict = may(actor, act, thing)
    if not verdict:
        kind = subject_of(thing)[0]
        readable = act != "read" and kind in PRIVATE_KINDS and bool(may(actor, "read", thing))
        if kind in PRIVATE_KINDS and not readable:
            raise NotFound
        raise Refused(verdict.reason)
    return verdict


def visible(actor: Actor, rows: QuerySet[M], act: str = "read") -> QuerySet[M]:
    """The rows on which the actor may do `act`; conditions only, no query is made here."""
    if actor.role is Role.SYSTEM:
        return rows
    if actor.person_id is None:
        return rows.none()
    paths: AccessPaths = rows.model.access  # type: ignore[attr-defined]
    condition = Q(pk__in=[])
    if paths.person is not None and paths.person_kind:
        # where rows are about either, the rule for people holds for those about a person; a KPI nobody owns is
        # still a KPI
        either = paths.person and paths.team is not None
        about = Q(**{f"{paths.person}__isnull": False}) if either else Q()
        condition |= about & _person_condition(actor, paths.person, allowed(paths.person_kind, act))
    if paths.team is not None and paths.team_kind:
        either = paths.team and paths.person is not None
        about = Q(**{f"{paths.team}__isnull": False}) if either else Q()
        condition |= about & _team_condition(actor, paths.team, allowed(paths.team_kind, act))
    if paths.named is not None and Relation.PROJECT_PEER in allowed(paths.person_kind or "", act):
        # a subquery, since a join would give a row once for each person named in it
        named = rows.model._default_manager.filter(**{paths.named: actor.own_id})
        condition |= Q(pk__in=named.values("pk"))
    return rows.filter(condition)


# Not an empty Q(): that is the identity of "or", so "nothing or everything" would come out as nothing.
_ALL = Q(pk__isnull=False)


def _everything(actor: Actor, enough: frozenset[Relation]) -> bool:
    return enough == EVERYONE or any(relation in enough for relation in _office(actor))


def _person_condition(actor: Actor, path: str, enough: frozenset[Relation]) -> Q:
    if _everything(actor, enough):
        return _ALL
    person = f"{path}_id" if path and "__" not in path else f"{path}__id" if path else "pk"
    condition = Q(pk__in=[])
    if Relation.SELF in enough:
        condition |= Q(**{person: actor.own_id})
    line = enough & {Relation.DIRECT_LEADER, Relation.FURTHER_UP}
    if line:
        above = Ancestor.objects.filter(ancestor_id=actor.own_id, person_id=OuterRef(person))
        if line == {Relation.DIRECT_LEADER}:
            above = above.filter(depth=1)
        elif line == {Relation.FURTHER_UP}:
            above = above.filter(depth__gt=1)
        condition |= Q(Exists(above))
    if Relation.TEAMMATE in enough:
        mine = Membership.objects.filter(person_id=actor.own_id, valid_until=None).values("team_id")
        shared = Membership.objects.filter(person_id=OuterRef(person), valid_until=None, team_id__in=mine)
        condition |= Q(Exists(shared))
    return condition


def _team_condition(actor: Actor, path: str, enough: frozenset[Relation]) -> Q:
    if _everything(actor, enough):
        return _ALL
    to = f"{path}__" if path else ""
    condition = Q(pk__in=[])
    if Relation.DIRECT_LEADER in enough:
        condition |= Q(**{f"{to}lead_id": actor.own_id})
    if Relation.FURTHER_UP in enough:
        above = Ancestor.objects.filter(ancestor_id=actor.own_id, person_id=OuterRef(f"{to}lead_id"))
        condition |= Q(Exists(above))
    if Relation.TEAMMATE in enough:
        team = f"{path}_id" if path and "__" not in path else f"{path}__id" if path else "pk"
        member = Membership.objects.filter(person_id=actor.own_id, valid_until=None, team_id=OuterRef(team))
        condition |= Q(Exists(member))
    return condition


def relation_words(relation: Relation) -> str:
    """A relation as the page says it, beside a thing that is about somebody."""
    return {
        Relation.SELF: _("the person themselves"),
        Relation.DIRECT_LEADER: _("the direct leader"),
        Relation.FURTHER_UP: _("leaders further up the line"),
        Relation.TEAMMATE: _("members of the team"),
        Relation.PROJECT_PEER: _("whoever is named in it"),
        Relation.PEOPLE_PARTNER: _("people partners"),
        Relation.ADMINISTRATOR: _("administrators"),
        Relation.STRANGER: _("everyone in the organisation"),
    }[relation]


def reason(relation: Relation, subject: Person | Team | None) -> str:
    """Why the actor may, said to the actor: "you lead Ana Ruiz"."""
    name = subject.name if subject is not None else ""
    return {
        Relation.SELF: _("this is about you"),
        Relation.DIRECT_LEADER: _("you lead %(name)s"),
        Relation.FURTHER_UP: _("you stand further up the line of %(name)s"),
        Relation.TEAMMATE: _("you share a team"),
        Relation.PROJECT_PEER: _("you are named in it"),
        Relation.PEOPLE_PARTNER: _("you are a people partner"),
        Relation.ADMINISTRATOR: _("you are an administrator"),
        Relation.STRANGER: _("everyone in the organisation may"),
    }[relation] % {"name": name}


def _listed(relations: frozenset[Relation]) -> str:
    if relations == EVERYONE:
        return relation_words(Relation.STRANGER)
    return ", ".join(relation_words(relation) for relation in Relation if relation in relations)


def audience(kind: str, subject: Person | Team | None = None, act: str = "read") -> WhoSees:
    """Who can see a page, for its top right corner: the relations of the table, the line by name.

    One query for a subject with a line above, none otherwise.
    """
    enough = allowed(kind, act)
    if enough == EVERYONE:
        words = relation_words(Relation.STRANGER)
        return WhoSees(summary=words, audience=(Audience(label=words, reason="", count=None),))
    line: list[tuple[int, str]] = []
    if subject is not None and enough & {Relation.DIRECT_LEADER, Relation.FURTHER_UP}:
        lowest = subject.pk if isinstance(subject, Person) else subject.lead_id
        above = Ancestor.objects.filter(person_id=lowest or 0).order_by("depth")
        line = list(above.values_list("depth", "ancestor__name"))
    entries = []
    for relation in Relation:
        if relation not in enough:
            continue
        names = _named(relation, subject, line)
        if names is None:
            entries.append(Audience(label=relation_words(relation), reason="", count=None))
        elif names:
            entries.append(
                Audience(label=", ".join(names), reason=relation_words(relation), count=len(names))
            )
    count = sum(entry.count or 0 for entry in entries)
    groups = [entry.label for entry in entries if entry.count is None]
    parts = [_("%(count)d by name") % {"count": count}] if count else []
    return WhoSees(summary=", ".join([*parts, *groups]), audience=tuple(entries))


def only_self() -> WhoSees:
    """The corner of a page that shows everyone their own: no list, since nobody else is ever on it."""
    words = _("only you")
    return WhoSees(summary=words, audience=(Audience(label=words, reason=_("this is about you")),))


def _named(
    relation: Relation, subject: Person | Team | None, line: list[tuple[int, str]]
) -> list[str] | None:
    """The names behind a relation, or None where it stands for a group that is not listed by name."""
    if relation is Relation.SELF and isinstance(subject, Person):
        return [subject.name]
    if relation is Relation.DIRECT_LEADER:
        if isinstance(subject, Team):
            return [subject.lead.name] if subject.lead else []
        return [name for depth, name in line if depth == 1]
    if relation is Relation.FURTHER_UP:
        lowest = 0 if isinstance(subject, Team) else 1
        return [name for depth, name in line if depth > lowest]
    return None
