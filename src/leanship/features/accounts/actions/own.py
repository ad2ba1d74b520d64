"""What everybody changes about their own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.accounts.actions._record import own_user, record
from leanship.features.accounts.models import User
from leanship.features.base.errors import Invalid
from leanship.features.base.fields import new_uid
from leanship.features.org.access import Actor


def password_problems(password: str, user: User) -> list[str]:
    """What is wrong with a password for this user, in words; empty when it will do."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def set_password(actor: Actor, *, old: str | None, new: str) -> User:
    """Set the actor's own password; every session of theirs ends.

    `old` is None only where a sign-in link has just shown who it is. Raises NotFound without an account,
    Invalid when `old` is wrong or `new` will not do.
    """
    user = own_user(actor)
    if old is not None and user.has_usable_password() and not user.check_password(old):
        raise Invalid({"old": [_("This is not your present password.")]})
    if problems := password_problems(new, user):
        raise Invalid({"new": problems})
    user.set_password(new)
    user.session_stamp = new_uid()
    with transaction.atomic():
        user.save(update_fields=["password", "session_stamp"])
        record("account.password_set", actor, user)
    return user


def end_other_sessions(actor: Actor) -> User:
    """Sign the actor out everywhere; the caller keeps the session at hand by renewing its hash."""
    user = own_user(actor)
    user.session_stamp = new_uid()
    with transaction.atomic():
        user.save(update_fields=["session_stamp"])
        record("account.sessions_ended", actor, user)
    return user


def change_preferences(actor: Actor, *, theme: str, language: str = "") -> User:
    """Choose light, dark or the device's theme, and a language ("" = the browser's).

    Raises NotFound without an account, Invalid for a theme or language that there is not.
    """
    user = own_user(actor)
    problems: dict[str, list[str]] = {}
    if theme not in User.Theme.values:
        problems["theme"] = [_("Choose one of the themes.")]
    if language and language not in dict(settings.LANGUAGES):
        problems["language"] = [_("Choose one of the languages.")]
    if problems:
        raise Invalid(problems)
    user.theme, user.language = theme, language
    with transaction.atomic():
        user.save(update_fields=["theme", "language"])
        record("account.preferences_changed", actor, user)
    return user
