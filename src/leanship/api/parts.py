"""What the operations share: pages of a list, references to people and things, figures as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field, field_validator

from leanship.domain import periods
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Person, Team

T = TypeVar("T")

MOST_AT_ONCE = 500


class Given(Schema):
    """What a client sends. Text that no database keeps is told as such, not met there."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, str):
            if "\x00" in value:
                raise ValueError(_("Take out the NUL character."))
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ValueError(_("This text is not valid Unicode.")) from None
        return value


class Paging(Given):
    """Which stretch of a list is wanted."""

    limit: int = Field(50, ge=1, le=MOST_AT_ONCE, description="How many items at most.")
    offset: int = Field(0, ge=0, le=2**31, description="How many items to pass over first.")


class Page(Schema, Generic[T]):
    """A stretch of a list in its stable order, and how many items there are in all."""

    items: list[T]
    total: int
    limit: int
    offset: int


class Ref(Schema):
    """Something by its id and its name."""

    uid: str
    name: str


class Subject(Schema):
    """Whom a series or a standing is about: `kind` is "person" or "team"."""

    kind: str
    uid: str
    name: str


def page(
    rows: QuerySet[Any] | Sequence[Any], paging: Paging, turn: Callable[[Sequence[Any]], Iterable[Any]]
) -> dict[str, Any]:
    """The stretch asked for, turned into items: two queries of a queryset, whatever its size."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    some = list(rows[paging.offset : paging.offset + paging.limit])
    return {
        "items": list(turn(some)),
        "total": total,
        "limit": paging.limit,
        "offset": paging.offset,
    }


def each(turn: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Iterable[Any]]:
    """Turn rows one by one."""
    return lambda rows: [turn(row) for row in rows]


def ref(thing: Any) -> dict[str, str] | None:
    """A reference to a person, team or KPI; None for none."""
    return None if thing is None else {"uid": thing.uid, "name": thing.name}


def figure(value: Figure | float | None, decimals: int) -> str | None:
    """A figure in units of the KPI's last decimal as decimal text: 8190 with two decimals is "81.90".

    The half of a median and the fractions of a limit add decimals of their own; nothing is rounded here.
    """
    if value is None:
        return None
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(str(value))
    return format(exact.scaleb(-decimals), "f")


def part(value: int | None, decimals: int) -> str | None:
    """A part of a ratio without the zeros that its unit of storage adds: 3154.0000 is "3154"."""
    text = figure(value, decimals)
    return text.rstrip("0").rstrip(".") if text and "." in text else text


def period_of(text: str, cadence: Cadence, field: str) -> int:
    """The ordinal of a period such as "2026-11". Raises Invalid under `field`."""
    try:
        return periods.parse(text, cadence)[1]
    except ValueError as error:
        raise Invalid({field: [str(error)]}) from None


def known_person(actor: Actor, uid: str | None, field: str) -> Person | None:
    """The person a body names; None for None. Raises Invalid under `field` where there is none."""
    return None if uid is None else named_person(actor, uid, field)


def named_person(actor: Actor, uid: str, field: str) -> Person:
    """The person a body names. Raises Invalid under `field` where there is none."""
    person = access.visible(actor, Person.objects.filter(uid=uid)).first()
    if person is None:
        raise Invalid({field: [_("There is nobody with this id.")]})
    return person


def words(rows: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """The rows in which every word of `text` occurs in one of the search `fields`."""
    for word in text.replace("\x00", "").casefold().split()[:6]:
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__contains": word})
        rows = rows.filter(found)
    return rows


def subject(person: Person | None, team: Team | None) -> dict[str, str]:
    """Whom something is about."""
    thing = person or team
    if thing is None:
        raise TypeError("a series is about a person or a team")
    return {"kind": "person" if person else "team", "uid": thing.uid, "name": thing.name}
