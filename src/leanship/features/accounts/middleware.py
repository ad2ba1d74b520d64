"""Who asks: every request carries an `Actor`."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from leanship.domain.access import Role
from leanship.features.accounts.models import User
from leanship.features.org.access import Actor


def actor_of(user: User) -> Actor:
    """The actor a signed-in user is; one query unless `person` was fetched along."""
    return Actor(person_id=user.person_id, role=Role(user.role), name=user.person.name)


def actor(request: HttpRequest) -> Actor:
    """Who asks, as `ActorMiddleware` found out."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def client_ip(request: HttpRequest) -> str | None:
    """The address behind one trusted proxy: the last one of X-Forwarded-For, which that proxy wrote itself.

    What stands before it came from the client, who can write there what they like. What is no address is not taken
    for one: PostgreSQL would refuse to note it.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(forwarded))
    except ValueError:
        return request.META.get("REMOTE_ADDR")


NOBODY = Actor(person_id=None, role=Role.MEMBER)


class ActorMiddleware:
    """Put `actor` on the request, worked out when first asked for.

    Whatever is answered is for whoever asked alone, unless the answer itself says otherwise: no cache on the way
    keeps a page about somebody, and a browser asks again before it shows one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            user = request.user
            return actor_of(user) if isinstance(user, User) else NOBODY

        request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
