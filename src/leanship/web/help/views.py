"""The pages of Help. They are open without signing in: who cannot sign in needs them most, and they say
nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leanship.web.help import library
from leanship.web.help.library import Hit, Page
from leanship.web.htmx import render_page
from leanship.web.layout import Audience, Crumb, WhoSees


@dataclass(frozen=True)
class HelpPage:
    """Everything a page of Help shows. `query` is None where nothing was asked, `found` then empty."""

    title: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    shown: Page
    query: str | None
    found: tuple[Hit, ...]
    search_url: str
    lede: str = ""


def _anyone() -> WhoSees:
    words = _("anyone, also without signing in")
    return WhoSees(words, (Audience(words, _("these pages say nothing about anybody")),))


def _kind(kind: str) -> str:
    """What a kind of page is called."""
    return {
        "tutorial": _("Tutorial"),
        "how-to": _("How to"),
        "explanation": _("Explanation"),
        "reference": _("Reference"),
        "decisions": _("Decisions"),
    }[kind]


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of Help, or what a search found."""
    query = request.GET.get("q", "").strip()[:200]
    shown = library.page("index")
    value = HelpPage(
        title=shown.content.title,
        crumbs=(),
        who_sees=_anyone(),
        shown=shown,
        query=query or None,
        found=tuple(library.search(query)),
        search_url=reverse("help:home"),
    )
    return render_page(request, "web/help/home.html", value, {"help-found": "web/help/_found.html"})


@login_not_required
@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One page of Help."""
    try:
        shown = library.page(key)
    except KeyError:
        raise Http404(key) from None
    home_url = reverse("help:home")
    value = HelpPage(
        title=shown.content.title,
        crumbs=(Crumb(_("Help"), home_url), Crumb(_kind(shown.kind)) if shown.kind else Crumb(_("Help"))),
        who_sees=_anyone(),
        shown=shown,
        query=None,
        found=(),
        search_url=home_url,
    )
    return render_page(request, "web/help/page.html", value)


@login_not_required
@require_safe
def file(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the documentation, or a file to try things on."""
    path = library.files().get(name)
    if path is None:
        raise Http404(name)
    answer = FileResponse(path.open("rb"), as_attachment=path.suffix == ".csv")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
