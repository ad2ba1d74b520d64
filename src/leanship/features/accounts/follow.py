"""What happens to accounts when something happens to people: who leaves can no longer sign in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from leanship.features.accounts.models import ApiToken, SignInLink, User
from leanship.features.base import clock, events
from leanship.features.base.errors import Refused
from leanship.features.base.fields import new_uid
from leanship.features.base.models import Event
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import signals

_BECAUSE = "left"


def people_changed(sender: Any, *, what: str, person_ids: frozenset[int], **kwargs: Any) -> None:
    """Switch accounts off with their people, and on again with those who come back.

    Runs inside the change's transaction. Raises Refused, which undoes it, when nobody would be left who can
    administer.
    """
    if what not in (signals.LEFT, signals.ERASED):
        return
    one_at_a_time()  # of two administrators who leave in the same moment, the second sees that the first did
    # in portions: a database takes only so many values in one statement
    ids = sorted(person_ids)
    users = [
        user
        for start in range(0, len(ids), 500)
        for user in User.objects.filter(person_id__in=ids[start : start + 500])
    ]
    for user in users:
        if what == signals.ERASED:
            _forget(user)
        elif user.is_active and user.person.left_on is not None:
            _switch(user, on=False)
        elif not user.is_active and user.person.left_on is None and _went_off_by_leaving(user):
            _switch(user, on=True)
    if users and not User.objects.filter(role=User.Roles.ADMINISTRATOR, is_active=True).exists():
        raise Refused(
            _("Nobody would be left who can administer. Make somebody else an administrator first.")
        )


def _switch(user: User, *, on: bool) -> None:
    user.is_active = on
    if not on:
        user.session_stamp = new_uid()  # who comes back signs in anew
        SignInLink.objects.filter(user=user, used_at=None).update(expires_at=clock.now())
    user.version += 1
    user.save(update_fields=["is_active", "session_stamp", "version"])
    kind = "account.reactivated" if on else "account.deactivated"
    events.record(kind, actor_id=None, subject_kind="account", subject_id=user.pk, because=_BECAUSE)


def _went_off_by_leaving(user: User) -> bool:
    last = Event.objects.filter(kind="account.deactivated", subject_kind="account", subject_id=user.pk)
    event = last.order_by("-id").first()
    return event is not None and event.params.get("because") == _BECAUSE


def _forget(user: User) -> None:
    """The sign-in name is an address or a name, so it goes as well."""
    user.username = f"erased-{user.uid}"
    user.is_active = False
    user.session_stamp = new_uid()
    user.set_unusable_password()
    user.version += 1
    user.save()
    ApiToken.objects.filter(user=user).delete()
    SignInLink.objects.filter(user=user).delete()
