"""Personal keys for the API."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leanship.features.accounts import secrets
from leanship.features.accounts.actions._record import own_user, record
from leanship.features.accounts.models import ApiToken, User
from leanship.features.base import clock, policies
from leanship.features.base.errors import Invalid
from leanship.features.org import access
from leanship.features.org.access import Actor

PREFIX = "lean_"
MOST = 20


def create_token(
    actor: Actor, *, name: str, read_only: bool = True, expires_on: date | None = None
) -> tuple[ApiToken, str]:
    """A new key for the actor, and its text, which is never shown again. It is good up to and with `expires_on`.

    Raises NotFound without an account, Invalid for a name, a date that has passed, or too many keys.
    """
    user = own_user(actor)
    access.require(actor, "edit", ApiToken(user=user))
    problems: dict[str, list[str]] = {}
    name = " ".join(name.split())
    if not name:
        problems["name"] = [_("Say what the key is for; you will want to know later.")]
    elif len(name) > 100:
        problems["name"] = [_("Keep the name under 100 characters.")]
    today = policies.today()
    if expires_on is not None and expires_on < today:
        problems["expires_on"] = [_("This day has passed. Choose today or later, or leave it empty.")]
    if _usable(today).filter(user=user).count() >= MOST:
        problems[""] = [_("You have %(most)d keys. Revoke one that is not needed first.") % {"most": MOST}]
    if problems:
        raise Invalid(problems)
    text = secrets.make(PREFIX)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name,
            token_hash=secrets.digest(text),
            hint=text[:8],
            read_only=read_only,
            expires_on=expires_on,
        )
        record("account.token_created", actor, user, token=token.pk, read_only=read_only)
    return token, text


def revoke_token(actor: Actor, token: ApiToken) -> None:
    """Make a key useless at once. Doing it twice does no harm.

    Raises NotFound for somebody else's key.
    """
    access.require(actor, "edit", token)
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
            record("account.token_revoked", actor, token.user, token=token.pk)


def _usable(today: date) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(Q(expires_on=None) | Q(expires_on__gte=today), revoked_at=None)


def find_token(text: str) -> ApiToken | None:
    """The key with this text, its user and person along, if it may be used today; one query.

    A second query, once a day, notes that it was used.
    """
    if not text.startswith(PREFIX):
        return None
    today = policies.today()
    token = (
        _usable(today)
        .select_related("user__person")
        .filter(token_hash=secrets.digest(text), user__is_active=True)
        .first()
    )
    if token is not None and token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
        token.last_used_on = today
    return token


def authenticate_token(text: str) -> User | None:
    """The user whose key this is, or None. Whoever writes must ask `find_token` whether the key may."""
    token = find_token(text)
    return token.user if token else None
