"""The request as a view finds it once the middleware has been through."""

from __future__ import annotations

from django.http import HttpRequest

from leanship.features.accounts.models import User
from leanship.features.base.models import Organisation
from leanship.features.org.access import Actor


class SignedIn(HttpRequest):
    """The request of somebody signed in; only a type, never made."""

    user: User
    actor: Actor
    organisation: Organisation
    modules_off: frozenset[str]
