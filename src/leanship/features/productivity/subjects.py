"""Who is meant by what somebody typed: a person or a team, by name, e-mail address or id."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team


def find_subject(actor: Actor, typed: str) -> tuple[Person | None, Team | None]:
    """The one person or team that is here and is called so; two queries.

    Raises Invalid under "subject" where nobody is, or several are.
    """
    text = typed.strip()
    people = access.visible(actor, Person.objects.filter(left_on=None, erased_at=None))
    same = Q(uid=text) | Q(external_id=text) | Q(lower_email=text.lower()) | Q(lower_name=text.lower())
    found_people = list(
        people.annotate(lower_email=Lower("email"), lower_name=Lower("name")).filter(same)[:3]
    )
    teams = access.visible(actor, Team.objects.filter(archived_at=None))
    same = Q(uid=text) | Q(external_id=text) | Q(lower_name=text.lower())
    found_teams = list(teams.annotate(lower_name=Lower("name")).filter(same)[:3])
    if len(found_people) + len(found_teams) > 1:
        raise Invalid({"subject": [_("Several are called so. Use the e-mail address or the id.")]})
    if found_people:
        return found_people[0], None
    if found_teams:
        return None, found_teams[0]
    near = _near(actor, text)
    if near:
        names = ", ".join(near)
        raise Invalid(
            {"subject": [_("Nobody here is called so. Did you mean %(names)s?") % {"names": names}]}
        )
    raise Invalid({"subject": [_("Nobody here is called so.")]})


def _near(actor: Actor, text: str) -> list[str]:
    """A few names that hold every word that was typed."""
    people = access.visible(actor, Person.objects.filter(left_on=None, erased_at=None))
    teams = access.visible(actor, Team.objects.filter(archived_at=None))
    for word in text.casefold().split():
        people, teams = people.filter(search__contains=word), teams.filter(search__contains=word)
    if not text.strip():
        return []
    names = [person.name for person in people[:40]] + [team.name for team in teams[:10]]
    # "ana" is in every manager's title too: those called so come first
    return sorted(names, key=lambda name: text.casefold() not in name.casefold())[:3]
