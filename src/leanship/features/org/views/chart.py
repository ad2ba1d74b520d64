"""The organisation at a glance, and its chart."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from leanship.features.org import queries
from leanship.features.org.views._common import asked
from leanship.web.htmx import render_page, wanted


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The organisation at a glance."""
    ask = asked(request)
    name = ask.organisation.name if ask.organisation else ""
    return render_page(request, "org/home.html", queries.home(ask.actor, name))


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """The chart, open down to whom `q` finds."""
    page = queries.chart(asked(request).actor, search=request.GET.get("q", "").strip()[:200])
    return render_page(request, "org/chart.html", page, {"tree": "org/_chart.html"})


@require_safe
def branch(request: HttpRequest, uid: str) -> HttpResponse:
    """Those below one person: as the branch that was opened, or as the whole chart open down to it."""
    actor = asked(request).actor
    if wanted(request, "org/_branch.html") is None:
        return render_page(request, "org/chart.html", queries.chart(actor, at=uid))
    return render_page(request, "org/chart.html", queries.branch(actor, uid), "org/_branch.html")
