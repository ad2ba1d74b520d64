"""What the actions of this package share: cleaning input, days, and writing a version exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org.models import Level, Person, Team
from leanship.web import format as words

_LENGTHS = {"name": 200, "title": 200, "role": 120, "department": 200, "grade": 60, "email": 254}


def search_of(person: Person) -> str:
    """What finding a person compares with: their words in one case, since SQLite knows none beyond ASCII."""
    return " ".join(
        filter(None, (person.name, person.title, person.department, person.email or ""))
    ).casefold()


def search_of_team(team: Team) -> str:
    """The same for a team."""
    return " ".join(filter(None, (team.name, team.department))).casefold()


def cleaned(texts: Mapping[str, str | None], required: tuple[str, ...] = ()) -> dict[str, str]:
    """The given texts without blanks at either end and without NUL; None means "not given" and stays out.

    Raises Invalid for one that is too long, for an empty required one, and for an e-mail address or a level
    that is none; all of them at once.
    """
    problems: dict[str, list[str]] = {}
    result = {}
    for field, text in texts.items():
        if text is None:
            continue
        value = " ".join(text.replace("\x00", "").split())
        result[field] = value
        if not value and field in required:
            problems[field] = [_("This cannot be empty.")]
        elif len(value) > _LENGTHS.get(field, 200):
            problems[field] = [_("Keep it under %(most)d characters.") % {"most": _LENGTHS.get(field, 200)}]
        elif field == "email" and value:
            try:
                validate_email(value)
            except ValidationError:
                problems[field] = [_("Write an address such as name@example.org.")]
        elif field == "level" and value not in Level.values:
            problems[field] = [_("Choose one of the four levels.")]
    if problems:
        raise Invalid(problems)
    return result


def free_email(email: str, but: Person | None = None) -> None:
    """Raise Invalid when somebody else has that address already."""
    if not email:
        return
    others = Person.objects.filter(email__iexact=email)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if (other := others.first()) is not None:
        raise Invalid({"email": [_("%(name)s has this address already.") % {"name": other.name}]})


def day_in_order(day: date, today: date, since: date | None = None, field: str = "on") -> None:
    """Raise Invalid for a day to come, or one before what it is to replace began."""
    if day > today:
        raise Invalid({field: [_("Choose today or an earlier day; changes are entered when they happen.")]})
    if since is not None and day < since:
        raise Invalid(
            {
                field: [
                    _("What holds now began on %(day)s. Choose that day or a later one.")
                    % {"day": words.day(since)}
                ]
            }
        )


def save_version(thing: Person | Team, version: int | None, changes: Mapping[str, Any]) -> None:
    """Write `changes` to a row that still has `version` (None: whatever it has) and count the version up.

    Raises Conflict, with the present texts of the fields meant to change, when somebody was faster.
    """
    rows: models.QuerySet[Any] = type(thing).objects.filter(pk=thing.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(**changes, version=models.F("version") + 1):
        present = type(thing).objects.get(pk=thing.pk)
        theirs = {
            field: str(getattr(present, field) or "")
            for field in changes
            if field not in ("search", "version")
        }
        raise Conflict(_("Somebody changed this while you were writing."), theirs)
    thing.refresh_from_db()
