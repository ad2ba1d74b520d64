"""Who asks: a personal key in the header; for reading alone, also whoever is signed in to the pages.

The session opens nothing but reads. A page of somebody else's can make a browser send its cookie along, but
cannot read the answer; what writes needs the key, which no browser sends by itself.
"""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from leanship.api.problems import NotSetUp, TooMany
from leanship.features.accounts import actions
from leanship.features.accounts.middleware import actor_of, client_ip
from leanship.features.accounts.models import User
from leanship.features.base.errors import NotFound, Refused
from leanship.features.org.access import Actor

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: (how many, in how many seconds); counted by each worker for itself
FAILURES: Final = (60, 900)
REQUESTS: Final = (600, 60)


class PersonalKey(HttpBearer):
    """Authentication of an operation. `module` is the part of the product it belongs to, which may be switched off."""

    def __init__(self, module: str = "") -> None:
        super().__init__()
        self.module = module

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor who asks, put on the request too.

        Raises AuthenticationError without a usable key, Refused for a key that may only read, TooMany, NotFound
        where the module is switched off, and NotSetUp while there is no organisation.
        """
        if request.organisation is None:  # type: ignore[attr-defined]
            raise NotSetUp
        header = request.headers.get("Authorization", "")
        scheme, _space, text = header.partition(" ")
        if header:
            user = self.authenticate(request, text.strip()) if scheme.lower() == "bearer" else None
        else:
            user = self._signed_in(request)
        if user is None:
            raise AuthenticationError
        request.user = user
        actor = actor_of(user)
        request.actor = actor  # type: ignore[attr-defined]
        if not _within(f"api-requests:{user.uid}", REQUESTS):
            raise TooMany(REQUESTS[1])
        if self.module and self.module in request.modules_off:  # type: ignore[attr-defined]
            raise NotFound
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user whose key this is. Raises Refused when the key may only read and the request would write."""
        address = client_ip(request) if settings.TRUST_PROXY else _remote(request)
        failed = f"api-failures:{address}"
        if cache.get(failed, 0) >= FAILURES[0]:
            raise TooMany(FAILURES[1])
        found = actions.find_token(token)
        if found is None:
            _within(failed, FAILURES)
            return None
        request.read_only = found.read_only  # type: ignore[attr-defined]
        if found.read_only and request.method not in READS:
            raise Refused(_("This key may only read. Make one that may write in Settings, API keys."))
        return found.user

    def _signed_in(self, request: HttpRequest) -> User | None:
        user = request.user
        if request.method not in READS or not isinstance(user, User):
            return None
        request.read_only = True  # type: ignore[attr-defined]
        return user


def _remote(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _within(key: str, limit: tuple[int, int]) -> bool:
    """Count one more under `key`; whether that is still within `limit` of its stretch of time."""
    most, seconds = limit
    slot = f"{key}:{int(time.time()) // seconds}" if limit is REQUESTS else key
    if cache.add(slot, 1, seconds):
        return True
    try:
        return int(cache.incr(slot)) <= most
    except ValueError:  # it ran out between the two lines
        return True
