"""What the views share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.forms import Form
from django.http import HttpRequest, QueryDict

from leanship.features.base import policies
from leanship.features.base.models import Organisation
from leanship.features.org.access import Actor
from leanship.web.layout import Crumb, WhoSees


class Asked(HttpRequest):
    """A request as the middleware leaves it; only a type, never made."""

    actor: Actor
    organisation: Organisation | None
    modules_off: frozenset[str]


def asked(request: HttpRequest) -> Asked:
    """The request with what the middleware put on it."""
    return cast(Asked, request)


def today(request: HttpRequest) -> date:
    """Today where the organisation is."""
    return policies.today_of(asked(request).organisation)


def sent(request: HttpRequest, field: str = "") -> QueryDict | None:
    """What a form sent; None when it is only to be shown.

    Where `field` is named and was not sent, it is the undo of something that carries the fields in its address.
    """
    if request.method != "POST":
        return None
    return request.GET if field and field not in request.POST else request.POST


@dataclass(frozen=True)
class FormPage:
    """A page that is one form; `grave` warns of what cannot be undone."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Form
    send: str
    cancel: str
    grave: bool = False
