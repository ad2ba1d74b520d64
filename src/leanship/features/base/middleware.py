"""What every request passes: switched-off modules answer 404, and a declined act becomes a kind page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from leanship.features.base import policies
from leanship.features.base.errors import Conflict, Declined, Invalid, NotFound, Refused

GetResponse = Callable[[HttpRequest], HttpResponse]

# The parts an organisation can switch off, by the namespace of their addresses.
SWITCHABLE = frozenset(
    {"productivity", "projects", "people", "trust", "service", "value", "focus", "cycle", "reviews"}
)


# Where everything leads until there is an organisation, and what answers even then.
SETUP = "accounts:setup"


class ModulesMiddleware:
    """Put `organisation` and `modules_off` on the request; answer 404 for a module that is off.

    Instants are shown in the organisation's time zone while the request lasts. Before the first-run setup there is
    no organisation, and every page leads to it; a view marked `before_setup` says so in its own way.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # a worker answers one request after the other: none inherits the zone of the one before
        with timezone.override(None):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        organisation, off = policies.organisation_and_modules_off()
        match = request.resolver_match
        request.organisation = organisation  # type: ignore[attr-defined]
        request.modules_off = off  # type: ignore[attr-defined]
        if organisation is None:
            at_setup = match is not None and match.view_name == SETUP
            return None if at_setup or getattr(view, "before_setup", False) else redirect(SETUP)
        timezone.activate(ZoneInfo(organisation.time_zone))
        if match and match.namespaces and match.namespaces[0] in off & SWITCHABLE:
            raise Http404("This part of Leanship is switched off.")
        return None


def _both_sides(request: HttpRequest, error: Conflict) -> dict[str, Any]:
    """What stands there now beside what was sent, where the two differ; all of theirs where nothing was sent."""
    sent = {name: str(request.POST[name]).strip() for name in error.theirs if name in request.POST}
    mine = {name: text for name, text in sent.items() if text != error.theirs[name].strip()}
    theirs = {name: error.theirs[name] for name in mine} if sent else error.theirs
    return {"reason": error.reason, "mine": mine, "theirs": theirs}


class RefusalMiddleware:
    """The adapter of pages: Refused → 403, NotFound → 404, Conflict → 409, Invalid → 422."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound):
            return render(request, "404.html", status=404)
        if isinstance(error, Refused):
            return render(request, "403.html", {"reason": error.reason}, status=403)
        if isinstance(error, Conflict):
            return render(request, "409.html", _both_sides(request, error), status=409)
        if isinstance(error, Invalid):
            return render(request, "422.html", {"problems": error.problems}, status=422)
        if isinstance(error, Declined):
            raise TypeError(f"no page for {type(error).__name__}")
        return None
