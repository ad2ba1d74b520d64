"""What My standing adds to the page of a person: the way to where they stand, for those who may see it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.org.sections import Section


def of_person(actor: Actor, person: Person) -> Section | None:
    """The link to a person's standing; None for whoever may not see it. One query at most."""
    if not access.may(actor, "read", About("standing", person)):
        return None
    url = reverse("standing:of", args=[person.uid])
    return Section("standing", _("Standing"), "standing/_standing_section.html", url)
