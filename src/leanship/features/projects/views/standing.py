"""The evidence behind a standing in projects, beside the page it was opened from or as a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from leanship.features.accounts.requests import SignedIn
from leanship.features.projects.queries.standing import evidence_page
from leanship.web.htmx import render_page


@require_GET
def evidence(request: SignedIn, uid: str) -> HttpResponse:
    """What a standing in projects was decided on."""
    page = evidence_page(request.actor, uid)
    return render_page(request, "projects/standing.html", page, {"panel": "projects/_standing.html"})
