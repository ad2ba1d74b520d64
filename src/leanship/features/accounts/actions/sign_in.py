"""Sign-in links: made, looked at, used once."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.accounts import secrets
from leanship.features.accounts.actions._record import record
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import SignInLink, User
from leanship.features.base import clock
from leanship.features.base.errors import NotFound, Refused
from leanship.features.org import access
from leanship.features.org.access import SYSTEM, About, Actor

LIFETIME = timedelta(minutes=15)
MOST_MAILS = 3  # within one lifetime: a stranger must not fill somebody's mailbox
MAIL_THREAD = "leanship-mail"

_log = logging.getLogger(__name__)


class LinkGone(Exception):
    """The link was good once; `reason` says kindly why it is not any more. Its page answers 410."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _make(actor: Actor, user: User) -> str:
    token = secrets.make()
    now = clock.now()
    with transaction.atomic():
        # what ran out a day ago is of no use to anybody; used ones stay recorded as events
        SignInLink.objects.filter(user=user, expires_at__lt=now - timedelta(days=1)).delete()
        SignInLink.objects.create(
            user=user, token_hash=secrets.digest(token), created_at=now, expires_at=now + LIFETIME
        )
        record("account.link_created", actor, user)
    return f"{settings.PUBLIC_URL}{reverse('accounts:link', args=[token])}"


def create_sign_in_link(actor: Actor, user: User) -> str:
    """The address of a new link that signs `user` in once, within 15 minutes.

    Raises Refused unless an administrator or the command line asks, or when the account is switched off.
    """
    access.require(actor, "edit", About("account"))
    if not user.is_active:
        raise Refused(_("This account is switched off. Switch it on again first."))
    return _make(actor, user)


def _find(token: str) -> SignInLink:
    link = SignInLink.objects.select_related("user__person").filter(token_hash=secrets.digest(token)).first()
    if link is None:
        raise NotFound
    if link.used_at is not None:
        raise LinkGone(_("This link was used already. Each link signs in once."))
    if link.expires_at <= clock.now():
        raise LinkGone(_("This link has run out. A link is good for 15 minutes."))
    if not link.user.is_active:
        raise LinkGone(_("This account is switched off. An administrator can switch it on again."))
    return link


def look_at_link(token: str) -> User:
    """Whom a link would sign in; nothing is used up.

    Raises NotFound for an unknown link, LinkGone for one that was used, ran out, or whose account is off.
    """
    return _find(token).user


def use_sign_in_link(token: str) -> User:
    """Use a link up; of two who try at once, one gets in.

    Raises NotFound and LinkGone like `look_at_link`.
    """
    with transaction.atomic():
        link = _find(token)
        # The condition is checked by the database when it writes, so a second try that read the same row fails.
        taken = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now())
        if not taken:
            raise LinkGone(_("This link was used already. Each link signs in once."))
        record("account.link_used", actor_of(link.user), link.user)
    return link.user


def mail_is_on() -> bool:
    """Whether this installation can send mail."""
    return not str(settings.EMAIL_BACKEND).startswith("django.core.mail.backends.dummy")


def send_sign_in_link(identifier: str) -> None:
    """Mail a link to the account with this sign-in name, if there is one with an address.

    Its answer says nothing about whether there is. The mail leaves from a thread of its own, so that the wait
    for a mail server says nothing either; the few milliseconds of writing the link down remain.
    """
    user = User.objects.filter(username=identifier.strip().casefold(), is_active=True).first()
    address = user and (user.person.email or (user.username if "@" in user.username else ""))
    if user is None or not address or not mail_is_on():
        return
    since = clock.now() - LIFETIME
    if SignInLink.objects.filter(user=user, created_at__gt=since).count() >= MOST_MAILS:
        return
    url = _make(SYSTEM, user)
    text = _(
        "Hello %(name)s,\n\nthis link signs you in to Leanship. It works once, within 15 minutes:\n\n%(url)s\n\n"
        "If you did not ask for it, you need do nothing.\n"
    ) % {"name": user.person.name, "url": url}
    threading.Thread(target=_deliver, args=(address, text), name=MAIL_THREAD).start()


def _deliver(address: str, text: str) -> None:
    try:
        send_mail(_("Your sign-in link"), text, None, [address])
    except OSError as error:  # smtplib's errors among them
        _log.error("A sign-in link could not be mailed: %s", error)
