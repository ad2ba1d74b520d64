"""Events about accounts, and the user behind an actor."""

from __future__ import annotations

from typing import Any

from leanship.features.accounts.models import User
from leanship.features.base import events
from leanship.features.base.errors import NotFound
from leanship.features.org.access import Actor


def record(kind: str, actor: Actor, user: User, **params: Any) -> None:
    """Append an event about an account."""
    events.record(kind, actor_id=actor.person_id, subject_kind="account", subject_id=user.pk, **params)


def own_user(actor: Actor) -> User:
    """The account of the one who acts.

    Raises NotFound for the command line and for people without an account.
    """
    user = User.objects.filter(person_id=actor.own_id).first()
    if user is None:
        raise NotFound
    return user
