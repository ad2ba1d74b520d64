"""What administrators do with accounts. The last administrator cannot be taken away."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.accounts.actions._record import record
from leanship.features.accounts.actions.sign_in import create_sign_in_link
from leanship.features.accounts.models import SignInLink, User
from leanship.features.base import clock
from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.fields import new_uid
from leanship.features.base.queueing import one_at_a_time
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.actions.people import add_person
from leanship.features.org.models import Person


@dataclass(frozen=True)
class Invitation:
    """A new account, and the link that signs in to it once."""

    user: User
    url: str


def _role(role: str) -> str:
    if role not in User.Roles.values:
        raise Invalid({"role": [_("Choose one of the roles.")]})
    return role


def username_problems(username: str) -> list[str]:
    """Why nobody new can sign in with this name; empty when they can."""
    name = username.strip().casefold()
    if not name:
        return [_("Give an e-mail address, or a name to sign in with.")]
    if len(name) > 254 or any(letter.isspace() or not letter.isprintable() for letter in name):
        return [_("A sign-in name has no spaces and at most 254 characters.")]
    if User.objects.filter(username=name).exists():
        return [_("Somebody signs in with this name already.")]
    return []


def invite(actor: Actor, *, person: Person, username: str = "", role: str = "member") -> Invitation:
    """Give a person an account without a password, and make the link for their first sign-in.

    `username` is the person's e-mail address unless given. Raises Refused without the right or for somebody
    who left, Invalid for a name that is taken or a role that there is not.
    """
    access.require(actor, "edit", About("account"))
    username = (username or person.email or "").strip().casefold()
    if person.left_on is not None or person.erased_at is not None:
        raise Refused(_("%(name)s is no longer in the organisation.") % {"name": person.name})
    problems = {"username": username_problems(username)} if username_problems(username) else {}
    if User.objects.filter(person=person).exists():
        problems = {"": [_("%(name)s has an account already.") % {"name": person.name}]}
    if problems:
        raise Invalid(problems)
    user = User(username=username, person=person, role=_role(role))
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
        record("account.created", actor, user, role=role)
        url = create_sign_in_link(actor, user)
    return Invitation(user, url)


def invite_newcomer(actor: Actor, *, name: str, username: str, role: str = "member") -> Invitation:
    """Add somebody to the organisation and invite them, both or neither.

    Raises Refused without the right, Invalid by field.
    """
    access.require(actor, "edit", About("account"))
    if problems := username_problems(username):
        raise Invalid({"username": problems})
    with transaction.atomic():
        person = add_person(actor, name=name, email=username if "@" in username else "")
        return invite(actor, person=person, username=username, role=role)


def _refuse_to_lose_the_last(user: User) -> None:
    others = User.objects.filter(role=User.Roles.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if user.role == User.Roles.ADMINISTRATOR and user.is_active and not others.exists():
        raise Refused(
            _("%(name)s is the only administrator. Make somebody else one first.")
            % {"name": user.person.name}
        )


def _changed(user: User, version: int | None) -> User:
    """The account as it is now, under the lock; Conflict when it is not the version the actor saw."""
    fresh = User.objects.get(pk=user.pk)
    if version is not None and fresh.version != version:
        role = User.Roles(fresh.role).label
        raise Conflict(_("Somebody else has changed this account meanwhile."), {"role": str(role)})
    return fresh


def change_role(actor: Actor, user: User, *, role: str, version: int | None = None) -> User:
    """Make somebody a member, people partner or administrator.

    Raises Refused without the right or for the last administrator, Invalid for a role that there is not,
    Conflict for a stale version.
    """
    access.require(actor, "edit", About("account"))
    _role(role)
    with transaction.atomic():
        one_at_a_time()
        user = _changed(user, version)
        if role == user.role:
            return user
        _refuse_to_lose_the_last(user)
        before, user.role = user.role, role
        user.version += 1
        user.save(update_fields=["role", "version"])
        record("account.role_changed", actor, user, before=before, after=role)
    return user


def deactivate(actor: Actor, user: User) -> User:
    """Let nobody in by this account: sessions and links of it end at once, and for good.

    Keys stop as well and work again after `reactivate`, as programs rely on them.

    Raises Refused without the right or for the last administrator.
    """
    access.require(actor, "edit", About("account"))
    with transaction.atomic():
        one_at_a_time()
        user = _changed(user, None)
        if user.is_active:
            _refuse_to_lose_the_last(user)
            user.is_active = False
            user.session_stamp = (
                new_uid()
            )  # or a session left open somewhere would live on after `reactivate`
            user.version += 1
            user.save(update_fields=["is_active", "session_stamp", "version"])
            SignInLink.objects.filter(user=user, used_at=None).update(expires_at=clock.now())
            record("account.deactivated", actor, user)
    return user


def reactivate(actor: Actor, user: User) -> User:
    """Let somebody in again, with the password, role and keys they had.

    Raises Refused without the right, or for somebody who left.
    """
    access.require(actor, "edit", About("account"))
    with transaction.atomic():
        one_at_a_time()
        user = _changed(user, None)
        if user.person.left_on is not None or user.person.erased_at is not None:
            raise Refused(_("%(name)s is no longer in the organisation.") % {"name": user.person.name})
        if not user.is_active:
            user.is_active = True
            user.version += 1
            user.save(update_fields=["is_active", "version"])
            record("account.reactivated", actor, user)
    return user
